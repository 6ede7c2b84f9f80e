"""`spotify.login`: a client of the user of this machine, in one line."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import webbrowser
from collections.abc import Callable, Generator, Mapping
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Final

from spotify._checks import (
    check_function,
    check_text,
    check_token,
    is_json_object,
    names_the_nearest_argument,
    path_of,
)
from spotify.client import AsyncSpotifyClient
from spotify.config import ClientConfig
from spotify.credentials import EnvironmentCredentials, Secret
from spotify.errors import TokenStoreError
from spotify.impl.auth.authorization_code import PkceAuth
from spotify.impl.auth.authorization_request import redirect_uri_from
from spotify.impl.token_stores.file_token_store import FileTokenStore, state_directory
from spotify.impl.token_stores.private_files import create_document, move, prepare_directory, read_document
from spotify.impl.token_stores.token_document import DamagedDocumentError
from spotify.interfaces.token_store import TokenStore
from spotify.scopes import Need, scopes_of

if TYPE_CHECKING:
    from spotify.impl.auth.local_login import OpenBrowser

DEFAULT_REDIRECT_URI: Final = "http://127.0.0.1:0/callback"
REGISTERED_REDIRECT_URI: Final = "http://127.0.0.1/callback"
"""What to register for `DEFAULT_REDIRECT_URI`: without a port, Spotify allows any."""

_APPLICATION_FILE: Final = "application.json"


class UserLogin:
    """The result of `login`: `async with`, or `await` for a client to close later."""

    def __init__(
        self,
        needs: tuple[Need, ...],
        *,
        client_id: str | None,
        redirect_uri: str | None,
        user: str,
        directory: Path,
        store: TokenStore | None,
        token_file: Path | None,
        config: ClientConfig | None,
        open_browser: OpenBrowser,
        show: Callable[[str], object],
        ask: Callable[[str], str],
    ) -> None:
        """Keep the arguments of `login`."""
        self._needs = needs
        self._client_id = client_id
        self._redirect_uri = redirect_uri
        self._user = user
        self._directory = directory
        self._store = store
        self._token_file = token_file
        self._config = config
        self._open_browser: OpenBrowser = open_browser
        self._show = show
        self._ask = ask
        self._client: AsyncSpotifyClient | None = None
        self._auth: PkceAuth | None = None

    def __await__(self) -> Generator[object, None, AsyncSpotifyClient]:
        return self._log_in().__await__()

    async def __aenter__(self) -> AsyncSpotifyClient:
        self._client = await self._log_in()
        return self._client

    async def __aexit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._client is not None:
            await self._client.close()

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: use `async with spotify.login(…) as client` or `client = await …`>"

    @property
    def granted_scopes(self) -> frozenset[str]:
        """The scopes of the token; none before the login."""
        return (self._auth and self._auth.granted_scopes()) or frozenset()

    async def auth(self, *, may_ask: bool = True) -> PkceAuth:
        """Return the auth provider, which has not logged in yet.

        Args:
            may_ask: Whether to ask for the client id if there is none.

        Raises:
            ValueError: There is no client id, and no terminal to ask for it.
            TokenStoreError: The directory cannot be used.
        """
        application = Application(self._directory)
        client_id = self._client_id or application.client_id
        if client_id is None:
            if not may_ask:
                return PkceAuth.from_env()  # raises an error that says what to set
            client_id = await self._ask_for_client_id(application)
        self._auth = PkceAuth(
            client_id,
            self._redirect_uri or application.redirect_uri or DEFAULT_REDIRECT_URI,
            scopes=scopes_of(self._needs),
            user=self._user,
            store=FileTokenStore(self._directory / "tokens") if self._store is None else self._store,
            config=self._config,
        )
        return self._auth

    async def _log_in(self) -> AsyncSpotifyClient:
        auth = await self.auth()
        client = AsyncSpotifyClient(auth_provider=auth, config=self._config or ClientConfig.from_env())
        try:
            if self._token_file is not None:
                await auth.import_token(self._token_file)
            await auth.ensure_login(open_browser=self._open_browser, show=self._show, ask=self._ask)
        except BaseException:
            await client.close()
            raise
        return client

    async def _ask_for_client_id(self, application: Application) -> str:
        if self._ask is input and not (sys.stdin and sys.stdin.isatty()):
            return EnvironmentCredentials().client_id  # raises an error that says what to set
        self._show(
            "There is no client id yet. Create an application at https://developer.spotify.com/dashboard with the "
            f"redirect URI {REGISTERED_REDIRECT_URI} and paste its client id."
        )
        client_id = (await asyncio.to_thread(self._ask, "Client id: ")).strip()
        check_token("client_id", client_id)
        await asyncio.to_thread(application.save, client_id)
        return client_id


class Application:
    """The client id and the redirect URI: of the environment, or as stored in a directory."""

    def __init__(self, directory: Path, environ: Mapping[str, str] | None = None) -> None:
        """Read them. `environ` has the environment variables; None for those of the process.

        Raises:
            TokenStoreError: The file is damaged or cannot be read.
        """
        self._path = directory / _APPLICATION_FILE
        self._credentials = EnvironmentCredentials(environ)
        self.client_id = _or_none(lambda: self._credentials.client_id)
        """The client id; None if there is none."""
        if self.client_id is None:
            self.client_id = self._stored_client_id()

    @property
    def redirect_uri(self) -> str | None:
        """The redirect URI; None if there is none.

        Raises:
            ValueError: It is not one that Spotify accepts.
        """
        if _or_none(lambda: self._credentials.redirect_uri) is None:
            return None
        return redirect_uri_from(self._credentials)

    def save(self, client_id: str) -> None:
        """Store a client id.

        Raises:
            TokenStoreError: The file cannot be written.
        """
        prepare_directory(self._path.parent)
        pending = self._path.with_suffix(".pending")
        create_document(pending, Secret(json.dumps({"client_id": client_id})))
        move(pending, self._path)

    def _stored_client_id(self) -> str | None:
        try:
            document = read_document(self._path)
            fields: object = None if document is None else json.loads(document.reveal())
        except (DamagedDocumentError, ValueError):
            fields = ()
        if fields is None:
            return None
        client_id = fields.get("client_id") if is_json_object(fields) else None
        if not isinstance(client_id, str):
            raise TokenStoreError(f"the file {self._path} is damaged; delete it")
        return client_id


@names_the_nearest_argument
def login(
    *needs: Need,
    client_id: str | None = None,
    redirect_uri: str | None = None,
    user: str = "default",
    directory: str | os.PathLike[str] | None = None,
    store: TokenStore | None = None,
    token_file: str | os.PathLike[str] | None = None,
    config: ClientConfig | None = None,
    open_browser: OpenBrowser = webbrowser.open,
    show: Callable[[str], object] = print,
    ask: Callable[[str], str] = input,
) -> UserLogin:
    """Return a client of the user of this machine, who logs in if that is necessary.

    ::

        async with spotify.login("playlist-modify-private") as client:
            await client.playlists.create("Made in Python", public=False)

        client = await spotify.login("user-top-read")    # in a notebook; close it with `await client.close()`

    The login uses PKCE and needs no client secret. Its token is stored, readable by its owner only, and refreshed, so
    that the next run asks for nothing. It opens the browser, or asks for the URL of the redirect where there is none.

    Args:
        *needs: What the client is for: scopes, methods of services such as `PlaylistsService.create`, or operation ids.
        client_id: The application's client id. Default: `SPOTIFY_CLIENT_ID`, or that of the last login; otherwise it is
            asked for, and stored.
        redirect_uri: The application's redirect URI. Default: `SPOTIFY_REDIRECT_URI`, or a free port of `127.0.0.1`,
            which Spotify allows if `http://127.0.0.1/callback` is registered.
        user: A name for the user, if there are several.
        directory: Where the token and the client id are stored. Default: `async-spotify-client` in the user's directory
            for state, such as `~/.local/state`.
        store: Stores the token instead.
        token_file: A token file of spotipy or spotify-sdk for the same client id, which is read if no token is stored.
        config: The client's settings. Default: `ClientConfig.from_env()`.
        open_browser: Opens a URL, in a thread; returns False if there is no browser.
        show: Prints a line.
        ask: Prints a prompt and returns a line of input, in a thread.

    Returns:
        An object for `async with`, which closes the client, or for `await`.

    Raises:
        ValueError: A scope is misspelt, or the user or a path is empty; on awaiting: there is no client id.
        TypeError: An argument has the wrong type.
        LoginRequiredError: On awaiting: the user has to log in, and there is neither a browser nor a terminal.
        LoginError: On awaiting: the login failed.
        TokenStoreError: On awaiting: the token cannot be read or stored.
        SpotifyError: On awaiting: a token request failed.
    """
    scopes_of(needs)
    check_text("user", user)
    for name, function in (("open_browser", open_browser), ("show", show), ("ask", ask)):
        check_function(name, function)
    return UserLogin(
        needs,
        client_id=client_id,
        redirect_uri=redirect_uri,
        user=user,
        directory=state_directory() if directory is None else path_of("directory", directory),
        store=store,
        token_file=None if token_file is None else path_of("token_file", token_file),
        config=config,
        open_browser=open_browser,
        show=show,
        ask=ask,
    )


def _or_none(read: Callable[[], str]) -> str | None:
    try:
        return read()
    except ValueError:
        return None
