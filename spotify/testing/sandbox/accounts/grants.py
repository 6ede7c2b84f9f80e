"""What users allowed: authorization codes, and the tokens that these are exchanged for."""

from __future__ import annotations

import base64
import calendar
import datetime as dt
import hashlib
import hmac
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from spotify.testing.sandbox.accounts.errors import invalid_client, invalid_grant, invalid_request
from spotify.testing.sandbox.accounts.tokens import Tokens
from spotify.testing.sandbox.catalogue import User

_CODE_SECONDS: Final = 600.0
_CONSENT_MONTHS: Final = 6
# The base64url form of 32 bytes, and the unreserved characters of a URI.
_CHALLENGE: Final = re.compile(r"[A-Za-z0-9_-]{43}")
_VERIFIER: Final = re.compile(r"[A-Za-z0-9._~-]{43,128}")


@dataclass(slots=True, kw_only=True, eq=False)
class Grant:
    """One consent of a user, and what came of it.

    Attributes:
        user: Who consented.
        scopes: To what.
        expires_at: When its refresh tokens die, however often they were refreshed, in seconds since the epoch.
        access_tokens: All that were issued for it.
        is_revoked: Whether it is over.
    """

    user: User
    scopes: frozenset[str]
    expires_at: float
    access_tokens: list[str] = field(default_factory=list[str], repr=False)
    is_revoked: bool = False


@dataclass(slots=True, kw_only=True, eq=False)
class _Code:
    grant: Grant
    redirect_uri: str
    challenge: str | None
    expires_at: float
    is_used: bool = False


@dataclass(slots=True, kw_only=True, eq=False)
class _RefreshToken:
    grant: Grant
    is_public: bool
    is_used: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """What the token endpoint hands out.

    Attributes:
        access_token: Good for the lifetime that the sandbox was made with.
        refresh_token: A new one; None where the old one goes on.
        scopes: What the access token is good for.
    """

    access_token: str = field(repr=False)
    refresh_token: str | None = field(repr=False)
    scopes: frozenset[str]


class Grants:
    """Gives out codes for consents, tokens for codes, and tokens for refresh tokens."""

    def __init__(self, tokens: Tokens, time: Callable[[], float], token_lifetime: float) -> None:
        """Issue access tokens among `tokens`, for `token_lifetime` seconds; `time` gives seconds since the epoch."""
        self._tokens = tokens
        self._time = time
        self._token_lifetime = token_lifetime
        self._grants: list[Grant] = []
        self._codes: dict[str, _Code] = {}
        self._refresh_tokens: dict[str, _RefreshToken] = {}

    def authorize(self, user: User, scopes: frozenset[str], *, redirect_uri: str, challenge: str | None) -> str:
        """A code for what `user` allowed just now, to be exchanged with the same redirect URI."""
        now = self._time()
        grant = Grant(user=user, scopes=scopes, expires_at=_end_of_consent(now))
        self._grants.append(grant)
        code = f"AQ{secrets.token_urlsafe(96)}"
        self._codes[code] = _Code(
            grant=grant, redirect_uri=redirect_uri, challenge=challenge, expires_at=now + _CODE_SECONDS
        )
        return code

    def has_allowed(self, user: User, scopes: frozenset[str]) -> bool:
        """Whether `user` has consented to all of `scopes` before."""
        return any(grant.user is user and scopes <= grant.scopes and not self._is_over(grant) for grant in self._grants)

    def redeem(self, code: str, *, redirect_uri: str, verifier: str | None, has_secret: bool) -> Issued:
        """Exchange a code; without the secret it takes the verifier of the code's challenge.

        Raises:
            OAuthError: The code is not good; one that comes a second time takes back what it gave the first time.
        """
        known = self._codes.get(code)
        if known is None or known.grant.is_revoked:
            raise invalid_grant("Invalid authorization code")
        if known.is_used:
            self._revoke(known.grant)
            raise invalid_grant("Invalid authorization code")
        if self._time() >= known.expires_at:
            raise invalid_grant("Authorization code expired")
        if redirect_uri != known.redirect_uri:
            raise invalid_grant("Invalid redirect URI")
        _prove(known.challenge, verifier, has_secret=has_secret)
        known.is_used = True
        return self._issue(known.grant, self._new_refresh_token(known.grant, is_public=not has_secret))

    def refresh(self, refresh_token: str, *, has_secret: bool) -> Issued:
        """Issue another access token; refresh tokens of applications without a secret are good for one use.

        Raises:
            OAuthError: The refresh token is not good, or not without the secret.
        """
        known = self._refresh_tokens.get(refresh_token)
        if known is None:
            raise invalid_grant("Invalid refresh token")
        if not (has_secret or known.is_public):
            raise invalid_client("Invalid client secret")
        if known.is_used or self._is_over(known.grant):
            raise invalid_grant("Refresh token revoked")
        if not known.is_public:
            return self._issue(known.grant, None)
        known.is_used = True
        return self._issue(known.grant, self._new_refresh_token(known.grant, is_public=True))

    def revoke(self, user: User) -> None:
        """Take back all that `user` allowed so far: codes, refresh tokens, access tokens."""
        for grant in self._grants:
            if grant.user is user:
                self._revoke(grant)
        self._tokens.revoke_user(user)

    def _issue(self, grant: Grant, refresh_token: str | None) -> Issued:
        access_token = self._tokens.issue(grant.user, grant.scopes, self._token_lifetime)
        grant.access_tokens.append(access_token)
        return Issued(access_token=access_token, refresh_token=refresh_token, scopes=grant.scopes)

    def _new_refresh_token(self, grant: Grant, *, is_public: bool) -> str:
        token = f"AQ{secrets.token_urlsafe(96)}"
        self._refresh_tokens[token] = _RefreshToken(grant=grant, is_public=is_public)
        return token

    def _is_over(self, grant: Grant) -> bool:
        return grant.is_revoked or self._time() >= grant.expires_at

    def _revoke(self, grant: Grant) -> None:
        grant.is_revoked = True
        for token in grant.access_tokens:
            self._tokens.revoke(token)


def is_code_challenge(text: str) -> bool:
    """Whether S256 can have made this."""
    return _CHALLENGE.fullmatch(text) is not None


def _is_code_verifier(text: str) -> bool:
    """Whether this has the length and the characters that a verifier must have."""
    return _VERIFIER.fullmatch(text) is not None


def _matches(verifier: str, challenge: str) -> bool:
    """Whether `challenge` was made from `verifier`."""
    made = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=")
    return hmac.compare_digest(made, challenge.encode())


def _prove(challenge: str | None, verifier: str | None, *, has_secret: bool) -> None:
    """Refuse an exchange that neither the secret nor a verifier shows to be of the one who asked for the code."""
    if challenge is None:
        if verifier is not None:
            raise invalid_grant("code_verifier was incorrect")
        if not has_secret:
            raise invalid_client("Invalid client secret")
        return
    if verifier is None:
        raise invalid_request("code_verifier must be supplied")
    if not _is_code_verifier(verifier):
        raise invalid_request("code_verifier must have 43 to 128 unreserved characters")
    if not _matches(verifier, challenge):
        raise invalid_grant("code_verifier was incorrect")


def _end_of_consent(given_at: float) -> float:
    """Six months later, on the last day of a month that is too short."""
    given = dt.datetime.fromtimestamp(given_at, dt.UTC)
    years, month = divmod(given.month - 1 + _CONSENT_MONTHS, 12)
    year, month = given.year + years, month + 1
    day = min(given.day, calendar.monthrange(year, month)[1])
    return given.replace(year=year, month=month, day=day).timestamp()
