"""What all models share: the way to and from JSON, and pages.

A model is a frozen, slotted, keyword-only dataclass whose fields have the names that Spotify gives them. What Spotify
can leave out has a default, what it can send as null is `| None`. Required is only what says which object it is
(`type`, `id`, `uri`), what an entry is about (the `track` of a saved track), and what makes a small value or a page one
(an image's `url`, a page's `items`): a default there would turn a damaged answer into a wrong one, such as an empty
library.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MethodType
from typing import Final, Generic, Self, TypeAlias, TypeVar, cast

from dataclasses_json import DataClassJsonMixin

from spotify.errors import DecodeError

JsonValue: TypeAlias = "dict[str, JsonValue] | list[JsonValue] | str | int | float | bool | None"
"""Anything that JSON can say."""

JsonObject: TypeAlias = dict[str, JsonValue]
"""A JSON object."""

T = TypeVar("T")
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

    def present(self: "Page[U | None]") -> list[U]:
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

    def present(self: "CursorPage[U | None]") -> list[U]:
        """Return the items without the nulls that Spotify puts in the place of what it does not show."""
        return [item for item in self.items if item is not None]


def _with_article(name: str) -> str:
    return f"{'an' if name[0] in 'AEIOU' else 'a'} {name}"
