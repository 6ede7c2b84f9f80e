"""`CachingTransport` with any order of reads, writes and time."""

import asyncio

from hypothesis import example, given
from hypothesis import strategies as st

from spotify.impl.caching import CachingTransport, MemoryResponseCache
from spotify.impl.caching.policy import area_of, invalidated_areas
from spotify.interfaces import HttpResponse
from spotify.operations import match_operation
from spotify.testing import FakeClock
from tests.support.cache_exchanges import CONFIG, get, write

TOKENS = st.sampled_from(["ana", "ben"])
READS = st.sampled_from(["/albums/1", "/me/tracks", "/playlists/P", "/playlists/P/items", "/me/playlists"])
WRITES = st.sampled_from(
    [("PUT", "/me/library"), ("POST", "/playlists/P/items"), ("POST", "/me/playlists"), ("PUT", "/playlists/Q")]
)
LIFETIMES = st.sampled_from([0, 5, 30])
CONTROLS = st.sampled_from(["public", "private", "no-cache", "no-store", "must-revalidate", "s-maxage=99"])
ACTIONS = st.one_of(
    st.tuples(st.just("read"), TOKENS, READS, st.sets(CONTROLS, max_size=2), LIFETIMES, st.booleans(), st.booleans()),
    st.tuples(st.just("write"), TOKENS, WRITES),
    st.tuples(st.just("wait"), st.integers(0, 40)),
)


class Origin:
    """Returns a unique body for each read, and remembers for whom, when and with which headers."""

    def __init__(self, clock):
        self.clock = clock
        self.sent = {}  # by body: the token, time, headers and number of the last request that returned or validated it
        self.reads = 0
        self.headers = {}

    async def send(self, request, /):
        if request.method != "GET":
            return HttpResponse(status=200)
        self.reads += 1
        known = request.headers.get("If-None-Match", "").strip('"').encode()
        validates = known in self.sent and self.reads % 2 == 0
        body = known if validates else b"%d" % self.reads
        self.sent[body] = (request.authorization.reveal(), self.clock.time(), dict(self.headers), self.reads)
        headers = {**self.headers, **({"etag": f'"{body.decode()}"'} if "etag" in self.headers else {})}
        return HttpResponse(status=304 if validates else 200, headers=headers, body=b"" if validates else body)

    async def close(self):
        return None


@given(st.lists(ACTIONS, max_size=25))
@example(
    [
        ("read", "ana", "/albums/1", {"public"}, 30, True, False),
        ("read", "ben", "/albums/1", {"public"}, 30, True, False),
        ("read", "ben", "/albums/1", {"private"}, 30, False, False),
    ]
)
async def test_no_response_is_another_users_too_old_or_from_before_a_write(actions):
    clock = FakeClock()
    origin = Origin(clock)
    transport = CachingTransport(origin, MemoryResponseCache(), config=CONFIG, clock=clock)
    written = {}  # by area, and token if it is personal: the number of reads before the last write
    for action in actions:
        match action:
            case ("wait", seconds):
                clock.advance(seconds)
            case ("write", token, (method, path)):
                await transport.send(write(path, method=method, token=token))
                written |= {scope(area, token): origin.reads for area in invalidated_areas(method, path, "")}
            case ("read", token, path, controls, lifetime, varies, has_tag):
                control = ", ".join([*sorted(controls), f"max-age={lifetime}"])
                origin.headers = {"cache-control": control, **({"vary": "Authorization"} if varies else {})}
                if has_tag:
                    origin.headers["etag"] = ""
                before = origin.reads
                body = (await transport.send(get(path, token=token))).body
                owner, sent_at, headers, number = origin.sent[body]
                control = headers["cache-control"]
                if owner != f"Bearer {token}":
                    assert "public" in control
                    assert "private" not in control
                    assert "vary" not in headers
                    assert not path.startswith("/me")
                if origin.reads == before:
                    assert clock.time() - sent_at < allowed(headers)
                    assert "no-cache" not in control
                    assert "no-store" not in control
                    assert number > written.get(scope(area_of(*match_operation("GET", path)), token), 0)


def scope(area, token):
    return (area, token) if area is not None and area.startswith("/me") else (area, None)


def allowed(headers):
    control = headers["cache-control"]
    is_shared = "public" in control and "private" not in control and "vary" not in headers
    return 99 if is_shared and "s-maxage" in control else int(control.rpartition("=")[2])


async def test_concurrent_writers_read_their_own_writes():
    class Counter:
        """A playlist whose response is its number of writes. Each request takes a few steps of the event loop."""

        value = 0

        async def send(self, request, /):
            if request.method == "GET":
                body = b"%d" % self.value
                for _ in range(3):
                    await asyncio.sleep(0)
                return HttpResponse(status=200, headers={"cache-control": "public, max-age=60"}, body=body)
            await asyncio.sleep(0)
            self.value += 1
            for _ in range(2):
                await asyncio.sleep(0)
            return HttpResponse(status=200)

        async def close(self):
            return None

    origin = Counter()
    transport = CachingTransport(origin, MemoryResponseCache(), config=CONFIG, clock=FakeClock())

    async def work(turns):
        for turn in range(50):
            for _ in range((turn * turns) % 4):
                await asyncio.sleep(0)
            await transport.send(write("/playlists/P"))
            at_least = origin.value
            assert int((await transport.send(get("/playlists/P"))).body) >= at_least

    await asyncio.gather(*(work(turns) for turns in (1, 2, 3, 5)))
    assert int((await transport.send(get("/playlists/P"))).body) == origin.value
