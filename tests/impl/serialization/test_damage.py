"""Reporting of drift: errors and log events name paths and types, and never contain the data."""

import itertools
import json
from typing import Any

import pytest

from spotify import models
from spotify.errors import DecodeError
from spotify.interfaces.serializer import Serializer
from spotify.testing.log_capture import captured_logs
from tests.support.payloads import page, playlist_item, simplified_artist, track


def decode(serializer: Serializer, payload: Any, into: Any) -> Any:
    return serializer.decode(json.dumps(payload).encode(), into)


def test_a_strict_error_names_the_path(strict: Serializer) -> None:
    items = [playlist_item() for _ in range(3)]

    with pytest.raises(DecodeError) as caught:
        decode(strict, page([*items, playlist_item(item=None, track=track(uri=5))]), models.PlaylistItemPage)

    assert caught.value.path == "$.items[3].track.uri"
    assert str(caught.value) == (
        "the response does not match PlaylistItemPage at $.items[3].track.uri: expected str, got a number"
    )


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (None, "null"),
        (True, "a boolean"),
        (1.5, "a number"),
        ("\ud800", "an invalid string"),
        ([], "an array"),
        ({}, "an object"),
    ],
)
def test_an_error_names_the_json_type(strict: Serializer, value: object, kind: str) -> None:
    with pytest.raises(DecodeError, match=f"at \\$.name: expected str, got {kind}$"):
        decode(strict, track(name=value), models.Track)


@pytest.mark.parametrize(
    ("model", "sent"),
    [
        *itertools.product([models.TrackPage, models.PlayHistoryPage], [{"items": 5}, {"items": {}}, {"items": "x"}]),
        (models.TrackPage, {}),
    ],
)
def test_a_page_with_damaged_items_keeps_its_other_members(serializer: Serializer, model: Any, sent: Any) -> None:
    with captured_logs() as events:
        decoded = decode(serializer, {"total": 3, "limit": 50, "next": "https://x.example", **sent}, model)

    assert (decoded.items, decoded.total, decoded.limit, decoded.next) == ([], 3, 50, "https://x.example")
    assert decoded.items_damaged
    assert [event["event"] for event in events] == ["response_drift"]
    assert model.from_json(decoded.to_json()) == decoded
    for read in (list, model.present):
        with pytest.raises(DecodeError, match="the items of this page could not be read"):
            read(decoded)


@pytest.mark.parametrize("name", ["items", "tracks"])
def test_a_playlist_whose_items_are_damaged_keeps_their_total(serializer: Serializer, name: str) -> None:
    with captured_logs():
        decoded = decode(serializer, {"name": "Blue", name: {"items": "x", "total": 5}}, models.Playlist)

    assert decoded.name == "Blue"
    assert decoded.items == models.PlaylistItemPage(items=[], total=5, items_damaged=True)


@pytest.mark.parametrize("damaged", [{}, {"tracks": 5}, {"tracks": {}}])
def test_recommendations_with_damaged_tracks_keep_the_seeds(serializer: Serializer, damaged: Any) -> None:
    with captured_logs() as events:
        decoded = decode(serializer, {**damaged, "seeds": [{"id": "a", "type": "ARTIST"}]}, models.Recommendations)

    assert (decoded.tracks, decoded.tracks_damaged, [seed.id for seed in decoded.seeds]) == ([], True, ["a"])
    assert [event["event"] for event in events] == ["response_drift"]
    assert models.Recommendations.from_json(decoded.to_json()) == decoded


@pytest.mark.parametrize("model", [models.FeaturedPlaylists, models.CategoryPlaylists])
def test_a_damaged_page_beside_a_message_leaves_the_message(serializer: Serializer, model: Any) -> None:
    with captured_logs():
        decoded = decode(serializer, {"message": "Popular", "playlists": 5}, model)

    assert (decoded.message, decoded.playlists.items_damaged) == ("Popular", True)


@pytest.mark.parametrize("sent", [{}, {"error": "x"}, {"status": 404, "message": "x"}, []])
def test_a_response_without_any_member_of_a_page_is_an_error(serializer: Serializer, sent: object) -> None:
    with pytest.raises(DecodeError, match="does not match SavedTrackPage"):
        decode(serializer, sent, models.SavedTrackPage)


@pytest.mark.parametrize("payload", [[True, None], [1, 0], {}, None, "true"])
def test_a_damaged_list_of_bools_is_an_error(serializer: Serializer, payload: object) -> None:
    with pytest.raises(DecodeError, match=r"does not match list\[bool\] at \$"):
        decode(serializer, payload, list[bool])


@pytest.mark.parametrize("damaged", [None, 5, "track", []])
@pytest.mark.parametrize("model", [models.TopTracks, models.Recommendations])
def test_a_list_of_tracks_omits_a_damaged_one(serializer: Serializer, model: Any, damaged: object) -> None:
    with captured_logs():
        decoded = decode(serializer, {"tracks": [damaged, track()]}, model)

    assert decoded == decode(serializer, {"tracks": [track()]}, model)


def test_an_array_instead_of_an_object_is_an_error(serializer: Serializer) -> None:
    with pytest.raises(DecodeError, match=r"does not match Album at \$: expected Album, got an array"):
        decode(serializer, [], models.Album)


def test_the_log_event_names_paths_and_types(serializer: Serializer) -> None:
    with captured_logs() as events:
        decode(serializer, track(duration_ms="secret", artists=[simplified_artist(name=["secret"])]), models.Track)

    (event,) = events
    assert (event["model"], event["path"], event["count"], event["damages"]) == (
        "Track",
        "$.artists[0].name",
        2,
        ["$.artists[0].name: expected str, got an array", "$.duration_ms: expected int, got a string"],
    )
    assert "secret" not in str(event)


def test_the_log_event_describes_ten_damages_and_counts_all(serializer: Serializer) -> None:
    with captured_logs() as events:
        decode(serializer, page([{"track": track(name=None)} for _ in range(50)]), models.SavedTrackPage)

    (event,) = events
    assert event["count"] == 50
    assert len(event["damages"]) == 10  # type: ignore[arg-type]


def test_the_path_omits_keys_that_are_data(serializer: Serializer) -> None:
    with captured_logs() as events:
        decoded = decode(serializer, {"secret": {"url": 1}, "other": {"url": "u"}}, dict[str, models.Image])

    assert decoded == {"secret": models.Image(), "other": models.Image(url="u")}
    assert events[0]["path"] == "$[…].url"


def test_a_strict_error_has_no_cause(strict: Serializer) -> None:
    with pytest.raises(DecodeError) as caught:
        decode(strict, track(uri=5), models.Track)

    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None
