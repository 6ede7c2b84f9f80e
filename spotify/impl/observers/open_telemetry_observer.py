"""Traces and metrics through OpenTelemetry."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

from spotify.interfaces.observer import AttemptInfo, CallInfo, CallResult, TokenRequestInfo

if TYPE_CHECKING:
    from opentelemetry.metrics import MeterProvider
    from opentelemetry.trace import TracerProvider


class OpenTelemetryObserver:
    """`Observer` that reports a span for each call, with one for each attempt, and metrics.

    ::

        client = AsyncSpotifyClient("access-token", observers=[OpenTelemetryObserver()])

    Needs the extra: `pip install 'async-spotify-client[otel]'`. It has the API of OpenTelemetry only; the application
    configures the SDK. One observer can serve several clients: `ClientConfig.name` is an attribute of what it reports.
    Spans and metrics have the attributes of OpenTelemetry's semantic conventions for HTTP clients, without `url.full`:
    it contains ids. They contain no token, no secret and no id of a user or object. The trace context is not sent to
    Spotify. See `docs/observability.md`.
    """

    def __init__(
        self, *, tracer_provider: TracerProvider | None = None, meter_provider: MeterProvider | None = None
    ) -> None:
        """Create the instruments.

        Args:
            tracer_provider: Records the spans; None for the application's global one.
            meter_provider: Records the metrics; None for the application's global one.

        Raises:
            ModuleNotFoundError: The package opentelemetry-api is not installed.
        """
        if find_spec("opentelemetry") is None:
            raise ModuleNotFoundError(
                "OpenTelemetryObserver needs the package opentelemetry-api: pip install 'async-spotify-client[otel]'",
                name="opentelemetry",
            )
        # Imported here, so that the package can be used without OpenTelemetry.
        from spotify.impl.observers.open_telemetry_signals import CallMetrics, CallSpans

        self._spans = CallSpans(tracer_provider)
        self._metrics = CallMetrics(meter_provider)

    def call_started(self, call: CallInfo, /) -> None:
        """Start the span of a call, and make it current in the task of the call."""
        self._metrics.call_started(call)
        self._spans.call_started(call)

    def attempt_finished(self, attempt: AttemptInfo, /) -> None:
        """Record the span of an attempt."""
        self._metrics.attempt_finished(attempt)
        self._spans.attempt_finished(attempt)

    def call_finished(self, result: CallResult, /) -> None:
        """End the span of a call."""
        self._metrics.call_finished(result)
        self._spans.call_finished(result)

    def token_request_finished(self, request: TokenRequestInfo, /) -> None:
        """Record the span of a token request."""
        self._metrics.token_request_finished(request)
        self._spans.token_request_finished(request)
