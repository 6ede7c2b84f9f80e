"""Audiobooks: the catalogue's and the user's saved ones."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, overload

from spotify.bulk.library import check_library, remove_from_library, save_to_library, uris_of
from spotify.errors import SpotifyError
from spotify.ids import audiobook_id, ids_of
from spotify.models import (
    Audiobook,
    SavedAudiobook,
    SavedAudiobookPage,
    SeveralAudiobooks,
    SimplifiedChapter,
    SimplifiedChapterPage,
)
from spotify.operations.library import (
    CHECK_LIBRARY_CONTAINS,
    GET_SAVED_AUDIOBOOKS,
    REMOVE_LIBRARY_ITEMS,
    SAVE_LIBRARY_ITEMS,
)
from spotify.operations.spoken_word import GET_AUDIOBOOK, GET_AUDIOBOOK_CHAPTERS, GET_SEVERAL_AUDIOBOOKS
from spotify.paging import Paginator
from spotify.services._base import Service
from spotify.services._operations import calls


class AudiobooksService(Service):
    """`client.audiobooks`. Audiobooks are given as id, URI or URL; what is not text raises `TypeError`.

    Spotify names audiobooks `spotify:show:…` in some answers; such URIs are accepted. Audiobooks are available in the
    US, the UK, Canada, Ireland, New Zealand and Australia only.
    """

    __slots__ = ()

    @calls(GET_AUDIOBOOK)
    async def get(self, id: str, market: str | None = None) -> Audiobook:
        """Get one audiobook with the first page of its chapters.

        HTTP: `GET /audiobooks/{id}`. Scopes: none. Development mode: yes, without `available_markets` and `publisher`.

        Args:
            id: The audiobook's id, URI or URL.
            market: An ISO 3166-1 alpha-2 country; None for the client's `market`, or the user's country. An
                application's own token has no country: give one.

        Returns:
            The audiobook. `audiobook.chapters` holds up to 50 chapters; `get_chapters` has them all.

        Raises:
            ValueError: `id` is not an audiobook's, or `market` not a country.
            NotFoundError: There is no such audiobook, or it is not available in the market.
            SpotifyError: The call failed otherwise.
        """
        return await self._call(GET_AUDIOBOOK, Audiobook, id=audiobook_id(id), market=market)

    @overload
    async def get_several(
        self, ids: Iterable[str], market: str | None = None, *, return_errors: Literal[False] = False
    ) -> list[Audiobook | None]: ...

    @overload
    async def get_several(
        self, ids: Iterable[str], market: str | None = None, *, return_errors: Literal[True]
    ) -> list[Audiobook | SpotifyError | None]: ...

    @calls(GET_SEVERAL_AUDIOBOOKS, GET_AUDIOBOOK)
    async def get_several(
        self, ids: Iterable[str], market: str | None = None, *, return_errors: bool = False
    ) -> list[Audiobook | None] | list[Audiobook | SpotifyError | None]:
        """Get many audiobooks, in batches of 50 or, in development mode, one by one.

        HTTP: `GET /audiobooks?ids=`, the requests concurrently. Scopes: none. Development mode: yes, by
        `GET /audiobooks/{id}` for each, concurrently (the batches were removed 2026-02-11), without what `get` lacks
        there.

        Args:
            ids: Ids, URIs or URLs of audiobooks, at least one; duplicates are answered as often as they are asked for.
            market: An ISO 3166-1 alpha-2 country; None for the client's `market`, or the user's country.
            return_errors: Whether what could not be read is answered by its error, in its place, instead of raising.

        Returns:
            The audiobooks in the order of the ids, None for each that does not exist or is not available in the market.

        Raises:
            ValueError: One of the ids is not an audiobook's, or there is none; or `market` is not a country.
            PartialReadError: Some could not be read; it has the others. Not raised with `return_errors`.
            SpotifyError: None could be read; it is the first one's error. Not raised with `return_errors`.
        """
        return await self._get_several(
            GET_SEVERAL_AUDIOBOOKS,
            SeveralAudiobooks,
            lambda answer: answer.audiobooks,
            (GET_AUDIOBOOK, Audiobook),
            ids_of("audiobook", ids),
            return_errors=return_errors,
            market=market,
        )

    @calls(GET_AUDIOBOOK_CHAPTERS)
    def get_chapters(
        self, id: str, market: str | None = None, limit: int | None = None, offset: int | None = None
    ) -> Paginator[SimplifiedChapter]:
        """List the chapters of an audiobook: `await` for one page, `async for` for all of them.

        HTTP: `GET /audiobooks/{id}/chapters`. Scopes: none; with a user's token that has
        `user-read-playback-position`, `resume_point` comes too. Development mode: yes.

        Args:
            id: The audiobook's id, URI or URL.
            market: An ISO 3166-1 alpha-2 country; None for the client's `market`, or the user's country. An
                application's own token has no country: give one.
            limit: Chapters a page, 1 to 50; None for the most allowed.
            offset: Where to start, 0 or more; None for the beginning.

        Raises:
            ValueError: `id` is not an audiobook's, `market` not a country, or a number is out of bounds; a `limit` that
                is too high is refused on awaiting a page, and lowered by `async for`.
            NotFoundError: On awaiting: there is no such audiobook, or it is not available in the market.
            SpotifyError: On awaiting: the call failed otherwise.
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

        Spotify answers with bare audiobooks at times, against its own documentation; they come as `SavedAudiobook`
        without `added_at`.

        Args:
            limit: Audiobooks a page, 1 to 50; None for the most allowed.
            offset: Where to start, 0 or more; None for the beginning.

        Raises:
            ValueError: A number is out of bounds; a `limit` that is too high is refused on awaiting a page, and lowered
                by `async for`.
            MissingScopeError: On awaiting: the token lacks the scope.
            SpotifyError: On awaiting: the call failed otherwise.
        """
        return self._pages(GET_SAVED_AUDIOBOOKS, SavedAudiobookPage, limit=limit, offset=offset)

    @calls(SAVE_LIBRARY_ITEMS)
    async def save(self, ids: Iterable[str]) -> None:
        """Save audiobooks to the user's library. Saving one that is saved already changes nothing.

        HTTP: `PUT /me/library`, 40 audiobooks a request, one after the other. Scopes: `user-library-modify`,
        `user-follow-modify` and `playlist-modify-public`, which the endpoint wants whatever the kind.
        Development mode: yes.

        Args:
            ids: Ids, URIs or URLs of audiobooks, at least one.

        Raises:
            ValueError: One of the ids is not an audiobook's, or there is none.
            PartialWriteError: More than one request was needed and not all went through; it says what was applied.
            MissingScopeError: The token lacks the scope.
            SpotifyError: The call failed otherwise.
        """
        await save_to_library(self._executor, uris_of("audiobook", ids))

    @calls(REMOVE_LIBRARY_ITEMS)
    async def remove(self, ids: Iterable[str]) -> None:
        """Remove audiobooks from the user's library. Removing one that is not saved changes nothing.

        HTTP: `DELETE /me/library`, 40 audiobooks a request, one after the other. Scopes: `user-library-modify`,
        `user-follow-modify` and `playlist-modify-public`, which the endpoint wants whatever the kind.
        Development mode: yes.

        Args:
            ids: Ids, URIs or URLs of audiobooks, at least one.

        Raises:
            ValueError: One of the ids is not an audiobook's, or there is none.
            PartialWriteError: More than one request was needed and not all went through; it says what was applied.
            MissingScopeError: The token lacks the scope.
            SpotifyError: The call failed otherwise.
        """
        await remove_from_library(self._executor, uris_of("audiobook", ids))

    @calls(CHECK_LIBRARY_CONTAINS)
    async def check_saved(self, ids: Iterable[str]) -> list[bool]:
        """Tell for each audiobook whether it is in the user's library.

        HTTP: `GET /me/library/contains`, 40 audiobooks a request, the requests concurrently. Scopes:
        `user-library-read`, `user-follow-read` and `playlist-read-private`, which the endpoint wants whatever the kind.
        Development mode: yes.

        Args:
            ids: Ids, URIs or URLs of audiobooks, at least one.

        Returns:
            One truth for each audiobook, in the order of the ids.

        Raises:
            ValueError: One of the ids is not an audiobook's, or there is none.
            MissingScopeError: The token lacks the scope.
            SpotifyError: The call failed otherwise.
        """
        return await check_library(self._executor, uris_of("audiobook", ids))
