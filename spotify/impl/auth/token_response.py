"""How the token endpoint is asked, and how its answers are read."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, cast
from urllib.parse import quote, urlencode

from spotify._checks import is_finite, is_text, is_token
from spotify.errors import DecodeError
from spotify.impl.response_errors import token_error_for
from spotify.interfaces.token_store import Token
from spotify.interfaces.transport import HttpRequest, HttpResponse
from spotify.secret import Secret

_DEFAULT_LIFETIME: Final = 3600.0
_LONGEST_LIFETIME: Final = 365 * 24 * 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenResponse:
    """What the token endpoint granted.

    Attributes:
        access_token: The token to call the API with.
        expires_in: Seconds for which it is good, counted from the answer.
        refresh_token: What the next one is got with; None if the answer has none.
        scopes: What the token is good for; None if the answer does not say.
    """

    access_token: Secret
    expires_in: float
    refresh_token: Secret | None = None
    scopes: frozenset[str] | None = None


def token_of(
    granted: TokenResponse, *, now: datetime, before: Token | None = None, scopes: frozenset[str] = frozenset()
) -> Token:
    """Return the token that was granted.

    Args:
        granted: The answer.
        now: When it came, with a time zone.
        before: The token that it replaces, whose refresh token lives on if the answer has none; None for a first one.
        scopes: What the token is good for if the answer does not say.
    """
    return Token(
        access_token=granted.access_token,
        refresh_token=granted.refresh_token or (None if before is None else before.refresh_token),
        issued_at=now,
        expires_at=now + timedelta(seconds=granted.expires_in),
        scopes=scopes if granted.scopes is None else granted.scopes,
        authorized_at=now if before is None else before.authorized_at,
    )


def token_request(
    accounts_url: str,
    form: Mapping[str, str | Secret],
    *,
    client_id: str,
    client_secret: Secret | None,
    timeout: float,
) -> HttpRequest:
    """Return the request for a token.

    Args:
        accounts_url: Where the accounts service is.
        form: What is asked for.
        client_id: The application's id.
        client_secret: Its secret, for HTTP Basic (RFC 6749, section 2.3.1). None for a public client, which has none
            and names itself in the form.
        timeout: Seconds for the whole exchange.
    """
    authorization = None if client_secret is None else _basic(client_id, client_secret)
    public: dict[str, str | Secret] = {"client_id": client_id} if client_secret is None else {}
    return HttpRequest(
        method="POST",
        url=f"{accounts_url}/api/token",
        headers={"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded"},
        authorization=authorization,
        body=urlencode(
            {name: text.reveal() if isinstance(text, Secret) else text for name, text in {**form, **public}.items()}
        ).encode(),
        timeout=timeout,
    )


def read_token_response(response: HttpResponse, *, now: float) -> TokenResponse:
    """Return what was granted.

    Args:
        response: The token endpoint's answer.
        now: Seconds since the epoch, for `Retry-After`.

    Raises:
        ApiError: It refused.
        DecodeError: It granted something that cannot be understood. The error never shows the body.
    """
    if response.status != 200:
        raise token_error_for(response, now=now)
    fields = _fields(response)
    if fields is None:
        raise DecodeError("the token endpoint's answer is not JSON")
    access_token, refresh_token, scope = (fields.get(name) for name in ("access_token", "refresh_token", "scope"))
    if not isinstance(access_token, Secret) or not access_token:
        raise DecodeError("the token endpoint's answer has no access token", path="$.access_token")
    if not is_token(access_token.reveal()):
        raise DecodeError("the token endpoint's access token is not printable ASCII", path="$.access_token")
    # One that cannot be written into a form is worth nothing, and refusing the rest for it would not mend that.
    if not isinstance(refresh_token, Secret) or not refresh_token or not is_text(refresh_token.reveal()):
        refresh_token = None
    return TokenResponse(
        access_token=access_token,
        expires_in=_lifetime(fields.get("expires_in")),
        refresh_token=refresh_token,
        scopes=frozenset(scope.reveal().split()) if isinstance(scope, Secret) else None,
    )


def _basic(client_id: str, client_secret: Secret) -> Secret:
    credentials = Secret(f"{quote(client_id, safe='')}:{quote(client_secret.reveal(), safe='')}")
    return Secret(f"Basic {b64encode(credentials.reveal().encode()).decode()}")


def _fields(response: HttpResponse) -> dict[str, object] | None:
    """Return the answer's members, every text wrapped, so that no frame that raises has a token in the open.

    None if it is not JSON: the decoder's own error keeps the document.
    """
    try:
        document: object = json.loads(response.body)
    except (ValueError, RecursionError):
        return None
    members = cast("dict[str, object]", document) if isinstance(document, dict) else {}
    return {name: Secret(value) if isinstance(value, str) else value for name, value in members.items()}


def _lifetime(value: object) -> float:
    if isinstance(value, Secret):
        text = value.reveal()
        value = int(text[:10]) if text.isascii() and text.isdigit() else None
    if isinstance(value, bool) or not isinstance(value, int | float) or not is_finite(value) or value < 0:
        return _DEFAULT_LIFETIME
    return min(float(value), _LONGEST_LIFETIME)
