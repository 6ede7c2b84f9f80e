"""The cache of encoded responses."""

from __future__ import annotations

from spotify.testing.sandbox.http.messages import EncodedResponse, ResponseCache


def test_the_oldest_responses_are_dropped_beyond_the_maximum_size() -> None:
    cache = ResponseCache(max_size=100_000)

    for number in range(100):
        cache.put((f"/{number}", ""), EncodedResponse(200, {}, b"x" * 1_000))

    assert cache.get(("/0", "")) is None
    assert cache.get(("/99", "")) is not None
    assert 90_000 < cache.size <= 100_000
    assert len(cache) == 33  # each with its body twice and 1 KiB


def test_responses_without_a_body_and_long_queries_have_a_size() -> None:
    cache = ResponseCache(max_size=100_000)

    for number in range(1_000):
        cache.put(("/me", f"{number:04}" * 1_000), EncodedResponse(200, {}, b""))

    assert cache.size <= 100_000
    assert len(cache) == 19
