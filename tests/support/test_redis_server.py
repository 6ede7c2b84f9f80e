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


async def test_a_restarted_server_is_on_the_same_port_and_empty(redis_server):
    async with client(redis_server.url) as redis:
        await redis.set("name", "value")
        redis_server.restart()
    async with client(redis_server.url) as redis:
        assert await redis.get("name") is None


async def test_a_persistent_server_has_its_data_again(persistent_redis_server):
    async with client(persistent_redis_server.url) as redis:
        await redis.set("name", "value")
    persistent_redis_server.restart()
    async with client(persistent_redis_server.url) as redis:
        assert await redis.get("name") == b"value"


async def test_a_killed_server_cannot_be_reached(redis_server):
    redis_server.kill()
    async with client(redis_server.url) as redis:
        with pytest.raises(RedisConnectionError):
            await redis.ping()


async def test_a_paused_server_does_not_answer_until_it_goes_on(redis_server):
    async with client(redis_server.url, socket_timeout=0.05) as redis:
        redis_server.pause()
        with pytest.raises(RedisTimeoutError):
            await redis.ping()
        redis_server.resume()
        assert await redis.set("name", "value")


async def test_a_slow_server_answers_when_the_test_wants(redis_proxy, redis_server):
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


async def test_a_connection_breaks_where_the_test_wants(redis_proxy, redis_server):
    async def cut(answer):
        redis_proxy.on_reply = None
        redis_proxy.cut()

    async with client(redis_proxy.url) as redis, client(redis_server.url) as direct:
        await redis.ping()
        redis_proxy.on_reply = cut
        with pytest.raises(RedisError):
            await redis.set("name", "value")
        assert await direct.get("name") == b"value"
        assert await redis.get("name") == b"value"
