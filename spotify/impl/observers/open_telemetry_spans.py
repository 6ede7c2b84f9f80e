"""The spans of calls."""

from __future__ import annotations

import time
from contextvars import Token
from typing import NamedTuple

from opentelemetry import context, trace
from opentelemetry.context import Context
from opentelemetry.trace import Span, SpanKind, StatusCode, TracerProvider

from spotify._version import __version__
from spotify.impl.observers.open_telemetry_attributes import (
    SCOPE,
    call_attributes,
    error_type,
    outcome_attributes,
    server_attributes,
)
from spotify.interfaces.observer import AttemptInfo, CallInfo, CallResult, TokenRequestInfo


class _OpenCall(NamedTuple):
    """The span of a call that runs.

    Attributes:
        span: The span.
        context: The context with that span, for the spans below it.
        attached: What restores the context that was current before the call.
    """

    span: Span
    context: Context
    attached: Token[Context]


class CallSpans:
    """Starts and ends spans."""

    def __init__(self, provider: TracerProvider | None) -> None:
        """Create the tracer; None for that of the global provider."""
        self._tracer = trace.get_tracer(SCOPE, __version__, provider)
        self._open: dict[CallInfo, _OpenCall] = {}

    def call_started(self, call: CallInfo) -> None:
        """Start the span of a call."""
        span = self._tracer.start_span(
            f"spotify {call.operation.id}",
            kind=SpanKind.INTERNAL,
            attributes=call_attributes(call),
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
            attributes=call_attributes(call),
            start_time=_nanoseconds(attempt.started_at),
        )
        span.set_attributes(outcome_attributes(attempt))
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
                **server_attributes(request.accounts_url),
            },
            start_time=end - _nanoseconds(request.seconds),
        )
        if request.client is not None:
            span.set_attribute("spotify.client.name", request.client)
        if request.error is not None:
            span.set_attribute("error.type", error_type(request.error))
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
        span.set_attribute("spotify.replaced_error", error_type(result.replaced_error))
    if result.error is not None:
        span.set_attribute("error.type", error_type(result.error))
        span.set_attribute("spotify.may_have_been_executed", result.may_have_been_executed)
        if result.reason is not None:
            span.set_attribute("spotify.reason", result.reason)
        span.set_status(StatusCode.ERROR)


def _nanoseconds(seconds: float) -> int:
    return round(seconds * 1e9)
