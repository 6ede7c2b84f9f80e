"""Every list of the API, and a transport that serves one of them with any irregularity of its pages."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from spotify.client import AsyncSpotifyClient
from spotify.interfaces.transport import HttpRequest, HttpResponse
from spotify.paging import CursorPaginator, Paginator
from tests.support import payloads
from tests.support.payloads import Payload

ID: Final = f"{1:022d}"
LIMIT: Final = 4
_FIRST_PLAY_MS: Final = 1_700_000_000_000

PageChange = Callable[[Payload, int], Mapping[str, Any]]
"""Returns the replaced fields of a page, from the page and the number of the page in the list, from 0."""


@dataclass(frozen=True, slots=True)
class ApiList:
    """One list of the API.

    Attributes:
        read: Returns its paginator, with pages of `LIMIT` items.
        item: Returns an entry by its number.
        name: Returns what identifies an entry.
        key: The member of the response that contains the page; None if the response is the page.
        cursor: The name of the cursor parameter; None for a list by offset.
    """

    read: Callable[[AsyncSpotifyClient], Paginator[Any] | CursorPaginator[Any]]
    item: Callable[[int], Payload]
    name: Callable[[Any], object] = lambda item: item.id
    key: str | None = None
    cursor: str | None = None


def _saved(kind: str, build: Callable[[int], Payload]) -> Callable[[int], Payload]:
    return lambda number: {"added_at": "2024-01-31T22:22:22Z", kind: build(number)}


def _played(number: int) -> Payload:
    played_at = datetime.fromtimestamp((_FIRST_PLAY_MS - number) / 1000, UTC).isoformat(timespec="milliseconds")
    return payloads.play_history(track=payloads.track(number), played_at=played_at)


def _entry(number: int) -> Payload:
    return payloads.playlist_item(item=payloads.track(number))


def _category(number: int) -> Payload:
    return {"id": str(number), "name": f"Category {number}", "href": "https://api.spotify.com/v1/c", "icons": []}


_RESULTS: Final[dict[str, Callable[[int], Payload]]] = {
    "album": payloads.simplified_album,
    "artist": payloads.artist,
    "playlist": payloads.simplified_playlist,
    "track": payloads.track,
    "show": payloads.show,
    "episode": payloads.simplified_episode,
    "audiobook": payloads.audiobook,
}

LISTS: Final[dict[str, ApiList]] = {
    "albums.get_tracks": ApiList(lambda c: c.albums.get_tracks(ID, limit=LIMIT), payloads.simplified_track),
    "albums.get_saved": ApiList(
        lambda c: c.albums.get_saved(limit=LIMIT), _saved("album", payloads.album), lambda entry: entry.album.id
    ),
    "albums.get_new_releases": ApiList(
        lambda c: c.albums.get_new_releases(limit=LIMIT), payloads.simplified_album, key="albums"
    ),
    "artists.get_albums": ApiList(lambda c: c.artists.get_albums(ID, limit=LIMIT), payloads.simplified_album),
    "audiobooks.get_chapters": ApiList(lambda c: c.audiobooks.get_chapters(ID, limit=LIMIT), payloads.chapter),
    "audiobooks.get_saved": ApiList(
        lambda c: c.audiobooks.get_saved(limit=LIMIT),
        _saved("audiobook", payloads.audiobook),
        lambda entry: entry.audiobook.id,
    ),
    "browse.get_categories": ApiList(lambda c: c.browse.get_categories(limit=LIMIT), _category, key="categories"),
    "browse.get_category_playlists": ApiList(
        lambda c: c.browse.get_category_playlists("dinner", limit=LIMIT), payloads.simplified_playlist, key="playlists"
    ),
    "browse.get_featured_playlists": ApiList(
        lambda c: c.browse.get_featured_playlists(limit=LIMIT), payloads.simplified_playlist, key="playlists"
    ),
    "episodes.get_saved": ApiList(
        lambda c: c.episodes.get_saved(limit=LIMIT), _saved("episode", payloads.episode), lambda entry: entry.episode.id
    ),
    "playlists.get_items": ApiList(
        lambda c: c.playlists.get_items(ID, limit=LIMIT), _entry, lambda entry: entry.item.id
    ),
    "playlists.get_for_current_user": ApiList(
        lambda c: c.playlists.get_for_current_user(limit=LIMIT), payloads.simplified_playlist
    ),
    "playlists.get_for_user": ApiList(
        lambda c: c.playlists.get_for_user("someone", limit=LIMIT), payloads.simplified_playlist
    ),
    "shows.get_episodes": ApiList(lambda c: c.shows.get_episodes(ID, limit=LIMIT), payloads.simplified_episode),
    "shows.get_saved": ApiList(
        lambda c: c.shows.get_saved(limit=LIMIT), _saved("show", payloads.show), lambda entry: entry.show.id
    ),
    "tracks.get_saved": ApiList(
        lambda c: c.tracks.get_saved(limit=LIMIT), _saved("track", payloads.track), lambda entry: entry.track.id
    ),
    "users.get_top_artists": ApiList(lambda c: c.users.get_top_artists(limit=LIMIT), payloads.artist),
    "users.get_top_tracks": ApiList(lambda c: c.users.get_top_tracks(limit=LIMIT), payloads.track),
    "users.get_followed_artists": ApiList(
        lambda c: c.users.get_followed_artists(limit=LIMIT), payloads.artist, key="artists", cursor="after"
    ),
    "player.get_recently_played": ApiList(
        lambda c: c.player.get_recently_played(limit=LIMIT), _played, lambda entry: entry.track.id, cursor="before"
    ),
    **{
        f"search.results {kind}": ApiList(
            lambda c, kind=kind: c.search.results("a", kind, limit=LIMIT), build, key=f"{kind}s"
        )
        for kind, build in _RESULTS.items()
    },
}
"""Every list, by the method that returns it; `search.results` once per type."""


class ListTransport:
    """`Transport` that serves one list correctly, but for the fields of pages that `change` replaces.

    Attributes:
        change: Replaces fields.
        names: What identifies the entries, in order: their ids.
        requests: The number of requests so far.
    """

    def __init__(self, api_list: ApiList, size: int) -> None:
        self._list = api_list
        self._items = [api_list.item(number) for number in range(1, size + 1)]
        self._cursors = [self._cursor_of(item) for item in self._items]
        self._encoded = [json.dumps(item) for item in self._items]
        self.names: list[object] = [item.get("id") or f"{number:022d}" for number, item in enumerate(self._items, 1)]
        self.change: PageChange = lambda page, number: {}
        self.requests = 0

    async def send(self, request: HttpRequest, /) -> HttpResponse:
        self.requests += 1
        url = urlsplit(request.url)
        query = dict(parse_qsl(url.query))
        page = self._cursor_page(query) if self._list.cursor else self._offset_page(query)
        start, end = page.pop("start"), page.pop("end")
        page.update(self.change(page, start // LIMIT))
        body = f'{json.dumps(page)[:-1]}, "items": [{", ".join(self._encoded[start:end])}]}}'
        if self._list.key is not None:
            body = f'{{"{self._list.key}": {body}}}'
        return HttpResponse(status=200, headers={}, body=body.encode())

    async def close(self) -> None:
        """Nothing to close."""

    def _offset_page(self, query: Mapping[str, str]) -> Payload:
        offset, limit = int(query.get("offset", 0)), int(query.get("limit", 20))
        end, total = offset + limit, len(self._items)

        def link(offset: int) -> str:
            return f"https://api.spotify.com/v1/list?offset={offset}&limit={limit}"

        return {
            "start": offset,
            "end": end,
            "href": link(offset),
            "limit": limit,
            "next": link(end) if end < total else None,
            "offset": offset,
            "previous": link(max(0, offset - limit)) if offset else None,
            "total": total,
        }

    def _cursor_page(self, query: Mapping[str, str]) -> Payload:
        name, limit = self._list.cursor or "", int(query.get("limit", 20))
        start = self._cursors.index(query[name]) + 1 if name in query else 0
        last = self._cursors[start + limit - 1] if start + limit < len(self._items) else None
        page: Payload = {
            "start": start,
            "end": start + limit,
            "href": f"https://api.spotify.com/v1/list?limit={limit}",
            "limit": limit,
            "next": None if last is None else f"https://api.spotify.com/v1/list?{name}={last}&limit={limit}",
            "cursors": None if last is None else {name: last},
        }
        return {**page, "total": len(self._items)} if name == "after" else page

    def _cursor_of(self, item: Payload) -> str | None:
        if self._list.cursor is None:
            return None
        if self._list.cursor == "after":
            return str(item["id"])
        return str(round(datetime.fromisoformat(item["played_at"]).timestamp() * 1000))
