"""The authorization code flow: with a client secret on a server, and with PKCE for applications without one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Self, Unpack

from spotify._checks import check_names
from spotify._exceptions import ARGUMENTS_HIDDEN
from spotify.credentials import EnvironmentCredentials, secret_source
from spotify.impl.auth.authorization_request import redirect_uri_from
from spotify.impl.auth.user_auth import UserAuth, UserAuthOptions


class AuthorizationCodeAuth(UserAuth):
    """`AuthProvider` for one user of an application that keeps a client secret on a server. RFC 6749, section 4.1.

    ::

        auth = AuthorizationCodeAuth.from_env(store=FileTokenStore("tokens"), user="ana")
        client = AsyncSpotifyClient(auth_provider=auth)
    """

    @ARGUMENTS_HIDDEN
    def __init__(
        self,
        client_id: str,
        client_secret: str | Callable[[], str],
        redirect_uri: str,
        **options: Unpack[UserAuthOptions],
    ) -> None:
        """Check and keep the settings. No connection is opened and no token loaded yet.

        Args:
            client_id: The application's client id.
            client_secret: The application's client secret, or a function that returns it, which is called for
                each token request, and once more after a refusal, so that a running program gets a new secret.
            redirect_uri: A redirect URI registered for the application: https, or http on 127.0.0.1 or [::1].
            **options: Optional keyword arguments, described in `UserAuthOptions`.

        Raises:
            ValueError: The redirect URI is not one that Spotify accepts, a string is empty or has invalid characters,
                or a scope is invalid.
            TypeError: An argument has the wrong type.
        """
        if client_secret == "":
            raise ValueError("client_secret must not be empty; an application without a client secret uses PkceAuth")
        check_names("argument", options, UserAuthOptions.__annotations__)
        super().__init__(client_id, secret_source("client_secret", client_secret), redirect_uri, **options)

    @classmethod
    @ARGUMENTS_HIDDEN
    def from_env(
        cls,
        *,
        redirect_uri: str | None = None,
        environ: Mapping[str, str] | None = None,
        **options: Unpack[UserAuthOptions],
    ) -> Self:
        """Read the application's credentials from the environment.

        Reads `SPOTIFY_CLIENT_ID`, `SPOTIFY_CLIENT_SECRET` and `SPOTIFY_REDIRECT_URI`; if unset, the variables of
        spotipy (`SPOTIPY_…`) and spotify-sdk (`SPOTIFY_SDK_…`).

        Args:
            redirect_uri: Overrides the redirect URI of the environment.
            environ: The environment variables. Default: `os.environ`.
            **options: Optional keyword arguments, described in `UserAuthOptions`.

        Raises:
            ValueError: A variable is missing, or the redirect URI is not one that Spotify accepts; the message names
                the variable. Or an argument is invalid.
            TypeError: An argument has the wrong type.
        """
        credentials = EnvironmentCredentials(environ)
        return cls(
            credentials.client_id,
            credentials.client_secret.reveal(),
            redirect_uri_from(credentials) if redirect_uri is None else redirect_uri,
            **options,
        )


class PkceAuth(UserAuth):
    """`AuthProvider` for one user of an application without a client secret: desktop, mobile, command line. RFC 7636.

    ::

        auth = PkceAuth.from_env(store=FileTokenStore("tokens"))
        await auth.ensure_login("playlist-modify-private")
        client = AsyncSpotifyClient(auth_provider=auth)

    Each refresh replaces the refresh token. For a login that outlives the process, pass a store that does.
    """

    @ARGUMENTS_HIDDEN
    def __init__(self, client_id: str, redirect_uri: str, **options: Unpack[UserAuthOptions]) -> None:
        """Check and keep the settings. No connection is opened and no token loaded yet.

        Args:
            client_id: The application's client id.
            redirect_uri: A redirect URI registered for the application: https, or http on 127.0.0.1 or [::1].
            **options: Optional keyword arguments, described in `UserAuthOptions`.

        Raises:
            ValueError: The redirect URI is not one that Spotify accepts, a string is empty or has invalid characters,
                or a scope is invalid.
            TypeError: An argument has the wrong type.
        """
        if "client_secret" in options:
            raise TypeError("PkceAuth takes no client_secret; an application with one uses AuthorizationCodeAuth")
        check_names("argument", options, UserAuthOptions.__annotations__)
        super().__init__(client_id, None, redirect_uri, **options)

    @classmethod
    @ARGUMENTS_HIDDEN
    def from_env(
        cls,
        *,
        redirect_uri: str | None = None,
        environ: Mapping[str, str] | None = None,
        **options: Unpack[UserAuthOptions],
    ) -> Self:
        """Read the application's credentials from the environment.

        Reads `SPOTIFY_CLIENT_ID` and `SPOTIFY_REDIRECT_URI`; if unset, the variables of spotipy (`SPOTIPY_…`) and
        spotify-sdk (`SPOTIFY_SDK_…`).

        Args:
            redirect_uri: Overrides the redirect URI of the environment.
            environ: The environment variables. Default: `os.environ`.
            **options: Optional keyword arguments, described in `UserAuthOptions`.

        Raises:
            ValueError: A variable is missing, or the redirect URI is not one that Spotify accepts; the message names
                the variable. Or an argument is invalid.
            TypeError: An argument has the wrong type.
        """
        credentials = EnvironmentCredentials(environ)
        return cls(
            credentials.client_id, redirect_uri_from(credentials) if redirect_uri is None else redirect_uri, **options
        )
