"""The order of writes: which of them may still be executed although there was no response."""

from __future__ import annotations

from typing import Protocol, TypeVar, runtime_checkable

from spotify.interfaces.executor import Call

T = TypeVar("T")


class WriteOrder(Protocol):
    """The unsettled writes of one client.

    A write is unsettled from the time at which the client gave up a request of it (a timeout, a broken connection, a
    gateway's 5xx, a cancellation) until Spotify can no longer execute that request, which is
    `ClientConfig.write_settle_time` later. A later write that does not commute with it is not sent before that.
    """

    def unsettled_since(self, call: Call[T], /) -> float | None:
        """Return when a request of the call was last given up, in seconds since the epoch; None if it is settled."""
        ...

    def restore(self, call: Call[T], /, since: float) -> None:
        """Record a write that another process left unsettled. `since` is the result of its `unsettled_since`."""
        ...

    def confirm(self, call: Call[T], /) -> None:
        """Record that all unsettled requests of the call were executed, since their effect was seen."""
        ...

    async def wait_for_earlier(self, call: Call[T], /) -> None:
        """Wait until no earlier write can be executed that does not commute with the call.

        The executor waits itself before it sends the call. This is for a read that has to come before it, but after
        those writes.

        Raises:
            DeadlineExceededError: The wait would be longer than the deadline; nothing was sent.
            ClientClosedError: The client was closed.
        """
        ...

    async def settle(self, call: Call[T], /) -> bool:
        """Wait until it is time to read again whether the call was executed.

        Returns:
            False, at once, if it cannot be executed any more: what a read shows then is final.

        Raises:
            DeadlineExceededError: The deadline of a call has passed since the request was given up.
            ClientClosedError: The client was closed.
        """
        ...


@runtime_checkable
class SupportsWriteOrder(Protocol):
    """An executor that keeps the order of writes. Without it, the outcome of a write without a response is unknown."""

    @property
    def write_order(self) -> WriteOrder:
        """The unsettled writes of this executor."""
        ...
