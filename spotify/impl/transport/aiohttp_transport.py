"""The default transport, over aiohttp."""

from __future__ import annotations

import asyncio
import os
import ssl
import warnings
from collections.abc import Mapping
from functools import lru_cache
from types import TracebackType
from typing import Final, Never, Self
from urllib.parse import urlsplit

import aiohttp
from aiohttp import hdrs
from aiohttp.abc import AbstractStreamWriter
from yarl import URL

from spotify._concurrency import UnfinishedTasks
from spotify._exceptions import hide_internals, reason_of
from spotify.config import TOKEN_PATH, ClientConfig
from spotify.errors import ClientClosedError, ResponseTooLargeError, TransportError, TransportTimeoutError
from spotify.impl.transport.connections import CLOSE, ConnectorFactory, SessionFactory, Sessions, tls_of
from spotify.impl.transport.environment_proxy import environment_proxy
from spotify.impl.transport.response_reading import ENCODINGS, DecompressionError, ResponseTimeout, decompressed
from spotify.interfaces.token_store import LOCK_TIMEOUT
from spotify.interfaces.transport import HttpRequest, HttpResponse, is_unsent, unsent

# After these errors the request cannot have been executed: there was no connection to send it over.
_NOT_SENT: Final = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.ClientHttpProxyError)

# aiohttp adds `application/octet-stream` to a PUT or POST without a body.
_SKIPPED_HEADERS: Final = (hdrs.CONTENT_TYPE,)

_WITHOUT_BODY: Final = frozenset({204, 304})
_PROXY_AUTHENTICATION_REQUIRED: Final = 407
_CERTIFICATE_VARIABLES: Final = ("SSL_CERT_FILE", "SSL_CERT_DIR")

# The largest part of a request's timeout for connecting, so that time remains for the response.
_CONNECT_SHARE: Final = 0.9


class AiohttpTransport:
    """`Transport` over one `aiohttp.ClientSession` with a keep-alive pool.

    The first request opens the session in its event loop; another event loop gets a new session. Close the transport
    before its event loop ends: the sockets of a closed loop can only be left to the garbage collector.
    A connection is used for one access token only, and not after a response too many (see
    `spotify.impl.transport.connections`). Redirects are not followed, cookies are not stored, certificates are
    verified, bodies are decompressed and their size is limited.
    """

    def __init__(
        self,
        config: ClientConfig | None = None,
        *,
        session: aiohttp.ClientSession | SessionFactory | None = None,
        connector: ConnectorFactory | None = None,
        ssl_context: ssl.SSLContext | None = None,
    ) -> None:
        """Store the settings; nothing is opened yet, and no event loop is needed.

        Args:
            config: The settings; used are `api_url`, `accounts_url`, `connect_timeout`, `max_concurrency`,
                `keepalive_timeout`, `max_response_bytes`, `ca_file`, `proxy`, `trust_env` and `user_agent`. None for
                `ClientConfig()`.
            session: A function that creates the session of an event loop, such as `aiohttp.ClientSession`; `close`
                closes what it created. Or a session of the event loop in which the transport is used; `close` leaves it
                open. aiohttp's automatic repetition of PUT and DELETE is switched off on it, as it can execute a write
                twice. Its connections are used again only as `spotify.impl.transport.connections` allows; with several
                users, few of them are.
            connector: A function that creates the connector of an event loop, such as one for a SOCKS proxy. It must
                return a new one each time, which `close` closes.
            ssl_context: TLS for the hosts and for an https proxy, such as a context with a client certificate. None for
                the system's certificates and those of `ca_file`.

        Raises:
            ValueError: There are `session` and `connector`, or `ssl_context` and `ca_file`, or the `ca_file` has no
                certificates or cannot be read.
            TypeError: An argument is of the wrong type.
            RuntimeError: The automatic repetition cannot be switched off on `session`.
        """
        config = config or ClientConfig()
        self._config = config
        headers: dict[str, str] = {hdrs.USER_AGENT: config.user_agent, hdrs.ACCEPT_ENCODING: ENCODINGS}
        self._sessions = Sessions(config, session=session, connector=connector, headers=headers)
        self._headers_of_all = {} if session is None else headers  # those the session does not add
        self._tls = tls_of(config, ssl_context)
        self._trusted_origins = frozenset(map(_origin, (config.api_url, config.accounts_url)))
        self._token_url = f"{config.accounts_url}{TOKEN_PATH}"
        self._closed = False
        self._unfinished = UnfinishedTasks(timeout=LOCK_TIMEOUT)
        self._environment_proxies: dict[str, str | None] = {}  # by origin

    async def send(self, request: HttpRequest, /) -> HttpResponse:
        """Send the request once and read the whole response.

        Raises:
            TransportError: There was no response, or an invalid or too large one, or the proxy is invalid.
            ClientClosedError: The transport is closed.
            RuntimeError: The installed aiohttp is not supported. Nothing was sent.
            ValueError: The request has an authorization and its host is not one of the configured hosts.
        """
        if self._closed:
            raise unsent(ClientClosedError("The client is closed: create a new one, or close it later"))
        if request.must_finish:
            self._unfinished.add_current()
        try:
            return await self._exchange(request)
        except BaseException as exc:
            hide_internals(exc)  # aiohttp's frames hold the headers; a cancellation passes through them, too
            raise

    async def _exchange(self, request: HttpRequest) -> HttpResponse:
        try:
            headers = self._headers(request)
            session = self._sessions.find() or await self._sessions.open()
            proxy = await self._proxy_for(request.url)
        except BaseException as exc:
            unsent(exc)
            raise
        body = None if request.body is None else _RequestBody(request.body)
        failure: TransportError | ClientClosedError
        try:
            with ResponseTimeout(request.timeout):
                async with session.request(
                    request.method,
                    URL(request.url, encoded=True),
                    data=body,
                    headers=headers,
                    skip_auto_headers=None if body is None and request.method == "GET" else _SKIPPED_HEADERS,
                    allow_redirects=False,
                    proxy=proxy,
                    ssl=self._tls,
                    timeout=_timeout(_connect_timeout(request.timeout, self._config.connect_timeout)),
                    auto_decompress=False,  # aiohttp takes a part of a gzip body for the whole
                ) as response:
                    if body is not None and not body.is_written and response.ok:
                        _refuse_early_success(response, _host_of(request.url, proxy))
                    return HttpResponse(
                        status=response.status,
                        headers=_combined(response.headers),
                        body=await self._read(response, request.url, proxy),
                    )
        except TransportError:
            raise
        except TimeoutError as exc:
            hide_internals(exc)  # a response keeps its error, whose frames keep the response
            failure = self._timeout_error(exc, request, proxy)
        except Exception as exc:  # noqa: BLE001  aiohttp also raises errors of its URL and header libraries
            hide_internals(exc)
            failure = self._connection_error(exc, request, proxy)
        # Raised outside the handlers, so that aiohttp's error, which can hold all headers, is not its context.
        raise failure

    async def close(self) -> None:
        """Close the sessions opened here. A session (not a factory) given to the constructor stays open.

        Requests with `must_finish` are finished first; it waits at most 150 seconds.
        """
        self._closed = True
        await self._unfinished.close()
        await self._sessions.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.close()

    def __del__(self) -> None:
        # aiohttp's own warning is about its session, which users of this library do not know.
        sessions: Sessions | None = getattr(self, "_sessions", None)  # None if the constructor raised
        if sessions is not None and sessions.pop_open():
            warnings.warn(
                f"unclosed Spotify client for {self._config.api_url}: use `async with`, or `await client.close()`",
                ResourceWarning,
                source=self,
                stacklevel=2,
            )

    async def _proxy_for(self, url: str) -> str | None:
        if self._config.proxy is not None or not self._config.trust_env:
            return self._config.proxy
        origin = _origin(url)
        if origin not in self._environment_proxies:
            self._environment_proxies[origin] = await asyncio.to_thread(environment_proxy, url)
        return self._environment_proxies[origin]

    def _headers(self, request: HttpRequest) -> dict[str, str]:
        headers = {**self._headers_of_all, **request.headers}
        if request.url == self._token_url:
            headers.update(CLOSE)  # requests for different users can have the same authorization
        if request.authorization is not None:
            if _origin(request.url) not in self._trusted_origins:
                raise ValueError(
                    f"authorization is sent to {sorted(self._trusted_origins)} only, not to {_origin(request.url)}"
                )
            headers[hdrs.AUTHORIZATION] = request.authorization.reveal()
        return headers

    async def _read(self, response: aiohttp.ClientResponse, url: str, proxy: str | None) -> bytes:
        max_bytes = self._config.max_response_bytes
        chunks: list[bytes] = []
        size = 0
        stream = response.content
        while not stream.at_eof():
            chunk = await stream.readany()
            size += len(chunk)
            if size > max_bytes:
                response.close()
                raise _too_large(max_bytes)
            chunks.append(chunk)
        body = chunks[0] if len(chunks) == 1 else b"".join(chunks)
        if (encoding := response.headers.get("Content-Encoding")) is None:
            return body
        try:
            content = decompressed(body, encoding, max_bytes=max_bytes, has_known_end=_has_known_end(response))
        except DecompressionError as exc:
            problem = str(exc)
        else:
            if content is None:
                raise _too_large(max_bytes)
            return content
        raise TransportError(f"The response from {_host_of(url, proxy)} cannot be decompressed: {problem}", sent=True)

    def _timeout_error(self, error: TimeoutError, request: HttpRequest, proxy: str | None) -> TransportTimeoutError:
        host = _host_of(request.url, proxy)
        if sent := not (isinstance(error, _NOT_SENT) or _was_unsent(error)):
            message = f"No response from {host} within {request.timeout:g} s"
        else:
            seconds = _connect_timeout(request.timeout, self._config.connect_timeout)
            message = f"No connection to {host} within {seconds:g} s: it is unreachable, or all connections are in use"
        failure = TransportTimeoutError(message, sent=sent)
        failure.__cause__ = _cause(error)
        return failure

    def _connection_error(
        self, error: Exception, request: HttpRequest, proxy: str | None
    ) -> TransportError | ClientClosedError:
        if self._closed:
            closed = ClientClosedError("The client was closed during the call")
            return unsent(closed) if _was_unsent(error) else closed
        sent = not (isinstance(error, _NOT_SENT) or _is_about_connect(error) or _was_unsent(error))
        failure = TransportError(_failure_message(error, request.url, proxy), sent=sent)
        failure.__cause__ = _cause(error)
        return failure


class _RequestBody(aiohttp.BytesPayload):
    """A body that records whether aiohttp has written all of it to the connection."""

    is_written = False

    async def write_with_length(self, writer: AbstractStreamWriter, content_length: int | None) -> None:
        await super().write_with_length(writer, content_length)
        self.is_written = True


def _has_known_end(response: aiohttp.ClientResponse) -> bool:
    """Return whether the message says where its body ends (RFC 9112, section 6.3), other than by its connection."""
    headers = response.headers
    is_delimited = "Content-Length" in headers or "Transfer-Encoding" in headers
    return is_delimited or response.status in _WITHOUT_BODY or response.method == "HEAD"


def _refuse_early_success(response: aiohttp.ClientResponse, host: str) -> Never:
    # aiohttp stops the upload at the end of the response: the server may never get the rest.
    response.close()
    raise TransportError(
        f"{host} sent status {response.status} before it received the request: it may be the response to another "
        "request",
        sent=True,
    )


def _too_large(max_bytes: int) -> ResponseTooLargeError:
    return ResponseTooLargeError(
        f"The response is larger than {max_bytes} bytes (max_response_bytes) and was discarded", sent=True
    )


def _combined(headers: Mapping[str, str]) -> dict[str, str]:
    """Return the headers with repeated ones joined by commas (RFC 9110, section 5.2), and names in lower case."""
    combined = {name.lower(): value for name, value in headers.items()}
    if len(combined) == len(headers):
        return combined
    combined.clear()
    for name, value in headers.items():
        key = name.lower()
        combined[key] = f"{combined[key]}, {value}" if key in combined else value
    return combined


@lru_cache(maxsize=8)
def _timeout(connect_seconds: float) -> aiohttp.ClientTimeout:
    # The total is limited by `ResponseTimeout`. `connect` includes the wait for a free connection. It must end before
    # the total does: after that, a request that had no connection cannot be distinguished from one without a response.
    # So aiohttp must not round it up, as it does above `ceil_threshold`.
    return aiohttp.ClientTimeout(total=None, connect=connect_seconds, ceil_threshold=connect_seconds)


def _connect_timeout(seconds: float, connect_seconds: float) -> float:
    return min(connect_seconds, _CONNECT_SHARE * seconds)


def _cause(error: Exception) -> OSError | None:
    """Return the error of the operating system; None if there is none.

    aiohttp's own errors hold the request's headers, the proxy's URL with its password, or bytes from the server.
    """
    cause = error.os_error if isinstance(error, aiohttp.ClientConnectorError) else error
    if not isinstance(cause, OSError):
        return None
    cause.__cause__ = cause.__context__ = None
    return cause.with_traceback(None)


def _origin(url: str) -> str:
    # Not by a URL parser, for speed: a URL that a parser reads differently yields an origin that is not trusted.
    scheme, _, rest = url.partition("://")
    return f"{scheme.lower()}://{rest.partition('/')[0]}"


def _is_about_connect(error: Exception) -> bool:
    """Whether it is the response of a proxy to CONNECT that is invalid, after which the request is not sent."""
    return isinstance(error, aiohttp.ClientResponseError) and error.request_info.method == "CONNECT"


def _was_unsent(error: BaseException) -> bool:
    """Whether there was no connection yet. The timeout of the request is raised from the cancellation by it."""
    return is_unsent(error) or (error.__cause__ is not None and is_unsent(error.__cause__))


def _host_of(url: str, proxy: str | None) -> str:
    """Return the host of a URL for a message, with the proxy on the way, but not its password."""
    host = urlsplit(url).hostname
    return f"{host}" if proxy is None else f"{host}, through the proxy {_address_of(proxy)},"


def _address_of(proxy: str) -> str:
    return urlsplit(proxy).netloc.rpartition("@")[2]


def _failure_message(error: Exception, url: str, proxy: str | None) -> str:
    host = urlsplit(url).hostname
    peer = host if proxy is None else f"the proxy {_address_of(proxy)} for {host}"
    if isinstance(error, aiohttp.ClientConnectorError):
        return _no_connection_message(error, f"{peer}")
    name = type(error).__name__
    if isinstance(error, aiohttp.ClientHttpProxyError):
        advice = "; check the user and the password" if error.status == _PROXY_AUTHENTICATION_REQUIRED else ""
        return f"Could not connect: {peer} answered with status {error.status} ({name}){advice}"
    if _is_about_connect(error):
        return f"Could not connect: the response of {peer} is not valid HTTP ({name}); check that it is an HTTP proxy"
    return _broken_response_message(error, _host_of(url, proxy))


def _no_connection_message(error: aiohttp.ClientConnectorError, peer: str) -> str:
    name = type(error).__name__
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return f"Could not resolve {peer} ({name}): check the network connection and the DNS settings"
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        reason = getattr(error.certificate_error, "verify_message", "") or type(error.certificate_error).__name__
        detail = f"{name}): the TLS certificate of {error.host}:{error.port} is not valid: {reason}"
    else:
        detail = f"{name}: {reason_of(error.os_error)})"
        if isinstance(error.os_error, ConnectionRefusedError):
            detail += f": nothing accepts connections on port {error.port}; check the address and the port"
    return f"Could not connect to {peer} ({detail}{_certificate_advice(error)}"


def _broken_response_message(error: Exception, peer: str) -> str:
    name = type(error).__name__
    if isinstance(error, aiohttp.ClientResponseError):
        return f"The response from {peer} is not valid HTTP ({name})"
    if isinstance(error, aiohttp.ClientPayloadError):
        return f"The response from {peer} ended before it was complete, or is not valid HTTP ({name})"
    if isinstance(error, aiohttp.ServerDisconnectedError):
        return f"The connection to {peer} was closed before there was a response ({name})"
    reason = reason_of(error)
    detail = name if reason == name else f"{name}: {reason}"
    return f"The connection to {peer} failed before the response was complete ({detail})"


def _certificate_advice(error: aiohttp.ClientConnectorError) -> str:
    if not isinstance(error, aiohttp.ClientConnectorCertificateError | aiohttp.ClientConnectorSSLError):
        return ""
    chosen = [f", {name} is {path!r}" for name in _CERTIFICATE_VARIABLES if (path := os.environ.get(name))]
    return f"; check the clock and the CA certificates{''.join(chosen)}; ca_file adds one"
