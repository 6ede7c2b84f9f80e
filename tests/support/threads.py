"""Event loops in several threads."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

T = TypeVar("T")


async def run_in_threads(
    count: int, work: Callable[[int], Awaitable[T]], *, close: Callable[[], Awaitable[object]] | None = None
) -> list[T]:
    """Run `work(number)` in the event loop of each of `count` threads, started together; return the results in order.

    The event loop of the caller continues, so a sandbox can run there.

    Args:
        count: The number of threads.
        work: What they do.
        close: Called in one of them while the event loops of all still run; None for nothing.
    """
    barrier = threading.Barrier(count, timeout=60.0)

    async def run(number: int) -> T:
        barrier.wait()
        try:
            return await work(number)
        finally:
            await asyncio.to_thread(barrier.wait)
            try:
                if number == 0 and close is not None:
                    await close()
            finally:
                await asyncio.to_thread(barrier.wait)

    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(count) as threads:
        running = [loop.run_in_executor(threads, asyncio.run, run(number)) for number in range(count)]
        await asyncio.wait(running)
    return [done.result() for done in running]


@contextmanager
def frequent_switches() -> Iterator[None]:
    """Let the interpreter switch between threads as often as it can."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        yield
    finally:
        sys.setswitchinterval(interval)
