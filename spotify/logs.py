"""Logging: structlog over the standard library's `spotify.*` loggers, silent until the application listens.

Nothing here configures anything: no `structlog.configure`, no level, no handler but a `NullHandler`. An application
raises the level (`logging.getLogger("spotify").setLevel("DEBUG")`) and formats as it likes: plain formatters get
`event key=value …` as the message, JSON formatters find each field in the record's extras.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, MutableMapping
from functools import cache
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias, cast

from spotify.credentials import MASK, Secret

if TYPE_CHECKING:
    import structlog

Event: TypeAlias = Literal[
    "cache_hit",
    "cache_invalidated",
    "cache_miss",
    "cache_revalidated",
    "client_closed",
    "list_changed",
    "quota_learned",
    "rate_limited",
    "reauthorization_due",
    "redis_available",
    "redis_unavailable",
    "request_failed",
    "request_sent",
    "request_succeeded",
    "response_drift",
    "retry_scheduled",
    "send_delayed",
    "session_opened",
    "token_invalidated",
    "token_refresh_failed",
    "token_refreshed",
    "user_authorized",
]
"""All events that the library logs. The list is closed: filters and dashboards can rely on it."""

_SECRET_KEYS: Final = ("authorization", "cookie", "password", "proxy", "secret", "token", "verifier")
_RESERVED: Final = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime"}

_ROOT: Final = logging.getLogger("spotify")
_ROOT.addHandler(logging.NullHandler())  # or the standard library prints warnings to stderr by itself


class EventLogger:
    """A logger of events with fields; fields bound once go with every later event.

    What makes records of events is structlog. It is loaded for the first event that somebody listens to, so that
    neither `import spotify` nor a silent application pays for it.
    """

    __slots__ = ("_fields", "_logger")

    def __init__(self, logger: logging.Logger, fields: Mapping[str, object]) -> None:
        """Take the standard library's logger, and the fields of every event."""
        self._logger = logger
        self._fields = fields

    def is_enabled_for(self, level: int) -> bool:
        """Whether an event of that level would go anywhere."""
        return self._logger.isEnabledFor(level)

    def bind(self, **fields: object) -> EventLogger:
        """Return a logger whose events carry these fields as well."""
        return EventLogger(self._logger, {**self._fields, **fields})

    def debug(self, event: Event, **fields: object) -> None:
        """Log an event of a call's normal life."""
        if self._logger.isEnabledFor(logging.DEBUG):
            _structured(self._logger).debug(event, **{**self._fields, **fields})

    def info(self, event: Event, **fields: object) -> None:
        """Log an event that an operator may want to know."""
        if self._logger.isEnabledFor(logging.INFO):
            _structured(self._logger).info(event, **{**self._fields, **fields})

    def warning(self, event: Event, **fields: object) -> None:
        """Log an event that something is not as it should be."""
        if self._logger.isEnabledFor(logging.WARNING):
            _structured(self._logger).warning(event, **{**self._fields, **fields})


def get_logger(name: str) -> EventLogger:
    """Return the logger of a module of this library; pass `__name__`."""
    return EventLogger(logging.getLogger(name), {})


@cache
def _structured(logger: logging.Logger) -> structlog.stdlib.BoundLogger:
    import structlog  # noqa: PLC0415

    wrapped = structlog.wrap_logger(
        logger,
        processors=[structlog.contextvars.merge_contextvars, _redact_processor, _to_log_record],
        wrapper_class=structlog.stdlib.BoundLogger,
        context_class=dict,
    )
    return cast("structlog.stdlib.BoundLogger", wrapped.bind())


def redact(fields: Mapping[str, object]) -> dict[str, object]:
    """Return the fields with everything that looks like a secret masked: by its type, or by its key."""
    return {key: MASK if _is_secret(key, value) else _redacted_value(value) for key, value in fields.items()}


def _redacted_value(value: object) -> object:
    if isinstance(value, Mapping):
        return redact(cast("Mapping[str, object]", value))
    return value


def _is_secret(key: str, value: object) -> bool:
    if isinstance(value, Secret):
        return True
    # Numbers and truths under such a key are facts about a secret (`token_lifetime=3600`), not the secret.
    return isinstance(value, str | bytes) and any(word in str(key).lower() for word in _SECRET_KEYS)


def _redact_processor(_logger: object, _method: str, event: MutableMapping[str, Any]) -> dict[str, object]:
    return redact(event)


def _to_log_record(
    _logger: object, _method: str, event: MutableMapping[str, Any]
) -> tuple[tuple[str], dict[str, object]]:
    name = str(event.pop("event"))
    message = " ".join([name, *(f"{key}={_plain(value)}" for key, value in event.items())])
    extra = {f"{key}_" if key in _RESERVED else key: value for key, value in event.items()}
    # Four frames up from the standard library's method is the line that logged: three of structlog's, and ours.
    return (message,), {"extra": {"event": name, **extra}, "stacklevel": 5}


def _plain(value: object) -> str:
    if isinstance(value, str) and value.isprintable() and value and " " not in value:
        return value
    return repr(value)
