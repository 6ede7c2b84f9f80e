"""`spotify.run`: runs a program in the event loop of the extra `speed`."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, TypeVar

from spotify._checks import check_type

T = TypeVar("T")


def run(main: Coroutine[Any, Any, T], *, debug: bool | None = None) -> T:
    """Run a coroutine like `asyncio.run`, with the fastest event loop that is installed.

    ::

        spotify.run(main())

    That is uvloop, on Windows winloop: `pip install 'async-spotify-client[speed]'`. Without them it is asyncio's own.

    Args:
        main: The coroutine.
        debug: Whether the event loop is in debug mode; None for the interpreter's setting.

    Returns:
        The result of the coroutine.

    Raises:
        TypeError: `main` is not a coroutine.
        RuntimeError: An event loop is running in this thread.
    """
    check_type("main", main, Coroutine)
    with asyncio.Runner(debug=debug, loop_factory=_fastest()) as runner:
        return runner.run(main)


def _fastest() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """Return what creates the event loop; None for asyncio's own."""
    with suppress(ModuleNotFoundError):
        if sys.platform == "win32":
            import winloop

            return winloop.new_event_loop
        import uvloop

        return uvloop.new_event_loop
    return None
