"""The auth providers."""

from spotify.impl.auth.authorization_code import AuthorizationCodeAuth
from spotify.impl.auth.authorization_request import AuthorizationRequest
from spotify.impl.auth.client_credentials import ClientCredentialsAuth
from spotify.impl.auth.pkce import PkceAuth
from spotify.impl.auth.static_token import StaticTokenAuth
from spotify.impl.auth.user_auth import UserAuth

__all__ = [
    "AuthorizationCodeAuth",
    "AuthorizationRequest",
    "ClientCredentialsAuth",
    "PkceAuth",
    "StaticTokenAuth",
    "UserAuth",
]
