"""Shows (podcasts): the catalogue's and the user's saved ones."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, overload

from spotify.bulk.library import check_library, remove_from_library, save_to_library, uris_of
from spotify.errors import SpotifyError
from spotify.ids import ids_of, show_id
from spotify.models import (
    SavedShow,
    SavedShowPage,
    SeveralShows,
    Show,
    SimplifiedEpisode,
    SimplifiedEpisodePage,
    SimplifiedShow,
)
from spotify.operations.library import CHECK_LIBRARY_CONTAINS, GET_SAVED_SHOWS, REMOVE_LIBRARY_ITEMS, SAVE_LIBRARY_ITEMS
from spotify.operations.spoken_word import GET_SEVERAL_SHOWS, GET_SHOW, GET_SHOW_EPISODES
from spotify.paging import Paginator
from spotify.services._base import Service
from spotify.services._operations import calls


class ShowsService(Service):
    """`client.shows`. Shows are given as id, URI or URL; what is not text raises `TypeError`."""

    __slots__ = ()

    @calls(GET_SHOW)
    async def get(self, id: str, market: str | None = None) -> Show:
        """Get one show with the first page of its episodes.

        HTTP: `GET /shows/{id}`. Scopes: `user-read-playback-position`, for the episodes' `resume_point`; an
        application's own token does without. Development mode: yes, without `available_markets` and `publisher`.

        Args:
            id: The show's id, URI or URL.
            market: An ISO 3166-1 alpha-2 country; None for the client's `market`, or the user's country. An
                application's own token has no country: give one.

        Returns:
            The show. `show.episodes` holds up to 50 episodes; `get_episodes` has them all.

        Raises:
            ValueError: `id` is not a show's, or `market` not a country.
            NotFoundError: There is no such show, or it is not available in the market.
            SpotifyError: The call failed otherwise.
        """
        return await self._call(GET_SHOW, Show, id=show_id(id), market=market)

    @overload
    async def get_several(
        self, ids: Iterable[str], market: str | None = None, *, return_errors: Literal[False] = False
    ) -> list[SimplifiedShow | None]: ...

    @overload
    async def get_several(
        self, ids: Iterable[str], market: str | None = None, *, return_errors: Literal[True]
    ) -> list[SimplifiedShow | SpotifyError | None]: ...

    @calls(GET_SEVERAL_SHOWS, GET_SHOW)
    async def get_several(
        self, ids: Iterable[str], market: str | None = None, *, return_errors: bool = False
    ) -> list[SimplifiedShow | None] | list[SimplifiedShow | SpotifyError | None]:
        """Get many shows, without their episodes, in batches of 50 or, in development mode, one by one.

        HTTP: `GET /shows?ids=`, the requests concurrently. Scopes: none. Development mode: yes, by `GET /shows/{id}`
        for each, concurrently (the batches were removed 2026-02-11), without what `get` lacks there.

        Args:
            ids: Ids, URIs or URLs of shows, at least one; duplicates are answered as often as they are asked for.
            market: An ISO 3166-1 alpha-2 country; None for the client's `market`, or the user's country.
            return_errors: Whether what could not be read is answered by its error, in its place, instead of raising.

        Returns:
            The shows in the order of the ids, None for each that does not exist or is not available in the market.

        Raises:
            ValueError: One of the ids is not a show's, or there is none; or `market` is not a country.
            PartialReadError: Some could not be read; it has the others. Not raised with `return_errors`.
            SpotifyError: None could be read; it is the first one's error. Not raised with `return_errors`.
        """
        return await self._get_several(
            GET_SEVERAL_SHOWS,
            SeveralShows,
            lambda answer: answer.shows,
            (GET_SHOW, SimplifiedShow),
            ids_of("show", ids),
            return_errors=return_errors,
            market=market,
        )

    @calls(GET_SHOW_EPISODES)
    def get_episodes(
        self, id: str, market: str | None = None, limit: int | None = None, offset: int | None = None
    ) -> Paginator[SimplifiedEpisode]:
        """List the episodes of a show, newest first: `await` for one page, `async for` for all of them.

        HTTP: `GET /shows/{id}/episodes`. Scopes: `user-read-playback-position`, for `resume_point`; an application's
        own token does without. Development mode: yes.

        Args:
            id: The show's id, URI or URL.
            market: An ISO 3166-1 alpha-2 country; None for the client's `market`, or the user's country. An
                application's own token has no country: give one.
            limit: Episodes a page, 1 to 50; None for the most allowed.
            offset: Where to start, 0 or more; None for the beginning.

        Raises:
            ValueError: `id` is not a show's, `market` not a country, or a number is out of bounds; a `limit` that is
                too high is refused on awaiting a page, and lowered by `async for`.
            NotFoundError: On awaiting: there is no such show, or it is not available in the market.
            SpotifyError: On awaiting: the call failed otherwise.
        """
        return self._pages(
            GET_SHOW_EPISODES, SimplifiedEpisodePage, id=show_id(id), market=market, limit=limit, offset=offset
        )

    @calls(GET_SAVED_SHOWS)
    def get_saved(self, limit: int | None = None, offset: int | None = None) -> Paginator[SavedShow]:
        """List the shows that the user saved, newest first: `await` for one page, `async for` for all of them.

        HTTP: `GET /me/shows`. Scopes: `user-library-read`. Development mode: yes, the shows without `available_markets`
        and `publisher`.

        Args:
            limit: Shows a page, 1 to 50; None for the most allowed.
            offset: Where to start, 0 or more; None for the beginning.

        Raises:
            ValueError: A number is out of bounds; a `limit` that is too high is refused on awaiting a page, and lowered
                by `async for`.
            MissingScopeError: On awaiting: the token lacks the scope.
            SpotifyError: On awaiting: the call failed otherwise.
        """
        return self._pages(GET_SAVED_SHOWS, SavedShowPage, limit=limit, offset=offset)

    @calls(SAVE_LIBRARY_ITEMS)
    async def save(self, ids: Iterable[str]) -> None:
        """Save shows to the user's library. Saving one that is saved already changes nothing.

        HTTP: `PUT /me/library`, 40 shows a request, one after the other. Scopes: `user-library-modify`,
        `user-follow-modify` and `playlist-modify-public`, which the endpoint wants whatever the kind.
        Development mode: yes.

        Args:
            ids: Ids, URIs or URLs of shows, at least one.

        Raises:
            ValueError: One of the ids is not a show's, or there is none.
            PartialWriteError: More than one request was needed and not all went through; it says what was applied.
            MissingScopeError: The token lacks the scope.
            SpotifyError: The call failed otherwise.
        """
        await save_to_library(self._executor, uris_of("show", ids))

    @calls(REMOVE_LIBRARY_ITEMS)
    async def remove(self, ids: Iterable[str]) -> None:
        """Remove shows from the user's library. Removing one that is not saved changes nothing.

        HTTP: `DELETE /me/library`, 40 shows a request, one after the other. Scopes: `user-library-modify`,
        `user-follow-modify` and `playlist-modify-public`, which the endpoint wants whatever the kind.
        Development mode: yes.

        Args:
            ids: Ids, URIs or URLs of shows, at least one.

        Raises:
            ValueError: One of the ids is not a show's, or there is none.
            PartialWriteError: More than one request was needed and not all went through; it says what was applied.
            MissingScopeError: The token lacks the scope.
            SpotifyError: The call failed otherwise.
        """
        await remove_from_library(self._executor, uris_of("show", ids))

    @calls(CHECK_LIBRARY_CONTAINS)
    async def check_saved(self, ids: Iterable[str]) -> list[bool]:
        """Tell for each show whether it is in the user's library.

        HTTP: `GET /me/library/contains`, 40 shows a request, the requests concurrently. Scopes: `user-library-read`,
        `user-follow-read` and `playlist-read-private`, which the endpoint wants whatever the kind.
        Development mode: yes.

        Args:
            ids: Ids, URIs or URLs of shows, at least one.

        Returns:
            One truth for each show, in the order of the ids.

        Raises:
            ValueError: One of the ids is not a show's, or there is none.
            MissingScopeError: The token lacks the scope.
            SpotifyError: The call failed otherwise.
        """
        return await check_library(self._executor, uris_of("show", ids))
