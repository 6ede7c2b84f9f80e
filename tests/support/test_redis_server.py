"""The `redis-server` process of the tests."""

import asyncio

import pytest
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError
from redis.exceptions import TimeoutError as RedisTimeoutError


def client(url, **options):
    return Redis.from_url(url, retry=Retry(NoBackoff(), 0), **options)


async def test_a_restarted_server_has_the_same_port_and_is_empty(redis_server):
    async with client(redis_server.url) as redis:
        await redis.set("name", "value")
        redis_server.restart()
    async with client(redis_server.url) as redis:
        assert await redis.get("name") is None


async def test_a_persistent_server_keeps_its_data(persistent_redis_server):
    async with client(persistent_redis_server.url) as redis:
        await redis.set("name", "value")
    persistent_redis_server.restart()
    async with client(persistent_redis_server.url) as redis:
        assert await redis.get("name") == b"value"


async def test_a_killed_server_is_unreachable(redis_server):
    redis_server.kill()
    async with client(redis_server.url) as redis:
        with pytest.raises(RedisConnectionError):
            await redis.ping()


async def test_a_paused_server_does_not_reply_until_it_is_resumed(redis_server):
    redis_server.pause()
    async with client(redis_server.url, socket_timeout=0.05) as redis:
        with pytest.raises(RedisTimeoutError):
            await redis.ping()
    redis_server.resume()
    async with client(redis_server.url) as redis:
        assert await redis.set("name", "value")


async def test_the_proxy_holds_replies_back(redis_proxy, redis_server):
    async with client(redis_proxy.url) as redis:
        await redis.ping()
        redis_proxy.forward_replies.clear()
        work = asyncio.create_task(redis.set("name", "value"))
        async with client(redis_server.url) as direct:
            while await direct.get("name") is None:
                pass
        assert not work.done()
        redis_proxy.forward_replies.set()
        assert await work


async def test_the_proxy_breaks_connections(redis_proxy, redis_server):
    async def cut(reply):
        redis_proxy.on_reply = None
        redis_proxy.cut()

    async with client(redis_proxy.url) as redis, client(redis_server.url) as direct:
        await redis.ping()
        redis_proxy.on_reply = cut
        with pytest.raises(RedisError):
            await redis.set("name", "value")
        assert await direct.get("name") == b"value"
        assert await redis.get("name") == b"value"


async def test_a_proxy_that_is_down_breaks_all_connections(redis_proxy):
    async with client(redis_proxy.url) as redis:
        await redis.ping()
        redis_proxy.go_down()
        for _ in range(2):
            with pytest.raises(RedisConnectionError):
                await redis.ping()
        redis_proxy.is_down = False
        assert await redis.ping()


@pytest.mark.parametrize("state", ["running", "killed", "paused"])
async def test_a_reset_server_is_like_a_new_one(redis_server, state):
    async with client(redis_server.url) as redis:
        await redis.set("name", "value")
        await redis.config_set("maxmemory-policy", "volatile-lru")
        if state == "killed":
            redis_server.kill()
        elif state == "paused":
            redis_server.pause()
        redis_server.reset()
    async with client(redis_server.url) as redis:
        assert await redis.get("name") is None
        assert await redis.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
        assert len(await redis.client_list()) == 1
