"""Collects the library's log events."""

from __future__ import annotations

import logging
from collections.abc import Generator
from contextlib import contextmanager
from typing import Final

_RECORD_ATTRIBUTES: Final = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime"}


class _Collector(logging.Handler):
    def __init__(self, events: list[dict[str, object]]) -> None:
        super().__init__()
        self._events = events

    def emit(self, record: logging.LogRecord) -> None:
        fields = {key: value for key, value in vars(record).items() if key not in _RECORD_ATTRIBUTES}
        self._events.append({**fields, "level": record.levelname.lower(), "logger": record.name})


@contextmanager
def captured_logs(level: int = logging.DEBUG) -> Generator[list[dict[str, object]]]:
    """Collect the events that the library logs inside the block; the logging configuration is restored after it.

    ::

        with captured_logs() as events:
            await client.albums.get(album_id)
        assert [event["event"] for event in events] == ["session_opened", "request_sent", "request_succeeded"]

    Args:
        level: The lowest level to collect.

    Yields:
        The events so far: dicts of `event`, `level`, `logger` and the fields of the event.
    """
    events: list[dict[str, object]] = []
    logger = logging.getLogger("spotify")
    collector = _Collector(events)
    previous_level = logger.level
    logger.addHandler(collector)
    logger.setLevel(level)
    try:
        yield events
    finally:
        logger.setLevel(previous_level)
        logger.removeHandler(collector)
