"""Audiobooks and saved audiobooks."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, overload

from spotify.bulk.library import check_library, remove_from_library, save_to_library, uris_of
from spotify.errors import SpotifyError
from spotify.ids import Reference, audiobook_id, ids_of
from spotify.models import (
    Audiobook,
    SavedAudiobook,
    SavedAudiobookPage,
    SeveralAudiobooks,
    SimplifiedChapter,
    SimplifiedChapterPage,
)
from spotify.models.identity import with_requested_id
from spotify.operations.catalogue import GET_AUDIOBOOK, GET_AUDIOBOOK_CHAPTERS, GET_SEVERAL_AUDIOBOOKS
from spotify.operations.library import (
    CHECK_LIBRARY_CONTAINS,
    GET_SAVED_AUDIOBOOKS,
    REMOVE_LIBRARY_ITEMS,
    SAVE_LIBRARY_ITEMS,
)
from spotify.paging import Paginator
from spotify.services._base import Service, calls


class AudiobooksService(Service):
    """`client.audiobooks`. Audiobooks are given as id, URI or URL; anything but a str raises `TypeError`.

    ::

        audiobook = await client.audiobooks.get("spotify:show:7iHfbu1YPACw6oZPAFJtqe", market="US")
        async for chapter in client.audiobooks.get_chapters(audiobook.id, market="US"):
            print(chapter.chapter_number, chapter.name)

    Spotify names audiobooks `spotify:show:…` in some responses; such URIs are accepted. Audiobooks are available in the
    US, the UK, Canada, Ireland, New Zealand and Australia only.
    """

    __slots__ = ()

    @calls(GET_AUDIOBOOK)
    async def get(self, id: Reference, market: str | None = None) -> Audiobook:
        """Get one audiobook with the first page of its chapters.

        HTTP: `GET /audiobooks/{id}`. Scopes: none. Development mode: yes, without `available_markets` and `publisher`.

        Args:
            id: The audiobook's id, URI or URL.
            market: An ISO 3166-1 alpha-2 country code; None for the client's `market`, or the user's country. The token
                of an application has no country: pass one.

        Returns:
            The audiobook. `audiobook.chapters` holds up to 50 chapters; `get_chapters` lists all of them.

        Raises:
            ValueError: `id` is not an audiobook id, URI or URL, or `market` is not a country code.
            NotFoundError: There is no such audiobook, or it is not available in the market.
            SpotifyError: The call failed.
        """
        identifier = audiobook_id(id)
        return with_requested_id(await self._call(GET_AUDIOBOOK, Audiobook, id=identifier, market=market), identifier)

    @overload
    async def get_several(
        self, ids: Iterable[Reference], market: str | None = None, *, return_errors: Literal[False] = False
    ) -> list[Audiobook | None]: ...

    @overload
    async def get_several(
        self, ids: Iterable[Reference], market: str | None = None, *, return_errors: Literal[True]
    ) -> list[Audiobook | SpotifyError | None]: ...

    @calls(GET_SEVERAL_AUDIOBOOKS, GET_AUDIOBOOK)
    async def get_several(
        self, ids: Iterable[Reference], market: str | None = None, *, return_errors: bool = False
    ) -> list[Audiobook | None] | list[Audiobook | SpotifyError | None]:
        """Get many audiobooks, in batches of 50, or one by one in development mode.

        HTTP: `GET /audiobooks?ids=`, requests concurrently. Scopes: none. Development mode: yes, with `GET
        /audiobooks/{id}` for each id, concurrently (batches were removed 2026-02-11), without the members that `get`
        lacks.

        Args:
            ids: Ids, URIs or URLs of audiobooks, at least one; duplicates are returned as often as they are given.
            market: An ISO 3166-1 alpha-2 country code; None for the client's `market`, or the user's country.
            return_errors: Whether an object that could not be read is returned as its error, instead of raising.

        Returns:
            The audiobooks in the order of `ids`, None for each that does not exist or is not available in the market.

        Raises:
            ValueError: `ids` is empty, or one of them is not an audiobook id, URI or URL; or `market` is not a country
                code.
            PartialReadError: Some objects could not be read; the error contains the others. Not raised with
                `return_errors`.
            SpotifyError: No object could be read; this is the error of the first. Not raised with `return_errors`.
        """
        return await self._get_several(
            GET_SEVERAL_AUDIOBOOKS,
            SeveralAudiobooks,
            lambda response: response.audiobooks,
            (GET_AUDIOBOOK, Audiobook),
            ids_of("audiobook", ids),
            return_errors=return_errors,
            market=market,
        )

    @calls(GET_AUDIOBOOK_CHAPTERS)
    def get_chapters(
        self, id: Reference, market: str | None = None, limit: int | None = None, offset: int | None = None
    ) -> Paginator[SimplifiedChapter]:
        """List the chapters of an audiobook: `await` for one page, `async for` for all of them.

        HTTP: `GET /audiobooks/{id}/chapters`. Scopes: none; `user-read-playback-position` for `resume_point`.
        Development mode: yes.

        Args:
            id: The audiobook's id, URI or URL.
            market: An ISO 3166-1 alpha-2 country code; None for the client's `market`, or the user's country. The token
                of an application has no country: pass one.
            limit: Chapters per page, 1 to 50; None for the most allowed.
            offset: The position of the first item, 0 or more; None for the beginning.

        Raises:
            ValueError: `id` is not an audiobook id, URI or URL, `market` is not a country code, or a number is out of
                bounds; a `limit` that is too high is refused on awaiting a page, and lowered by `async for`.
            NotFoundError: On awaiting: there is no such audiobook, or it is not available in the market.
            SpotifyError: On awaiting: the call failed.
        """
        return self._pages(
            GET_AUDIOBOOK_CHAPTERS,
            SimplifiedChapterPage,
            id=audiobook_id(id),
            market=market,
            limit=limit,
            offset=offset,
        )

    @calls(GET_SAVED_AUDIOBOOKS)
    def get_saved(self, limit: int | None = None, offset: int | None = None) -> Paginator[SavedAudiobook]:
        """List the audiobooks that the user saved, newest first: `await` for one page, `async for` for all of them.

        HTTP: `GET /me/audiobooks`. Scopes: `user-library-read`. Development mode: yes, the audiobooks without
        `available_markets` and `publisher`.

        Contrary to its documentation, Spotify sometimes returns audiobooks without the surrounding entry. These become
        `SavedAudiobook` objects without `added_at`.

        Args:
            limit: Audiobooks per page, 1 to 50; None for the most allowed.
            offset: The position of the first item, 0 or more; None for the beginning.

        Raises:
            ValueError: A number is out of bounds; a `limit` that is too high is refused on awaiting a page, and lowered
                by `async for`.
            MissingScopeError: On awaiting: the token lacks the scope.
            SpotifyError: On awaiting: the call failed.
        """
        return self._pages(GET_SAVED_AUDIOBOOKS, SavedAudiobookPage, limit=limit, offset=offset)

    @calls(SAVE_LIBRARY_ITEMS)
    async def save(self, ids: Iterable[Reference]) -> None:
        """Save audiobooks to the user's library. Saving a saved one again has no effect.

        HTTP: `PUT /me/library`, 40 audiobooks per request, sequentially. Scopes: `user-library-modify`,
        `user-follow-modify` and `playlist-modify-public`, which the endpoint requires for every type. Development mode:
        yes.

        Args:
            ids: Ids, URIs or URLs of audiobooks, at least one.

        Raises:
            ValueError: `ids` is empty, or one of them is not an audiobook id, URI or URL.
            PartialWriteError: More than one request was needed and not all of them succeeded; the error says what was
                applied.
            MissingScopeError: The token lacks a scope.
            SpotifyError: The call failed.
        """
        await save_to_library(self._executor, uris_of("audiobook", ids))

    @calls(REMOVE_LIBRARY_ITEMS)
    async def remove(self, ids: Iterable[Reference]) -> None:
        """Remove audiobooks from the user's library. Removing one that is not saved has no effect.

        HTTP: `DELETE /me/library`, 40 audiobooks per request, sequentially. Scopes: `user-library-modify`,
        `user-follow-modify` and `playlist-modify-public`, which the endpoint requires for every type. Development mode:
        yes.

        Args:
            ids: Ids, URIs or URLs of audiobooks, at least one.

        Raises:
            ValueError: `ids` is empty, or one of them is not an audiobook id, URI or URL.
            PartialWriteError: More than one request was needed and not all of them succeeded; the error says what was
                applied.
            MissingScopeError: The token lacks a scope.
            SpotifyError: The call failed.
        """
        await remove_from_library(self._executor, uris_of("audiobook", ids))

    @calls(CHECK_LIBRARY_CONTAINS)
    async def check_saved(self, ids: Iterable[Reference]) -> list[bool]:
        """Check for each audiobook whether it is in the user's library.

        HTTP: `GET /me/library/contains`, 40 audiobooks per request, requests concurrently. Scopes: `user-library-read`,
        `user-follow-read` and `playlist-read-private`, which the endpoint requires for every type. Development mode:
        yes.

        Args:
            ids: Ids, URIs or URLs of audiobooks, at least one.

        Returns:
            One bool per audiobook, in the order of `ids`.

        Raises:
            ValueError: `ids` is empty, or one of them is not an audiobook id, URI or URL.
            MissingScopeError: The token lacks a scope.
            SpotifyError: The call failed.
        """
        return await check_library(self._executor, uris_of("audiobook", ids))
