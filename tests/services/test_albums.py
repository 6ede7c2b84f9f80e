"""Albums: what is said of them, and new releases. What they share with other services: test_catalogue_services."""

from __future__ import annotations

import pytest

from spotify.client import AsyncSpotifyClient
from spotify.testing import SpotifySandbox


@pytest.mark.extended_only("label and popularity")
async def test_an_album_is_told_in_full(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    known = sandbox.catalogue.albums[7]

    album = await client.albums.get(known.id)

    assert (album.name, album.album_type, album.label) == (known.name, known.album_type, known.label)
    assert (album.release_date, album.release_date_precision) == (known.release_date, known.release_date_precision)
    assert [artist.id for artist in album.artists] == [artist.id for artist in known.artists]
    assert album.external_ids is not None
    assert (album.external_ids.upc, album.popularity) == (known.upc, known.popularity)


async def test_an_album_holds_the_first_page_of_its_tracks(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    known = sandbox.catalogue.long_album

    album = await client.albums.get(known.id)

    assert album.tracks is not None
    assert [track.id for track in album.tracks.items] == [track.id for track in known.tracks[:50]]
    assert (album.tracks.total, album.total_tracks) == (72, 72)


@pytest.mark.extended_only("available_markets")
async def test_without_a_market_an_album_says_where_it_is_available(
    client: AsyncSpotifyClient, sandbox: SpotifySandbox
) -> None:
    known = sandbox.catalogue.albums[0]

    album = await client.albums.get(known.id)

    assert (album.available_markets, album.is_playable) == (known.markets.codes, None)


async def test_with_a_market_an_album_says_whether_it_can_be_played(
    client: AsyncSpotifyClient, sandbox: SpotifySandbox
) -> None:
    elsewhere = next(album for album in sandbox.catalogue.albums if "US" not in album.markets)

    album = await client.albums.get(elsewhere.id, market="US")

    assert (album.available_markets, album.is_playable) == (None, False)
    assert album.restrictions is not None
    assert album.restrictions.reason == "market"


async def test_tracks_know_their_discs_and_places(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    known = sandbox.catalogue.long_album

    tracks = [track async for track in client.albums.get_tracks(known.id)]

    assert [(track.disc_number, track.track_number, track.name) for track in tracks] == [
        (track.disc_number, track.track_number, track.name) for track in known.tracks
    ]


async def test_saved_albums_are_of_the_market_asked_for(client: AsyncSpotifyClient) -> None:
    page = await client.albums.get_saved(limit=1, market="US")

    assert page.items[0].album.is_playable is not None


@pytest.mark.extended_only("GET /browse/new-releases")
async def test_new_releases_come_newest_first(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    newest = sorted((album.release_date for album in sandbox.catalogue.albums), reverse=True)

    page = await client.albums.get_new_releases(limit=5, offset=2)

    assert [album.release_date for album in page.items] == newest[2:7]
    assert page.total == 100


@pytest.mark.extended_only("GET /browse/new-releases")
async def test_new_releases_are_iterated_over_to_the_end(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    albums = [album async for album in client.albums.get_new_releases(limit=40)]

    assert len({album.id for album in albums}) == 100
    assert len(sandbox.requests) == 3


async def test_a_page_of_new_releases_that_is_too_long_is_refused_on_awaiting_before_any_request(
    client: AsyncSpotifyClient, sandbox: SpotifySandbox
) -> None:
    listing = client.albums.get_new_releases(limit=51)

    with pytest.raises(ValueError, match="limit must be from 1 to 50, not 51"):
        await listing

    assert sandbox.requests == []


@pytest.mark.parametrize("wrong", [{"limit": 0}, {"offset": -1}], ids=str)
async def test_bounds_of_new_releases_are_checked_at_once(
    wrong: dict[str, int], client: AsyncSpotifyClient, sandbox: SpotifySandbox
) -> None:
    with pytest.raises(ValueError, match="must be"):
        client.albums.get_new_releases(**wrong)

    assert sandbox.requests == []
