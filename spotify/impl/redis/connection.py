"""Runs Lua scripts on a Redis, from any event loop, with errors that contain no secrets."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Final, TypeVar, cast
from urllib.parse import urlsplit

from spotify._checks import check_number, is_json_array
from spotify._event_loops import LoopBound
from spotify._exceptions import ARGUMENTS_HIDDEN, reason_of
from spotify.credentials import Secret, SecretFunction, SecretSource

if TYPE_CHECKING:
    from redis.asyncio import Redis
    from redis.credentials import CredentialProvider


T = TypeVar("T")


class UnexpectedReplyError(Exception):
    """The reply is not one that the script can give. The error contains nothing of it."""


def flag(reply: object) -> bool:
    """Return whether a reply of 0 or 1 is 1."""
    if reply in (0, 1):
        return reply == 1
    raise UnexpectedReplyError


def nothing(reply: object) -> None:
    """Accept the reply of a script that returns nothing."""
    if reply is not None:
        raise UnexpectedReplyError


def optional_string(reply: object) -> bytes | str | None:
    """Return a string or None. It is a str if the client decodes replies."""
    if reply is None or isinstance(reply, bytes | str):
        return reply
    raise UnexpectedReplyError


def string(reply: object) -> bytes | str:
    """Return a string."""
    if (value := optional_string(reply)) is None:
        raise UnexpectedReplyError
    return value


def integers(count: int) -> Callable[[object], list[int]]:
    """Return a parser of a list of `count` integers."""

    def parse(reply: object) -> list[int]:
        values = [value for value in list_of(reply) if isinstance(value, int)]
        return _checked(values, reply, count)

    return parse


def optional_bytes(count: int) -> Callable[[object], list[bytes | None]]:
    """Return a parser of a list of `count` strings, of which some may be None."""

    def parse(reply: object) -> list[bytes | None]:
        values = [value for value in list_of(reply) if value is None or isinstance(value, bytes)]
        return _checked(values, reply, count)

    return parse


def list_of(reply: object) -> list[object]:
    """Return a reply that is a list and not empty."""
    if is_json_array(reply) and reply:
        return reply
    raise UnexpectedReplyError


def _checked(values: list[T], reply: object, count: int) -> list[T]:
    if len(values) == len(list_of(reply)) == count:
        return values
    raise UnexpectedReplyError


_CLUSTER: Final = "it is a node of a cluster: use the cluster's proxy, or a single server"
_BUSY: Final = "another script runs for too long: end it"
_ADVICE: Final = {
    "WRONGTYPE": "a key has a value of another program: delete it, or use another prefix",
    "NoPermissionError": "allow the user to run scripts (EVAL, EVALSHA) on these keys",
    "OutOfMemoryError": "its memory is full: increase `maxmemory`, or let it evict keys that expire (`volatile-lru`)",
    "MISCONF": "it cannot write to its disk: see its log",
    "NOREPLICAS": "it has too few replicas to accept writes",
    **dict.fromkeys(("MASTERDOWN", "MasterDownError"), "its master is down"),
    **dict.fromkeys(("BUSY", "UNKILLABLE"), _BUSY),
    **dict.fromkeys(("ASK", "CLUSTERDOWN", "CROSSSLOT", "MOVED", "TRYAGAIN"), _CLUSTER),
    **dict.fromkeys(("AskError", "ClusterCrossSlotError", "ClusterDownError", "MovedError", "TryAgainError"), _CLUSTER),
}
"""What to do, by redis-py's class or Redis's code. The rest of an error message may repeat what was sent."""

_MOST_CONNECTIONS: Final = 64
"""More connections do not increase the throughput, and redis-py's pool raises beyond its maximum, 100 by default."""

_MOST_NAMED: Final = 4
"""The most keys that a message names: all of a script, except the response cache's."""

_CREDENTIALS: Final = ("username", "password")
_DATABASE_PATH: Final = re.compile(r"(/\d*)?", re.ASCII)


class RedisFailure(Exception):  # noqa: N818  internal: never raised to the user as it is
    """A command failed. The message names the server and the kind of error, and nothing that was sent."""

    def __init__(self, message: str, *, is_outage: bool) -> None:
        super().__init__(message)
        self.is_outage = is_outage
        """Whether Redis was unavailable or too slow: the command may have been executed, and a retry may succeed."""


class RedisConnection:
    """Runs scripts on one Redis, with a client passed by the caller or with one client per event loop."""

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

    def __init__(self, redis: str | Callable[[], str] | Redis, *, timeout: float, needed_by: str) -> None:
        """Check the URL. Nothing is opened yet.

        Args:
            redis: A URL (`redis://[[user]:password@]host[:port][/db]`, `rediss://…` for TLS, `unix://path`), a function
                that returns it, or a client, which stays the caller's. The function is called for each connection, so
                that the password can be replaced.
            timeout: Seconds to wait for a connection, and for a reply. A client passed by the caller has its own.
            needed_by: The name of the class in the error raised if the extra is not installed.

        Raises:
            ImportError: The extra is not installed.
            TypeError: `redis` is neither a URL nor an asynchronous client.
            ValueError: The URL is invalid, or the timeout is not more than 0.
            Exception: An error of the function for the URL.
        """
        try:
            from redis.asyncio import Redis  # an extra
        except ImportError:
            raise ImportError(
                f"{needed_by} needs the package redis: pip install 'async-spotify-client[redis]'"
            ) from None
        check_number("timeout", timeout, above=0)
        self._timeout = timeout
        self._clients: LoopBound[Redis] = LoopBound(self._new_client)
        self._given_client: Redis | None = None
        if isinstance(redis, str):
            self._url: SecretSource = Secret(redis)
        elif callable(redis):
            self._url = SecretFunction("redis_url", redis)
        elif isinstance(redis, Redis):  # pyright: ignore[reportUnnecessaryIsInstance]  or a synchronous one
            self._url, self._given_client = Secret(""), redis
        else:
            raise TypeError(f"redis must be a URL or a redis.asyncio.Redis, not {type(redis).__name__}")
        client = self._given_client or self._checked_client()
        self.server: Final = _name_of(client)
        """The name of the server in messages."""
        self.decodes_responses: Final = bool(_options_of(client).get("decode_responses"))
        """Whether the client decodes replies to str, so that binary data cannot be read."""
        self.max_concurrency: Final = min(_MOST_CONNECTIONS, client.connection_pool.max_connections)
        """The most commands in flight per event loop, each on one connection; others wait."""
        self._semaphores = LoopBound(lambda: asyncio.Semaphore(self.max_concurrency))

    async def run(
        self,
        script: str,
        *,
        parse: Callable[[object], T],
        keys: Sequence[str],
        arguments: Sequence[str | bytes | int | Secret] = (),
    ) -> T:
        """Run a Lua script, and return its reply.

        If the connection turns out to be broken the script is sent once more on another one, so it may run twice.

        Args:
            script: The source. It is sent once; Redis caches it.
            parse: Returns the reply, or raises `UnexpectedReplyError` for one that the script cannot give.
            keys: All keys that the script uses.
            arguments: The other arguments.

        Raises:
            RedisFailure: The script failed, or it is unknown whether it ran.
        """
        with ARGUMENTS_HIDDEN:  # frames of redis-py hold the password and what is sent
            try:
                client = await self._client()
                async with self._connection_slot():
                    reply = await client.register_script(script)(
                        keys,
                        [argument.reveal() if isinstance(argument, Secret) else argument for argument in arguments],
                    )
                return parse(reply)
            except Exception as exc:  # noqa: BLE001  the parser of redis-py raises errors of other types
                failure = self._failure(exc, " or ".join(keys[:_MOST_NAMED]))
            # Raised outside the handler, without a context: its message may contain what was sent.
            raise failure

    async def find_keys(self, prefix: str) -> list[str]:
        """Return the keys with a prefix. Keys added or removed during the call may be missing.

        Raises:
            RedisFailure: The keys could not be listed.
        """
        pattern = re.sub(r"([*?\[\]\\])", r"\\\1", prefix) + "*"
        found: set[str] = set()
        with ARGUMENTS_HIDDEN:
            try:
                client = await self._client()
                keys: AsyncIterator[bytes | str] = client.scan_iter(pattern)  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
                async with self._connection_slot():
                    async for key in keys:
                        with suppress(UnicodeDecodeError):  # not a key of ours
                            found.add(key.decode() if isinstance(key, bytes) else key)
            except Exception as exc:  # noqa: BLE001  as in `run`
                failure = self._failure(exc, pattern)
            else:
                return sorted(found)
            raise failure

    async def close(self) -> None:
        """Close what was opened here, in all event loops. A later call opens it again."""
        with ARGUMENTS_HIDDEN:
            await self._clients.close_all(_close)

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
            for dead in self._clients.pop_dead():
                await _close(dead)
            client = self._clients.get()
        return client

    def _checked_client(self) -> Redis:
        from redis.exceptions import RedisError

        # Here the error of a function is not changed: the application creates this object.
        url = self._url.current() if isinstance(self._url, SecretFunction) else self._url
        with suppress(ValueError, TypeError, RedisError):  # the message may contain a part of the password
            if _is_unambiguous(url.reveal()):  # UnicodeError, if the host cannot be one, is a ValueError
                client = self._client_of(url)
                # Checks the options of the URL; it opens nothing.
                make_connection: Callable[[], object] = client.connection_pool.make_connection
                make_connection()
                return client
        raise ValueError(
            "the Redis URL is invalid: expected redis://[[user]:password@]host[:port][/db], rediss://… or unix://path, "
            "with special characters of the password percent-encoded, and only options that redis-py supports"
        )

    def _new_client(self) -> Redis:
        if isinstance(self._url, Secret):
            return self._client_of(self._url)
        return self._of_current_url(self._client_of)

    def _client_of(self, url: Secret) -> Redis:
        from redis.asyncio import ConnectionPool, Redis
        from redis.asyncio.connection import parse_url
        from redis.asyncio.retry import Retry
        from redis.backoff import NoBackoff
        from redis.exceptions import ConnectionError as RedisConnectionError

        options: dict[str, object] = {**parse_url(url.reveal())}
        if isinstance(self._url, SecretFunction) and "password" in options:
            options = {name: value for name, value in options.items() if name not in _CREDENTIALS}
            options["credential_provider"] = self._credential_provider()
        # One retry: a connection that broke while idle fails on its next use, and is replaced. More retries would only
        # prolong an outage for the caller.
        settings: dict[str, object] = {
            "socket_timeout": self._timeout,
            "socket_connect_timeout": self._timeout,
            "retry": Retry(NoBackoff(), 1, (RedisConnectionError,)),
            "retry_on_error": [RedisConnectionError],  # before version 6, the one has no effect without the other
        }
        make_pool = cast("Callable[..., ConnectionPool]", ConnectionPool)  # its options have no types
        return Redis.from_pool(make_pool(**settings | options))

    def _credential_provider(self) -> CredentialProvider:
        """Return what redis-py asks for the user and the password of each connection."""
        from redis.credentials import CredentialProvider
        from redis.exceptions import RedisError

        of_current_url = self._of_current_url

        class UrlCredentials(CredentialProvider):
            @ARGUMENTS_HIDDEN
            def get_credentials(self) -> tuple[str] | tuple[str, str]:
                try:
                    return of_current_url(_credentials_in)
                except RedisFailure as failure:
                    # After another type of error redis-py would use the connection without a password.
                    raise RedisError from failure

        return UrlCredentials()

    def _of_current_url(self, use: Callable[[Secret], T]) -> T:
        """Return the result of a function of the URL, which the application's function is asked for.

        Raises:
            RedisFailure: One of them failed. Redis counts as unavailable: the next call of it may succeed.
        """
        url: SecretSource = self._url
        try:
            if isinstance(url, SecretFunction):
                url = url.current()
        except Exception as exc:  # noqa: BLE001  of the application
            problem = f"failed ({type(exc).__name__})"
        else:
            with suppress(ValueError):
                return use(url)
            problem = "returned an invalid one"
        raise RedisFailure(f"{self.server} cannot be used: the function for its URL {problem}", is_outage=True)

    def _failure(self, error: Exception, key: str) -> RedisFailure:
        from redis import exceptions

        kind = type(error).__name__
        is_outage = False
        for known in (error, error.__cause__):
            if isinstance(known, RedisFailure):
                return RedisFailure(str(known), is_outage=known.is_outage)
        if isinstance(error, exceptions.AuthenticationError | exceptions.AuthorizationError):
            problem = f"does not accept the user or the password ({kind}); check them"
        elif isinstance(error, exceptions.TimeoutError | TimeoutError):
            problem, is_outage = f"did not respond in time ({kind})", True
        elif isinstance(error, exceptions.ReadOnlyError):
            problem, is_outage = f"is a read-only replica ({kind}); use the address of its master", True
        elif isinstance(error, exceptions.BusyLoadingError):
            problem, is_outage = f"is loading its data ({kind}); try again later", True
        elif isinstance(error, exceptions.ConnectionError | OSError):
            reason = reason_of(error)
            problem = f"cannot be reached ({kind if reason == kind else f'{kind}: {reason}'}); check its address"
            is_outage = True
        elif isinstance(error, exceptions.ResponseError):
            words = (word.strip(":") for word in str(error).split())
            code = kind if kind in _ADVICE else next((word for word in words if word in _ADVICE), "")
            advice = _ADVICE.get(code, "a key may have a value of another program")
            problem = f"refused a command on {key} ({kind if code in kind else f'{kind} {code}'}); {advice}"
        elif isinstance(error, RuntimeError) and not isinstance(error, RecursionError):
            problem = f"cannot be used ({kind}): a client of Redis serves one event loop, and only while it is open"
        else:
            problem = f"sent a reply that this library does not expect ({kind}); check that it is a Redis server"
        return RedisFailure(f"{self.server} {problem}", is_outage=is_outage)


async def _close(client: Redis) -> None:
    from redis.exceptions import RedisError

    # The connections are gone already: the event loop is closed, or the server has cut them.
    with suppress(RuntimeError, RedisError, OSError):
        await client.aclose()


@ARGUMENTS_HIDDEN
def _credentials_in(url: Secret) -> tuple[str] | tuple[str, str]:
    from redis.asyncio.connection import parse_url

    options = parse_url(url.reveal())
    username, password = str(options.get("username", "")), str(options.get("password", ""))
    return (username, password) if username else (password,)


def _is_unambiguous(url: str) -> bool:
    """Whether the parts of a URL are what they seem; a `/` or `#` in a password makes a part of it the host."""
    parts = urlsplit(url)
    if parts.scheme == "unix":
        return bool(parts.path) and not parts.fragment
    host = (parts.hostname or "").encode("idna")
    return bool(host) and not parts.fragment and _DATABASE_PATH.fullmatch(parts.path) is not None


def _options_of(client: Redis) -> dict[str, object]:
    options: dict[str, object] = client.connection_pool.connection_kwargs
    return options


def _name_of(client: Redis) -> str:
    options = _options_of(client)
    if "path" in options:
        return f"Redis at {options['path']}"
    return f"Redis at {options['host']}:{options.get('port', 6379)}" if "host" in options else "Redis"
