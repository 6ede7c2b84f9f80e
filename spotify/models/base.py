"""What stands in the place of a member that an answer does not have, which is not the same as null."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import Enum, StrEnum
from types import MethodType
from typing import TYPE_CHECKING, Annotated, Final, Generic, Literal, NamedTuple, Self, TypeAlias, TypeVar, cast

from dataclasses_json import (
    DataClassJsonMixin,
    config,  # pyright: ignore[reportUnknownVariableType]
)

from spotify.errors import DecodeError
from spotify.models.enums import ReleaseDatePrecision

T = TypeVar("T")


class Absent(Enum):
    """The type of `ABSENT`, which is its only member and false, as None is.

    Type checkers know a member that may be absent as `X | Absent`, and leave `X` after `is not ABSENT`.
    """

    ABSENT = "absent"

    def __bool__(self) -> Literal[False]:
        return False

    def __repr__(self) -> str:
        return "ABSENT"

    __str__ = __repr__


ABSENT: Final = Absent.ABSENT
"""Stands for what was not asked for, and therefore did not come."""

if TYPE_CHECKING:
    OrAbsent: TypeAlias = T | Absent
else:
    # Decoders see what JSON can bring, which is never an `Absent`: that is a default only.
    OrAbsent = Annotated[T, ABSENT]


def is_absent(value: object) -> bool:
    """Tell whether a value is `ABSENT`, and so is left out."""
    return value is ABSENT


class ReleaseDate(NamedTuple):
    """A release date, and how exactly it is known.

    Attributes:
        date: The day; the first one of the year or month if no more is known.
        precision: What of the day can be relied on.
    """

    date: date
    precision: ReleaseDatePrecision


_YEAR_DIGITS = 4
_PRECISIONS = (ReleaseDatePrecision.YEAR, ReleaseDatePrecision.MONTH, ReleaseDatePrecision.DAY)


def parse_release_date(text: str | None, precision: ReleaseDatePrecision | None = None) -> ReleaseDate | None:
    """Read `YYYY`, `YYYY-MM` or `YYYY-MM-DD`.

    Args:
        text: The `release_date`.
        precision: The `release_date_precision`. If it is coarser than the text, what it does not vouch for is dropped.

    Returns:
        None for what is no date, such as the `0000` that some albums have.
    """
    parts = (text or "").split("-")
    if len(parts) > 3 or not all(part.isascii() and part.isdigit() and len(part) <= _YEAR_DIGITS for part in parts):
        return None
    known = len(parts)
    if precision in _PRECISIONS:
        known = min(known, _PRECISIONS.index(precision) + 1)
    year, month, day = ([int(part) for part in parts[:known]] + [1, 1])[:3]
    try:
        return ReleaseDate(date(year, month, day), _PRECISIONS[known - 1])
    except (OverflowError, ValueError):
        return None


def milliseconds(count: int) -> timedelta:
    """Return a number of milliseconds as a duration, or the longest that there is if it is longer."""
    try:
        return timedelta(milliseconds=count)
    except OverflowError:
        return timedelta.max if count > 0 else timedelta.min


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


JsonValue: TypeAlias = "dict[str, JsonValue] | list[JsonValue] | str | int | float | bool | None"
"""Anything that JSON can say."""

JsonObject: TypeAlias = dict[str, JsonValue]
"""A JSON object."""

U = TypeVar("U")

# The library's own two functions, borrowed: inheriting from its mixin would give each object a `__dict__` again, and
# its decorator hides what it adds from type checkers.
_to_dict: Final = cast(
    "Callable[[object, bool], JsonObject]",
    DataClassJsonMixin.to_dict,  # pyright: ignore[reportUnknownMemberType]
)
_from_dict: Final = cast(
    "Callable[[type[object], Mapping[str, JsonValue]], object]",
    cast("MethodType", DataClassJsonMixin.from_dict).__func__,  # pyright: ignore[reportUnknownMemberType]
)


class SpotifyModel:
    """The base of all models."""

    __slots__ = ()

    def to_dict(self) -> JsonObject:
        """Return the object as plain JSON data, from which `from_dict` makes an equal one."""
        return _to_dict(self, True)

    def to_json(self) -> str:
        """Return the object as JSON text, from which `from_json` makes an equal one."""
        return json.dumps(self.to_dict(), ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_dict(cls, data: Mapping[str, JsonValue], /) -> Self:
        """Build the object from what `to_dict` gave, or from data of Spotify's that is known to be good.

        The types inside are taken on trust; the client's serializers are what checks and repairs an answer.

        Raises:
            DecodeError: The data lacks what the model requires, or is built differently.
        """
        try:
            return cast("Self", _from_dict(cls, cls.reshape(data)))
        except KeyError as exc:
            missing = str(exc.args[0])
        except (AttributeError, OverflowError, RecursionError, TypeError, ValueError):
            missing = None
        # Raised out here and without a cause: what Python says of a value quotes it.
        lacks = "" if missing is None else f": {missing!r} is missing"
        raise DecodeError(f"the data is not that of {_with_article(cls.__name__)}{lacks}", path="$")

    @classmethod
    def from_json(cls, text: str | bytes, /) -> Self:
        """Build the object from what `to_json` gave.

        Raises:
            TypeError: It is neither text nor bytes.
            DecodeError: It is not JSON, or not that of this model.
        """
        if not isinstance(cast("object", text), str | bytes):
            raise TypeError(f"text must be a str or bytes, not {type(text).__name__}")
        try:
            data: JsonValue = json.loads(text)
        except (RecursionError, ValueError):
            # Without its cause, which holds the whole text.
            raise DecodeError(f"the text is not the JSON of {_with_article(cls.__name__)}", path="$") from None
        if not isinstance(data, dict):
            raise DecodeError(f"the JSON is not the object of {_with_article(cls.__name__)}", path="$")
        return cls.from_dict(data)

    @classmethod
    def reshape(cls, data: Mapping[str, JsonValue], /) -> Mapping[str, JsonValue]:
        """Turn another shape in which Spotify is known to send this object into the shape of the model.

        Called with data that does not fit, before it counts as damaged. Most objects have one shape only.
        """
        return data


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(SpotifyModel, Generic[T]):
    """One page of a list by offset and limit: the API's PagingObject.

    Attributes:
        items: The items of this page, in order.
        href: The request that gave this page.
        limit: How many items a page has at most; 0 if Spotify did not say.
        next: The request for the next page; None on the last one. Data from outside: never send a token there.
        offset: The position of the first item, from 0.
        previous: The request for the page before; None on the first one.
        total: How many items there are on all pages; None if Spotify did not say.
    """

    items: list[T]
    href: str | None = None
    limit: int = 0
    next: str | None = None
    offset: int = 0
    previous: str | None = None
    total: int | None = None

    def present(self: Page[U | None]) -> list[U]:
        """Return the items without the nulls that Spotify puts in the place of what it does not show."""
        return [item for item in self.items if item is not None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursors(SpotifyModel):
    """The two ends of a cursor page: the API's CursorObject.

    Attributes:
        after: Where the next page begins; None on the last one.
        before: Where the page before ends.
    """

    after: str | None = None
    before: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CursorPage(SpotifyModel, Generic[T]):
    """One page of a list by cursor: the API's CursorPagingObject.

    Attributes:
        items: The items of this page, in order.
        cursors: Where its neighbours begin; None on some last pages.
        href: The request that gave this page.
        limit: How many items a page has at most; 0 if Spotify did not say.
        next: The request for the next page; None on the last one. Data from outside: never send a token there.
        total: How many items there are on all pages; None if Spotify did not say (recently played has no total).
    """

    items: list[T]
    cursors: Cursors | None = None
    href: str | None = None
    limit: int = 0
    next: str | None = None
    total: int | None = None

    def present(self: CursorPage[U | None]) -> list[U]:
        """Return the items without the nulls that Spotify puts in the place of what it does not show."""
        return [item for item in self.items if item is not None]


def _with_article(name: str) -> str:
    return f"{'an' if name[0] in 'AEIOU' else 'a'} {name}"
