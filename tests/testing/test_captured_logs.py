"""`captured_logs`: log events as dicts."""

from __future__ import annotations

import logging

from spotify.testing import captured_logs

logger = logging.getLogger("spotify.test")


def test_events_inside_the_block_are_collected_with_their_fields() -> None:
    with captured_logs() as events:
        logger.debug("message", extra={"event": "request_sent", "attempt": 1})
    logger.error("later")

    assert events == [{"event": "request_sent", "attempt": 1, "level": "debug", "logger": "spotify.test"}]


def test_events_below_the_level_are_not_collected() -> None:
    with captured_logs(logging.WARNING) as events:
        logger.info("message", extra={"event": "request_sent"})
        logger.warning("message", extra={"event": "retry_scheduled"})

    assert [event["event"] for event in events] == ["retry_scheduled"]


def test_the_logging_configuration_is_restored() -> None:
    root = logging.getLogger("spotify")
    before = root.level, list(root.handlers)

    with captured_logs():
        assert root.level == logging.DEBUG

    assert (root.level, list(root.handlers)) == before
