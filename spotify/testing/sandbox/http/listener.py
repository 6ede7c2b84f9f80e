"""Listens on a port of the loopback interface, in the event loop of the test or in a thread."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Awaitable, Callable, Coroutine
from types import TracebackType
from typing import Any, Final, Self, TypeVar

from aiohttp import web

HOST: Final = "127.0.0.1"
_SHUTDOWN_SECONDS: Final = 1.0


class SandboxStoppedError(RuntimeError):
    """A client of a sandbox sends a request to which the sandbox cannot respond; the message says why."""


class Listener:
    """A port that requests are served on, closed at first."""

    def __init__(self, port: int, host: str = HOST) -> None:
        """Choose a port; 0 for any free port."""
        self._host = host
        self._port = port
        self._runner: web.ServerRunner | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    @property
    def url(self) -> str:
        """The address without a path.

        Raises:
            RuntimeError: The port is not open, and not fixed.
        """
        if self._port == 0:
            raise RuntimeError("the sandbox has no address before it is started: use `async with` or `await start()`")
        return f"http://{HOST}:{self._port}"

    @property
    def is_open(self) -> bool:
        """Whether it listens."""
        return self._runner is not None

    async def open(self, handler: Callable[[], Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]]) -> None:
        """Listen, if it is closed. `handler` is called when the address is known, and returns the handler of requests.

        Raises:
            OSError: The port is in use.
        """
        if self.is_open:
            return
        listener = socket.create_server((self._host, self._port))
        self._port = listener.getsockname()[1]
        runner = web.ServerRunner(
            web.Server(handler(), access_log=None), handle_signals=False, shutdown_timeout=_SHUTDOWN_SECONDS
        )
        await runner.setup()
        await web.SockSite(runner, listener).start()
        self._runner, self._loop = runner, asyncio.get_running_loop()

    def check_serving(self) -> None:
        """Check that requests are handled, if the port is open.

        Raises:
            SandboxStoppedError: The event loop does not run.
        """
        if self._runner is None or self._loop is None or self._loop.is_running():
            return
        state = "is closed" if self._loop.is_closed() else "does not run now"
        raise SandboxStoppedError(
            f"the sandbox at {self.url} cannot respond: the event loop that it was started in {state}. Start it in the "
            f"event loop of the client, or with `SpotifySandbox.in_thread()`, which has a loop of its own"
        )

    async def close(self) -> None:
        """Close the port and all connections, if it is open."""
        if self._runner is not None:
            runner, self._runner = self._runner, None
            await runner.cleanup()


_Result = TypeVar("_Result")


class LoopThread:
    """Runs an event loop in a thread while its block runs."""

    def __init__(self, name: str) -> None:
        """Name the thread; it starts with the block."""
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def run(self, coroutine: Coroutine[Any, Any, _Result]) -> _Result:
        """Run a coroutine in the event loop, and wait for its result in this thread."""
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def _run(self) -> None:
        # The runner cancels what is left, and closes the loop.
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.get_loop().run_forever()
