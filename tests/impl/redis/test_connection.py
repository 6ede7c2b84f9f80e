"""`RedisConnection`: scripts, errors and connections."""

import asyncio
import traceback
from contextlib import asynccontextmanager

import pytest
from redis.asyncio import Redis

from spotify.credentials import Secret
from spotify.impl.redis.connection import RedisConnection, RedisFailure
from tests.support.error_text import all_text_of
from tests.support.rate_limit_workers import until
from tests.support.redis_server import RedisServer

ECHO = "return {KEYS[1], ARGV[1], 7}"


@pytest.fixture
async def connection(redis_server):
    connection = RedisConnection(redis_server.url, timeout=5.0, needed_by="a test")
    yield connection
    await connection.close()


def any_reply(reply):
    return reply


async def run(connection, script=ECHO):
    return await connection.run(script, parse=any_reply, keys=["key"], arguments=[Secret("HUSH")])


async def test_a_script_receives_keys_arguments_and_revealed_secrets(connection):
    assert await run(connection) == [b"key", b"HUSH", 7]


async def test_a_script_is_sent_once_and_then_run_by_its_digest(redis_proxy):
    connection = RedisConnection(redis_proxy.url, timeout=5.0, needed_by="a test")
    for _ in range(3):
        await run(connection)
    await connection.close()
    assert sum(ECHO.encode() in request for request in redis_proxy.requests) == 1
    assert ECHO.encode() not in redis_proxy.requests[-1]
    assert redis_proxy.requests[-1] != redis_proxy.requests[-2] or b"EVALSHA" in redis_proxy.requests[-1]


async def test_a_script_that_redis_lost_is_sent_again(connection, redis_client):
    await run(connection)
    await redis_client.script_flush()
    assert await run(connection) == [b"key", b"HUSH", 7]


async def test_a_failure_says_whether_it_is_an_outage(connection, redis_server, redis_client):
    with pytest.raises(RedisFailure, match="refused") as refused:
        await run(connection, "return redis.call('GET', ARGV[1] .. nil)")
    await redis_client.replicaof("127.0.0.1", 1)
    with pytest.raises(RedisFailure, match="replica") as replica:
        await run(connection, "return redis.call('SET', KEYS[1], ARGV[1])")
    redis_server.pause()
    impatient = RedisConnection(redis_server.url, timeout=0.1, needed_by="a test")
    with pytest.raises(RedisFailure, match="in time") as hanging:
        await run(impatient)
    await impatient.close()
    redis_server.kill()
    with pytest.raises(RedisFailure, match="cannot be reached") as unavailable:
        await run(connection)
    outages = [caught.value.is_outage for caught in (refused, replica, hanging, unavailable)]
    assert outages == [False, True, True, True]


@pytest.mark.parametrize("script", ["return redis.call(ARGV[1], ARGV[1])", "return redis.error_reply(ARGV[1])"])
async def test_a_failure_does_not_contain_what_was_sent(script, connection):
    secret = Secret("".join(["HU", "SH"]))
    with pytest.raises(RedisFailure) as caught:
        await connection.run(script, parse=any_reply, keys=["key"], arguments=[secret])
    shown = "".join(traceback.TracebackException.from_exception(caught.value, capture_locals=True).format())
    assert "HUSH" not in shown
    assert caught.value.__context__ is None


@pytest.mark.parametrize("limit", [3, 64])
async def test_concurrent_commands_share_a_few_connections(limit, redis_server, redis_client):
    url = redis_server.url if limit == 64 else f"{redis_server.url}?max_connections={limit}"
    connection = RedisConnection(url, timeout=20.0, needed_by="a test")
    replies = await asyncio.gather(*(run(connection) for _ in range(200)))
    assert replies == [[b"key", b"HUSH", 7]] * 200
    assert len(await redis_client.client_list()) == limit + 1
    await connection.close()


async def test_commands_that_wait_for_a_connection_time_out_too(redis_server):
    connection = RedisConnection(f"{redis_server.url}?max_connections=1", timeout=0.2, needed_by="a test")
    redis_server.pause()
    # One after the other they would take 100 s.
    async with asyncio.timeout(50):
        failures = await asyncio.gather(*(run(connection) for _ in range(500)), return_exceptions=True)
    assert {str(failure).partition(" did ")[2] for failure in failures} == {"not respond in time (TimeoutError)"}
    assert sum(failure.is_outage for failure in failures) == 500
    redis_server.resume()

    async def works():
        try:
            return await run(connection) == [b"key", b"HUSH", 7]
        except RedisFailure:
            return False

    await until(works)
    await connection.close()


async def test_keys_are_found_by_their_literal_prefix(connection, redis_client):
    for name in ("a*b:1", "a*b:2", "axb:3", "a[x]\\?:4", "ax?:5"):
        await redis_client.set(name, 1)
    assert await connection.find_keys("a*b:") == ["a*b:1", "a*b:2"]
    assert await connection.find_keys("a[x]\\?") == ["a[x]\\?:4"]


async def test_keys_that_cannot_be_listed_raise(connection, redis_server):
    redis_server.kill()
    with pytest.raises(RedisFailure, match="cannot be reached"):
        await connection.find_keys("a")


def test_a_server_behind_another_kind_of_pool_has_no_address():
    client = Redis.from_url("redis://localhost")
    del client.connection_pool.connection_kwargs["host"]
    assert RedisConnection(client, timeout=1.0, needed_by="a test").server == "Redis"


class UrlFunction:
    """A function that returns URLs, or raises what is an error; the last one for ever.

    Attributes:
        calls: How often it was called.
    """

    def __init__(self, *results):
        self.results = list(results)
        self.calls = 0

    def __call__(self):
        self.calls += 1
        result = self.results.pop(0) if len(self.results) > 1 else self.results[0]
        if isinstance(result, BaseException):
            raise result
        return result


@asynccontextmanager
async def of_function(function):
    connection = RedisConnection(function, timeout=5.0, needed_by="a test")
    try:
        yield connection
    finally:
        await connection.close()


@pytest.mark.parametrize("form", ["redis://:{}@127.0.0.1:{port}", "redis://127.0.0.1:{port}?password={}"])
async def test_a_function_for_the_url_is_called_once_per_connection(form, redis_server, redis_client):
    function = UrlFunction(form.format("pass%2Fword", port=redis_server.port))
    async with required_password(redis_client, "pass/word"), of_function(function) as connection:
        assert function.calls == 1
        await run(connection)
        await run(connection)
        assert function.calls == 3  # for the client of this event loop, and for its connection


@asynccontextmanager
async def required_password(redis_client, password):
    await redis_client.config_set("requirepass", password)
    try:
        yield
    finally:
        await redis_client.config_set("requirepass", "")


@pytest.mark.parametrize(
    "form", ["{url}", "unix://:{}@{path}", "unix://{path}?password={}", "unix://ana@{path}?password={}"]
)
async def test_the_password_in_every_form_of_url_can_be_replaced(form, tmp_path_factory):
    with RedisServer.running(tmp_path_factory.mktemp("r")) as server:

        def url(password):
            of_port = f"redis://:{password}@127.0.0.1:{server.port}"
            return form.format(password, url=of_port, path=server.socket_path)

        function = UrlFunction(url("first"))
        async with Redis.from_url(server.url) as administrator, of_function(function) as connection:
            await administrator.acl_setuser(
                "ana", enabled=True, passwords=["+first", "+second"], categories=["+@all"], keys=["*"]
            )
            for password in ("first", "second"):
                await administrator.config_set("requirepass", password)
                function.results = [url(password)]
                await administrator.client_kill_filter(_type="normal", skipme=True)
                assert await run(connection) == [b"key", b"HUSH", 7]


FAILURES = {
    "raises": (RuntimeError("HUSH"), r"the function for its URL failed \(RuntimeError\)"),
    "raises an error of the system": (ConnectionRefusedError("HUSH"), r"failed \(ConnectionRefusedError\)"),
    "is not a str": (7, r"failed \(TypeError\)"),
    "is empty": ("", r"failed \(ValueError\)"),
    "is of another kind": ("https://:HUSH@x", "returned an invalid one"),
    "has an invalid port": ("redis://:HUSH@x:port", "returned an invalid one"),
}


@pytest.mark.parametrize("failure", FAILURES)
@pytest.mark.parametrize("password", ["", ":first@"])
async def test_the_error_names_the_function_for_the_url_if_that_failed(failure, password, redis_server, redis_client):
    result, message = FAILURES[failure]
    url = redis_server.url.replace("//", f"//{password}")
    for before in (1, 2)[: 1 + bool(password)]:  # for the client, and for its connection
        function = UrlFunction(*[url] * before, result)
        required = required_password(redis_client, password and "first")
        async with required, of_function(function) as connection:
            with pytest.raises(RedisFailure, match=message) as caught:
                await run(connection)
            assert caught.value.is_outage
            assert f"127.0.0.1:{redis_server.port}" in str(caught.value)
            assert "HUSH" not in all_text_of(caught.value)
            function.results = [url]
            assert await run(connection) == [b"key", b"HUSH", 7]


def test_the_constructor_raises_the_error_of_the_function_for_the_url():
    error = LookupError("no secret")
    with pytest.raises(LookupError) as caught:
        RedisConnection(UrlFunction(error), timeout=5.0, needed_by="a test")
    assert caught.value is error
    with pytest.raises(TypeError, match=r"redis_url\(\) must be a str"):
        RedisConnection(UrlFunction(None), timeout=5.0, needed_by="a test")
    with pytest.raises(ValueError, match="the Redis URL is invalid"):
        RedisConnection(UrlFunction("https://x"), timeout=5.0, needed_by="a test")
