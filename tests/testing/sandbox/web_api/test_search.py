"""Search."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest

from spotify.testing.sandbox import Catalogue
from spotify.testing.sandbox.web_api.search_index import Query, normalize
from tests.support.sandbox_http import Caller


async def find(call: Caller, q: str, type: str, **parameters: object) -> Any:
    query = "".join(f"&{name}={value}" for name, value in parameters.items())
    return (await call.get(f"/search?q={quote(q)}&type={type}{query}")).json[f"{type}s"]


async def test_an_exact_name_comes_first(call: Caller, catalogue: Catalogue) -> None:
    artist = catalogue.artists[7]

    page = await find(call, artist.name.upper(), "artist")

    assert page["items"][0]["id"] == artist.id


async def test_accents_are_ignored(call: Caller) -> None:
    assert (await find(call, "björk", "playlist")) == (await find(call, "bjork", "playlist")) | {
        "href": f"{call.sandbox.api_url}/search?offset=0&limit=20&q=bj%C3%B6rk&type=playlist"
    }


async def test_the_artist_filter_finds_tracks(call: Caller, catalogue: Catalogue) -> None:
    artist = catalogue.artists[3]

    page = await find(call, f'artist:"{artist.name}"', "track", limit=50)

    assert page["total"] >= sum(len(album.tracks) for album in artist.albums) - 5
    assert all(artist.id in {credited["id"] for credited in track["artists"]} for track in page["items"])


async def test_album_and_year_filters_apply_together(call: Caller, catalogue: Catalogue) -> None:
    album = catalogue.albums[20]
    year = album.release_date[:4]

    page = await find(call, f"album:{album.name.split()[0]} year:{year}-{year}", "album", limit=50)

    assert album.id in {result["id"] for result in page["items"]}
    assert all(result["release_date"].startswith(year) for result in page["items"])


@pytest.mark.parametrize("type", ["isrc", "upc"])
async def test_isrc_and_upc_find_one_result(call: Caller, catalogue: Catalogue, type: str) -> None:
    track, album = catalogue.tracks[-1], catalogue.albums[40]
    q, kind, expected = {
        "isrc": (f"isrc:{track.isrc}", "track", track.id),
        "upc": (f"upc:{album.upc}", "album", album.id),
    }[type]

    page = await find(call, q, kind)

    assert [result["id"] for result in page["items"]] == [expected]


async def test_the_genre_filter_finds_artists(call: Caller, catalogue: Catalogue) -> None:
    page = await find(call, 'genre:"neo soul"', "artist", limit=50)

    assert page["total"] == sum("neo soul" in artist.genres for artist in catalogue.artists)


async def test_the_hipster_tag_finds_a_part_of_the_albums(call: Caller, catalogue: Catalogue) -> None:
    page = await find(call, "tag:hipster", "album", limit=50)

    assert 0 < page["total"] < len(catalogue.albums) / 2


async def test_a_filter_that_a_type_does_not_have_matches_nothing(call: Caller) -> None:
    assert (await find(call, "isrc:QZ0000000001", "album"))["total"] == 0


async def test_there_is_a_page_per_type_in_the_requested_order(call: Caller) -> None:
    pages = (await call.get("/search?q=a&type=track,artist,show&limit=3")).json

    assert list(pages) == ["tracks", "artists", "shows"]
    assert all(page["limit"] == 3 and len(page["items"]) == 3 for page in pages.values())


async def test_withdrawn_playlists_are_null(call: Caller, catalogue: Catalogue) -> None:
    page = await find(call, "mix", "playlist", limit=50)

    assert None in page["items"]
    assert len([item for item in page["items"] if item]) > 10
    assert (await call.get(f"/playlists/{catalogue.withdrawn_playlist.id}")).status == 404


async def test_private_playlists_are_not_found(call: Caller, catalogue: Catalogue) -> None:
    assert (await find(call, catalogue.private_playlist.name, "playlist"))["total"] == 0


async def test_results_are_limited_to_1000(call: Caller) -> None:
    assert (await call.get("/search?q=a&type=track&limit=50&offset=950")).status == 200


async def test_shows_that_are_not_available_are_not_found(call: Caller, catalogue: Catalogue) -> None:
    name = catalogue.nordic_show.name

    in_default_market = await find(call, name, "show")
    in_norway = await find(call, name, "show", market="NO")

    assert catalogue.nordic_show.id not in {show["id"] for show in in_default_market["items"]}
    assert catalogue.nordic_show.id in {show["id"] for show in in_norway["items"]}


@pytest.mark.parametrize(
    ("text", "words", "filters"),
    [
        ("Hello  World", ("hello", "world"), {}),
        ('artist:"The Moths" letters', ("letters",), {"artist": "the moths"}),
        ("year:1990-1999 tag:new", (), {"year": "1990-1999", "tag": "new"}),
        ("chapter:one", ("chapter:one",), {}),
        ('"exact words"', ("exact", "words"), {}),
    ],
)
def test_queries_are_parsed_into_words_and_filters(text: str, words: tuple[str, ...], filters: dict[str, str]) -> None:
    assert Query.parse(text) == Query(words, filters)


def test_normalizing_removes_case_and_accents() -> None:
    assert normalize("Åsa STRASSE Straße") == "asa strasse strasse"


async def test_playlists_that_became_private_are_null(call: Caller, catalogue: Catalogue) -> None:
    playlist = catalogue.big_playlist
    await call("PUT", f"/playlists/{playlist.id}", body={"public": False})

    assert (await find(call, playlist.name, "playlist"))["items"] == [None]


async def test_exact_names_come_before_more_popular_results(call: Caller, catalogue: Catalogue) -> None:
    least_popular = min((t for t in catalogue.tracks if " " not in t.name), key=lambda track: track.popularity)

    page = await find(call, least_popular.name, "track", limit=50)

    is_exact = [track["name"] == least_popular.name for track in page["items"]]
    assert is_exact == sorted(is_exact, reverse=True)
    assert len(set(is_exact)) == 2


async def test_results_are_ordered_by_popularity(call: Caller) -> None:
    page = await find(call, "e", "artist", limit=50)

    popularities = [artist["popularity"] for artist in page["items"] if artist["name"] != "Various Artists"]
    assert popularities == sorted(popularities, reverse=True)
