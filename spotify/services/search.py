"""Search: the catalogue by words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, Literal, TypeAlias, cast, get_args, overload

from spotify._checks import check_choice, check_flag, check_text, choices_of
from spotify.errors import DecodeError
from spotify.interfaces.executor import Argument
from spotify.models import (
    Artist,
    Page,
    SearchResult,
    SimplifiedAlbum,
    SimplifiedAudiobook,
    SimplifiedEpisode,
    SimplifiedPlaylist,
    SimplifiedShow,
    Track,
)
from spotify.operations.catalogue import SEARCH
from spotify.paging import Paginator
from spotify.services._base import Service, check_page_arguments
from spotify.services._operations import calls

SearchType: TypeAlias = Literal["album", "artist", "playlist", "track", "show", "episode", "audiobook"]

_SEARCH_TYPES: Final[tuple[str, ...]] = get_args(SearchType)

_Results: TypeAlias = (
    Paginator[SimplifiedAlbum | None]
    | Paginator[Artist | None]
    | Paginator[SimplifiedPlaylist | None]
    | Paginator[Track | None]
    | Paginator[SimplifiedShow | None]
    | Paginator[SimplifiedEpisode | None]
    | Paginator[SimplifiedAudiobook | None]
)


class SearchService(Service):
    """`client.search`."""

    __slots__ = ()

    @calls(SEARCH)
    async def search(
        self,
        q: str,
        types: Iterable[SearchType] | SearchType,
        market: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
        include_external: bool = False,
    ) -> SearchResult:
        """Find what matches some words, one page for each type that is asked for.

        HTTP: `GET /search`. Scopes: none. Development mode: yes, with at most 10 results of a type, and without
        the fields that `get` of each type lacks there.

        Args:
            q: The words. Filters narrow them down: `album:`, `artist:`, `track:`, `year:1955-1960`, `genre:`, `isrc:`,
                `upc:`, `tag:new`, `tag:hipster`; each works for some types only.
            types: What to look for: one or several of `album`, `artist`, `playlist`, `track`, `show`, `episode` and
                `audiobook`.
            market: An ISO 3166-1 alpha-2 country; None for the client's `market`, or the user's country. An
                application's own token has no country: without one, shows, episodes and audiobooks are not found.
            limit: Results of each type, 1 to 50, in development mode 1 to 10; None for the most allowed.
            offset: Where to start, in each type alike, 0 or more; None for the beginning. `offset + limit` is at most
                1000: Spotify shows no further results, whatever `total` says. A limit of None shrinks to fit.
            include_external: Whether the listener can play audio that is hosted elsewhere; it then counts as playable.

        Returns:
            A page for each type that was asked for, None for the others. Their items can be None: Spotify leaves holes
            where something was found that cannot be shown.

        Raises:
            ValueError: `q` is empty, a type is unknown or there is none, `market` is not a country, or a number is out
                of bounds, for `limit` those of the quota mode.
            SpotifyError: The call failed.
        """
        check_text("q", q)
        check_flag("include_external", include_external)
        chosen = choices_of("types", [types] if isinstance(types, str) else types, _SEARCH_TYPES)
        arguments: dict[str, Argument] = {
            "q": q,
            "type": ",".join(chosen),
            "market": market,
            "limit": limit,
            "offset": offset,
            "include_external": "audio" if include_external else None,
        }
        check_page_arguments(arguments)
        return await self._call_page(SEARCH, SearchResult, arguments, clamp=False)

    @overload
    def results(
        self,
        q: str,
        type: Literal["album"],
        market: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
        include_external: bool = False,
    ) -> Paginator[SimplifiedAlbum | None]: ...

    @overload
    def results(
        self,
        q: str,
        type: Literal["artist"],
        market: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
        include_external: bool = False,
    ) -> Paginator[Artist | None]: ...

    @overload
    def results(
        self,
        q: str,
        type: Literal["playlist"],
        market: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
        include_external: bool = False,
    ) -> Paginator[SimplifiedPlaylist | None]: ...

    @overload
    def results(
        self,
        q: str,
        type: Literal["track"],
        market: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
        include_external: bool = False,
    ) -> Paginator[Track | None]: ...

    @overload
    def results(
        self,
        q: str,
        type: Literal["show"],
        market: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
        include_external: bool = False,
    ) -> Paginator[SimplifiedShow | None]: ...

    @overload
    def results(
        self,
        q: str,
        type: Literal["episode"],
        market: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
        include_external: bool = False,
    ) -> Paginator[SimplifiedEpisode | None]: ...

    @overload
    def results(
        self,
        q: str,
        type: Literal["audiobook"],
        market: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
        include_external: bool = False,
    ) -> Paginator[SimplifiedAudiobook | None]: ...

    @calls(SEARCH)
    def results(
        self,
        q: str,
        type: SearchType,
        market: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
        include_external: bool = False,
    ) -> _Results:
        """List what of one type matches some words: `await` for one page, `async for` for all of them.

        To go on with what `search` found, without requesting its page again, search for the same once more::

            found = await client.search.search("blue", ["album", "track"])
            async for track in client.search.results("blue", "track").starting_with(found.tracks).skip_nulls(): ...

        HTTP: `GET /search`. Scopes: none. Development mode: yes, with at most 10 results a page, and without the fields
        that `get` of the type lacks there.

        Args:
            q: The words, and filters as `search` takes them.
            type: What to look for: `album`, `artist`, `playlist`, `track`, `show`, `episode` or `audiobook`.
            market: An ISO 3166-1 alpha-2 country; None for the client's `market`, or the user's country. An
                application's own token has no country: without one, shows, episodes and audiobooks are not found.
            limit: Results a page, 1 to 50, in development mode 1 to 10; None for the most allowed.
            offset: Where to start, 0 or more; None for the beginning. Spotify shows the first 1000 results, whatever
                `total` says, and estimates `total` anew for each page.
            include_external: Whether the listener can play audio that is hosted elsewhere; it then counts as playable.

        Returns:
            The results. They can be None: Spotify leaves holes where something was found that cannot be shown, which
            `skip_nulls` leaves out.

        Raises:
            ValueError: `q` is empty, `type` is unknown, `market` is not a country, or a number is out of bounds; a
                `limit` that is too high is refused on awaiting a page, and lowered by `async for`.
            SpotifyError: On awaiting: the call failed.
        """
        check_text("q", q)
        check_flag("include_external", include_external)
        check_choice("type", type, _SEARCH_TYPES)
        return self._wrapped_pages(
            SEARCH,
            SearchResult,
            lambda found: _page_of(found, type),
            q=q,
            type=type,
            market=market,
            limit=limit,
            offset=offset,
            include_external="audio" if include_external else None,
        )


def _page_of(found: SearchResult, type: SearchType) -> Page[Any]:
    page = cast("Page[Any] | None", getattr(found, type + "s"))
    if page is None:
        raise DecodeError("there is no page of what was searched for", path=f"$.{type}s", operation=SEARCH.id)
    return page
