"""Reading a response: the time it may take, and the decompression of its body, of which nothing may be missing."""

from __future__ import annotations

import asyncio
import zlib
from types import TracebackType
from typing import Final, Self

_LEAST_GRACE: Final = 0.01
_MOST_GRACE: Final = 5.0


class ResponseTimeout:
    """Cancels the current task after a time and raises `TimeoutError`, as `asyncio.timeout` does, but not at once.

    If the process was stopped, the machine asleep or the event loop blocked, the time can be over while the response is
    in the socket. So a grace period follows, in which the event loop reads what has arrived: as long as the timer was
    late, between 0.01 and 5 seconds. It is repeated if the process was stopped in it.
    """

    __slots__ = ("_expired", "_grace", "_loop", "_previous_cancellations", "_seconds", "_task", "_timer")

    _task: asyncio.Task[object]
    _timer: asyncio.TimerHandle

    def __init__(self, seconds: float) -> None:
        """Keep the time; it begins on entry.

        Args:
            seconds: 0 or more.
        """
        self._seconds = seconds
        self._grace = -1.0  # none yet
        self._expired = False
        self._loop = asyncio.get_running_loop()

    def __enter__(self) -> Self:
        task = asyncio.current_task(self._loop)
        if task is None:
            raise RuntimeError("a request can only be sent in a task")
        self._task = task
        self._previous_cancellations = task.cancelling()
        self._timer = self._loop.call_later(self._seconds, self._end)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._timer.cancel()
        is_cancelled_here = self._expired and self._task.uncancel() <= self._previous_cancellations
        if is_cancelled_here and kind is asyncio.CancelledError:
            raise TimeoutError from error

    def _end(self) -> None:
        late = self._loop.time() - self._timer.when()
        if late > self._grace:
            self._grace = min(max(late, _LEAST_GRACE), _MOST_GRACE)
            self._timer = self._loop.call_later(self._grace, self._end)
        else:
            self._expired = True
            self._task.cancel()


ENCODINGS: Final = "gzip, deflate"
"""The value of `Accept-Encoding`. What other installed packages can decompress, such as Brotli, is not accepted."""

_GZIP: Final = 16 + zlib.MAX_WBITS

_MOST_MEMBERS: Final = 100
"""The most members of a gzip body. Each costs a copy of what follows it, and servers send one."""


class DecompressionError(Exception):
    """The body is incomplete, invalid, or encoded in another way. The message does not contain any of it."""


def decompressed(body: bytes, encoding: str, *, max_bytes: int, has_known_end: bool) -> bytes | None:
    """Return the content of a body; None if it is longer than `max_bytes`.

    A body of nothing, and a gzip body that ends between two members, are not recognizable as parts of longer ones: the
    HTTP message has to say where they end. Zeros may follow a gzip body, as padding.

    Args:
        body: The body as it was received.
        encoding: The value of `Content-Encoding`.
        max_bytes: The size limit of the result.
        has_known_end: Whether the HTTP message says where the body ends, or that there is none. Otherwise the end of
            the connection is the end of the body, and can be too early: then an empty body is incomplete.

    Raises:
        DecompressionError: The body is incomplete or invalid, or the encoding is not one of `ENCODINGS`.
    """
    coding = encoding.strip().lower()
    if coding in {"", "identity"}:
        return body
    if not body:
        if has_known_end:
            return body
        raise _incomplete()
    if coding in {"gzip", "x-gzip"}:
        return _gunzipped(body, max_bytes)
    if coding == "deflate":
        # Some servers omit the header of zlib, whose first four bits are 8.
        return _inflated(body, zlib.MAX_WBITS if body[0] & 0xF == 8 else -zlib.MAX_WBITS, max_bytes)[0]
    raise DecompressionError(f"its Content-Encoding is none of {ENCODINGS}")  # not which: it can repeat a token


def _gunzipped(body: bytes, max_bytes: int) -> bytes | None:
    members: list[bytes] = []
    size = 0
    while body:
        if len(members) == _MOST_MEMBERS:
            raise DecompressionError(f"it has more than {_MOST_MEMBERS} gzip members")
        content, rest = _inflated(body, _GZIP, max_bytes - size)
        if content is None:
            return None
        members.append(content)
        size += len(content)
        body = rest.lstrip(b"\0")
    return members[0] if len(members) == 1 else b"".join(members)


def _inflated(body: bytes, window: int, max_bytes: int) -> tuple[bytes | None, bytes]:
    """Return the content of one compressed stream, None if it is longer than `max_bytes`; and what follows it."""
    decompressor = zlib.decompressobj(window)
    try:
        content = decompressor.decompress(body, max_bytes + 1)
    except zlib.error:
        raise DecompressionError("its content is not what its Content-Encoding says") from None
    if len(content) > max_bytes:
        return None, b""
    if not decompressor.eof:
        raise _incomplete()
    return content, decompressor.unused_data


def _incomplete() -> DecompressionError:
    return DecompressionError("it ended before it was complete")
