"""Views: subclasses of the models through which msgspec decodes them faster.

msgspec builds dictionaries and lists of strings where a model has a type that needs more than msgspec can do. In a view
such a field has another type: a playable item is a track, which most are, and a list of markets is left as JSON. The
`__post_init__` of a view checks the one and shares the other, and makes the object one of the model.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from operator import attrgetter
from types import UnionType
from typing import Any, Final, Union, get_args, get_origin, get_type_hints

import msgspec

from spotify.models.base import SpotifyModel, model_fields
from spotify.models.common import PlayableItem
from spotify.models.market_codes import find_markets
from spotify.models.music import Track

_MARKETS: Final = "available_markets"
_list: Final[Any] = list
_ITEM: Final[Any] = PlayableItem | None
_ITEMS: Final[Any] = list[PlayableItem]
_NO_TRACK: Final = "an item is not a track"
# The type of a track that has none in the response. A type from the response is another object, even if it is equal.
_TYPE_IF_ABSENT: Final = next(field.default for field in model_fields(Track) if field.name == "type")
_set: Final = object.__setattr__
_become: Final[Callable[[object, type[object]], None]] = vars(object)["__class__"].__set__


@dataclass(frozen=True, slots=True, eq=False)
class Views:
    """The views in which the same fields have other types."""

    markets: object = None
    """The type of lists of markets: `msgspec.Raw` for JSON, `MarketCodes | None` for a list that the hook for other
    types converts; None for the type of the model.
    """
    tracks: bool = False
    """Whether playable items in models are decoded as tracks. A model with another item is refused."""

    def of(self, into: Any) -> Any:
        """Return the view of a model, or a type with views in place of its models; an equal type if none is needed."""
        return _view(self, into)

    def field_type(self, name: str, hint: Any) -> Any:
        """Return the type of a field in a view."""
        if name == _MARKETS:
            return self.markets or hint
        if self.tracks and hint == _ITEM:
            return self.of(Track) | None
        return _list[self.of(Track)] if self.tracks and hint == _ITEMS else self.of(hint)


@cache
def _view(views: Views, into: Any) -> Any:
    if isinstance(into, type):
        kind: type[Any] = into
        return _view_of_model(views, kind) if issubclass(kind, SpotifyModel) else kind
    arguments: tuple[Any, ...] = get_args(into)
    replaced = tuple(views.of(argument) for argument in arguments)
    if replaced == arguments:
        return into
    origin: Any = Union if get_origin(into) is UnionType else get_origin(into)
    return origin[replaced]


def _view_of_model(views: Views, model: type[SpotifyModel]) -> type[SpotifyModel]:
    hints = get_type_hints(model)
    types = {field.name: views.field_type(field.name, hints[field.name]) for field in model_fields(model)}
    replaced = {name: hint for name, hint in types.items() if hint != hints[name]}
    if not replaced:
        return model
    members = {"__slots__": (), "__annotations__": replaced, "__post_init__": _post_init(views, model, hints)}
    return type(model.__name__, (model,), {**members, "__module__": model.__module__})


def _post_init(views: Views, model: type[SpotifyModel], hints: dict[str, Any]) -> Callable[[Any], None]:
    """Return the `__post_init__` of a view. No model has both playable items and markets."""
    then = getattr(model, "__post_init__", None) or _do_nothing
    if views.markets is msgspec.Raw and _MARKETS in hints:
        return _share_markets(model, then)
    shown = {field.name: hints[field.name] for field in model_fields(model) if field.repr and views.tracks}
    item = next((name for name, hint in shown.items() if hint == _ITEM), None)
    items = next((name for name, hint in shown.items() if hint == _ITEMS), None)
    return _check_items(model, then, item, items)


def _do_nothing(_model: Any) -> None:
    """Take the place of a `__post_init__` that a model does not have."""


def _share_markets(model: type[SpotifyModel], then: Callable[[Any], None]) -> Callable[[Any], None]:
    has_then = then is not _do_nothing

    def post_init(self: Any) -> None:
        _become(self, model)
        if has_then:
            then(self)
        if (json := self.available_markets) is not None:
            _set(self, _MARKETS, find_markets(bytes(json)))

    return post_init


def _check_items(
    model: type[SpotifyModel], then: Callable[[Any], None], item_name: str | None, list_name: str | None
) -> Callable[[Any], None]:
    # It runs for each entry of a page, and this is faster than `getattr`.
    item_of: Callable[[Any], Any] | None = None if item_name is None else attrgetter(item_name)
    items_of: Callable[[Any], Any] | None = None if list_name is None else attrgetter(list_name)

    def post_init(self: Any) -> None:
        _become(self, model)
        then(self)  # moves an item from its old name to the new one
        if item_of is not None:
            item = item_of(self)
            if item is not None and (item.type != "track" or item.type is _TYPE_IF_ABSENT):
                raise ValueError(_NO_TRACK)
        if items_of is not None:
            for item in items_of(self):
                if item.type != "track" or item.type is _TYPE_IF_ABSENT:
                    raise ValueError(_NO_TRACK)

    return post_init
