"""The attributes of spans and metrics, by OpenTelemetry's semantic conventions where these have a name."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Final, TypeAlias
from urllib.parse import urlsplit

from spotify.interfaces.observer import AttemptInfo, CallInfo

Attributes: TypeAlias = Mapping[str, str | int | float | bool]

SCOPE: Final = "async-spotify-client"
"""The name of the instrumentation scope."""

_PORTS: Final = {"https": 443, "http": 80}


def call_attributes(call: CallInfo) -> dict[str, str | int | float | bool]:
    """Return the attributes of a call and of its attempts."""
    attributes = {
        "http.request.method": call.operation.method,
        "spotify.operation": call.operation.id,
        "spotify.priority": call.priority,
        "url.template": call.operation.path,
        **server_attributes(call.api_url),
    }
    if call.client is not None:
        attributes["spotify.client.name"] = call.client
    return attributes


@lru_cache(maxsize=16)
def server_attributes(url: str) -> Attributes:
    """Return the attributes of the server of a URL."""
    parts = urlsplit(url)
    return {"server.address": parts.hostname or "", "server.port": parts.port or _PORTS[parts.scheme]}


def outcome_attributes(attempt: AttemptInfo) -> Attributes:
    """Return the attributes of the end of an attempt."""
    attributes: dict[str, str | int] = {}
    if attempt.status is not None:
        attributes["http.response.status_code"] = attempt.status
    if attempt.error is not None:
        is_refused = attempt.status is not None and attempt.status >= 400
        attributes["error.type"] = str(attempt.status) if is_refused else error_type(attempt.error)
    return attributes


def error_type(error: type[BaseException]) -> str:
    """Return the name of an error class with its module."""
    return f"{error.__module__}.{error.__qualname__}"
