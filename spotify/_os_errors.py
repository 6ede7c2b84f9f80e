"""The reason of an error of the operating system."""

from __future__ import annotations

import os


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
