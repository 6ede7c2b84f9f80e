"""A program that forks while it uses a rate limiter: `python forking_worker.py REDIS_URL`.

It fails unless both parent and child can send requests.
"""

import asyncio
import os
import sys
import time

from spotify import RedisRateLimiter
from spotify.interfaces.operation import Operation
from spotify.interfaces.rate_limiter import Admission

READ = Operation(id="read", method="GET", path="/x", idempotent=True)


async def enter(limiter):
    async with limiter.slot(Admission(operation=READ, priority="interactive", since=time.monotonic(), max_wait=0.0)):
        pass


async def main(url):
    limiter = RedisRateLimiter(url, application="app", rate_limit=10, timeout=5.0)
    await enter(limiter)
    child = os.fork()
    if child == 0:
        asyncio.run(enter_and_exit(limiter))
    await enter(limiter)
    _, status = await asyncio.to_thread(os.waitpid, child, 0)
    await enter(limiter)
    await limiter.close()
    return os.waitstatus_to_exitcode(status)


async def enter_and_exit(limiter):
    status = 1
    try:
        await enter(limiter)
        await limiter.close()
        status = 0
    finally:
        os._exit(status)


if __name__ == "__main__":
    sys.exit(asyncio.run(main(sys.argv[1])))
