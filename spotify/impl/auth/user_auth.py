"""What both user flows have in common: the login by redirect, and a token that is always valid."""

from __future__ import annotations

import asyncio
import webbrowser
from collections import deque
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Final, TypedDict, cast
from urllib.parse import urlsplit

from spotify._checks import check_flag, check_function, check_methods, check_number, check_str, check_text, check_token
from spotify.config import ClientConfig
from spotify.credentials import Secret
from spotify.impl.auth.authorization_request import (
    AuthorizationRequest,
    RedirectAnswer,
    checked_code,
    checked_redirect_uri,
    checked_scopes,
    matching_request,
    new_authorization_request,
    read_redirect,
)
from spotify.impl.auth.token_endpoint import TokenEndpoint
from spotify.impl.auth.user_tokens import TokenHook, UserTokens
from spotify.interfaces.auth import ClientComponents
from spotify.interfaces.clock import Clock
from spotify.interfaces.token_store import Token, TokenKey, TokenStore
from spotify.interfaces.transport import Transport

if TYPE_CHECKING:
    from spotify.impl.auth.local_login import OpenBrowser

_REMEMBERED_REQUESTS: Final = 8


class UserAuthOptions(TypedDict, total=False):
    """The optional keyword arguments of `PkceAuth`, `AuthorizationCodeAuth` and their `from_env`.

    Attributes:
        scopes: The scopes a login asks for by default. Default: none.
        user: The application's name for the user; one store holds the tokens of many users. Default: `"default"`.
        store: Where the tokens are stored. Default: the client's store if it has one, else memory.
        on_token_change: Async function, called with each new token after it is stored and before it is used.
        config: Provides `accounts_url`, `timeout` and `token_expiry_skew`. Default: the client's.
        transport: Sends the token requests; the caller closes it. Default: the client's.
        clock: Tells whether a token has expired. Default: the client's.
    """

    scopes: Iterable[str]
    user: str
    store: TokenStore | None
    on_token_change: TokenHook | None
    config: ClientConfig | None
    transport: Transport | None
    clock: Clock | None


class UserAuth:
    """`AuthProvider` for one user. Use `PkceAuth` or `AuthorizationCodeAuth`, which differ in who holds a secret.

    ::

        auth = PkceAuth(client_id="…", redirect_uri="http://127.0.0.1:8000/callback", scopes=["user-library-read"])
        print(auth.authorization_url())
        await auth.exchange_redirect(input("Where did you come back to? "))

    The token requests go over the transport of the client that it is given to; before that, over one of its own.

    Attributes:
        key: By which its tokens are kept in the store.
        redirect_uri: Where users come back to.
    """

    def __init__(
        self,
        client_id: str,
        client_secret: Secret | None,
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
        self._client_secret = client_secret
        self.redirect_uri: Final = checked_redirect_uri(redirect_uri)
        self._scopes = checked_scopes(scopes)
        self._endpoint = TokenEndpoint(config, transport, clock)
        self._tokens = UserTokens(
            self.key,
            client_secret,
            store=store,
            endpoint=self._endpoint,
            on_token_change=on_token_change,
        )
        self._requests: deque[AuthorizationRequest] = deque(maxlen=_REMEMBERED_REQUESTS)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.key.user!r}>"

    def authorization_url(self, scopes: Iterable[str] | None = None, *, show_dialog: bool = False) -> str:
        """Begin a login that `exchange_redirect` ends: return where to send the user.

        Args:
            scopes: What to ask for; None for the constructor's.
            show_dialog: Ask the user again, even if they allowed it before.

        Raises:
            ValueError: A scope is not a word, or the redirect URI's port is 0.
            TypeError: An argument is of the wrong type.
        """
        return self.authorization_request(scopes, show_dialog=show_dialog).url

    def authorization_request(
        self, scopes: Iterable[str] | None = None, *, show_dialog: bool = False
    ) -> AuthorizationRequest:
        """Begin a login, and return all of it, for a web application that keeps it in the user's session.

        The latest eight are remembered here as well.

        Args:
            scopes: What to ask for; None for the constructor's.
            show_dialog: Ask the user again, even if they allowed it before.

        Raises:
            ValueError: A scope is not a word, or the redirect URI's port is 0.
            TypeError: An argument is of the wrong type.
        """
        if urlsplit(self.redirect_uri).port == 0:
            raise ValueError("the redirect URI has port 0, which only `authorize_locally` can do: name a port")
        return self._begin(self.redirect_uri, scopes, show_dialog=show_dialog)

    async def exchange_redirect(self, url: str, *, request: AuthorizationRequest | None = None) -> Token:
        """End a login: take the address that the user came back to, and store the token that its code is good for.

        Args:
            url: The whole address, or what comes after its question mark.
            request: The login that it has to belong to; None for one of those begun with this object.

        Raises:
            LoginError: The user refused, the address belongs to another login, it has no code, or Spotify does not
                accept the code: it is good once, for minutes.
            AuthenticationError: Spotify does not accept the application.
            TokenStoreError: The token could not be stored.
            SpotifyError: The accounts service could not be asked.
            TypeError: An argument is of the wrong type.
        """
        redirect = Secret(url)
        del url
        check_str("url", redirect.reveal())
        return await self._exchange(read_redirect(redirect), request)

    async def exchange_code(self, code: str, state: str, *, request: AuthorizationRequest | None = None) -> Token:
        """End a login as `exchange_redirect` does, where a web framework has taken the address apart already.

        Args:
            code: The redirect's `code`.
            state: The redirect's `state`.
            request: The login that they have to belong to; None for one of those begun with this object.

        Raises:
            SpotifyError: As `exchange_redirect`.
            TypeError: An argument is of the wrong type.
        """
        given = {"code": Secret(code), "state": Secret(state)}
        del code, state
        for name, text in given.items():
            check_str(name, text.reveal())
        return await self._exchange(RedirectAnswer(code=given["code"], state=given["state"]), request)

    async def authorize_locally(
        self,
        scopes: Iterable[str] | None = None,
        *,
        show_dialog: bool = False,
        patience: float = 300.0,
        open_browser: OpenBrowser = webbrowser.open,
    ) -> Token:
        """Log the user in who sits at this machine: open their browser, and listen at the redirect URI meanwhile.

        Args:
            scopes: What to ask for; None for the constructor's.
            show_dialog: Ask the user again, even if they allowed it before.
            patience: Seconds to wait for the user, more than 0.
            open_browser: Opens a URL, in a thread; False says that there is no browser.

        Raises:
            ValueError: The redirect URI is not `http://127.0.0.1:PORT/…` or `http://[::1]:PORT/…`. Port 0 is any free
                one: register the redirect URI without a port for that. Or `patience` is out of bounds.
            TypeError: An argument is of the wrong type.
            LoginError: The user refused, or did not come back in time; there is no browser; or the port is taken.
            SpotifyError: As `exchange_redirect`.
        """
        check_flag("show_dialog", show_dialog)
        check_number("patience", patience, above=0)
        check_function("open_browser", open_browser)
        # The server half of aiohttp is loaded by whoever needs it.
        from spotify.impl.auth.local_login import log_in_locally  # noqa: PLC0415

        wanted = None if scopes is None else checked_scopes(scopes)

        async def finish(redirect: Secret) -> Token:
            return await self._exchange(read_redirect(redirect), None)

        return await log_in_locally(
            self.redirect_uri,
            begin=lambda redirect_uri: self._begin(redirect_uri, wanted, show_dialog=show_dialog).url,
            finish=finish,
            open_browser=open_browser,
            patience=patience,
        )

    async def authorize_by_hand(
        self,
        scopes: Iterable[str] | None = None,
        *,
        show_dialog: bool = False,
        show: Callable[[str], object] = print,
        ask: Callable[[str], str] = input,
    ) -> Token:
        """Log in a user whose browser is on another machine: show the URL, and ask for the address they came back to.

        The page that they come back to need not exist; the address is all that matters.

        Args:
            scopes: What to ask for; None for the constructor's.
            show_dialog: Ask the user again, even if they allowed it before.
            show: Shows a line.
            ask: Asks a question and returns the answer, in a thread.

        Raises:
            ValueError: A scope is not a word, or the redirect URI's port is 0.
            TypeError: An argument is of the wrong type, or `ask` returned something else than a text.
            SpotifyError: As `exchange_redirect`.
        """
        check_function("show", show)
        check_function("ask", ask)
        show(f"Log in at: {self.authorization_url(scopes, show_dialog=show_dialog)}")
        redirect = Secret(await asyncio.to_thread(ask, "Then paste the address that you came back to: "))
        check_str("what `ask` returns", redirect.reveal())
        return await self._exchange(read_redirect(redirect), None)

    async def get_access_token(self) -> str:
        """Return the user's access token: the one held, the one in the store, or a new one.

        Raises:
            LoginRequiredError: The user has to log in: for the first time, or again (`ReauthorizationRequiredError`).
            TokenStoreError: The store cannot be read, or a new token not be stored; then it is not used either.
            SpotifyError: The accounts service could not be asked, or did not answer sensibly.
        """
        return (await self._tokens.get()).reveal()

    async def invalidate(self, access_token: str, /) -> None:
        """Drop this token if it is the one held.

        Raises:
            TypeError: It is not a text.
        """
        check_str("access_token", access_token)
        self._tokens.refuse(Secret(access_token))

    async def log_out(self) -> None:
        """Forget the user's token, in the store too. Spotify is not told; the user can remove the access there.

        Raises:
            TokenStoreError: It could not be removed.
        """
        await self._tokens.forget()

    def granted_scopes(self) -> frozenset[str] | None:
        """Return what the user allowed; None before the token's first use."""
        return None if self._tokens.held is None else self._tokens.held.scopes

    def bind_to_client(self, components: ClientComponents, /) -> None:
        """Use the client's components for whatever the constructor was not given; the latest client counts.

        Its token store counts if no token was looked for before, by a login for instance: a store is not changed.
        """
        self._endpoint.bind(components)

    async def close(self) -> None:
        """Let a refresh that is under way end, and close what was opened here. It can be used again afterwards."""
        await self._tokens.settle()
        await self._endpoint.close()

    def _begin(self, redirect_uri: str, scopes: Iterable[str] | None, *, show_dialog: bool) -> AuthorizationRequest:
        check_flag("show_dialog", show_dialog)
        request = new_authorization_request(
            self._endpoint.config.accounts_url,
            client_id=self.key.client_id,
            redirect_uri=redirect_uri,
            scopes=self._scopes if scopes is None else checked_scopes(scopes),
            show_dialog=show_dialog,
            pkce=self._client_secret is None,
        )
        self._requests.append(request)
        return request

    async def _exchange(self, answer: RedirectAnswer, request: AuthorizationRequest | None) -> Token:
        if request is not None and not isinstance(cast("object", request), AuthorizationRequest):
            raise TypeError(f"request must be an AuthorizationRequest, not {type(request).__name__}")
        begun = matching_request(answer.state, self._requests if request is None else (request,))
        code = checked_code(answer)
        form: dict[str, str | Secret] = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": begun.redirect_uri,
        }
        if begun.code_verifier is not None:
            form["code_verifier"] = begun.code_verifier
        token = await self._tokens.grant(form, scopes=begun.scopes)
        if begun in self._requests:
            self._requests.remove(begun)
        return token
