"""The operations and page limits that the application's quota mode allows, as configured or as learned from refusals.

In 2026 Spotify removed 48 of its 97 operations, and lowered the page limits of two more, for applications in
development mode, which is the default. Extended quota keeps all of them. The API does not report the mode.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal, NamedTuple, TypeAlias

from spotify.config import QuotaMode
from spotify.errors import EndpointUnavailableError
from spotify.interfaces.operation import Operation
from spotify.logs import get_logger

_log = get_logger(__name__)

QuotaRestriction: TypeAlias = Literal["unavailable", "limit_too_high"]
"""A restriction of the quota mode that a refusal shows: no such operation, or a lower page limit."""

KNOWLEDGE_SECONDS: Final = 86_400.0
"""How long refusals and successes count, in seconds: an application can change its mode."""

_MAX_REFUSALS: Final = 16  # per operation; two are enough to conclude


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedCall:
    """A refusal that suggests that the quota mode lacks an operation, or a page limit."""

    operation: str
    """The id of the operation."""
    refused_at: datetime
    """When Spotify refused it (UTC)."""
    status_code: int
    """The HTTP status."""
    message: str
    """Spotify's message."""


class _Evidence(NamedTuple):
    user: object
    object_id: str | None
    at: float
    call: RefusedCall


class Quota:
    """What a client knows about its application's quota mode; `client.quota`.

    In `development`, removed operations are not called; in `extended`, all are. In the mode `auto`, an operation is
    called until Spotify has refused it twice within a day with an error object that names no other reason: for
    different objects if its path names one. It is then not called again for the user of these calls, and for no user
    after it was refused to two of them. A success makes the earlier refusals void. Knowledge is a day old at most.
    """

    __slots__ = ("_confirmed", "_now", "_reduced", "_refusals", "mode")

    def __init__(self, mode: QuotaMode = "auto", *, now: Callable[[], float] = time.time) -> None:
        """Start with what the mode implies.

        Args:
            mode: The configured mode.
            now: Returns seconds since the epoch.
        """
        self.mode: Final[QuotaMode] = mode
        """The configured mode: `auto`, `development` or `extended`."""
        self._now = now
        self._refusals: dict[str, list[_Evidence]] = {}
        self._reduced: dict[str, _Evidence] = {}
        self._confirmed: dict[str, float] = {}

    @property
    def refused(self) -> frozenset[str]:
        """The ids of the operations that are not called again for at least one user."""
        return frozenset(operation for operation in self._refusals if self._users_without(operation))

    @property
    def reduced(self) -> frozenset[str]:
        """The ids of the operations for which Spotify has refused a page limit above that of development mode."""
        return frozenset(operation for operation in self._reduced if self._has_reduced_limit(operation))

    @property
    def evidence(self) -> Mapping[str, tuple[RefusedCall, ...]]:
        """The refusals of the last day that count against an operation or its page limit, oldest first, by id."""
        recent = {operation: self._recent(operation) for operation in self._refusals}
        recent |= {operation: [self._reduced[operation]] for operation in self.reduced}
        return {operation: tuple(each.call for each in found) for operation, found in recent.items() if found}

    def forget(self, operation: str | None = None) -> None:
        """Forget what was learned, so that the next call is sent.

        Args:
            operation: The id of an operation; None for all of them.
        """
        for known in (self._refusals, self._reduced, self._confirmed):
            if operation is None:
                known.clear()
            else:
                known.pop(operation, None)

    def __repr__(self) -> str:
        return f"<Quota {self.mode}: {len(self.refused)} refused, {len(self.reduced)} with reduced limits>"

    def has(self, operation: Operation, user: object = None) -> bool:
        """Return False if the operation is known to be unavailable.

        Args:
            operation: The operation.
            user: Identifies the user of the call.
        """
        if operation.development_mode or self.mode == "extended":
            return True
        if self.mode == "development":
            return False
        if operation.id not in self._refusals:
            return True
        users = self._users_without(operation.id)
        return user not in users and len(users) < 2

    def is_certain(self, operation: Operation) -> bool:
        """Return whether it is known that the operation is available, or that it is not, for every user."""
        confirmed_at = self._confirmed.get(operation.id)
        is_confirmed = confirmed_at is not None and self._is_recent(confirmed_at)
        return self.mode != "auto" or operation.development_mode or is_confirmed

    def max_limit(self, operation: Operation) -> int | None:
        """Return the highest page limit to request; None for an operation without pages."""
        is_reduced = self.mode == "development" or self._has_reduced_limit(operation.id)
        return operation.development_max_limit if is_reduced else operation.max_limit

    def confirm(self, operation: Operation) -> None:
        """Record a successful call of the operation."""
        if self.mode == "auto" and not operation.development_mode:
            self._confirmed[operation.id] = self._now()
            self._refusals.pop(operation.id, None)

    def record_refusal(
        self, operation: Operation, *, user: object, object_id: str | None, status_code: int, message: str
    ) -> bool:
        """Record a refusal that can be explained by the quota mode; return whether it can.

        It cannot in the mode `auto` if the operation succeeded within the last day: then it concerns the object.

        Args:
            operation: The refused operation.
            user: Identifies the user of the call.
            object_id: Identifies the object that the call named in its path; None if the operation takes none.
            status_code: The HTTP status.
            message: Spotify's message.
        """
        if self.mode != "auto":
            return True
        if self.is_certain(operation):
            return False
        known = self._users_without(operation.id)
        evidence = self._evidence(operation, user, object_id, status_code, message)
        self._refusals[operation.id] = [*self._recent(operation.id), evidence][-_MAX_REFUSALS:]
        if not known and self._users_without(operation.id):
            _log.info("quota_learned", operation=operation.id, lacks=operation.id, replacement=operation.replacement)
        return True

    def record_reduced_limit(self, operation: Operation, limit: object, *, status_code: int, message: str) -> None:
        """Record a refusal of a page limit that extended quota allows.

        Args:
            operation: The refused operation.
            limit: The `limit` that was sent. One that development mode allows was refused for another reason.
            status_code: The HTTP status.
            message: Spotify's message.
        """
        allowed, highest = operation.development_max_limit, operation.max_limit
        if self.mode != "auto" or allowed is None or highest is None or allowed == highest:
            return
        if not isinstance(limit, int) or not allowed < limit <= highest:
            return
        if not self._has_reduced_limit(operation.id):
            _log.info("quota_learned", operation=operation.id, max_limit=operation.development_max_limit)
        self._reduced[operation.id] = self._evidence(operation, None, None, status_code, message)

    def unavailable(self, operation: Operation) -> EndpointUnavailableError:
        """Return the error of a call that is not sent, because the operation is known to be unavailable."""
        if calls := self.evidence.get(operation.id):
            last = calls[-1]
            at = f"{last.refused_at:%Y-%m-%d %H:%M:%S} UTC"
            why = f"Spotify refused this operation {len(calls)} times, last at {at}: {last.status_code} {last.message}"
        else:
            why = f"quota_mode is {self.mode!r}"
        error = EndpointUnavailableError(why, status_code=403, operation=operation.id)
        error.sent = False
        error.replacement = operation.replacement
        error.removed_on = operation.removed_on
        error.may_have_been_executed = False
        return error

    def _users_without(self, operation: str) -> set[object]:
        """Return the users for which the operation is known to be unavailable; two or more stand for all users."""
        recent = self._recent(operation)
        if _is_conclusive(recent) and len(users := {each.user for each in recent}) > 1:
            return users
        return {
            user for user in {each.user for each in recent} if _is_conclusive([e for e in recent if e.user == user])
        }

    def _evidence(
        self, operation: Operation, user: object, object_id: str | None, status_code: int, message: str
    ) -> _Evidence:
        now = self._now()
        refused_at = datetime.fromtimestamp(now, UTC)
        call = RefusedCall(operation=operation.id, refused_at=refused_at, status_code=status_code, message=message)
        return _Evidence(user, object_id, now, call)

    def _recent(self, operation: str) -> list[_Evidence]:
        return [each for each in self._refusals.get(operation, ()) if self._is_recent(each.at)]

    def _has_reduced_limit(self, operation: str) -> bool:
        evidence = self._reduced.get(operation)
        return evidence is not None and self._is_recent(evidence.at)

    def _is_recent(self, at: float) -> bool:
        return at > self._now() - KNOWLEDGE_SECONDS


def _is_conclusive(refusals: list[_Evidence]) -> bool:
    """Return whether there are two refusals: of different objects if the operation's path names one."""
    objects = {each.object_id for each in refusals}
    return len(refusals) > 1 and (len(objects) > 1 or objects == {None})
