"""The id, the URI and the type of an object, which follow from each other where a response lacks one of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import ClassVar, Final, TypeVar
from urllib.parse import quote, unquote

from spotify._checks import is_text
from spotify.models.base import JsonValue, SpotifyModel, model_fields

ModelT = TypeVar("ModelT", bound=SpotifyModel)

_ID: Final = re.compile(r"[0-9A-Za-z]{1,64}")
_URI: Final = re.compile(r"spotify:(?:user:[^:]+:(?=playlist:))?([a-z]+):([^:]+)")
_HREF: Final = re.compile(r"https?://[^/?#]+/v1/(?:browse/)?([a-z]+)/([^/?#]+)")
_KINDS_BY_PATH: Final = {
    **{
        f"{kind}s": kind
        for kind in ("album", "artist", "track", "show", "episode", "audiobook", "chapter", "playlist", "user")
    },
    "categories": "category",
    "audio-features": "track",
}
_FREE_TEXT_KINDS: Final = frozenset({"user", "category"})
_KINDS: Final = frozenset(_KINDS_BY_PATH.values())
# Responses contain `spotify:show:…` for audiobooks and `spotify:episode:…` for chapters.
_KINDS_IN_URIS: Final = {"audiobook": "show", "chapter": "episode"}


class Absences:
    """Notes members that responses lack and that may be restored from other members, or show an error object.

    A field with the default factory `Absences.note` costs nothing while responses contain it. The serializers compare
    `latest` before and after decoding. One that another thread has replaced leads to the same result, more slowly.
    """

    latest: ClassVar[object] = object()
    """Another object after each absence."""

    @classmethod
    def note(cls) -> None:
        """Return None, the value of an absent member, and note its absence."""
        cls.latest = object()


class IdentifiedModel(SpotifyModel):
    """The base class of objects with a `type`, and with an `id` and a `uri` that a response may lack."""

    __slots__ = ()

    @classmethod
    def reshape(cls, data: Mapping[str, JsonValue], /) -> Mapping[str, JsonValue]:
        """Add the id and the URI that the data lacks, if they follow from each other or from `href`."""
        return data if "id" in data and "uri" in data else with_identity(data, _type_of(cls))


class TimedModel(IdentifiedModel):
    """The base class of objects with a duration."""

    __slots__ = ()

    @classmethod
    def reshape(cls, data: Mapping[str, JsonValue], /) -> Mapping[str, JsonValue]:
        """Convert a duration that is an object, as some local files have it, and add the id and the URI."""
        duration = data.get("duration_ms")
        if isinstance(duration, dict) and "totalMilliseconds" in duration:
            data = {**data, "duration_ms": duration["totalMilliseconds"]}
        return super().reshape(data)


def with_requested_id(model: ModelT, id: str) -> ModelT:
    """Return a model with the id that was requested, where the response has none, and with the URI that follows."""
    if getattr(model, "id", id) is not None:
        return model
    data = {name: value for name, value in model.to_dict().items() if value is not None or name not in {"id", "uri"}}
    return type(model).from_dict(with_identity(data, _type_of(type(model)), id=id))


def with_identity(
    data: Mapping[str, JsonValue], kind: str | None, *, href: str = "href", id: str | None = None
) -> Mapping[str, JsonValue]:
    """Return the data of an object with the id and the URI that it lacks, as far as they are known.

    A member that is null stays null: it is what Spotify says of a local file, or of an object that was taken down.

    Args:
        data: The data.
        kind: The kind of the object, where the data has no `type` of a known kind; None for any kind.
        href: The member that holds the URL of the object in the API.
        id: The id, where the data has none.
    """
    if "id" in data and "uri" in data:
        return data
    kind = _kind(data.get("type")) or kind
    known = data.get("id")
    found = known if isinstance(known, str) else _id_in_uri(data.get("uri"), kind) or _id_in_href(data.get(href), kind)
    found = found or id
    if found is None or not is_text(found):
        return data
    uri = None if kind is None else _uri(kind, found)
    return {"id": found, **data} if uri is None else {"id": found, "uri": uri, **data}


def kind_of(data: Mapping[str, JsonValue]) -> str | None:
    """Return the kind of object that the `uri` or the `href` of some data names; None if it is unknown."""
    uri = data.get("uri")
    if isinstance(uri, str) and uri.startswith("spotify:"):
        match = _URI.fullmatch(uri)
        parts = [match[1]] if match else uri.split(":")[1:]
        return "collection" if "collection" in parts else parts[0] or None
    href = data.get("href")
    match = _HREF.match(href) if isinstance(href, str) else None
    return _KINDS_BY_PATH.get(match[1]) if match else None


def _type_of(model: type[SpotifyModel]) -> str | None:
    """Return the default of the field `type`, None if it has none."""
    default = next((field.default for field in model_fields(model) if field.name == "type"), None)
    return default if isinstance(default, str) else None


def _kind(item_type: JsonValue) -> str | None:
    return kind if isinstance(item_type, str) and (kind := item_type.lower()) in _KINDS else None


def _uri(kind: str, id: str) -> str | None:
    if kind == "user":
        return f"spotify:user:{quote(id, safe='')}" if id else None
    if kind not in _KINDS or kind in _FREE_TEXT_KINDS or not _ID.fullmatch(id):
        return None
    return f"spotify:{_KINDS_IN_URIS.get(kind, kind)}:{id}"


def _id_in_uri(uri: JsonValue, kind: str | None) -> str | None:
    match = _URI.fullmatch(uri) if isinstance(uri, str) else None
    return _id(match[1], match[2], kind) if match else None


def _id_in_href(href: JsonValue, kind: str | None) -> str | None:
    match = _HREF.fullmatch(href.partition("?")[0]) if isinstance(href, str) else None
    return _id(_KINDS_BY_PATH.get(match[1]), match[2], kind) if match else None


def _id(found_kind: str | None, text: str, kind: str | None) -> str | None:
    """Return an id found in a URI or URL; None if it belongs to another kind of object, or is no id."""
    if found_kind not in _KINDS or (kind not in {None, found_kind} and _KINDS_IN_URIS.get(kind or "") != found_kind):
        return None
    if found_kind in _FREE_TEXT_KINDS:
        return unquote(text)
    return text if _ID.fullmatch(text) else None
