"""The accounts service's token endpoint.

https://developer.spotify.com/documentation/web-api/concepts/authorization
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qsl

from spotify.testing.sandbox.accounts.application import Application
from spotify.testing.sandbox.accounts.errors import OAuthError, invalid_client, invalid_request
from spotify.testing.sandbox.accounts.grants import Grants, Issued
from spotify.testing.sandbox.accounts.tokens import Tokens
from spotify.testing.sandbox.http.messages import EncodedResponse, JsonObject, Request, Response, encode

TOKEN_PATH: Final = "/api/token"  # noqa: S105  an address
TOKEN_ENDPOINT: Final = f"POST {TOKEN_PATH}"
FORM: Final = "application/x-www-form-urlencoded"

_Form = Mapping[str, str]


class TokenEndpoint:
    """Answers requests for tokens."""

    def __init__(self, application: Application, tokens: Tokens, grants: Grants, token_lifetime: float) -> None:
        """Know one application; its tokens live `token_lifetime` seconds."""
        self._application = application
        self._tokens = tokens
        self._grants = grants
        self._token_lifetime = token_lifetime

    def handle(self, request: Request) -> EncodedResponse:
        """The token endpoint's answer."""
        try:
            answer = self._token(request)
        except OAuthError as error:
            answer = error.response()
        return encode(answer, {"Cache-Control": "no-store", "Pragma": "no-cache"})

    def _token(self, request: Request) -> Response:
        if request.method != "POST":
            return Response(status=405, headers={"Allow": "POST"})
        if not is_form(request):
            raise OAuthError("unsupported_media_type", f"Content-Type must be {FORM}", 415)
        form = form_of(request)
        has_secret = self._application.authenticate(request.headers.get("Authorization"), form)
        match form.get("grant_type", ""):
            case "client_credentials":
                return self._for_application(has_secret=has_secret)
            case "authorization_code":
                return self._for_user(
                    self._grants.redeem(
                        _needed(form, "code"),
                        redirect_uri=_needed(form, "redirect_uri"),
                        verifier=form.get("code_verifier"),
                        has_secret=has_secret,
                    )
                )
            case "refresh_token":
                return self._for_user(self._grants.refresh(_needed(form, "refresh_token"), has_secret=has_secret))
            case "":
                raise OAuthError("unsupported_grant_type", "grant_type parameter is missing")
            case other:
                raise OAuthError("unsupported_grant_type", f"grant_type {other} is not supported")

    def _for_application(self, *, has_secret: bool) -> Response:
        if not has_secret:
            raise invalid_client("Invalid client secret")
        return Response(body=self._bearer(self._tokens.issue(None, frozenset(), self._token_lifetime)))

    def _for_user(self, issued: Issued) -> Response:
        body = {**self._bearer(issued.access_token), "scope": " ".join(sorted(issued.scopes))}
        if issued.refresh_token is not None:
            body["refresh_token"] = issued.refresh_token
        return Response(body=body)

    def _bearer(self, access_token: str) -> JsonObject:
        return {"access_token": access_token, "token_type": "Bearer", "expires_in": int(self._token_lifetime)}


def is_form(request: Request) -> bool:
    """Whether the body says that it is a form."""
    return request.headers.get("Content-Type", "").partition(";")[0].strip().lower() == FORM


def form_of(request: Request) -> dict[str, str]:
    """The fields of a form."""
    return dict(parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True))


def _needed(form: _Form, name: str) -> str:
    value = form.get(name)
    if not value:
        raise invalid_request(f"{name} must be supplied")
    return value
