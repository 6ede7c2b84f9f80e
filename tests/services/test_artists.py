"""Artists and their albums. `test_catalogue_services` has the behaviour that services share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from spotify.client import AsyncSpotifyClient
from spotify.errors import NotFoundError
from spotify.services import ArtistsService, IncludeGroup
from spotify.testing import SpotifySandbox
from spotify.testing.sandbox.catalogue import Artist
from tests.support.scripted_executor import ScriptedExecutor

UNKNOWN = "0" * 22


@pytest.fixture
def artist(sandbox: SpotifySandbox) -> Artist:
    """An artist with albums, singles and tracks on compilations."""
    return next(artist for artist in sandbox.catalogue.artists if artist.appears_on)


def ids_in(artist: Artist, group: str) -> list[str]:
    albums = artist.appears_on if group == "appears_on" else artist.albums
    return [album.id for album in albums if group in {"appears_on", album.album_type}]


async def test_an_artist_has_name_and_genres(client: AsyncSpotifyClient, artist: Artist) -> None:
    found = await client.artists.get(artist.id)

    assert (found.name, found.genres) == (artist.name, list(artist.genres))


@pytest.mark.extended_only("followers and popularity")
async def test_an_artist_has_followers(client: AsyncSpotifyClient, artist: Artist) -> None:
    found = await client.artists.get(artist.id)

    assert found.popularity == artist.popularity
    assert found.followers is not None
    assert found.followers.total == artist.followers


async def test_all_albums_are_listed_without_include_groups(client: AsyncSpotifyClient, artist: Artist) -> None:
    albums = [album async for album in client.artists.get_albums(artist.id)]

    assert {album.id for album in albums} == {album.id for album in (*artist.albums, *artist.appears_on)}


async def test_include_groups_selects_albums(client: AsyncSpotifyClient, artist: Artist) -> None:
    groups: list[IncludeGroup] = ["album", "single", "appears_on"]

    for group in groups:
        albums = [album async for album in client.artists.get_albums(artist.id, include_groups=[group])]

        assert [album.id for album in albums] == ids_in(artist, group)


@pytest.mark.extended_only("album_group")
@pytest.mark.parametrize("group", ["album", "single", "appears_on"])
async def test_an_album_has_its_album_group(group: Any, client: AsyncSpotifyClient, artist: Artist) -> None:
    page = await client.artists.get_albums(artist.id, include_groups=[group])

    assert {album.album_group for album in page.items} == {group}


async def test_include_groups_accepts_any_iterable(client: AsyncSpotifyClient, artist: Artist) -> None:
    albums = [
        album async for album in client.artists.get_albums(artist.id, include_groups=iter(("single", "appears_on")))
    ]

    assert [album.id for album in albums] == [*ids_in(artist, "single"), *ids_in(artist, "appears_on")]


@pytest.mark.parametrize(
    ("groups", "error"),
    [
        (["albums"], ValueError),
        (["album", "ep"], ValueError),
        ([], ValueError),
        ("album", TypeError),
        ([1], TypeError),
        (1, TypeError),
    ],
    ids=str,
)
def test_invalid_groups_raise_at_once(groups: Any, error: type[Exception]) -> None:
    with pytest.raises(error, match="include_groups"):
        ArtistsService(ScriptedExecutor()).get_albums(UNKNOWN, include_groups=groups)


def test_the_error_for_a_group_lists_the_valid_groups() -> None:
    with pytest.raises(ValueError, match=r"^include_groups can be album, single, appears_on, compilation; not 'ep'$"):
        ArtistsService(ScriptedExecutor()).get_albums(UNKNOWN, include_groups=["album", "ep"])  # type: ignore[list-item]


@pytest.mark.extended_only("GET /artists/{id}/top-tracks")
async def test_top_tracks_are_sorted_by_popularity(app_client: AsyncSpotifyClient, artist: Artist) -> None:
    known = sorted((track.popularity for album in artist.albums for track in album.tracks), reverse=True)

    tracks = await app_client.artists.get_top_tracks(artist.id)

    assert [track.popularity for track in tracks] == known[:10]


@pytest.mark.extended_only("GET /artists/{id}/top-tracks")
async def test_top_tracks_are_those_of_the_market(client: AsyncSpotifyClient, artist: Artist) -> None:
    tracks = await client.artists.get_top_tracks(artist.id, market="JP")

    assert tracks
    assert all(track.available_markets is None and track.is_playable is not None for track in tracks)


@pytest.mark.extended_only("GET /artists/{id}/related-artists")
async def test_related_artists_share_genres(client: AsyncSpotifyClient, artist: Artist) -> None:
    related = await client.artists.get_related(f"spotify:artist:{artist.id}")

    assert related
    assert all(set(other.genres) & set(artist.genres) for other in related)
    assert artist.id not in {other.id for other in related}


@pytest.mark.extended_only("GET /artists/{id}/top-tracks and related-artists")
@pytest.mark.parametrize("method", ["get_top_tracks", "get_related"])
async def test_the_lists_of_an_unknown_artist_are_not_found(method: str, client: AsyncSpotifyClient) -> None:
    with pytest.raises(NotFoundError):
        await getattr(client.artists, method)(UNKNOWN)


@pytest.mark.parametrize("method", [ArtistsService.get_top_tracks, ArtistsService.get_related])
async def test_an_id_that_is_not_an_artist_raises_before_a_request(method: Callable[..., Any]) -> None:
    executor = ScriptedExecutor()

    with pytest.raises(ValueError, match="expected an artist"):
        await method(ArtistsService(executor), f"spotify:album:{UNKNOWN}")

    assert executor.calls == []


async def test_an_invalid_market_of_top_tracks_raises_before_a_request() -> None:
    executor = ScriptedExecutor()

    with pytest.raises(ValueError, match="market must be"):
        await ArtistsService(executor).get_top_tracks(UNKNOWN, market="jp")

    assert executor.calls == []
