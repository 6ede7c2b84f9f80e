"""Exceptions: the reason of one from another library, and the removal of this library's frames from tracebacks.

The local variables of those frames hold secrets, responses, and cycles.
"""

from __future__ import annotations

import os
import sys
from asyncio import CancelledError
from contextlib import ContextDecorator
from types import FrameType, TracebackType
from typing import Final, TypeVar, cast

from spotify.errors import SpotifyError

T = TypeVar("T")


def reason_of(error: BaseException) -> str:
    """Return the operating system's reason for an error, such as `Connection refused`, or the name of its class.

    The messages of libraries are not used, as they may contain what was sent.
    """
    cause: BaseException | None = error
    while cause is not None:
        # The numbers of TLS and of DNS errors are not the operating system's.
        if isinstance(cause, OSError) and cause.errno and type(cause).__module__ not in {"ssl", "socket"}:
            return os.strerror(cause.errno)
        cause = cause.__cause__ or cause.__context__
    return type(error).__name__


# This package, what it uses, and what that uses. A request passes through all of them with its headers in local
# variables.
_INTERNAL_PACKAGES: Final = sys.stdlib_module_names | {
    "aiohappyeyeballs",
    "aiohttp",
    "aiosignal",
    "cryptography",
    "dataclasses_json",
    "dependency_injector",
    "filelock",
    "frozenlist",
    "jeepney",
    "keyring",
    "marshmallow",
    "msgspec",
    "multidict",
    "propcache",
    "redis",
    "secretstorage",
    "spotify",
    "structlog",
    "yarl",
}


def hide_internals(error: BaseException) -> None:
    """Remove all frames but the application's from the traceback of an error, and of those that led to it.

    A traceback keeps the local variables of its frames alive, and error reporters show them. Call this in an `except`
    block that ends with a bare `raise`: the frame of that block is removed as well. The error stays the same object, as
    a cancellation must.

    An error that the application was handling when it called this library is not changed.
    """
    seen: set[int] = set()
    remaining = [error]
    while remaining:
        each = remaining.pop()
        traceback = each.__traceback__
        if id(each) in seen or (each is not error and traceback is not None and not _is_internal(traceback.tb_frame)):
            continue  # the frame that caught it is the application's
        seen.add(id(each))
        each.__traceback__ = _without_internal_frames(traceback)
        remaining += [linked for linked in (each.__cause__, each.__context__) if linked is not None]
        if isinstance(each, BaseExceptionGroup):
            remaining += cast("BaseExceptionGroup[BaseException]", each).exceptions


def hide_progress(error: BaseException) -> None:
    """Call `hide_internals` for an error of this library or a cancellation; unexpected errors keep all frames."""
    if isinstance(error, SpotifyError | CancelledError):
        hide_internals(error)


class _HidesInternals(ContextDecorator):
    """Calls `hide_internals` for an error that leaves the block or the decorated function."""

    def __init__(self, *kinds: type[BaseException]) -> None:
        self._kinds = kinds

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if isinstance(error, self._kinds):
            hide_internals(error)


ARGUMENTS_HIDDEN: Final = _HidesInternals(BaseException)
"""For code with secrets in local variables: a `with` statement, or the decorator of a function that is not async."""

PROGRESS_HIDDEN: Final = _HidesInternals(SpotifyError, CancelledError)
"""For code with responses or earlier results in local variables. An unexpected error keeps its traceback."""


def hides_arguments(cls: type[T]) -> type[T]:
    """Decorate a dataclass with fields that may be secret, so that errors of its constructor do not show them."""
    cls.__init__ = ARGUMENTS_HIDDEN(cls.__init__)  # type: ignore[method-assign]
    return cls


def _without_internal_frames(traceback: TracebackType | None) -> TracebackType | None:
    kept: list[TracebackType] = []
    while traceback is not None:
        if not _is_internal(traceback.tb_frame):
            kept.append(traceback)
        traceback = traceback.tb_next
    result: TracebackType | None = None
    for each in reversed(kept):
        result = TracebackType(result, each.tb_frame, each.tb_lasti, each.tb_lineno)
    return result


def _is_internal(frame: FrameType) -> bool:
    name = frame.f_globals.get("__name__")
    return isinstance(name, str) and name.partition(".")[0] in _INTERNAL_PACKAGES
