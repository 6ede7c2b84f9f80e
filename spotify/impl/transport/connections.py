"""The aiohttp sessions of a transport, and which of their kept connections a request may use.

HTTP/1.1 assigns responses to requests by their order alone. If a server sends one response too many, the next request
on that connection gets it, and each later request gets the response to the one before. Therefore a connection is used
again only if nothing was received since its last response, and only for the same access token: a response too many
that arrives after the next request was sent cannot be detected, but it stays with its user. One that arrives while the
next request is being sent is an error of that request.
"""

from __future__ import annotations

import asyncio
import select
import ssl
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any, Final, TypeAlias

import aiohttp
from aiohttp import hdrs
from aiohttp.client_proto import ResponseHandler
from aiohttp.client_reqrep import ConnectionKey
from aiohttp.connector import Connection
from aiohttp.tracing import Trace

from spotify._checks import check_type, path_of
from spotify._event_loops import LoopBound
from spotify._exceptions import reason_of
from spotify.config import ClientConfig
from spotify.interfaces.transport import unsent
from spotify.logs import get_logger

_log = get_logger(__name__)

_UNLIMITED: Final = 1_000  # idle connections of a connector without a limit

CLOSE: Final[Mapping[str, str]] = {hdrs.CONNECTION: "close"}
"""The header of a request that uses a connection of its own."""

# The only member of a connection's key that can take another value.
_HASH: Final = {name: index for index, name in enumerate(ConnectionKey._fields)}.get("proxy_headers_hash")

_Connect: TypeAlias = Callable[[], Awaitable[Connection]]


class KeptConnections:
    """The idle connections of a connector, with the user of each."""

    __slots__ = ("_limit", "_users")

    def __init__(self, limit: int) -> None:
        """Create an instance without connections.

        Args:
            limit: The number of connections to keep, 1 or more. aiohttp limits only those in use.
        """
        self._limit = limit
        self._users: OrderedDict[ResponseHandler, int] = OrderedDict()  # the longest idle first

    async def connect(self, request: aiohttp.ClientRequest, connect: _Connect) -> Connection:
        """Return a kept connection that this request may use, or else a new one.

        Args:
            request: The request.
            connect: The connector's own method with its arguments.

        Raises:
            ClientConnectionError: The server has sent a response before the request.
            BaseException: Any error has the attribute `sent`, False.
        """
        try:
            return await self._connect(request, connect)
        except BaseException as exc:
            unsent(exc)
            raise

    async def _connect(self, request: aiohttp.ClientRequest, connect: _Connect) -> Connection:
        user = _user_of(request)
        while True:
            connection = await connect()
            protocol = connection.protocol
            if protocol is None:
                return connection
            last_user = self._users.pop(protocol, None)
            is_clean = not protocol.should_close
            if is_clean and (last_user is None or (last_user == user and not _has_unread_bytes(connection))):
                if request.headers.get(hdrs.CONNECTION) == CLOSE[hdrs.CONNECTION]:
                    protocol.force_close()
                else:
                    connection.add_callback(partial(self._keep, protocol, user))
                return connection
            connection.close()
            if not is_clean:
                _log.warning("surplus_response", host=request.host)
            if last_user is None:
                raise aiohttp.ClientConnectionError("The server has sent a response before the request")

    def _keep(self, protocol: ResponseHandler, user: int) -> None:
        """Record that a connection becomes idle, and close the longest idle one if there are too many."""
        self._users[protocol] = user
        if len(self._users) > self._limit:
            self._users = OrderedDict((each, user) for each, user in self._users.items() if each.is_connected())
        if len(self._users) > self._limit:
            self._users.popitem(last=False)[0].close()


class UserConnector(aiohttp.TCPConnector):
    """A connector that keeps connections for each user. Its session needs `UserRequest`, so that it finds them."""

    def __init__(self, *, limit: int, keepalive_timeout: float) -> None:
        """Create a connector in the running event loop.

        Args:
            limit: The number of connections in use, and the number of idle ones, 1 or more.
            keepalive_timeout: Seconds before an idle connection is closed.

        Raises:
            RuntimeError: The installed aiohttp is not supported.
        """
        if _HASH is None:
            raise RuntimeError(f"aiohttp {aiohttp.__version__} is not supported: its `ConnectionKey` has other fields")
        super().__init__(  # pyright: ignore[reportUnknownMemberType]
            limit=limit,
            keepalive_timeout=keepalive_timeout,
            # aiohttp would use aiodns if that is installed, which does not read all that the system's resolver does.
            resolver=aiohttp.ThreadedResolver(),
        )
        self._kept_connections = KeptConnections(limit)

    async def connect(
        self,
        req: aiohttp.ClientRequest,
        traces: list[Trace],
        timeout: aiohttp.ClientTimeout,  # noqa: ASYNC109  aiohttp's signature
    ) -> Connection:
        """Return a connection for the request."""
        return await self._kept_connections.connect(req, partial(super().connect, req, traces, timeout))


class UserRequest(aiohttp.ClientRequest):
    """A request for which the connector looks up only connections of the same user."""

    @property
    def connection_key(self) -> ConnectionKey:
        """What a kept connection must have been used for."""
        key = list(super().connection_key)
        if _HASH is not None:
            key[_HASH] = hash((key[_HASH], _user_of(self)))
        return ConnectionKey._make(key)


def guard_connector(connector: aiohttp.BaseConnector) -> None:
    """Let a connector that was not created here apply the same rules. Calling it again has no effect."""
    connect, kept = connector.connect, KeptConnections(connector.limit or _UNLIMITED)
    if connect.__module__ == __name__:
        return

    # Connections of other users are closed when they are found: only a `UserRequest` finds its own.
    async def guarded_connect(req: aiohttp.ClientRequest, *args: Any, **kwargs: Any) -> Connection:
        return await kept.connect(req, partial(connect, req, *args, **kwargs))

    vars(connector)["connect"] = guarded_connect


def _user_of(request: aiohttp.ClientRequest) -> int:
    # A hash, because a connection's key is part of error messages and of tracebacks.
    return hash(request.headers.get(hdrs.AUTHORIZATION))


def _has_unread_bytes(connection: Connection) -> bool:
    """Return whether the socket has data, or its end, that the event loop has not read yet."""
    transport = connection.transport
    if transport is None:
        return True
    connected = transport.get_extra_info("socket")
    if connected is None:
        return False
    descriptor: int = connected.fileno()
    if descriptor < 0:
        return True
    if not hasattr(select, "poll"):  # on Windows
        return bool(select.select([descriptor], [], [], 0)[0])
    poll = select.poll()  # `select.select` cannot take descriptors above 1,023
    poll.register(descriptor, select.POLLIN)
    return bool(poll.poll(0))


SessionFactory: TypeAlias = Callable[[], aiohttp.ClientSession]
ConnectorFactory: TypeAlias = Callable[[], aiohttp.BaseConnector]


class Sessions:
    """One session for each event loop, opened on first use, or one given session."""

    __slots__ = ("_config", "_given", "_given_loop", "_headers", "_make_connector", "_make_session", "_own")

    def __init__(
        self,
        config: ClientConfig,
        *,
        session: aiohttp.ClientSession | SessionFactory | None,
        connector: ConnectorFactory | None,
        headers: Mapping[str, str],
    ) -> None:
        """Keep the settings.

        Args:
            config: The settings.
            session: See `AiohttpTransport`.
            connector: See `AiohttpTransport`.
            headers: Headers of all requests, which the sessions opened here add.

        Raises:
            TypeError: `session` or `connector` is neither a session nor a factory.
            ValueError: There are both.
            RuntimeError: The automatic repetition cannot be switched off on a given session.
        """
        self._config = config
        self._headers = headers
        self._own = LoopBound(self._open_session)
        self._given: aiohttp.ClientSession | None = None
        self._given_loop: object = None
        self._make_session: SessionFactory | None = None
        self._make_connector = connector
        if session is not None and connector is not None:
            raise ValueError("pass session or connector, not both: a session has its connector")
        if connector is not None and not callable(connector):
            raise TypeError(
                f"connector must be a function that returns a connector, not {type(connector).__name__}: each event "
                "loop needs one of its own"
            )
        if callable(session):
            self._make_session = session
        elif session is not None:
            self._given = _prepared(session)
            self._given_loop = getattr(session, "_loop", None)

    def find(self) -> aiohttp.ClientSession | None:
        """Return the open session of the running event loop; None if there is none.

        Raises:
            RuntimeError: There is a given session, which belongs to another event loop.
        """
        if self._given is None:
            return self._own.find()
        if self._given_loop is not asyncio.get_running_loop():
            raise RuntimeError(
                "the session of the transport was created in another event loop: pass a function that creates one, as "
                "in AiohttpTransport(session=aiohttp.ClientSession)"
            )
        return self._given

    async def open(self) -> aiohttp.ClientSession:
        """Open a session in the running event loop, and close those of event loops that have ended."""
        for session in self._own.pop_dead():
            await session.close()
        return self._own.get()

    async def close(self) -> None:
        """Close all sessions but a given one."""
        await self._own.close_all(_close)

    def pop_open(self) -> list[aiohttp.ClientSession]:
        """Remove and return the sessions that are not closed."""
        return [session for session in self._own.pop_all() if not session.closed]

    def _open_session(self) -> aiohttp.ClientSession:
        if self._make_session is not None:
            session = self._make_session()
            check_type("what the session factory returns", session, aiohttp.ClientSession)
            return _prepared(session)
        config = self._config
        _log.debug("session_opened", max_connections=config.max_concurrency)
        session = aiohttp.ClientSession(
            connector=self._connector(),
            headers=self._headers,
            request_class=UserRequest,
            cookie_jar=aiohttp.DummyCookieJar(),
        )
        try:
            return _without_automatic_retries(session)
        except RuntimeError:
            session.detach()  # it has no connections; this avoids the warning about an unclosed session
            raise

    def _connector(self) -> aiohttp.BaseConnector:
        if self._make_connector is None:
            return UserConnector(limit=self._config.max_concurrency, keepalive_timeout=self._config.keepalive_timeout)
        connector = self._make_connector()
        check_type("what the connector factory returns", connector, aiohttp.BaseConnector)
        guard_connector(connector)
        return connector


def tls_of(config: ClientConfig, context: ssl.SSLContext | None) -> ssl.SSLContext | bool:
    """Return what aiohttp takes as `ssl`: a context, or True for its default.

    Raises:
        ValueError: There are a context and a `ca_file`, or the file has no certificates or cannot be read.
        TypeError: `context` is not a context.
    """
    if context is not None:
        check_type("ssl_context", context, ssl.SSLContext)
        if config.ca_file is not None:
            raise ValueError("pass ssl_context or ca_file, not both: load the file into the context")
        return context
    if config.ca_file is None:
        return True
    path = path_of("ca_file", config.ca_file)
    created = ssl.create_default_context()
    try:
        created.load_verify_locations(path)
    except ssl.SSLError:
        problem = "it has no certificates in PEM format"
    except OSError as exc:
        problem = reason_of(exc)
    else:
        created.set_alpn_protocols(("http/1.1",))
        return created
    raise ValueError(f"ca_file {str(path)!r} cannot be used: {problem}")


def _prepared(session: aiohttp.ClientSession) -> aiohttp.ClientSession:
    session = _without_automatic_retries(session)
    if session.connector is not None:
        guard_connector(session.connector)
    return session


def _without_automatic_retries(session: aiohttp.ClientSession) -> aiohttp.ClientSession:
    # aiohttp sends a GET, PUT or DELETE again when a kept-alive connection turns out to be closed. The first request
    # may have been executed by then, and a second one would reorder a playlist twice. There is no public switch
    # (aiohttp's own test client sets the same attribute). Retries are decided by the retry policy.
    if not hasattr(session, "_retry_connection"):
        raise RuntimeError(
            f"aiohttp {aiohttp.__version__} is not supported: it may send PUT and DELETE requests twice, and "
            f"{type(session).__name__} has no `_retry_connection` to switch this off; `pip check` shows which version "
            "async-spotify-client requires"
        )
    session._retry_connection = False  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    return session


async def _close(session: aiohttp.ClientSession) -> None:
    await session.close()
