"""Search: https://developer.spotify.com/documentation/web-api/reference/search."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from spotify.testing.sandbox.catalogue import Audiobook, Category, Episode, Playlist, Show
from spotify.testing.sandbox.http.messages import JsonObject, Response
from spotify.testing.sandbox.web_api.arguments import (
    LIMIT,
    MARKET,
    OFFSET,
    Parameter,
    choice,
    limit_by_quota,
    path_text,
)
from spotify.testing.sandbox.web_api.call import SandboxCall
from spotify.testing.sandbox.web_api.errors import bad_request, not_found
from spotify.testing.sandbox.web_api.playlist_access import is_there
from spotify.testing.sandbox.web_api.routing import RouteTable
from spotify.testing.sandbox.web_api.search_index import Query

routes = RouteTable()

_HIGHEST_END: Final = 1000


def _query(given: str | None) -> Query:
    if not given or not given.strip():
        raise bad_request("No search query")
    return Query.parse(given)


def _types(given: str | None) -> list[str]:
    if not given:
        raise bad_request("Missing parameter type")
    types = given.split(",")
    for type_ in types:
        if type_ not in _SEARCHES:
            raise bad_request(f"Bad search type field {type_}")
    return types


Q = Parameter("q", _query)
TYPE = Parameter("type", _types)
SEARCH_LIMIT = limit_by_quota(20, 50, development_default=5, development_most=10)
INCLUDE_EXTERNAL = choice("include_external", ("", "audio"), default="")


@routes.route(
    "GET",
    "/search",
    "search",
    Q,
    TYPE,
    MARKET,
    SEARCH_LIMIT,
    OFFSET,
    INCLUDE_EXTERNAL,
)
def search(call: SandboxCall) -> Response:
    """One page of each type that is asked for."""
    if call[OFFSET] + call[SEARCH_LIMIT] > _HIGHEST_END:
        raise bad_request("Invalid offset")
    return Response(body={f"{type_}s": _SEARCHES[type_](call) for type_ in dict.fromkeys(call[TYPE])})


def _albums(call: SandboxCall) -> JsonObject:
    market = call.market
    found = call.data.index.albums.find(call[Q])
    return call.page(found, lambda album: call.shapes.music.simplified_album(album, market), SEARCH_LIMIT)


def _artists(call: SandboxCall) -> JsonObject:
    return call.page(call.data.index.artists.find(call[Q]), call.shapes.music.artist, SEARCH_LIMIT)


def _tracks(call: SandboxCall) -> JsonObject:
    market = call.market
    found = call.data.index.tracks.find(call[Q])
    return call.page(found, lambda track: call.shapes.music.track(track, market), SEARCH_LIMIT)


def _playlists(call: SandboxCall) -> JsonObject:
    """The index is behind: playlists that are gone, private by now, or not for this application leave a null."""

    def shape(playlist: Playlist) -> JsonObject | None:
        current = call.state.playlists[playlist.id]
        found = current.public and is_there(call, current)
        return call.shapes.people.simplified_playlist(current) if found else None

    return call.page(call.data.index.playlists.find(call[Q]), shape, SEARCH_LIMIT)


def _shows(call: SandboxCall) -> JsonObject:
    view = call.view
    found: list[Show] = [show for show in call.data.index.shows.find(call[Q]) if view.has(show.markets)]
    return call.page(found, lambda show: call.shapes.spoken.simplified_show(show, None), SEARCH_LIMIT)


def _episodes(call: SandboxCall) -> JsonObject:
    view = replace(call.view, external=call[INCLUDE_EXTERNAL] == "audio")
    found: list[Episode] = [
        episode for episode in call.data.index.episodes.find(call[Q]) if view.has(episode.show.markets)
    ]
    return call.page(found, lambda episode: call.shapes.spoken.simplified_episode(episode, view), SEARCH_LIMIT)


def _audiobooks(call: SandboxCall) -> JsonObject:
    view = call.view
    found: list[Audiobook] = [book for book in call.data.index.audiobooks.find(call[Q]) if view.has(book.markets)]
    return call.page(found, lambda book: call.shapes.spoken.simplified_audiobook(book, None), SEARCH_LIMIT)


_SEARCHES: Final[Mapping[str, Callable[[SandboxCall], JsonObject]]] = {
    "album": _albums,
    "artist": _artists,
    "track": _tracks,
    "playlist": _playlists,
    "show": _shows,
    "episode": _episodes,
    "audiobook": _audiobooks,
}


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
def get_categories(call: SandboxCall) -> Response:
    """All categories, named in the language of the locale."""
    page = call.page(call.catalogue.categories, lambda category: _category(call, category))
    return Response(body={"categories": page})


@routes.route(
    "GET",
    "/browse/categories/{category_id}",
    "get-a-category",
    CATEGORY_ID,
    LOCALE,
    caching="catalogue",
    development_refusal=403,
)
def get_category(call: SandboxCall) -> Response:
    """One category."""
    return Response(body=_category(call, _find(call)))


@routes.route(
    "GET",
    "/browse/categories/{category_id}/playlists",
    "get-a-categories-playlists",
    CATEGORY_ID,
    LIMIT,
    OFFSET,
    development_refusal=403,
)
def get_category_playlists(call: SandboxCall) -> Response:
    """The playlists of a category; all of them are Spotify's own."""
    category = _find(call)
    return Response(body={"message": category.name, "playlists": _page(call, category.playlists)})


@routes.route(
    "GET", "/browse/featured-playlists", "get-featured-playlists", LOCALE, LIMIT, OFFSET, development_refusal=404
)
def get_featured_playlists(call: SandboxCall) -> Response:
    """The first playlist of each category, under a message in the language of the locale."""
    message = _FEATURED.get(call[LOCALE], _FEATURED["en"])
    featured = [category.playlists[0] for category in call.catalogue.categories]
    return Response(body={"message": message, "playlists": _page(call, featured)})


@routes.route("GET", "/markets", "get-available-markets", caching="catalogue", development_refusal=403)
def get_markets(call: SandboxCall) -> Response:
    """The countries that Spotify sells in."""
    return Response(body={"markets": call.catalogue.markets})


def _page(call: SandboxCall, playlists: list[Playlist] | tuple[Playlist, ...]) -> JsonObject:
    return call.page(
        playlists, lambda playlist: call.shapes.people.simplified_playlist(call.state.playlists[playlist.id])
    )


def _category(call: SandboxCall, category: Category) -> JsonObject:
    links = call.shapes.links
    return {
        "href": links.href("browse/categories", category.id),
        "icons": links.images(category.icon)[1:2],
        "id": category.id,
        "name": category.names.get(call[LOCALE], category.name),
    }


def _find(call: SandboxCall) -> Category:
    category = call.catalogue.category_by_id.get(call[CATEGORY_ID])
    if category is None:
        raise not_found("Specified id doesn't exist")
    return category
