"""A login on this machine: a listener on the loopback interface that the browser comes back to."""

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

Begin: TypeAlias = Callable[[str], str]
Finish: TypeAlias = Callable[[Secret], Awaitable[Token]]
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
<p>{text}</p>
</main>
</body>
</html>
"""


async def log_in_locally(
    redirect_uri: str, *, begin: Begin, finish: Finish, open_browser: OpenBrowser, patience: float
) -> Token:
    """Open the browser, wait for it to come back, and return the token; the listener is gone then, whatever happened.

    Args:
        redirect_uri: Where to listen; with port 0 on any free port, where Spotify accepts any (loopback addresses that
            are registered without a port).
        begin: Returns the URL of a login that comes back to the redirect URI given, which has the actual port.
        finish: Exchanges the redirect.
        open_browser: Opens a URL; False says that there is no browser.
        patience: Seconds to wait for the user.

    Raises:
        ValueError: The redirect URI is not on a loopback address.
        LoginError: The user refused, or did not come back in time; there is no browser; or the port is taken.
        SpotifyError: The code could not be exchanged.
    """
    parts = urlsplit(redirect_uri)
    host = parts.hostname or ""
    if parts.scheme != "http" or not is_loopback(host):
        raise ValueError(
            "a local login needs a redirect URI on this machine, such as 'http://127.0.0.1:8000/callback', "
            f"not {redirect_uri!r}"
        )
    outcome: asyncio.Future[Token] = asyncio.get_running_loop().create_future()
    limit = asyncio.timeout(patience)
    listener = _Listener(parts.path or "/", finish, outcome, limit)
    # No access log: the address that is asked for holds the code.
    runner = web.ServerRunner(
        web.Server(listener.answer, access_log=None), handle_signals=False, shutdown_timeout=_SHUTDOWN_SECONDS
    )
    await runner.setup()
    try:
        async with limit:
            port = await _listen(runner, host, 80 if parts.port is None else parts.port)
            netloc = parts.netloc if parts.port != 0 else f"{parts.netloc.rpartition(':')[0]}:{port}"
            url = Secret(begin(parts._replace(netloc=netloc).geturl()))  # it holds the state
            if await asyncio.to_thread(lambda: open_browser(url.reveal())) is False:
                raise LoginError(
                    "no browser can be opened here; use `authorize_by_hand`, which takes the address that the user "
                    "came back to",
                    reason="no_browser",
                )
            return await outcome
    except TimeoutError:
        if not limit.expired():
            raise  # what opens the browser, or the hook, ran out of time of its own
        raise LoginError(f"the user did not come back within {patience:g} s", reason="timeout") from None
    finally:
        outcome.cancel()
        await runner.cleanup()


async def _listen(runner: web.ServerRunner, host: str, port: int) -> int:
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError as exc:
        raise LoginError(
            f"cannot listen on {host}, port {port}: {exc.strerror}; stop what does, or use another redirect URI",
            reason="port_unavailable",
        ) from exc
    return int(runner.addresses[0][1])


class _Listener:
    """Answers the browser."""

    def __init__(self, path: str, finish: Finish, outcome: asyncio.Future[Token], limit: asyncio.Timeout) -> None:
        self._path = path
        self._finish = finish
        self._outcome = outcome
        self._limit = limit
        self._is_busy = False

    async def answer(self, request: web.BaseRequest) -> web.Response:
        if request.path != self._path or request.method != "GET":
            return _page(404, "Nothing here", "This address only waits for a login at Spotify to end.")
        redirect = Secret(request.path_qs)
        del request
        # A browser that asks twice must not spend the code twice.
        if self._is_busy or self._outcome.done() or self._limit.expired():
            return _page(409, "Already done", "This login is over or about to be. You can close this window.")
        self._is_busy = True
        # It is the user who is waited for. To stop in the middle of the exchange would spend the code for nothing.
        ends = self._limit.when()
        self._limit.reschedule(None)
        try:
            token = await self._finish(redirect)
        except SpotifyError as error:
            if isinstance(error, LoginError) and error.reason == "state_mismatch":
                # Whoever comes with another state does not end the login of the one who is waited for.
                self._limit.reschedule(ends)
            else:
                self._end(error)
            reason = str(error)
            return _page(400, "The login failed", f"{reason[:1].upper()}{reason[1:]}. You can close this window.")
        except Exception as error:  # noqa: BLE001  the application's, such as its hook's: there is nothing to wait for
            self._end(error)
            return _page(500, "The login failed", "The program knows why. You can close this window.")
        finally:
            self._is_busy = False
        if not self._outcome.done():
            self._outcome.set_result(token)
        return _page(200, "You are logged in", "You can close this window and go back to the program.")

    def _end(self, error: Exception) -> None:
        if not self._outcome.done():
            self._outcome.set_exception(error)


def _page(status: int, title: str, text: str) -> web.Response:
    mark, colour = ("✓", "#1a7f37") if status == HTTPStatus.OK else ("!", "#9a6700")
    return web.Response(
        status=status,
        reason=HTTPStatus(status).phrase,
        text=_PAGE.format(title=escape(title), text=escape(text), mark=mark, colour=colour),
        content_type="text/html",
        headers=_HEADERS,
    )
