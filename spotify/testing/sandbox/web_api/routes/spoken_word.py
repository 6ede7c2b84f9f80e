"""Shows, episodes, audiobooks and chapters.

They are available in markets: in the `market` of the request, or else in the user's country. Without either, as for a
token of the application, they are not found.

https://developer.spotify.com/documentation/web-api/reference/get-a-show
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol, TypeVar

from spotify.testing.sandbox.catalogue import Audiobook, MarketSet, Show
from spotify.testing.sandbox.http.errors import not_found
from spotify.testing.sandbox.http.messages import JsonObject, Response
from spotify.testing.sandbox.web_api.arguments import LIMIT, MARKET, OFFSET, ids, path_id
from spotify.testing.sandbox.web_api.operations import RouteTable, SandboxCall

routes = RouteTable()

ID = path_id()
IDS = ids(50)


class _Licensed(Protocol):
    @property
    def markets(self) -> MarketSet: ...


_Entity = TypeVar("_Entity", bound=_Licensed)


@routes.route("GET", "/shows/{id}", "get-a-show", ID, MARKET)
def get_show(call: SandboxCall) -> Response:
    """Return a show with its first page of episodes."""
    return Response(body=call.shapes.spoken_word.show(_find_show(call), call.view))


@routes.route("GET", "/shows", "get-multiple-shows", IDS, MARKET, development_status=403)
def get_shows(call: SandboxCall) -> Response:
    """Return several shows, without episodes."""
    return _several(call, "shows", call.catalogue.show_by_id, call.shapes.spoken_word.simplified_show)


@routes.route("GET", "/shows/{id}/episodes", "get-a-shows-episodes", ID, MARKET, LIMIT, OFFSET)
def get_show_episodes(call: SandboxCall) -> Response:
    """Return a page of the episodes of a show, newest first."""
    view, shapes = call.view, call.shapes.spoken_word
    episodes = call.catalogue.episodes_of(_find_show(call))
    return Response(body=call.page(episodes, lambda episode: shapes.simplified_episode(episode, view)))


@routes.route("GET", "/episodes/{id}", "get-an-episode", ID, MARKET)
def get_episode(call: SandboxCall) -> Response:
    """Return an episode with its show."""
    return Response(body=call.shapes.spoken_word.episode(_find(call, call.catalogue.episode_by_id), call.view))


@routes.route("GET", "/episodes", "get-multiple-episodes", IDS, MARKET, development_status=403)
def get_episodes(call: SandboxCall) -> Response:
    """Return several episodes."""
    view, shapes = call.view, call.shapes.spoken_word
    return _several(call, "episodes", call.catalogue.episode_by_id, lambda episode: shapes.episode(episode, view))


@routes.route("GET", "/audiobooks/{id}", "get-an-audiobook", ID, MARKET)
def get_audiobook(call: SandboxCall) -> Response:
    """Return an audiobook with its first page of chapters."""
    return Response(body=call.shapes.spoken_word.audiobook(_find_audiobook(call), call.view))


@routes.route("GET", "/audiobooks", "get-multiple-audiobooks", IDS, MARKET, development_status=403)
def get_audiobooks(call: SandboxCall) -> Response:
    """Return several audiobooks."""
    view, shapes = call.view, call.shapes.spoken_word
    return _several(call, "audiobooks", call.catalogue.audiobook_by_id, lambda book: shapes.audiobook(book, view))


@routes.route("GET", "/audiobooks/{id}/chapters", "get-audiobook-chapters", ID, MARKET, LIMIT, OFFSET)
def get_audiobook_chapters(call: SandboxCall) -> Response:
    """Return a page of the chapters of an audiobook."""
    view, shapes = call.view, call.shapes.spoken_word
    chapters = call.catalogue.chapters_of(_find_audiobook(call))
    return Response(body=call.page(chapters, lambda chapter: shapes.simplified_chapter(chapter, view)))


@routes.route("GET", "/chapters/{id}", "get-a-chapter", ID, MARKET)
def get_chapter(call: SandboxCall) -> Response:
    """Return a chapter with its audiobook."""
    return Response(body=call.shapes.spoken_word.chapter(_find(call, call.catalogue.chapter_by_id), call.view))


@routes.route("GET", "/chapters", "get-several-chapters", IDS, MARKET, development_status=403)
def get_chapters(call: SandboxCall) -> Response:
    """Return several chapters."""
    view, shapes = call.view, call.shapes.spoken_word
    return _several(call, "chapters", call.catalogue.chapter_by_id, lambda chapter: shapes.chapter(chapter, view))


def _find(call: SandboxCall, entities: Mapping[str, _Entity]) -> _Entity:
    """Return the entity with the id in the path if it is available."""
    entity = entities.get(call[ID])
    if entity is None or not call.view.is_available(entity.markets):
        raise not_found()
    return entity


def _find_show(call: SandboxCall) -> Show:
    return _find(call, call.catalogue.show_by_id)


def _find_audiobook(call: SandboxCall) -> Audiobook:
    return _find(call, call.catalogue.audiobook_by_id)


def _several(
    call: SandboxCall, name: str, entities: Mapping[str, _Entity], build: Callable[[_Entity], JsonObject]
) -> Response:
    """Return the entities of the ids in order, null for those that are unknown or not available."""
    view = call.view
    found = (entities.get(entity_id) for entity_id in call[IDS])
    return Response(
        body={name: [build(entity) if entity and view.is_available(entity.markets) else None for entity in found]}
    )
