"""Search in the catalogue."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, Literal, TypeAlias, get_args, overload

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
from spotify.services._base import Service, calls, check_page_arguments

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
    """`client.search`.

    ::

        found = await client.search.search('track:"So What" artist:"Miles Davis"', ["track", "album"], limit=5)
        if found.tracks is not None:
            print([track.name for track in found.tracks.present()])  # `items` has None in place of hidden results
        async for artist in client.search.results("genre:jazz", "artist").skip_nulls():  # all results of one type
            print(artist.name)
    """

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
        """Search for objects, one page per requested type.

        HTTP: `GET /search`. Scopes: none. Development mode: yes, with at most 10 results of a type, and without the
        members that `get` of each type lacks.

        Args:
            q: The query. Filters: `album:`, `artist:`, `track:`, `year:1955-1960`, `genre:`, `isrc:`,
                `upc:`, `tag:new`, `tag:hipster`; each applies to some types only.
            types: One or several of `album`, `artist`, `playlist`, `track`, `show`, `episode` and
                `audiobook`.
            market: An ISO 3166-1 alpha-2 country code; None for the client's `market`, or the user's country. The
                token of an application has no country: without a market, it finds no shows, episodes and audiobooks.
            limit: Results per type, 1 to 50, in development mode 1 to 10; None for the most allowed.
            offset: The position of the first result of each type, 0 or more; None for the beginning. `offset + limit`
                is at most 1000: Spotify returns no further results, even if `total` is higher. A limit of None
                is reduced to fit.
            include_external: Whether audio hosted elsewhere counts as playable.

        Returns:
            A page per requested type, None for the other types. An item is None if Spotify does not show the object.

        Raises:
            ValueError: `q` or `types` is empty, a type is unknown, `market` is not a country code, or a number is out
                of bounds, which depend on the quota mode for `limit`.
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
        """Search for objects of one type: `await` for one page, `async for` for all of them.

        To continue a result of `search` without requesting its page again, pass that page::

            result = await client.search.search("blue", ["album", "track"])
            async for track in client.search.results("blue", "track").starting_with(result.tracks).skip_nulls():
                ...

        HTTP: `GET /search`. Scopes: none. Development mode: yes, with at most 10 results per page, and without the
        members that `get` of the type lacks.

        Args:
            q: The query, with the filters of `search`.
            type: The type: `album`, `artist`, `playlist`, `track`, `show`, `episode` or `audiobook`.
            market: An ISO 3166-1 alpha-2 country code; None for the client's `market`, or the user's country. The
                token of an application has no country: without a market, it finds no shows, episodes and audiobooks.
            limit: Results per page, 1 to 50, in development mode 1 to 10; None for the most allowed.
            offset: The position of the first item, 0 or more; None for the beginning. Spotify returns the first
                1000 results, even if `total` is higher, and estimates `total` again for each page.
            include_external: Whether audio hosted elsewhere counts as playable.

        Returns:
            The results. A result is None if Spotify does not show the object; `skip_nulls` leaves these out.

        Raises:
            ValueError: `q` is empty, `type` is unknown, `market` is not a country code, or a number is out of bounds; a
                `limit` that is too high is refused on awaiting a page, and lowered by `async for`.
            SpotifyError: On awaiting: the call failed.
        """
        check_text("q", q)
        check_flag("include_external", include_external)
        check_choice("type", type, _SEARCH_TYPES)
        return self._wrapped_pages(
            SEARCH,
            SearchResult,
            lambda result: _page_of(result, type),
            q=q,
            type=type,
            market=market,
            limit=limit,
            offset=offset,
            include_external="audio" if include_external else None,
        )


def _page_of(result: SearchResult, type: SearchType) -> Page[Any]:
    page: Page[Any] | None = getattr(result, type + "s")
    if page is None:
        raise DecodeError(f"the response has no page of {type}s", path=f"$.{type}s", operation=SEARCH.id)
    return page
