"""Albums and new releases. `test_catalogue_services` has the behaviour that services share."""

from __future__ import annotations

import pytest

from spotify.client import AsyncSpotifyClient
from spotify.testing import SpotifySandbox


@pytest.mark.extended_only("label and popularity")
async def test_an_album_has_its_details(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    known = sandbox.catalogue.albums[7]

    album = await client.albums.get(known.id)

    assert (album.name, album.album_type, album.label) == (known.name, known.album_type, known.label)
    assert (album.release_date, album.release_date_precision) == (known.release_date, known.release_date_precision)
    assert [artist.id for artist in album.artists] == [artist.id for artist in known.artists]
    assert album.external_ids is not None
    assert (album.external_ids.upc, album.popularity) == (known.upc, known.popularity)


async def test_an_album_has_the_first_page_of_its_tracks(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    known = sandbox.catalogue.long_album

    album = await client.albums.get(known.id)

    assert album.tracks is not None
    assert [track.id for track in album.tracks.items] == [track.id for track in known.tracks[:50]]
    assert (album.tracks.total, album.total_tracks) == (72, 72)


@pytest.mark.extended_only("available_markets")
async def test_without_a_market_an_album_has_available_markets(
    client: AsyncSpotifyClient, sandbox: SpotifySandbox
) -> None:
    known = sandbox.catalogue.albums[0]

    album = await client.albums.get(known.id)

    assert (album.available_markets, album.is_playable) == (list(known.markets.codes), None)


async def test_with_a_market_an_album_has_is_playable(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    elsewhere = next(album for album in sandbox.catalogue.albums if "US" not in album.markets)

    album = await client.albums.get(elsewhere.id, market="US")

    assert (album.available_markets, album.is_playable) == (None, False)
    assert album.restrictions is not None
    assert album.restrictions.reason == "market"


async def test_tracks_have_disc_and_track_numbers(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    known = sandbox.catalogue.long_album

    tracks = [track async for track in client.albums.get_tracks(known.id)]

    assert [(track.disc_number, track.track_number, track.name) for track in tracks] == [
        (track.disc_number, track.track_number, track.name) for track in known.tracks
    ]


async def test_saved_albums_are_those_of_the_market(client: AsyncSpotifyClient) -> None:
    page = await client.albums.get_saved(limit=1, market="US")

    assert page.items[0].album.is_playable is not None


@pytest.mark.extended_only("GET /browse/new-releases")
async def test_new_releases_are_sorted_by_date(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    newest = sorted((album.release_date for album in sandbox.catalogue.albums), reverse=True)

    page = await client.albums.get_new_releases(limit=5, offset=2)

    assert [album.release_date for album in page.items] == newest[2:7]
    assert page.total == 100


@pytest.mark.extended_only("GET /browse/new-releases")
async def test_iterating_new_releases_reads_every_page(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    albums = [album async for album in client.albums.get_new_releases(limit=40)]

    assert len({album.id for album in albums}) == 100
    assert len(sandbox.requests) == 3


async def test_awaiting_new_releases_with_a_limit_too_high_raises(
    client: AsyncSpotifyClient, sandbox: SpotifySandbox
) -> None:
    listing = client.albums.get_new_releases(limit=51)

    with pytest.raises(ValueError, match="limit must be from 1 to 50, not 51"):
        await listing

    assert sandbox.requests == []


@pytest.mark.parametrize("wrong", [{"limit": 0}, {"offset": -1}], ids=str)
async def test_invalid_arguments_of_new_releases_raise_at_once(
    wrong: dict[str, int], client: AsyncSpotifyClient, sandbox: SpotifySandbox
) -> None:
    with pytest.raises(ValueError, match="must be"):
        client.albums.get_new_releases(**wrong)

    assert sandbox.requests == []
