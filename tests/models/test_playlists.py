"""Old and new names of a playlist's items."""

from dataclasses import replace

from spotify import models
from tests.support.payloads import NOTHING, page, playlist, playlist_item, simplified_playlist, track

OLD = models.PlaylistItem.from_dict(playlist_item(item=NOTHING, track=track(1)))


def test_both_names_end_in_one_field() -> None:
    assert models.PlaylistItem.from_dict(playlist_item(item=track(1))) == OLD


def test_the_old_name_is_not_shown() -> None:
    assert "track=" not in repr(OLD).replace("item=Track", "")


def test_the_old_name_is_not_written() -> None:
    old = models.Playlist.from_dict(playlist(items=NOTHING, tracks=page([playlist_item()])))

    assert "tracks" not in old.to_dict()
    assert old.to_dict()["items"] == old.items.to_dict()  # type: ignore[union-attr]
    assert "track" not in OLD.to_dict()


def test_a_copy_with_another_item_has_that_item() -> None:
    assert replace(OLD, item=None).item is None


def test_a_count_by_its_old_name() -> None:
    brief = models.SimplifiedPlaylist.from_dict(simplified_playlist(items=NOTHING, tracks={"total": 7, "href": "h"}))

    assert brief.items == models.PlaylistTracksRef(total=7, href="h")
    assert "tracks" not in brief.to_dict()
