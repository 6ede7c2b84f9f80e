"""Categories, featured playlists, genres, markets."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from spotify.testing.sandbox import Catalogue
from tests.support.sandbox_http import Caller


async def test_categories_are_paged(call: Caller, catalogue: Catalogue) -> None:
    first = (await call.get("/browse/categories")).json["categories"]
    rest = (await call.get(first["next"].removeprefix(call.sandbox.api_url))).json["categories"]

    assert [item["id"] for item in first["items"] + rest["items"]] == [category.id for category in catalogue.categories]
    assert (len(first["items"]), first["total"], rest["next"]) == (20, 24, None)


@pytest.mark.parametrize(
    ("locale", "name"),
    [("", "Workout"), ("?locale=de_DE", "Sport"), ("?locale=es", "Ejercicio"), ("?locale=xx_XX", "Workout")],
)
async def test_the_name_of_a_category_is_in_the_language_of_the_locale(locale: str, name: str, call: Caller) -> None:
    assert (await call.get(f"/browse/categories/workout{locale}")).json["name"] == name


async def test_pages_of_categories_keep_the_locale(call: Caller) -> None:
    page = (await call.get("/browse/categories?locale=de_DE&limit=5")).json["categories"]

    assert "locale=de_DE" in page["next"]


async def test_category_ids_can_have_spaces(call: Caller, catalogue: Catalogue) -> None:
    category = next(category for category in catalogue.categories if " " in category.id)

    received = (await call.get(f"/browse/categories/{quote(category.id, safe='')}")).json

    assert received["id"] == category.id
    assert (await call.get(received["href"].removeprefix(call.sandbox.api_url))).json == received


async def test_an_unknown_category_is_not_found(call: Caller) -> None:
    for path in ("/browse/categories/unknown", "/browse/categories/unknown/playlists"):
        assert (await call.get(path)).status == 404


async def test_the_playlists_of_a_category_are_owned_by_spotify(call: Caller, catalogue: Catalogue) -> None:
    category = catalogue.categories[0]

    received = (await call.get(f"/browse/categories/{category.id}/playlists?limit=50")).json

    playlists = received["playlists"]["items"]
    assert received["message"] == category.name
    assert [playlist["id"] for playlist in playlists] == [playlist.id for playlist in category.playlists]
    assert {playlist["owner"]["id"] for playlist in playlists} == {"spotify"}
    assert len(category.playlists) > 20


async def test_featured_playlists_have_a_message_in_the_language_of_the_locale(
    call: Caller, catalogue: Catalogue
) -> None:
    received = (await call.get("/browse/featured-playlists?locale=sv_SE&limit=2&offset=1")).json

    assert received["message"] == "Redaktionens val"
    assert [playlist["id"] for playlist in received["playlists"]["items"]] == [
        category.playlists[0].id for category in catalogue.categories[1:3]
    ]
    assert received["playlists"]["total"] == len(catalogue.categories)


async def test_recommendations_accept_all_genre_seeds(call: Caller) -> None:
    for genre in (await call.get("/recommendations/available-genre-seeds")).json["genres"]:
        recommendations = (await call.get(f"/recommendations?limit=1&seed_genres={quote(genre)}")).json
        assert len(recommendations["tracks"]) == 1, genre


async def test_markets_are_countries(call: Caller, catalogue: Catalogue) -> None:
    markets = (await call.get("/markets")).json["markets"]

    assert markets == sorted(markets)
    assert {"US", "DE", catalogue.default_user.country} <= set(markets)
