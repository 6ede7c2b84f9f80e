"""Refusals of the Web API and of the token endpoint: their exact status, headers and body, and faults that send them.

The bodies were seen at Spotify, or are what gateways in front of it send.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from spotify.testing import Fault

_JSON = "application/json; charset=utf-8"
_TEXT = "text/plain; charset=utf-8"
_HTML = "text/html; charset=utf-8"
_PAGE = b"<!DOCTYPE html>\n<html><head><title>Spotify</title></head><body><h1>Sorry.</h1></body></html>\n"

_RATE_LIMITED = b'{"error":{"status":429,"message":"API rate limit exceeded"}}'
_QUOTA_EXCEEDED = b'{"error":{"status":429,"message":"Too many requests","reason":"QUOTA_EXCEEDED"}}'
_OWNER_PREMIUM = (
    "Active premium subscription required for the owner of the app. When the subscription status changes, it can take "
    "a few hours before requests are allowed again."
)
_NOT_REGISTERED = "User not registered in the Developer Dashboard"
_NOT_REGISTERED_2024 = "Check settings on developer.spotify.com/dashboard, the user may not be registered."
_NOT_REGISTERED_2026 = (
    "The user is not registered for this application. Please check your settings on "
    "https://developer.spotify.com/dashboard."
)


@dataclass(frozen=True, kw_only=True)
class RefusedResponse:
    """A refusal as it is sent.

    Attributes:
        status: The status.
        content_type: The `Content-Type` header; None without a body.
        retry_after: The `Retry-After` header; None if there is none.
        body: The body.
        fault: Makes the sandbox send it: `sandbox.fail(target, refusal.fault)`.
    """

    status: int
    content_type: str | None = _JSON
    retry_after: str | None = None
    body: bytes
    fault: Fault


def _rate_limited(retry_after: int | None) -> RefusedResponse:
    header = None if retry_after is None else str(retry_after)
    fault = Fault.status(429, retry_after=retry_after)
    return RefusedResponse(status=429, retry_after=header, body=_RATE_LIMITED, fault=fault)


def _quota_exceeded(retry_after: int | None) -> RefusedResponse:
    header = None if retry_after is None else str(retry_after)
    fault = Fault.status(429, reason="QUOTA_EXCEEDED", retry_after=retry_after)
    return RefusedResponse(status=429, retry_after=header, body=_QUOTA_EXCEEDED, fault=fault)


def _error(status: int, message: str, body: bytes, *, reason: str | None = None) -> RefusedResponse:
    return RefusedResponse(status=status, body=body, fault=Fault.status(status, message=message, reason=reason))


def _text(message: str) -> RefusedResponse:
    fault = Fault.status(403, body="text", message=message)
    return RefusedResponse(status=403, content_type=_TEXT, body=message.encode(), fault=fault)


def _page(status: int) -> RefusedResponse:
    return RefusedResponse(status=status, content_type=_HTML, body=_PAGE, fault=Fault.status(status, body="html"))


#: Of the Web API.
REFUSALS: Mapping[str, RefusedResponse] = {
    "rate limit, seconds": _rate_limited(2),
    "rate limit, a minute": _rate_limited(60),
    "rate limit, zero": _rate_limited(0),
    "rate limit, no Retry-After": _rate_limited(None),
    "rate limit, hours": _rate_limited(79_892),
    "rate limit, a day": _rate_limited(86_400),
    "quota exceeded": _quota_exceeded(48_925),
    "quota exceeded, no Retry-After": _quota_exceeded(None),
    "token expired": _error(
        401,
        "Missing/invalid/expired access token",
        b'{"error":{"status":401,"message":"Missing/invalid/expired access token"}}',
    ),
    "token invalid": _error(401, "Invalid access token", b'{"error":{"status":401,"message":"Invalid access token"}}'),
    "scope missing, 403": _error(
        403, "Insufficient client scope", b'{"error":{"status":403,"message":"Insufficient client scope"}}'
    ),
    "scope missing, 401": _error(
        401, "Permissions missing", b'{"error":{"status":401,"message":"Permissions missing"}}'
    ),
    "owner without Premium": _text(_OWNER_PREMIUM),
    "user not registered": _text(_NOT_REGISTERED),
    "user not registered, wording of 2024": _text(_NOT_REGISTERED_2024),
    "user not registered, wording of 2026": _text(_NOT_REGISTERED_2026),
    "user not registered, JSON string": RefusedResponse(
        status=403,
        body=b'"User not registered in the Developer Dashboard"',
        fault=Fault.status(403, body="json-string", message=_NOT_REGISTERED),
    ),
    "user without Premium": _error(
        403,
        "Player command failed: Premium required",
        b'{"error":{"status":403,"message":"Player command failed: Premium required","reason":"PREMIUM_REQUIRED"}}',
        reason="PREMIUM_REQUIRED",
    ),
    "operation removed, 403": _error(403, "Forbidden", b'{"error":{"status":403,"message":"Forbidden"}}'),
    "operation removed, 404": _error(
        404, "Resource not found", b'{"error":{"status":404,"message":"Resource not found"}}'
    ),
    "object refused": _error(
        403,
        "You cannot follow this playlist",
        b'{"error":{"status":403,"message":"You cannot follow this playlist"}}',
    ),
    "page of a gateway": _page(403),
    "other text": _text("Access denied"),
    "no body": RefusedResponse(status=403, content_type=None, body=b"", fault=Fault.status(403, body="empty")),
}

#: Of the token endpoint.
TOKEN_REFUSALS: Mapping[str, RefusedResponse] = {
    "refresh token revoked": _error(
        400,
        "Refresh token revoked",
        b'{"error":"invalid_grant","error_description":"Refresh token revoked"}',
        reason="invalid_grant",
    ),
    "client unknown": _error(
        400,
        "Invalid client",
        b'{"error":"invalid_client","error_description":"Invalid client"}',
        reason="invalid_client",
    ),
    "rate limit": RefusedResponse(
        status=429,
        retry_after="5",
        content_type=_TEXT,
        body=b"Too many requests",
        fault=Fault.status(429, body="text", message="Too many requests", retry_after=5),
    ),
    "page of a gateway": _page(503),
}
