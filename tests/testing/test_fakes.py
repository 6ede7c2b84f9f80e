"""FakeClock and FakeTransport."""

from __future__ import annotations

import asyncio
import re

import pytest

from spotify.errors import ClientClosedError, TransportError
from spotify.interfaces.transport import HttpRequest
from spotify.testing import FakeClock, FakeTransport, UnexpectedRequestError


async def test_sleeping_advances_both_times_and_is_recorded() -> None:
    clock = FakeClock(start=100.0)

    await clock.sleep(2.0)
    clock.advance(0.5)

    assert (clock.time(), clock.monotonic(), clock.sleeps) == (102.5, 2.5, [2.0])


async def test_concurrent_sleeps_overlap() -> None:
    clock = FakeClock()

    await asyncio.gather(clock.sleep(3.0), clock.sleep(1.0))

    assert (clock.monotonic(), clock.sleeps) == (3.0, [3.0, 1.0])


def test_time_cannot_go_backwards() -> None:
    with pytest.raises(ValueError, match="0 or more"):
        FakeClock().advance(-1.0)


def get(path: str, method: str = "GET") -> HttpRequest:
    return HttpRequest(method=method, url=f"https://api.spotify.com{path}", headers={}, body=None)


async def test_responses_are_returned_in_order_and_requests_are_recorded() -> None:
    transport = FakeTransport()
    transport.answer("GET /albums/{id}", json={"n": 1}, headers={"Retry-After": "1"})
    transport.answer("GET /albums/{id}", body=b"x", status=503)
    requests = [get("/v1/albums/a"), get("/v1/albums/b?market=DE")]

    first, second = [await transport.send(request) for request in requests]

    assert (first.status, dict(first.headers), first.body) == (200, {"retry-after": "1"}, b'{"n": 1}')
    assert (second.status, second.body) == (503, b"x")
    assert transport.requests == requests


async def test_queued_errors_are_raised() -> None:
    transport = FakeTransport()
    error = TransportError("no route", sent=False)
    transport.fail("GET /me", error, times=2)

    for _ in range(2):
        with pytest.raises(TransportError) as caught:
            await transport.send(get("/v1/me"))
        assert caught.value is error


@pytest.mark.parametrize(
    ("method", "path"), [("POST", "/v1/albums/a"), ("GET", "/v1/albums"), ("GET", "/v1/albums/a/tracks")]
)
async def test_a_request_without_a_response_raises_and_says_how_to_queue_one(method: str, path: str) -> None:
    transport = FakeTransport()
    transport.answer("GET /albums/{id}")
    route = f"{method} {path.removeprefix('/v1')}"

    with pytest.raises(UnexpectedRequestError, match=re.escape(f'transport.answer("{route}", json=…)')) as caught:
        await transport.send(get(path, method))

    assert "queued: GET /albums/{id} (1 left)" in str(caught.value)


async def test_assert_all_answered_names_what_is_left() -> None:
    transport = FakeTransport()
    transport.answer("POST /api/token", times=2)
    await transport.send(get("/api/token", "POST"))

    with pytest.raises(AssertionError, match=re.escape("POST /api/token (1)")):
        transport.assert_all_answered()
    await transport.send(get("/api/token", "POST"))
    transport.assert_all_answered()


@pytest.mark.parametrize(
    ("route", "hint"),
    [
        ("/me", "GET /me"),
        ("get /me", "GET /me"),
        ("GET /albumz/{id}", "GET /albums/{id}"),
        ("GET /albums/{id}?market=DE", "GET /albums/{id}"),
        ("POST /albums/{id}", "albums"),
        ("get-an-albun", "get-an-album"),
        ("*", ""),
    ],
)
def test_an_unknown_route_is_refused_with_a_similar_one(route: str, hint: str) -> None:
    transport = FakeTransport()
    with pytest.raises(ValueError, match=f"(?s)there is no operation.*{re.escape(hint)}"):
        transport.answer(route)
    with pytest.raises(ValueError, match="there is no operation"):
        transport.fail(route, TransportError("no route", sent=False))
    transport.assert_all_answered()


async def test_a_route_can_be_an_operation_id() -> None:
    transport = FakeTransport()
    transport.answer("get-playlists-items", json={"n": 1})

    assert (await transport.send(get("/v1/playlists/abc/items?limit=5"))).body == b'{"n": 1}'


@pytest.mark.parametrize("times", [0, -1])
def test_a_response_that_is_never_returned_is_refused(times: int) -> None:
    with pytest.raises(ValueError, match="times must be 1 or more"):
        FakeTransport().answer("GET /me", times=times)
    with pytest.raises(TypeError, match="error must be"):
        FakeTransport().fail("GET /me", OSError())  # type: ignore[arg-type]


def test_json_and_body_cannot_be_combined() -> None:
    with pytest.raises(ValueError, match="json or body"):
        FakeTransport().answer("GET /me", json={}, body=b"")


async def test_a_closed_transport_rejects_requests() -> None:
    transport = FakeTransport()
    await transport.close()

    with pytest.raises(ClientClosedError):
        await transport.send(get("/v1/me"))
