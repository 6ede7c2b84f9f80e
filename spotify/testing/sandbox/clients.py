"""Creates clients of a sandbox."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from spotify.client import AsyncSpotifyClient
from spotify.config import ClientConfig
from spotify.container import ClientArguments, build_container, override_transport
from spotify.impl.transport.aiohttp_transport import AiohttpTransport
from spotify.interfaces.transport import HttpRequest, HttpResponse


class SandboxClientArguments(ClientArguments, total=False):
    """The arguments of `AsyncSpotifyClient`, all by keyword."""

    access_token: str | None


class _SandboxTransport(AiohttpTransport):
    """Sends requests to a sandbox, which may not be able to respond."""

    def __init__(self, config: ClientConfig, check_serving: Callable[[], None]) -> None:
        super().__init__(config)
        self._check_serving = check_serving

    async def send(self, request: HttpRequest, /) -> HttpResponse:
        self._check_serving()
        return await super().send(request)


def build_client(
    api_url: str, accounts_url: str, check_serving: Callable[[], None], arguments: SandboxClientArguments
) -> AsyncSpotifyClient:
    """Create a client whose config has these URLs; `check_serving` raises if a request would wait without end."""
    config = replace(arguments.get("config") or ClientConfig(), api_url=api_url, accounts_url=accounts_url)
    sandbox_arguments: SandboxClientArguments = {**arguments, "config": config}
    container = build_container(**sandbox_arguments)
    if arguments.get("transport") is None:
        override_transport(container, lambda: _SandboxTransport(container.config(), check_serving))
    return AsyncSpotifyClient.from_container(container)


def has_auth(arguments: SandboxClientArguments) -> bool:
    """Return whether the arguments have credentials or an auth provider."""
    return any(
        arguments.get(name) is not None for name in ("access_token", "client_id", "client_secret", "auth_provider")
    )
