"""The authorization code flow with PKCE: for programs that cannot keep a secret."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Self, Unpack

from spotify.config import ClientConfig
from spotify.credentials import EnvironmentCredentials
from spotify.impl.auth.authorization_request import redirect_uri_from
from spotify.impl.auth.user_auth import UserAuth, UserAuthArguments
from spotify.impl.auth.user_tokens import TokenHook
from spotify.interfaces.clock import Clock
from spotify.interfaces.token_store import TokenStore
from spotify.interfaces.transport import Transport


class PkceAuth(UserAuth):
    """`AuthProvider` for one user of an application without a secret: on a desktop, a phone, a command line. RFC 7636.

    Each refresh replaces the refresh token, so give it a store that outlives the program if the login shall.
    """

    def __init__(
        self,
        client_id: str,
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
        """Take the settings; nothing is opened, loaded or requested yet.

        Args:
            client_id: The application's id.
            redirect_uri: One of those in the application's settings: https, or http on 127.0.0.1 or [::1].
            scopes: What a login asks for, unless it says otherwise.
            user: Whose tokens these are, by whatever name you know them. One store keeps those of many users.
            store: Keeps the tokens; None for memory.
            on_token_change: Awaited with each new token, after it was stored and before it is used.
            config: Of it `accounts_url`, `timeout` and `token_expiry_skew`; None for the client's.
            transport: Carries the token requests, and stays the caller's; None for the client's.
            clock: Tells when a token expires; None for the client's.

        Raises:
            ValueError: Spotify would refuse the redirect URI, an argument is empty or has characters that none has, or
                a scope is not a word.
            TypeError: An argument is of the wrong type.
        """
        super().__init__(
            client_id,
            None,
            redirect_uri,
            scopes=scopes,
            user=user,
            store=store,
            on_token_change=on_token_change,
            config=config,
            transport=transport,
            clock=clock,
        )

    @classmethod
    def from_env(
        cls,
        *,
        redirect_uri: str | None = None,
        environ: Mapping[str, str] | None = None,
        **arguments: Unpack[UserAuthArguments],
    ) -> Self:
        """Take the application's credentials from the environment.

        They are in `SPOTIFY_CLIENT_ID` and `SPOTIFY_REDIRECT_URI`, or where those are unset, in the variables of
        spotipy (`SPOTIPY_…`) and spotify-sdk (`SPOTIFY_SDK_…`).

        Args:
            redirect_uri: One of those in the application's settings; None for the environment's.
            environ: The variables; None for the process' own.
            **arguments: As the constructor takes them.

        Raises:
            ValueError: A variable is missing, or Spotify would refuse the redirect URI: the message names the variable.
                Or an argument is wrong.
            TypeError: An argument is of the wrong type.
        """
        found = EnvironmentCredentials(environ)
        del environ  # a traceback that shows locals would show all of it
        return cls(
            found.client_id,
            redirect_uri_from(found) if redirect_uri is None else redirect_uri,
            **arguments,
        )
