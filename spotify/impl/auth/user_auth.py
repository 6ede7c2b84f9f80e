"""The base of both user flows: the login by redirect, and an access token that is refreshed as needed."""

from __future__ import annotations

import asyncio
import os
import webbrowser
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from hashlib import sha256
from typing import TYPE_CHECKING, Final, TypedDict
from urllib.parse import urlsplit

from spotify._checks import (
    check_flag,
    check_function,
    check_methods,
    check_number,
    check_text,
    check_token,
    check_type,
    path_of,
)
from spotify._event_loops import LoopIndependentLock, thread_lock
from spotify._exceptions import ARGUMENTS_HIDDEN
from spotify.config import ClientConfig
from spotify.credentials import Secret, SecretSource
from spotify.errors import LoginRequiredError
from spotify.impl.auth.authorization_request import (
    AuthorizationRequest,
    AuthorizationResponse,
    checked_code,
    checked_redirect_uri,
    matching_request,
    new_authorization_request,
    parse_redirect,
)
from spotify.impl.auth.token_endpoint import TokenEndpoint
from spotify.impl.auth.user_tokens import TokenHook, UserTokens
from spotify.interfaces.auth import ClientComponents
from spotify.interfaces.clock import Clock
from spotify.interfaces.token_store import Token, TokenKey, TokenStore
from spotify.interfaces.transport import Transport
from spotify.scopes import Need, checked_scopes, scopes_of

if TYPE_CHECKING:
    from spotify.impl.auth.local_login import OpenBrowser

_MAX_REQUESTS: Final = 8


class UserAuthOptions(TypedDict, total=False):
    """The optional keyword arguments of `PkceAuth`, `AuthorizationCodeAuth` and their `from_env`."""

    scopes: Iterable[str]
    """The scopes a login asks for by default. Default: none."""
    user: str
    """The application's name for the user; one store holds the tokens of many users. Default: `"default"`."""
    store: TokenStore | None
    """Where the tokens are stored. Default: the client's store if it has one, else memory."""
    on_token_change: TokenHook | None
    """Async function, called with each new token after it is stored and before it is used."""
    config: ClientConfig | None
    """Provides `accounts_url`, `timeout` and `token_expiry_skew`. Default: the client's."""
    transport: Transport | None
    """Sends the token requests; the caller closes it. Default: the client's."""
    clock: Clock | None
    """The clock for the tokens' expiry. Default: the client's."""


class UserAuth:
    """`AuthProvider` for one user. Use `PkceAuth`, or `AuthorizationCodeAuth` for an application with a client secret.

    ::

        auth = PkceAuth(client_id="…", redirect_uri="http://127.0.0.1:8000/callback", scopes=["user-library-read"])
        print(auth.authorization_url())
        await auth.exchange_redirect(input("Paste the URL that you were redirected to: "))

    Token requests use the transport of the client that the provider is passed to; without a client, their own.
    """

    def __init__(
        self,
        client_id: str,
        client_secret: SecretSource | None,
        redirect_uri: str,
        *,
        scopes: Iterable[str] = (),
        user: str = "default",
        store: TokenStore | None = None,
        on_token_change: TokenHook | None = None,
        config: ClientConfig | None = None,
        transport: Transport | None = None,
        clock: Clock | None = None,
    ) -> None:
        """Check and keep the settings. The keyword arguments are those of `UserAuthOptions`."""
        check_token("client_id", client_id)
        if store is not None:
            check_methods("store", store, ("load", "save", "delete", "lock"))
        if on_token_change is not None:
            check_function("on_token_change", on_token_change)
        check_text("user", user)
        self.key: Final = TokenKey(client_id=client_id, user=user)
        """The key of its tokens in the store."""
        self._client_secret = client_secret
        self.redirect_uri: Final = checked_redirect_uri(redirect_uri)
        """The URI that Spotify redirects users to."""
        self._scopes = checked_scopes(scopes)
        self._endpoint = TokenEndpoint(config, transport, clock)
        self._tokens = UserTokens(
            self.key,
            client_secret,
            store=store,
            endpoint=self._endpoint,
            on_token_change=on_token_change,
        )
        self._guard = thread_lock()
        self._requests: deque[AuthorizationRequest] = deque(maxlen=_MAX_REQUESTS)
        self._login_lock = LoopIndependentLock()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.key.user!r}>"

    def authorization_url(self, scopes: Iterable[str] | None = None, *, show_dialog: bool = False) -> str:
        """Start a login and return the URL to send the user to. `exchange_redirect` completes the login.

        Args:
            scopes: The scopes to ask for. Default: those of the constructor.
            show_dialog: Whether Spotify asks the user again if they have approved the application before.

        Raises:
            ValueError: A scope is invalid, or the port of the redirect URI is 0.
            TypeError: An argument has the wrong type.
        """
        return self.authorization_request(scopes, show_dialog=show_dialog).url

    def authorization_request(
        self, scopes: Iterable[str] | None = None, *, show_dialog: bool = False
    ) -> AuthorizationRequest:
        """Start a login and return its request, which a web application keeps in the user's session.

        This object also stores the last eight requests.

        Args:
            scopes: The scopes to ask for. Default: those of the constructor.
            show_dialog: Whether Spotify asks the user again if they have approved the application before.

        Raises:
            ValueError: A scope is invalid, or the port of the redirect URI is 0.
            TypeError: An argument has the wrong type.
        """
        if urlsplit(self.redirect_uri).port == 0:
            raise ValueError("the redirect URI has port 0, which only `authorize_locally` supports: use another port")
        return self._start(self.redirect_uri, scopes, show_dialog=show_dialog)

    async def exchange_redirect(self, url: str, *, request: AuthorizationRequest | None = None) -> Token:
        """Complete a login: exchange the code of the redirect for a token and store it.

        Args:
            url: The URL that the user was redirected to, or its query string.
            request: The login that the redirect must belong to. Default: one of the last started by this object.

        Raises:
            LoginError: The user denied access, the redirect belongs to another login or has no code, or Spotify does
                not accept the code: it can be used once and expires within minutes.
            AuthenticationError: Spotify does not accept the application's credentials.
            TokenStoreError: The token could not be stored.
            SpotifyError: The token request failed.
            TypeError: An argument has the wrong type.
        """
        redirect = Secret(url)
        del url
        check_type("url", redirect.reveal(), str)
        return await self._exchange(parse_redirect(redirect), request)

    async def exchange_code(self, code: str, state: str, *, request: AuthorizationRequest | None = None) -> Token:
        """Complete a login as `exchange_redirect` does, for a web framework that has parsed the URL already.

        Args:
            code: The `code` parameter of the redirect.
            state: The `state` parameter of the redirect.
            request: The login that the redirect must belong to. Default: one of the last started by this object.

        Raises:
            SpotifyError: As for `exchange_redirect`.
            TypeError: An argument has the wrong type.
        """
        parameters = {"code": Secret(code), "state": Secret(state)}
        del code, state
        for name, value in parameters.items():
            check_type(name, value.reveal(), str)
        return await self._exchange(AuthorizationResponse(code=parameters["code"], state=parameters["state"]), request)

    async def authorize_locally(
        self,
        scopes: Iterable[str] | None = None,
        *,
        show_dialog: bool = False,
        patience: float = 300.0,
        open_browser: OpenBrowser = webbrowser.open,
    ) -> Token:
        """Log in the user of this machine: open the browser and listen on the redirect URI for the redirect.

        Args:
            scopes: The scopes to ask for. Default: those of the constructor.
            show_dialog: Whether Spotify asks the user again if they have approved the application before.
            patience: Seconds to wait for the user, more than 0.
            open_browser: Opens a URL, in a thread; returns False if there is no browser.

        Raises:
            ValueError: The redirect URI is not `http://127.0.0.1:PORT/…` or `http://[::1]:PORT/…`. Port 0 listens on
                any free port, which requires a redirect URI registered without a port. Or `patience` is out of bounds.
            TypeError: An argument has the wrong type.
            LoginError: The user denied access or did not finish in time, there is no browser, or the port is in use.
            SpotifyError: As for `exchange_redirect`.
        """
        check_flag("show_dialog", show_dialog)
        check_number("patience", patience, above=0)
        check_function("open_browser", open_browser)
        # Imported here because it loads the server part of aiohttp.
        from spotify.impl.auth.local_login import log_in_locally

        requested = None if scopes is None else checked_scopes(scopes)

        async def exchange(redirect: Secret) -> Token:
            return await self._exchange(parse_redirect(redirect), None)

        return await log_in_locally(
            self.redirect_uri,
            authorization_url=lambda redirect_uri: self._start(redirect_uri, requested, show_dialog=show_dialog).url,
            exchange=exchange,
            open_browser=open_browser,
            login_timeout=patience,
        )

    async def authorize_by_hand(
        self,
        scopes: Iterable[str] | None = None,
        *,
        show_dialog: bool = False,
        show: Callable[[str], object] = print,
        ask: Callable[[str], str] = input,
    ) -> Token:
        """Log in a user whose browser is on another machine: print the URL, and ask for the URL of the redirect.

        The page of the redirect URI need not exist: only its URL is used.

        Args:
            scopes: The scopes to ask for. Default: those of the constructor.
            show_dialog: Whether Spotify asks the user again if they have approved the application before.
            show: Prints a line.
            ask: Prints a prompt and returns a line of input, in a thread.

        Raises:
            ValueError: A scope is invalid.
            TypeError: An argument has the wrong type, or `ask` did not return a str.
            SpotifyError: As for `exchange_redirect`.
        """
        check_function("show", show)
        check_function("ask", ask)
        # With port 0, the redirect URI is registered without a port, and nothing has to listen.
        redirect_uri = self.redirect_uri.replace(":0/", "/", 1)
        show(f"Log in at: {self._start(redirect_uri, scopes, show_dialog=show_dialog).url}")
        redirect = Secret(await asyncio.to_thread(ask, "Then paste the URL that you were redirected to: "))
        check_type("the result of `ask`", redirect.reveal(), str)
        return await self._exchange(parse_redirect(redirect), None)

    async def ensure_login(
        self,
        *needs: Need,
        scopes: Iterable[str] | None = None,
        patience: float = 300.0,
        open_browser: OpenBrowser = webbrowser.open,
        show: Callable[[str], object] = print,
        ask: Callable[[str], str] = input,
    ) -> Token:
        """Return a valid token with the required scopes: the stored one, refreshed if due, or that of a new login.

        ::

            await auth.ensure_login(client.playlists.create, client.player.get_queue)
            await auth.ensure_login(scopes=["user-top-read"])

        The user logs in if there is no token, if its refresh token was revoked or has expired, or if a scope was not
        granted. The login asks for the required scopes and for all that were granted before. It is `authorize_locally`,
        or `authorize_by_hand` if there is no graphical browser or the redirect URI is not on this machine.

        Args:
            *needs: What the token is for: methods of services, operation ids or scopes.
            scopes: Required scopes in addition. Default, without `needs`: those of the constructor.
            patience: Seconds to wait for the user in the browser, more than 0.
            open_browser: Opens a URL, in a thread; returns False if there is no browser.
            show: Prints a line, for a login by hand.
            ask: Prints a prompt and returns a line of input, in a thread, for a login by hand.

        Raises:
            ValueError: A scope is misspelt, or a function is not a method of a service.
            TypeError: An argument has the wrong type.
            LoginRequiredError: The user has to log in, and there is neither a browser nor a terminal here.
            LoginError: The user denied access or did not finish in time, a scope was not granted, or the port is in
                use.
            TokenStoreError: The store could not be read or written.
            SpotifyError: A token request failed.
        """
        required = self._scopes if scopes is None and not needs else checked_scopes(scopes or ()) | scopes_of(needs)
        check_number("patience", patience, above=0)
        for name, function in (("open_browser", open_browser), ("show", show), ("ask", ask)):
            check_function(name, function)
        from spotify.impl.auth.ensured_login import has_graphical_browser, log_in

        async with self._login_lock.held():
            try:
                token = await self._tokens.get()
            except LoginRequiredError:
                stored = await self._tokens.stored()
                granted = frozenset[str]() if stored is None else stored.scopes
            else:
                granted = token.scopes
                if required <= granted:
                    return token
            return await log_in(
                self,
                required,
                required | granted | self._scopes,
                is_local=open_browser is not webbrowser.open or has_graphical_browser(),
                patience=patience,
                open_browser=open_browser,
                show=show,
                ask=ask,
            )

    async def import_token(self, path: str | os.PathLike[str]) -> bool:
        """Store the token of a file of spotipy (`.cache`) or spotify-sdk (`.spotify_sdk_token.json`), once.

        The file is not changed. It must be for the same client id, or else the first refresh fails and the user has to
        log in. If Spotify replaces the refresh token, the program that wrote the file has to log in again.

        Args:
            path: The file.

        Returns:
            Whether the token was stored; False if one is stored already.

        Raises:
            TokenStoreError: The file cannot be read or is not such a file, or the token cannot be stored.
            TypeError: `path` is not a path.
        """
        from spotify.impl.token_stores.file_token_store import read_foreign_token  # imports filelock

        file = path_of("path", path)
        token = await asyncio.to_thread(read_foreign_token, file, self._endpoint.now())
        return await self._tokens.add(token)

    async def stored_token(self) -> Token | None:
        """Return the token in the store, which may have expired; None if there is none.

        Raises:
            TokenStoreError: It could not be read.
        """
        return await self._tokens.stored()

    async def get_access_token(self) -> str:
        """Return a valid access token: the current one, the stored one, or a refreshed one.

        Raises:
            LoginRequiredError: The user has to log in: for the first time, or again (`ReauthorizationRequiredError`).
            TokenStoreError: The store could not be read, or a refreshed token could not be saved, and is not used.
            SpotifyError: The token request failed, or its response is invalid.
        """
        return (await self._tokens.get()).access_token.reveal()

    async def invalidate(self, access_token: str, /) -> None:
        """Discard this token if it is the current one.

        Raises:
            TypeError: It is not a str.
        """
        with ARGUMENTS_HIDDEN:
            check_type("access_token", access_token, str)
        self._tokens.invalidate(Secret(access_token))

    async def log_out(self) -> None:
        """Delete the user's token, also from the store. Spotify is not notified: the user can revoke access there.

        Raises:
            TokenStoreError: It could not be deleted.
        """
        await self._tokens.delete()

    def granted_scopes(self) -> frozenset[str] | None:
        """Return the scopes of the current token; None before its first use."""
        token = self._tokens.current
        return None if token is None else token.scopes

    def login_of(self, access_token: str, /) -> str | None:
        """Return a name for the login that the current token is from; None for another token.

        As long as a login lasts, its refresh token is the same, unless Spotify replaces it.

        Raises:
            TypeError: It is not a str.
        """
        with ARGUMENTS_HIDDEN:
            check_type("access_token", access_token, str)
        token = self._tokens.current
        if token is None or token.refresh_token is None or token.access_token != Secret(access_token):
            return None
        return f"the login {sha256(token.refresh_token.reveal().encode(errors='surrogatepass')).hexdigest()}"

    def bind_to_client(self, components: ClientComponents, /) -> None:
        """Use the client's components where the constructor was given none. Binding again replaces the client.

        The client's token store is used only if no store has been used before, for example by a login.
        """
        self._endpoint.bind(components)

    async def close(self) -> None:
        """Wait for a running refresh, and close the transport opened here, if any. It can be used again afterwards."""
        await self._tokens.settle()
        await self._endpoint.close()

    def _start(self, redirect_uri: str, scopes: Iterable[str] | None, *, show_dialog: bool) -> AuthorizationRequest:
        check_flag("show_dialog", show_dialog)
        request = new_authorization_request(
            self._endpoint.config.accounts_url,
            client_id=self.key.client_id,
            redirect_uri=redirect_uri,
            scopes=self._scopes if scopes is None else checked_scopes(scopes),
            show_dialog=show_dialog,
            pkce=self._client_secret is None,
        )
        with self._guard:
            self._requests.append(request)
        return request

    async def _exchange(self, response: AuthorizationResponse, request: AuthorizationRequest | None) -> Token:
        if request is not None:
            check_type("request", request, AuthorizationRequest)
        with self._guard:
            started = tuple(self._requests)
        matched = matching_request(response.state, started if request is None else (request,))
        form: dict[str, str | Secret] = {
            "grant_type": "authorization_code",
            "code": checked_code(response),
            "redirect_uri": matched.redirect_uri,
        }
        if matched.code_verifier is not None:
            form["code_verifier"] = matched.code_verifier
        token = await self._tokens.exchange(form, scopes=matched.scopes)
        with self._guard, suppress(ValueError):  # it may not be one of them
            self._requests.remove(matched)
        return token
