"""The data of the token store in Redis."""

TOKENS, LOCKS, HOLDERS = "spotify:token:*", "spotify:token-lock:*", "spotify:token-holders:*"


async def only(redis, pattern):
    """Return the one key that matches a pattern."""
    (key,) = await redis.keys(pattern)
    return key


async def end_lease(redis):
    """Remove the lock, as Redis does at the end of its lease."""
    assert await redis.delete(await only(redis, LOCKS)) == 1


async def everything(redis):
    """Return all keys and their values as one str."""
    read = {b"hash": redis.hgetall, b"string": redis.get, b"zset": lambda key: redis.zrange(key, 0, -1)}
    return "\n".join([f"{key!r} {await read[await redis.type(key)](key)!r}" for key in await redis.keys()])
