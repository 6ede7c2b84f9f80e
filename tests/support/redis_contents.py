"""The data of the token store in Redis."""

TOKENS, LOCKS = "spotify:token:*", "spotify:token-lock:*"


async def only(redis, pattern):
    """Return the one key that matches a pattern."""
    (key,) = await redis.keys(pattern)
    return key


async def end_lease(redis):
    """Remove the lock, as Redis does at the end of its lease."""
    assert await redis.delete(await only(redis, LOCKS)) == 1


async def everything(redis):
    """Return all keys and their values as one str."""
    lines = []
    for key in await redis.keys():
        value = await redis.hgetall(key) if await redis.type(key) == b"hash" else await redis.get(key)
        lines.append(f"{key!r} {value!r}")
    return "\n".join(lines)
