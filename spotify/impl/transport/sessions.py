"""The aiohttp sessions of a transport: opened here, made by a factory, or given."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from typing import TypeAlias

import aiohttp

from spotify._checks import check_type, path_of
from spotify._event_loops import LoopBound
from spotify._os_errors import reason_of
from spotify.config import ClientConfig
from spotify.impl.transport.connections import UserConnector, UserRequest, guard_connector
from spotify.logs import get_logger

SessionFactory: TypeAlias = Callable[[], aiohttp.ClientSession]
ConnectorFactory: TypeAlias = Callable[[], aiohttp.BaseConnector]

_log = get_logger(__name__)


class Sessions:
    """One session for each event loop, opened on first use, or one given session."""

    __slots__ = ("_config", "_given", "_given_loop", "_make_connector", "_make_session", "_own")

    def __init__(
        self,
        config: ClientConfig,
        *,
        session: aiohttp.ClientSession | SessionFactory | None,
        connector: ConnectorFactory | None,
    ) -> None:
        """Keep the settings. See `AiohttpTransport` for the arguments.

        Raises:
            TypeError: `session` or `connector` is neither a session nor a factory.
            ValueError: There are both.
            RuntimeError: The automatic repetition cannot be switched off on a given session.
        """
        self._config = config
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
