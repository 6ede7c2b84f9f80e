"""Chapters of audiobooks."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, overload

from spotify.errors import SpotifyError
from spotify.ids import Reference, chapter_id, ids_of
from spotify.models import Chapter, SeveralChapters
from spotify.models.identity import with_requested_id
from spotify.operations.catalogue import GET_CHAPTER, GET_SEVERAL_CHAPTERS
from spotify.services._base import Service, calls


class ChaptersService(Service):
    """`client.chapters`. Chapters are given as id, URI or URL; anything but a str raises `TypeError`.

    ::

        chapter = await client.chapters.get("spotify:episode:0D5wENdkdwbqlrHoaJ9g29", market="US")
        print(chapter.name, chapter.duration)

    Spotify names chapters `spotify:episode:…` in some responses; such URIs are accepted. Chapters are available in the
    US, the UK, Canada, Ireland, New Zealand and Australia only.
    """

    __slots__ = ()

    @calls(GET_CHAPTER)
    async def get(self, id: Reference, market: str | None = None) -> Chapter:
        """Get one chapter with its audiobook.

        HTTP: `GET /chapters/{id}`. Scopes: none; `user-read-playback-position` for `resume_point`. Development mode:
        yes, without the audiobook's `available_markets` and `publisher`.

        Args:
            id: The chapter's id, URI or URL.
            market: An ISO 3166-1 alpha-2 country code; None for the client's `market`, or the user's country. The token
                of an application has no country: pass one.

        Returns:
            The chapter.

        Raises:
            ValueError: `id` is not a chapter id, URI or URL, or `market` is not a country code.
            NotFoundError: There is no such chapter, or it is not available in the market.
            SpotifyError: The call failed.
        """
        identifier = chapter_id(id)
        return with_requested_id(await self._call(GET_CHAPTER, Chapter, id=identifier, market=market), identifier)

    @overload
    async def get_several(
        self, ids: Iterable[Reference], market: str | None = None, *, return_errors: Literal[False] = False
    ) -> list[Chapter | None]: ...

    @overload
    async def get_several(
        self, ids: Iterable[Reference], market: str | None = None, *, return_errors: Literal[True]
    ) -> list[Chapter | SpotifyError | None]: ...

    @calls(GET_SEVERAL_CHAPTERS, GET_CHAPTER)
    async def get_several(
        self, ids: Iterable[Reference], market: str | None = None, *, return_errors: bool = False
    ) -> list[Chapter | None] | list[Chapter | SpotifyError | None]:
        """Get many chapters, in batches of 50, or one by one in development mode.

        HTTP: `GET /chapters?ids=`, requests concurrently. Scopes: none. Development mode: yes, with `GET
        /chapters/{id}` for each id, concurrently (batches were removed 2026-02-11), without the members that `get`
        lacks.

        Args:
            ids: Ids, URIs or URLs of chapters, at least one; duplicates are returned as often as they are given.
            market: An ISO 3166-1 alpha-2 country code; None for the client's `market`, or the user's country.
            return_errors: Whether an object that could not be read is returned as its error, instead of raising.

        Returns:
            The chapters in the order of `ids`, None for each that does not exist or is not available in the market.

        Raises:
            ValueError: `ids` is empty, or one of them is not a chapter id, URI or URL; or `market` is not a country
                code.
            PartialReadError: Some objects could not be read; the error contains the others. Not raised with
                `return_errors`.
            SpotifyError: No object could be read; this is the error of the first. Not raised with `return_errors`.
        """
        return await self._get_several(
            GET_SEVERAL_CHAPTERS,
            SeveralChapters,
            lambda response: response.chapters,
            (GET_CHAPTER, Chapter),
            ids_of("chapter", ids),
            return_errors=return_errors,
            market=market,
        )
