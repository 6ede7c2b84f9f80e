"""Old and new names of playlist fields."""

from dataclasses import replace

from spotify import models
from tests.support.payloads import NOTHING, page, playlist, playlist_item, simplified_playlist, track

OLD = models.PlaylistItem.from_dict(playlist_item(item=NOTHING, track=track(1)))


def test_both_names_fill_one_field() -> None:
    assert models.PlaylistItem.from_dict(playlist_item(item=track(1))) == OLD


def test_the_old_name_is_not_in_the_repr() -> None:
    assert "track=" not in repr(OLD).replace("item=Track", "")


def test_the_old_name_is_not_in_the_dict() -> None:
    old = models.Playlist.from_dict(playlist(items=NOTHING, tracks=page([playlist_item()])))

    assert "tracks" not in old.to_dict()
    assert old.to_dict()["items"] == old.items.to_dict()  # type: ignore[union-attr]
    assert "track" not in OLD.to_dict()


def test_the_item_can_be_replaced() -> None:
    assert replace(OLD, item=None).item is None


def test_the_old_name_of_a_count_fills_the_new_field() -> None:
    simplified = models.SimplifiedPlaylist.from_dict(
        simplified_playlist(items=NOTHING, tracks={"total": 7, "href": "h"})
    )

    assert simplified.items == models.PlaylistTracksRef(total=7, href="h")
    assert "tracks" not in simplified.to_dict()
