"""Logging: structlog over the standard library's `spotify.*` loggers.

Nothing is configured here except a `NullHandler`: no `structlog.configure`, no level. An application sets the level,
for example with `logging.getLogger("spotify").setLevel("DEBUG")`, and the format: the message of a record is
`event key=value …`, and each field is an extra attribute of the record, for JSON formatters.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, MutableMapping
from contextvars import ContextVar
from functools import cache
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias, TypeVar

from spotify._checks import is_mapping
from spotify.credentials import MASK, Secret

if TYPE_CHECKING:
    import structlog

KeyT = TypeVar("KeyT")

Event: TypeAlias = Literal[
    "cache_available",
    "cache_hit",
    "cache_invalidated",
    "cache_miss",
    "cache_refresh_failed",
    "cache_revalidated",
    "cache_stale",
    "cache_unavailable",
    "client_closed",
    "list_changed",
    "list_incomplete",
    "observer_failed",
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
    "surplus_response",
    "token_invalidated",
    "token_refresh_failed",
    "token_refreshed",
    "usage_ledger_damaged",
    "usage_ledger_unavailable",
    "user_authorized",
]
"""The names of all events that this library logs."""

_SECRET_KEYS: Final = ("authorization", "cookie", "password", "proxy", "secret", "token", "verifier")
_RESERVED: Final = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime"}

_ROOT: Final = logging.getLogger("spotify")
_ROOT.addHandler(logging.NullHandler())  # without a handler, the standard library prints warnings to stderr


CLIENT_NAME: Final[ContextVar[str | None]] = ContextVar("spotify_client_name", default=None)
"""`ClientConfig.name` of the client whose call runs; each event has it as the field `client`."""


class EventLogger:
    """Logs events with fields; bound fields are added to each event.

    structlog is imported for the first event that is logged, so that `import spotify` does not import it.
    """

    __slots__ = ("_fields", "_logger", "is_enabled_for")

    def __init__(self, logger: logging.Logger, fields: Mapping[str, object]) -> None:
        """Store the standard library's logger and the fields to add to each event."""
        self._logger = logger
        self._fields = fields
        self.is_enabled_for: Final = logger.isEnabledFor
        """Returns whether events of a level are logged."""

    def bind(self, **fields: object) -> EventLogger:
        """Return a logger that adds these fields as well."""
        return EventLogger(self._logger, {**self._fields, **fields})

    def debug(self, event: Event, **fields: object) -> None:
        """Log an event of normal operation."""
        if self._logger.isEnabledFor(logging.DEBUG):
            _structured(self._logger).debug(event, **self._all(fields))

    def info(self, event: Event, **fields: object) -> None:
        """Log an event that operators may need to know."""
        if self._logger.isEnabledFor(logging.INFO):
            _structured(self._logger).info(event, **self._all(fields))

    def warning(self, event: Event, **fields: object) -> None:
        """Log a problem."""
        if self._logger.isEnabledFor(logging.WARNING):
            _structured(self._logger).warning(event, **self._all(fields))

    def _all(self, fields: Mapping[str, object]) -> dict[str, object]:
        client = CLIENT_NAME.get()
        return {**({} if client is None else {"client": client}), **self._fields, **fields}


def get_logger(name: str) -> EventLogger:
    """Return the logger of a module of this library.

    Args:
        name: The module's `__name__`.
    """
    return EventLogger(logging.getLogger(name), {})


@cache
def _structured(logger: logging.Logger) -> structlog.stdlib.BoundLogger:
    import structlog

    wrapped = structlog.wrap_logger(
        logger,
        processors=[structlog.contextvars.merge_contextvars, _redact_processor, _to_log_record],
        wrapper_class=structlog.stdlib.BoundLogger,
        context_class=dict,
    )
    bound: structlog.stdlib.BoundLogger = wrapped.bind()
    return bound


def redact(fields: Mapping[KeyT, object]) -> dict[KeyT, object]:
    """Return the fields with secrets masked, which are recognized by their type or key."""
    return {key: MASK if _is_secret(key, value) else _redacted_value(value) for key, value in fields.items()}


def _redacted_value(value: object) -> object:
    return redact(value) if is_mapping(value) else value


def _is_secret(key: object, value: object) -> bool:
    if isinstance(value, Secret):
        return True
    # A number or bool with such a key describes a secret, such as `token_lifetime=3600`.
    return isinstance(value, str | bytes) and any(part in str(key).lower() for part in _SECRET_KEYS)


def _redact_processor(_logger: object, _method: str, event: MutableMapping[str, Any]) -> dict[str, object]:
    return redact(event)


def _to_log_record(
    _logger: object, _method: str, event: MutableMapping[str, Any]
) -> tuple[tuple[str], dict[str, object]]:
    name = str(event.pop("event"))
    message = " ".join([name, *(f"{key}={_plain(value)}" for key, value in event.items())])
    extra = {f"{key}_" if key in _RESERVED else key: value for key, value in event.items()}
    # The frames between the caller and the standard library's method are three of structlog and one of this module.
    return (message,), {"extra": {"event": name, **extra}, "stacklevel": 5}


def _plain(value: object) -> str:
    if isinstance(value, str) and value.isprintable() and value and " " not in value:
        return value
    return repr(value)
