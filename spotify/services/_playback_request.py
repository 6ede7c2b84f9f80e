"""What to play, and from where: the body of the request that starts playback."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, cast

from spotify._checks import check_range, check_text
from spotify.ids import SpotifyUri, playable_uri, playable_uris

_CONTEXTS: Final = ("album", "artist", "playlist", "show", "audiobook", "collection")


def start_body(
    context_uri: str | None, uris: Iterable[str] | None, offset: int | str | None, position_ms: int | None
) -> dict[str, object] | None:
    """Return the body, None for one that says nothing: then playback goes on where it was paused.

    Raises:
        TypeError: One of them is of the wrong type.
        ValueError: One of them is out of bounds or of another kind, or they contradict each other.
    """
    body: dict[str, object] = {}
    if context_uri is not None and uris is not None:
        raise ValueError("give either context_uri or uris: there are both")
    if context_uri is not None:
        body["context_uri"] = _context_uri(context_uri)
    if uris is not None:
        body["uris"] = playable_uris(uris)
    if offset is not None:
        body["offset"] = _offset(
            offset, cast("str | None", body.get("context_uri")), cast("list[str] | None", body.get("uris"))
        )
    if position_ms is not None:
        check_range("position_ms", position_ms, at_least=0)
        body["position_ms"] = position_ms
    return body or None


def _context_uri(value: str) -> str:
    check_text("context_uri", value)
    try:
        found = SpotifyUri.parse(value)
    except ValueError as error:
        raise ValueError(f"context_uri: {error}") from None
    if found.kind not in _CONTEXTS:
        advice = "; give it in uris" if found.kind in {"track", "episode"} else ""
        raise ValueError(f"context_uri must be of one of {', '.join(_CONTEXTS)}, not of a {found.kind}{advice}")
    return found.uri


def _offset(offset: int | str, context_uri: str | None, uris: list[str] | None) -> dict[str, object]:
    if context_uri is None and uris is None:
        raise ValueError("offset says where to begin in context_uri or in uris: there is neither")
    if context_uri is not None and SpotifyUri.parse(context_uri).kind == "artist":
        raise ValueError("offset is not for an artist's context: Spotify itself chooses what is played there")
    if isinstance(offset, str):
        uri = _offset_uri(offset)
        if uris is not None and uri not in uris:
            raise ValueError(f"offset must be one of uris: {uri} is not")
        return {"uri": uri}
    if not isinstance(cast("object", offset), int):
        raise TypeError(f"offset must be a whole number, or a URI or URL as str, not {type(offset).__name__}")
    check_range("offset", offset, at_least=0, at_most=None if uris is None else len(uris) - 1)
    return {"position": offset}


def _offset_uri(offset: str) -> str:
    try:
        return playable_uri(offset)
    except ValueError as error:
        raise ValueError(f"offset: {error}") from None
