"""A Redis, for whatever event loop asks, with errors that tell no secret."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Final, cast
from urllib.parse import urlsplit

from spotify._checks import check_number
from spotify._concurrency import LoopBound
from spotify.credentials import Secret

if TYPE_CHECKING:
    from redis.asyncio import Redis


_ERROR_CODES: Final = frozenset(
    {"CLUSTERDOWN", "CROSSSLOT", "MISCONF", "MOVED", "NOREPLICAS", "UNKILLABLE", "WRONGTYPE"}
)
"""What Redis calls errors for which the library has no class; all else that it says may repeat what was sent."""

_MOST_AT_ONCE: Final = 64
"""More connections make nothing faster, and a pool that is asked for too many refuses: redis-py's beyond 100."""

_DATABASE: Final = re.compile(r"(/\d*)?", re.ASCII)


class RedisFailure(Exception):  # noqa: N818  it never reaches a user: who catches it says what it means
    """Redis did not do what it was asked. The message names the server and the kind of error, nothing that was sent.

    Attributes:
        is_outage: Redis was away, or too slow: it may have done the work all the same, and a later try may succeed.
    """

    def __init__(self, message: str, *, is_outage: bool) -> None:
        super().__init__(message)
        self.is_outage = is_outage


class RedisConnection:
    """Runs scripts on one Redis: over a client of the caller's, or one of its own for each event loop.

    Attributes:
        server: What it is called in messages.
        decodes_responses: Whether answers are text already, so that what is no text cannot be read.
        most_at_once: How many questions of one event loop are under way at once, each over a connection; others wait.
    """

    __slots__ = ("_clients", "_given", "_timeout", "_turns", "_url", "decodes_responses", "most_at_once", "server")

    def __init__(self, redis: str | Redis, *, timeout: float, needed_by: str) -> None:
        """Check the URL; nothing is opened yet.

        Args:
            redis: A URL (`redis://[[user]:password@]host[:port][/db]`, `rediss://…` for TLS, `unix://path`), or a
                client, which stays the caller's.
            timeout: Seconds to wait for a connection, and for an answer. A client that is given has its own.
            needed_by: Who is named if the extra is not installed.

        Raises:
            ImportError: The extra is not installed.
            TypeError: It is neither a URL nor an asynchronous client.
            ValueError: The URL cannot be understood, or the timeout is not more than 0.
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
            self._url, self._given = Secret(redis), None
        elif isinstance(redis, Redis):  # pyright: ignore[reportUnnecessaryIsInstance]  or a synchronous one
            self._url, self._given = Secret(""), redis
        else:
            raise TypeError(f"redis must be a URL or a redis.asyncio.Redis, not {type(redis).__name__}")
        client = self._given or self._checked_client()
        self.server: Final = _name_of(client)
        self.decodes_responses: Final = bool(_options_of(client).get("decode_responses"))
        self.most_at_once: Final = min(_MOST_AT_ONCE, client.connection_pool.max_connections)
        self._turns = LoopBound(lambda: asyncio.Semaphore(self.most_at_once))

    async def run(
        self, script: str, *, keys: Sequence[str], arguments: Sequence[str | bytes | int | Secret] = ()
    ) -> object:
        """Run a Lua script, and return its answer.

        If the connection turns out to be broken it is sent once more, over another: it has to bear being run twice.

        Args:
            script: Its text; Redis keeps it, and is sent it once.
            keys: The keys that it uses, which must be all that it uses.
            arguments: Its other arguments.

        Raises:
            RedisFailure: It was not run, or nobody knows.
        """
        from redis.exceptions import RedisError  # noqa: PLC0415

        client = await self._client()
        try:
            async with self._turn():
                return cast(
                    "object",
                    await client.register_script(script)(
                        keys, [each.reveal() if isinstance(each, Secret) else each for each in arguments]
                    ),
                )
        except (RedisError, OSError, UnicodeDecodeError) as exc:
            failure = self._failure(exc)
        # Raised here, it has no context: that one's frames have what was sent, and it may repeat it.
        raise failure

    async def find_keys(self, prefix: str) -> list[str]:
        """Return the keys that begin so; those that come or go meanwhile may be missing.

        Raises:
            RedisFailure: They could not be listed.
        """
        from redis.exceptions import RedisError  # noqa: PLC0415

        client = await self._client()
        pattern = re.sub(r"([*?\[\]\\])", r"\\\1", prefix) + "*"
        found: set[str] = set()
        try:
            keys = client.scan_iter(pattern)  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
            async with self._turn():
                async for key in cast("AsyncIterator[bytes | str]", keys):
                    found.add(key.decode() if isinstance(key, bytes) else key)
        except (RedisError, OSError, UnicodeDecodeError) as exc:
            failure = self._failure(exc)
        else:
            return sorted(found)
        raise failure

    async def close(self) -> None:
        """Close what was opened here, in the event loops that used it. A later call opens it again."""
        await _close(self._clients.pop_all())

    @asynccontextmanager
    async def _turn(self) -> AsyncGenerator[None]:
        """Wait until there is a connection to be had.

        Raises:
            TimeoutError: Those before do not get their answers.
        """
        turns = self._turns.get()
        async with asyncio.timeout(self._timeout):
            await turns.acquire()
        try:
            yield
        finally:
            turns.release()

    async def _client(self) -> Redis:
        client = self._given or self._clients.find()
        if client is None:
            await _close(self._clients.pop_dead())
            client = self._clients.get()
        return client

    def _checked_client(self) -> Redis:
        from redis.exceptions import RedisError  # noqa: PLC0415

        try:
            if _is_clear(self._url.reveal()):
                client = self._new_client()
                # Opens nothing, and knows which options there are.
                cast("Callable[[], object]", client.connection_pool.make_connection)()
                return client
        except (ValueError, TypeError, RedisError):
            pass  # what it says may be a piece of the password
        raise ValueError(
            "the Redis URL cannot be understood: expected redis://[[user]:password@]host[:port][/db], rediss://… or "
            "unix://path, with what is special in a password percent-encoded, and no options but those of redis-py"
        )

    def _new_client(self) -> Redis:
        from redis.asyncio import Redis  # noqa: PLC0415
        from redis.asyncio.retry import Retry  # noqa: PLC0415
        from redis.backoff import NoBackoff  # noqa: PLC0415
        from redis.exceptions import ConnectionError as BrokenConnection  # noqa: PLC0415

        # A connection that broke while it was idle is found out by its next use, and replaced. More tries only make an
        # outage longer for whoever waits.
        return Redis.from_url(  # pyright: ignore[reportUnknownMemberType]  its options have no types
            self._url.reveal(),
            socket_timeout=self._timeout,
            socket_connect_timeout=self._timeout,
            retry=Retry(NoBackoff(), 1, (BrokenConnection,)),
            retry_on_error=[BrokenConnection],  # before version 6, the one has no effect without the other
        )

    def _failure(self, error: Exception) -> RedisFailure:
        from redis import exceptions  # noqa: PLC0415

        kind = type(error).__name__
        if isinstance(error, exceptions.AuthenticationError | exceptions.AuthorizationError):
            return RedisFailure(f"{self.server} does not accept the user or the password ({kind})", is_outage=False)
        if isinstance(error, exceptions.TimeoutError | TimeoutError):
            return RedisFailure(f"{self.server} did not answer in time ({kind})", is_outage=True)
        if isinstance(error, exceptions.ReadOnlyError):
            return RedisFailure(f"{self.server} is a replica now, which takes no writes ({kind})", is_outage=True)
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


def _is_clear(url: str) -> bool:
    """Tell whether the parts of a URL are what they seem; a `/` or a `#` in a password makes a piece of it the host."""
    parts = urlsplit(url)
    if parts.scheme == "unix":
        return bool(parts.path) and not parts.fragment
    return bool(parts.hostname) and not parts.fragment and _DATABASE.fullmatch(parts.path) is not None


def _options_of(client: Redis) -> dict[str, object]:
    return cast("dict[str, object]", client.connection_pool.connection_kwargs)


def _name_of(client: Redis) -> str:
    where = _options_of(client)
    if "path" in where:
        return f"Redis at {where['path']}"
    return f"Redis at {where['host']}:{where.get('port', 6379)}" if "host" in where else "Redis"
