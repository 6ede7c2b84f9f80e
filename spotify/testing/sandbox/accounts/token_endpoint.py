"""The token endpoint of the accounts service, and the grants that it exchanges: consents, codes, refresh tokens.

https://developer.spotify.com/documentation/web-api/concepts/authorization
"""

from __future__ import annotations

import base64
import calendar
import datetime as dt
import hashlib
import hmac
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeVar

from spotify.testing.sandbox.accounts.access import Tokens
from spotify.testing.sandbox.accounts.application import Applications, AuthenticatedClient
from spotify.testing.sandbox.catalogue import User
from spotify.testing.sandbox.http.errors import OAuthError, invalid_client, invalid_grant, invalid_request
from spotify.testing.sandbox.http.messages import (
    FORM_CONTENT_TYPE,
    EncodedResponse,
    JsonObject,
    Request,
    Response,
    encode,
)

_CODE_LIFETIME: Final = 600.0
_CONSENT_MONTHS: Final = 6
_MAX_FINISHED: Final = 1_000
# PKCE (RFC 7636): SHA-256 in base64url, and the unreserved characters of a URI.
_CODE_CHALLENGE: Final = re.compile(r"[A-Za-z0-9_-]{43}")
_CODE_VERIFIER: Final = re.compile(r"[A-Za-z0-9._~-]{43,128}")

_Item = TypeVar("_Item")


@dataclass(slots=True, kw_only=True, eq=False)
class _Grant:
    """One consent of a user."""

    client_id: str
    """The client id of the application."""
    user: User
    """The user who consented."""
    scopes: frozenset[str]
    """The allowed scopes."""
    expires_at: float
    """When its refresh tokens expire, rotated or not, in seconds since the epoch."""
    is_revoked: bool = False
    """Whether the user, or the second use of its code, revoked it."""


@dataclass(slots=True, kw_only=True, eq=False)
class _Code:
    grant: _Grant
    redirect_uri: str
    challenge: str | None
    expires_at: float
    is_used: bool = False


@dataclass(slots=True, kw_only=True, eq=False)
class _RefreshToken:
    grant: _Grant
    is_public: bool
    is_used: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedTokens:
    """The tokens in a response of the token endpoint."""

    access_token: str = field(repr=False)
    """An access token."""
    refresh_token: str | None = field(repr=False)
    """A new refresh token; None if the current one stays valid."""
    scopes: frozenset[str]
    """The scopes of the access token."""


class Grants:
    """Issues codes for consents, and tokens for codes and refresh tokens.

    Of the used, expired and revoked codes and refresh tokens the latest 1,000 or more of each kind are kept, for the
    error message and for the second use of a code; earlier ones are unknown. Grants are removed when they end, or when
    no code or refresh token is left and a later grant of the user to the application has the
    same scopes.
    """

    def __init__(self, tokens: Tokens, time: Callable[[], float], token_lifetime: float) -> None:
        """Create a store without grants.

        Args:
            tokens: Where access tokens are added.
            time: Returns seconds since the epoch.
            token_lifetime: The lifetime of access tokens in seconds.
        """
        self._tokens = tokens
        self._time = time
        self._token_lifetime = token_lifetime
        self.rotates = False
        """Whether a refresh token of a public client can be used once and is replaced by a new one, as at Spotify until
        June 2026.
        """
        self._grants: list[_Grant] = []
        self._codes: dict[str, _Code] = {}
        self._refresh_tokens: dict[str, _RefreshToken] = {}
        self._collection_size = 2 * _MAX_FINISHED

    def __len__(self) -> int:
        """Return the number of stored grants, codes and refresh tokens."""
        return len(self._grants) + len(self._codes) + len(self._refresh_tokens)

    def authorize(
        self, user: User, scopes: frozenset[str], *, client_id: str, redirect_uri: str, challenge: str | None
    ) -> str:
        """Record a consent, and return a code to redeem with the same redirect URI."""
        now = self._time()
        grant = _Grant(client_id=client_id, user=user, scopes=scopes, expires_at=_consent_expiry(now))
        self._grants.append(grant)
        code = f"AQ{secrets.token_urlsafe(96)}"
        self._codes[code] = _Code(
            grant=grant, redirect_uri=redirect_uri, challenge=challenge, expires_at=now + _CODE_LIFETIME
        )
        self._remove_finished_if_due()
        return code

    def has_allowed(self, user: User, scopes: frozenset[str], client_id: str) -> bool:
        """Return whether a valid grant of `user` to an application includes all of `scopes`."""
        return any(
            grant.user is user
            and grant.client_id == client_id
            and scopes <= grant.scopes
            and not self._has_ended(grant)
            for grant in self._grants
        )

    def redeem(
        self, code: str, *, redirect_uri: str, verifier: str | None, client: AuthenticatedClient
    ) -> IssuedTokens:
        """Exchange a code. A code with a challenge requires its verifier, and one without requires the secret.

        Raises:
            OAuthError: The code or what it requires is invalid. The second use of a code revokes its grant.
        """
        known = self._codes.get(code)
        if known is None or known.grant.is_revoked or known.grant.client_id != client.client_id:
            raise invalid_grant("Invalid authorization code")
        if known.is_used:
            known.grant.is_revoked = True
            self._tokens.revoke_grant(known.grant)
            raise invalid_grant("Invalid authorization code")
        if self._time() >= known.expires_at:
            raise invalid_grant("Authorization code expired")
        if redirect_uri != known.redirect_uri:
            raise invalid_grant("Invalid redirect URI")
        _check_verifier(known.challenge, verifier, has_secret=client.has_secret)
        known.is_used = True
        return self._issue(known.grant, self._new_refresh_token(known.grant, is_public=not client.has_secret))

    def refresh(self, refresh_token: str, *, client: AuthenticatedClient) -> IssuedTokens:
        """Exchange a refresh token. It stays valid, unless it `rotates`.

        Raises:
            OAuthError: The refresh token is invalid, or requires the client secret.
        """
        known = self._refresh_tokens.get(refresh_token)
        if known is None or known.grant.client_id != client.client_id:
            raise invalid_grant("Invalid refresh token")
        if not (client.has_secret or known.is_public):
            raise invalid_client("Invalid client secret")
        if known.is_used or self._has_ended(known.grant):
            raise invalid_grant("Refresh token revoked")
        if not (known.is_public and self.rotates):
            return self._issue(known.grant, None)
        known.is_used = True
        return self._issue(known.grant, self._new_refresh_token(known.grant, is_public=True))

    def revoke(self, user: User) -> None:
        """Revoke all codes, refresh tokens and access tokens of `user`."""
        for grant in self._grants:
            if grant.user is user:
                grant.is_revoked = True
        self._tokens.revoke_user(user)

    def _issue(self, grant: _Grant, refresh_token: str | None) -> IssuedTokens:
        access_token = self._tokens.issue(
            grant.user, grant.scopes, self._token_lifetime, client_id=grant.client_id, grant=grant
        )
        return IssuedTokens(access_token=access_token, refresh_token=refresh_token, scopes=grant.scopes)

    def _new_refresh_token(self, grant: _Grant, *, is_public: bool) -> str:
        token = f"AQ{secrets.token_urlsafe(96)}"
        self._refresh_tokens[token] = _RefreshToken(grant=grant, is_public=is_public)
        self._remove_finished_if_due()
        return token

    def _has_ended(self, grant: _Grant) -> bool:
        return grant.is_revoked or self._time() >= grant.expires_at

    def _remove_finished_if_due(self) -> None:
        if len(self) < self._collection_size:
            return
        now = self._time()
        self._codes = _without_early_finished(
            self._codes, lambda code: code.is_used or now >= code.expires_at or self._has_ended(code.grant)
        )
        self._refresh_tokens = _without_early_finished(
            self._refresh_tokens, lambda token: token.is_used or self._has_ended(token.grant)
        )
        used = {id(code.grant) for code in self._codes.values()}
        used |= {id(token.grant) for token in self._refresh_tokens.values()}
        latest = {
            (grant.client_id, grant.user.id, grant.scopes): grant
            for grant in self._grants
            if not self._has_ended(grant)
        }
        latest_ids = {id(grant) for grant in latest.values()}
        self._grants = [
            grant
            for grant in self._grants
            if not self._has_ended(grant) and (id(grant) in used or id(grant) in latest_ids)
        ]
        # What is valid stays, so that the next removal is due only when as many again have been issued.
        self._collection_size = 2 * max(len(self), 2 * _MAX_FINISHED)


def _without_early_finished(items: Mapping[str, _Item], is_finished: Callable[[_Item], bool]) -> dict[str, _Item]:
    """Return the unfinished items and the latest 1,000 finished ones."""
    finished = [key for key, item in items.items() if is_finished(item)]
    removed = frozenset(finished[:-_MAX_FINISHED])
    return {key: item for key, item in items.items() if key not in removed}


def is_code_challenge(value: str) -> bool:
    """Return whether `value` has the form of an S256 code challenge."""
    return _CODE_CHALLENGE.fullmatch(value) is not None


def _check_verifier(challenge: str | None, verifier: str | None, *, has_secret: bool) -> None:
    """Check that the application that redeems a code is the one that requested it."""
    if challenge is None:
        if verifier is not None:
            raise invalid_grant("code_verifier was incorrect")
        if not has_secret:
            raise invalid_client("Invalid client secret")
        return
    if verifier is None:
        raise invalid_request("code_verifier must be supplied")
    if not _CODE_VERIFIER.fullmatch(verifier):
        raise invalid_request("code_verifier must have 43 to 128 unreserved characters")
    expected = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=")
    if not hmac.compare_digest(expected, challenge.encode()):
        raise invalid_grant("code_verifier was incorrect")


def _consent_expiry(consented_at: float) -> float:
    """Return the time six months later, on the last day of the month if the month is too short."""
    consented = dt.datetime.fromtimestamp(consented_at, dt.UTC)
    years, month = divmod(consented.month - 1 + _CONSENT_MONTHS, 12)
    year, month = consented.year + years, month + 1
    day = min(consented.day, calendar.monthrange(year, month)[1])
    return consented.replace(year=year, month=month, day=day).timestamp()


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
