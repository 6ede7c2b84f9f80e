"""A `redis-server` process for tests, which can be killed, restarted and paused."""

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
# Other clients first, so that nothing that they have sent is executed after the rest.
_RESET: Final = (
    "CLIENT KILL TYPE normal",
    "REPLICAOF NO ONE",
    "CONFIG SET maxmemory 0",
    "CONFIG SET maxmemory-policy noeviction",
    "FLUSHALL",
    "SCRIPT FLUSH",
    "CONFIG RESETSTAT",
)


class RedisServer:
    """A server on a free port of the loopback interface, without a password.

    Use `running` or the fixture `redis_server`, which end the process.

    Attributes:
        port: Stays the same after a restart.
        url: The URL for clients.
        socket_path: The Unix socket on which it listens too.
    """

    def __init__(self, directory: Path, *, persistent: bool = False) -> None:
        """Choose a port. Nothing is started yet.

        Args:
            directory: An existing folder for the log and the data.
            persistent: Whether to write each command to disk, and load the data on the next start.
        """
        self.port = _free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.socket_path = directory / "redis.sock"
        self._directory = directory
        self._persistent = persistent
        self._process: subprocess.Popen[bytes] | None = None
        self._is_paused = False

    @classmethod
    @contextmanager
    def running(cls, directory: Path, *, persistent: bool = False) -> Iterator[RedisServer]:
        """Run a server in a context."""
        server = cls(directory, persistent=persistent)
        try:
            server.start()
            yield server
        finally:
            server.kill()

    def start(self) -> None:
        """Start the process, and wait until it accepts commands."""
        assert PROGRAM is not None, "there is no redis-server on the PATH"
        assert self._process is None, "the server is already running"
        appending = ["--appendonly", "yes", "--appendfsync", "always"] if self._persistent else ["--appendonly", "no"]
        with (self._directory / "redis-server.log").open("ab") as log:
            self._process = subprocess.Popen(
                [
                    *_ending_with_the_tests(),
                    PROGRAM,
                    *("--bind", "127.0.0.1", "--port", str(self.port), "--dir", str(self._directory)),
                    *("--unixsocket", self.socket_path.name),  # relative, because a path may have 107 bytes
                    *("--save", "", *appending),
                ],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        self._wait_until_ready()

    def kill(self) -> None:
        """Kill the process with SIGKILL, also if it is paused."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None
            self._is_paused = False

    def restart(self) -> None:
        """Kill the process, and start it again on the same port."""
        self.kill()
        self.start()

    def pause(self) -> None:
        """Stop the process: connections stay open, the system accepts new ones, and there are no replies."""
        assert self._process is not None, "the server is not running"
        self._process.send_signal(signal.SIGSTOP)
        self._is_paused = True

    def resume(self) -> None:
        """Continue a paused process. It executes what it was sent in the pause."""
        assert self._process is not None, "the server is not running"
        self._process.send_signal(signal.SIGCONT)
        self._is_paused = False

    def reset(self) -> None:
        """Make the server like a new one: running, empty, without connections, with the default settings."""
        if self._process is None or self._is_paused:
            self.kill()
            self.start()
            return
        with socket.create_connection(("127.0.0.1", self.port), timeout=_SECONDS_TO_START) as connection:
            replies = connection.makefile("rb")
            for command in _RESET:
                connection.sendall(f"{command}\r\n".encode())
                reply = replies.readline()
                assert reply.startswith((b"+", b":")), f"{command}: {reply!r}"

    def _wait_until_ready(self) -> None:
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
            time.sleep(0.005)  # it is starting, or loading its data
        log = (self._directory / "redis-server.log").read_text(errors="replace")
        raise AssertionError(f"redis-server did not start:\n{log}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _ending_with_the_tests() -> list[str]:
    """Return the command that ends the server if the test process is killed, on Linux."""
    setpriv = shutil.which("setpriv")
    return [] if setpriv is None else [setpriv, "--pdeathsig", "KILL"]
