"""Albums: the catalogue's, the user's saved ones, new releases."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, overload

from spotify.bulk.library import check_library, remove_from_library, save_to_library, uris_of
from spotify.errors import SpotifyError
from spotify.ids import album_id, ids_of
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
from spotify.operations.catalogue import GET_ALBUM, GET_ALBUM_TRACKS, GET_NEW_RELEASES, GET_SEVERAL_ALBUMS
from spotify.operations.library import (
    CHECK_LIBRARY_CONTAINS,
    GET_SAVED_ALBUMS,
    REMOVE_LIBRARY_ITEMS,
    SAVE_LIBRARY_ITEMS,
)
from spotify.paging import Paginator
from spotify.services._base import Service
from spotify.services._operations import calls


class AlbumsService(Service):
    """`client.albums`. Albums are given as id, URI or URL; what is not text raises `TypeError`."""

    __slots__ = ()

    @calls(GET_ALBUM)
    async def get(self, id: str, market: str | None = None) -> Album:
        """Get one album with the first page of its tracks.

        HTTP: `GET /albums/{id}`. Scopes: none. Development mode: yes, without `label`, `popularity` and
        `available_markets`; `external_ids` went in February 2026 and came back in March.

        Args:
            id: The album's id, URI or URL.
            market: An ISO 3166-1 alpha-2 country; None for the client's `market`, or the user's country. With one,
                album and tracks say `is_playable`; without, `available_markets`.

        Returns:
            The album. `album.tracks` holds up to 50 tracks; `get_tracks` has them all.

        Raises:
            ValueError: `id` is not an album's, or `market` not a country.
            NotFoundError: There is no such album, or it is not available in the market.
            SpotifyError: The call failed otherwise.
        """
        return await self._call(GET_ALBUM, Album, id=album_id(id), market=market)

    @overload
    async def get_several(
        self, ids: Iterable[str], market: str | None = None, *, return_errors: Literal[False] = False
    ) -> list[Album | None]: ...

    @overload
    async def get_several(
        self, ids: Iterable[str], market: str | None = None, *, return_errors: Literal[True]
    ) -> list[Album | SpotifyError | None]: ...

    @calls(GET_SEVERAL_ALBUMS, GET_ALBUM)
    async def get_several(
        self, ids: Iterable[str], market: str | None = None, *, return_errors: bool = False
    ) -> list[Album | None] | list[Album | SpotifyError | None]:
        """Get many albums, in batches of 20 or, in development mode, one by one.

        HTTP: `GET /albums?ids=`, the requests concurrently. Scopes: none. Development mode: yes, by `GET /albums/{id}`
        for each, concurrently (the batches were removed 2026-02-11), without what `get` lacks there.

        Args:
            ids: Ids, URIs or URLs of albums, at least one; duplicates are answered as often as they are asked for.
            market: An ISO 3166-1 alpha-2 country; None for the client's `market`, or the user's country.
            return_errors: Whether what could not be read is answered by its error, in its place, instead of raising.

        Returns:
            The albums in the order of the ids, None for each that does not exist.

        Raises:
            ValueError: One of the ids is not an album's, or there is none; or `market` is not a country.
            PartialReadError: Some could not be read; it has the others. Not raised with `return_errors`.
            SpotifyError: None could be read; it is the first one's error. Not raised with `return_errors`.
        """
        return await self._get_several(
            GET_SEVERAL_ALBUMS,
            SeveralAlbums,
            lambda answer: answer.albums,
            (GET_ALBUM, Album),
            ids_of("album", ids),
            return_errors=return_errors,
            market=market,
        )

    @calls(GET_ALBUM_TRACKS)
    def get_tracks(
        self, id: str, market: str | None = None, limit: int | None = None, offset: int | None = None
    ) -> Paginator[SimplifiedTrack]:
        """List the tracks of an album: `await` for one page, `async for` for all of them.

        HTTP: `GET /albums/{id}/tracks`. Scopes: none. Development mode: yes, the tracks without `available_markets` and
        `linked_from`.

        Args:
            id: The album's id, URI or URL.
            market: An ISO 3166-1 alpha-2 country; None for the client's `market`, or the user's country.
            limit: Tracks a page, 1 to 50; None for the most allowed.
            offset: Where to start, 0 or more; None for the beginning.

        Raises:
            ValueError: `id` is not an album's, `market` not a country, or a number is out of bounds; a `limit` that is
                too high is refused on awaiting a page, and lowered by `async for`.
            NotFoundError: On awaiting: there is no such album.
            SpotifyError: On awaiting: the call failed otherwise.
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
            limit: Albums a page, 1 to 50; None for the most allowed.
            offset: Where to start, 0 or more; None for the beginning.
            market: An ISO 3166-1 alpha-2 country; None for the client's `market`, or the user's country.

        Raises:
            ValueError: A number is out of bounds, or `market` not a country; a `limit` that is too high is refused on
                awaiting a page, and lowered by `async for`.
            MissingScopeError: On awaiting: the token lacks the scope.
            SpotifyError: On awaiting: the call failed otherwise.
        """
        return self._pages(GET_SAVED_ALBUMS, SavedAlbumPage, limit=limit, offset=offset, market=market)

    @calls(GET_NEW_RELEASES)
    def get_new_releases(self, limit: int | None = None, offset: int | None = None) -> Paginator[SimplifiedAlbum]:
        """List the albums that Spotify features as new: `await` for one page, `async for` for all of them.

        HTTP: `GET /browse/new-releases`. Scopes: none. Development mode: no (removed 2026-02-11, without replacement).

        Args:
            limit: Albums a page, 1 to 50; None for the most allowed.
            offset: Where to start, 0 or more; None for the beginning.

        Raises:
            ValueError: A number is out of bounds; a `limit` that is too high is refused on awaiting a page, and lowered
                by `async for`.
            EndpointUnavailableError: On awaiting: the application is in development mode.
            SpotifyError: On awaiting: the call failed otherwise.
        """
        return self._wrapped_pages(
            GET_NEW_RELEASES, NewReleases, lambda answer: answer.albums, limit=limit, offset=offset
        )

    @calls(SAVE_LIBRARY_ITEMS)
    async def save(self, ids: Iterable[str]) -> None:
        """Save albums to the user's library. Saving one that is saved already changes nothing.

        HTTP: `PUT /me/library`, 40 albums a request, one after the other. Scopes: `user-library-modify`,
        `user-follow-modify` and `playlist-modify-public`, which the endpoint wants whatever the kind.
        Development mode: yes.

        Args:
            ids: Ids, URIs or URLs of albums, at least one.

        Raises:
            ValueError: One of the ids is not an album's, or there is none.
            PartialWriteError: More than one request was needed and not all went through; it says what was applied.
            MissingScopeError: The token lacks the scope.
            SpotifyError: The call failed otherwise.
        """
        await save_to_library(self._executor, uris_of("album", ids))

    @calls(REMOVE_LIBRARY_ITEMS)
    async def remove(self, ids: Iterable[str]) -> None:
        """Remove albums from the user's library. Removing one that is not saved changes nothing.

        HTTP: `DELETE /me/library`, 40 albums a request, one after the other. Scopes: `user-library-modify`,
        `user-follow-modify` and `playlist-modify-public`, which the endpoint wants whatever the kind.
        Development mode: yes.

        Args:
            ids: Ids, URIs or URLs of albums, at least one.

        Raises:
            ValueError: One of the ids is not an album's, or there is none.
            PartialWriteError: More than one request was needed and not all went through; it says what was applied.
            MissingScopeError: The token lacks the scope.
            SpotifyError: The call failed otherwise.
        """
        await remove_from_library(self._executor, uris_of("album", ids))

    @calls(CHECK_LIBRARY_CONTAINS)
    async def check_saved(self, ids: Iterable[str]) -> list[bool]:
        """Tell for each album whether it is in the user's library.

        HTTP: `GET /me/library/contains`, 40 albums a request, the requests concurrently. Scopes: `user-library-read`,
        `user-follow-read` and `playlist-read-private`, which the endpoint wants whatever the kind.
        Development mode: yes.

        Args:
            ids: Ids, URIs or URLs of albums, at least one.

        Returns:
            One truth for each album, in the order of the ids.

        Raises:
            ValueError: One of the ids is not an album's, or there is none.
            MissingScopeError: The token lacks the scope.
            SpotifyError: The call failed otherwise.
        """
        return await check_library(self._executor, uris_of("album", ids))
