"""Creates clients of a sandbox."""

from __future__ import annotations

from dataclasses import replace

from spotify.client import AsyncSpotifyClient
from spotify.config import ClientConfig
from spotify.container import ClientArguments


class SandboxClientArguments(ClientArguments, total=False):
    """The arguments of `AsyncSpotifyClient`, all by keyword."""

    access_token: str | None


def build_client(api_url: str, accounts_url: str, arguments: SandboxClientArguments) -> AsyncSpotifyClient:
    """Create a client whose config has these URLs."""
    config = replace(arguments.get("config") or ClientConfig(), api_url=api_url, accounts_url=accounts_url)
    sandbox_arguments: SandboxClientArguments = {**arguments, "config": config}
    return AsyncSpotifyClient(**sandbox_arguments)


def has_auth(arguments: SandboxClientArguments) -> bool:
    """Return whether the arguments have credentials or an auth provider."""
    return any(
        arguments.get(name) is not None for name in ("access_token", "client_id", "client_secret", "auth_provider")
    )
