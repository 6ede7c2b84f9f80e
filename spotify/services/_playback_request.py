"""The request body that starts playback: context or URIs, offset and position."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from spotify._checks import check_range, check_text
from spotify.ids import SpotifyUri, playable_uri, playable_uris

_CONTEXTS: Final = ("album", "artist", "playlist", "show", "audiobook", "collection")


def start_body(
    context_uri: str | None, uris: Iterable[str] | None, offset: int | str | None, position_ms: int | None
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
        body["context_uri"] = context.uri
    if playables is not None:
        body["uris"] = playables
    if offset is not None:
        body["offset"] = _offset(offset, context, playables)
    if position_ms is not None:
        body["position_ms"] = check_range("position_ms", position_ms, at_least=0)
    return body or None


def _context(value: str) -> SpotifyUri:
    check_text("context_uri", value)
    try:
        context = SpotifyUri.parse(value)
    except ValueError as error:
        raise ValueError(f"context_uri: {error}") from None
    if context.kind not in _CONTEXTS:
        advice = "; give it in uris" if context.kind in {"track", "episode"} else ""
        raise ValueError(f"context_uri must be of one of {', '.join(_CONTEXTS)}, not of a {context.kind}{advice}")
    return context


def _offset(offset: object, context: SpotifyUri | None, uris: list[str] | None) -> dict[str, object]:
    if context is None and uris is None:
        raise ValueError("offset needs context_uri or uris: there is neither")
    if context is not None and context.kind == "artist":
        raise ValueError("offset is not allowed for an artist's context: Spotify chooses the tracks")
    if isinstance(offset, str):
        uri = _offset_uri(offset)
        if uris is not None and uri not in uris:
            raise ValueError(f"offset must be one of uris: {uri} is not")
        return {"uri": uri}
    if not isinstance(offset, int):
        raise TypeError(f"offset must be an integer, or a URI or URL as str, not {type(offset).__name__}")
    last = None if uris is None else len(uris) - 1
    return {"position": check_range("offset", offset, at_least=0, at_most=last)}


def _offset_uri(offset: str) -> str:
    try:
        return playable_uri(offset)
    except ValueError as error:
        raise ValueError(f"offset: {error}") from None
