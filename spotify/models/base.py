"""The base class of all models, their conversion to and from JSON, and the value of absent fields."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sized
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import (
    TYPE_CHECKING,
    Annotated,
    Final,
    Literal,
    Self,
    TypeAlias,
    TypeVar,
    cast,
    get_args,
    get_origin,
    get_type_hints,
)

from spotify._checks import is_json_object
from spotify.errors import DecodeError
from spotify.models._display import html_of, one_line

T = TypeVar("T")
ModelT = TypeVar("ModelT", bound="SpotifyModel")

_MAX_DIGITS: Final = 18

JsonValue: TypeAlias = "dict[str, JsonValue] | list[JsonValue] | str | int | float | bool | None"
"""Any JSON value."""

JsonObject: TypeAlias = dict[str, JsonValue]
"""A JSON object."""


class SpotifyModel:
    """The base class of all models.

    The `repr` of a model is one line: its kind, name, counts and URI. `to_dict` has everything.
    """

    __slots__ = ()

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        # `dataclass` adds a `__repr__` to a class that has none of its own, with all fields of all models in it.
        if "__repr__" not in vars(cls):
            cls.__repr__ = one_line  # type: ignore[method-assign]

    def _repr_html_(self) -> str | None:
        """Return HTML for a notebook: a table for a page, an album or a playlist."""
        return html_of(self)

    def to_dict(self) -> JsonObject:
        """Return the object as JSON data. `from_dict` returns an equal object for it.

        Raises:
            TypeError: A value, which is not one of a response, has no JSON representation.
        """
        from spotify.models.json_data import to_data  # it imports this module

        return to_data(self)

    def to_json(self) -> str:
        """Return the object as a JSON document. `from_json` returns an equal object for it.

        Raises:
            TypeError: A value, which is not one of a response, has no JSON representation.
            ValueError: Its type has one, but the value does not: NaN, infinity, a string that is not valid Unicode.
        """
        from spotify.models.json_data import to_text  # it imports this module

        return to_text(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, JsonValue], /) -> Self:
        """Create the object from the result of `to_dict` or from valid data of the Web API.

        The client's serializers repair responses (see `spotify.models.build`). This method does not.

        Raises:
            DecodeError: A required field is missing, or a value is of another type. `path` says where.
        """
        from spotify.models.building import build_exactly  # it imports this module

        return build_exactly(data, cls, f"the data is not that of {_with_article(cls.__name__)}")

    @classmethod
    def from_json(cls, text: str | bytes, /) -> Self:
        """Create the object from the result of `to_json`.

        Raises:
            TypeError: `text` is neither str nor bytes.
            DecodeError: `text` is not JSON or not that of this model.
        """
        from spotify.models.building import decode_exactly  # it imports this module

        document = _check_text(text)
        if (decoded := decode_exactly(document, cls)) is not None:
            return decoded
        try:
            data: JsonValue = json.loads(document)
        except (RecursionError, ValueError):
            # Without the cause, which holds the whole document.
            raise DecodeError(f"the text is not the JSON of {_with_article(cls.__name__)}", path="$") from None
        if not isinstance(data, dict):
            raise DecodeError(f"the JSON is not the object of {_with_article(cls.__name__)}", path="$")
        return cls.from_dict(data)

    def holds_object(self) -> bool:
        """Return whether this is an object, and not merely a place in a list: an entry without its object."""
        return True

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: object, _handler: object) -> object:
        """Let pydantic, and with it FastAPI, accept the model as a field: as itself, or as the result of `to_dict`."""
        from pydantic_core import core_schema  # only pydantic calls this

        def validate(value: object) -> SpotifyModel:
            if isinstance(value, cls):
                return value
            if is_json_object(value):
                try:
                    return cls.from_dict(cast("JsonObject", value))
                except DecodeError as exc:
                    raise ValueError(str(exc)) from None
            raise ValueError(f"expected {_with_article(cls.__name__)} or its JSON object")

        def serialize(model: SpotifyModel) -> JsonObject:
            return model.to_dict()

        return core_schema.no_info_plain_validator_function(
            validate, serialization=core_schema.plain_serializer_function_ser_schema(serialize)
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, _schema: object, _handler: object) -> JsonObject:
        """Return the schema of the model in an OpenAPI document."""
        return {"type": "object", "title": cls.__name__}

    @classmethod
    def reshape(cls, data: Mapping[str, JsonValue], /) -> Mapping[str, JsonValue]:
        """Convert another known structure of this object to that of the model.

        Called with data that does not fit, before it is repaired. Most objects have a single structure.
        """
        return data


def integer_from_digits(data: Mapping[str, JsonValue], name: str) -> Mapping[str, JsonValue]:
    """Return data in which a member is an integer if it was a string of digits."""
    value = data.get(name)
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) <= _MAX_DIGITS:
        return {**data, name: int(value)}
    return data


def model_fields(model: type[SpotifyModel]) -> tuple[Field[object], ...]:
    """Return the dataclass fields of a model, none for a base class without fields."""
    return fields(model) if is_dataclass(model) else ()


def empty_response(model: type[ModelT]) -> ModelT:
    """Return the model of a response without a body, where that means an empty list: its lists and pages are empty."""
    empty: JsonObject = {}
    for name, hint in get_type_hints(model).items():
        if get_origin(hint) is list:
            empty[name] = []
        elif any(_has_items(member) for member in (hint, *get_args(hint))):
            empty[name] = {"items": []}
    return model.from_dict(empty)


def _has_items(hint: object) -> bool:
    return isinstance(hint, type) and issubclass(hint, SpotifyModel) and "items" in get_type_hints(hint)


def is_required(field: Field[object]) -> bool:
    """Return whether a field has no default."""
    return field.default is MISSING and field.default_factory is MISSING


def _check_text(text: object) -> str | bytes:
    if not isinstance(text, str | bytes):
        raise TypeError(f"text must be a str or bytes, not {type(text).__name__}")
    return text


def _with_article(name: str) -> str:
    return f"{'an' if name[0] in 'AEIOU' else 'a'} {name}"


class Absent(Enum):
    """The type of `ABSENT`, its only member, which is false in a condition.

    Type checkers see a field that may be absent as `X | Absent` and narrow it to `X` after `is not ABSENT`.
    """

    ABSENT = "absent"

    def __bool__(self) -> Literal[False]:
        return False

    def __repr__(self) -> str:
        return "ABSENT"

    __str__ = __repr__


ABSENT: Final = Absent.ABSENT
"""The value of a field that a response does not contain, unlike None, which stands for null."""

if TYPE_CHECKING:
    OrAbsent: TypeAlias = T | Absent
else:
    # Decoders see the types that JSON can contain. `Absent` is a default only.
    OrAbsent = Annotated[T, ABSENT]


Metadata: TypeAlias = Mapping[str, Mapping[str, object]]
"""The type of `dataclasses.field(metadata=…)`."""


def json_metadata(
    *,
    decoder: Callable[..., object] | None = None,
    exclude: Callable[..., bool] | None = None,
) -> Metadata:
    """Return field metadata for dataclasses-json, and for writing JSON.

    Args:
        decoder: Converts JSON data to the value of the field. It is not called with None.
        exclude: Returns whether a value is omitted.
    """
    options = {"decoder": decoder, "exclude": exclude}
    return {"dataclasses_json": {name: option for name, option in options.items() if option is not None}}


def is_none(value: object) -> bool:
    """Return whether a value is None."""
    return value is None


def is_false(value: object) -> bool:
    """Return whether a value is False."""
    return value is False


def is_empty(value: Sized) -> bool:
    """Return whether a value is empty."""
    return not value


def in_utc(timestamp: datetime | None) -> datetime | None:
    """Return a timestamp with a time zone: those of Spotify without one are in UTC."""
    return timestamp.replace(tzinfo=UTC) if timestamp is not None and timestamp.tzinfo is None else timestamp


DATETIME: Final = json_metadata(decoder=datetime.fromisoformat)
"""Metadata of a `datetime | None`: ISO 8601."""

IF_TRUE: Final = json_metadata(exclude=is_false)
"""The metadata of a field that is written only if it is True."""
