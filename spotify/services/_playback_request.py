"""The request body that starts playback: context or URIs, offset and position."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from spotify._checks import check_range, check_text
from spotify.ids import BASE62_KINDS, Reference, SpotifyUri, playable_uri, playable_uris, string_of

_NO_CONTEXTS: Final = frozenset({"track", "episode", "local"})
_LIKED_SONGS: Final = re.compile(r"(https?://)?open\.spotify\.com/(intl-[a-z-]+/)?collection/tracks/?([?#].*)?")
# Such as `spotify:user:NAME:collection:artist:ID`.
_OTHER_CONTEXT: Final = re.compile(r"spotify:(collection(:[^\s:]+)*|[a-z-]+(:[^\s:]+){2,})")
_LIKED_SONGS_URI: Final = "spotify:collection"


def start_body(
    context_uri: Reference | None,
    uris: Iterable[Reference] | None,
    offset: int | Reference | None,
    position_ms: int | None,
) -> dict[str, object] | None:
    """Return the body; None if all arguments are None, which resumes paused playback.

    Raises:
        TypeError: An argument is of the wrong type.
        ValueError: An argument is out of bounds or of another kind, or they contradict each other.
    """
    if context_uri is not None and uris is not None:
        raise ValueError("pass either context_uri or uris, not both")
    context = None if context_uri is None else _context(context_uri)
    playables = None if uris is None else playable_uris(uris)
    body: dict[str, object] = {}
    if context is not None:
        body["context_uri"] = context
    if playables is not None:
        body["uris"] = playables
    if offset is not None:
        body["offset"] = _offset(offset, context, playables)
    if position_ms is not None:
        body["position_ms"] = check_range("position_ms", position_ms, at_least=0)
    return body or None


def _context(value: Reference) -> str:
    """Return the URI of a context: of any kind but those of items, as the player reports undocumented kinds."""
    if isinstance(value, str) or not hasattr(value, "uri"):
        check_text("context_uri", value)
    value = string_of(value, "a context_uri")
    if _LIKED_SONGS.fullmatch(value):
        return _LIKED_SONGS_URI
    kind = value.split(":")[1] if value.startswith("spotify:") else ""
    try:
        context = SpotifyUri.parse(value)
    except ValueError as error:
        if _OTHER_CONTEXT.fullmatch(value) and kind not in BASE62_KINDS | _NO_CONTEXTS:
            return value
        raise ValueError(f"context_uri: {error}") from None
    if context.kind in _NO_CONTEXTS:
        raise ValueError(f"context_uri must not be of one {context.kind}; give it in uris")
    return context.uri


def _offset(offset: object, context: str | None, uris: list[str] | None) -> dict[str, object]:
    if context is None and uris is None:
        raise ValueError("offset needs context_uri or uris: there is neither")
    if context is not None and context.startswith("spotify:artist:"):
        raise ValueError("offset is not allowed for an artist's context: Spotify chooses the tracks")
    if not isinstance(offset, int | float):
        uri = _offset_uri(offset)
        if uris is not None and uri not in uris:
            raise ValueError(f"offset must be one of uris: {uri} is not")
        return {"uri": uri}
    if not isinstance(offset, int):
        raise TypeError(f"offset must be an integer, or a URI or URL as str, not {type(offset).__name__}")
    last = None if uris is None else len(uris) - 1
    return {"position": check_range("offset", offset, at_least=0, at_most=last)}


def _offset_uri(offset: object) -> str:
    try:
        return playable_uri(string_of(offset, "an offset"))
    except TypeError:
        raise TypeError(f"offset must be an integer, or a URI or URL as str, not {type(offset).__name__}") from None
    except ValueError as error:
        raise ValueError(f"offset: {error}") from None
