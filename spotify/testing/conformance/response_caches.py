"""The rules of `ResponseCache`."""

from __future__ import annotations

import time
from collections.abc import Callable

from spotify.interfaces.response_cache import ALL_RESPONSES, CachedResponse, ResponseCache
from spotify.interfaces.transport import HttpResponse
from spotify.testing.conformance.rules import require, run_rules


async def check_response_cache(factory: Callable[[], ResponseCache]) -> None:
    """Check that a response cache keeps the rules of the protocol `ResponseCache`.

    ::

        await check_response_cache(MemoryResponseCache)

    Args:
        factory: Returns an empty cache.

    Raises:
        ConformanceError: It breaks rules; the message names them and says what happened.
    """
    check = _CacheCheck(factory)
    await run_rules(
        "response cache",
        [
            ("finds nothing at first, and has a stamp", check.is_empty_at_first),
            ("finds a stored response unchanged", check.finds_what_is_stored),
            ("replaces an earlier response", check.replaces),
            ("discards responses", check.discards),
            ("does not find a response after a write to its scope", check.invalidates),
            ("does not store a response that was in flight during a write", check.refuses_what_was_in_flight),
            ("keeps the responses of other scopes", check.keeps_other_scopes),
            ("is emptied by a write to all responses", check.empties),
        ],
    )


def _response(body: bytes) -> CachedResponse:
    return CachedResponse(
        response=HttpResponse(status=200, headers={"etag": '"e"', "content-type": "application/json"}, body=body),
        received_at=time.time(),
        age=1.5,
        fresh_for=60.0,
        useful_for=3600.0,
        vary=(("accept-language", None), ("accept-encoding", "gzip")),
    )


class _CacheCheck:
    def __init__(self, factory: Callable[[], ResponseCache]) -> None:
        self._factory = factory

    async def _stored(self, *scopes: str) -> tuple[ResponseCache, CachedResponse]:
        cache, response = self._factory(), _response(b'{"a": 1}')
        await cache.put("key", response, await self._stamp(cache, *scopes))
        return cache, response

    async def _stamp(self, cache: ResponseCache, *scopes: str) -> str:
        stamp = (await cache.get(["key"], [ALL_RESPONSES, *scopes])).stamp
        require(stamp is not None, "there is no stamp")
        return stamp or ""

    async def _found(self, cache: ResponseCache, *scopes: str) -> CachedResponse | None:
        found = (await cache.get(["key", "other"], [ALL_RESPONSES, *scopes])).responses
        require(len(found) in {0, 2}, f"two keys have {len(found)} results")
        return found[0] if found else None

    async def is_empty_at_first(self) -> None:
        cache = self._factory()
        require(await self._found(cache, "a") is None, "it found a response that was never stored")
        require(await self._stamp(cache, "a") == await self._stamp(cache, "a"), "the stamp changed without a write")

    async def finds_what_is_stored(self) -> None:
        cache, response = await self._stored("a")
        found = await self._found(cache, "a")
        require(found is not None, "a stored response is missing")
        require(found == response, f"it was changed to {found!r}")

    async def replaces(self) -> None:
        cache, _ = await self._stored("a")
        newer = _response(b"newer")
        await cache.put("key", newer, await self._stamp(cache, "a"))
        require(await self._found(cache, "a") == newer, "it found the earlier response")

    async def discards(self) -> None:
        cache, _ = await self._stored("a")
        await cache.discard(["key", "missing"])
        require(await self._found(cache, "a") is None, "it found a discarded response")

    async def invalidates(self) -> None:
        cache, _ = await self._stored("a", "b")
        await cache.invalidate(["b"])
        require(await self._found(cache, "a", "b") is None, "it found a response from before the write")

    async def refuses_what_was_in_flight(self) -> None:
        cache = self._factory()
        stamp = await self._stamp(cache, "a")
        await cache.invalidate(["a"])
        await cache.put("key", _response(b"old"), stamp)
        require(await self._found(cache, "a") is None, "it found a response that was requested before the write")
        require(await self._stamp(cache, "a") != stamp, "a scope got a stamp that it had before")

    async def keeps_other_scopes(self) -> None:
        cache, response = await self._stored("a")
        await cache.invalidate(["b"])
        require(await self._found(cache, "a") == response, "a write to another scope discarded a response")

    async def empties(self) -> None:
        cache, _ = await self._stored("a")
        await cache.invalidate([ALL_RESPONSES])
        require(await self._found(cache, "a") is None, "it found a response after a write to all of them")
