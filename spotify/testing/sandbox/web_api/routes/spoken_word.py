"""Shows, episodes, audiobooks, chapters.

They exist for a caller in a market only: the `market` of the request, or the user's country. A token
of the application alone that names no market finds nothing.
"""

from __future__ import annotations

from spotify.testing.sandbox.catalogue import Audiobook, Chapter, Episode, Show
from spotify.testing.sandbox.http.messages import Response
from spotify.testing.sandbox.web_api.arguments import LIMIT, MARKET, OFFSET, ids, path_id
from spotify.testing.sandbox.web_api.call import SandboxCall
from spotify.testing.sandbox.web_api.errors import not_found
from spotify.testing.sandbox.web_api.routing import RouteTable

routes = RouteTable()

ID = path_id()
IDS = ids(50)


@routes.route("GET", "/shows/{id}", "get-a-show", ID, MARKET)
def get_show(call: SandboxCall) -> Response:
    """One show with its first episodes."""
    return Response(body=call.shapes.spoken.show(_show(call), call.view))


@routes.route("GET", "/shows", "get-multiple-shows", IDS, MARKET, development_refusal=403)
def get_shows(call: SandboxCall) -> Response:
    """Several shows, without episodes."""
    view = call.view
    shows = {each: show for each, show in call.catalogue.show_by_id.items() if view.has(show.markets)}
    return call.several("shows", call[IDS], shows, lambda show: call.shapes.spoken.simplified_show(show, None))


@routes.route("GET", "/shows/{id}/episodes", "get-a-shows-episodes", ID, MARKET, LIMIT, OFFSET)
def get_show_episodes(call: SandboxCall) -> Response:
    """The episodes of a show, the newest first."""
    view = call.view
    episodes = _show(call).episodes
    return Response(body=call.page(episodes, lambda episode: call.shapes.spoken.simplified_episode(episode, view)))


@routes.route("GET", "/episodes/{id}", "get-an-episode", ID, MARKET)
def get_episode(call: SandboxCall) -> Response:
    """One episode with its show."""
    episode = _available_episode(call, call[ID])
    if episode is None:
        raise not_found()
    return Response(body=call.shapes.spoken.episode(episode, call.view))


@routes.route("GET", "/episodes", "get-multiple-episodes", IDS, MARKET, development_refusal=403)
def get_episodes(call: SandboxCall) -> Response:
    """Several episodes."""
    view = call.view
    found = [_available_episode(call, each) for each in call[IDS]]
    return Response(body={"episodes": [episode and call.shapes.spoken.episode(episode, view) for episode in found]})


@routes.route("GET", "/audiobooks/{id}", "get-an-audiobook", ID, MARKET)
def get_audiobook(call: SandboxCall) -> Response:
    """One audiobook with its first chapters."""
    return Response(body=call.shapes.spoken.audiobook(_audiobook(call), call.view))


@routes.route("GET", "/audiobooks", "get-multiple-audiobooks", IDS, MARKET, development_refusal=403)
def get_audiobooks(call: SandboxCall) -> Response:
    """Several audiobooks."""
    view = call.view
    books = {each: book for each, book in call.catalogue.audiobook_by_id.items() if view.has(book.markets)}
    return call.several("audiobooks", call[IDS], books, lambda book: call.shapes.spoken.audiobook(book, view))


@routes.route("GET", "/audiobooks/{id}/chapters", "get-audiobook-chapters", ID, MARKET, LIMIT, OFFSET)
def get_audiobook_chapters(call: SandboxCall) -> Response:
    """The chapters of an audiobook, in order."""
    view = call.view
    chapters = _audiobook(call).chapters
    return Response(body=call.page(chapters, lambda chapter: call.shapes.spoken.simplified_chapter(chapter, view)))


@routes.route("GET", "/chapters/{id}", "get-a-chapter", ID, MARKET)
def get_chapter(call: SandboxCall) -> Response:
    """One chapter with its audiobook."""
    chapter = _available_chapter(call, call[ID])
    if chapter is None:
        raise not_found()
    return Response(body=call.shapes.spoken.chapter(chapter, call.view))


@routes.route("GET", "/chapters", "get-several-chapters", IDS, MARKET, development_refusal=403)
def get_chapters(call: SandboxCall) -> Response:
    """Several chapters."""
    view = call.view
    found = [_available_chapter(call, each) for each in call[IDS]]
    return Response(body={"chapters": [chapter and call.shapes.spoken.chapter(chapter, view) for chapter in found]})


def _show(call: SandboxCall) -> Show:
    show = call.catalogue.show_by_id.get(call[ID])
    if show is None or not call.view.has(show.markets):
        raise not_found()
    return show


def _audiobook(call: SandboxCall) -> Audiobook:
    audiobook = call.catalogue.audiobook_by_id.get(call[ID])
    if audiobook is None or not call.view.has(audiobook.markets):
        raise not_found()
    return audiobook


def _available_episode(call: SandboxCall, id: str) -> Episode | None:
    episode = call.catalogue.episode_by_id.get(id)
    return episode if episode is not None and call.view.has(episode.show.markets) else None


def _available_chapter(call: SandboxCall, id: str) -> Chapter | None:
    chapter = call.catalogue.chapter_by_id.get(id)
    return chapter if chapter is not None and call.view.has(chapter.audiobook.markets) else None
