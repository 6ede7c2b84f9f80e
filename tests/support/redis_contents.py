"""What the token store has in Redis."""

TOKENS, LOCKS = "spotify:token:*", "spotify:token-lock:*"


async def only(redis, pattern):
    """The one key that matches."""
    (key,) = await redis.keys(pattern)
    return key


async def end_lease(redis):
    """Do what Redis does when the time of a lock is over."""
    assert await redis.delete(await only(redis, LOCKS)) == 1


async def everything(redis):
    """All keys, and all that they hold, as one text."""
    shown = []
    for key in await redis.keys():
        value = await redis.hgetall(key) if await redis.type(key) == b"hash" else await redis.get(key)
        shown.append(f"{key!r} {value!r}")
    return "\n".join(shown)
