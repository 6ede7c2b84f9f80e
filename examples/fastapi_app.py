"""A web application whose visitors log in at Spotify: FastAPI, PKCE, one pool of connections for everybody.

Without credentials it serves itself and a sandbox, sends a visitor through the whole login over HTTP, and prints what
happened. With an application's, whose redirect URI ends in `/callback`, it serves whoever comes:

    SPOTIFY_CLIENT_ID=... SPOTIFY_REDIRECT_URI=http://127.0.0.1:8000/callback python examples/fastapi_app.py

Any ASGI server does, in any number of processes, if they share the key that signs cookies, and the place for tokens: a
folder, or for processes on many machines Redis (SPOTIFY_REDIS_URL=redis://...), which needs the extra `redis` as well:

    export SESSION_SECRET=... TOKEN_DIRECTORY=tokens
    uvicorn --app-dir examples --factory fastapi_app:create_app --no-access-log

An access log would show the codes that Spotify sends to `/callback`. Without key and place, visitors have to log in
again after each start of the server.
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
    from fastapi.responses import HTMLResponse, RedirectResponse
    from starlette.middleware.sessions import SessionMiddleware
except ImportError as missing:
    sys.exit(f"{missing}: install what this example needs by: pip install 'async-spotify-client[examples]'")

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
    """All visitors who log in, over one pool of connections.

    A visitor is known by the key in their session, a random one for each login, which also names their tokens in the
    store. So the cookie, which they can read, holds no token; and after a logout it is worth nothing, even if somebody
    kept a copy.

    Attributes:
        nobody: The auth provider of the pool itself: it begins logins.
        pool: The client of which each visitor gets a derived one.
    """

    def __init__(self, environ: Mapping[str, str]) -> None:
        """Read the settings; nothing is opened yet."""
        self._environ = environ
        self._config = ClientConfig.from_env(environ)
        directory = environ.get("TOKEN_DIRECTORY")
        self._store: TokenStore | None = None  # where there is Redis, the pool has one there, for all its users
        if directory or not self._config.redis_url:
            self._store = FileTokenStore(directory) if directory else MemoryTokenStore()
        self.nobody = self.auth("nobody")
        self.pool = AsyncSpotifyClient(auth_provider=self.nobody, config=self._config)

    def auth(self, key: str) -> PkceAuth:
        """Return the auth provider of the visitor with this key."""
        return PkceAuth.from_env(user=key, scopes=SCOPES, store=self._store, config=self._config, environ=self._environ)

    async def forget(self, request: Request) -> None:
        """End the session in which a request was made: its tokens go, too."""
        key = request.session.get("user")
        request.session.clear()
        if key is not None:
            auth = self.auth(key)
            async with self.pool.for_user(auth):
                await auth.log_out()


def all_users(request: Request) -> Users:
    """Return what `create_app` made for the application's life."""
    users: Users = request.app.state.users
    return users


AllUsers = Annotated[Users, Depends(all_users)]


async def current_user(request: Request, users: AllUsers) -> AsyncGenerator[AsyncSpotifyClient]:
    """Give a client that acts for the visitor, for the time of one request: it costs some 50 µs, and no connection."""
    key = request.session.get("user")
    if key is None:
        raise LoginRequiredError("nobody has logged in with this browser")
    async with users.pool.for_user(users.auth(key)) as client:
        yield client


CurrentUser = Annotated[AsyncSpotifyClient, Depends(current_user)]


@router.get("/")
async def welcome(request: Request) -> HTMLResponse:
    """Show the one page that needs no login."""
    link = '<a href="/me">Your playlists</a>' if "user" in request.session else '<a href="/login">Log in</a>'
    return page("Playlists", f"<p>{link}</p>")


@router.get("/login")
async def log_in(request: Request, users: AllUsers) -> RedirectResponse:
    """Send the visitor to Spotify. Their session keeps the state and the verifier that they have to come back to."""
    begun = users.nobody.authorization_request()
    request.session["login"] = begun.to_session()
    return RedirectResponse(begun.url, 303)


@router.get("/callback")
async def come_back(request: Request, users: AllUsers) -> RedirectResponse:
    """Take the visitor back from Spotify: their code is good for a token, if it belongs to the login begun here."""
    begun = AuthorizationRequest.from_session(request.session.get("login"))
    key = secrets.token_urlsafe(32)
    auth = users.auth(key)
    async with users.pool.for_user(auth):  # the exchange goes over the pool's connections, too
        await auth.exchange_redirect(request.url.query, request=begun)
    await users.forget(request)  # whoever was logged in with this browser before
    request.session["user"] = key
    return RedirectResponse("/me", 303)


@router.get("/me")
async def show_profile(client: CurrentUser) -> HTMLResponse:
    """Show who the visitor is, what they listen to, and their playlists."""
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
    """End the visitor's session. It is a POST, so that no link or image of another site can do it."""
    await users.forget(request)
    return RedirectResponse("/", 303)


async def send_to_login(request: Request, _error: Exception) -> RedirectResponse:
    """Answer a request that needs a visitor who logs in: for the first time, or again."""
    await all_users(request).forget(request)
    return RedirectResponse("/login", 303)


async def explain(_request: Request, error: Exception) -> HTMLResponse:
    """Answer a request that failed at Spotify. No error of the library holds a secret."""
    text = f'<p>{escape(str(error))}</p><p><a href="/login">Log in</a></p>'
    match error:
        case LoginError():
            return page("The login failed", text, status=400)
        case MissingScopeError():
            return page("You have not allowed this", text, status=403)
        case RateLimitError(retry_after=seconds):
            answer = page("Too many requests", text, status=503)
            answer.headers["Retry-After"] = str(math.ceil(seconds or 1))
            return answer
        case TokenStoreError():  # it says where tokens are kept, which is no visitor's business
            logging.getLogger("uvicorn.error").error("%s", error)
            return page("Something is wrong here", "<p>Please come back later.</p>", status=500)
        case _:
            return page("Spotify did not help", text, status=502)


def bullets(texts: Iterable[str | None]) -> str:
    """Return a list in HTML."""
    return "<ul>" + "".join(f"<li>{escape(text or '?')}</li>" for text in texts) + "</ul>"


def page(title: str, body: str, *, status: int = 200) -> HTMLResponse:
    """Return a page; the body is HTML."""
    return HTMLResponse(PAGE.format(title=escape(title), body=body), status, HEADERS)


def create_app(environ: Mapping[str, str] = os.environ) -> FastAPI:
    """Return the application.

    Args:
        environ: `SPOTIFY_CLIENT_ID` and `SPOTIFY_REDIRECT_URI`; `SESSION_SECRET`, which signs the cookies; and
            `TOKEN_DIRECTORY` or `SPOTIFY_REDIS_URL`, where tokens are kept.

    Raises:
        ValueError: A variable is missing or wrong.
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
    app.add_exception_handler(SpotifyError, explain)
    app.add_middleware(
        SessionMiddleware,
        secret_key=environ.get("SESSION_SECRET") or secrets.token_urlsafe(32),
        https_only=users.nobody.redirect_uri.startswith("https:"),
    )
    return app


@asynccontextmanager
async def served(app: FastAPI, listener: socket.socket) -> AsyncGenerator[None]:
    """Serve the application at a listening socket."""
    server = uvicorn.Server(uvicorn.Config(app, access_log=False, log_level="warning"))
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield
    finally:
        server.should_exit = True
        await serving


def show(answer: aiohttp.ClientResponse) -> None:
    """Print how a browser came to an answer. Paths will do: the queries hold codes and states."""
    for hop in (*answer.history, answer):
        location = urlsplit(hop.headers.get("Location", ""))
        target = f"-> {location.netloc}{location.path}" if location.path else ""
        print(f"  {hop.method:<5}{hop.url.authority}{hop.url.path:<12}{hop.status} {target}")


async def demonstrate() -> None:
    """Log a visitor in at a sandbox, show them their playlists, and log them out."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        async with SpotifySandbox() as sandbox:
            app = create_app({**sandbox.environment(), "SPOTIFY_REDIRECT_URI": f"{address}/callback"})
            async with (
                served(app, listener),
                # Like a browser, but it accepts cookies from an IP address.
                aiohttp.ClientSession(address, cookie_jar=aiohttp.CookieJar(unsafe=True)) as browser,
            ):
                print("A visitor opens a page that needs a login:")
                async with browser.get("/me") as answer:
                    show(answer)
                    print("\nThere they see:")
                    print(*re.findall(r"<(?:h1|h2|li)>([^<]+)", unescape(await answer.text())), sep="\n")
                print("\nThey log out:")
                async with browser.post("/logout") as answer:
                    show(answer)


def main() -> None:
    """Serve whoever comes, or where there are no credentials, demonstrate."""
    if not os.environ.get("SPOTIFY_CLIENT_ID"):
        print("Set SPOTIFY_CLIENT_ID and SPOTIFY_REDIRECT_URI to serve whoever comes. This is a demonstration.\n")
        asyncio.run(demonstrate())
        return
    try:
        app = create_app()
    except ValueError as error:
        sys.exit(str(error))
    address = urlsplit(app.state.users.nobody.redirect_uri)
    # An address elsewhere is that of a proxy before this server, which speaks https.
    host, port = (address.hostname, address.port or 80) if address.scheme == "http" else ("127.0.0.1", 8000)
    uvicorn.run(app, host=host, port=port, access_log=False)


if __name__ == "__main__":
    main()
