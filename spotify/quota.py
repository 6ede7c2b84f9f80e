"""What the application's quota mode leaves it, as configured or as learned from Spotify's refusals.

In 2026 Spotify took 48 of its 97 operations, and the higher page limits of two more, from applications in development
mode (the default); those in extended quota kept all. The API does not tell an application its mode: a refusal does.
"""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

from spotify.config import QuotaMode
from spotify.errors import EndpointUnavailableError
from spotify.interfaces.operation import Operation
from spotify.logs import get_logger

_log = get_logger(__name__)

Lesson: TypeAlias = Literal["unavailable", "limit_too_high"]
"""What a refusal can say about the quota mode: the operation is not available in it, or not the page limit."""


class Quota:
    """What one client knows of its application's quota mode; `client.quota`.

    In the mode `auto` everything is tried until it is refused, and a refusal is remembered for the operation, for as
    long as the client lives. In `development` nothing is tried that is known to be gone; in `extended` everything is.

    Attributes:
        mode: As configured: `auto`, `development` or `extended`.
    """

    __slots__ = ("_confirmed", "_reduced", "_refused", "mode")

    def __init__(self, mode: QuotaMode = "auto") -> None:
        """Begin with what the mode says."""
        self.mode: Final[QuotaMode] = mode
        self._refused: set[str] = set()
        self._reduced: set[str] = set()
        self._confirmed: set[str] = set()

    @property
    def refused(self) -> frozenset[str]:
        """The ids of the operations that Spotify refused to this application for its quota mode, so far."""
        return frozenset(self._refused)

    @property
    def reduced(self) -> frozenset[str]:
        """The ids of the operations whose page limit turned out to be that of development mode, so far."""
        return frozenset(self._reduced)

    def __repr__(self) -> str:
        return f"<Quota {self.mode}: {len(self._refused)} refused, {len(self._reduced)} with reduced limits>"

    def has(self, operation: Operation) -> bool:
        """Whether the operation is worth trying."""
        if operation.development_mode or self.mode == "extended":
            return True
        return self.mode == "auto" and operation.id not in self._refused

    def is_certain(self, operation: Operation) -> bool:
        """Whether it is known that the operation is there, or that it is not."""
        return self.mode != "auto" or operation.development_mode or operation.id in self._confirmed | self._refused

    def max_limit(self, operation: Operation) -> int | None:
        """The highest page limit that is worth trying; None for an operation without pages."""
        is_reduced = self.mode == "development" or operation.id in self._reduced
        return operation.development_max_limit if is_reduced else operation.max_limit

    def confirm(self, operation: Operation) -> None:
        """Remember that the operation was answered."""
        if self.mode == "auto" and not operation.development_mode:
            self._confirmed.add(operation.id)

    def learn(self, operation: Operation, lesson: Lesson) -> None:
        """Remember what a refusal of the operation says about the quota mode.

        Has no effect if the mode is configured, or if the operation is known to be available or the same in all modes.
        """
        if self.mode != "auto":
            return
        # After a success, a 403 is about the object, such as another user's playlist.
        if lesson == "unavailable" and not self.is_certain(operation):
            self._refused.add(operation.id)
            _log.info("quota_learned", operation=operation.id, lacks=operation.id, replacement=operation.replacement)
        differs = operation.development_max_limit != operation.max_limit
        if lesson == "limit_too_high" and differs and operation.id not in self._reduced:
            self._reduced.add(operation.id)
            _log.info("quota_learned", operation=operation.id, max_limit=operation.development_max_limit)


def unavailable(operation: Operation) -> EndpointUnavailableError:
    """Return the error for an operation that is known to be gone; nothing was sent."""
    error = EndpointUnavailableError("Not sent", status_code=403, operation=operation.id)
    error.replacement = operation.replacement
    error.removed_on = operation.removed_on
    error.may_have_been_executed = False
    return error
