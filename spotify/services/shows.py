"""Shows (podcasts) and saved shows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, overload

from spotify.bulk.library import check_library, remove_from_library, save_to_library, uris_of
from spotify.errors import SpotifyError
from spotify.ids import Reference, ids_of, show_id
from spotify.models import (
    SavedShow,
    SavedShowPage,
    SeveralShows,
    Show,
    SimplifiedEpisode,
    SimplifiedEpisodePage,
    SimplifiedShow,
)
from spotify.models.identity import with_requested_id
from spotify.operations.catalogue import GET_SEVERAL_SHOWS, GET_SHOW, GET_SHOW_EPISODES
from spotify.operations.library import CHECK_LIBRARY_CONTAINS, GET_SAVED_SHOWS, REMOVE_LIBRARY_ITEMS, SAVE_LIBRARY_ITEMS
from spotify.paging import Paginator
from spotify.services._base import Service, calls


class ShowsService(Service):
    """`client.shows`. Shows are given as id, URI or URL; anything but a str raises `TypeError`.

    ::

        show = await client.shows.get("spotify:show:38bS44xjbVVZ3No3ByF1dJ", market="US")
        async for episode in client.shows.get_episodes(show.id, market="US"):
            print(episode.release_date, episode.name)
    """

    __slots__ = ()

    @calls(GET_SHOW)
    async def get(self, id: Reference, market: str | None = None) -> Show:
        """Get one show with the first page of its episodes.

        HTTP: `GET /shows/{id}`. Scopes: `user-read-playback-position` for the episodes' `resume_point`. Development
        mode: yes, without `available_markets` and `publisher`.

        Args:
            id: The show's id, URI or URL.
            market: An ISO 3166-1 alpha-2 country code; None for the client's `market`, or the user's country. The token
                of an application has no country: pass one.

        Returns:
            The show. `show.episodes` holds up to 50 episodes; `get_episodes` lists all of them.

        Raises:
            ValueError: `id` is not a show id, URI or URL, or `market` is not a country code.
            NotFoundError: There is no such show, or it is not available in the market.
            SpotifyError: The call failed.
        """
        identifier = show_id(id)
        return with_requested_id(await self._call(GET_SHOW, Show, id=identifier, market=market), identifier)

    @overload
    async def get_several(
        self, ids: Iterable[Reference], market: str | None = None, *, return_errors: Literal[False] = False
    ) -> list[SimplifiedShow | None]: ...

    @overload
    async def get_several(
        self, ids: Iterable[Reference], market: str | None = None, *, return_errors: Literal[True]
    ) -> list[SimplifiedShow | SpotifyError | None]: ...

    @calls(GET_SEVERAL_SHOWS, GET_SHOW)
    async def get_several(
        self, ids: Iterable[Reference], market: str | None = None, *, return_errors: bool = False
    ) -> list[SimplifiedShow | None] | list[SimplifiedShow | SpotifyError | None]:
        """Get many shows, without their episodes, in batches of 50, or one by one in development mode.

        HTTP: `GET /shows?ids=`, requests concurrently. Scopes: none. Development mode: yes, with `GET /shows/{id}` for
        each id, concurrently (batches were removed 2026-02-11), without the members that `get` lacks.

        Args:
            ids: Ids, URIs or URLs of shows, at least one; duplicates are returned as often as they are given.
            market: An ISO 3166-1 alpha-2 country code; None for the client's `market`, or the user's country.
            return_errors: Whether an object that could not be read is returned as its error, instead of raising.

        Returns:
            The shows in the order of `ids`, None for each that does not exist or is not available in the market.

        Raises:
            ValueError: `ids` is empty, or one of them is not a show id, URI or URL; or `market` is not a country code.
            PartialReadError: Some objects could not be read; the error contains the others. Not raised with
                `return_errors`.
            SpotifyError: No object could be read; this is the error of the first. Not raised with `return_errors`.
        """
        return await self._get_several(
            GET_SEVERAL_SHOWS,
            SeveralShows,
            lambda response: response.shows,
            (GET_SHOW, SimplifiedShow),
            ids_of("show", ids),
            return_errors=return_errors,
            market=market,
        )

    @calls(GET_SHOW_EPISODES)
    def get_episodes(
        self, id: Reference, market: str | None = None, limit: int | None = None, offset: int | None = None
    ) -> Paginator[SimplifiedEpisode]:
        """List the episodes of a show, newest first: `await` for one page, `async for` for all of them.

        HTTP: `GET /shows/{id}/episodes`. Scopes: `user-read-playback-position` for `resume_point`. Development mode:
        yes.

        Args:
            id: The show's id, URI or URL.
            market: An ISO 3166-1 alpha-2 country code; None for the client's `market`, or the user's country. The token
                of an application has no country: pass one.
            limit: Episodes per page, 1 to 50; None for the most allowed.
            offset: The position of the first item, 0 or more; None for the beginning.

        Raises:
            ValueError: `id` is not a show id, URI or URL, `market` is not a country code, or a number is out of bounds;
                a `limit` that is too high is refused on awaiting a page, and lowered by `async for`.
            NotFoundError: On awaiting: there is no such show, or it is not available in the market.
            SpotifyError: On awaiting: the call failed.
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
            limit: Shows per page, 1 to 50; None for the most allowed.
            offset: The position of the first item, 0 or more; None for the beginning.

        Raises:
            ValueError: A number is out of bounds; a `limit` that is too high is refused on awaiting a page, and lowered
                by `async for`.
            MissingScopeError: On awaiting: the token lacks the scope.
            SpotifyError: On awaiting: the call failed.
        """
        return self._pages(GET_SAVED_SHOWS, SavedShowPage, limit=limit, offset=offset)

    @calls(SAVE_LIBRARY_ITEMS)
    async def save(self, ids: Iterable[Reference]) -> None:
        """Save shows to the user's library. Saving a saved one again has no effect.

        HTTP: `PUT /me/library`, 40 shows per request, sequentially. Scopes: `user-library-modify`, `user-follow-modify`
        and `playlist-modify-public`, which the endpoint requires for every type. Development mode: yes.

        Args:
            ids: Ids, URIs or URLs of shows, at least one.

        Raises:
            ValueError: `ids` is empty, or one of them is not a show id, URI or URL.
            PartialWriteError: More than one request was needed and not all of them succeeded; the error says what was
                applied.
            MissingScopeError: The token lacks a scope.
            SpotifyError: The call failed.
        """
        await save_to_library(self._executor, uris_of("show", ids))

    @calls(REMOVE_LIBRARY_ITEMS)
    async def remove(self, ids: Iterable[Reference]) -> None:
        """Remove shows from the user's library. Removing one that is not saved has no effect.

        HTTP: `DELETE /me/library`, 40 shows per request, sequentially. Scopes: `user-library-modify`,
        `user-follow-modify` and `playlist-modify-public`, which the endpoint requires for every type. Development mode:
        yes.

        Args:
            ids: Ids, URIs or URLs of shows, at least one.

        Raises:
            ValueError: `ids` is empty, or one of them is not a show id, URI or URL.
            PartialWriteError: More than one request was needed and not all of them succeeded; the error says what was
                applied.
            MissingScopeError: The token lacks a scope.
            SpotifyError: The call failed.
        """
        await remove_from_library(self._executor, uris_of("show", ids))

    @calls(CHECK_LIBRARY_CONTAINS)
    async def check_saved(self, ids: Iterable[Reference]) -> list[bool]:
        """Check for each show whether it is in the user's library.

        HTTP: `GET /me/library/contains`, 40 shows per request, requests concurrently. Scopes: `user-library-read`,
        `user-follow-read` and `playlist-read-private`, which the endpoint requires for every type. Development mode:
        yes.

        Args:
            ids: Ids, URIs or URLs of shows, at least one.

        Returns:
            One bool per show, in the order of `ids`.

        Raises:
            ValueError: `ids` is empty, or one of them is not a show id, URI or URL.
            MissingScopeError: The token lacks a scope.
            SpotifyError: The call failed.
        """
        return await check_library(self._executor, uris_of("show", ids))
