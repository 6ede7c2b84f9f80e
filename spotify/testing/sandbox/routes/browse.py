"""Browsing: https://developer.spotify.com/documentation/web-api/reference/get-categories."""

from __future__ import annotations

from typing import Final

from spotify.testing.sandbox.call import Call
from spotify.testing.sandbox.catalogue import Category, Playlist
from spotify.testing.sandbox.errors import not_found
from spotify.testing.sandbox.messages import Answer, JsonObject
from spotify.testing.sandbox.parameters import LIMIT, OFFSET, Parameter, path_text
from spotify.testing.sandbox.routing import RouteTable

routes = RouteTable()

_FEATURED: Final = {
    "en": "Editor’s picks",
    "de": "Empfehlungen der Redaktion",
    "es": "Selección editorial",
    "sv": "Redaktionens val",
}


def _language(given: str | None) -> str:
    """The language of a locale such as `es_MX`; nothing is wrong with one that Spotify has no words in."""
    return (given or "").partition("_")[0].lower()


CATEGORY_ID = path_text("category_id")
LOCALE = Parameter("locale", _language)


@routes.route(
    "GET", "/browse/categories", "get-categories", LOCALE, LIMIT, OFFSET, caching="catalogue", development_refusal=403
)
def get_categories(call: Call) -> Answer:
    """All categories, named in the language of the locale."""
    page = call.page(call.catalogue.categories, lambda category: _category(call, category))
    return Answer(body={"categories": page})


@routes.route(
    "GET",
    "/browse/categories/{category_id}",
    "get-a-category",
    CATEGORY_ID,
    LOCALE,
    caching="catalogue",
    development_refusal=403,
)
def get_category(call: Call) -> Answer:
    """One category."""
    return Answer(body=_category(call, _find(call)))


@routes.route(
    "GET",
    "/browse/categories/{category_id}/playlists",
    "get-a-categories-playlists",
    CATEGORY_ID,
    LIMIT,
    OFFSET,
    development_refusal=403,
)
def get_category_playlists(call: Call) -> Answer:
    """The playlists of a category; all of them are Spotify's own."""
    category = _find(call)
    return Answer(body={"message": category.name, "playlists": _page(call, category.playlists)})


@routes.route(
    "GET", "/browse/featured-playlists", "get-featured-playlists", LOCALE, LIMIT, OFFSET, development_refusal=404
)
def get_featured_playlists(call: Call) -> Answer:
    """The first playlist of each category, under a message in the language of the locale."""
    message = _FEATURED.get(call[LOCALE], _FEATURED["en"])
    featured = [category.playlists[0] for category in call.catalogue.categories]
    return Answer(body={"message": message, "playlists": _page(call, featured)})


@routes.route("GET", "/markets", "get-available-markets", caching="catalogue", development_refusal=403)
def get_markets(call: Call) -> Answer:
    """The countries that Spotify sells in."""
    return Answer(body={"markets": call.catalogue.markets})


def _page(call: Call, playlists: list[Playlist] | tuple[Playlist, ...]) -> JsonObject:
    return call.page(
        playlists, lambda playlist: call.shapes.people.simplified_playlist(call.state.playlists[playlist.id])
    )


def _category(call: Call, category: Category) -> JsonObject:
    links = call.shapes.links
    return {
        "href": links.href("browse/categories", category.id),
        "icons": links.images(category.icon)[1:2],
        "id": category.id,
        "name": category.names.get(call[LOCALE], category.name),
    }


def _find(call: Call) -> Category:
    category = call.catalogue.category_by_id.get(call[CATEGORY_ID])
    if category is None:
        raise not_found("Specified id doesn't exist")
    return category
