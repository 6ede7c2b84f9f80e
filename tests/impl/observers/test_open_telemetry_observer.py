"""The spans and metrics of `OpenTelemetryObserver`, as the SDK exports them."""

import asyncio
import json

import pytest
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode, get_current_span

from spotify import AsyncSpotifyClient, ClientConfig, NotFoundError, OpenTelemetryObserver, TransportError
from spotify.testing import FakeTransport, Fault, SpotifySandbox
from tests.support.executor_setup import OK, READ, ExecutorSetup


class Telemetry:
    """An observer, and what the SDK exports of it."""

    def __init__(self) -> None:
        """Create both providers with exporters in memory."""
        self._spans = InMemorySpanExporter()
        self._reader = InMemoryMetricReader()
        self.tracers = TracerProvider()
        self.tracers.add_span_processor(SimpleSpanProcessor(self._spans))
        self.meters = MeterProvider([self._reader])
        self.observer = OpenTelemetryObserver(tracer_provider=self.tracers, meter_provider=self.meters)

    def spans(self):
        """Return the spans in the order in which they ended."""
        return list(self._spans.get_finished_spans())

    def points(self, name):
        """Return the data points of a metric."""
        data = self._reader.get_metrics_data()
        metrics = [] if data is None else data.resource_metrics[0].scope_metrics[0].metrics
        return [point for metric in metrics if metric.name == name for point in metric.data.data_points]

    def everything(self):
        """Return all that is exported, as JSON."""
        return "".join(span.to_json() for span in self.spans()) + self._reader.get_metrics_data().to_json()


@pytest.fixture
def telemetry():
    made = Telemetry()
    yield made
    made.tracers.shutdown()
    made.meters.shutdown()


async def test_a_call_is_a_span_with_a_span_for_each_attempt(telemetry):
    setup = ExecutorSetup(observers=[telemetry.observer], name="nightly")
    setup.transport.answer("GET /x/{id}", status=503)
    setup.transport.answer("GET /x/{id}", json=OK)
    await setup.read()
    first, second, call = telemetry.spans()
    assert (call.name, call.kind, call.parent, call.status.status_code) == (
        f"spotify {call.attributes['spotify.operation']}",
        SpanKind.INTERNAL,
        None,
        StatusCode.UNSET,
    )
    for span in (first, second):
        assert (span.name, span.kind) == ("GET /x/{id}", SpanKind.CLIENT)
        assert span.parent.span_id == call.context.span_id
        assert call.start_time <= span.start_time <= span.end_time <= call.end_time
    assert first.end_time <= second.start_time
    assert (first.status.status_code, first.attributes["error.type"]) == (StatusCode.ERROR, "503")
    assert (first.attributes["http.response.status_code"], first.attributes["spotify.retry_in"]) == (503, 1.0)
    assert "http.request.resend_count" not in first.attributes
    assert second.attributes["http.request.resend_count"] == 1
    assert (call.attributes["spotify.attempts"], call.attributes["spotify.wait.retry"]) == (2, 1.0)


async def test_spans_and_metrics_have_the_attributes_of_the_semantic_conventions(telemetry):
    setup = ExecutorSetup(observers=[telemetry.observer], name="nightly")
    setup.transport.answer("GET /x/{id}", json=OK)
    await setup.read()
    expected = {
        "http.request.method": "GET",
        "http.response.status_code": 200,
        "server.address": "api.spotify.com",
        "server.port": 443,
        "spotify.client.name": "nightly",
        "url.template": "/x/{id}",
    }
    attempt, _call = telemetry.spans()
    (duration,) = telemetry.points("http.client.request.duration")
    for attributes in (attempt.attributes, duration.attributes):
        assert expected.items() <= dict(attributes).items()
    assert (duration.count, duration.explicit_bounds[0]) == (1, 0.005)


async def test_a_failed_call_has_its_error_and_what_may_have_happened(telemetry):
    setup = ExecutorSetup(observers=[telemetry.observer])
    setup.transport.fail("POST /x", TransportError("cut", sent=True))
    with pytest.raises(TransportError):
        await setup.append()
    attempt, call = telemetry.spans()
    assert attempt.attributes["error.type"] == call.attributes["error.type"] == "spotify.errors.TransportError"
    assert attempt.status.status_code is call.status.status_code is StatusCode.ERROR
    assert call.attributes["spotify.may_have_been_executed"] is True
    (duration,) = telemetry.points("spotify.client.call.duration")
    assert duration.attributes["error.type"] == "spotify.errors.TransportError"


async def test_a_cancelled_call_ends_its_span(telemetry):
    setup = ExecutorSetup(observers=[telemetry.observer])
    entered = asyncio.Event()

    async def wait_for_ever(_request, /):
        entered.set()
        await asyncio.Event().wait()

    setup.transport.send = wait_for_ever
    task = asyncio.ensure_future(setup.read())
    await entered.wait()
    (active,) = telemetry.points("spotify.client.active_calls")
    task.cancel()
    await asyncio.wait((task,))
    _attempt, call = telemetry.spans()
    (after,) = telemetry.points("spotify.client.active_calls")
    assert call.attributes["error.type"].endswith("CancelledError")
    assert (active.value, after.value) == (1, 0)


async def test_waits_retries_and_the_quota_are_metrics(telemetry):
    setup = ExecutorSetup(observers=[telemetry.observer], daily_limit=100)
    setup.transport.answer("GET /x/{id}", status=429, headers={"retry-after": "5"})
    setup.transport.answer("GET /x/{id}", json=OK)
    await setup.read()
    (retry,) = telemetry.points("spotify.client.retries")
    waits = telemetry.points("spotify.client.wait.duration")
    assert (retry.value, retry.attributes["error.type"]) == (1, "429")
    assert {wait.attributes["spotify.wait.cause"] for wait in waits} >= {"retry"}
    assert sum(wait.sum for wait in waits) == pytest.approx(5.0)
    assert [point.value for point in telemetry.points("spotify.client.quota.used")] == [2]
    assert [point.value for point in telemetry.points("spotify.client.quota.left")] == [98]


async def test_the_span_of_a_call_is_current_while_it_runs_and_below_that_of_its_caller(telemetry):
    seen = []

    class Transport(FakeTransport):
        async def send(self, request, /):
            seen.append(get_current_span())
            return await super().send(request)

    setup = ExecutorSetup(observers=[telemetry.observer], transport=Transport(operations=[READ]))
    setup.transport.answer("GET /x/{id}", json=OK)
    with telemetry.tracers.get_tracer("application").start_as_current_span("page") as page:
        await setup.read()
        assert get_current_span() is page
    _attempt, call, _page = telemetry.spans()
    assert seen[0].get_span_context().span_id == call.context.span_id
    assert call.parent.span_id == page.get_span_context().span_id


async def test_nothing_exported_has_a_secret_or_an_id_and_no_trace_context_is_sent(telemetry):
    async with SpotifySandbox() as sandbox:
        user, album = sandbox.catalogue.default_user, sandbox.catalogue.albums[0]
        token = sandbox.issue_token(user=user.id, scopes=("playlist-modify-public", "user-read-private"))
        config = ClientConfig(api_url=sandbox.api_url, name="tenant-a")
        async with (
            AsyncSpotifyClient(token, observers=[telemetry.observer], config=config) as client,
            AsyncSpotifyClient(
                client_id=sandbox.client_id,
                client_secret=sandbox.client_secret,
                config=ClientConfig(api_url=sandbox.api_url, accounts_url=sandbox.accounts_url, cache="memory"),
                observers=[telemetry.observer],
            ) as application,
        ):
            for _ in range(2):
                await application.albums.get(album.id)
            await client.users.get_current_profile()
            playlist = await client.playlists.create("Quiet")
            sandbox.fail("get-playlist", Fault.reset(executed=True), times=1)
            await client.playlists.get(playlist.id)
            with pytest.raises(NotFoundError):
                await client.albums.get("0" * 22)
        tokens = [json.loads(request.response_body)["access_token"] for request in sandbox.token_requests]
        sent = [name for request in (*sandbox.requests, *sandbox.token_requests) for name in request.request_headers]
        exported = telemetry.everything()
        secrets = {token, *tokens, sandbox.client_secret, sandbox.client_id, user.id, album.id, playlist.id}
    assert [secret for secret in secrets if secret in exported] == []
    assert {"traceparent", "tracestate", "baggage"}.isdisjoint(name.lower() for name in sent)
    assert [point.value for point in telemetry.points("spotify.client.cache.hits")] == [1]
    (token_request,) = telemetry.points("spotify.client.token_request.duration")
    assert (token_request.attributes["spotify.grant"], token_request.count) == ("client_credentials", 1)
    token_span = next(span for span in telemetry.spans() if span.name == "POST /api/token")
    assert token_span.parent is not None


def test_without_opentelemetry_the_error_names_the_extra(monkeypatch):
    monkeypatch.setattr("spotify.impl.observers.open_telemetry_observer.find_spec", lambda _name: None)
    with pytest.raises(ModuleNotFoundError, match=r"pip install 'async-spotify-client\[otel\]'"):
        OpenTelemetryObserver()
