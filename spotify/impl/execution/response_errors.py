"""From an answer that says no to the error that is raised: a pure function, and how `Retry-After` is read."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Final, cast

from spotify.credentials import MASK, Secret
from spotify.errors import (
    ApiError,
    AuthenticationError,
    BadRequestError,
    DecodeError,
    EndpointUnavailableError,
    ForbiddenError,
    MissingScopeError,
    NotFoundError,
    QuotaExceededError,
    RateLimitError,
    ReauthorizationRequiredError,
    ServerError,
)
from spotify.interfaces.operation import Operation
from spotify.interfaces.transport import HttpResponse

_BY_STATUS: Final[Mapping[int, type[ApiError]]] = {
    400: BadRequestError,
    401: AuthenticationError,
    403: ForbiddenError,
    404: NotFoundError,
    429: RateLimitError,
}

_SECONDS: Final = re.compile(r"[0-9]+(\.[0-9]+)?")
_QUOTA_EXCEEDED: Final = "QUOTA_EXCEEDED"
_MESSAGE: Final = 500  # characters of a message that are kept; those of Spotify's are sentences
_REASON: Final = 100
_START: Final = 200  # bytes: enough to see what a body is
_UNSTATED_PAUSE: Final = 1.0  # seconds
# Anything shorter is a placeholder, and may be a word of the message itself. Spotify's secrets have 32 and more.
_SHORTEST_SECRET: Final = 16


@dataclass(frozen=True, slots=True)
class _Refusal:
    """What the body says, in whichever of Spotify's forms it says it."""

    message: str
    reason: str | None


def error_for(response: HttpResponse, operation: Operation, *, now: float) -> ApiError:
    """Return the error that an answer of the Web API with a status other than 2xx stands for.

    Args:
        response: The answer.
        operation: What was asked for.
        now: Seconds since the epoch, for `Retry-After`.
    """
    refusal = _read_refusal(response)
    kind = _kind(response.status, refusal, operation)
    retry_after = parse_retry_after(response.headers.get("retry-after"), now=now)
    error = kind(
        refusal.message,
        status_code=response.status,
        reason=refusal.reason,
        response_body=_text(response.body),
        operation=operation.id,
        retry_after=retry_after,
    )
    if isinstance(error, RateLimitError) and retry_after is not None:
        error.retry_at = _moment(now, retry_after)
    if isinstance(error, MissingScopeError):
        error.required_scopes = tuple(operation.scopes)
    if isinstance(error, EndpointUnavailableError):
        error.replacement = operation.replacement
        error.removed_on = operation.removed_on
    error.may_have_been_executed = _may_have_been_executed(response.status, retry_after)
    return error


def error_in(
    response: HttpResponse, operation: Operation, token: Secret, *, now: float
) -> ApiError | DecodeError | None:
    """Return the error that an answer with a status of success is all the same; None if it is none, as a rule.

    Spotify and the gateways before it have been seen to answer 200 with an error object, or with a page of HTML.

    Args:
        response: The answer.
        operation: What was asked for.
        token: The access token, which the answer may repeat.
        now: Seconds since the epoch.
    """
    start = response.body[:_START].lstrip()
    error: ApiError | DecodeError
    if start.startswith(b"<"):
        error = DecodeError(f"the answer ({response.status}) is an HTML page, not Spotify's", operation=operation.id)
    elif start.startswith(b"{") and b'"error"' in start and (status := _status_in(response.body)) is not None:
        error = error_for(replace(without_echo(response, token), status=status), operation, now=now)
    else:
        return None
    error.may_have_been_executed = True  # nobody knows
    return error


def pause_after(response: HttpResponse, *, now: float) -> float:
    """Return for how many seconds a 429 of the Web API forbids all calls of the application; 0 for not at all.

    Args:
        response: The answer.
        now: Seconds since the epoch.
    """
    if _read_refusal(response).reason == _QUOTA_EXCEEDED:
        return 0.0  # waiting does not help, and calls of another developer's application are not concerned
    # Spotify has been seen to say nothing, and to say 0.
    return parse_retry_after(response.headers.get("retry-after"), now=now) or _UNSTATED_PAUSE


def token_error_for(response: HttpResponse, *, now: float) -> ApiError:
    """Return the error that an answer of the token endpoint with a status other than 200 stands for.

    Its body is left out of the error: what a token endpoint sends is not for logs.
    """
    refusal = _read_refusal(response)
    kind: type[ApiError] = _BY_STATUS.get(response.status, ServerError if response.status >= 500 else ApiError)
    if response.status in {400, 401, 403}:  # a server that is in trouble ends no login, whatever it says
        kind = ReauthorizationRequiredError if refusal.reason == "invalid_grant" else AuthenticationError
    retry_after = parse_retry_after(response.headers.get("retry-after"), now=now)
    error = kind(
        f"the token endpoint refused: {refusal.message}",
        status_code=response.status,
        reason=refusal.reason,
        retry_after=retry_after,
    )
    if isinstance(error, RateLimitError) and retry_after is not None:
        error.retry_at = _moment(now, retry_after)
    error.may_have_been_executed = False  # the call that wanted the token was not sent
    return error


def without_echo(response: HttpResponse, secret: Secret) -> HttpResponse:
    """Return the answer with the secret masked in its body: gateways' error pages show the request they were sent."""
    text = secret.reveal().encode()
    if len(text) < _SHORTEST_SECRET or text not in response.body:
        return response
    return replace(response, body=response.body.replace(text, MASK.encode()))


def parse_retry_after(value: str | None, *, now: float) -> float | None:
    """Return the seconds that a `Retry-After` header asks to wait, 0 or more; None if it says nothing sensible.

    Args:
        value: The header: seconds, by the standard whole ones, or an HTTP date. Where both a gateway and the server
            behind it say seconds, the longer wait counts.
        now: Seconds since the epoch.
    """
    if value is None:
        return None
    several = [each.strip() for each in value.split(",")]
    if all(_SECONDS.fullmatch(each) for each in several):
        # Ten digits are 300 years; a float made of thousands of them would be infinite.
        return min(max(map(float, several)), 1e10)
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, TypeError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, moment.timestamp() - now)


def _kind(status: int, refusal: _Refusal, operation: Operation) -> type[ApiError]:
    if status == 429 and refusal.reason == _QUOTA_EXCEEDED:
        return QuotaExceededError
    if status == 403 and "scope" in refusal.message.lower():
        return MissingScopeError
    # A 404 for a path without parameters cannot mean that some object does not exist.
    says_gone = status == 403 or (status == 404 and not operation.path_parameters)
    if says_gone and not operation.development_mode and refusal.reason is None:
        return EndpointUnavailableError
    return _BY_STATUS.get(status, ServerError if status >= 500 else ApiError)


def _read_refusal(response: HttpResponse) -> _Refusal:
    """Read `{"error": {"message", "reason"}}`, `{"error": "code", "error_description"}`, or make do with the status."""
    standard = _phrase(response.status)
    try:
        document: object = json.loads(response.body)
    except (ValueError, RecursionError):
        return _Refusal(standard, None)
    if not isinstance(document, dict):
        return _Refusal(standard, None)
    body = cast("dict[str, object]", document)
    error = body.get("error")
    if isinstance(error, str):
        description = body.get("error_description")
        text = description if isinstance(description, str) and description else error
        return _Refusal(_printable(text, _MESSAGE), _printable(error, _REASON))
    # The description shows the 400 of /me/library without the wrapper.
    fields = cast("dict[str, object]", error) if isinstance(error, dict) else body
    message, reason = fields.get("message"), fields.get("reason")
    return _Refusal(
        _printable(message, _MESSAGE) if isinstance(message, str) and message else standard,
        _printable(reason, _REASON) if isinstance(reason, str) and reason else None,
    )


def _may_have_been_executed(status: int, retry_after: float | None) -> bool:
    # A refusal was not executed. A fault may have come after the work, unless it is a 503 that says when to come back.
    # Who redirects is not who was asked, and tells nothing of what that one did.
    if status == 503:
        return retry_after is None
    return status >= 500 or status < 400


def _status_in(body: bytes) -> int | None:
    """Return the status that an error object names; None if the body is no error object."""
    try:
        document: object = json.loads(body)
    except (ValueError, RecursionError):
        return None
    error = cast("dict[str, object]", document).get("error") if isinstance(document, dict) else None
    status = cast("dict[str, object]", error).get("status") if isinstance(error, dict) else None
    return status if isinstance(status, int) and 400 <= status < 600 else None


def _printable(text: str, most: int) -> str:
    """Return a text from outside as one line of a log can hold it: not too long, and without what steers terminals."""
    shown = text if len(text) <= most else f"{text[:most]}…"
    return shown if shown.isprintable() else "".join(each if each.isprintable() else "\ufffd" for each in shown)


def _phrase(status: int) -> str:
    if 300 <= status < 400:
        return "Redirected elsewhere, which is not followed"
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unexpected answer"


def _moment(now: float, seconds: float) -> datetime | None:
    try:
        return datetime.fromtimestamp(now, UTC) + timedelta(seconds=seconds)
    except (OverflowError, ValueError):
        return None


def _text(body: bytes) -> str:
    return body.decode("utf-8", errors="replace")


def growing_pauses(rng: random.Random, *, first: float, longest: float) -> Iterator[float]:
    """Yield seconds without end, each half as long again as the one before, up to a bound.

    All of them are shortened at random by up to a half, so that those who began together do not go on together.

    Args:
        rng: Where the randomness comes from.
        first: Seconds that the first one is at most.
        longest: Seconds that the later ones are at most.
    """
    pause = first
    while True:
        yield pause * rng.uniform(0.5, 1.0)
        pause = min(longest, pause * 1.5)
