"""Episodes of shows and saved episodes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, overload

from spotify.bulk.library import check_library, remove_from_library, save_to_library, uris_of
from spotify.errors import SpotifyError
from spotify.ids import Reference, episode_id, ids_of
from spotify.models import Episode, SavedEpisode, SavedEpisodePage, SeveralEpisodes
from spotify.models.identity import with_requested_id
from spotify.operations.catalogue import GET_EPISODE, GET_SEVERAL_EPISODES
from spotify.operations.library import (
    CHECK_LIBRARY_CONTAINS,
    GET_SAVED_EPISODES,
    REMOVE_LIBRARY_ITEMS,
    SAVE_LIBRARY_ITEMS,
)
from spotify.paging import Paginator
from spotify.services._base import Service, calls


class EpisodesService(Service):
    """`client.episodes`. Episodes are given as id, URI or URL; anything but a str raises `TypeError`.

    ::

        episode = await client.episodes.get("spotify:episode:512ojhOuo1ktJprKbVcKyQ", market="US")
        await client.episodes.save([episode.id])
    """

    __slots__ = ()

    @calls(GET_EPISODE)
    async def get(self, id: Reference, market: str | None = None) -> Episode:
        """Get one episode with its show.

        HTTP: `GET /episodes/{id}`. Scopes: `user-read-playback-position` for `resume_point`. Development mode: yes,
        without the show's `available_markets` and `publisher`.

        Args:
            id: The episode's id, URI or URL.
            market: An ISO 3166-1 alpha-2 country code; None for the client's `market`, or the user's country. The token
                of an application has no country: pass one.

        Returns:
            The episode.

        Raises:
            ValueError: `id` is not an episode id, URI or URL, or `market` is not a country code.
            NotFoundError: There is no such episode, or it is not available in the market.
            SpotifyError: The call failed.
        """
        identifier = episode_id(id)
        return with_requested_id(await self._call(GET_EPISODE, Episode, id=identifier, market=market), identifier)

    @overload
    async def get_several(
        self, ids: Iterable[Reference], market: str | None = None, *, return_errors: Literal[False] = False
    ) -> list[Episode | None]: ...

    @overload
    async def get_several(
        self, ids: Iterable[Reference], market: str | None = None, *, return_errors: Literal[True]
    ) -> list[Episode | SpotifyError | None]: ...

    @calls(GET_SEVERAL_EPISODES, GET_EPISODE)
    async def get_several(
        self, ids: Iterable[Reference], market: str | None = None, *, return_errors: bool = False
    ) -> list[Episode | None] | list[Episode | SpotifyError | None]:
        """Get many episodes, in batches of 50, or one by one in development mode.

        HTTP: `GET /episodes?ids=`, requests concurrently. Scopes: `user-read-playback-position` for `resume_point`.
        Development mode: yes, with `GET /episodes/{id}` for each id, concurrently (batches were removed 2026-02-11),
        without the members that `get` lacks.

        Args:
            ids: Ids, URIs or URLs of episodes, at least one; duplicates are returned as often as they are given.
            market: An ISO 3166-1 alpha-2 country code; None for the client's `market`, or the user's country.
            return_errors: Whether an object that could not be read is returned as its error, instead of raising.

        Returns:
            The episodes in the order of `ids`, None for each that does not exist or is not available in the market.

        Raises:
            ValueError: `ids` is empty, or one of them is not an episode id, URI or URL; or `market` is not a country
                code.
            PartialReadError: Some objects could not be read; the error contains the others. Not raised with
                `return_errors`.
            SpotifyError: No object could be read; this is the error of the first. Not raised with `return_errors`.
        """
        return await self._get_several(
            GET_SEVERAL_EPISODES,
            SeveralEpisodes,
            lambda response: response.episodes,
            (GET_EPISODE, Episode),
            ids_of("episode", ids),
            return_errors=return_errors,
            market=market,
        )

    @calls(GET_SAVED_EPISODES)
    def get_saved(
        self, limit: int | None = None, offset: int | None = None, market: str | None = None
    ) -> Paginator[SavedEpisode]:
        """List the episodes that the user saved, newest first: `await` for one page, `async for` for all of them.

        HTTP: `GET /me/episodes`. Scopes: `user-library-read`, and `user-read-playback-position` for `resume_point`.
        Development mode: yes, without the shows' `available_markets` and `publisher`.

        Args:
            limit: Episodes per page, 1 to 50; None for the most allowed.
            offset: The position of the first item, 0 or more; None for the beginning.
            market: An ISO 3166-1 alpha-2 country code; None for the client's `market`, or the user's country.

        Raises:
            ValueError: A number is out of bounds, or `market` is not a country code; a `limit` that is too high is
                refused on awaiting a page, and lowered by `async for`.
            MissingScopeError: On awaiting: the token lacks a scope.
            SpotifyError: On awaiting: the call failed.
        """
        return self._pages(GET_SAVED_EPISODES, SavedEpisodePage, limit=limit, offset=offset, market=market)

    @calls(SAVE_LIBRARY_ITEMS)
    async def save(self, ids: Iterable[Reference]) -> None:
        """Save episodes to the user's library. Saving a saved one again has no effect.

        HTTP: `PUT /me/library`, 40 episodes per request, sequentially. Scopes: `user-library-modify`,
        `user-follow-modify` and `playlist-modify-public`, which the endpoint requires for every type. Development mode:
        yes.

        Args:
            ids: Ids, URIs or URLs of episodes, at least one.

        Raises:
            ValueError: `ids` is empty, or one of them is not an episode id, URI or URL.
            PartialWriteError: More than one request was needed and not all of them succeeded; the error says what was
                applied.
            MissingScopeError: The token lacks a scope.
            SpotifyError: The call failed.
        """
        await save_to_library(self._executor, uris_of("episode", ids))

    @calls(REMOVE_LIBRARY_ITEMS)
    async def remove(self, ids: Iterable[Reference]) -> None:
        """Remove episodes from the user's library. Removing one that is not saved has no effect.

        HTTP: `DELETE /me/library`, 40 episodes per request, sequentially. Scopes: `user-library-modify`,
        `user-follow-modify` and `playlist-modify-public`, which the endpoint requires for every type. Development mode:
        yes.

        Args:
            ids: Ids, URIs or URLs of episodes, at least one.

        Raises:
            ValueError: `ids` is empty, or one of them is not an episode id, URI or URL.
            PartialWriteError: More than one request was needed and not all of them succeeded; the error says what was
                applied.
            MissingScopeError: The token lacks a scope.
            SpotifyError: The call failed.
        """
        await remove_from_library(self._executor, uris_of("episode", ids))

    @calls(CHECK_LIBRARY_CONTAINS)
    async def check_saved(self, ids: Iterable[Reference]) -> list[bool]:
        """Check for each episode whether it is in the user's library.

        HTTP: `GET /me/library/contains`, 40 episodes per request, requests concurrently. Scopes: `user-library-read`,
        `user-follow-read` and `playlist-read-private`, which the endpoint requires for every type. Development mode:
        yes.

        Args:
            ids: Ids, URIs or URLs of episodes, at least one.

        Returns:
            One bool per episode, in the order of `ids`.

        Raises:
            ValueError: `ids` is empty, or one of them is not an episode id, URI or URL.
            MissingScopeError: The token lacks a scope.
            SpotifyError: The call failed.
        """
        return await check_library(self._executor, uris_of("episode", ids))
