"""What an error keeps alive, and what a call leaves to the cyclic garbage collector."""

from __future__ import annotations

import asyncio
import contextlib
import gc
from base64 import b64encode
from collections.abc import Awaitable, Callable, Coroutine
from types import CoroutineType, FrameType, TracebackType
from typing import Any
from urllib.parse import quote

from tests.support.error_text import all_text_of

#: Each is as long as Spotify's; shorter ones are not masked where a response repeats them.
TOKEN = "HUSH-access-token-" + "x" * 30
SECRET = "HUSH-client-secret-" + "x" * 20
CODE = "HUSH-code-" + "x" * 30
REFRESH_TOKEN = "HUSH-refresh-" + "x" * 30
PASSWORD = "HUSH-password-" + "x" * 20

_OURS = ("spotify", "aiohttp", "redis")


def secrets_shown_by(error: BaseException) -> list[str]:
    """Return the secrets that an error, or one behind it, shows, plain or in an encoding."""
    text = all_text_of(error)
    encoded = {
        needle: secret
        for secret in (TOKEN, SECRET, CODE, REFRESH_TOKEN, PASSWORD)
        for needle in (secret, quote(secret, safe=""), secret.encode().hex(), *_in_base64(secret))
    }
    return sorted({secret for needle, secret in encoded.items() if needle in text})


def _in_base64(secret: str) -> list[str]:
    """Return the middle of the secret in base64, at each of the three positions that it can have."""
    return [b64encode(b"x" * shift + secret.encode()).decode()[8:-8] for shift in range(3)]


async def error_of(call: Awaitable[object]) -> BaseException:
    """Await a call and return its error, or an `AssertionError` if it has none."""
    try:
        await call
    except BaseException as error:  # noqa: BLE001  a cancellation as well
        return error
    return AssertionError("the call did not fail")


async def cancelled(call: Coroutine[Any, Any, object], when: asyncio.Event) -> None:
    """Run a call in a task, and cancel it when the event is set."""
    task = asyncio.ensure_future(call)
    await when.wait()
    task.cancel()
    await task


async def timed_out(call: Awaitable[object], when: asyncio.Event) -> None:
    """Run a call in an `asyncio.timeout` that expires when the event is set."""

    async def expire(limit: asyncio.Timeout) -> None:
        await when.wait()
        limit.reschedule(asyncio.get_running_loop().time())

    async with asyncio.timeout(None) as limit:
        expiring = asyncio.create_task(expire(limit))
        try:
            await call
        finally:
            expiring.cancel()


async def failed_in_group(call: Coroutine[Any, Any, object], when: asyncio.Event) -> None:
    """Run a call in a task group, of which another task fails when the event is set."""

    async def fail() -> None:
        await when.wait()
        raise LookupError

    async with asyncio.TaskGroup() as group:
        group.create_task(call)
        group.create_task(fail())


def ignore_older_objects() -> None:
    """Leave all objects that exist out of garbage collections, which are then fast.

    This lasts: `gc.unfreeze` would also bring back the modules and tests, which `conftest.py` excludes.
    """
    gc.collect()
    gc.freeze()


async def garbage_of(call: Callable[[], Awaitable[object]]) -> list[object]:
    """Make a call that may fail, and return what it leaves to the cyclic garbage collector.

    Connections that were closed are left out: a transport of asyncio refers to itself.
    """
    gc.collect()
    gc.disable()
    gc.set_debug(gc.DEBUG_SAVEALL)
    try:
        with contextlib.suppress(Exception, asyncio.CancelledError):
            await call()
        await asyncio.sleep(0)
        gc.collect()
        return [each for each in gc.garbage if _is_of_a_call(each)]
    finally:
        gc.set_debug(0)
        gc.garbage.clear()
        gc.enable()


def _is_of_a_call(value: object) -> bool:
    kinds = (BaseException, TracebackType, FrameType, CoroutineType, asyncio.Future)
    return isinstance(value, kinds) or type(value).__module__.partition(".")[0] in _OURS
