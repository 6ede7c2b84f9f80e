"""Search, categories, featured playlists and markets.

https://developer.spotify.com/documentation/web-api/reference/search
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from spotify.testing.sandbox.catalogue import Category, Playlist
from spotify.testing.sandbox.http.errors import bad_request, not_found
from spotify.testing.sandbox.http.messages import JsonObject, Response
from spotify.testing.sandbox.web_api.arguments import (
    LIMIT,
    MARKET,
    OFFSET,
    SEARCH_LIMIT,
    Parameter,
    choice,
    path_string,
)
from spotify.testing.sandbox.web_api.operations import RouteTable, SandboxCall
from spotify.testing.sandbox.web_api.playlist_access import is_findable
from spotify.testing.sandbox.web_api.search_index import Query

routes = RouteTable()

_MAX_RESULTS: Final = 1000
_FEATURED_MESSAGES: Final = {
    "en": "Editor’s picks",
    "de": "Empfehlungen der Redaktion",
    "es": "Selección editorial",
    "sv": "Redaktionens val",
}


def _parse_query(value: str | None) -> Query:
    if not value or not value.strip():
        raise bad_request("No search query")
    return Query.parse(value)


def _parse_types(value: str | None) -> list[str]:
    if not value:
        raise bad_request("Missing parameter type")
    types = value.split(",")
    for type_ in types:
        if type_ not in _SEARCHES:
            raise bad_request(f"Bad search type field {type_}")
    return types


def _parse_language(value: str | None) -> str:
    """Return the language of a locale such as `es_MX`. Spotify accepts any value."""
    return (value or "").partition("_")[0].lower()


Q = Parameter("q", _parse_query)
TYPE = Parameter("type", _parse_types)
INCLUDE_EXTERNAL = choice("include_external", ("", "audio"), default="")
CATEGORY_ID = path_string("category_id")
LOCALE = Parameter("locale", _parse_language)


@routes.route("GET", "/search", "search", Q, TYPE, MARKET, SEARCH_LIMIT, OFFSET, INCLUDE_EXTERNAL)
def search(call: SandboxCall) -> Response:
    """Return a page of results of each requested type."""
    if call[OFFSET] + call[SEARCH_LIMIT] > _MAX_RESULTS:
        raise bad_request("Invalid offset")
    return Response(body={f"{type_}s": _SEARCHES[type_](call) for type_ in dict.fromkeys(call[TYPE])})


def _search_albums(call: SandboxCall) -> JsonObject:
    market = call.market
    albums = call.data.search_index.albums.find(call[Q])
    return call.page(albums, lambda album: call.shapes.music.simplified_album(album, market), SEARCH_LIMIT)


def _search_artists(call: SandboxCall) -> JsonObject:
    return call.page(call.data.search_index.artists.find(call[Q]), call.shapes.music.artist, SEARCH_LIMIT)


def _search_tracks(call: SandboxCall) -> JsonObject:
    market = call.market
    tracks = call.data.search_index.tracks.find(call[Q])
    return call.page(tracks, lambda track: call.shapes.music.track(track, market), SEARCH_LIMIT)


def _search_playlists(call: SandboxCall) -> JsonObject:
    """The index is not updated: a playlist that the caller cannot find, or that became private, is null."""

    def build(playlist: Playlist) -> JsonObject | None:
        current = call.state.playlists[playlist.id]
        if not current.public or not is_findable(call, current):
            return None
        return call.shapes.users.simplified_playlist(current)

    return call.page(call.data.search_index.playlists.find(call[Q]), build, SEARCH_LIMIT)


def _search_shows(call: SandboxCall) -> JsonObject:
    view = call.view
    shows = [show for show in call.data.search_index.shows.find(call[Q]) if view.is_available(show.markets)]
    return call.page(shows, call.shapes.spoken_word.simplified_show, SEARCH_LIMIT)


def _search_episodes(call: SandboxCall) -> JsonObject:
    view = replace(call.view, external=call[INCLUDE_EXTERNAL] == "audio")
    results = call.data.search_index.episodes.find(call[Q])
    episodes = [episode for episode in results if view.is_available(episode.markets)]
    shapes = call.shapes.spoken_word
    return call.page(episodes, lambda episode: shapes.simplified_episode(episode, view), SEARCH_LIMIT)


def _search_audiobooks(call: SandboxCall) -> JsonObject:
    view = call.view
    books = [book for book in call.data.search_index.audiobooks.find(call[Q]) if view.is_available(book.markets)]
    return call.page(books, call.shapes.spoken_word.simplified_audiobook, SEARCH_LIMIT)


_SEARCHES: Final[Mapping[str, Callable[[SandboxCall], JsonObject]]] = {
    "album": _search_albums,
    "artist": _search_artists,
    "track": _search_tracks,
    "playlist": _search_playlists,
    "show": _search_shows,
    "episode": _search_episodes,
    "audiobook": _search_audiobooks,
}


@routes.route(
    "GET", "/browse/categories", "get-categories", LOCALE, LIMIT, OFFSET, caching="catalogue", development_status=403
)
def get_categories(call: SandboxCall) -> Response:
    """Return a page of categories, named in the language of the locale."""
    page = call.page(call.catalogue.categories, lambda category: _category_object(call, category))
    return Response(body={"categories": page})


@routes.route(
    "GET",
    "/browse/categories/{category_id}",
    "get-a-category",
    CATEGORY_ID,
    LOCALE,
    caching="catalogue",
    development_status=403,
)
def get_category(call: SandboxCall) -> Response:
    """Return a category."""
    return Response(body=_category_object(call, _find_category(call)))


@routes.route(
    "GET",
    "/browse/categories/{category_id}/playlists",
    "get-a-categories-playlists",
    CATEGORY_ID,
    LIMIT,
    OFFSET,
    development_status=403,
)
def get_category_playlists(call: SandboxCall) -> Response:
    """Return a page of the playlists of a category."""
    category = _find_category(call)
    return Response(body={"message": category.name, "playlists": _playlist_page(call, category.playlists)})


@routes.route(
    "GET", "/browse/featured-playlists", "get-featured-playlists", LOCALE, LIMIT, OFFSET, development_status=404
)
def get_featured_playlists(call: SandboxCall) -> Response:
    """Return the first playlist of each category, with a message in the language of the locale."""
    message = _FEATURED_MESSAGES.get(call[LOCALE], _FEATURED_MESSAGES["en"])
    playlists = [category.playlists[0] for category in call.catalogue.categories]
    return Response(body={"message": message, "playlists": _playlist_page(call, playlists)})


@routes.route("GET", "/markets", "get-available-markets", caching="catalogue", development_status=403)
def get_markets(call: SandboxCall) -> Response:
    """Return the countries where Spotify is available."""
    return Response(body={"markets": call.catalogue.markets})


def _find_category(call: SandboxCall) -> Category:
    category = call.catalogue.category_by_id.get(call[CATEGORY_ID])
    if category is None:
        raise not_found("Specified id doesn't exist")
    return category


def _category_object(call: SandboxCall, category: Category) -> JsonObject:
    links = call.shapes.links
    return {
        "href": links.href("browse/categories", category.id),
        "icons": links.images(category.icon)[1:2],
        "id": category.id,
        "name": category.names.get(call[LOCALE], category.name),
    }


def _playlist_page(call: SandboxCall, playlists: Sequence[Playlist]) -> JsonObject:
    return call.page(
        playlists, lambda playlist: call.shapes.users.simplified_playlist(call.state.playlists[playlist.id])
    )
