"""Albums, saved albums, new releases."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, overload

from spotify.bulk.library import check_library, remove_from_library, save_to_library, uris_of
from spotify.errors import SpotifyError
from spotify.ids import Reference, album_id, ids_of
from spotify.models import (
    Album,
    NewReleases,
    SavedAlbum,
    SavedAlbumPage,
    SeveralAlbums,
    SimplifiedAlbum,
    SimplifiedTrack,
    SimplifiedTrackPage,
)
from spotify.models.identity import with_requested_id
from spotify.operations.catalogue import GET_ALBUM, GET_ALBUM_TRACKS, GET_NEW_RELEASES, GET_SEVERAL_ALBUMS
from spotify.operations.library import (
    CHECK_LIBRARY_CONTAINS,
    GET_SAVED_ALBUMS,
    REMOVE_LIBRARY_ITEMS,
    SAVE_LIBRARY_ITEMS,
)
from spotify.paging import Paginator
from spotify.services._base import Service, calls


class AlbumsService(Service):
    """`client.albums`. Albums are given as id, URI or URL; anything but a str raises `TypeError`.

    ::

        album = await client.albums.get("https://open.spotify.com/album/4aawyAB9vmqN3uQ7FjRGTy")
        async for track in client.albums.get_tracks(album.id):
            print(track.track_number, track.name)
        await client.albums.save([album.id])
    """

    __slots__ = ()

    @calls(GET_ALBUM)
    async def get(self, id: Reference, market: str | None = None) -> Album:
        """Get one album with the first page of its tracks.

        HTTP: `GET /albums/{id}`. Scopes: none. Development mode: yes, without `label`, `popularity` and
        `available_markets`; `external_ids` was removed in February 2026 and restored in March.

        Args:
            id: The album's id, URI or URL.
            market: An ISO 3166-1 alpha-2 country code; None for the client's `market`, or the user's country. With a
                market, album and tracks have `is_playable`, otherwise `available_markets`.

        Returns:
            The album. `album.tracks` holds up to 50 tracks; `get_tracks` lists all of them.

        Raises:
            ValueError: `id` is not an album id, URI or URL, or `market` is not a country code.
            NotFoundError: There is no such album, or it is not available in the market.
            SpotifyError: The call failed.
        """
        identifier = album_id(id)
        return with_requested_id(await self._call(GET_ALBUM, Album, id=identifier, market=market), identifier)

    @overload
    async def get_several(
        self, ids: Iterable[Reference], market: str | None = None, *, return_errors: Literal[False] = False
    ) -> list[Album | None]: ...

    @overload
    async def get_several(
        self, ids: Iterable[Reference], market: str | None = None, *, return_errors: Literal[True]
    ) -> list[Album | SpotifyError | None]: ...

    @calls(GET_SEVERAL_ALBUMS, GET_ALBUM)
    async def get_several(
        self, ids: Iterable[Reference], market: str | None = None, *, return_errors: bool = False
    ) -> list[Album | None] | list[Album | SpotifyError | None]:
        """Get many albums, in batches of 20, or one by one in development mode.

        HTTP: `GET /albums?ids=`, requests concurrently. Scopes: none. Development mode: yes, with `GET /albums/{id}`
        for each id, concurrently (batches were removed 2026-02-11), without the members that `get` lacks.

        Args:
            ids: Ids, URIs or URLs of albums, at least one; duplicates are returned as often as they are given.
            market: An ISO 3166-1 alpha-2 country code; None for the client's `market`, or the user's country.
            return_errors: Whether an object that could not be read is returned as its error, instead of raising.

        Returns:
            The albums in the order of `ids`, None for each that does not exist.

        Raises:
            ValueError: `ids` is empty, or one of them is not an album id, URI or URL; or `market` is not a country
                code.
            PartialReadError: Some objects could not be read; the error contains the others. Not raised with
                `return_errors`.
            SpotifyError: No object could be read; this is the error of the first. Not raised with `return_errors`.
        """
        return await self._get_several(
            GET_SEVERAL_ALBUMS,
            SeveralAlbums,
            lambda response: response.albums,
            (GET_ALBUM, Album),
            ids_of("album", ids),
            return_errors=return_errors,
            market=market,
        )

    @calls(GET_ALBUM_TRACKS)
    def get_tracks(
        self, id: Reference, market: str | None = None, limit: int | None = None, offset: int | None = None
    ) -> Paginator[SimplifiedTrack]:
        """List the tracks of an album: `await` for one page, `async for` for all of them.

        HTTP: `GET /albums/{id}/tracks`. Scopes: none. Development mode: yes, the tracks without `available_markets` and
        `linked_from`.

        Args:
            id: The album's id, URI or URL.
            market: An ISO 3166-1 alpha-2 country code; None for the client's `market`, or the user's country.
            limit: Tracks per page, 1 to 50; None for the most allowed.
            offset: The position of the first item, 0 or more; None for the beginning.

        Raises:
            ValueError: `id` is not an album id, URI or URL, `market` is not a country code, or a number is out of
                bounds; a `limit` that is too high is refused on awaiting a page, and lowered by `async for`.
            NotFoundError: On awaiting: there is no such album.
            SpotifyError: On awaiting: the call failed.
        """
        return self._pages(
            GET_ALBUM_TRACKS, SimplifiedTrackPage, id=album_id(id), market=market, limit=limit, offset=offset
        )

    @calls(GET_SAVED_ALBUMS)
    def get_saved(
        self, limit: int | None = None, offset: int | None = None, market: str | None = None
    ) -> Paginator[SavedAlbum]:
        """List the albums that the user saved, newest first: `await` for one page, `async for` for all of them.

        HTTP: `GET /me/albums`. Scopes: `user-library-read`. Development mode: yes, the albums without `label`,
        `popularity` and `available_markets`.

        Args:
            limit: Albums per page, 1 to 50; None for the most allowed.
            offset: The position of the first item, 0 or more; None for the beginning.
            market: An ISO 3166-1 alpha-2 country code; None for the client's `market`, or the user's country.

        Raises:
            ValueError: A number is out of bounds, or `market` is not a country code; a `limit` that is too high is
                refused on awaiting a page, and lowered by `async for`.
            MissingScopeError: On awaiting: the token lacks the scope.
            SpotifyError: On awaiting: the call failed.
        """
        return self._pages(GET_SAVED_ALBUMS, SavedAlbumPage, limit=limit, offset=offset, market=market)

    @calls(GET_NEW_RELEASES)
    def get_new_releases(self, limit: int | None = None, offset: int | None = None) -> Paginator[SimplifiedAlbum]:
        """List the albums that Spotify features as new: `await` for one page, `async for` for all of them.

        HTTP: `GET /browse/new-releases`. Scopes: none. Development mode: no (removed 2026-02-11, no replacement).

        Args:
            limit: Albums per page, 1 to 50; None for the most allowed.
            offset: The position of the first item, 0 or more; None for the beginning.

        Raises:
            ValueError: A number is out of bounds; a `limit` that is too high is refused on awaiting a page, and lowered
                by `async for`.
            EndpointUnavailableError: On awaiting: the application is in development mode.
            SpotifyError: On awaiting: the call failed.
        """
        return self._wrapped_pages(
            GET_NEW_RELEASES, NewReleases, lambda response: response.albums, limit=limit, offset=offset
        )

    @calls(SAVE_LIBRARY_ITEMS)
    async def save(self, ids: Iterable[Reference]) -> None:
        """Save albums to the user's library. Saving a saved one again has no effect.

        HTTP: `PUT /me/library`, 40 albums per request, sequentially. Scopes: `user-library-modify`,
        `user-follow-modify` and `playlist-modify-public`, which the endpoint requires for every type. Development mode:
        yes.

        Args:
            ids: Ids, URIs or URLs of albums, at least one.

        Raises:
            ValueError: `ids` is empty, or one of them is not an album id, URI or URL.
            PartialWriteError: More than one request was needed and not all of them succeeded; the error says what was
                applied.
            MissingScopeError: The token lacks a scope.
            SpotifyError: The call failed.
        """
        await save_to_library(self._executor, uris_of("album", ids))

    @calls(REMOVE_LIBRARY_ITEMS)
    async def remove(self, ids: Iterable[Reference]) -> None:
        """Remove albums from the user's library. Removing one that is not saved has no effect.

        HTTP: `DELETE /me/library`, 40 albums per request, sequentially. Scopes: `user-library-modify`,
        `user-follow-modify` and `playlist-modify-public`, which the endpoint requires for every type. Development mode:
        yes.

        Args:
            ids: Ids, URIs or URLs of albums, at least one.

        Raises:
            ValueError: `ids` is empty, or one of them is not an album id, URI or URL.
            PartialWriteError: More than one request was needed and not all of them succeeded; the error says what was
                applied.
            MissingScopeError: The token lacks a scope.
            SpotifyError: The call failed.
        """
        await remove_from_library(self._executor, uris_of("album", ids))

    @calls(CHECK_LIBRARY_CONTAINS)
    async def check_saved(self, ids: Iterable[Reference]) -> list[bool]:
        """Check for each album whether it is in the user's library.

        HTTP: `GET /me/library/contains`, 40 albums per request, requests concurrently. Scopes: `user-library-read`,
        `user-follow-read` and `playlist-read-private`, which the endpoint requires for every type. Development mode:
        yes.

        Args:
            ids: Ids, URIs or URLs of albums, at least one.

        Returns:
            One bool per album, in the order of `ids`.

        Raises:
            ValueError: `ids` is empty, or one of them is not an album id, URI or URL.
            MissingScopeError: The token lacks a scope.
            SpotifyError: The call failed.
        """
        return await check_library(self._executor, uris_of("album", ids))
