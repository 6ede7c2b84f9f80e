"""What becomes of an answer that does not fit: a repaired one with a warning, or an error."""

import re
from typing import Final, get_args

from spotify.errors import DecodeError
from spotify.impl.serializers.error_objects import is_error
from spotify.impl.serializers.findings import DAMAGED, Damage
from spotify.impl.serializers.repair import repair
from spotify.logs import get_logger
from spotify.models import JsonValue

_log: Final = get_logger(__name__)
_MODULES: Final = re.compile(r"\b\w+\.")


def fitted(data: JsonValue, into: object, *, strict: bool) -> object:
    """Return the data such that it fits a type, and log once what had to be repaired.

    Args:
        data: Plain JSON data.
        into: What `repair` takes.
        strict: Whether damage is refused instead of repaired.

    Raises:
        DecodeError: The data is damaged, and strictness or the place of the damage rules out a repair; or it is
            an error.
        TypeError: The type is not one that can be decoded into.
    """
    if is_error(data, into):
        raise _error(into, Damage("$", type_name(into), "an error"))
    try:
        repaired, findings = repair(data, into)
    except RecursionError as exc:
        raise DecodeError("the answer cannot be read: it is nested too deeply") from exc.with_traceback(None)
    if repaired is DAMAGED and findings.last is not None:
        raise _error(into, findings.last)
    if not findings.damages:
        return repaired
    if strict:
        raise _error(into, findings.damages[0])
    _log.warning(
        "response_drift",
        model=type_name(into),
        path=findings.damages[0].path,
        count=findings.count,
        damages=[str(damage) for damage in findings.damages],
    )
    return repaired


def type_name(into: object) -> str:
    """Return a type's name for people."""
    return into.__name__ if isinstance(into, type) and not get_args(into) else _MODULES.sub("", str(into))


def _error(into: object, damage: Damage) -> DecodeError:
    return DecodeError(f"the answer does not fit {type_name(into)} at {damage}", path=damage.path)
