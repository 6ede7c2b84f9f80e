"""The auth providers, for each OAuth flow, and for a token obtained elsewhere.

Begin with `user_auth`, the base of both user flows. It runs logins (`authorization_request`, `local_login`), and
`user_tokens` stores and refreshes the token. All providers that request tokens use `token_endpoint`.
"""

from typing import TYPE_CHECKING

from spotify._lazy_imports import lazy_imports

if TYPE_CHECKING:
    from spotify.impl.auth.authorization_code import AuthorizationCodeAuth, PkceAuth
    from spotify.impl.auth.authorization_request import AuthorizationRequest
    from spotify.impl.auth.client_credentials import ClientCredentialsAuth
    from spotify.impl.auth.static_token import StaticTokenAuth
    from spotify.impl.auth.user_auth import UserAuth, UserAuthOptions
else:
    __getattr__, __dir__ = lazy_imports(
        __name__,
        {
            "spotify.impl.auth.authorization_code": ("AuthorizationCodeAuth", "PkceAuth"),
            "spotify.impl.auth.authorization_request": ("AuthorizationRequest",),
            "spotify.impl.auth.client_credentials": ("ClientCredentialsAuth",),
            "spotify.impl.auth.static_token": ("StaticTokenAuth",),
            "spotify.impl.auth.user_auth": (
                "UserAuth",
                "UserAuthOptions",
            ),
        },
    )

__all__ = [
    "AuthorizationCodeAuth",
    "AuthorizationRequest",
    "ClientCredentialsAuth",
    "PkceAuth",
    "StaticTokenAuth",
    "UserAuth",
    "UserAuthOptions",
]
