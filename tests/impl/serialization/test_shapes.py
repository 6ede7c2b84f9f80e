"""Responses that typed clients commonly fail to decode, with both serializers."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from spotify import models
from spotify.errors import DecodeError
from spotify.impl.serialization import DataclassesJsonSerializer, MsgspecSerializer
from spotify.interfaces.serializer import Serializer
from spotify.testing.log_capture import captured_logs
from tests.support.failures import failures
from tests.support.payloads import (
    DAMAGED_SHAPES,
    KNOWN_SHAPES,
    NOTHING,
    NULL_SHAPES,
    Shape,
    album,
    artist,
    audiobook,
    chapter,
    device,
    episode,
    image,
    local_track,
    page,
    playback,
    playlist,
    playlist_item,
    simplified_album,
    simplified_artist,
    simplified_playlist,
    track,
)

KNOWN = {shape.name: shape for shape in KNOWN_SHAPES + NULL_SHAPES}
DAMAGED = {shape.name: shape for shape in DAMAGED_SHAPES}


def test_shapes_have_different_names() -> None:
    assert len(KNOWN | DAMAGED) == len(KNOWN_SHAPES + NULL_SHAPES + DAMAGED_SHAPES) > 75


def test_both_serializers_return_equal_objects() -> None:
    def check(shape: Shape) -> None:
        expected = DataclassesJsonSerializer().decode(shape.data, shape.into)
        assert MsgspecSerializer().decode(shape.data, shape.into) == expected

    assert failures(check, KNOWN | DAMAGED) == {}


def test_a_known_shape_is_decoded_strictly_and_not_logged(serializer: Serializer, strict: Serializer) -> None:
    def check(shape: Shape) -> None:
        with captured_logs() as events:
            assert strict.decode(shape.data, shape.into) == serializer.decode(shape.data, shape.into)
        assert events == []

    assert failures(check, KNOWN) == {}


def test_a_damaged_shape_is_logged_once_and_refused_if_strict(serializer: Serializer, strict: Serializer) -> None:
    def check(shape: Shape) -> None:
        with captured_logs() as events:
            serializer.decode(shape.data, shape.into)
        assert [event["event"] for event in events] == ["response_drift"]
        with pytest.raises(DecodeError):
            strict.decode(shape.data, shape.into)

    assert failures(check, DAMAGED) == {}


def decode(serializer: Serializer, payload: Any, into: Any) -> Any:
    return serializer.decode(json.dumps(payload).encode(), into)


def entry(serializer: Serializer, **overrides: Any) -> models.PlaylistItem:
    (decoded,) = decode(serializer, page([playlist_item(**overrides)]), models.PlaylistItemPage).items
    return decoded


def test_an_item_removed_from_the_catalogue_is_none(serializer: Serializer) -> None:
    assert entry(serializer, item=None).item is None


def test_an_episode_in_a_playlist_is_an_episode(serializer: Serializer) -> None:
    assert isinstance(entry(serializer, item=episode()).item, models.Episode)


def test_a_track_in_a_playlist_is_a_track(serializer: Serializer) -> None:
    assert isinstance(entry(serializer, item=track(type="TRACK")).item, models.Track)


def test_an_unknown_type_in_a_playlist_is_kept_raw(serializer: Serializer) -> None:
    raw = {"type": "hologram", "uri": "spotify:hologram:1"}

    assert entry(serializer, item=raw).item == models.UnknownItem(raw=raw)


def test_a_damaged_track_in_a_playlist_is_a_track(serializer: Serializer) -> None:
    damaged = entry(serializer, item=track(uri=5, name=[])).item

    assert damaged == entry(serializer, item=track(uri=None, name="")).item
    assert isinstance(damaged, models.Track)


def test_raw_values_that_cannot_be_encoded_become_null(serializer: Serializer) -> None:
    data = b'{"item": {"type": "hologram", "name": "\\ud800x", "gain": 1e999, "list": [-1e999]}}'

    decoded = serializer.decode(data, models.PlaylistItem).item

    assert decoded == models.UnknownItem(raw={"type": "hologram", "name": None, "gain": None, "list": [None]})


def test_a_local_file_has_no_id(serializer: Serializer) -> None:
    decoded = entry(serializer, item=local_track(), is_local=True).item

    assert isinstance(decoded, models.Track)
    assert (decoded.id, decoded.is_local, decoded.album.id, decoded.album.name) == (None, True, None, "Album")
    assert [(artist.id, artist.name) for artist in decoded.artists] == [(None, "Artist")]


def test_an_entrys_old_name_fills_the_new_field(serializer: Serializer) -> None:
    assert entry(serializer, item=NOTHING, track=track(3)) == entry(serializer, item=track(3))


def test_the_new_name_has_precedence_over_the_old_one(serializer: Serializer) -> None:
    assert entry(serializer, item=track(1), track=track(2)) == entry(serializer, item=track(1))


def test_the_old_name_is_used_if_the_new_one_is_null(serializer: Serializer) -> None:
    assert entry(serializer, item=None, track=track(2)) == entry(serializer, item=track(2))


def test_a_playlists_old_name_fills_the_new_field(serializer: Serializer) -> None:
    entries = page([playlist_item()])

    old = decode(serializer, playlist(items=NOTHING, tracks=entries), models.Playlist)

    assert old == decode(serializer, playlist(items=entries), models.Playlist)


def test_a_simplified_playlists_old_name_fills_the_new_field(serializer: Serializer) -> None:
    old = decode(serializer, simplified_playlist(items=NOTHING, tracks={"total": 7}), models.SimplifiedPlaylist)

    assert old.items == models.PlaylistTracksRef(total=7)


def test_missing_items_are_none_and_empty_items_a_page(serializer: Serializer) -> None:
    absent = decode(serializer, playlist(items=NOTHING), models.Playlist)
    empty = decode(serializer, playlist(items=page([])), models.Playlist)

    assert absent.items is None
    assert empty.items is not None
    assert empty.items.items == []


def test_an_entry_added_in_1970_keeps_its_date(serializer: Serializer) -> None:
    assert entry(serializer, added_at="1970-01-01T00:00:00Z").added_at == datetime(1970, 1, 1, tzinfo=UTC)


def test_an_entry_without_a_time_has_none(serializer: Serializer) -> None:
    assert entry(serializer, added_at=None).added_at is None


def test_a_timestamp_without_a_zone_is_in_utc(serializer: Serializer) -> None:
    assert entry(serializer, added_at="2024-01-31T22:22:22").added_at == datetime(2024, 1, 31, 22, 22, 22, tzinfo=UTC)


def test_an_entry_added_by_an_empty_id_keeps_it(serializer: Serializer) -> None:
    assert entry(serializer, added_by={"id": ""}).added_by == models.PlaylistUser(id="")


def test_nulls_in_search_results_are_kept(serializer: Serializer) -> None:
    decoded = decode(serializer, {"playlists": page([None, simplified_playlist(4)])}, models.SearchResult)

    assert decoded.playlists.items[0] is None
    assert [item.name for item in decoded.playlists.present()] == ["Playlist 4"]


def test_unknown_ids_of_a_batch_are_none(serializer: Serializer) -> None:
    decoded = decode(serializer, {"albums": [None, album(2)]}, models.SeveralAlbums)

    assert [item and item.name for item in decoded.albums] == [None, "Album 2"]


def test_unreadable_objects_of_a_batch_are_not_unknown_ids(serializer: Serializer) -> None:
    decoded = decode(serializer, {"tracks": [track(1, uri=5), None, 5, [], track(2)]}, models.SeveralTracks)

    assert [item and item.name for item in decoded.tracks] == ["Track 1", None, None, None, "Track 2"]
    assert decoded.unreadable == [2, 3]


def test_a_damaged_entry_of_a_list_without_positions_is_left_out(serializer: Serializer) -> None:
    decoded = decode(serializer, album(images=[5, None, image(width=1), image(url=None)]), models.Album)

    assert [(item.url, item.width) for item in decoded.images] == [("https://i.scdn.co/image/1", 1), ("", 640)]
    assert models.pick_image(decoded.images) == models.Image(url="https://i.scdn.co/image/1", height=640, width=1)


def test_null_images_are_none(serializer: Serializer) -> None:
    assert decode(serializer, artist(images=None), models.Artist).images is None


def test_a_float_without_fraction_becomes_an_int(serializer: Serializer) -> None:
    decoded = decode(serializer, artist(followers={"total": 4.9022656e7}), models.Artist)

    assert repr(decoded.followers.total) == "49022656"


def test_an_int_for_a_float_becomes_a_float(serializer: Serializer) -> None:
    payload = {"type": "audio_features", "id": "1", "uri": "u", "tempo": 118}

    assert repr(decode(serializer, payload, models.AudioFeatures).tempo) == "118.0"


@pytest.mark.parametrize("value", ["201000", None, True, 0.5, [1], {"a": 1}])
def test_other_values_do_not_become_ints(serializer: Serializer, value: object) -> None:
    decoded = decode(serializer, track(duration_ms=value, popularity=value), models.Track)

    assert (decoded.duration_ms, decoded.popularity) == (0, None)


@pytest.mark.parametrize("value", ["true", 1, 0, None, "1"])
def test_other_values_do_not_become_bools(serializer: Serializer, value: object) -> None:
    assert decode(serializer, track(explicit=value, is_playable=value), models.Track).is_playable is None


@pytest.mark.parametrize("value", [1_700_000_000, "2024", "2024-01-31", "yesterday", "2024-13-01T00:00:00Z", True])
def test_other_values_do_not_become_timestamps(serializer: Serializer, value: object) -> None:
    assert entry(serializer, added_at=value).added_at is None


def test_fields_missing_in_development_mode_are_none(serializer: Serializer) -> None:
    lacking = album(available_markets=NOTHING, external_ids=NOTHING, label=NOTHING, popularity=NOTHING)

    decoded = decode(serializer, lacking, models.Album)

    assert [decoded.available_markets, decoded.external_ids, decoded.label, decoded.popularity] == [None] * 4


def test_a_track_without_an_album_has_an_empty_one(serializer: Serializer) -> None:
    assert decode(serializer, track(album=NOTHING), models.Track).album == models.SimplifiedAlbum(type="album")


def test_an_old_album_without_many_fields_is_decoded(serializer: Serializer) -> None:
    old = simplified_album(artists=NOTHING, release_date=NOTHING, total_tracks=NOTHING)

    decoded = decode(serializer, old, models.SimplifiedAlbum)

    assert (decoded.artists, decoded.release_date, decoded.total_tracks, decoded.released) == ([], None, None, None)


def test_enumeration_values_are_case_insensitive(serializer: Serializer) -> None:
    assert decode(serializer, album(album_type="ALBUM"), models.Album).album_type is models.AlbumType.ALBUM


def test_unknown_enumeration_values_are_kept(serializer: Serializer) -> None:
    decoded = decode(serializer, album(album_type="Mixtape"), models.Album).album_type

    assert isinstance(decoded, models.AlbumType)
    assert (decoded.value, decoded.is_known) == ("Mixtape", False)


def test_a_chapter_keeps_the_type_that_spotify_sent(serializer: Serializer) -> None:
    assert [decode(serializer, chapter(type=kind), models.Chapter).type for kind in ("chapter", "episode")] == [
        "chapter",
        "episode",
    ]


def test_bare_and_wrapped_audiobooks_are_equal(serializer: Serializer) -> None:
    bare = decode(serializer, page([audiobook()]), models.SavedAudiobookPage)

    assert bare == decode(serializer, page([{"audiobook": audiobook()}]), models.SavedAudiobookPage)
    assert bare.items[0].audiobook.name == "Book 1"


def test_flat_and_nested_actions_are_equal(serializer: Serializer) -> None:
    flat = decode(serializer, playback(actions={"pausing": True}), models.PlaybackState)

    assert flat == decode(serializer, playback(actions={"disallows": {"pausing": True}}), models.PlaybackState)
    assert flat.actions.disallows.pausing is True


def test_a_device_may_lack_id_and_volume(serializer: Serializer) -> None:
    (decoded,) = decode(serializer, {"devices": [device(id=None, volume_percent=None)]}, models.Devices).devices

    assert (decoded.id, decoded.volume_percent) == (None, None)


def test_a_damaged_artist_is_left_out_of_a_track(serializer: Serializer) -> None:
    damaged = track(artists=[None, simplified_artist(2), "Artist 3"])

    assert [decoded.name for decoded in decode(serializer, damaged, models.Track).artists] == ["Artist 2"]


def test_a_list_of_numbers_with_a_null_is_damaged_as_a_whole(serializer: Serializer) -> None:
    segment = {"start": 0, "duration": 1, "timbre": [1.5, None, 2.5], "pitches": [0.5, 1]}

    decoded = decode(serializer, {"track": {}, "segments": [segment]}, models.AudioAnalysis).segments[0]

    assert (decoded.timbre, decoded.pitches) == ([], [0.5, 1.0])
