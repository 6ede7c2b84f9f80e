"""The accounts service: access tokens for the application itself.

https://developer.spotify.com/documentation/web-api/tutorials/client-credentials-flow
"""

from __future__ import annotations

import base64
import binascii
import hmac
from typing import Final
from urllib.parse import parse_qsl, unquote_plus

from spotify.testing.sandbox.answers import WireAnswer, encode
from spotify.testing.sandbox.messages import Answer, Request
from spotify.testing.sandbox.tokens import Tokens

TOKEN_PATH: Final = "/api/token"  # noqa: S105  an address
_FORM: Final = "application/x-www-form-urlencoded"


class OAuthRefusal(Exception):  # noqa: N818  an answer on its way, not a fault
    """Ends the handling of a request with an error answer of the accounts service."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        """`error` is one of OAuth's codes."""
        super().__init__(description)
        self.error = error
        self.description = description
        self.status = status

    def answer(self) -> Answer:
        """The error object of RFC 6749, which is not that of the Web API."""
        return Answer(status=self.status, body={"error": self.error, "error_description": self.description})


class Accounts:
    """Answers the requests of the accounts service."""

    def __init__(self, tokens: Tokens, client_id: str, client_secret: str, token_lifetime: float) -> None:
        """Know one application; its tokens live `token_lifetime` seconds."""
        self._tokens = tokens
        self._client_id = client_id
        self._client_secret = client_secret
        self._token_lifetime = token_lifetime

    def answer(self, request: Request) -> WireAnswer:
        """The token endpoint's answer."""
        try:
            answer = self._token(request)
        except OAuthRefusal as refusal:
            answer = refusal.answer()
        return encode(answer, {"Cache-Control": "no-store", "Pragma": "no-cache"})

    def _token(self, request: Request) -> Answer:
        if request.method != "POST":
            return Answer(status=405, headers={"Allow": "POST"})
        content_type = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if content_type != _FORM:
            raise OAuthRefusal("unsupported_media_type", f"Content-Type must be {_FORM}", 415)
        form = dict(parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True))
        self._authenticate(request.headers.get("Authorization"), form)
        grant_type = form.get("grant_type")
        if not grant_type:
            raise OAuthRefusal("unsupported_grant_type", "grant_type parameter is missing")
        if grant_type != "client_credentials":
            raise OAuthRefusal("unsupported_grant_type", f"grant_type {grant_type} is not supported")
        token = self._tokens.issue(None, frozenset(), self._token_lifetime)
        return Answer(body={"access_token": token, "token_type": "Bearer", "expires_in": int(self._token_lifetime)})

    def _authenticate(self, header: str | None, form: dict[str, str]) -> None:
        client_id, secret = _basic(header) if header else (form.get("client_id", ""), form.get("client_secret", ""))
        if client_id != self._client_id:
            raise OAuthRefusal("invalid_client", "Invalid client")
        if not hmac.compare_digest(secret.encode(), self._client_secret.encode()):
            raise OAuthRefusal("invalid_client", "Invalid client secret")


def _basic(header: str) -> tuple[str, str]:
    """The client id and secret of HTTP Basic, form-decoded as RFC 6749 section 2.3.1 wants it."""
    scheme, _, credentials = header.partition(" ")
    try:
        decoded = base64.b64decode(credentials, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        decoded = ""
    client_id, colon, secret = decoded.partition(":")
    if scheme.lower() != "basic" or not colon:
        raise OAuthRefusal("invalid_client", "Invalid client")
    return unquote_plus(client_id), unquote_plus(secret)
