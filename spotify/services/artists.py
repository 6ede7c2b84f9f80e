"""Artists, what they made, and who is like them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Literal, TypeAlias, get_args, overload

from spotify._checks import choices_of
from spotify.errors import SpotifyError
from spotify.ids import artist_id, ids_of
from spotify.models import (
    Artist,
    RelatedArtists,
    SeveralArtists,
    SimplifiedAlbum,
    SimplifiedAlbumPage,
    TopTracks,
    Track,
)
from spotify.operations.catalogue import (
    GET_ARTIST,
    GET_ARTIST_ALBUMS,
    GET_ARTIST_TOP_TRACKS,
    GET_RELATED_ARTISTS,
    GET_SEVERAL_ARTISTS,
)
from spotify.paging import Paginator
from spotify.services._base import Service
from spotify.services._operations import calls

IncludeGroup: TypeAlias = Literal["album", "single", "appears_on", "compilation"]

_INCLUDE_GROUPS: Final[tuple[str, ...]] = get_args(IncludeGroup)


class ArtistsService(Service):
    """`client.artists`. Artists are given as id, URI or URL; what is not text raises `TypeError`."""

    __slots__ = ()

    @calls(GET_ARTIST)
    async def get(self, id: str) -> Artist:
        """Get one artist.

        HTTP: `GET /artists/{id}`. Scopes: none. Development mode: yes, without `followers` and `popularity`; `genres`
        is deprecated in either mode and can be empty.

        Args:
            id: The artist's id, URI or URL.

        Returns:
            The artist.

        Raises:
            ValueError: `id` is not an artist's.
            NotFoundError: There is no such artist.
            SpotifyError: The call failed otherwise.
        """
        return await self._call(GET_ARTIST, Artist, id=artist_id(id))

    @overload
    async def get_several(
        self, ids: Iterable[str], *, return_errors: Literal[False] = False
    ) -> list[Artist | None]: ...

    @overload
    async def get_several(
        self, ids: Iterable[str], *, return_errors: Literal[True]
    ) -> list[Artist | SpotifyError | None]: ...

    @calls(GET_SEVERAL_ARTISTS, GET_ARTIST)
    async def get_several(
        self, ids: Iterable[str], *, return_errors: bool = False
    ) -> list[Artist | None] | list[Artist | SpotifyError | None]:
        """Get many artists, in batches of 50 or, in development mode, one by one.

        HTTP: `GET /artists?ids=`, the requests concurrently. Scopes: none. Development mode: yes, by
        `GET /artists/{id}` for each, concurrently (the batches were removed 2026-02-11), without what `get` lacks
        there.

        Args:
            ids: Ids, URIs or URLs of artists, at least one; duplicates are answered as often as they are asked for.
            return_errors: Whether what could not be read is answered by its error, in its place, instead of raising.

        Returns:
            The artists in the order of the ids, None for each that does not exist.

        Raises:
            ValueError: One of the ids is not an artist's, or there is none.
            PartialReadError: Some could not be read; it has the others. Not raised with `return_errors`.
            SpotifyError: None could be read; it is the first one's error. Not raised with `return_errors`.
        """
        return await self._get_several(
            GET_SEVERAL_ARTISTS,
            SeveralArtists,
            lambda answer: answer.artists,
            (GET_ARTIST, Artist),
            ids_of("artist", ids),
            return_errors=return_errors,
        )

    @calls(GET_ARTIST_ALBUMS)
    def get_albums(
        self,
        id: str,
        include_groups: Iterable[IncludeGroup] | None = None,
        market: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> Paginator[SimplifiedAlbum]:
        """List what an artist released: `await` for one page, `async for` for all of it.

        HTTP: `GET /artists/{id}/albums`. Scopes: none. Development mode: yes, with at most 10 albums a page and
        without `album_group` and `available_markets`.

        Args:
            id: The artist's id, URI or URL.
            include_groups: How the artist takes part: any of `album`, `single`, `appears_on` and `compilation`, at
                least one; None for all.
            market: An ISO 3166-1 alpha-2 country; None for the client's `market`, or the user's country. Without
                either, an album can come once for each country that has an edition of its own.
            limit: Albums a page, 1 to 50, in development mode 1 to 10; None for the most allowed.
            offset: Where to start, 0 or more; None for the beginning.

        Raises:
            ValueError: `id` is not an artist's, there is no such group, `market` is not a country, or a number is out
                of bounds; a `limit` that is too high is refused on awaiting a page, and lowered by `async for`.
            NotFoundError: On awaiting: there is no such artist.
            SpotifyError: On awaiting: the call failed otherwise.
        """
        groups = None if include_groups is None else choices_of("include_groups", include_groups, _INCLUDE_GROUPS)
        return self._pages(
            GET_ARTIST_ALBUMS,
            SimplifiedAlbumPage,
            id=artist_id(id),
            include_groups=",".join(groups) if groups else None,
            market=market,
            limit=limit,
            offset=offset,
        )

    @calls(GET_ARTIST_TOP_TRACKS)
    async def get_top_tracks(self, id: str, market: str | None = None) -> list[Track]:
        """Get the tracks of an artist that are played most in a country, ten at most.

        HTTP: `GET /artists/{id}/top-tracks`. Scopes: none. Development mode: no (removed 2026-02-11, without
        replacement).

        Args:
            id: The artist's id, URI or URL.
            market: An ISO 3166-1 alpha-2 country; None for the client's `market`, or the user's country. An
                application's own token has no country: give one.

        Returns:
            The tracks, the most played first.

        Raises:
            ValueError: `id` is not an artist's, or `market` not a country.
            NotFoundError: There is no such artist.
            EndpointUnavailableError: The application is in development mode.
            SpotifyError: The call failed otherwise.
        """
        answer = await self._call(GET_ARTIST_TOP_TRACKS, TopTracks, id=artist_id(id), market=market)
        return answer.tracks

    @calls(GET_RELATED_ARTISTS)
    async def get_related(self, id: str) -> list[Artist]:
        """Get artists whom the same people listen to, twenty at most.

        HTTP: `GET /artists/{id}/related-artists`. Scopes: none. Development mode: no (not for new applications since
        2024-11-27, without replacement).

        Args:
            id: The artist's id, URI or URL.

        Returns:
            The artists, the most alike first.

        Raises:
            ValueError: `id` is not an artist's.
            NotFoundError: There is no such artist.
            EndpointUnavailableError: The application is in development mode.
            SpotifyError: The call failed otherwise.
        """
        answer = await self._call(GET_RELATED_ARTISTS, RelatedArtists, id=artist_id(id))
        return answer.artists
