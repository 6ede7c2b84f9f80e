"""How the values that JSON has no type for travel: metadata of fields, read by dataclasses-json."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final, cast

from dataclasses_json import config  # pyright: ignore[reportUnknownVariableType]

Metadata = Mapping[str, Mapping[str, object]]
"""What `dataclasses.field(metadata=…)` takes."""


def metadata(
    *,
    encoder: Callable[..., object] | None = None,
    decoder: Callable[..., object] | None = None,
    exclude: Callable[..., bool] | None = None,
) -> Metadata:
    """Return metadata of a field for dataclasses-json.

    Args:
        encoder: Gives the JSON form of the field's value; it is called with None too.
        decoder: Gives the field's value from its JSON form; it is not called with None.
        exclude: Tells whether a value is left out.
    """
    return cast("Metadata", config(encoder=encoder, decoder=decoder, exclude=exclude))


def in_utc(moment: datetime | None) -> datetime | None:
    """Return a moment with a time zone: Spotify's timestamps without one are UTC."""
    return moment.replace(tzinfo=UTC) if moment is not None and moment.tzinfo is None else moment


def _datetime_text(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat().replace("+00:00", "Z")


def _plain_text(value: StrEnum | None) -> str | None:
    return None if value is None else str.__str__(value)


def is_none(value: object) -> bool:
    """Tell whether a value is None, and so is left out."""
    return value is None


def take_old_name(model: object, old: str, new: str, *, empty: object = None) -> None:
    """Move what came by an older name of a field into the field, unless that has something.

    Args:
        model: A new object.
        old: The field that receives the older name; it is `empty` afterwards.
        new: The field that callers read.
        empty: What a field holds that did not come.
    """
    value = getattr(model, old)
    if value is not empty:
        known = getattr(model, new)
        if known is empty or known is None:
            object.__setattr__(model, new, value)
        object.__setattr__(model, old, empty)


DATETIME: Final = metadata(encoder=_datetime_text, decoder=datetime.fromisoformat)
"""For a `datetime | None`: ISO 8601."""

ENUM: Final = metadata(encoder=_plain_text)
"""For an open enumeration: its text."""

OLD_NAME: Final = metadata(exclude=is_none)
"""For the field that receives an older name of another field: it is always empty, and never written."""
