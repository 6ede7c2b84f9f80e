"""Artists, their albums and top tracks, related artists."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Literal, TypeAlias, get_args, overload

from spotify._checks import choices_of
from spotify.errors import SpotifyError
from spotify.ids import Reference, artist_id, ids_of
from spotify.models import (
    Artist,
    RelatedArtists,
    SeveralArtists,
    SimplifiedAlbum,
    SimplifiedAlbumPage,
    TopTracks,
    Track,
)
from spotify.models.identity import with_requested_id
from spotify.operations.catalogue import (
    GET_ARTIST,
    GET_ARTIST_ALBUMS,
    GET_ARTIST_TOP_TRACKS,
    GET_RELATED_ARTISTS,
    GET_SEVERAL_ARTISTS,
)
from spotify.paging import Paginator
from spotify.services._base import Service, calls

IncludeGroup: TypeAlias = Literal["album", "single", "appears_on", "compilation"]

_INCLUDE_GROUPS: Final[tuple[str, ...]] = get_args(IncludeGroup)


class ArtistsService(Service):
    """`client.artists`. Artists are given as id, URI or URL; anything but a str raises `TypeError`.

    ::

        artist = await client.artists.get("spotify:artist:0OdUWJ0sBjDrqHygGUXeCF")
        async for album in client.artists.get_albums(artist.id, include_groups=["album"]):
            print(album.release_date, album.name)
    """

    __slots__ = ()

    @calls(GET_ARTIST)
    async def get(self, id: Reference) -> Artist:
        """Get one artist.

        HTTP: `GET /artists/{id}`. Scopes: none. Development mode: yes, without `followers` and `popularity`; `genres`
        is deprecated in either mode and can be empty.

        Args:
            id: The artist's id, URI or URL.

        Returns:
            The artist.

        Raises:
            ValueError: `id` is not an artist id, URI or URL.
            NotFoundError: There is no such artist.
            SpotifyError: The call failed.
        """
        identifier = artist_id(id)
        return with_requested_id(await self._call(GET_ARTIST, Artist, id=identifier), identifier)

    @overload
    async def get_several(
        self, ids: Iterable[Reference], *, return_errors: Literal[False] = False
    ) -> list[Artist | None]: ...

    @overload
    async def get_several(
        self, ids: Iterable[Reference], *, return_errors: Literal[True]
    ) -> list[Artist | SpotifyError | None]: ...

    @calls(GET_SEVERAL_ARTISTS, GET_ARTIST)
    async def get_several(
        self, ids: Iterable[Reference], *, return_errors: bool = False
    ) -> list[Artist | None] | list[Artist | SpotifyError | None]:
        """Get many artists, in batches of 50, or one by one in development mode.

        HTTP: `GET /artists?ids=`, requests concurrently. Scopes: none. Development mode: yes, with `GET /artists/{id}`
        for each id, concurrently (batches were removed 2026-02-11), without the members that `get` lacks.

        Args:
            ids: Ids, URIs or URLs of artists, at least one; duplicates are returned as often as they are given.
            return_errors: Whether an object that could not be read is returned as its error, instead of raising.

        Returns:
            The artists in the order of `ids`, None for each that does not exist.

        Raises:
            ValueError: `ids` is empty, or one of them is not an artist id, URI or URL.
            PartialReadError: Some objects could not be read; the error contains the others. Not raised with
                `return_errors`.
            SpotifyError: No object could be read; this is the error of the first. Not raised with `return_errors`.
        """
        return await self._get_several(
            GET_SEVERAL_ARTISTS,
            SeveralArtists,
            lambda response: response.artists,
            (GET_ARTIST, Artist),
            ids_of("artist", ids),
            return_errors=return_errors,
        )

    @calls(GET_ARTIST_ALBUMS)
    def get_albums(
        self,
        id: Reference,
        include_groups: Iterable[IncludeGroup] | None = None,
        market: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> Paginator[SimplifiedAlbum]:
        """List the albums of an artist: `await` for one page, `async for` for all of them.

        HTTP: `GET /artists/{id}/albums`. Scopes: none. Development mode: yes, with at most 10 albums per page and
        without `album_group` and `available_markets`.

        Args:
            id: The artist's id, URI or URL.
            include_groups: The groups to include: any of `album`, `single`, `appears_on` and `compilation`, at least
                one; None for all.
            market: An ISO 3166-1 alpha-2 country code; None for the client's `market`, or the user's country. Without
                either, an album can be listed once per country that has its own edition.
            limit: Albums per page, 1 to 50, in development mode 1 to 10; None for the most allowed.
            offset: The position of the first item, 0 or more; None for the beginning.

        Raises:
            ValueError: `id` is not an artist id, URI or URL, a group is unknown, `market` is not a country code, or
                a number is out of bounds; a `limit` that is too high is refused on awaiting a page, and lowered by
                `async for`.
            NotFoundError: On awaiting: there is no such artist.
            SpotifyError: On awaiting: the call failed.
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
    async def get_top_tracks(self, id: Reference, market: str | None = None) -> list[Track]:
        """Get the most played tracks of an artist in a country, at most ten.

        HTTP: `GET /artists/{id}/top-tracks`. Scopes: none. Development mode: no (removed 2026-02-11, no replacement).

        Args:
            id: The artist's id, URI or URL.
            market: An ISO 3166-1 alpha-2 country code; None for the client's `market`, or the user's country. The
                token of an application has no country: pass one.

        Returns:
            The tracks, the most played first.

        Raises:
            ValueError: `id` is not an artist id, URI or URL, or `market` is not a country code.
            NotFoundError: There is no such artist.
            EndpointUnavailableError: The application is in development mode.
            SpotifyError: The call failed.
        """
        response = await self._call_list(GET_ARTIST_TOP_TRACKS, TopTracks, id=artist_id(id), market=market)
        return response.tracks

    @calls(GET_RELATED_ARTISTS)
    async def get_related(self, id: Reference) -> list[Artist]:
        """Get artists with the same listeners, at most twenty.

        HTTP: `GET /artists/{id}/related-artists`. Scopes: none. Development mode: no (not available to new applications
        since 2024-11-27, no replacement).

        Args:
            id: The artist's id, URI or URL.

        Returns:
            The artists, the most similar first.

        Raises:
            ValueError: `id` is not an artist id, URI or URL.
            NotFoundError: There is no such artist.
            EndpointUnavailableError: The application is in development mode.
            SpotifyError: The call failed.
        """
        response = await self._call_list(GET_RELATED_ARTISTS, RelatedArtists, id=artist_id(id))
        return response.artists
