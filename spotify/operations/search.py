"""The search operation."""

from __future__ import annotations

from spotify.interfaces.operation import Operation

SEARCH = Operation(
    id="search",
    method="GET",
    path="/search",
    query=("q", "type", "market", "limit", "offset", "include_external"),
    idempotent=True,
    default_limit=20,
    max_limit=50,
    development_default_limit=5,
    development_max_limit=10,
    max_results=1000,
)
