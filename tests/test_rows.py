"""Flat rows of models, and data frames of them."""

import sys
from datetime import UTC, datetime
from types import SimpleNamespace

import polars as pl
import pytest

import spotify
from spotify.models import Devices, PlayHistory, PlaylistItem, SimplifiedAlbum, Track, UnknownItem
from spotify.rows import _COLUMNS, to_rows
from spotify.testing import SpotifySandbox

ADDED = datetime(2024, 5, 6, 7, 8, tzinfo=UTC)
TRACK = Track.from_dict(
    {
        "type": "track",
        "id": "T" * 22,
        "uri": "spotify:track:" + "T" * 22,
        "name": "So What",
        "artists": [
            {"type": "artist", "id": "A" * 22, "name": "Miles Davis"},
            {"type": "artist", "name": "Bill Evans"},
        ],
        "album": {"type": "album", "id": "B" * 22, "name": "Kind of Blue", "release_date": "1959"},
        "external_ids": {"isrc": "USSM15900113"},
        "duration_ms": 545_000,
        "external_urls": {"spotify": "https://open.spotify.com/track/x"},
    }
)


def test_an_entry_and_its_track_are_one_flat_row():
    (row,) = to_rows([PlaylistItem(added_at=ADDED, item=TRACK)])
    assert row == {
        "added_at": ADDED,
        "added_by": None,
        "is_local": False,
        "type": "track",
        "id": TRACK.id,
        "uri": TRACK.uri,
        "name": "So What",
        "url": "https://open.spotify.com/track/x",
        "artists": "Miles Davis, Bill Evans",
        "artist_ids": "A" * 22,
        "track_number": 0,
        "disc_number": 0,
        "duration_ms": 545_000,
        "explicit": False,
        "is_playable": None,
        "album": "Kind of Blue",
        "album_id": "B" * 22,
        "release_date": "1959",
        "isrc": "USSM15900113",
        "popularity": None,
    }


def test_columns_select_and_order():
    rows = to_rows([PlayHistory(track=TRACK, played_at=ADDED)], columns=["name", "played_at", "label"])
    assert rows == [{"name": "So What", "played_at": ADDED, "label": None}]
    assert list(rows[0]) == ["name", "played_at", "label"]


def test_mixed_kinds_have_the_columns_of_all():
    album = SimplifiedAlbum(type="album", name="Kind of Blue")
    unknown = UnknownItem(raw={"type": "video", "name": "Clip"})
    rows = to_rows([TRACK, None, album, PlaylistItem(item=unknown), PlaylistItem()])
    assert len(rows) == 4
    assert len({tuple(row) for row in rows}) == 1
    assert [row["name"] for row in rows] == ["So What", "Kind of Blue", "Clip", None]


@pytest.mark.parametrize("column", ["nmae", "x"])
def test_an_unknown_column_is_an_error_with_the_right_names(column):
    with pytest.raises(ValueError, match=r"did you mean 'name'\?" if column == "nmae" else "there are added_at, "):
        to_rows([], columns=[column])


@pytest.mark.parametrize("model", [Devices(devices=[]), 5])
def test_an_object_without_a_row_is_refused(model):
    with pytest.raises(TypeError, match=f"{type(model).__name__} has no row"):
        to_rows([model])


async def test_every_kind_of_list_has_rows_of_known_columns():
    async with SpotifySandbox() as sandbox, sandbox.client() as client:
        catalogue = sandbox.catalogue
        pages = [
            await pages
            for pages in (
                client.tracks.get_saved(limit=2),
                client.albums.get_saved(limit=2),
                client.episodes.get_saved(limit=2),
                client.shows.get_saved(limit=2),
                client.audiobooks.get_saved(limit=2),
                client.users.get_top_artists(limit=2),
                client.playlists.get_for_current_user(limit=2),
                client.playlists.get_items(catalogue.mixed_playlist.id, limit=20),
                client.player.get_recently_played(limit=2),
                client.albums.get_tracks(catalogue.long_album.id, limit=2),
                client.audiobooks.get_chapters(catalogue.audiobooks[0].id, limit=2),
            )
        ]
        everything = [model for page in pages for model in page.items]
        everything.append(await client.users.get_current_profile())
    rows = to_rows(everything)
    assert set(rows[0]) == _COLUMNS
    assert all(isinstance(value, str | int | float | bool | datetime | None) for row in rows for value in row.values())


def test_a_polars_data_frame_has_the_types_of_the_columns():
    # The first row has no value in the column, so that its type follows from a later one.
    plays = [PlayHistory(track=Track(type="track", name="Blue in Green")), PlayHistory(track=TRACK, played_at=ADDED)]
    frame = spotify.to_polars(plays, ["name", "played_at", "duration_ms"])
    assert frame.to_dicts() == to_rows(plays, ["name", "played_at", "duration_ms"])
    assert frame.schema["played_at"] == pl.Datetime("us", "UTC")
    assert spotify.to_polars([], ["name"]).is_empty()


# pandas and pyarrow take longer to install than all other requirements of the tests: these are their signatures.
@pytest.mark.parametrize("name", ["pandas", "pyarrow"])
def test_data_frames_are_made_of_the_rows(monkeypatch, name):
    made = []

    def data_frame(rows, **options):
        made.append((rows, options))
        return "a data frame"

    table = SimpleNamespace(from_pylist=data_frame)
    monkeypatch.setitem(sys.modules, name, SimpleNamespace(DataFrame=data_frame, Table=table))
    convert = getattr(spotify, {"pyarrow": "to_arrow"}.get(name, f"to_{name}"))
    assert convert([TRACK], ["name"]) == "a data frame"
    assert made[0][0] == [{"name": "So What"}]


@pytest.mark.parametrize("name", ["polars", "pandas", "pyarrow"])
def test_without_the_library_the_import_fails(monkeypatch, name):
    monkeypatch.setitem(sys.modules, name, None)
    convert = getattr(spotify, {"pyarrow": "to_arrow"}.get(name, f"to_{name}"))
    with pytest.raises(ImportError):
        convert([TRACK])
