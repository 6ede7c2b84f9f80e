"""Writing models as JSON data and as JSON documents, with msgspec.

msgspec writes all fields of a dataclass. A model that leaves out fields is a dictionary before msgspec sees it, and an
unknown item is its data; models in it are left to msgspec.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import Field
from functools import cache
from typing import Any, Final, TypeAlias, TypeVar, get_args, get_origin, get_type_hints

import msgspec

from spotify._checks import is_text
from spotify.models.base import JsonObject, SpotifyModel, model_fields
from spotify.models.json_text import scalar, to_json_data
from spotify.models.playable import UnknownItem

_Writer: TypeAlias = Callable[[Any], object]
_Exclude: TypeAlias = Callable[[Any], bool]

_NOT_FINITE: Final = "cannot be encoded as JSON: it contains NaN or infinity"
_NOT_UNICODE: Final = "cannot be encoded as JSON: a string contains a lone surrogate"


def to_data(model: SpotifyModel) -> JsonObject:
    """Return a model as JSON data.

    Raises:
        TypeError: A value has no JSON representation.
    """
    data: JsonObject = msgspec.to_builtins(_written(model), enc_hook=scalar)
    return data


def to_text(model: SpotifyModel) -> str:
    """Return a model as a JSON document.

    Raises:
        TypeError: A value has no JSON representation.
        ValueError: Its type has one, but the value does not: NaN, infinity, a string that is not valid Unicode.
    """
    kind: Any = type(model)
    try:
        if not _has_floats(kind):
            return msgspec.json.encode(_written(model), enc_hook=scalar).decode()
    except UnicodeEncodeError:
        raise ValueError(_NOT_UNICODE) from None
    except OverflowError:
        pass  # an integer of more than 64 bits
    # The standard library also writes large integers, and msgspec would write null for NaN.
    return _to_text(to_data(model))


def _to_text(data: JsonObject) -> str:
    try:
        text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    except ValueError:
        raise ValueError(_NOT_FINITE) from None
    if not is_text(text):
        raise ValueError(_NOT_UNICODE)
    return text


def _written(value: object) -> object:
    """Return what msgspec writes for a model, which is often the model."""
    kind: Any = type(value)
    writer = _writer(kind) if isinstance(value, SpotifyModel) else None
    return value if writer is None else writer(value)


@cache
def _writer(model: Any) -> _Writer | None:
    """Return a function from objects of a model to what msgspec writes; None if these are the objects themselves."""
    if issubclass(model, UnknownItem):
        return _raw_data
    hints = get_type_hints(model)
    names = [field.name for field in model_fields(model)]
    excludes = [(field.name, exclude) for field in model_fields(model) if (exclude := _exclude(field)) is not None]
    writers = [(name, writer) for name in names if (writer := _value_writer(hints[name])) is not None]
    if not excludes and not writers:
        return None

    def write(model: object) -> object:
        changed: dict[str, object] = {}
        for name, writer in writers:
            value = getattr(model, name)
            written = writer(value)
            if written is not value:
                changed[name] = written
        if not excludes and not changed:
            return model
        members = {name: getattr(model, name) for name in names} | changed
        for name, exclude in excludes:
            if exclude(getattr(model, name)):
                del members[name]
        return members

    return write


def _raw_data(item: UnknownItem) -> object:
    return to_json_data(item.raw, large_integers=True)


def _exclude(field: Field[object]) -> _Exclude | None:
    """Return the function that says for which values a field is left out."""
    exclude: _Exclude | None = field.metadata.get("dataclasses_json", {}).get("exclude")
    return exclude


def _value_writer(hint: Any) -> _Writer | None:
    """Return a function from the values of a field to what msgspec writes; None if these are the values themselves."""
    if get_origin(hint) is list:
        writer = _value_writer(get_args(hint)[0])
        return None if writer is None else _list_writer(writer)
    if isinstance(hint, TypeVar):
        return _written
    if not isinstance(hint, type):
        return next((writer for part in get_args(hint) if (writer := _value_writer(part)) is not None), None)
    return _written if any(map(_is_written_otherwise, _with_subclasses(hint))) else None


def _list_writer(writer: _Writer) -> _Writer:
    def write(items: list[object] | None) -> object:
        return None if items is None else [writer(item) for item in items]

    return write


@cache
def _is_written_otherwise(model: Any) -> bool:
    """Return whether an object of a model, or one in it, is not written as msgspec would."""
    found, pending = set[Any](), [model]
    while pending:
        model = pending.pop()
        if issubclass(model, UnknownItem) or any(map(_exclude, model_fields(model))):
            return True
        found.add(model)
        hints = get_type_hints(model).values()
        pending += [nested for hint in hints for nested in _models_in(hint) if nested not in found]
    return False


def _models_in(hint: Any) -> Iterator[Any]:
    if isinstance(hint, type):
        yield from _with_subclasses(hint)
    for part in get_args(hint):
        yield from _models_in(part)


def _with_subclasses(model: Any) -> Iterator[Any]:
    """Yield a model and its subclasses: a field may hold an album where a simplified one is enough."""
    if issubclass(model, SpotifyModel):
        yield model
        for subclass in model.__subclasses__():
            yield from _with_subclasses(subclass)


@cache
def _has_floats(model: Any) -> bool:
    """Return whether a model, or one in it, has numbers that are not integers."""
    return any(map(_mentions_float, get_type_hints(model).values()))


def _mentions_float(hint: Any) -> bool:
    if isinstance(hint, type) and issubclass(hint, SpotifyModel):
        kind: Any = hint
        return _has_floats(kind)
    return hint is float or any(map(_mentions_float, get_args(hint)))
