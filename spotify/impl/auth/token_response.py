"""How the token endpoint is asked, and how its answers are read."""

from __future__ import annotations

import json
import math
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, cast
from urllib.parse import quote, urlencode

from spotify.errors import DecodeError
from spotify.impl.response_errors import token_error_for
from spotify.interfaces.transport import HttpRequest, HttpResponse
from spotify.secret import Secret

_DEFAULT_LIFETIME: Final = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenResponse:
    """What the token endpoint granted.

    Attributes:
        access_token: The token to call the API with.
        expires_in: Seconds for which it is good, counted from the answer.
    """

    access_token: Secret
    expires_in: float


def token_request(
    accounts_url: str, form: Mapping[str, str], *, client_id: str, client_secret: Secret, timeout: float
) -> HttpRequest:
    """Return the request for a token, authenticated by HTTP Basic (RFC 6749, section 2.3.1)."""
    credentials = f"{quote(client_id, safe='')}:{quote(client_secret.reveal(), safe='')}"
    return HttpRequest(
        method="POST",
        url=f"{accounts_url}/api/token",
        headers={"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded"},
        authorization=Secret(f"Basic {b64encode(credentials.encode()).decode()}"),
        body=urlencode(form).encode(),
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
    try:
        document: object = json.loads(response.body)
    except (ValueError, RecursionError):
        # The cause is left out: it keeps the document, and the document may keep a token.
        raise DecodeError("the token endpoint's answer is not JSON") from None
    body = cast("dict[str, object]", document) if isinstance(document, dict) else {}
    access_token = body.get("access_token")
    if not isinstance(access_token, str) or not access_token:
        raise DecodeError("the token endpoint's answer has no access token", path="$.access_token")
    return TokenResponse(access_token=Secret(access_token), expires_in=_lifetime(body.get("expires_in")))


def _lifetime(value: object) -> float:
    if isinstance(value, str) and value.isascii() and value.isdigit():
        value = int(value[:10])
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or value < 0:
        return _DEFAULT_LIFETIME
    return float(value)
