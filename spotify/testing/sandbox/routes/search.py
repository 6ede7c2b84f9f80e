"""Search: https://developer.spotify.com/documentation/web-api/reference/search."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from spotify.testing.sandbox.call import Call
from spotify.testing.sandbox.catalogue import Audiobook, Episode, Playlist, Show
from spotify.testing.sandbox.errors import bad_request
from spotify.testing.sandbox.messages import Answer, JsonObject
from spotify.testing.sandbox.parameters import MARKET, OFFSET, Parameter, choice, limit_by_quota
from spotify.testing.sandbox.playlist_access import is_there
from spotify.testing.sandbox.routing import RouteTable
from spotify.testing.sandbox.search_index import Query

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
def search(call: Call) -> Answer:
    """One page of each type that is asked for."""
    if call[OFFSET] + call[SEARCH_LIMIT] > _HIGHEST_END:
        raise bad_request("Invalid offset")
    return Answer(body={f"{type_}s": _SEARCHES[type_](call) for type_ in dict.fromkeys(call[TYPE])})


def _albums(call: Call) -> JsonObject:
    market = call.market
    found = call.world.index.albums.find(call[Q])
    return call.page(found, lambda album: call.shapes.music.simplified_album(album, market), SEARCH_LIMIT)


def _artists(call: Call) -> JsonObject:
    return call.page(call.world.index.artists.find(call[Q]), call.shapes.music.artist, SEARCH_LIMIT)


def _tracks(call: Call) -> JsonObject:
    market = call.market
    found = call.world.index.tracks.find(call[Q])
    return call.page(found, lambda track: call.shapes.music.track(track, market), SEARCH_LIMIT)


def _playlists(call: Call) -> JsonObject:
    """The index is behind: playlists that are gone, private by now, or not for this application leave a null."""

    def shape(playlist: Playlist) -> JsonObject | None:
        current = call.state.playlists[playlist.id]
        found = current.public and is_there(call, current)
        return call.shapes.people.simplified_playlist(current) if found else None

    return call.page(call.world.index.playlists.find(call[Q]), shape, SEARCH_LIMIT)


def _shows(call: Call) -> JsonObject:
    view = call.view
    found: list[Show] = [show for show in call.world.index.shows.find(call[Q]) if view.has(show.markets)]
    return call.page(found, lambda show: call.shapes.spoken.simplified_show(show, None), SEARCH_LIMIT)


def _episodes(call: Call) -> JsonObject:
    view = replace(call.view, external=call[INCLUDE_EXTERNAL] == "audio")
    found: list[Episode] = [
        episode for episode in call.world.index.episodes.find(call[Q]) if view.has(episode.show.markets)
    ]
    return call.page(found, lambda episode: call.shapes.spoken.simplified_episode(episode, view), SEARCH_LIMIT)


def _audiobooks(call: Call) -> JsonObject:
    view = call.view
    found: list[Audiobook] = [book for book in call.world.index.audiobooks.find(call[Q]) if view.has(book.markets)]
    return call.page(found, lambda book: call.shapes.spoken.simplified_audiobook(book, None), SEARCH_LIMIT)


_SEARCHES: Final[Mapping[str, Callable[[Call], JsonObject]]] = {
    "album": _albums,
    "artist": _artists,
    "track": _tracks,
    "playlist": _playlists,
    "show": _shows,
    "episode": _episodes,
    "audiobook": _audiobooks,
}
