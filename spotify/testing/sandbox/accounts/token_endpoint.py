"""The accounts service's token endpoint.

https://developer.spotify.com/documentation/web-api/concepts/authorization
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from spotify.testing.sandbox.accounts.application import Applications, AuthenticatedClient
from spotify.testing.sandbox.accounts.grants import Grants, IssuedTokens
from spotify.testing.sandbox.accounts.tokens import Tokens
from spotify.testing.sandbox.http.errors import OAuthError, invalid_client, invalid_request
from spotify.testing.sandbox.http.messages import (
    FORM_CONTENT_TYPE,
    EncodedResponse,
    JsonObject,
    Request,
    Response,
    encode,
)

TOKEN_PATH: Final = "/api/token"  # noqa: S105  a path
TOKEN_ENDPOINT: Final = f"POST {TOKEN_PATH}"


class TokenEndpoint:
    """Issues access tokens for client credentials, authorization codes and refresh tokens."""

    def __init__(self, applications: Applications, tokens: Tokens, grants: Grants, token_lifetime: float) -> None:
        """Create an endpoint for `applications`; access tokens are valid for `token_lifetime` seconds."""
        self._applications = applications
        self._tokens = tokens
        self._grants = grants
        self._token_lifetime = token_lifetime

    def handle(self, request: Request) -> EncodedResponse:
        """Respond to a request."""
        try:
            response = self._respond(request)
        except OAuthError as error:
            response = error.response()
        return encode(response, {"Cache-Control": "no-store", "Pragma": "no-cache"})

    def _respond(self, request: Request) -> Response:
        if request.method != "POST":
            return Response(status=405, headers={"Allow": "POST"})
        if not request.has_form():
            raise OAuthError("unsupported_media_type", f"Content-Type must be {FORM_CONTENT_TYPE}", 415)
        form = request.form()
        client = self._applications.authenticate(request.headers.get("Authorization"), form)
        match form.get("grant_type", ""):
            case "client_credentials":
                return self._application_token(client)
            case "authorization_code":
                return self._user_tokens(
                    self._grants.redeem(
                        _required(form, "code"),
                        redirect_uri=_required(form, "redirect_uri"),
                        verifier=form.get("code_verifier"),
                        client=client,
                    )
                )
            case "refresh_token":
                return self._user_tokens(self._grants.refresh(_required(form, "refresh_token"), client=client))
            case "":
                raise OAuthError("unsupported_grant_type", "grant_type parameter is missing")
            case other:
                raise OAuthError("unsupported_grant_type", f"grant_type {other} is not supported")

    def _application_token(self, client: AuthenticatedClient) -> Response:
        if not client.has_secret:
            raise invalid_client("Invalid client secret")
        return Response(
            body=self._bearer(self._tokens.issue(None, frozenset(), self._token_lifetime, client_id=client.client_id))
        )

    def _user_tokens(self, issued: IssuedTokens) -> Response:
        body = {**self._bearer(issued.access_token), "scope": " ".join(sorted(issued.scopes))}
        if issued.refresh_token is not None:
            body["refresh_token"] = issued.refresh_token
        return Response(body=body)

    def _bearer(self, access_token: str) -> JsonObject:
        return {"access_token": access_token, "token_type": "Bearer", "expires_in": int(self._token_lifetime)}


def _required(form: Mapping[str, str], name: str) -> str:
    value = form.get(name)
    if not value:
        raise invalid_request(f"{name} must be supplied")
    return value
