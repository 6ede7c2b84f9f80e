"""The auth providers, one module per OAuth flow.

Begin with `user_auth`, the base of both user flows. It runs logins (`authorization_request`, `local_login`), and
`user_tokens` stores and refreshes the token. All providers that request tokens use `token_endpoint`.
"""

from spotify.impl.auth.authorization_code import AuthorizationCodeAuth
from spotify.impl.auth.authorization_request import AuthorizationRequest
from spotify.impl.auth.client_credentials import ClientCredentialsAuth
from spotify.impl.auth.pkce import PkceAuth
from spotify.impl.auth.static_token import StaticTokenAuth
from spotify.impl.auth.user_auth import UserAuth, UserAuthOptions

__all__ = [
    "AuthorizationCodeAuth",
    "AuthorizationRequest",
    "ClientCredentialsAuth",
    "PkceAuth",
    "StaticTokenAuth",
    "UserAuth",
    "UserAuthOptions",
]
