"""A web application whose visitors log in with Spotify: FastAPI, PKCE, one connection pool for all visitors.

Without credentials it runs a demonstration: it serves the application and a sandbox, logs a visitor in over HTTP, and
prints the requests. With the credentials of an application whose redirect URI ends in `/callback`, it serves:

    SPOTIFY_CLIENT_ID=... SPOTIFY_REDIRECT_URI=http://127.0.0.1:8000/callback python examples/fastapi_app.py

It runs under any ASGI server, in any number of processes that share the key that signs cookies and the token store: a
directory or, for processes on many machines, Redis (SPOTIFY_REDIS_URL=redis://..., requires the extra `redis`):

    export SESSION_SECRET=... TOKEN_DIRECTORY=tokens
    uvicorn --app-dir examples --factory fastapi_app:create_app --no-access-log

An access log would contain the codes that Spotify sends to `/callback`. Without a key and a token store, visitors have
to log in again after each restart.
"""

from __future__ import annotations

import asyncio
import logging
import math
import os
import re
import secrets
import socket
import sys
from collections.abc import AsyncGenerator, Iterable, Mapping
from contextlib import asynccontextmanager
from html import escape, unescape
from typing import Annotated, Final
from urllib.parse import urlsplit

import aiohttp

from spotify import (
    AsyncSpotifyClient,
    AuthorizationRequest,
    ClientConfig,
    FileTokenStore,
    LoginError,
    LoginRequiredError,
    MemoryTokenStore,
    MissingScopeError,
    PkceAuth,
    RateLimitError,
    SpotifyError,
    TokenStore,
    TokenStoreError,
    scopes_for,
)
from spotify.services import PlaylistsService, UsersService
from spotify.testing import SpotifySandbox

try:
    import uvicorn
    from fastapi import APIRouter, Depends, FastAPI, Request
    from fastapi.responses import HTMLResponse, RedirectResponse, Response
    from starlette.middleware.base import RequestResponseEndpoint
    from starlette.middleware.sessions import SessionMiddleware
except ImportError as missing:
    sys.exit(f"{missing}: this example requires: pip install 'async-spotify-client[examples]'")

SCOPES: Final = scopes_for(
    UsersService.get_current_profile, UsersService.get_top_artists, PlaylistsService.get_for_current_user
)
HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
}
PAGE: Final = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; font: 1.05rem/1.5 system-ui, sans-serif }}
body {{ max-width: 40rem; margin: 10vh auto; padding: 0 1.5rem }}
</style>
</head>
<body>
<h1>{title}</h1>
{body}
</body>
</html>
"""

router = APIRouter()


class Users:
    """The visitors who are logged in, and their shared connection pool.

    The session of a visitor holds a random key per login, which is also the key of their tokens in the store. The
    cookie, which the visitor can read, contains no token, and a copy of it is useless after the logout.

    Attributes:
        login_auth: The auth provider of the pool, which starts logins.
        pool: The client from which the client of each visitor is derived.
    """

    def __init__(self, environ: Mapping[str, str]) -> None:
        """Read the settings. No connection is opened yet."""
        self._environ = environ
        self._config = ClientConfig.from_env(environ)
        directory = environ.get("TOKEN_DIRECTORY")
        self._store: TokenStore | None = None  # with Redis, the client's own token store is used
        if directory or not self._config.redis_url:
            self._store = FileTokenStore(directory) if directory else MemoryTokenStore()
        self.login_auth = self.auth("login")
        self.pool = AsyncSpotifyClient(auth_provider=self.login_auth, config=self._config)

    def auth(self, key: str) -> PkceAuth:
        """Return the auth provider of the visitor with this session key."""
        return PkceAuth.from_env(user=key, scopes=SCOPES, store=self._store, config=self._config, environ=self._environ)

    async def end_session(self, request: Request) -> None:
        """End the session of a request and delete its tokens."""
        key = request.session.get("user")
        request.session.clear()
        if key is not None:
            auth = self.auth(key)
            async with self.pool.for_user(auth):
                await auth.log_out()


def all_users(request: Request) -> Users:
    """Return the `Users` created by `create_app`."""
    users: Users = request.app.state.users
    return users


AllUsers = Annotated[Users, Depends(all_users)]


async def current_user(request: Request, users: AllUsers) -> AsyncGenerator[AsyncSpotifyClient]:
    """Yield a client that acts for the visitor during one request. It takes about 50 µs and no connection."""
    key = request.session.get("user")
    if key is None:
        raise LoginRequiredError("the visitor is not logged in")
    async with users.pool.for_user(users.auth(key)) as client:
        yield client


CurrentUser = Annotated[AsyncSpotifyClient, Depends(current_user)]


@router.get("/")
async def welcome(request: Request) -> HTMLResponse:
    """Show the page that requires no login."""
    link = '<a href="/me">Your playlists</a>' if "user" in request.session else '<a href="/login">Log in</a>'
    return page("Playlists", f"<p>{link}</p>")


@router.get("/login")
async def log_in(request: Request, users: AllUsers) -> RedirectResponse:
    """Redirect the visitor to Spotify. The session holds the state and the code verifier of the login."""
    authorization = users.login_auth.authorization_request()
    request.session["login"] = authorization.to_session()
    return RedirectResponse(authorization.url, 303)


@router.get("/callback")
async def complete_login(request: Request, users: AllUsers) -> RedirectResponse:
    """Handle the redirect from Spotify: exchange its code for a token if it belongs to the login of this session."""
    authorization = AuthorizationRequest.from_session(request.session.get("login"))
    key = secrets.token_urlsafe(32)
    auth = users.auth(key)
    async with users.pool.for_user(auth):  # the exchange uses the pool's connections, too
        await auth.exchange_redirect(request.url.query, request=authorization)
    await users.end_session(request)  # ends an earlier login in this browser
    request.session["user"] = key
    return RedirectResponse("/me", 303)


@router.get("/me")
async def show_profile(client: CurrentUser) -> HTMLResponse:
    """Show the visitor's name, top artists and playlists."""
    profile, artists, playlists = await asyncio.gather(
        client.users.get_current_profile(),
        client.users.get_top_artists(limit=5),
        client.playlists.get_for_current_user(limit=20),
    )
    body = (
        f"<h2>Your artists</h2>{bullets([artist.name for artist in artists.items])}"
        f"<h2>Your {playlists.total} playlists</h2>{bullets([playlist.name for playlist in playlists.items])}"
        '<form method="post" action="/logout"><button>Log out</button></form>'
    )
    return page(profile.display_name or profile.id, body)


@router.post("/logout")
async def log_out(request: Request, users: AllUsers) -> RedirectResponse:
    """End the visitor's session. It is a POST, so that links and images of other sites cannot do it."""
    await users.end_session(request)
    return RedirectResponse("/", 303)


async def send_to_login(request: Request, _error: Exception) -> RedirectResponse:
    """Handle `LoginRequiredError`: the visitor has to log in, for the first time or again."""
    await all_users(request).end_session(request)
    return RedirectResponse("/login", 303)


async def show_error(_request: Request, error: Exception) -> HTMLResponse:
    """Handle other errors of the library. None of them contains a secret."""
    message = f'<p>{escape(str(error))}</p><p><a href="/login">Log in</a></p>'
    match error:
        case LoginError():
            return page("The login failed", message, status=400)
        case MissingScopeError():
            return page("Permission missing", message, status=403)
        case RateLimitError(retry_after=seconds):
            response = page("Too many requests", message, status=503)
            response.headers["Retry-After"] = str(math.ceil(seconds or 1))
            return response
        case TokenStoreError():  # the message contains the location of the tokens: for the log only
            logging.getLogger("uvicorn.error").error("%s", error)
            return page("Internal error", "<p>Please try again later.</p>", status=500)
        case _:
            return page("Spotify request failed", message, status=502)


def bullets(names: Iterable[str | None]) -> str:
    """Return an HTML list."""
    return "<ul>" + "".join(f"<li>{escape(name or '?')}</li>" for name in names) + "</ul>"


def page(title: str, body: str, *, status: int = 200) -> HTMLResponse:
    """Return a page. `body` is HTML."""
    return HTMLResponse(PAGE.format(title=escape(title), body=body), status)


async def add_headers(request: Request, call_next: RequestResponseEndpoint) -> Response:
    """Add the security headers to every response: redirects set cookies, too."""
    response = await call_next(request)
    response.headers.update(HEADERS)
    return response


def create_app(environ: Mapping[str, str] = os.environ) -> FastAPI:
    """Return the application.

    Args:
        environ: Environment variables: `SPOTIFY_CLIENT_ID` and `SPOTIFY_REDIRECT_URI`; `SESSION_SECRET`, the key that
            signs cookies; and `TOKEN_DIRECTORY` or `SPOTIFY_REDIS_URL`, the token store.

    Raises:
        ValueError: A variable is missing or invalid.
    """
    users = Users(environ)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncGenerator[None]:
        async with users.pool:
            yield

    app = FastAPI(lifespan=lifespan, openapi_url=None)
    app.state.users = users
    app.include_router(router)
    app.add_exception_handler(LoginRequiredError, send_to_login)
    app.add_exception_handler(SpotifyError, show_error)
    app.middleware("http")(add_headers)
    app.add_middleware(
        SessionMiddleware,
        secret_key=environ.get("SESSION_SECRET") or secrets.token_urlsafe(32),
        https_only=users.login_auth.redirect_uri.startswith("https:"),
    )
    return app


@asynccontextmanager
async def served(app: FastAPI, listener: socket.socket) -> AsyncGenerator[None]:
    """Serve the application on a listening socket."""
    server = uvicorn.Server(uvicorn.Config(app, access_log=False, log_level="warning"))
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield
    finally:
        server.should_exit = True
        await serving


def show(response: aiohttp.ClientResponse) -> None:
    """Print a response and the redirects before it, without query strings: they contain codes and states."""
    for hop in (*response.history, response):
        location = urlsplit(hop.headers.get("Location", ""))
        target = f"-> {location.netloc}{location.path}" if location.path else ""
        print(f"  {hop.method:<5}{hop.url.authority}{hop.url.path:<12}{hop.status} {target}")


async def demonstrate() -> None:
    """Log a visitor in with a sandbox, show their playlists, and log them out."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        async with SpotifySandbox() as sandbox:
            app = create_app({**sandbox.environment(), "SPOTIFY_REDIRECT_URI": f"{address}/callback"})
            async with (
                served(app, listener),
                # `unsafe` accepts cookies from an IP address.
                aiohttp.ClientSession(address, cookie_jar=aiohttp.CookieJar(unsafe=True)) as browser,
            ):
                print("A visitor opens a page that requires a login:")
                async with browser.get("/me") as response:
                    show(response)
                    print("\nThe page shows:")
                    print(*re.findall(r"<(?:h1|h2|li)>([^<]+)", unescape(await response.text())), sep="\n")
                print("\nThe visitor logs out:")
                async with browser.post("/logout") as response:
                    show(response)


def main() -> None:
    """Serve the application, or run the demonstration if there are no credentials."""
    if not os.environ.get("SPOTIFY_CLIENT_ID"):
        print("This is a demonstration. To serve visitors, set SPOTIFY_CLIENT_ID and SPOTIFY_REDIRECT_URI.\n")
        asyncio.run(demonstrate())
        return
    try:
        app = create_app()
    except ValueError as error:
        sys.exit(str(error))
    address = urlsplit(app.state.users.login_auth.redirect_uri)
    # An https address is that of a reverse proxy in front of this server.
    host, port = (address.hostname, address.port or 80) if address.scheme == "http" else ("127.0.0.1", 8000)
    uvicorn.run(app, host=host, port=port, access_log=False)


if __name__ == "__main__":
    main()
