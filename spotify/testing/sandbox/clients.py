"""Clients that talk to a sandbox."""

from __future__ import annotations

from dataclasses import replace
from typing import TypedDict

from spotify.client import AsyncSpotifyClient
from spotify.config import ClientConfig
from spotify.interfaces.auth import AuthProvider
from spotify.interfaces.clock import Clock
from spotify.interfaces.rate_limiter import RateLimiter
from spotify.interfaces.retry import RetryPolicy
from spotify.interfaces.serializer import Serializer
from spotify.interfaces.transport import Transport


class ClientArguments(TypedDict, total=False):
    """The arguments of `AsyncSpotifyClient`; what is left out keeps its default."""

    access_token: str | None
    client_id: str | None
    client_secret: str | None
    auth_provider: AuthProvider | None
    timeout: float
    max_retries: int
    config: ClientConfig | None
    transport: Transport | None
    retry_policy: RetryPolicy | None
    serializer: Serializer | None
    rate_limiter: RateLimiter | None
    clock: Clock | None


def build_client(api_url: str, accounts_url: str, arguments: ClientArguments) -> AsyncSpotifyClient:
    """Make a client whose Spotify is at these addresses, whatever its `config` says."""
    config = arguments.get("config") or ClientConfig()
    pointed: ClientArguments = {
        **arguments,
        "config": replace(config, api_url=api_url, accounts_url=accounts_url),
    }
    return AsyncSpotifyClient(**pointed)


def has_auth(arguments: ClientArguments) -> bool:
    """Whether the arguments say how to authenticate."""
    return any(
        arguments.get(name) is not None for name in ("access_token", "client_id", "client_secret", "auth_provider")
    )
