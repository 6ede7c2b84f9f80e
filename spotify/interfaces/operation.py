"""One operation of the Web API: everything about it that is a fact, and no behaviour."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date

_PATH_PARAMETER = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """What is known of one operation, whoever calls it.

    Attributes:
        id: The operation id of Spotify's API description, such as `get-an-album`.
        method: The HTTP method.
        path: The path below `/v1`, with `{names}` in the place of the path parameters.
        path_parameters: Those names, in order.
        query: The names of the query parameters.
        content_type: The media type of the request body; None where there is none.
        scopes: The OAuth scopes that it can ask for. Which of them a call needs can depend on the object: changing a
            playlist needs `playlist-modify-public` or `playlist-modify-private`.
        idempotent: Sending it twice leaves what sending it once leaves, so that a request that may have been executed
            can be sent again.
        removed_on: The day from which new applications in development mode do without it (for older ones the reduction
            of 2026-02-11 took effect on 2026-03-09). None: every application has it.
        replacement: The id of the operation that does the same, or a part of it, in development mode.
        max_ids: The most ids or URIs in one call; None where it takes no list of them.
        default_limit: The page size where `limit` is left out; None where it has no pages.
        max_limit: The highest `limit`.
        development_default_limit: The same in development mode. As `default_limit` where not given.
        development_max_limit: The same in development mode. As `max_limit` where not given.
        max_results: The highest `offset + limit`; None where every result can be reached.
    """

    id: str
    method: str
    path: str
    path_parameters: tuple[str, ...] = field(init=False)
    query: tuple[str, ...] = ()
    content_type: str | None = None
    scopes: tuple[str, ...] = ()
    idempotent: bool
    removed_on: date | None = None
    replacement: str | None = None
    max_ids: int | None = None
    default_limit: int | None = None
    max_limit: int | None = None
    development_default_limit: int | None = None
    development_max_limit: int | None = None
    max_results: int | None = None

    def __post_init__(self) -> None:
        derived: dict[str, object] = {"path_parameters": tuple(_PATH_PARAMETER.findall(self.path))}
        if self.development_default_limit is None:
            derived["development_default_limit"] = self.default_limit
        if self.development_max_limit is None:
            derived["development_max_limit"] = self.max_limit
        for name, value in derived.items():
            object.__setattr__(self, name, value)

    @property
    def development_mode(self) -> bool:
        """Whether applications in development mode have it."""
        return self.removed_on is None

    @property
    def deprecated(self) -> bool:
        """Whether Spotify advises against it, which it does for all that development mode lacks, and no others."""
        return self.removed_on is not None
