"""Categories, featured playlists, genres and markets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from spotify.client import AsyncSpotifyClient
from spotify.config import ClientConfig
from spotify.errors import EndpointUnavailableError, NotFoundError
from spotify.services.browse import BrowseService
from spotify.testing import FakeTransport, SpotifySandbox
from tests.support.scripted_executor import ScriptedExecutor

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
        lambda browse, of=None, **arguments: browse.get_categories(**arguments),
    ),
    "get_category_playlists": (
        "GET /browse/categories/dinner/playlists",
        "playlists",
        PLAYLIST,
        lambda browse, of="dinner", **arguments: browse.get_category_playlists(of, **arguments),
    ),
    "get_featured_playlists": (
        "GET /browse/featured-playlists",
        "playlists",
        PLAYLIST,
        lambda browse, of=None, **arguments: browse.get_featured_playlists(**arguments),
    ),
}

for_each_listing = pytest.mark.parametrize(("route", "member", "item", "listing"), LISTINGS.values(), ids=LISTINGS)


async def test_categories_are_listed_in_a_language(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    known = sandbox.catalogue.categories

    english = [category async for category in client.browse.get_categories(limit=3)]
    swedish = await client.browse.get_categories("sv_SE", limit=2, offset=1)

    assert [(category.id, category.name) for category in english] == [(each.id, each.name) for each in known]
    assert [category.name for category in swedish.items] == [each.names["sv"] for each in known[1:3]]
    assert swedish.total == len(known)


async def test_get_category_returns_the_category(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    for known in sandbox.catalogue.categories:
        category = await client.browse.get_category(known.id, locale="de_AT")

        assert (category.id, category.name) == (known.id, known.names["de"])


async def test_an_unknown_category_is_not_found(client: AsyncSpotifyClient) -> None:
    with pytest.raises(NotFoundError):
        await client.browse.get_category("no such category")
    with pytest.raises(NotFoundError):
        await client.browse.get_category_playlists("no such category")


async def test_the_playlists_of_a_category_are_listed(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    known = sandbox.catalogue.categories[0]

    found = [playlist async for playlist in client.browse.get_category_playlists(known.id, limit=2)]

    assert [playlist and playlist.id for playlist in found] == [playlist.id for playlist in known.playlists]


@for_each_listing
async def test_a_list_starts_at_its_offset(
    route: str, member: str, item: Any, listing: Listing, client: AsyncSpotifyClient, sandbox: SpotifySandbox
) -> None:
    some = sandbox.catalogue.categories[0].id

    every = await listing(client.browse, of=some)
    rest = await listing(client.browse, of=some, offset=1, limit=2)

    assert [each.id for each in rest.items] == [each.id for each in every.items[1:3]]


async def test_featured_playlists_are_owned_by_spotify(client: AsyncSpotifyClient) -> None:
    page = await client.browse.get_featured_playlists(limit=3)

    assert len(page.present()) == 3
    assert {playlist.owner and playlist.owner.id for playlist in page.present()} == {"spotify"}


async def test_genres_can_be_seeds(client: AsyncSpotifyClient) -> None:
    genres = await client.browse.get_genre_seeds()

    found = await client.tracks.get_recommendations(seed_genres=genres[:1], limit=3)

    assert [seed.id for seed in found.seeds] == genres[:1]


async def test_markets_are_those_of_the_catalogue(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    assert await client.browse.get_markets() == list(sandbox.catalogue.markets)


async def test_applications_can_call_every_method(app_client: AsyncSpotifyClient) -> None:
    assert (await app_client.browse.get_categories(limit=1)).items
    assert (await app_client.browse.get_featured_playlists(limit=1)).items
    assert await app_client.browse.get_markets()


@for_each_listing
async def test_iterating_reads_every_page(route: str, member: str, item: Any, listing: Listing) -> None:
    transport = FakeTransport()
    link = f"https://api.spotify.com/v1{route.removeprefix('GET ')}?offset=1&limit=1"
    transport.answer(route, json={member: page(item, next=link)})
    transport.answer(route, json={member: page(item, offset=1)})
    client = AsyncSpotifyClient("t", transport=transport)

    found = [each async for each in listing(client.browse, limit=1)]

    assert [each.id for each in found] == [item["id"]] * 2
    assert query_of(transport)["offset"] == "1"


@pytest.mark.parametrize("name", ["get_category_playlists", "get_featured_playlists"])
async def test_a_hidden_playlist_is_none(name: str) -> None:
    route, member, item, listing = LISTINGS[name]
    transport = FakeTransport()
    transport.answer(route, json={member: page(None, item), "message": "Tonight's"})

    found = await listing(AsyncSpotifyClient("t", transport=transport).browse)

    assert found.items[0] is None
    assert [each.name for each in found.present()] == ["Tonight"]


@pytest.mark.parametrize("name", ["get_categories", "get_featured_playlists"])
async def test_lists_send_the_locale(name: str) -> None:
    route, member, item, listing = LISTINGS[name]
    transport = FakeTransport()
    transport.answer(route, json={member: page(item)}, times=2)
    client = AsyncSpotifyClient("t", transport=transport, config=ClientConfig(locale="sv_SE"))

    await listing(client.browse)
    assert query_of(transport)["locale"] == "sv_SE"
    await listing(client.browse, locale="es_MX")
    assert query_of(transport)["locale"] == "es_MX"


async def test_get_category_sends_the_locale() -> None:
    transport = FakeTransport()
    transport.answer("GET /browse/categories/{id}", json={**CATEGORY, "name": "Cena"})

    category = await AsyncSpotifyClient("t", transport=transport).browse.get_category("dinner", "es_MX")

    assert (category.id, category.name) == ("dinner", "Cena")
    assert query_of(transport) == {"locale": "es_MX"}


async def test_a_category_id_is_encoded_as_one_path_segment() -> None:
    transport = FakeTransport()
    transport.answer("GET /browse/categories/{id}", json=CATEGORY)

    await AsyncSpotifyClient("t", transport=transport).browse.get_category("r&b / soul?")

    assert transport.requests[0].url.endswith("/browse/categories/r%26b%20%2F%20soul%3F")


@pytest.mark.parametrize(
    ("route", "body", "read"),
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
async def test_genres_and_markets_are_lists_of_str(route: str, body: Any, read: Callable[..., Any]) -> None:
    transport = FakeTransport()
    transport.answer(route, json=body)

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
async def test_every_method_is_unavailable_in_development_mode(
    route: str, call: Callable[[BrowseService], Any]
) -> None:
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
    (lambda browse: browse.get_featured_playlists(locale=""), ValueError, "locale must be a language and a country"),
    (lambda browse: browse.get_featured_playlists(limit="5"), TypeError, "limit must be an integer"),
]


@pytest.mark.parametrize(("call", "error", "message"), REFUSED)
async def test_invalid_arguments_raise_before_a_request(
    call: Callable[[BrowseService], Any], error: type[Exception], message: str
) -> None:
    executor = ScriptedExecutor()

    with pytest.raises(error, match=message):
        await call(BrowseService(executor))

    assert executor.calls == []
