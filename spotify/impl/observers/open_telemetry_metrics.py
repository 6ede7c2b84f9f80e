"""The metrics of calls."""

from __future__ import annotations

from typing import Final

from opentelemetry import metrics
from opentelemetry.metrics import MeterProvider

from spotify._version import __version__
from spotify.impl.observers.open_telemetry_attributes import (
    SCOPE,
    Attributes,
    call_attributes,
    error_type,
    outcome_attributes,
    server_attributes,
)
from spotify.interfaces.observer import AttemptInfo, CallInfo, CallResult, TokenRequestInfo

# The bounds that the semantic conventions give for `http.client.request.duration`, and those of a long wait.
_BOUNDS: Final = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0)
_LONG_BOUNDS: Final = (*_BOUNDS, 30.0, 60.0, 300.0)


class CallMetrics:
    """Records metrics."""

    def __init__(self, provider: MeterProvider | None) -> None:
        """Create the instruments; None for those of the global provider."""
        meter = metrics.get_meter(SCOPE, __version__, provider)
        self._request_duration = meter.create_histogram(
            "http.client.request.duration",
            unit="s",
            description="Duration of HTTP client requests.",
            explicit_bucket_boundaries_advisory=_BOUNDS,
        )
        self._call_duration = meter.create_histogram(
            "spotify.client.call.duration",
            unit="s",
            description="Duration of calls with their waits and retries.",
            explicit_bucket_boundaries_advisory=_LONG_BOUNDS,
        )
        self._wait_duration = meter.create_histogram(
            "spotify.client.wait.duration",
            unit="s",
            description="What calls waited, by cause.",
            explicit_bucket_boundaries_advisory=_LONG_BOUNDS,
        )
        self._token_request_duration = meter.create_histogram(
            "spotify.client.token_request.duration",
            unit="s",
            description="Duration of requests for access tokens.",
            explicit_bucket_boundaries_advisory=_BOUNDS,
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
        attributes = {**call_attributes(attempt.call), **outcome_attributes(attempt)}
        if attempt.sent and not attempt.is_shared:
            self._request_duration.record(attempt.seconds, attributes)
        if attempt.retry_in is not None:
            self._retries.add(1, attributes)

    def call_finished(self, result: CallResult) -> None:
        """Record the duration of a call, its waits, and the quota."""
        call = result.call
        client = _client_of(call.client)
        attributes = call_attributes(call)
        self._active.add(-1, client)
        if result.from_cache:
            self._cache_hits.add(1, attributes)
        for cause, seconds in result.waits.items():
            self._wait_duration.record(seconds, {**client, "spotify.wait.cause": cause})
        self._quota_used.set(result.requests_today, client)
        if result.daily_limit is not None:
            self._quota_left.set(max(0, result.daily_limit - result.requests_today), client)
        if result.error is not None:
            attributes["error.type"] = error_type(result.error)
        self._call_duration.record(result.seconds, attributes)

    def token_request_finished(self, request: TokenRequestInfo) -> None:
        """Record the duration of a token request."""
        attributes = {
            **_client_of(request.client),
            **server_attributes(request.accounts_url),
            "spotify.grant": request.grant,
        }
        if request.error is not None:
            attributes["error.type"] = error_type(request.error)
        self._token_request_duration.record(request.seconds, attributes)


def _client_of(name: str | None) -> Attributes:
    return {} if name is None else {"spotify.client.name": name}
