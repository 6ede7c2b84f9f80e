"""Any order of reads, writes and time, against an origin that answers anything."""

import asyncio

from hypothesis import example, given
from hypothesis import strategies as st

from spotify.impl.caching import CachingTransport, MemoryResponseCache
from spotify.impl.caching.invalidation import area_of, invalidated_areas
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
    """Answers every read with a body of its own, and remembers to whom, when and how."""

    def __init__(self, clock):
        self.clock = clock
        self.told = {}  # by body: to whom, when, with which headers and at which request it was given or confirmed
        self.asked = 0
        self.headers = {}

    async def send(self, request, /):
        if request.method != "GET":
            return HttpResponse(status=200)
        self.asked += 1
        known = request.headers.get("If-None-Match", "").strip('"').encode()
        confirms = known in self.told and self.asked % 2 == 0
        body = known if confirms else b"%d" % self.asked
        self.told[body] = (request.authorization.reveal(), self.clock.time(), dict(self.headers), self.asked)
        headers = {**self.headers, **({"etag": f'"{body.decode()}"'} if "etag" in self.headers else {})}
        return HttpResponse(status=304 if confirms else 200, headers=headers, body=b"" if confirms else body)

    async def close(self):
        return None


@given(st.lists(ACTIONS, max_size=40))
@example(
    [
        ("read", "ana", "/albums/1", {"public"}, 30, True, False),
        ("read", "ben", "/albums/1", {"public"}, 30, True, False),
        ("read", "ben", "/albums/1", {"private"}, 30, False, False),
    ]
)
async def test_no_answer_is_anothers_or_too_old_or_from_before_a_write(actions):
    clock = FakeClock()
    origin = Origin(clock)
    transport = CachingTransport(origin, MemoryResponseCache(), config=CONFIG, clock=clock)
    written = {}  # by area, and token where it is personal: at which request
    for action in actions:
        match action:
            case ("wait", seconds):
                clock.advance(seconds)
            case ("write", token, (method, path)):
                await transport.send(write(path, method=method, token=token))
                written |= {place(area, token): origin.asked for area in invalidated_areas(method, path, "")}
            case ("read", token, path, controls, lifetime, varies, has_tag):
                said = ", ".join([*sorted(controls), f"max-age={lifetime}"])
                origin.headers = {"cache-control": said, **({"vary": "Authorization"} if varies else {})}
                if has_tag:
                    origin.headers["etag"] = ""
                before = origin.asked
                body = (await transport.send(get(path, token=token))).body
                owner, told_at, headers, number = origin.told[body]
                said = headers["cache-control"]
                if owner != f"Bearer {token}":
                    assert "public" in said
                    assert "private" not in said
                    assert "vary" not in headers
                    assert not path.startswith("/me")
                if origin.asked == before:
                    assert clock.time() - told_at < allowed(headers)
                    assert "no-cache" not in said
                    assert "no-store" not in said
                    assert number > written.get(place(area_of(*match_operation("GET", path)), token), 0)


def place(area, token):
    return (area, token) if area is not None and area.startswith("/me") else (area, None)


def allowed(headers):
    said = headers["cache-control"]
    is_shared = "public" in said and "private" not in said and "vary" not in headers
    return 99 if is_shared and "s-maxage" in said else int(said.rpartition("=")[2])


async def test_many_readers_and_writers_at_once_see_no_answer_from_before_their_own_write():
    class Counter:
        """A playlist whose answer is its number of writes so far; every request takes some turns of the loop."""

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
