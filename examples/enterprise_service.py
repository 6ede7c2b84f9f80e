"""A service for two tenants behind a token broker, with traces, metrics, JSON logs, probes and a graceful shutdown.

The broker is an internal HTTPS service that requires a client certificate (mutual TLS) and returns access tokens. Each
tenant has its own client; the clients share one transport, and so the connections. Run without arguments, the program
creates a CA, a broker and a sandbox, serves requests, and shuts down under load.
"""

from __future__ import annotations

import asyncio
import json
import logging
import socket
import ssl
import sys
import tempfile
import time
import uuid
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import aiohttp
import structlog
import trustme
import uvicorn
from aiohttp import web
from dependency_injector import containers, providers
from fastapi import Body, FastAPI, HTTPException, Request, Response
from fastapi.responses import JSONResponse
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from starlette.middleware.base import RequestResponseEndpoint

from spotify import (
    AiohttpTransport,
    AsyncSpotifyClient,
    AttemptInfo,
    AuthProviderError,
    CallInfo,
    CallResult,
    ClientClosedError,
    ClientConfig,
    NotFoundError,
    OpenTelemetryObserver,
    SpotifyContainer,
    SpotifyError,
)
from spotify.interfaces import Observer
from spotify.testing import SpotifySandbox

TENANTS: Final = ("north", "south")
DRAIN_SECONDS: Final = 10.0


@dataclass(frozen=True)
class Settings:
    """The settings of the service.

    Attributes:
        spotify: The settings that all clients share.
        broker_url: The URL of the token broker.
        broker_tls: The context for it: its CA, and the client certificate of this service.
    """

    spotify: ClientConfig
    broker_url: str
    broker_tls: ssl.SSLContext


class BrokerAuth:
    """Gets the access tokens of a tenant from the broker, over mutual TLS."""

    def __init__(self, settings: Settings, tenant: str) -> None:
        """Keep the settings; the first token opens a session."""
        self._url = f"{settings.broker_url}/tokens/{tenant}"
        self._tls = settings.broker_tls
        self._session: aiohttp.ClientSession | None = None
        self._lock = asyncio.Lock()
        self._token = ""
        self._renew_at = 0.0

    async def get_access_token(self) -> str:
        """Return a valid token."""
        async with self._lock:  # calls that wait here use the token that the first one gets
            if time.monotonic() >= self._renew_at:
                self._session = self._session or aiohttp.ClientSession(raise_for_status=True)
                try:
                    async with self._session.post(self._url, ssl=self._tls) as response:
                        fields = await response.json()
                except (aiohttp.ClientError, TimeoutError) as error:
                    is_refusal = isinstance(error, aiohttp.ClientResponseError) and error.status < 500
                    message = f"the token broker failed ({type(error).__name__})"
                    raise AuthProviderError(message, transient=not is_refusal) from error
                self._token = fields["access_token"]
                self._renew_at = time.monotonic() + fields["expires_in"] - 30.0
            return self._token

    async def invalidate(self, access_token: str, /) -> None:
        """Get another token if Spotify rejected the current one."""
        if access_token == self._token:
            self._renew_at = 0.0

    async def close(self) -> None:
        """Close the session."""
        if self._session is not None:
            await self._session.close()


class PrometheusObserver:
    """Counts the calls of all tenants."""

    def __init__(self, registry: CollectorRegistry) -> None:
        """Create the metrics."""
        labels = ("client", "operation", "error")
        self._active = Gauge("spotify_active_calls", "Calls that run", ("client",), registry=registry)
        self._seconds = Histogram("spotify_call_seconds", "Calls", labels, registry=registry)
        self._retries = Counter("spotify_retries", "Repeated attempts", labels, registry=registry)

    def call_started(self, call: CallInfo, /) -> None:
        """Count a call that starts."""
        self._active.labels(call.client).inc()

    def attempt_finished(self, attempt: AttemptInfo, /) -> None:
        """Count a retry."""
        if attempt.retry_in is not None and attempt.error is not None:
            call = attempt.call
            self._retries.labels(call.client, call.operation.id, attempt.error.__name__).inc()

    def call_finished(self, result: CallResult, /) -> None:
        """Record the duration of a call."""
        call, error = result.call, result.error.__name__ if result.error else ""
        self._active.labels(call.client).dec()
        self._seconds.labels(call.client, call.operation.id, error).observe(result.seconds)


def make_clients(
    settings: Settings, transport: AiohttpTransport, observers: Sequence[Observer]
) -> dict[str, AsyncSpotifyClient]:
    """Return a client for each tenant. Each has a container of the library; the transport belongs to the service."""
    clients: dict[str, AsyncSpotifyClient] = {}
    for tenant in TENANTS:
        container = SpotifyContainer(
            config=providers.Object(replace(settings.spotify, name=tenant)),
            auth_provider=providers.Singleton(BrokerAuth, settings, tenant),
            transport=providers.Object(transport),
            observers=providers.Object(observers),
        )
        clients[tenant] = container.client()
    return clients


class ServiceContainer(containers.DeclarativeContainer):
    """The parts of the service."""

    settings = providers.Dependency(instance_of=Settings)
    registry = providers.Singleton(CollectorRegistry)
    tracers = providers.Singleton(TracerProvider)
    transport = providers.Singleton(AiohttpTransport, settings.provided.spotify)
    observers = providers.List(
        providers.Singleton(OpenTelemetryObserver, tracer_provider=tracers),
        providers.Singleton(PrometheusObserver, registry),
    )
    clients = providers.Singleton(make_clients, settings, transport, observers)


class JsonLines(logging.Formatter):
    """Formats a record as one JSON object; the fields of an event, such as `request_id`, are extras of the record."""

    _standard: Final = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime"}

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        fields = {key: value for key, value in vars(record).items() if key not in self._standard}
        return json.dumps({"level": record.levelname.lower(), "logger": record.name, **fields}, default=str)


async def with_request_id(request: Request, call_next: RequestResponseEndpoint) -> Response:
    """Give each request an id, which the events of the client have as well."""
    request_id = request.headers.get("X-Request-ID") or uuid.uuid4().hex
    with structlog.contextvars.bound_contextvars(request_id=request_id):
        response = await call_next(request)
    response.headers["X-Request-ID"] = request_id
    return response


async def show_error(_request: Request, error: Exception) -> JSONResponse:
    """Say what failed, and whether a write may have been executed."""
    status = {AuthProviderError: 503, ClientClosedError: 503, NotFoundError: 404}.get(type(error), 502)
    executed = isinstance(error, SpotifyError) and error.may_have_been_executed
    return JSONResponse({"error": type(error).__name__, "may_have_been_executed": executed}, status)


def create_app(container: ServiceContainer) -> FastAPI:
    """Return the application of a container."""
    clients: Mapping[str, AsyncSpotifyClient] = container.clients()
    is_ready = False

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncGenerator[None]:
        nonlocal is_ready
        is_ready = True
        yield
        is_ready = False
        # The server has stopped accepting requests. Calls end, or are cut and say whether they may have been executed.
        await asyncio.gather(*(client.close(drain=DRAIN_SECONDS) for client in clients.values()))
        await container.transport().close()

    app = FastAPI(lifespan=lifespan, openapi_url=None)
    app.middleware("http")(with_request_id)
    app.add_exception_handler(SpotifyError, show_error)

    def client_of(tenant: str) -> AsyncSpotifyClient:
        if tenant not in clients:
            raise HTTPException(404, "no such tenant")
        return clients[tenant]

    @app.get("/health")
    async def health() -> dict[str, str]:
        return {"status": "alive"}

    @app.get("/ready")
    async def ready(response: Response) -> dict[str, bool]:
        response.status_code = 200 if is_ready else 503
        return {"ready": is_ready}

    @app.get("/metrics")
    async def metrics() -> Response:
        return Response(generate_latest(container.registry()), media_type=CONTENT_TYPE_LATEST)

    @app.get("/{tenant}/albums/{album_id}")
    async def album(tenant: str, album_id: str) -> dict[str, str]:
        return {"name": (await client_of(tenant).albums.get(album_id)).name}

    @app.post("/{tenant}/playlists/{playlist_id}/items")
    async def add(tenant: str, playlist_id: str, uris: list[str] = Body()) -> dict[str, str | None]:  # noqa: B008
        return {"snapshot_id": await client_of(tenant).playlists.add_items(playlist_id, uris)}

    return app


@asynccontextmanager
async def broker(authority: trustme.CA, directory: Path, tokens: Mapping[str, str]) -> AsyncGenerator[str]:
    """Run a token broker that requires a certificate of the CA; yields its URL."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=str(directory / "ca.pem"))
    context.verify_mode = ssl.CERT_REQUIRED
    authority.issue_cert("127.0.0.1").configure_cert(context)

    async def issue(request: web.Request) -> web.Response:
        return web.json_response({"access_token": tokens[request.match_info["tenant"]], "expires_in": 3600})

    app = web.Application()
    app.router.add_post("/tokens/{tenant}", issue)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context).start()
        yield f"https://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


def client_context(authority: trustme.CA, directory: Path) -> ssl.SSLContext:
    """Return a context that trusts the CA only and has a client certificate of it."""
    context = ssl.create_default_context(cafile=str(directory / "ca.pem"))
    authority.issue_cert("service@example.com").configure_cert(context)
    return context


@dataclass(frozen=True)
class Running:
    """The running service.

    Attributes:
        url: Its address.
        server: Its server: set `should_exit` to shut down.
        serving: The task of the server.
        container: Its parts.
        spans: Receives its spans.
    """

    url: str
    server: uvicorn.Server
    serving: asyncio.Task[None]
    container: ServiceContainer
    spans: InMemorySpanExporter


@asynccontextmanager
async def running(sandbox: SpotifySandbox, tokens: Mapping[str, str]) -> AsyncGenerator[Running]:
    """Run the service with a broker whose certificates come from a new CA.

    Args:
        sandbox: Stands for Spotify.
        tokens: The access token of each tenant.
    """
    authority = trustme.CA()
    with tempfile.TemporaryDirectory() as name, socket.create_server(("127.0.0.1", 0)) as listener:
        directory = Path(name)
        authority.cert_pem.write_to_path(str(directory / "ca.pem"))
        async with broker(authority, directory, tokens) as broker_url:
            config = ClientConfig(api_url=sandbox.api_url, accounts_url=sandbox.accounts_url)
            settings = Settings(config, broker_url, client_context(authority, directory))
            container = ServiceContainer(settings=settings)
            spans = InMemorySpanExporter()
            container.tracers().add_span_processor(SimpleSpanProcessor(spans))
            server = uvicorn.Server(uvicorn.Config(create_app(container), access_log=False, log_level="warning"))
            serving = asyncio.create_task(server.serve(sockets=[listener]))
            url = f"http://127.0.0.1:{listener.getsockname()[1]}"
            try:
                yield Running(url, server, serving, container, spans)
            finally:
                server.should_exit = True
                await serving
                container.tracers().shutdown()


async def demonstrate() -> None:
    """Serve two tenants, show a trace and metrics, and shut down while requests write."""
    async with SpotifySandbox() as sandbox:
        user, album = sandbox.catalogue.default_user, sandbox.catalogue.albums[0]
        tokens = {tenant: sandbox.issue_token(user=user.id) for tenant in TENANTS}
        async with sandbox.client() as owner:
            playlist = await owner.playlists.create("Written under load")
        async with running(sandbox, tokens) as service, aiohttp.ClientSession(service.url) as http:
            for tenant in TENANTS:
                async with http.get(f"/{tenant}/albums/{album.id}", headers={"X-Request-ID": f"r-{tenant}"}) as reply:
                    print(tenant, reply.status, await reply.json())
            async with http.get("/metrics") as reply:
                lines = (await reply.text()).splitlines()
            print(*(line for line in lines if line.startswith("spotify_call_seconds_count")), sep="\n")
            print(*(span.name for span in service.spans.get_finished_spans()), sep=", ")

            async def write(uri: str) -> int:
                try:
                    async with http.post(f"/north/playlists/{playlist.id}/items", json=[uri]) as reply:
                        return reply.status
                except aiohttp.ClientConnectionError:
                    return 0  # the server no longer accepts connections

            writes = [asyncio.create_task(write(track.uri)) for track in sandbox.catalogue.tracks[:100]]
            await asyncio.wait(writes, return_when=asyncio.FIRST_COMPLETED)
            service.server.should_exit = True
            statuses = await asyncio.gather(*writes)
        async with sandbox.client() as owner:
            page = await owner.playlists.get_items(playlist.id)
        print(f"shut down under load: {statuses.count(200)} writes confirmed, {page.total} in the playlist")


def main() -> None:
    """Log as JSON lines, and run the demonstration."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonLines())
    logging.getLogger("spotify").addHandler(handler)
    logging.getLogger("spotify").setLevel(logging.INFO)
    asyncio.run(demonstrate())


if __name__ == "__main__":
    main()
