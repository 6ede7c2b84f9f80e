"""`CachingTransport` over a scripted origin, for responses that the sandbox does not send."""

import asyncio
import contextlib

import pytest

from spotify import ClientConfig, TransportError
from spotify.errors import ClientClosedError
from spotify.impl.caching import CachingTransport, MemoryResponseCache
from spotify.interfaces import CacheFinding, HttpRequest
from spotify.testing import FakeClock, captured_logs
from tests.support.cache_exchanges import CONFIG, get, response, write

PUBLIC = "public, max-age=60"
PRIVATE = "private, max-age=60"


class Origin:
    """A transport with scripted responses, the last one repeated, which can hold them back."""

    def __init__(self, *responses):
        self.responses = list(responses)
        self.requests = []
        self.closed = False
        self.released = asyncio.Event()
        self.released.set()

    async def send(self, request, /):
        self.requests.append(request)
        outcome = self.responses.pop(0) if len(self.responses) > 1 else self.responses[0]
        await self.released.wait()
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome

    async def close(self):
        self.closed = True


class Setting:
    """A caching transport over an origin."""

    def __init__(self, *responses, cache=None):
        self.clock = FakeClock()
        self.origin = Origin(*responses)
        self.cache = cache or MemoryResponseCache()
        self.transport = CachingTransport(self.origin, self.cache, config=CONFIG, clock=self.clock)

    async def requests_for(self, request):
        """Send a request; return the number of requests that the origin received for it."""
        before = len(self.origin.requests)
        self.response = await self.transport.send(request)
        return len(self.origin.requests) - before

    @contextlib.asynccontextmanager
    async def held(self, request):
        """Send a request whose response is held back until the end of the block. Later requests are not."""
        unheld, self.origin.released = self.origin.released, asyncio.Event()
        task = asyncio.create_task(self.transport.send(request))
        await asyncio.sleep(0)  # the origin has received it
        held, self.origin.released = self.origin.released, unheld
        yield task
        held.set()

    async def bodies(self, *requests):
        return [(await self.transport.send(request)).body for request in requests]


async def test_a_fresh_response_is_served_with_its_age():
    setting = Setting(response(b"1", cache_control=PUBLIC))
    assert await setting.requests_for(get()) == 1
    setting.clock.advance(59.5)
    assert await setting.requests_for(get()) == 0
    assert (setting.response.body, setting.response.headers["age"]) == (b"1", "59")


async def test_a_stale_response_without_a_tag_is_fetched_again():
    setting = Setting(response(b"1", cache_control=PUBLIC), response(b"2", cache_control=PUBLIC))
    await setting.requests_for(get())
    setting.clock.advance(60)
    assert await setting.bodies(get(), get()) == [b"2", b"2"]


async def test_a_stale_response_is_served_after_validation_and_is_fresh_again():
    setting = Setting(
        response(b"1", cache_control="max-age=60", etag='"a"'),
        response(status=304, cache_control="max-age=90", etag='"a"'),
    )
    await setting.requests_for(get())
    setting.clock.advance(60)
    assert await setting.requests_for(get()) == 1
    assert setting.origin.requests[-1].headers["If-None-Match"] == '"a"'
    assert (setting.response.status, setting.response.body) == (200, b"1")
    setting.clock.advance(89)
    assert await setting.requests_for(get()) == 0


async def test_a_stale_response_that_is_not_valid_is_replaced():
    setting = Setting(
        response(b"1", cache_control="max-age=0", etag='"a"'), response(b"2", cache_control="max-age=60", etag='"b"')
    )
    assert await setting.bodies(get(), get(), get()) == [b"1", b"2", b"2"]


async def test_a_304_with_another_tag_is_ignored():
    setting = Setting(
        response(b"1", cache_control="max-age=0", etag='"a"'), response(status=304, etag='"b"'), response(b"2")
    )
    assert await setting.bodies(get(), get()) == [b"1", b"2"]
    assert "If-None-Match" not in setting.origin.requests[-1].headers


async def test_an_error_during_validation_is_returned():
    setting = Setting(response(b"1", cache_control="max-age=0", etag='"a"'), response(status=503), response(status=304))
    await setting.requests_for(get())
    assert (await setting.transport.send(get())).status == 503
    assert (await setting.transport.send(get())).body == b"1"


async def test_no_cache_is_validated_each_time():
    setting = Setting(response(b"1", cache_control="no-cache, max-age=60", etag='"a"'), response(status=304))
    assert [await setting.requests_for(get()) for _ in range(3)] == [1, 1, 1]
    assert setting.response.body == b"1"


async def test_vary_is_respected():
    setting = Setting(response(cache_control=PUBLIC, vary="Accept"))
    assert [await setting.requests_for(get(accept=kind)) for kind in ("a", "a", "b", "a")] == [1, 0, 1, 1]


@pytest.mark.parametrize(
    "headers",
    [
        {"cache_control": PRIVATE},
        {"cache_control": "max-age=60"},
        {"cache_control": "max-age=60, s-maxage=60, must-revalidate"},
        {"cache_control": PUBLIC, "vary": "Authorization"},
    ],
)
async def test_a_response_to_one_token_is_not_served_to_another(headers):
    setting = Setting(response(b"1", **headers), response(b"2", **headers))
    requests = [get(token="a"), get(token="b"), get(token="a"), get(token="b")]
    assert await setting.bodies(*requests) == [b"1", b"2", b"1", b"2"]
    assert len(setting.origin.requests) == 2


async def test_a_response_to_another_token_is_not_validated():
    setting = Setting(response(cache_control="private, max-age=0", etag='"a"'))
    await setting.requests_for(get(token="a"))
    await setting.requests_for(get(token="b"))
    assert "If-None-Match" not in setting.origin.requests[-1].headers


async def test_a_public_response_is_served_to_every_token():
    setting = Setting(response(cache_control=PUBLIC))
    assert [await setting.requests_for(get(token=token)) for token in ("a", "b", None)] == [1, 0, 0]


async def test_a_response_about_the_current_user_is_never_shared():
    setting = Setting(response(cache_control=PUBLIC))
    assert [await setting.requests_for(get("/me/top/tracks", token=token)) for token in ("a", "b", "a")] == [1, 1, 0]


async def test_a_response_that_is_no_longer_public_is_no_longer_shared():
    setting = Setting(response(b"1", cache_control=PUBLIC), response(b"2", cache_control=PRIVATE), response(b"3"))
    await setting.requests_for(get(token="a"))
    setting.clock.advance(60)
    assert await setting.bodies(get(token="a"), get(token="b")) == [b"2", b"3"]


@pytest.mark.parametrize("url", ["https://elsewhere.example/v1/albums/1", "https://api.spotify.com/v10/albums/1"])
async def test_only_the_api_is_cached(url):
    setting = Setting(response(cache_control=PUBLIC))
    request = HttpRequest(method="GET", url=url)
    assert [await setting.requests_for(request) for _ in range(2)] == [1, 1]


async def test_a_request_with_cache_control_bypasses_the_cache():
    setting = Setting(response(cache_control=PUBLIC))
    await setting.requests_for(get())
    assert await setting.requests_for(get(cache_control="no-cache")) == 1


PLAYLIST = "/playlists/P"


@pytest.mark.parametrize(
    "outcome",
    [
        response(status=200),
        response(status=201),
        response(status=502),
        TransportError("broken", sent=True),
        ClientClosedError("closed"),
    ],
    ids=["ok", "created", "gateway", "unknown", "closed"],
)
async def test_a_write_that_may_have_been_executed_invalidates_its_reads(outcome):
    setting = Setting(response(b"1", cache_control=PUBLIC), outcome, response(b"2", cache_control=PUBLIC))
    await setting.requests_for(get(PLAYLIST, token="a"))
    with contextlib.suppress(TransportError, ClientClosedError):
        await setting.transport.send(write(f"{PLAYLIST}/items", token="b"))
    assert await setting.bodies(get(PLAYLIST, token="a")) == [b"2"]


@pytest.mark.parametrize(
    "outcome", [response(status=403), response(status=429), TransportError("no route", sent=False)], ids=repr
)
async def test_a_write_that_was_not_executed_invalidates_nothing(outcome):
    setting = Setting(response(cache_control=PUBLIC), outcome, response())
    await setting.requests_for(get(PLAYLIST))
    with contextlib.suppress(TransportError):
        await setting.transport.send(write(PLAYLIST))
    assert await setting.requests_for(get(PLAYLIST)) == 0


async def test_a_cancelled_write_invalidates_its_reads():
    setting = Setting(response(cache_control=PUBLIC))
    await setting.requests_for(get(PLAYLIST))
    setting.origin.released.clear()
    task = asyncio.create_task(setting.transport.send(write(PLAYLIST)))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    setting.origin.released.set()
    assert await setting.requests_for(get(PLAYLIST)) == 1


async def test_a_write_does_not_invalidate_other_users_responses():
    setting = Setting(response(cache_control=PRIVATE))
    for token in ("a", "b"):
        await setting.requests_for(get("/me/tracks", token=token))
    await setting.requests_for(write("/me/library?uris=spotify:track:1", token="a"))
    assert [await setting.requests_for(get("/me/tracks", token=token)) for token in ("a", "b")] == [1, 0]


async def test_a_response_in_flight_during_a_write_is_not_stored():
    setting = Setting(response(b"1", cache_control=PUBLIC), response(), response(b"2", cache_control=PUBLIC))
    async with setting.held(get(PLAYLIST)) as read:
        await setting.transport.send(write(PLAYLIST))
    assert (await read).body == b"1"
    assert await setting.bodies(get(PLAYLIST), get(PLAYLIST)) == [b"2", b"2"]


async def test_a_validation_in_flight_during_a_write_is_not_stored():
    fresh = response(status=304, cache_control="max-age=60", etag='"a"')
    setting = Setting(response(b"1", cache_control="max-age=0", etag='"a"'), fresh, response(), response(b"2"))
    await setting.requests_for(get(PLAYLIST))
    async with setting.held(get(PLAYLIST)) as read:
        await setting.transport.send(write(PLAYLIST))
    assert (await read).body == b"1"
    assert await setting.bodies(get(PLAYLIST)) == [b"2"]


class CountingCache(MemoryResponseCache):
    """A cache that counts its lookups."""

    __slots__ = ("lookups",)

    def __init__(self):
        super().__init__()
        self.lookups = 0

    async def get(self, keys, scopes, /):
        self.lookups += 1
        return await super().get(keys, scopes)


async def test_a_miss_is_looked_up_once():
    setting = Setting(response(b"1", cache_control="max-age=60", etag='"a"'), cache=CountingCache())
    for expected, advance in ((1, 60), (2, 0), (3, 0)):  # a miss, a stale response, a hit
        request = get()
        if await setting.transport.find(request) is None:
            await setting.transport.send(request)
        assert setting.cache.lookups == expected
        setting.clock.advance(advance)
    assert len(setting.origin.requests) == 2
    assert setting.origin.requests[1].headers["If-None-Match"] == '"a"'


async def test_a_request_is_looked_up_again_when_it_is_sent_again():
    setting = Setting(response(cache_control=PUBLIC), cache=CountingCache())
    request = get()
    assert await setting.transport.find(request) is None
    assert [await setting.requests_for(request) for _ in range(2)] == [1, 0]


async def test_a_lookup_serves_no_other_request():
    setting = Setting(response(b"1", cache_control=PUBLIC), response(b"2", cache_control=PUBLIC))
    one, two = get("/albums/1"), get("/albums/2")
    for request in (one, two):
        assert await setting.transport.find(request) is None
    assert await setting.bodies(one, two, one, two) == [b"1", b"2", b"1", b"2"]
    assert [request.url for request in setting.origin.requests] == [one.url, two.url]


async def test_a_lookup_serves_no_other_transport():
    setting, other = Setting(response(b"1")), Setting(response(b"2", cache_control=PUBLIC))
    await other.requests_for(get())
    request = get()
    assert await setting.transport.find(request) is None
    assert await other.requests_for(request) == 0


async def test_a_write_between_lookup_and_send_is_respected():
    setting = Setting(response(), response(b"1", cache_control=PUBLIC), response(b"2", cache_control=PUBLIC))
    request = get(PLAYLIST)
    assert await setting.transport.find(request) is None
    await setting.transport.send(write(PLAYLIST))
    assert (await setting.transport.send(request)).body == b"1"
    assert await setting.bodies(get(PLAYLIST)) == [b"2"]


@pytest.mark.parametrize("path", ["/sleep-timers/1", "/me/sleep-timers"])
async def test_a_response_of_an_unknown_operation_is_not_stored(path):
    setting = Setting(response(cache_control=PUBLIC))
    assert [await setting.requests_for(get(path)) for _ in range(2)] == [1, 1]


class UnavailableCache:
    """A cache that is unavailable."""

    async def get(self, keys, scopes, /):
        return CacheFinding()

    async def put(self, key, response, stamp, /):
        raise AssertionError("nothing can be stored without a stamp")

    async def discard(self, keys, /):
        return None

    async def invalidate(self, scopes, /):
        return None


async def test_an_unavailable_cache_is_a_miss():
    setting = Setting(response(cache_control=PUBLIC), cache=UnavailableCache())
    assert [await setting.requests_for(get()) for _ in range(2)] == [1, 1]
    await setting.requests_for(write(PLAYLIST))


async def test_a_closed_transport_raises_and_leaves_the_wrapped_one_open():
    setting = Setting(response(cache_control=PUBLIC))
    await setting.requests_for(get())
    await setting.transport.close()
    await setting.transport.close()
    with pytest.raises(ClientClosedError):
        await setting.transport.send(get())
    assert not setting.origin.closed


async def test_each_request_is_logged():
    setting = Setting(
        response(cache_control="max-age=60", etag='"a"'), response(status=304, cache_control="max-age=60"), response()
    )
    with captured_logs() as events:
        for _ in range(2):
            await setting.requests_for(get("/playlists/P?market=DE", token="hush"))
        setting.clock.advance(60)
        await setting.requests_for(get("/playlists/P?market=DE", token="hush"))
        await setting.requests_for(write("/me/player/next", method="POST", token="hush"))
    assert [(event["event"], event["path"], event["level"]) for event in events] == [
        ("cache_miss", "/playlists/P", "debug"),
        ("cache_hit", "/playlists/P", "debug"),
        ("cache_revalidated", "/playlists/P", "debug"),
        ("cache_invalidated", "/me/player/next", "debug"),
    ]
    assert "hush" not in repr(events)


async def test_responses_of_another_api_url_have_other_keys():
    setting = Setting(response(b"1", cache_control=PUBLIC))
    await setting.requests_for(get())
    other = CachingTransport(
        Origin(response(b"2")), setting.cache, config=ClientConfig(api_url="http://127.0.0.1:1/v1"), clock=setting.clock
    )
    assert (await other.send(HttpRequest(method="GET", url="http://127.0.0.1:1/v1/albums/1"))).body == b"2"
