"""Logging: structlog over the standard library's `spotify.*` loggers, silent until the application listens.

Nothing here configures anything: no `structlog.configure`, no level, no handler but a `NullHandler`. An application
raises the level (`logging.getLogger("spotify").setLevel("DEBUG")`) and formats as it likes: plain formatters get
`event key=value …` as the message, JSON formatters find each field in the record's extras.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, MutableMapping
from typing import Any, Final, Literal, Self, TypeAlias, cast

import structlog
from structlog.contextvars import merge_contextvars

from spotify.secret import MASK, Secret

Event: TypeAlias = Literal[
    "client_closed",
    "list_changed",
    "quota_learned",
    "rate_limited",
    "request_failed",
    "request_sent",
    "request_succeeded",
    "response_drift",
    "retry_scheduled",
    "session_opened",
    "token_invalidated",
    "token_refresh_failed",
    "token_refreshed",
]
"""All events that the library logs. The list is closed: filters and dashboards can rely on it."""

_SECRET_KEYS: Final = ("authorization", "cookie", "password", "proxy", "secret", "token", "verifier")
_RESERVED: Final = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime"}

_ROOT: Final = logging.getLogger("spotify")
_ROOT.addHandler(logging.NullHandler())  # or the standard library prints warnings to stderr by itself


class EventLogger(structlog.BoundLoggerBase):
    """A logger of events with fields; fields bound once go with every later event."""

    def is_enabled_for(self, level: int) -> bool:
        """Whether an event of that level would go anywhere."""
        return cast("logging.Logger", self._logger).isEnabledFor(level)

    def bind(self, **fields: object) -> Self:
        """Return a logger whose events carry these fields as well."""
        return super().bind(**fields)

    def debug(self, event: Event, **fields: object) -> None:
        """Log an event of a call's normal life."""
        self._emit(logging.DEBUG, "debug", event, fields)

    def info(self, event: Event, **fields: object) -> None:
        """Log an event that an operator may want to know."""
        self._emit(logging.INFO, "info", event, fields)

    def warning(self, event: Event, **fields: object) -> None:
        """Log an event that something is not as it should be."""
        self._emit(logging.WARNING, "warning", event, fields)

    def _emit(self, level: int, method: str, event: Event, fields: Mapping[str, object]) -> None:
        # Asked first, so that an event nobody listens to costs a dictionary look-up and not a processor chain.
        if self.is_enabled_for(level):
            self._proxy_to_logger(method, event, **fields)


def get_logger(name: str) -> EventLogger:
    """Return the logger of a module of this library; pass `__name__`."""
    logger = structlog.wrap_logger(
        logging.getLogger(name),
        processors=[merge_contextvars, _redact_processor, _to_log_record],
        wrapper_class=EventLogger,
        context_class=dict,
    )
    return cast("EventLogger", logger.bind())


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
    # Three frames up from the standard library's method is the line that logged: structlog's proxy, _emit, debug.
    return (message,), {"extra": {"event": name, **extra}, "stacklevel": 4}


def _plain(value: object) -> str:
    if isinstance(value, str) and value.isprintable() and value and " " not in value:
        return value
    return repr(value)
