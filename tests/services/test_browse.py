"""The browse pages: what is asked of Spotify, what comes of its answers, and what is refused before any request."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from spotify.client import AsyncSpotifyClient
from spotify.config import ClientConfig
from spotify.errors import EndpointUnavailableError
from spotify.services.browse import BrowseService
from spotify.testing import FakeTransport
from tests.services.scripted_executor import ScriptedExecutor

CATEGORY = {"id": "dinner", "name": "Dinner", "href": "h", "icons": []}
PLAYLIST = {"type": "playlist", "id": "0" * 22, "uri": f"spotify:playlist:{'0' * 22}", "name": "Tonight"}


def query_of(transport: FakeTransport) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(transport.requests[-1].url).query))


def page(*items: Any, next: str | None = None, offset: int = 0) -> dict[str, Any]:
    return {"items": list(items), "next": next, "limit": 1, "offset": offset, "total": 2}


Listing = Callable[..., Any]

LISTINGS: dict[str, tuple[str, str, Any, Listing]] = {
    "get_categories": (
        "GET /browse/categories",
        "categories",
        CATEGORY,
        lambda browse, **given: browse.get_categories(**given),
    ),
    "get_category_playlists": (
        "GET /browse/categories/dinner/playlists",
        "playlists",
        PLAYLIST,
        lambda browse, **given: browse.get_category_playlists("dinner", **given),
    ),
    "get_featured_playlists": (
        "GET /browse/featured-playlists",
        "playlists",
        PLAYLIST,
        lambda browse, **given: browse.get_featured_playlists(**given),
    ),
}

for_each_listing = pytest.mark.parametrize(("route", "member", "item", "listing"), LISTINGS.values(), ids=LISTINGS)


@for_each_listing
async def test_a_list_is_paged_through(route: str, member: str, item: Any, listing: Listing) -> None:
    transport = FakeTransport()
    link = f"https://api.spotify.com/v1{route.removeprefix('GET ')}?offset=1&limit=1"
    transport.answer(route, json={member: page(item, next=link)})
    transport.answer(route, json={member: page(item, offset=1)})
    client = AsyncSpotifyClient("t", transport=transport)

    found = [each async for each in listing(client.browse, limit=1)]

    assert [each.id for each in found] == [item["id"]] * 2
    assert query_of(transport)["offset"] == "1"


@pytest.mark.parametrize("name", ["get_category_playlists", "get_featured_playlists"])
async def test_a_playlist_that_is_not_shown_is_none(name: str) -> None:
    route, member, item, listing = LISTINGS[name]
    transport = FakeTransport()
    transport.answer(route, json={member: page(None, item), "message": "Tonight's"})

    found = await listing(AsyncSpotifyClient("t", transport=transport).browse)

    assert found.items[0] is None
    assert [each.name for each in found.present()] == ["Tonight"]


@pytest.mark.parametrize("name", ["get_categories", "get_featured_playlists"])
async def test_a_list_is_asked_for_in_a_language(name: str) -> None:
    route, member, item, listing = LISTINGS[name]
    transport = FakeTransport()
    transport.answer(route, json={member: page(item)}, times=2)
    client = AsyncSpotifyClient("t", transport=transport, config=ClientConfig(locale="sv_SE"))

    await listing(client.browse)
    assert query_of(transport)["locale"] == "sv_SE"
    await listing(client.browse, locale="es_MX")
    assert query_of(transport)["locale"] == "es_MX"


async def test_a_category_is_asked_for_in_a_language() -> None:
    transport = FakeTransport()
    transport.answer("GET /browse/categories/{id}", json={**CATEGORY, "name": "Cena"})

    category = await AsyncSpotifyClient("t", transport=transport).browse.get_category("dinner", "es_MX")

    assert (category.id, category.name) == ("dinner", "Cena")
    assert query_of(transport) == {"locale": "es_MX"}


async def test_a_category_whose_id_needs_encoding_stays_one_segment() -> None:
    transport = FakeTransport()
    transport.answer("GET /browse/categories/{id}", json=CATEGORY)

    await AsyncSpotifyClient("t", transport=transport).browse.get_category("r&b / soul?")

    assert transport.requests[0].url.endswith("/browse/categories/r%26b%20%2F%20soul%3F")


@pytest.mark.parametrize(
    ("route", "answer", "read"),
    [
        (
            "GET /recommendations/available-genre-seeds",
            {"genres": ["acoustic", "bossanova"]},
            lambda browse: browse.get_genre_seeds(),
        ),
        ("GET /markets", {"markets": ["acoustic", "bossanova"]}, lambda browse: browse.get_markets()),
    ],
    ids=["get_genre_seeds", "get_markets"],
)
async def test_genres_and_markets_are_lists_of_texts(route: str, answer: Any, read: Callable[..., Any]) -> None:
    transport = FakeTransport()
    transport.answer(route, json=answer)

    assert await read(AsyncSpotifyClient("t", transport=transport).browse) == ["acoustic", "bossanova"]


CALLS: dict[str, tuple[str, Callable[[BrowseService], Any]]] = {
    "get_categories": ("GET /browse/categories", lambda browse: browse.get_categories()),
    "get_category": ("GET /browse/categories/{id}", lambda browse: browse.get_category("dinner")),
    "get_category_playlists": (
        "GET /browse/categories/{id}/playlists",
        lambda browse: browse.get_category_playlists("dinner"),
    ),
    "get_featured_playlists": ("GET /browse/featured-playlists", lambda browse: browse.get_featured_playlists()),
    "get_genre_seeds": ("GET /recommendations/available-genre-seeds", lambda browse: browse.get_genre_seeds()),
    "get_markets": ("GET /markets", lambda browse: browse.get_markets()),
}


@pytest.mark.parametrize(("route", "call"), CALLS.values(), ids=CALLS)
async def test_development_mode_has_none_of_it(route: str, call: Callable[[BrowseService], Any]) -> None:
    transport = FakeTransport()
    transport.answer(route, status=403, json={"error": {"status": 403, "message": "Forbidden"}})

    with pytest.raises(EndpointUnavailableError, match="nothing replaces it"):
        await call(AsyncSpotifyClient("t", transport=transport).browse)


REFUSED: list[tuple[Callable[[BrowseService], Any], type[Exception], str]] = [
    (lambda browse: browse.get_categories(locale="es-MX"), ValueError, "locale must be a language and a country"),
    (lambda browse: browse.get_categories(locale="es_MX\n"), ValueError, "locale must be"),
    (lambda browse: browse.get_categories(limit=51), ValueError, "limit must be from 1 to 50"),
    (lambda browse: browse.get_categories(offset=-1), ValueError, "offset must be 0 or more"),
    (lambda browse: browse.get_category(""), ValueError, "category"),
    (lambda browse: browse.get_category(".."), ValueError, "lead to other paths"),
    (lambda browse: browse.get_category("spotify:album:" + "0" * 22), ValueError, "expected a category"),
    (lambda browse: browse.get_category("dinner", "spanish"), ValueError, "locale must be"),
    (lambda browse: browse.get_category("dinner", 1), TypeError, "locale must be a str, not int"),
    (lambda browse: browse.get_category(1), TypeError, "not int"),
    (lambda browse: browse.get_category_playlists("a/../b"), ValueError, "lead to other paths"),
    (lambda browse: browse.get_category_playlists("dinner", limit=0), ValueError, "limit must be"),
    (lambda browse: browse.get_featured_playlists(locale=""), ValueError, "locale must not be empty"),
    (lambda browse: browse.get_featured_playlists(limit="5"), TypeError, "limit must be a whole number"),
]


@pytest.mark.parametrize(("call", "error", "said"), REFUSED)
async def test_what_cannot_be_is_refused_before_any_request(
    call: Callable[[BrowseService], Any], error: type[Exception], said: str
) -> None:
    executor = ScriptedExecutor()

    with pytest.raises(error, match=said):
        await call(BrowseService(executor))

    assert executor.calls == []
