"""`Catalogue`: what is generated from a seed."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from spotify.testing.sandbox import Catalogue
from spotify.testing.sandbox.catalogue import Episode, LocalFile, Track


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return Catalogue.of(0)


def all_ids(catalogue: Catalogue) -> Iterator[str]:
    for entities in (
        catalogue.albums,
        catalogue.artists,
        catalogue.tracks,
        catalogue.shows,
        catalogue.episodes,
        catalogue.audiobooks,
        catalogue.chapters,
        catalogue.playlists,
    ):
        yield from (entity.id for entity in entities)


def test_ids_are_base62_and_unique(catalogue: Catalogue) -> None:
    ids = list(all_ids(catalogue))

    assert all(re.fullmatch(r"[0-7][0-9A-Za-z]{21}", entity_id) for entity_id in ids)
    assert len(set(ids)) == len(ids)


def test_the_same_seed_gives_the_same_catalogue() -> None:
    first, second = Catalogue(3), Catalogue(3)

    assert list(all_ids(first)) == list(all_ids(second))
    assert [track.name for track in first.tracks] == [track.name for track in second.tracks]


def test_another_seed_gives_another_catalogue() -> None:
    assert not set(all_ids(Catalogue(3))) & set(all_ids(Catalogue(4)))


def test_lists_are_longer_than_a_page(catalogue: Catalogue) -> None:
    assert len(catalogue.artists) >= 50
    assert len(catalogue.albums) >= 300
    assert len(catalogue.tracks) >= 3_000
    assert len(catalogue.shows) >= 20
    assert len(catalogue.audiobooks) >= 20
    assert len(catalogue.playlists) >= 60
    assert len(catalogue.categories) > 20
    assert len(catalogue.big_playlist.entries) == 5_000
    assert len(catalogue.long_show.episodes) > 200
    assert len(catalogue.long_audiobook.chapters) > 50


def test_the_long_album_has_four_discs_in_order(catalogue: Catalogue) -> None:
    numbers = [(track.disc_number, track.track_number) for track in catalogue.long_album.tracks]

    assert len(numbers) > 50
    assert numbers == sorted(numbers)
    assert {disc for disc, _ in numbers} == {1, 2, 3, 4}


def test_the_mixed_playlist_has_all_kinds_of_entries(catalogue: Catalogue) -> None:
    entries = catalogue.mixed_playlist.entries

    assert {type(entry.item) for entry in entries} == {Track, Episode, LocalFile, type(None)}
    assert {entry.added_by for entry in entries} == {catalogue.default_user.id, "", None}
    assert any(entry.added_at == "1970-01-01T00:00:00Z" for entry in entries)


def test_release_dates_have_all_precisions(catalogue: Catalogue) -> None:
    formats = {(album.release_date_precision, re.sub(r"\d", "9", album.release_date)) for album in catalogue.albums}

    assert formats == {("year", "9999"), ("month", "9999-99"), ("day", "9999-99-99")}


@pytest.mark.parametrize("seed", range(1, 6))
def test_the_named_entities_exist_for_other_seeds(seed: int) -> None:
    catalogue = Catalogue(seed)

    assert "US" not in catalogue.relinked_track.markets
    assert catalogue.relinked_track.alternative
    assert "US" in catalogue.relinked_track.alternative.markets
    assert "JP" not in catalogue.unavailable_track.markets
    assert catalogue.foreign_playlist.owner is not catalogue.default_user
    assert not catalogue.foreign_private_playlist.public
    assert catalogue.withdrawn_playlist.withdrawn
    assert catalogue.free_user.product == "free"
    assert catalogue.default_user.product == "premium"
    assert catalogue.spotify_playlist.owner.id == "spotify"
    assert catalogue.spotify_playlist.public
    assert not catalogue.spotify_playlist.withdrawn
    assert "%" in catalogue.odd_user.id
    assert "/" in catalogue.odd_user.id
