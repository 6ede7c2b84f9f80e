"""The rate limiter: who may send now."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from typing import Protocol


class RateLimiter(Protocol):
    """Bounds how many requests are on the wire, and stops all of them while Spotify refuses calls.

    An implementation MAY span processes. It MUST release a slot whatever ends the block, cancellation included.
    """

    def slot(self) -> AbstractAsyncContextManager[None]:
        """Return a context that is entered when one more request may be sent, and left when its answer is there.

        Raises:
            RateLimitError: On entering: the gate stays closed for longer than the limiter is willing to wait.
        """
        ...

    async def pause(self, seconds: float, /) -> None:
        """Let nobody enter for that many seconds from now. A shorter pause MUST NOT end a longer one."""
        ...
