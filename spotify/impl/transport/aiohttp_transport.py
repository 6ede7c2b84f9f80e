"""The transport that is used unless another is given: aiohttp."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from functools import lru_cache
from typing import Final
from urllib.parse import urlsplit

import aiohttp
from multidict import CIMultiDict, CIMultiDictProxy
from yarl import URL

from spotify._concurrency import LoopBound
from spotify.config import ClientConfig
from spotify.errors import ClientClosedError, ResponseTooLargeError, TransportError, TransportTimeoutError
from spotify.interfaces.transport import HttpRequest, HttpResponse
from spotify.logs import get_logger

_log = get_logger(__name__)

_AUTHORIZATION: Final = "Authorization"

# Failures after which nothing of the request can have been executed: no connection was made that could carry it.
_NEVER_SENT: Final = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.ClientHttpProxyError)

_CONNECTING: Final = 0.9  # of the time of an attempt: with less than the rest, no answer would be there in time


class AiohttpTransport:
    """`Transport` over one `aiohttp.ClientSession` with a keep-alive pool.

    The session is opened by the first request, in the loop that makes it, and anew when another loop takes over. Close
    it before its loop ends: the sockets of a loop that is gone can only be left to the garbage collector.
    Redirects are not followed, cookies not kept, certificates verified, bodies decompressed and bounded.
    """

    def __init__(self, config: ClientConfig, *, session: aiohttp.ClientSession | None = None) -> None:
        """Take the settings; nothing is opened yet.

        Args:
            config: Of it `api_url`, `accounts_url`, `connect_timeout`, `max_concurrency`, `keepalive_timeout`,
                `max_response_bytes`, `proxy`, `trust_env` and `user_agent`.
            session: A session of the caller's to use instead of an own one; `close` leaves it open. aiohttp's blind
                re-sending of PUT and DELETE is switched off on it, as it can double a write.
        """
        self._config = config
        self._trusted_origins = frozenset(map(_origin, (config.api_url, config.accounts_url)))
        self._closed = False
        self._given_session = None if session is None else _without_blind_resending(session)
        self._own_sessions = LoopBound(self._open_session)

    async def send(self, request: HttpRequest, /) -> HttpResponse:
        """Send the request once and read the answer whole.

        Raises:
            TransportError: No answer came, or one too large to keep.
            ClientClosedError: After `close`.
            ValueError: The request carries authorization and goes to a host that is not configured.
        """
        if self._closed:
            raise ClientClosedError("the client is closed; make a new one, or close it later")
        try:
            session = self._given_session or self._own_sessions.find() or await self._new_session()
            async with session.request(
                request.method,
                URL(request.url, encoded=True),
                data=request.body,
                headers=self._headers(request),
                allow_redirects=False,
                proxy=self._config.proxy,
                timeout=_timeout(request.timeout, self._config.connect_timeout),
            ) as response:
                body = await self._read(response)
                return HttpResponse(
                    status=response.status,
                    headers=_combined(response.headers),
                    body=body,
                )
        except TimeoutError as exc:
            sent = not isinstance(exc, _NEVER_SENT)
            seconds = f"{request.timeout:g} s" if sent else "the time allowed for connecting"
            raise TransportTimeoutError(
                f"No answer from {urlsplit(request.url).hostname} within {seconds}", sent=sent
            ) from _harmless(exc)
        except (aiohttp.ClientError, OSError) as exc:
            sent = not isinstance(exc, _NEVER_SENT)
            if self._closed:
                raise ClientClosedError("the client was closed during the call") from None
            raise TransportError(_explanation(exc, request.url, sent=sent), sent=sent) from _harmless(exc)

    async def close(self) -> None:
        """Close what was opened here. A session of the caller's stays open."""
        self._closed = True
        for session in self._own_sessions.pop_all():
            await session.close()

    def __del__(self) -> None:
        # aiohttp warns of its session, which whoever made a client has never seen.
        if any(not session.closed for session in self._own_sessions.pop_all()):
            warnings.warn(
                f"unclosed Spotify client for {self._config.api_url}: use `async with`, or `await client.close()`",
                ResourceWarning,
                source=self,
                stacklevel=2,
            )

    async def _new_session(self) -> aiohttp.ClientSession:
        for session in self._own_sessions.pop_dead():
            await session.close()
        return self._own_sessions.get()

    def _open_session(self) -> aiohttp.ClientSession:
        config = self._config
        _log.debug("session_opened", max_connections=config.max_concurrency)
        session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=config.max_concurrency, keepalive_timeout=config.keepalive_timeout),
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=config.trust_env,
        )
        return _without_blind_resending(session)

    def _headers(self, request: HttpRequest) -> dict[str, str]:
        headers = {"User-Agent": self._config.user_agent, **request.headers}
        if request.authorization is not None:
            if _origin(request.url) not in self._trusted_origins:
                raise ValueError(
                    f"authorization is sent to {sorted(self._trusted_origins)} only, not to {_origin(request.url)}"
                )
            headers[_AUTHORIZATION] = request.authorization.reveal()
        return headers

    async def _read(self, response: aiohttp.ClientResponse) -> bytes:
        bound = self._config.max_response_bytes
        chunks: list[bytes] = []
        size = 0
        while chunk := await response.content.readany():
            size += len(chunk)
            if size > bound:
                response.close()
                raise ResponseTooLargeError(f"The answer is larger than {bound} bytes and was dropped", sent=True)
            chunks.append(chunk)
        return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def _without_blind_resending(session: aiohttp.ClientSession) -> aiohttp.ClientSession:
    # aiohttp sends GET, PUT and DELETE once more by itself when a kept-alive connection turns out to be cut. Whether
    # the first one was executed nobody knows then, and a reordered playlist would be reordered twice. There is no
    # public switch (aiohttp's own test client sets the same attribute); the retry policy decides here.
    session._retry_connection = False  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    return session


def _combined(headers: Mapping[str, str]) -> dict[str, str]:
    """Return the headers with those that came on several lines in one (RFC 9110, section 5.2): each line counts."""
    combined: dict[str, str] = {}
    for name, value in headers.items():
        key = name.lower()
        combined[key] = f"{combined[key]}, {value}" if key in combined else value
    return combined


@lru_cache(maxsize=8)
def _timeout(seconds: float, connect_seconds: float) -> aiohttp.ClientTimeout:
    # `connect` bounds the wait for a free connection too. With `total` alone, a request that never got one could not be
    # told from one whose answer never came; so `connect` has to be the first to end, also where little time is allowed.
    return aiohttp.ClientTimeout(total=seconds, connect=min(connect_seconds, _CONNECTING * seconds))


def _harmless(error: Exception) -> Exception:
    """Return the error without what would show the token or the proxy's password where it is printed as a cause."""
    if isinstance(error, aiohttp.ClientResponseError):
        # It keeps the request's headers and, of a proxy, the address with its password.
        url = error.request_info.url.with_user(None)
        error.request_info = aiohttp.RequestInfo(
            url, error.request_info.method, CIMultiDictProxy(CIMultiDict[str]()), url
        )
        error.history, error.headers = (), None
        error.args = (error.request_info, ())
    # Renderers that print locals would show the headers in aiohttp's frames, those of its own causes included.
    error.__cause__ = error.__context__ = None
    return error.with_traceback(None)


def _origin(url: str) -> str:
    # By hand, as every request asks: a URL that a parser would read differently ends up as no origin that is trusted.
    scheme, _, rest = url.partition("://")
    return f"{scheme.lower()}://{rest.partition('/')[0]}"


def _explanation(error: Exception, url: str, *, sent: bool) -> str:
    host = urlsplit(url).hostname
    kind = type(error).__name__
    if sent:
        return f"The connection to {host} broke before the whole answer was there ({kind})"
    return f"No connection to {host} could be made ({kind})"
