"""Clients that talk to a sandbox."""

from __future__ import annotations

from dataclasses import replace

from spotify.client import AsyncSpotifyClient
from spotify.config import ClientConfig
from spotify.container import ClientArguments


class SandboxClientArguments(ClientArguments, total=False):
    """The arguments of `AsyncSpotifyClient`, all by keyword."""

    access_token: str | None


def build_client(api_url: str, accounts_url: str, arguments: SandboxClientArguments) -> AsyncSpotifyClient:
    """Make a client whose Spotify is at these addresses, whatever its `config` says."""
    config = arguments.get("config") or ClientConfig()
    pointed: SandboxClientArguments = {
        **arguments,
        "config": replace(config, api_url=api_url, accounts_url=accounts_url),
    }
    return AsyncSpotifyClient(**pointed)


def has_auth(arguments: SandboxClientArguments) -> bool:
    """Whether the arguments say how to authenticate."""
    return any(
        arguments.get(name) is not None for name in ("access_token", "client_id", "client_secret", "auth_provider")
    )
