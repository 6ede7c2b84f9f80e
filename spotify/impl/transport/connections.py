"""Kept connections: which of them a request may use.

HTTP/1.1 assigns responses to requests by their order alone. If a server sends one response too many, the next request
on that connection gets it, and each later request gets the response to the one before. Therefore a connection is used
again only if nothing was received since its last response, and only for the same access token: a response too many
that arrives after the next request was sent cannot be detected, but it stays with its user. One that arrives while the
next request is being sent is an error of that request.
"""

from __future__ import annotations

import select
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Final, TypeAlias

import aiohttp
from aiohttp.client_proto import ResponseHandler
from aiohttp.client_reqrep import ConnectionKey
from aiohttp.connector import Connection
from aiohttp.tracing import Trace

from spotify.interfaces.transport import unsent
from spotify.logs import get_logger

_log = get_logger(__name__)

_UNLIMITED: Final = 1_000  # idle connections of a connector without a limit

CLOSE: Final = {"Connection": "close"}
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
                if request.headers.get("Connection") == CLOSE["Connection"]:
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
    return hash(request.headers.get("Authorization"))


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
