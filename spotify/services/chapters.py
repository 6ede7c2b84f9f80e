"""Chapters of audiobooks."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, overload

from spotify.errors import SpotifyError
from spotify.ids import chapter_id, ids_of
from spotify.models import Chapter, SeveralChapters
from spotify.operations.spoken_word import GET_CHAPTER, GET_SEVERAL_CHAPTERS
from spotify.services._base import Service
from spotify.services._operations import calls


class ChaptersService(Service):
    """`client.chapters`. Chapters are given as id, URI or URL; what is not text raises `TypeError`.

    Spotify names chapters `spotify:episode:…` in some answers; such URIs are accepted. Chapters are available in the
    US, the UK, Canada, Ireland, New Zealand and Australia only.
    """

    __slots__ = ()

    @calls(GET_CHAPTER)
    async def get(self, id: str, market: str | None = None) -> Chapter:
        """Get one chapter, with its audiobook.

        HTTP: `GET /chapters/{id}`. Scopes: none; with a user's token that has `user-read-playback-position`,
        `resume_point` comes too. Development mode: yes, without the audiobook's `available_markets` and `publisher`.

        Args:
            id: The chapter's id, URI or URL.
            market: An ISO 3166-1 alpha-2 country; None for the client's `market`, or the user's country. An
                application's own token has no country: give one.

        Returns:
            The chapter.

        Raises:
            ValueError: `id` is not a chapter's, or `market` not a country.
            NotFoundError: There is no such chapter, or it is not available in the market.
            SpotifyError: The call failed otherwise.
        """
        return await self._call(GET_CHAPTER, Chapter, id=chapter_id(id), market=market)

    @overload
    async def get_several(
        self, ids: Iterable[str], market: str | None = None, *, return_errors: Literal[False] = False
    ) -> list[Chapter | None]: ...

    @overload
    async def get_several(
        self, ids: Iterable[str], market: str | None = None, *, return_errors: Literal[True]
    ) -> list[Chapter | SpotifyError | None]: ...

    @calls(GET_SEVERAL_CHAPTERS, GET_CHAPTER)
    async def get_several(
        self, ids: Iterable[str], market: str | None = None, *, return_errors: bool = False
    ) -> list[Chapter | None] | list[Chapter | SpotifyError | None]:
        """Get many chapters, in batches of 50 or, in development mode, one by one.

        HTTP: `GET /chapters?ids=`, the requests concurrently. Scopes: none. Development mode: yes, by
        `GET /chapters/{id}` for each, concurrently (the batches were removed 2026-02-11), without what `get` lacks
        there.

        Args:
            ids: Ids, URIs or URLs of chapters, at least one; duplicates are answered as often as they are asked for.
            market: An ISO 3166-1 alpha-2 country; None for the client's `market`, or the user's country.
            return_errors: Whether what could not be read is answered by its error, in its place, instead of raising.

        Returns:
            The chapters in the order of the ids, None for each that does not exist or is not available in the market.

        Raises:
            ValueError: One of the ids is not a chapter's, or there is none; or `market` is not a country.
            PartialReadError: Some could not be read; it has the others. Not raised with `return_errors`.
            SpotifyError: None could be read; it is the first one's error. Not raised with `return_errors`.
        """
        return await self._get_several(
            GET_SEVERAL_CHAPTERS,
            SeveralChapters,
            lambda answer: answer.chapters,
            (GET_CHAPTER, Chapter),
            ids_of("chapter", ids),
            return_errors=return_errors,
            market=market,
        )
