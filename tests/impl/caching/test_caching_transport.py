"""Over a scripted origin, for what the sandbox does not send."""

import asyncio
import contextlib

import pytest

from spotify import ClientConfig, TransportError
from spotify.errors import ClientClosedError
from spotify.impl.caching import CachingTransport, MemoryResponseCache
from spotify.interfaces import CacheFinding, HttpRequest
from spotify.testing import FakeClock, captured_logs
from tests.support.cache_exchanges import CONFIG, answer, get, write

PUBLIC = "public, max-age=60"
PRIVATE = "private, max-age=60"


class Origin:
    """A transport that answers from a list, the last answer again and again, and holds answers back if it must."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.requests = []
        self.closed = False
        self.go = asyncio.Event()
        self.go.set()

    async def send(self, request, /):
        self.requests.append(request)
        given = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        await self.go.wait()
        if isinstance(given, BaseException):
            raise given
        return given

    async def close(self):
        self.closed = True


class Setting:
    """A caching transport over an origin."""

    def __init__(self, *answers, cache=None):
        self.clock = FakeClock()
        self.origin = Origin(*answers)
        self.cache = cache or MemoryResponseCache()
        self.transport = CachingTransport(self.origin, self.cache, config=CONFIG, clock=self.clock)

    async def asks(self, request):
        """Send a request, and return how many requests reached the origin for it."""
        before = len(self.origin.requests)
        self.response = await self.transport.send(request)
        return len(self.origin.requests) - before

    @contextlib.asynccontextmanager
    async def held(self, request):
        """Send a request, and let its answer come after the block; later requests do not wait."""
        open_gate, self.origin.go = self.origin.go, asyncio.Event()
        task = asyncio.create_task(self.transport.send(request))
        await asyncio.sleep(0)  # it is with the origin now
        gate, self.origin.go = self.origin.go, open_gate
        yield task
        gate.set()

    async def bodies(self, *requests):
        return [(await self.transport.send(request)).body for request in requests]


async def test_a_fresh_answer_is_given_again_with_its_age():
    setting = Setting(answer(b"1", cache_control=PUBLIC))
    assert await setting.asks(get()) == 1
    setting.clock.advance(59.5)
    assert await setting.asks(get()) == 0
    assert (setting.response.body, setting.response.headers["age"]) == (b"1", "59")


async def test_a_stale_answer_without_a_tag_is_asked_for_anew():
    setting = Setting(answer(b"1", cache_control=PUBLIC), answer(b"2", cache_control=PUBLIC))
    await setting.asks(get())
    setting.clock.advance(60)
    assert await setting.bodies(get(), get()) == [b"2", b"2"]


async def test_a_stale_answer_is_given_again_when_it_still_holds_and_is_fresh_then():
    setting = Setting(
        answer(b"1", cache_control="max-age=60", etag='"a"'), answer(status=304, cache_control="max-age=90", etag='"a"')
    )
    await setting.asks(get())
    setting.clock.advance(60)
    assert await setting.asks(get()) == 1
    assert setting.origin.requests[-1].headers["If-None-Match"] == '"a"'
    assert (setting.response.status, setting.response.body) == (200, b"1")
    setting.clock.advance(89)
    assert await setting.asks(get()) == 0


async def test_a_stale_answer_that_holds_no_more_is_replaced():
    setting = Setting(
        answer(b"1", cache_control="max-age=0", etag='"a"'), answer(b"2", cache_control="max-age=60", etag='"b"')
    )
    assert await setting.bodies(get(), get(), get()) == [b"1", b"2", b"2"]


async def test_a_304_for_another_answer_is_not_believed():
    setting = Setting(answer(b"1", cache_control="max-age=0", etag='"a"'), answer(status=304, etag='"b"'), answer(b"2"))
    assert await setting.bodies(get(), get()) == [b"1", b"2"]
    assert "If-None-Match" not in setting.origin.requests[-1].headers


async def test_an_error_to_the_question_is_passed_on():
    setting = Setting(answer(b"1", cache_control="max-age=0", etag='"a"'), answer(status=503), answer(status=304))
    await setting.asks(get())
    assert (await setting.transport.send(get())).status == 503
    assert (await setting.transport.send(get())).body == b"1"


async def test_no_cache_is_asked_about_each_time():
    setting = Setting(answer(b"1", cache_control="no-cache, max-age=60", etag='"a"'), answer(status=304))
    assert [await setting.asks(get()) for _ in range(3)] == [1, 1, 1]
    assert setting.response.body == b"1"


async def test_what_an_answer_varies_by_is_compared():
    setting = Setting(answer(cache_control=PUBLIC, vary="Accept"))
    assert [await setting.asks(get(accept=kind)) for kind in ("a", "a", "b", "a")] == [1, 0, 1, 1]


@pytest.mark.parametrize(
    "headers",
    [
        {"cache_control": PRIVATE},
        {"cache_control": "max-age=60"},
        {"cache_control": "max-age=60, s-maxage=60, must-revalidate"},
        {"cache_control": PUBLIC, "vary": "Authorization"},
    ],
)
async def test_an_answer_to_one_token_is_not_given_to_another(headers):
    setting = Setting(answer(b"a", **headers), answer(b"b", **headers))
    asks = [get(token="a"), get(token="b"), get(token="a"), get(token="b")]
    assert await setting.bodies(*asks) == [b"a", b"b", b"a", b"b"]
    assert len(setting.origin.requests) == 2


async def test_nobody_is_asked_whether_another_tokens_answer_holds():
    setting = Setting(answer(cache_control="private, max-age=0", etag='"a"'))
    await setting.asks(get(token="a"))
    await setting.asks(get(token="b"))
    assert "If-None-Match" not in setting.origin.requests[-1].headers


async def test_a_public_answer_is_given_to_every_token():
    setting = Setting(answer(cache_control=PUBLIC))
    assert [await setting.asks(get(token=token)) for token in ("a", "b", None)] == [1, 0, 0]


async def test_what_is_about_the_user_is_never_public():
    setting = Setting(answer(cache_control=PUBLIC))
    assert [await setting.asks(get("/me/top/tracks", token=token)) for token in ("a", "b", "a")] == [1, 1, 0]


async def test_an_answer_that_is_no_longer_public_is_shared_no_more():
    setting = Setting(answer(b"1", cache_control=PUBLIC), answer(b"2", cache_control=PRIVATE), answer(b"3"))
    await setting.asks(get(token="a"))
    setting.clock.advance(60)
    assert await setting.bodies(get(token="a"), get(token="b")) == [b"2", b"3"]


@pytest.mark.parametrize("url", ["https://elsewhere.example/v1/albums/1", "https://api.spotify.com/v10/albums/1"])
async def test_nothing_but_the_api_is_cached(url):
    setting = Setting(answer(cache_control=PUBLIC))
    request = HttpRequest(method="GET", url=url)
    assert [await setting.asks(request) for _ in range(2)] == [1, 1]


async def test_a_request_that_speaks_to_caches_passes_by():
    setting = Setting(answer(cache_control=PUBLIC))
    await setting.asks(get())
    assert await setting.asks(get(cache_control="no-cache")) == 1


PLAYLIST = "/playlists/P"


@pytest.mark.parametrize(
    "happened",
    [
        answer(status=200),
        answer(status=201),
        answer(status=502),
        TransportError("broken", sent=True),
        ClientClosedError("closed"),
    ],
    ids=["ok", "created", "gateway", "unknown", "closed"],
)
async def test_a_write_that_may_have_happened_drops_what_it_touched(happened):
    setting = Setting(answer(b"1", cache_control=PUBLIC), happened, answer(b"2", cache_control=PUBLIC))
    await setting.asks(get(PLAYLIST, token="a"))
    with contextlib.suppress(TransportError, ClientClosedError):
        await setting.transport.send(write(f"{PLAYLIST}/items", token="b"))
    assert await setting.bodies(get(PLAYLIST, token="a")) == [b"2"]


@pytest.mark.parametrize(
    "refused", [answer(status=403), answer(status=429), TransportError("no route", sent=False)], ids=repr
)
async def test_a_write_that_did_not_happen_drops_nothing(refused):
    setting = Setting(answer(cache_control=PUBLIC), refused, answer())
    await setting.asks(get(PLAYLIST))
    with contextlib.suppress(TransportError):
        await setting.transport.send(write(PLAYLIST))
    assert await setting.asks(get(PLAYLIST)) == 0


async def test_a_write_that_was_cancelled_drops_what_it_may_have_touched():
    setting = Setting(answer(cache_control=PUBLIC))
    await setting.asks(get(PLAYLIST))
    setting.origin.go.clear()
    task = asyncio.create_task(setting.transport.send(write(PLAYLIST)))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    setting.origin.go.set()
    assert await setting.asks(get(PLAYLIST)) == 1


async def test_a_users_write_leaves_other_users_answers_alone():
    setting = Setting(answer(cache_control=PRIVATE))
    for token in ("a", "b"):
        await setting.asks(get("/me/tracks", token=token))
    await setting.asks(write("/me/library?uris=spotify:track:1", token="a"))
    assert [await setting.asks(get("/me/tracks", token=token)) for token in ("a", "b")] == [1, 0]


async def test_an_answer_that_was_on_its_way_when_a_write_happened_is_not_kept():
    setting = Setting(answer(b"old", cache_control=PUBLIC), answer(), answer(b"new", cache_control=PUBLIC))
    async with setting.held(get(PLAYLIST)) as read:
        await setting.transport.send(write(PLAYLIST))
    assert (await read).body == b"old"
    assert await setting.bodies(get(PLAYLIST), get(PLAYLIST)) == [b"new", b"new"]


async def test_a_confirmation_that_was_on_its_way_when_a_write_happened_is_not_kept():
    fresh = answer(status=304, cache_control="max-age=60", etag='"a"')
    setting = Setting(answer(b"old", cache_control="max-age=0", etag='"a"'), fresh, answer(), answer(b"new"))
    await setting.asks(get(PLAYLIST))
    async with setting.held(get(PLAYLIST)) as read:
        await setting.transport.send(write(PLAYLIST))
    assert (await read).body == b"old"
    assert await setting.bodies(get(PLAYLIST)) == [b"new"]


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
    setting = Setting(answer(b"1", cache_control="max-age=60", etag='"a"'), cache=CountingCache())
    for expected, advance in ((1, 60), (2, 0), (3, 0)):  # a miss, a stale response, a hit
        request = get()
        if await setting.transport.find(request) is None:
            await setting.transport.send(request)
        assert setting.cache.lookups == expected
        setting.clock.advance(advance)
    assert len(setting.origin.requests) == 2
    assert setting.origin.requests[1].headers["If-None-Match"] == '"a"'


async def test_a_request_is_looked_up_again_when_it_is_sent_again():
    setting = Setting(answer(cache_control=PUBLIC), cache=CountingCache())
    request = get()
    assert await setting.transport.find(request) is None
    assert [await setting.asks(request) for _ in range(2)] == [1, 0]


async def test_a_lookup_serves_no_other_request_and_no_other_transport():
    setting = Setting(answer(b"1", cache_control=PUBLIC), answer(b"2", cache_control=PUBLIC))
    other = Setting(answer(b"3", cache_control=PUBLIC))
    one, two = get("/albums/1"), get("/albums/2")
    for request in (one, two):
        assert await setting.transport.find(request) is None
    assert (await other.transport.send(two)).body == b"3"
    assert await setting.bodies(one, two, one, two) == [b"1", b"2", b"1", b"2"]


async def test_a_write_between_lookup_and_send_is_respected():
    setting = Setting(answer(), answer(b"old", cache_control=PUBLIC), answer(b"new", cache_control=PUBLIC))
    request = get(PLAYLIST)
    assert await setting.transport.find(request) is None
    await setting.transport.send(write(PLAYLIST))
    assert (await setting.transport.send(request)).body == b"old"
    assert await setting.bodies(get(PLAYLIST)) == [b"new"]


@pytest.mark.parametrize("path", ["/sleep-timers/1", "/me/sleep-timers"])
async def test_a_response_of_an_unknown_operation_is_not_stored(path):
    setting = Setting(answer(cache_control=PUBLIC))
    assert [await setting.asks(get(path)) for _ in range(2)] == [1, 1]


class AwayCache:
    """A cache that cannot be reached."""

    async def get(self, keys, scopes, /):
        return CacheFinding()

    async def put(self, key, response, stamp, /):
        raise AssertionError("nothing can be put without a stamp")

    async def invalidate(self, scopes, /):
        return None


async def test_a_cache_that_is_away_is_a_miss():
    setting = Setting(answer(cache_control=PUBLIC), cache=AwayCache())
    assert [await setting.asks(get()) for _ in range(2)] == [1, 1]
    await setting.asks(write(PLAYLIST))


async def test_a_closed_transport_gives_nothing_and_leaves_the_one_below_open():
    setting = Setting(answer(cache_control=PUBLIC))
    await setting.asks(get())
    await setting.transport.close()
    await setting.transport.close()
    with pytest.raises(ClientClosedError):
        await setting.transport.send(get())
    assert not setting.origin.closed


async def test_events_tell_what_became_of_each_request():
    setting = Setting(
        answer(cache_control="max-age=60", etag='"a"'), answer(status=304, cache_control="max-age=60"), answer()
    )
    with captured_logs() as events:
        for _ in range(2):
            await setting.asks(get("/playlists/P?market=DE", token="hush"))
        setting.clock.advance(60)
        await setting.asks(get("/playlists/P?market=DE", token="hush"))
        await setting.asks(write("/me/player/next", method="POST", token="hush"))
    assert [(event["event"], event["path"], event["level"]) for event in events] == [
        ("cache_miss", "/playlists/P", "debug"),
        ("cache_hit", "/playlists/P", "debug"),
        ("cache_revalidated", "/playlists/P", "debug"),
        ("cache_invalidated", "/me/player/next", "debug"),
    ]
    assert "hush" not in repr(events)


async def test_responses_of_another_api_url_have_other_keys():
    setting = Setting(answer(b"1", cache_control=PUBLIC))
    await setting.asks(get())
    other = CachingTransport(
        Origin(answer(b"2")), setting.cache, config=ClientConfig(api_url="http://127.0.0.1:1/v1"), clock=setting.clock
    )
    assert (await other.send(HttpRequest(method="GET", url="http://127.0.0.1:1/v1/albums/1"))).body == b"2"
