"""A login on this machine: a listener on the loopback interface receives the redirect."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from html import escape
from http import HTTPStatus
from typing import Final, TypeAlias
from urllib.parse import urlsplit

from aiohttp import web

from spotify._checks import is_loopback
from spotify.credentials import Secret
from spotify.errors import LoginError, SpotifyError
from spotify.interfaces.token_store import Token

AuthorizationUrl: TypeAlias = Callable[[str], str]
Exchange: TypeAlias = Callable[[Secret], Awaitable[Token]]
OpenBrowser: TypeAlias = Callable[[str], object]

_SHUTDOWN_SECONDS: Final = 2.0
_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Connection": "close",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
}
_PAGE: Final = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; font: 1.1rem/1.5 system-ui, sans-serif }}
body {{ display: grid; place-items: center; min-height: 90vh; margin: 0; padding: 0 1.5rem; text-align: center }}
main {{ max-width: 32rem }}
h1 {{ margin: 1rem 0 0; font-size: 1.6rem }}
.mark {{ display: inline-block; width: 4rem; border-radius: 50%; font-size: 2rem; line-height: 4rem }}
.mark {{ background: {colour}; color: #fff }}
</style>
</head>
<body>
<main>
<span class="mark" aria-hidden="true">{mark}</span>
<h1>{title}</h1>
<p>{message}</p>
</main>
</body>
</html>
"""


async def log_in_locally(
    redirect_uri: str,
    *,
    authorization_url: AuthorizationUrl,
    exchange: Exchange,
    open_browser: OpenBrowser,
    login_timeout: float,
) -> Token:
    """Open the browser, wait for the redirect, and return the token. The listener is always closed at the end.

    Args:
        redirect_uri: The address to listen on. Port 0 is any free port; Spotify accepts any port for loopback redirect
            URIs that are registered without one.
        authorization_url: Starts a login; takes the redirect URI with the actual port, returns the URL to open.
        exchange: Exchanges the code of a redirect for a token.
        open_browser: Opens a URL; returns False if there is no browser.
        login_timeout: Seconds to wait for the user.

    Raises:
        ValueError: The redirect URI is not an http URL on a loopback address.
        LoginError: The user denied access or did not finish in time, there is no browser, or the port is in use.
        SpotifyError: The code could not be exchanged.
    """
    parts = urlsplit(redirect_uri)
    host = parts.hostname or ""
    if parts.scheme != "http" or not is_loopback(host):
        raise ValueError(
            "a local login needs a redirect URI on this machine, such as 'http://127.0.0.1:8000/callback', "
            f"not {redirect_uri!r}"
        )
    result: asyncio.Future[Token] = asyncio.get_running_loop().create_future()
    limit = asyncio.timeout(login_timeout)
    handler = _RedirectHandler(parts.path or "/", exchange, result, limit)
    # No access log: the requested URL contains the code.
    runner = web.ServerRunner(
        web.Server(handler.handle, access_log=None), handle_signals=False, shutdown_timeout=_SHUTDOWN_SECONDS
    )
    await runner.setup()
    try:
        async with limit:
            port = await _listen(runner, host, 80 if parts.port is None else parts.port)
            netloc = parts.netloc if parts.port != 0 else f"{parts.netloc.rpartition(':')[0]}:{port}"
            url = Secret(authorization_url(parts._replace(netloc=netloc).geturl()))  # contains the state
            if await asyncio.to_thread(lambda: open_browser(url.reveal())) is False:
                raise LoginError(
                    "no browser can be opened here; use `authorize_by_hand`, which asks for the URL that the user was "
                    "redirected to",
                    reason="no_browser",
                )
            return await result
    except TimeoutError:
        if not limit.expired():
            raise  # a timeout inside `open_browser` or the token hook
        raise LoginError(f"the user did not finish the login within {login_timeout:g} s", reason="timeout") from None
    finally:
        result.cancel()
        await runner.cleanup()


async def _listen(runner: web.ServerRunner, host: str, port: int) -> int:
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError as exc:
        raise LoginError(
            f"cannot listen on {host}, port {port}: {exc.strerror}; stop the program that uses the port, or use "
            "another redirect URI",
            reason="port_unavailable",
        ) from exc
    return int(runner.addresses[0][1])


class _RedirectHandler:
    """Handles the requests of the browser."""

    def __init__(self, path: str, exchange: Exchange, result: asyncio.Future[Token], limit: asyncio.Timeout) -> None:
        self._path = path
        self._exchange = exchange
        self._result = result
        self._limit = limit
        self._is_exchanging = False

    async def handle(self, request: web.BaseRequest) -> web.Response:
        if request.path != self._path or request.method != "GET":
            return _page(404, "Not found", "This address only waits for a Spotify login to finish.")
        redirect = Secret(request.path_qs)
        del request
        # A browser that sends the request twice must not use the code twice.
        if self._is_exchanging or self._result.done() or self._limit.expired():
            return _page(409, "Already done", "This login has finished or is about to. You can close this window.")
        self._is_exchanging = True
        # The timeout is for the user only: if it interrupted the exchange, the code would be lost.
        deadline = self._limit.when()
        self._limit.reschedule(None)
        try:
            token = await self._exchange(redirect)
        except SpotifyError as error:
            if isinstance(error, LoginError) and error.reason == "state_mismatch":
                # A request with another state does not end the login of the user.
                self._limit.reschedule(deadline)
            else:
                self._fail(error)
            message = str(error)
            return _page(400, "The login failed", f"{message[:1].upper()}{message[1:]}. You can close this window.")
        except Exception as error:  # noqa: BLE001  the application's own, for example raised by its token hook
            self._fail(error)
            return _page(500, "The login failed", "See the program for the reason. You can close this window.")
        finally:
            self._is_exchanging = False
        if not self._result.done():
            self._result.set_result(token)
        return _page(200, "You are logged in", "You can close this window and go back to the program.")

    def _fail(self, error: Exception) -> None:
        if not self._result.done():
            self._result.set_exception(error)


def _page(status: int, title: str, message: str) -> web.Response:
    mark, colour = ("✓", "#1a7f37") if status == HTTPStatus.OK else ("!", "#9a6700")
    return web.Response(
        status=status,
        reason=HTTPStatus(status).phrase,
        text=_PAGE.format(title=escape(title), message=escape(message), mark=mark, colour=colour),
        content_type="text/html",
        headers=_HEADERS,
    )
