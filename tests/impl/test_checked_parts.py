"""What parts of an application return is checked where it enters: the error names the part and what it returned."""

import re
import time
from types import SimpleNamespace

import pytest
from dependency_injector import providers

from spotify import AsyncSpotifyClient, ClientConfig, PkceAuth, TransportError, build_container
from spotify.impl.caching import MemoryResponseCache
from spotify.impl.checked_parts import (
    checked_clock,
    checked_rate_limiter,
    checked_response_cache,
    checked_retry_policy,
    checked_serializer,
    checked_token_store,
    checked_transport,
)
from spotify.impl.execution.components import CachedReads
from spotify.impl.execution.retry import BackoffRetryPolicy
from spotify.impl.rate_limiting import InProcessRateLimiter
from spotify.impl.serialization import MsgspecSerializer
from spotify.impl.system_clock import SystemClock
from spotify.impl.token_stores import MemoryTokenStore
from spotify.interfaces import CacheFinding, HttpResponse, Retry
from spotify.testing import FakeTransport

FRESH = {"cache-control": "public, max-age=3600"}
ARTIST = b'{"id": "0OdUWJ0sBjDrqHygGUXeCF", "type": "artist", "name": "Ana"}'


def asynchronous(result):
    """Return an async function that returns a result."""

    async def method(*_):
        return result

    return method


class Transport:
    """A transport that returns what it is given."""

    def __init__(self, returned):
        self.returned = returned

    async def send(self, request, /):
        if isinstance(self.returned, Exception):
            raise self.returned
        return self.returned

    async def close(self):
        pass


async def get_artist(**parts):
    parts.setdefault("transport", Transport(HttpResponse(status=200, body=ARTIST)))
    async with AsyncSpotifyClient("t", max_retries=1, **parts) as client:
        return await client.artists.get("0OdUWJ0sBjDrqHygGUXeCF")


@pytest.mark.parametrize(
    ("returned", "message"),
    [
        (None, "must return an HttpResponse; it returned None"),
        (SimpleNamespace(status=200), "must return an HttpResponse; it returned SimpleNamespace"),
        (HttpResponse(status="200"), "must return a response whose status is an int; it returned str"),
        (HttpResponse(status=200, headers=[("a", "b")]), "whose headers are a mapping; it returned list"),
        (HttpResponse(status=200, headers={b"a": "b"}), "whose header names are str; it returned bytes"),
        (HttpResponse(status=200, headers={"age": 5}), "whose header values are str; it returned int"),
        (HttpResponse(status=200, body="{}"), "must return a response whose body is bytes; it returned str"),
        (HttpResponse(status=429, headers={"Retry-After": "5"}), "names in lower case; it returned 'Retry-After'"),
    ],
)
@pytest.mark.parametrize("cache", ["none", "memory"])
async def test_a_wrong_response_names_the_transport(returned, message, cache):
    with pytest.raises((TypeError, ValueError), match=f"the transport Transport .*{re.escape(message)}"):
        await get_artist(transport=Transport(returned), config=ClientConfig(cache=cache))


async def test_a_wrong_response_of_a_token_request_names_the_transport():
    async with AsyncSpotifyClient(client_id="i", client_secret="s", transport=Transport(None)) as client:
        with pytest.raises(TypeError, match="the transport Transport must return an HttpResponse; it returned None"):
            await client.artists.get("0OdUWJ0sBjDrqHygGUXeCF")


async def test_a_plain_send_names_the_transport():
    class Plain(Transport):
        def send(self, request, /):
            return self.returned

    with pytest.raises(TypeError, match="the transport Plain: send must be an async function; it returned HttpResp"):
        await get_artist(transport=Plain(HttpResponse(status=200)))


async def test_a_correct_response_is_used():
    assert (await get_artist()).name == "Ana"


class Part:
    """A retry policy, rate limiter, serializer and clock that returns what it is given."""

    def __init__(self, returned):
        self.returned = returned

    def decide(self, attempt, /):
        return self.returned

    slot = encode = sleep = decide

    def decode(self, data, into, /):
        return self.returned

    async def pause(self, seconds, /, *, operation, reason):
        pass

    def time(self):
        return time.time()

    def monotonic(self):
        return time.monotonic()


@pytest.mark.parametrize(
    ("returned", "message"),
    [
        (None, "the retry policy Part must return Retry or GiveUp; it returned None"),
        (Retry("1"), "the retry policy Part must return a Retry whose delay is a number of seconds; it returned str"),
    ],
)
async def test_a_wrong_decision_names_the_retry_policy(returned, message):
    with pytest.raises(TypeError, match=message):
        await get_artist(transport=Transport(TransportError("reset", sent=True)), retry_policy=Part(returned))


async def test_an_async_decision_names_the_retry_policy():
    class Async(Part):
        async def decide(self, attempt, /):
            return Retry(1)

    with pytest.raises(TypeError, match="the retry policy Async must return Retry or GiveUp; it returned coroutine"):
        await get_artist(transport=Transport(TransportError("reset", sent=True)), retry_policy=Async(None))


async def test_an_async_slot_names_the_rate_limiter():
    class Async(Part):
        async def slot(self, admission, /):
            return None

    with pytest.raises(TypeError, match=r"the rate limiter Async: slot must be a plain function .*returned coroutine"):
        await get_artist(rate_limiter=Async(None))


async def test_a_wrong_result_names_the_serializer():
    with pytest.raises(TypeError, match="the serializer Part: decode must return an instance of Artist; it returned"):
        await get_artist(serializer=Part({"name": "Ana"}))
    async with AsyncSpotifyClient("t", transport=FakeTransport(), serializer=Part("{}")) as client:
        with pytest.raises(TypeError, match="the serializer Part: encode must return bytes; it returned str"):
            await client.playlists.create("Mix")


async def test_a_plain_sleep_names_the_clock():
    transport = Transport(TransportError("reset", sent=True))
    with pytest.raises(TypeError, match="the clock Part: sleep must be an async function; it returned None"):
        await get_artist(transport=transport, clock=Part(None))


def test_a_time_that_is_no_number_names_the_clock():
    class Words(Part):
        def monotonic(self):
            return "noon"

    with pytest.raises(TypeError, match="the clock Words: monotonic must return a number of seconds; it returned str"):
        AsyncSpotifyClient("t", clock=Words(None))


def test_the_parts_of_this_library_are_not_wrapped():
    clock, transport, serializer = SystemClock(), FakeTransport(), MsgspecSerializer()
    limiter, policy = (
        InProcessRateLimiter(max_concurrency=1, clock=clock),
        BackoffRetryPolicy(base_delay=1, max_delay=1),
    )
    assert checked_transport(transport) is transport
    assert checked_rate_limiter(limiter) is limiter
    assert checked_retry_policy(policy) is policy
    assert checked_serializer(serializer) is serializer
    assert checked_clock(clock) is clock
    store, cache = MemoryTokenStore(), MemoryResponseCache()
    assert checked_token_store(store) is store
    assert checked_response_cache(cache) is cache


class CachedTransport(Transport):
    """A transport that finds nothing in its cache, and records what is discarded."""

    def __init__(self):
        super().__init__(HttpResponse(status=200))
        self.discarded = []

    def find(self, request, /):
        return None

    async def find_many(self, requests, /, *, if_refused):
        return [None] * len(requests)

    async def discard(self, request, /):
        self.discarded.append(request)


async def test_the_cache_of_a_transport_is_used():
    transport = CachedTransport()
    cache = CachedReads.of(checked_transport(transport))
    await cache.discard("request")
    assert transport.discarded == ["request"]


class Store(MemoryTokenStore):
    """A token store of an application, with a method that does not do what the protocol says."""

    def __init__(self, name, method):
        super().__init__()
        setattr(self, name, method)


@pytest.mark.parametrize(
    ("name", "method", "message"),
    [
        ("load", lambda _: None, "load must be an async function; it returned None"),
        ("load", asynchronous({"access_token": "secret"}), "load must return a Token or None; it returned dict"),
        ("lock", asynchronous(None), "lock must be a plain function that returns an async context manager"),
        ("delete", lambda _: True, "delete must be an async function; it returned bool"),
    ],
)
async def test_a_wrong_result_names_the_token_store(name, method, message):
    auth = PkceAuth("client-id", redirect_uri="http://127.0.0.1:8080/callback", store=Store(name, method))
    async with AsyncSpotifyClient(auth_provider=auth):
        with pytest.raises(TypeError, match=f"the token store Store: {message}") as caught:
            await (auth.log_out() if name == "delete" else auth.get_access_token())
    assert "secret" not in str(caught.value)


class Cache(MemoryResponseCache):
    """A response cache of an application, with a method that does not do what the protocol says."""

    def __init__(self, name, method):
        super().__init__()
        setattr(self, name, method)


@pytest.mark.parametrize(
    ("name", "method", "message"),
    [
        ("get", lambda *_: CacheFinding(), "get must be an async function; it returned CacheFinding"),
        ("get", asynchronous(None), "get must return a CacheFinding; it returned None"),
        (
            "get",
            asynchronous(CacheFinding(responses=("{}",))),
            "get must find CachedResponse or None; it returned str",
        ),
        ("put", lambda *_: None, "put must be an async function; it returned None"),
    ],
)
async def test_a_wrong_result_names_the_response_cache(name, method, message):
    container = build_container("t", transport=Transport(HttpResponse(status=200, headers=FRESH, body=ARTIST)))
    container.response_cache.override(providers.Object(Cache(name, method)))
    async with container.client() as client:
        with pytest.raises(TypeError, match=f"the response cache Cache: {message}"):
            await client.artists.get("0OdUWJ0sBjDrqHygGUXeCF")
