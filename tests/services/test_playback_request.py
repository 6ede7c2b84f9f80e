"""The request body that starts playback, and invalid arguments."""

from __future__ import annotations

from typing import Any

import pytest

from spotify.models import Context
from spotify.services._arguments import start_body

ID = "4aawyAB9vmqN3uQ7FjRGTy"
OTHER = "0" * 22
ALBUM = f"spotify:album:{ID}"
ARTIST = f"spotify:artist:{ID}"
TRACK, EPISODE = f"spotify:track:{ID}", f"spotify:episode:{OTHER}"


def body(
    context_uri: Any = None, uris: Any = None, offset: Any = None, position_ms: Any = None
) -> dict[str, object] | None:
    return start_body(context_uri, uris, offset, position_ms)


def test_no_arguments_are_no_body() -> None:
    assert body() is None


@pytest.mark.parametrize("kind", ["album", "artist", "playlist", "show", "audiobook"])
def test_a_context_can_be_a_uri_or_a_url(kind: str) -> None:
    uri = f"spotify:{kind}:{ID}"

    assert body(context_uri=uri) == {"context_uri": uri}
    assert body(context_uri=f"https://open.spotify.com/{kind}/{ID}?si=1") == {"context_uri": uri}


def test_liked_songs_are_a_context() -> None:
    uri = "spotify:user:someone:collection"

    assert body(context_uri=uri) == {"context_uri": uri}


@pytest.mark.parametrize(
    "uri",
    [
        "spotify:collection",
        "spotify:collection:tracks",
        "spotify:user:someone:collection:your-episodes",
        f"spotify:user:someone:collection:artist:{ID}",
        f"spotify:station:artist:{ID}",
        f"spotify:chapter:{ID}",
        "spotify:genre:0JQ5DAqbMKFEC4WFtoNRpw",
    ],
)
def test_any_context_that_the_player_reports_is_sent(uri: str) -> None:
    assert body(context_uri=uri) == {"context_uri": uri}
    assert body(context_uri=Context(type="unknown", uri=uri)) == {"context_uri": uri}


@pytest.mark.parametrize("path", ["collection/tracks", "intl-de/collection/tracks?si=1", "collection/tracks/"])
def test_the_address_of_the_liked_songs_is_a_context(path: str) -> None:
    assert body(context_uri=f"https://open.spotify.com/{path}") == {"context_uri": "spotify:collection"}


def test_uris_are_sent_in_order() -> None:
    uris = (uri for uri in [EPISODE, f"https://open.spotify.com/track/{ID}", EPISODE])

    assert body(uris=uris) == {"uris": [EPISODE, TRACK, EPISODE]}


def test_an_offset_is_a_position() -> None:
    assert body(context_uri=ALBUM, offset=0) == {"context_uri": ALBUM, "offset": {"position": 0}}


def test_an_offset_is_a_uri_or_url() -> None:
    expected = {"context_uri": ALBUM, "offset": {"uri": TRACK}}

    assert body(context_uri=ALBUM, offset=TRACK) == expected
    assert body(context_uri=ALBUM, offset=f"https://open.spotify.com/track/{ID}") == expected


@pytest.mark.parametrize(("offset", "written"), [(1, {"position": 1}), (EPISODE, {"uri": EPISODE})])
def test_an_offset_can_refer_to_the_uris(offset: Any, written: dict[str, object]) -> None:
    assert body(uris=[TRACK, EPISODE], offset=offset) == {"uris": [TRACK, EPISODE], "offset": written}


@pytest.mark.parametrize("position", [0, 25_000])
def test_a_position_can_be_sent_with_or_without_uris(position: int) -> None:
    assert body(position_ms=position) == {"position_ms": position}
    assert body(uris=[TRACK], position_ms=position) == {"uris": [TRACK], "position_ms": position}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"context_uri": ALBUM, "uris": [TRACK]}, "pass either context_uri or uris"),
        ({"context_uri": TRACK}, "context_uri must not be a track; pass it in uris"),
        ({"context_uri": "spotify:album:short"}, "context_uri: .* is not an album id"),
        ({"context_uri": "spotify:user:a b:collection:x"}, "context_uri: "),
        ({"context_uri": ID}, "context_uri: .* neither a Spotify URI nor a URL"),
        ({"context_uri": ""}, "context_uri must not be empty"),
        ({"uris": []}, "at least one"),
        ({"uris": [TRACK, ALBUM]}, r"\[1\]: .* is an album; expected a track or episode"),
        ({"uris": ["spotify:local:a:b:c:1"]}, "is a local"),
        ({"offset": 0}, "offset needs context_uri or uris"),
        ({"context_uri": ARTIST, "offset": 0}, "offset is not allowed for an artist's context"),
        ({"context_uri": ALBUM, "offset": -1}, "offset must be 0 or more, not -1"),
        ({"context_uri": ALBUM, "offset": ALBUM}, "offset: .* is an album"),
        ({"context_uri": ALBUM, "offset": ""}, "offset: "),
        ({"uris": [TRACK, EPISODE], "offset": 2}, "offset must be from 0 to 1, not 2"),
        ({"uris": [TRACK], "offset": EPISODE}, f"offset must be one of uris: {EPISODE} is not"),
        ({"position_ms": -1}, "position_ms must be 0 or more, not -1"),
    ],
)
def test_uris_that_cannot_be_played_raise(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        body(**arguments)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"context_uri": 1}, "context_uri must be a str, not int"),
        ({"uris": TRACK}, "several URIs"),
        ({"uris": [1]}, r"\[0\]"),
        ({"context_uri": ALBUM, "offset": 1.5}, "offset must be an integer, or a URI or URL as str, not float"),
        ({"context_uri": ALBUM, "offset": True}, "offset must be an integer, not bool"),
        ({"position_ms": "0"}, "position_ms must be an integer, not str"),
    ],
)
def test_values_of_invalid_types_raise(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(TypeError, match=message):
        body(**arguments)
