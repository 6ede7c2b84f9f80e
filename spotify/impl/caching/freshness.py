"""How long cached responses are used, by the user's settings instead of HTTP's rules."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from spotify._checks import shown
from spotify.config import ClientConfig
from spotify.operations import ALL_OPERATIONS

_KINDS_OF_READS: Final = {read.id: read.cache_kind for read in ALL_OPERATIONS if read.method == "GET"}
_KINDS: Final = frozenset(_KINDS_OF_READS.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Freshness:
    """How long cached responses are used. All times are in seconds."""

    ttl: Mapping[str, float]
    """Seconds for which a response is fresh, by operation id. HTTP's rules apply to the other operations."""
    while_revalidating: float
    """Seconds after `ttl` for which a response is returned while it is requested again."""
    if_refused: float
    """Seconds after `ttl` for which a response is returned if the request is refused; infinity for no limit."""

    @classmethod
    def of(cls, config: ClientConfig) -> Freshness:
        """Return what a config says.

        Raises:
            ValueError: A key of its `cache_ttl` is not the id of a read.
        """
        ttl = {id_: config.cache_ttl[kind] for id_, kind in _KINDS_OF_READS.items() if kind in config.cache_ttl}
        for key, seconds in config.cache_ttl.items():
            if key in _KINDS:
                continue
            if key not in _KINDS_OF_READS:
                raise ValueError(f"cache_ttl has the key {shown(key)}, which is not the id of an operation that reads")
            ttl[key] = seconds
        refused = config.stale_if_refused
        return cls(
            ttl=ttl,
            while_revalidating=config.stale_while_revalidate,
            if_refused=(math.inf if refused else 0.0) if isinstance(refused, bool) else refused,
        )

    @property
    def stale_for(self) -> float:
        """For how long after it has become stale a response is useful."""
        return max(self.while_revalidating, self.if_refused)

    @property
    def longest(self) -> float:
        """For how long a response can be useful, except where there is no limit."""
        limited = [seconds for seconds in (self.while_revalidating, self.if_refused) if math.isfinite(seconds)]
        return max(self.ttl.values(), default=0.0) + max(limited)
