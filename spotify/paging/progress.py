"""Telling how far a scan is."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

ProgressCallback: TypeAlias = Callable[[int, "int | None"], object]
"""Called with how many items are done, and how many there are in all or None where Spotify does not say."""


class Progress:
    """Calls back with figures that never go down, and not twice with the same ones."""

    def __init__(self, callback: ProgressCallback | None, at_most: int | None = None) -> None:
        """Report to that callback, or to nobody; at most so many items are wanted."""
        self._callback = callback
        self._at_most = at_most
        self._done = 0
        self._last: tuple[int, int | None] | None = None

    @property
    def wanted(self) -> bool:
        """Whether anyone listens."""
        return self._callback is not None

    def report(self, done: int, total: int | None) -> None:
        """Tell how far the scan is."""
        if self._callback is None:
            return
        self._done = max(self._done, self._capped(done))
        figures = self._done, None if total is None else max(self._capped(total), self._done)
        if figures != self._last:
            self._last = figures
            self._callback(*figures)

    def finish(self) -> None:
        """Tell that the end is reached, which is when the total is known for certain."""
        self.report(self._done, self._done)

    def _capped(self, number: int) -> int:
        return number if self._at_most is None else min(number, self._at_most)


def check_progress(callback: object) -> None:
    """Check that a progress callback can be called.

    Raises:
        TypeError: It cannot.
    """
    if callback is not None and not callable(callback):
        raise TypeError(f"progress must be a function of (done, total), not {type(callback).__name__}")
