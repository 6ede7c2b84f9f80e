"""Each shape that breaks typed clients, through both serializers."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from spotify import models
from spotify.errors import DecodeError
from spotify.impl.serialization import DataclassesJsonSerializer, MsgspecSerializer
from spotify.interfaces.serializer import Serializer
from spotify.testing.captured_logs import captured_logs
from tests.support.payloads import (
    DAMAGED_SHAPES,
    KNOWN_SHAPES,
    NOTHING,
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

ALL = pytest.mark.parametrize("shape", [*KNOWN_SHAPES, *DAMAGED_SHAPES], ids=lambda shape: shape.name)
KNOWN = pytest.mark.parametrize("shape", KNOWN_SHAPES, ids=lambda shape: shape.name)
DAMAGED = pytest.mark.parametrize("shape", DAMAGED_SHAPES, ids=lambda shape: shape.name)


@ALL
def test_both_serializers_give_equal_objects(shape: Shape) -> None:
    fast = MsgspecSerializer().decode(shape.data, shape.into)

    assert fast == DataclassesJsonSerializer().decode(shape.data, shape.into)


@KNOWN
def test_a_known_shape_is_decoded_strictly(shape: Shape, strict: Serializer, serializer: Serializer) -> None:
    assert strict.decode(shape.data, shape.into) == serializer.decode(shape.data, shape.into)


@KNOWN
def test_a_known_shape_is_no_drift(shape: Shape, serializer: Serializer) -> None:
    with captured_logs() as events:
        serializer.decode(shape.data, shape.into)

    assert events == []


@DAMAGED
def test_a_damaged_shape_is_logged_once(shape: Shape, serializer: Serializer) -> None:
    with captured_logs() as events:
        serializer.decode(shape.data, shape.into)

    assert [event["event"] for event in events] == ["response_drift"]


@DAMAGED
def test_a_damaged_shape_is_refused_when_strict(shape: Shape, strict: Serializer) -> None:
    with pytest.raises(DecodeError):
        strict.decode(shape.data, shape.into)


def decode(serializer: Serializer, payload: Any, into: Any) -> Any:
    return serializer.decode(json.dumps(payload).encode(), into)


def entry(serializer: Serializer, **overrides: Any) -> models.PlaylistItem:
    (found,) = decode(serializer, page([playlist_item(**overrides)]), models.PlaylistItemPage).items
    return found


def test_an_item_removed_from_the_catalogue_is_none(serializer: Serializer) -> None:
    assert entry(serializer, item=None).item is None


def test_an_episode_in_a_playlist_is_an_episode(serializer: Serializer) -> None:
    assert isinstance(entry(serializer, item=episode()).item, models.Episode)


def test_a_track_in_a_playlist_is_a_track(serializer: Serializer) -> None:
    assert isinstance(entry(serializer, item=track(type="TRACK")).item, models.Track)


def test_an_unknown_kind_in_a_playlist_is_kept_raw(serializer: Serializer) -> None:
    raw = {"type": "hologram", "uri": "spotify:hologram:1"}

    assert entry(serializer, item=raw).item == models.UnknownItem(raw=raw)


def test_a_damaged_track_in_a_playlist_is_kept_raw(serializer: Serializer) -> None:
    raw = track(uri=None)

    assert entry(serializer, item=raw).item == models.UnknownItem(raw=raw)


def test_raw_data_that_cannot_be_written_again_is_cleaned(serializer: Serializer) -> None:
    data = b'{"item": {"type": "track", "name": "\\ud800x", "gain": 1e999, "list": [-1e999]}}'

    found = serializer.decode(data, models.PlaylistItem).item

    assert found == models.UnknownItem(raw={"type": "track", "name": None, "gain": None, "list": [None]})


def test_a_local_file_has_no_id(serializer: Serializer) -> None:
    found = entry(serializer, item=local_track(), is_local=True).item

    assert isinstance(found, models.Track)
    assert (found.id, found.is_local, found.album.id, found.album.name) == (None, True, None, "Album")
    assert [(artist.id, artist.name) for artist in found.artists] == [(None, "Artist")]


def test_an_old_name_ends_in_the_new_field(serializer: Serializer) -> None:
    assert entry(serializer, item=NOTHING, track=track(3)) == entry(serializer, item=track(3))


def test_the_new_name_wins_over_the_old(serializer: Serializer) -> None:
    assert entry(serializer, item=track(1), track=track(2)) == entry(serializer, item=track(1))


def test_a_new_name_with_null_leaves_it_to_the_old(serializer: Serializer) -> None:
    assert entry(serializer, item=None, track=track(2)) == entry(serializer, item=track(2))


def test_a_playlists_old_name_ends_in_the_new_field(serializer: Serializer) -> None:
    entries = page([playlist_item()])

    old = decode(serializer, playlist(items=NOTHING, tracks=entries), models.Playlist)

    assert old == decode(serializer, playlist(items=entries), models.Playlist)


def test_a_brief_playlists_old_name_ends_in_the_new_field(serializer: Serializer) -> None:
    old = decode(serializer, simplified_playlist(items=NOTHING, tracks={"total": 7}), models.SimplifiedPlaylist)

    assert old.items == models.PlaylistTracksRef(total=7)


def test_absent_items_are_not_empty_items(serializer: Serializer) -> None:
    absent = decode(serializer, playlist(items=NOTHING), models.Playlist)
    empty = decode(serializer, playlist(items=page([])), models.Playlist)

    assert absent.items is None
    assert empty.items is not None
    assert empty.items.items == []


def test_an_entry_added_in_1970_keeps_its_date(serializer: Serializer) -> None:
    assert entry(serializer, added_at="1970-01-01T00:00:00Z").added_at == datetime(1970, 1, 1, tzinfo=UTC)


def test_an_entry_added_at_no_time_has_none(serializer: Serializer) -> None:
    assert entry(serializer, added_at=None).added_at is None


def test_a_moment_without_zone_is_utc(serializer: Serializer) -> None:
    assert entry(serializer, added_at="2024-01-31T22:22:22").added_at == datetime(2024, 1, 31, 22, 22, 22, tzinfo=UTC)


def test_an_entry_added_by_an_empty_id_keeps_it(serializer: Serializer) -> None:
    assert entry(serializer, added_by={"id": ""}).added_by == models.PlaylistUser(id="")


def test_nulls_of_a_search_stay_in_place(serializer: Serializer) -> None:
    found = decode(serializer, {"playlists": page([None, simplified_playlist(4)])}, models.SearchResult)

    assert found.playlists.items[0] is None
    assert [item.name for item in found.playlists.present()] == ["Playlist 4"]


def test_unknown_ids_of_a_batch_stay_in_place(serializer: Serializer) -> None:
    found = decode(serializer, {"albums": [None, album(2)]}, models.SeveralAlbums)

    assert [item and item.name for item in found.albums] == [None, "Album 2"]


def test_a_damaged_object_of_a_batch_stays_in_place(serializer: Serializer) -> None:
    found = decode(serializer, {"tracks": [track(1, uri=None), track(2)]}, models.SeveralTracks)

    assert [item and item.name for item in found.tracks] == [None, "Track 2"]


def test_a_damaged_entry_of_a_list_is_left_out(serializer: Serializer) -> None:
    found = decode(serializer, album(images=[image(url=None), image(width=1)]), models.Album)

    assert [item.width for item in found.images] == [1]


def test_a_saved_track_without_its_track_is_left_out(serializer: Serializer) -> None:
    found = decode(serializer, page([{"track": None}, {"track": track(2)}]), models.SavedTrackPage)

    assert [item.track.name for item in found.items] == ["Track 2"]


def test_null_images_are_none(serializer: Serializer) -> None:
    assert decode(serializer, artist(images=None), models.Artist).images is None


def test_a_float_for_a_whole_number_becomes_one(serializer: Serializer) -> None:
    found = decode(serializer, artist(followers={"total": 4.9022656e7}), models.Artist)

    assert repr(found.followers.total) == "49022656"


def test_a_whole_number_for_a_float_becomes_one(serializer: Serializer) -> None:
    payload = {"type": "audio_features", "id": "1", "uri": "u", "tempo": 118}

    assert repr(decode(serializer, payload, models.AudioFeatures).tempo) == "118.0"


@pytest.mark.parametrize("value", ["201000", None, True, 0.5, [1], {"a": 1}])
def test_what_is_no_number_is_not_taken_for_one(serializer: Serializer, value: object) -> None:
    found = decode(serializer, track(duration_ms=value, popularity=value), models.Track)

    assert (found.duration_ms, found.popularity) == (0, None)


@pytest.mark.parametrize("value", ["true", 1, 0, None, "1"])
def test_what_is_no_boolean_is_not_taken_for_one(serializer: Serializer, value: object) -> None:
    assert decode(serializer, track(explicit=value, is_playable=value), models.Track).is_playable is None


@pytest.mark.parametrize("value", [1_700_000_000, "2024", "2024-01-31", "yesterday", "2024-13-01T00:00:00Z", True])
def test_what_is_no_moment_is_not_taken_for_one(serializer: Serializer, value: object) -> None:
    assert entry(serializer, added_at=value).added_at is None


def test_fields_that_development_mode_lacks_are_none(serializer: Serializer) -> None:
    lacking = album(available_markets=NOTHING, external_ids=NOTHING, label=NOTHING, popularity=NOTHING)

    found = decode(serializer, lacking, models.Album)

    assert [found.available_markets, found.external_ids, found.label, found.popularity] == [None] * 4


def test_a_track_without_album_has_an_empty_one(serializer: Serializer) -> None:
    assert decode(serializer, track(album=NOTHING), models.Track).album == models.SimplifiedAlbum(type="album")


def test_an_old_album_lacks_much(serializer: Serializer) -> None:
    old = simplified_album(artists=NOTHING, release_date=NOTHING, total_tracks=NOTHING)

    found = decode(serializer, old, models.SimplifiedAlbum)

    assert (found.artists, found.release_date, found.total_tracks, found.released) == ([], None, None, None)


def test_known_values_of_enumerations_are_recognised_in_any_case(serializer: Serializer) -> None:
    assert decode(serializer, album(album_type="ALBUM"), models.Album).album_type is models.AlbumType.ALBUM


def test_unknown_values_of_enumerations_are_kept(serializer: Serializer) -> None:
    found = decode(serializer, album(album_type="Mixtape"), models.Album).album_type

    assert isinstance(found, models.AlbumType)
    assert (found.value, found.is_known) == ("Mixtape", False)


def test_a_chapter_has_the_type_that_came(serializer: Serializer) -> None:
    assert [decode(serializer, chapter(type=kind), models.Chapter).type for kind in ("chapter", "episode")] == [
        "chapter",
        "episode",
    ]


def test_bare_and_wrapped_audiobooks_are_the_same(serializer: Serializer) -> None:
    bare = decode(serializer, page([audiobook()]), models.SavedAudiobookPage)

    assert bare == decode(serializer, page([{"audiobook": audiobook()}]), models.SavedAudiobookPage)
    assert bare.items[0].audiobook.name == "Book 1"


def test_flat_and_nested_actions_are_the_same(serializer: Serializer) -> None:
    flat = decode(serializer, playback(actions={"pausing": True}), models.PlaybackState)

    assert flat == decode(serializer, playback(actions={"disallows": {"pausing": True}}), models.PlaybackState)
    assert flat.actions.disallows.pausing is True


def test_a_device_may_lack_id_and_volume(serializer: Serializer) -> None:
    (found,) = decode(serializer, {"devices": [device(id=None, volume_percent=None)]}, models.Devices).devices

    assert (found.id, found.volume_percent) == (None, None)


def test_a_damaged_artist_is_left_out_of_a_track(serializer: Serializer) -> None:
    damaged = track(artists=[simplified_artist(type=None), simplified_artist(2)])

    assert [found.name for found in decode(serializer, damaged, models.Track).artists] == ["Artist 2"]


def test_a_vector_with_a_hole_is_dropped_whole(serializer: Serializer) -> None:
    segment = {"start": 0, "duration": 1, "timbre": [1.5, None, 2.5], "pitches": [0.5, 1]}

    found = decode(serializer, {"track": {}, "segments": [segment]}, models.AudioAnalysis).segments[0]

    assert (found.timbre, found.pitches) == ([], [0.5, 1.0])
