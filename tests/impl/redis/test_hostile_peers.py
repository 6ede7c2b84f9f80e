"""The parts that use Redis, with a server that is no Redis, refuses, or has values of other programs."""

import asyncio
import traceback
from contextlib import nullcontext

import pytest
from cryptography.fernet import Fernet

from spotify.errors import RateLimiterError, RateLimitError, TokenStoreError
from spotify.impl.caching import RedisResponseCache
from spotify.impl.rate_limiting import RedisRateLimiter
from spotify.impl.token_stores import RedisTokenStore
from spotify.interfaces.response_cache import CachedResponse, CacheFinding
from spotify.interfaces.transport import HttpResponse
from tests.support.hostile_server import answering
from tests.support.rate_limit_workers import call
from tests.support.scarce_resources import no_free_descriptors
from tests.support.token_samples import KEY, token

RESPONSE = CachedResponse(response=HttpResponse(status=200), received_at=0.0, age=0.0, fresh_for=9.0, useful_for=9.0)

# Not one of them can be a reply to any script that returns something.
NO_REPLY = {
    "HTTP": b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n",
    "SSH": b"SSH-2.0-OpenSSH_9.2\r\n",
    "empty line": b"\r\n",
    "no integer": b":abc\r\n",
    "another integer": b":7\r\n",
    "no length": b"$abc\r\n",
    "longer than its length": b"$5\r\nabcdefghij\r\n",
    "no count": b"*x\r\n",
    "deep list": b"*1\r\n" * 20_000,
    "empty list": b"*0\r\n",
    "list of another shape": b"*2\r\n$1\r\na\r\n*1\r\n:1\r\n",
    "list of strings": b"*10\r\n" + b"$1\r\na\r\n" * 10,
    "all bytes": bytes(range(256)),
    "error without text": b"-\r\n",
    "error that is not UTF-8": b"-ERR \xff\r\n",
    "too many digits": b":" + b"9" * 5000 + b"\r\n",
}
REFUSALS = {
    "NOAUTH": (b"-NOAUTH Authentication required.", "password"),
    "WRONGPASS": (b"-WRONGPASS invalid username-password pair or user is disabled.", "password"),
    "NOPERM": (b"-NOPERM this user has no permissions to run the 'evalsha' command", "allow the user"),
    "READONLY": (b"-READONLY You can't write against a read only replica.", "address of its master"),
    "LOADING": (b"-LOADING Redis is loading the dataset in memory", "try again later"),
    "OOM": (b"-OOM command not allowed when used memory > 'maxmemory'.", "maxmemory"),
    "MOVED": (b"-MOVED 3999 127.0.0.1:6381", "node of a cluster"),
    "ASK": (b"-ASK 3999 127.0.0.1:6381", "node of a cluster"),
    "CLUSTERDOWN": (b"-CLUSTERDOWN The cluster is down", "node of a cluster"),
    "MISCONF": (b"-MISCONF Redis is configured to save RDB snapshots", "disk"),
    "MASTERDOWN": (b"-MASTERDOWN Link with MASTER is down", "master is down"),
    "BUSY": (b"-BUSY Redis is busy running a script.", "another script"),
    "WRONGTYPE": (b"-WRONGTYPE Operation against a key holding the wrong kind of value", "another program"),
    "old WRONGTYPE": (b"-ERR Error running script: @user_script:1: WRONGTYPE Operation against", "another program"),
    "max clients": (b"-ERR max number of clients reached", "cannot be reached"),
    "protected mode": (b"-DENIED Redis is running in protected mode", "; "),
    "unknown command": (b"-ERR unknown command 'EVALSHA'", "; "),
}


@pytest.fixture(autouse=True)
async def _no_failed_tasks():
    """Fail if a task ends with an error that nothing retrieves."""
    failures = []
    asyncio.get_running_loop().set_exception_handler(lambda _loop, context: failures.append(context))
    yield
    assert failures == []


async def token_store_errors(url, *, seconds=5.0, context=nullcontext):
    """Return the message of each operation of a token store."""
    messages, shown = [], []
    keys = [Fernet.generate_key()]
    store = RedisTokenStore(url, timeout=seconds, save_timeout=0.0, lock_timeout=seconds, encryption_keys=keys)
    async with store:

        async def lock():
            async with store.lock(KEY):
                pass

        for operation in (
            lambda: store.load(KEY),
            lambda: store.save(KEY, token(1)),
            lock,
            store.reencrypt,
            lambda: store.delete(KEY),
        ):
            try:
                with context():
                    await asyncio.wait_for(operation(), 20)
            except TokenStoreError as error:
                messages.append(str(error))
                shown.append("".join(traceback.format_exception(error)))
            else:
                messages.append("")
    assert "HUSH" not in "".join(shown)
    return messages


async def use_rate_limiters_and_cache(url, *, seconds=5.0):
    """Send one request with each setting of the limiter, and use the cache; return the message of the refusal."""
    settings = {"application": "a", "rate_limit": 5, "timeout": seconds}
    async with (
        RedisRateLimiter(url, **settings) as local,
        RedisRateLimiter(url, **settings, when_unavailable="refuse") as strict,
        asyncio.timeout(20),
    ):
        async with local.slot(call()):
            pass
        await local.pause(0.01)
        cache = RedisResponseCache(url, timeout=seconds, pause=0.0)
        assert await cache.get(["key"], ["*"]) == CacheFinding()
        await cache.put("key", RESPONSE, "1")
        await cache.invalidate(["*"])
        await cache.close()
        with pytest.raises(RateLimiterError) as caught:
            async with strict.slot(call()):
                pass
        return str(caught.value)


@pytest.mark.parametrize("peer", NO_REPLY)
async def test_a_peer_that_is_no_redis_is_an_error_with_its_address(peer):
    async with answering(NO_REPLY[peer]) as address:
        messages = await token_store_errors(f"redis://{address}/0?protocol=2")
        message = await use_rate_limiters_and_cache(f"redis://{address}/0?protocol=2")
    assert all(f"Redis at {address}" in each for each in [*messages, message])


async def test_a_peer_that_speaks_first_is_an_error_with_its_address():
    async with answering(b"SSH-2.0-OpenSSH_9.2\r\n", unasked=True) as address:
        assert all(f"Redis at {address}" in each for each in await token_store_errors(f"redis://{address}"))


async def test_a_peer_that_closes_connections_is_an_error_with_its_address():
    async with answering(None) as address:
        messages = await token_store_errors(f"redis://{address}")
        message = await use_rate_limiters_and_cache(f"redis://{address}")
    assert all(f"Redis at {address} cannot be reached" in each for each in [*messages, message])


@pytest.mark.parametrize("reply", [b"", b"\x15\x03\x01\x00\x02\x02\x46", b"$99999999999\r\nx", b"*99999999\r\n"])
async def test_a_peer_whose_reply_does_not_end_is_an_error_with_its_address(reply):
    async with answering(reply) as address:
        messages = await token_store_errors(f"redis://{address}/0?protocol=2", seconds=0.05)
        message = await use_rate_limiters_and_cache(f"redis://{address}/0?protocol=2", seconds=0.05)
    assert all(f"Redis at {address}" in each for each in [*messages, message])


@pytest.mark.parametrize("refusal", REFUSALS)
async def test_a_refusal_is_an_error_that_says_what_to_do(refusal):
    reply, advice = REFUSALS[refusal]
    async with answering(reply + b"\r\n") as address:
        messages = await token_store_errors(f"redis://{address}/0?protocol=2")
        message = await use_rate_limiters_and_cache(f"redis://{address}/0?protocol=2")
    assert all(f"Redis at {address}" in each and advice in each for each in [*messages, message])


@pytest.mark.parametrize("reply", [b"$-1\r\n", b"*-1\r\n", b"+OK\r\n", b":1\r\n"])
async def test_no_save_or_lock_succeeds_with_a_reply_of_another_script(reply):
    async with answering(reply) as address:
        _, saved, locked, _, _ = await token_store_errors(f"redis://{address}/0?protocol=2")
    assert f"Redis at {address}" in saved
    assert f"Redis at {address}" in locked


async def test_no_free_descriptor_is_an_error(redis_server):
    messages = await token_store_errors(redis_server.url, context=no_free_descriptors)
    assert all("cannot be reached" in message and "Too many open files" in message for message in messages)


async def test_a_client_of_another_event_loop_is_an_error(redis_client, monkeypatch):
    async def evalsha(*_):
        raise RuntimeError("Task got Future attached to a different loop")

    monkeypatch.setattr(redis_client, "evalsha", evalsha)
    with pytest.raises(TokenStoreError, match=r"cannot be used .RuntimeError.: .* one event loop"):
        await RedisTokenStore(redis_client).load(KEY)


TOKEN, LOCK = (
    "spotify:token:{714555ab383a4784989e036f5a73fe35}",
    "spotify:token-lock:{714555ab383a4784989e036f5a73fe35}",
)
GATE, PERMITS, COUNTS, WORKERS = (f"spotify:rate:{{a}}:{name}" for name in ("gate", "permits", "counts", "workers"))


@pytest.mark.parametrize(
    ("command", "failing"),
    [
        (("SET", TOKEN, "x"), "load save delete lock reencrypt"),
        (("RPUSH", LOCK, "x"), "lock"),
        (("SET", LOCK, "x"), "lock"),
        (("HSET", TOKEN, "granted", "abc"), "save delete lock"),
        (("HSET", TOKEN, "granted", "1e300"), "lock"),
        (("HSET", TOKEN, "document", b"\xff"), "load save reencrypt"),
        (("HSET", TOKEN, "document", b""), "load save"),
        (("SET", b"spotify:token:\xff", "x"), ""),
    ],
)
async def test_a_token_or_lock_of_another_program_is_an_error_with_the_key(
    command, failing, redis_server, redis_client
):
    await redis_client.execute_command(*command)
    messages = await token_store_errors(redis_server.url)
    failed = dict(zip(("load", "save", "lock", "reencrypt", "delete"), messages, strict=True))
    for name in failing.split():
        assert command[1] in failed[name]
        assert "delete it" in failed[name] or "another program" in failed[name] or "cannot be decrypted" in failed[name]


@pytest.mark.parametrize(
    "command",
    [
        ("SET", GATE, "x"),
        ("HSET", GATE, "opens_at", "abc"),
        ("HSET", GATE, "created_at", "abc"),
        ("SET", PERMITS, "x"),
        ("HSET", WORKERS, "w", "x"),
    ],
)
async def test_a_rate_limit_of_another_program_counts_as_unavailable(command, redis_server, redis_client):
    await redis_client.execute_command(*command)
    settings = {"application": "a", "rate_limit": 5, "timeout": 5.0}
    async with RedisRateLimiter(redis_server.url, **settings) as limiter, limiter.slot(call()):
        pass
    async with RedisRateLimiter(redis_server.url, **settings, when_unavailable="refuse") as limiter:
        with pytest.raises(RateLimiterError, match=r"spotify:rate:\{a\}:.*another program"):
            async with limiter.slot(call()):
                pass


@pytest.mark.parametrize("opens_at", ["9000000000000000000", "400000000000000000"])
async def test_a_gate_that_opens_in_a_distant_future_refuses_calls(opens_at, redis_server, redis_client):
    await redis_client.hset(GATE, mapping={"opens_at": opens_at, "passed": 0, "answered": 0})
    async with RedisRateLimiter(redis_server.url, application="a", rate_limit=5, timeout=5.0) as limiter:
        with pytest.raises(RateLimitError) as caught:
            async with limiter.slot(call()):
                pass
    assert caught.value.retry_after > 1e9


@pytest.mark.parametrize("command", [("RPUSH", "spotify:cache:key", "x"), ("SET", "spotify:cache:key", "x")])
async def test_a_cached_response_of_another_program_is_not_found(command, redis_server, redis_client):
    await redis_client.execute_command(*command)
    cache = RedisResponseCache(redis_server.url, timeout=5.0)
    assert (await cache.get(["key"], ["*"])).responses == (None,)
    await cache.close()
