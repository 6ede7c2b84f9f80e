"""Spans and metrics of calls. Their attributes follow OpenTelemetry's semantic conventions where these have a name."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from contextvars import Token
from functools import lru_cache
from typing import Final, NamedTuple, TypeAlias
from urllib.parse import urlsplit

from opentelemetry import context, metrics, trace
from opentelemetry.context import Context
from opentelemetry.metrics import Histogram, Meter, MeterProvider
from opentelemetry.trace import Span, SpanKind, StatusCode, TracerProvider

from spotify import __version__
from spotify.interfaces.observer import AttemptInfo, CallInfo, CallResult, TokenRequestInfo

_Attributes: TypeAlias = Mapping[str, str | int | float | bool]
_SCOPE: Final = "async-spotify-client"  # the name of the instrumentation scope
_PORTS: Final = {"https": 443, "http": 80}
# The bounds that the semantic conventions give for `http.client.request.duration`, and those of a long wait.
_BOUNDS: Final = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0)
_LONG_BOUNDS: Final = (*_BOUNDS, 30.0, 60.0, 300.0)


class _OpenCall(NamedTuple):
    """The span of a call that runs."""

    span: Span
    """The span."""
    context: Context
    """The context with `span`, for the spans below it."""
    attached: Token[Context]
    """What restores the context that was current before the call."""


class CallSpans:
    """Starts and ends spans."""

    def __init__(self, provider: TracerProvider | None) -> None:
        """Create the tracer; None for that of the global provider."""
        self._tracer = trace.get_tracer(_SCOPE, __version__, provider)
        self._open: dict[CallInfo, _OpenCall] = {}

    def call_started(self, call: CallInfo) -> None:
        """Start the span of a call."""
        span = self._tracer.start_span(
            f"spotify {call.operation.id}",
            kind=SpanKind.INTERNAL,
            attributes=_call_attributes(call),
            start_time=_nanoseconds(call.started_at),
        )
        below = trace.set_span_in_context(span)
        self._open[call] = _OpenCall(span, below, context.attach(below))

    def attempt_finished(self, attempt: AttemptInfo) -> None:
        """Record the span of an attempt. A response from the cache has none: there was no request."""
        call = attempt.call
        opened = self._open.get(call)
        if opened is None or attempt.from_cache or not opened.span.is_recording():
            return
        span = self._tracer.start_span(
            f"{call.operation.method} {call.operation.path}",
            context=opened.context,
            kind=SpanKind.CLIENT if attempt.sent else SpanKind.INTERNAL,
            attributes=_call_attributes(call),
            start_time=_nanoseconds(attempt.started_at),
        )
        span.set_attributes(_outcome_attributes(attempt))
        if attempt.number > 1:
            span.set_attribute("http.request.resend_count", attempt.number - 1)
        if attempt.is_shared:
            span.set_attribute("spotify.shared", True)
        for cause, seconds in attempt.waits.items():
            span.set_attribute(f"spotify.wait.{cause}", seconds)
        if attempt.retry_in is not None:
            span.set_attribute("spotify.retry_in", attempt.retry_in)
        if attempt.error is not None:
            span.set_status(StatusCode.ERROR)
        span.end(_nanoseconds(attempt.started_at + attempt.seconds))

    def call_finished(self, result: CallResult) -> None:
        """End the span of a call."""
        opened = self._open.pop(result.call, None)
        if opened is None:
            return
        context.detach(opened.attached)
        span = opened.span
        if span.is_recording():
            _describe(span, result)
        span.end(_nanoseconds(result.call.started_at + result.seconds))

    def token_request_finished(self, request: TokenRequestInfo) -> None:
        """Record the span of a token request, below the call that it was sent for."""
        end = time.time_ns()
        span = self._tracer.start_span(
            "POST /api/token",
            kind=SpanKind.CLIENT,
            attributes={
                "http.request.method": "POST",
                "spotify.grant": request.grant,
                **_server_attributes(request.accounts_url),
            },
            start_time=end - _nanoseconds(request.seconds),
        )
        if request.client is not None:
            span.set_attribute("spotify.client.name", request.client)
        if request.error is not None:
            span.set_attribute("error.type", _error_type(request.error))
            span.set_status(StatusCode.ERROR)
        span.end(end)


def _describe(span: Span, result: CallResult) -> None:
    span.set_attribute("spotify.attempts", result.attempts)
    if result.status is not None:
        span.set_attribute("http.response.status_code", result.status)
    if result.from_cache:
        span.set_attribute("spotify.from_cache", True)
    if result.is_shared:
        span.set_attribute("spotify.shared", True)
    for cause, seconds in result.waits.items():
        span.set_attribute(f"spotify.wait.{cause}", seconds)
    if result.replaced_error is not None:
        span.set_attribute("spotify.replaced_error", _error_type(result.replaced_error))
    if result.error is not None:
        span.set_attribute("error.type", _error_type(result.error))
        span.set_attribute("spotify.may_have_been_executed", result.may_have_been_executed)
        if result.reason is not None:
            span.set_attribute("spotify.reason", result.reason)
        span.set_status(StatusCode.ERROR)


def _nanoseconds(seconds: float) -> int:
    return round(seconds * 1e9)


def _durations(meter: Meter, name: str, description: str, bounds: Sequence[float]) -> Histogram:
    return meter.create_histogram(name, unit="s", description=description, explicit_bucket_boundaries_advisory=bounds)


class CallMetrics:
    """Records metrics."""

    def __init__(self, provider: MeterProvider | None) -> None:
        """Create the instruments; None for those of the global provider."""
        meter = metrics.get_meter(_SCOPE, __version__, provider)
        self._request_duration = _durations(
            meter, "http.client.request.duration", "Duration of HTTP client requests.", _BOUNDS
        )
        self._call_duration = _durations(
            meter, "spotify.client.call.duration", "Duration of calls with their waits and retries.", _LONG_BOUNDS
        )
        self._wait_duration = _durations(
            meter, "spotify.client.wait.duration", "What calls waited, by cause.", _LONG_BOUNDS
        )
        self._token_request_duration = _durations(
            meter, "spotify.client.token_request.duration", "Duration of requests for access tokens.", _BOUNDS
        )
        self._active = meter.create_up_down_counter(
            "spotify.client.active_calls", unit="{call}", description="Calls that run."
        )
        self._retries = meter.create_counter(
            "spotify.client.retries", unit="{retry}", description="Failed attempts that were repeated, by error."
        )
        self._cache_hits = meter.create_counter(
            "spotify.client.cache.hits", unit="{call}", description="Calls whose response is from the cache."
        )
        self._quota_used = meter.create_gauge(
            "spotify.client.quota.used", unit="{request}", description="Requests of the last 24 hours."
        )
        self._quota_left = meter.create_gauge(
            "spotify.client.quota.left", unit="{request}", description="Requests that daily_limit still allows."
        )

    def call_started(self, call: CallInfo) -> None:
        """Count a call that starts."""
        self._active.add(1, _client_of(call.client))

    def attempt_finished(self, attempt: AttemptInfo) -> None:
        """Record the duration of a request, and a retry."""
        attributes = {**_call_attributes(attempt.call), **_outcome_attributes(attempt)}
        if attempt.sent and not attempt.is_shared:
            self._request_duration.record(attempt.seconds, attributes)
        if attempt.retry_in is not None:
            self._retries.add(1, attributes)

    def call_finished(self, result: CallResult) -> None:
        """Record the duration of a call, its waits, and the quota."""
        call = result.call
        client = _client_of(call.client)
        attributes = _call_attributes(call)
        self._active.add(-1, client)
        if result.from_cache:
            self._cache_hits.add(1, attributes)
        for cause, seconds in result.waits.items():
            self._wait_duration.record(seconds, {**client, "spotify.wait.cause": cause})
        self._quota_used.set(result.requests_today, client)
        if result.daily_limit is not None:
            self._quota_left.set(max(0, result.daily_limit - result.requests_today), client)
        if result.error is not None:
            attributes["error.type"] = _error_type(result.error)
        self._call_duration.record(result.seconds, attributes)

    def token_request_finished(self, request: TokenRequestInfo) -> None:
        """Record the duration of a token request."""
        attributes = {
            **_client_of(request.client),
            **_server_attributes(request.accounts_url),
            "spotify.grant": request.grant,
        }
        if request.error is not None:
            attributes["error.type"] = _error_type(request.error)
        self._token_request_duration.record(request.seconds, attributes)


def _call_attributes(call: CallInfo) -> dict[str, str | int | float | bool]:
    """Return the attributes of a call and of its attempts."""
    attributes = {
        "http.request.method": call.operation.method,
        "spotify.operation": call.operation.id,
        "spotify.priority": call.priority,
        "url.template": call.operation.path,
        **_server_attributes(call.api_url),
    }
    if call.client is not None:
        attributes["spotify.client.name"] = call.client
    return attributes


@lru_cache(maxsize=16)
def _server_attributes(url: str) -> _Attributes:
    """Return the attributes of the server of a URL."""
    parts = urlsplit(url)
    return {"server.address": parts.hostname or "", "server.port": parts.port or _PORTS[parts.scheme]}


def _outcome_attributes(attempt: AttemptInfo) -> _Attributes:
    """Return the attributes of the end of an attempt."""
    attributes: dict[str, str | int] = {}
    if attempt.status is not None:
        attributes["http.response.status_code"] = attempt.status
    if attempt.error is not None:
        is_refused = attempt.status is not None and attempt.status >= 400
        attributes["error.type"] = str(attempt.status) if is_refused else _error_type(attempt.error)
    return attributes


def _error_type(error: type[BaseException]) -> str:
    """Return the name of an error class with its module."""
    return f"{error.__module__}.{error.__qualname__}"


def _client_of(name: str | None) -> _Attributes:
    return {} if name is None else {"spotify.client.name": name}
