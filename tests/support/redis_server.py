"""A `redis-server` of the test's own, that can be killed, restarted and stopped in its tracks."""

from __future__ import annotations

import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

PROGRAM: Final = shutil.which("redis-server")
_SECONDS_TO_START: Final = 30.0


class RedisServer:
    """A server on a free port of the loopback interface, without a password.

    Use `running` or the fixture `redis_server`, which end it whatever happens.

    Attributes:
        port: Stays the same when the server is started again.
        url: What clients connect to.
    """

    def __init__(self, directory: Path, *, persistent: bool = False) -> None:
        """Choose a port; nothing is started yet.

        Args:
            directory: An existing folder for its log and data.
            persistent: Keep what was written, each write at once, for the next start. Otherwise it starts empty.
        """
        self.port = _free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._directory = directory
        self._persistent = persistent
        self._process: subprocess.Popen[bytes] | None = None

    @classmethod
    @contextmanager
    def running(cls, directory: Path, *, persistent: bool = False) -> Iterator[RedisServer]:
        """Run a server for as long as the context lasts."""
        server = cls(directory, persistent=persistent)
        try:
            server.start()
            yield server
        finally:
            server.kill()

    def start(self) -> None:
        """Start it, and wait until it answers."""
        assert PROGRAM is not None, "there is no redis-server on the PATH"
        assert self._process is None, "the server runs already"
        appending = ["--appendonly", "yes", "--appendfsync", "always"] if self._persistent else ["--appendonly", "no"]
        with (self._directory / "redis-server.log").open("ab") as log:
            self._process = subprocess.Popen(
                [
                    *_dying_with_the_tests(),
                    PROGRAM,
                    *("--bind", "127.0.0.1", "--port", str(self.port), "--dir", str(self._directory)),
                    *("--save", "", *appending),
                ],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        self._wait_until_it_answers()

    def kill(self) -> None:
        """Kill it as a crash of its machine would: without a word to anybody. A paused server can be killed too."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def restart(self) -> None:
        """Kill it, and start it again on the same port."""
        self.kill()
        self.start()

    def pause(self) -> None:
        """Let it hang: connections stay, new ones are accepted by the system, and nothing is answered."""
        assert self._process is not None, "the server does not run"
        self._process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let a paused server go on, with what it was sent meanwhile."""
        assert self._process is not None, "the server does not run"
        self._process.send_signal(signal.SIGCONT)

    def _wait_until_it_answers(self) -> None:
        assert self._process is not None
        end = time.monotonic() + _SECONDS_TO_START
        while time.monotonic() < end and self._process.poll() is None:
            try:
                with socket.create_connection(("127.0.0.1", self.port), timeout=1.0) as connection:
                    connection.sendall(b"PING\r\n")
                    if connection.recv(16).startswith(b"+PONG"):
                        return
            except OSError:
                pass
            time.sleep(0.005)  # it is starting, or reading its data
        log = (self._directory / "redis-server.log").read_text(errors="replace")
        raise AssertionError(f"redis-server did not start:\n{log}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _dying_with_the_tests() -> list[str]:
    """Return what makes the server end even where the process of the tests is killed: something of Linux only."""
    setpriv = shutil.which("setpriv")
    return [] if setpriv is None else [setpriv, "--pdeathsig", "KILL"]
