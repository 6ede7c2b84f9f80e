"""The operations and page limits that the application's quota mode allows, as configured or as learned from refusals.

In 2026 Spotify removed 48 of its 97 operations, and lowered the page limits of two more, for applications in
development mode, which is the default. Extended quota keeps all of them. The API does not report the mode.
"""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

from spotify.config import QuotaMode
from spotify.errors import EndpointUnavailableError
from spotify.interfaces.operation import Operation
from spotify.logs import get_logger

_log = get_logger(__name__)

QuotaRestriction: TypeAlias = Literal["unavailable", "limit_too_high"]
"""A restriction of the quota mode that a refusal shows: no such operation, or a lower page limit."""


class Quota:
    """What a client knows about its application's quota mode; `client.quota`.

    In the mode `auto`, operations are called until Spotify refuses them; a refused operation is not called again by
    this client. In `development`, removed operations are not called; in `extended`, all are.

    Attributes:
        mode: The configured mode: `auto`, `development` or `extended`.
    """

    __slots__ = ("_confirmed", "_reduced", "_refused", "mode")

    def __init__(self, mode: QuotaMode = "auto") -> None:
        """Start with what the mode implies."""
        self.mode: Final[QuotaMode] = mode
        self._refused: set[str] = set()
        self._reduced: set[str] = set()
        self._confirmed: set[str] = set()

    @property
    def refused(self) -> frozenset[str]:
        """The ids of the operations that Spotify has refused because of the quota mode."""
        return frozenset(self._refused)

    @property
    def reduced(self) -> frozenset[str]:
        """The ids of the operations for which Spotify has refused a page limit above that of development mode."""
        return frozenset(self._reduced)

    def __repr__(self) -> str:
        return f"<Quota {self.mode}: {len(self._refused)} refused, {len(self._reduced)} with reduced limits>"

    def has(self, operation: Operation) -> bool:
        """Return False if the operation is known to be unavailable."""
        if operation.development_mode or self.mode == "extended":
            return True
        return self.mode == "auto" and operation.id not in self._refused

    def is_certain(self, operation: Operation) -> bool:
        """Return whether it is known that the operation is available, or that it is not."""
        return self.mode != "auto" or operation.development_mode or operation.id in self._confirmed | self._refused

    def max_limit(self, operation: Operation) -> int | None:
        """Return the highest page limit to request; None for an operation without pages."""
        is_reduced = self.mode == "development" or operation.id in self._reduced
        return operation.development_max_limit if is_reduced else operation.max_limit

    def confirm(self, operation: Operation) -> None:
        """Record a successful call of the operation."""
        if self.mode == "auto" and not operation.development_mode:
            self._confirmed.add(operation.id)

    def learn(self, operation: Operation, restriction: QuotaRestriction) -> None:
        """Record a restriction of the quota mode that a refusal of the operation shows.

        It has no effect if the mode is configured, or if the operation is available in all modes or known to be
        available.
        """
        if self.mode != "auto":
            return
        # After a success, a 403 is about the object, such as another user's playlist.
        if restriction == "unavailable" and not self.is_certain(operation):
            self._refused.add(operation.id)
            _log.info("quota_learned", operation=operation.id, lacks=operation.id, replacement=operation.replacement)
        differs = operation.development_max_limit != operation.max_limit
        if restriction == "limit_too_high" and differs and operation.id not in self._reduced:
            self._reduced.add(operation.id)
            _log.info("quota_learned", operation=operation.id, max_limit=operation.development_max_limit)


def unavailable(operation: Operation) -> EndpointUnavailableError:
    """Return the error of a call that is not sent, because the operation is known to be unavailable."""
    error = EndpointUnavailableError("Not sent", status_code=403, operation=operation.id)
    error.replacement = operation.replacement
    error.removed_on = operation.removed_on
    error.may_have_been_executed = False
    return error
