"""What the library logs, as data."""

from __future__ import annotations

import logging
from collections.abc import Generator
from contextlib import contextmanager
from typing import Final

_STANDARD: Final = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime"}


class _Collector(logging.Handler):
    def __init__(self, events: list[dict[str, object]]) -> None:
        super().__init__()
        self._events = events

    def emit(self, record: logging.LogRecord) -> None:
        fields = {key: value for key, value in vars(record).items() if key not in _STANDARD}
        self._events.append({**fields, "level": record.levelname.lower(), "logger": record.name})


@contextmanager
def captured_logs(level: int = logging.DEBUG) -> Generator[list[dict[str, object]]]:
    """Collect the events that the library logs inside the block, and leave the logging set-up as it was.

    ::

        with captured_logs() as events:
            await client.albums.get(album_id)
        assert [event["event"] for event in events] == ["session_opened", "request_sent", "request_succeeded"]

    Args:
        level: The lowest level that is collected.

    Yields:
        The events so far: each a dict of `event`, `level`, `logger` and the event's own fields.
    """
    events: list[dict[str, object]] = []
    logger = logging.getLogger("spotify")
    collector = _Collector(events)
    former = logger.level
    logger.addHandler(collector)
    logger.setLevel(level)
    try:
        yield events
    finally:
        logger.setLevel(former)
        logger.removeHandler(collector)
