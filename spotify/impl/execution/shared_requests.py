"""Requests that several calls share, with their retries."""

from __future__ import annotations

import copy
from collections.abc import Callable, Coroutine, Hashable
from typing import Final, TypeAlias

from spotify._concurrency import SingleFlight
from spotify._exceptions import hide_internals
from spotify.errors import SpotifyError
from spotify.impl.execution.refusals import Refusal
from spotify.interfaces.clock import Clock
from spotify.interfaces.transport import HttpResponse


class FailedRequest:
    """A request that failed, for the calls that share it.

    Each call decides by its own settings whether to retry. The first that does sets the time and uses the retry budget;
    the others wait for the same time and share the next request. So the budget and the log count requests, not calls.
    """

    __slots__ = ("_cause", "error_type", "is_reported", "next", "refused_to", "retry_at")

    def __init__(self, cause: Refusal | SpotifyError, *, refused_to: object = None) -> None:
        """Store the refusal, or the error if there was no response."""
        if isinstance(cause, SpotifyError):
            hide_internals(cause)
        self._cause = cause
        self.is_reported = False
        """Whether a call has reported the failure to the observers as its own."""
        self.error_type = cause.error_type if isinstance(cause, Refusal) else type(cause)
        """The class of the error to raise."""
        self.refused_to = refused_to
        """The state of the call that the request was for, if the wait was too long for that call; None if it was sent.
        """
        self.retry_at: float | None = None
        """When the next request begins, by the clock's `monotonic`; None while no call retries."""
        self.next: Outcome | None = None
        """What the next request returned; None while there is nothing."""

    @property
    def refusal(self) -> Refusal | None:
        """The response, read once; None if there was none."""
        return self._cause if isinstance(self._cause, Refusal) else None

    @property
    def may_still_be_executed(self) -> bool:
        """Whether the request may be executed from now on."""
        if isinstance(self._cause, Refusal):
            return self._cause.may_still_be_executed
        return self._cause.may_have_been_executed

    def error(self) -> SpotifyError:
        """Return a new error: each call that raises it adds its own traceback."""
        if isinstance(self._cause, Refusal):
            return self._cause.error()
        error = copy.copy(self._cause)
        error.__cause__ = self._cause.__cause__
        return error.with_traceback(self._cause.__traceback__)


Outcome: TypeAlias = HttpResponse | FailedRequest


class SharedRequests:
    """The requests of one user that calls share."""

    __slots__ = ("_failed_token_request", "_reads", "read")

    def __init__(self) -> None:
        """Create an instance without requests."""
        self._reads: SingleFlight[Outcome] = SingleFlight(on_cancel="rerun")
        self.read: Final = self._reads.run
        """Returns the outcome of a read; identical ones in progress share it."""
        self._failed_token_request: FailedRequest | None = None

    async def repeat(
        self, failed: FailedRequest, send: Callable[[], Coroutine[None, None, Outcome]], *, key: Hashable
    ) -> Outcome:
        """Return the outcome of repeating a failed read: the calls that shared it share that, too."""
        if failed.next is None:
            failed.next = await self.read(send, key=key)
        return failed.next

    def forget_reads(self) -> None:
        """Let later reads send a request: they must not get a response from before a write."""
        self._reads.forget_all()

    def failed_token_request(self, error: SpotifyError, clock: Clock) -> FailedRequest:
        """Return the token request that failed with this error.

        Calls share a token request, and each gets an error of its own. All errors until the retry of a failed token
        request are about that one.

        Args:
            error: The error that the auth provider raised.
            clock: The time.
        """
        failed = self._failed_token_request
        if failed is None or failed.retry_at is None or failed.retry_at <= clock.monotonic():
            failed = self._failed_token_request = FailedRequest(copy.copy(error))
        return failed
