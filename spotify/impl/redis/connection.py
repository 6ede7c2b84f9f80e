"""Runs Lua scripts on a Redis, from any event loop, with errors that contain no secrets."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Final, cast
from urllib.parse import urlsplit

from spotify._checks import check_number
from spotify._concurrency import LoopBound
from spotify._tracebacks import ARGUMENTS_HIDDEN
from spotify.credentials import Secret

if TYPE_CHECKING:
    from redis.asyncio import Redis


_ERROR_CODES: Final = frozenset(
    {"CLUSTERDOWN", "CROSSSLOT", "MISCONF", "MOVED", "NOREPLICAS", "UNKILLABLE", "WRONGTYPE"}
)
"""Error codes for which redis-py has no class. The rest of an error message may repeat what was sent."""

_MOST_CONNECTIONS: Final = 64
"""More connections do not increase the throughput, and redis-py's pool raises beyond its maximum, 100 by default."""

_DATABASE_PATH: Final = re.compile(r"(/\d*)?", re.ASCII)


class RedisFailure(Exception):  # noqa: N818  internal: never raised to the user as it is
    """A command failed. The message names the server and the kind of error, and nothing that was sent.

    Attributes:
        is_outage: Whether Redis was unavailable or too slow: the command may have been executed, and a retry may
            succeed.
    """

    def __init__(self, message: str, *, is_outage: bool) -> None:
        super().__init__(message)
        self.is_outage = is_outage


class RedisConnection:
    """Runs scripts on one Redis, with a client passed by the caller or with one client per event loop.

    Attributes:
        server: The name of the server in messages.
        decodes_responses: Whether the client decodes replies to str, so that binary data cannot be read.
        max_concurrency: The most commands in flight per event loop, each on one connection; others wait.
    """

    __slots__ = (
        "_clients",
        "_given_client",
        "_semaphores",
        "_timeout",
        "_url",
        "decodes_responses",
        "max_concurrency",
        "server",
    )

    def __init__(self, redis: str | Redis, *, timeout: float, needed_by: str) -> None:
        """Check the URL. Nothing is opened yet.

        Args:
            redis: A URL (`redis://[[user]:password@]host[:port][/db]`, `rediss://…` for TLS, `unix://path`), or a
                client, which stays the caller's.
            timeout: Seconds to wait for a connection, and for a reply. A client passed by the caller has its own.
            needed_by: The name of the class in the error raised if the extra is not installed.

        Raises:
            ImportError: The extra is not installed.
            TypeError: `redis` is neither a URL nor an asynchronous client.
            ValueError: The URL is invalid, or the timeout is not more than 0.
        """
        try:
            from redis.asyncio import Redis  # noqa: PLC0415  an extra
        except ImportError:
            raise ImportError(
                f"{needed_by} needs the package redis: pip install 'async-spotify-client[redis]'"
            ) from None
        check_number("timeout", timeout, above=0)
        self._timeout = timeout
        self._clients: LoopBound[Redis] = LoopBound(self._new_client)
        if isinstance(redis, str):
            self._url, self._given_client = Secret(redis), None
        elif isinstance(redis, Redis):  # pyright: ignore[reportUnnecessaryIsInstance]  or a synchronous one
            self._url, self._given_client = Secret(""), redis
        else:
            raise TypeError(f"redis must be a URL or a redis.asyncio.Redis, not {type(redis).__name__}")
        client = self._given_client or self._checked_client()
        self.server: Final = _name_of(client)
        self.decodes_responses: Final = bool(_options_of(client).get("decode_responses"))
        self.max_concurrency: Final = min(_MOST_CONNECTIONS, client.connection_pool.max_connections)
        self._semaphores = LoopBound(lambda: asyncio.Semaphore(self.max_concurrency))

    async def run(
        self, script: str, *, keys: Sequence[str], arguments: Sequence[str | bytes | int | Secret] = ()
    ) -> object:
        """Run a Lua script, and return its reply.

        If the connection turns out to be broken the script is sent once more on another one, so it may run twice.

        Args:
            script: The source. It is sent once; Redis caches it.
            keys: All keys that the script uses.
            arguments: The other arguments.

        Raises:
            RedisFailure: The script failed, or it is unknown whether it ran.
        """
        from redis.exceptions import RedisError  # noqa: PLC0415

        with ARGUMENTS_HIDDEN:  # frames of redis-py hold the password and what is sent
            client = await self._client()
            try:
                async with self._connection_slot():
                    return cast(
                        "object",
                        await client.register_script(script)(
                            keys,
                            [argument.reveal() if isinstance(argument, Secret) else argument for argument in arguments],
                        ),
                    )
            except (RedisError, OSError, UnicodeDecodeError) as exc:
                failure = self._failure(exc)
            # Raised outside the handler, without a context: its message may contain what was sent.
            raise failure

    async def find_keys(self, prefix: str) -> list[str]:
        """Return the keys with a prefix. Keys added or removed during the call may be missing.

        Raises:
            RedisFailure: The keys could not be listed.
        """
        from redis.exceptions import RedisError  # noqa: PLC0415

        pattern = re.sub(r"([*?\[\]\\])", r"\\\1", prefix) + "*"
        found: set[str] = set()
        with ARGUMENTS_HIDDEN:
            client = await self._client()
            try:
                keys = client.scan_iter(pattern)  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
                async with self._connection_slot():
                    async for key in cast("AsyncIterator[bytes | str]", keys):
                        found.add(key.decode() if isinstance(key, bytes) else key)
            except (RedisError, OSError, UnicodeDecodeError) as exc:
                failure = self._failure(exc)
            else:
                return sorted(found)
            raise failure

    async def close(self) -> None:
        """Close what was opened here, in all event loops. A later call opens it again."""
        with ARGUMENTS_HIDDEN:
            await _close(self._clients.pop_all())

    @asynccontextmanager
    async def _connection_slot(self) -> AsyncGenerator[None]:
        """Wait for a free connection.

        Raises:
            TimeoutError: The commands before did not get their replies in time.
        """
        semaphore = self._semaphores.get()
        async with asyncio.timeout(self._timeout):
            await semaphore.acquire()
        try:
            yield
        finally:
            semaphore.release()

    async def _client(self) -> Redis:
        client = self._given_client or self._clients.find()
        if client is None:
            await _close(self._clients.pop_dead())
            client = self._clients.get()
        return client

    def _checked_client(self) -> Redis:
        from redis.exceptions import RedisError  # noqa: PLC0415

        try:
            if _is_unambiguous(self._url.reveal()):
                client = self._new_client()
                # Checks the options of the URL; it opens nothing.
                cast("Callable[[], object]", client.connection_pool.make_connection)()
                return client
        except (ValueError, TypeError, RedisError):
            pass  # the message may contain a part of the password
        raise ValueError(
            "the Redis URL is invalid: expected redis://[[user]:password@]host[:port][/db], rediss://… or unix://path, "
            "with special characters of the password percent-encoded, and only options that redis-py supports"
        )

    def _new_client(self) -> Redis:
        from redis.asyncio import Redis  # noqa: PLC0415
        from redis.asyncio.retry import Retry  # noqa: PLC0415
        from redis.backoff import NoBackoff  # noqa: PLC0415
        from redis.exceptions import ConnectionError as RedisConnectionError  # noqa: PLC0415

        # One retry: a connection that broke while idle fails on its next use, and is replaced. More retries would only
        # prolong an outage for the caller.
        return Redis.from_url(  # pyright: ignore[reportUnknownMemberType]  its options have no types
            self._url.reveal(),
            socket_timeout=self._timeout,
            socket_connect_timeout=self._timeout,
            retry=Retry(NoBackoff(), 1, (RedisConnectionError,)),
            retry_on_error=[RedisConnectionError],  # before version 6, the one has no effect without the other
        )

    def _failure(self, error: Exception) -> RedisFailure:
        from redis import exceptions  # noqa: PLC0415

        kind = type(error).__name__
        if isinstance(error, exceptions.AuthenticationError | exceptions.AuthorizationError):
            return RedisFailure(f"{self.server} does not accept the user or the password ({kind})", is_outage=False)
        if isinstance(error, exceptions.TimeoutError | TimeoutError):
            return RedisFailure(f"{self.server} did not answer in time ({kind})", is_outage=True)
        if isinstance(error, exceptions.ReadOnlyError):
            return RedisFailure(f"{self.server} is a read-only replica ({kind})", is_outage=True)
        if isinstance(error, exceptions.ConnectionError | OSError):
            return RedisFailure(f"{self.server} cannot be reached ({kind})", is_outage=True)
        code = str(error).partition(" ")[0]
        return RedisFailure(
            f"{self.server} refused ({f'{kind} {code}' if code in _ERROR_CODES else kind})", is_outage=False
        )


async def _close(clients: list[Redis]) -> None:
    for client in clients:
        with suppress(RuntimeError):  # its event loop is closed, and its connections with it
            await client.aclose()


def _is_unambiguous(url: str) -> bool:
    """Whether the parts of a URL are what they seem; a `/` or `#` in a password makes a part of it the host."""
    parts = urlsplit(url)
    if parts.scheme == "unix":
        return bool(parts.path) and not parts.fragment
    return bool(parts.hostname) and not parts.fragment and _DATABASE_PATH.fullmatch(parts.path) is not None


def _options_of(client: Redis) -> dict[str, object]:
    return cast("dict[str, object]", client.connection_pool.connection_kwargs)


def _name_of(client: Redis) -> str:
    options = _options_of(client)
    if "path" in options:
        return f"Redis at {options['path']}"
    return f"Redis at {options['host']}:{options.get('port', 6379)}" if "host" in options else "Redis"
