"""Episodes of shows: the catalogue's and the user's saved ones."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, overload

from spotify.bulk.library import check_library, remove_from_library, save_to_library, uris_of
from spotify.errors import SpotifyError
from spotify.ids import episode_id, ids_of
from spotify.models import Episode, SavedEpisode, SavedEpisodePage, SeveralEpisodes
from spotify.operations.library import (
    CHECK_LIBRARY_CONTAINS,
    GET_SAVED_EPISODES,
    REMOVE_LIBRARY_ITEMS,
    SAVE_LIBRARY_ITEMS,
)
from spotify.operations.spoken_word import GET_EPISODE, GET_SEVERAL_EPISODES
from spotify.paging import Paginator
from spotify.services._base import Service
from spotify.services._operations import calls


class EpisodesService(Service):
    """`client.episodes`. Episodes are given as id, URI or URL; what is not text raises `TypeError`."""

    __slots__ = ()

    @calls(GET_EPISODE)
    async def get(self, id: str, market: str | None = None) -> Episode:
        """Get one episode, with its show.

        HTTP: `GET /episodes/{id}`. Scopes: `user-read-playback-position`, for `resume_point`; an application's own
        token does without. Development mode: yes, without the show's `available_markets` and `publisher`.

        Args:
            id: The episode's id, URI or URL.
            market: An ISO 3166-1 alpha-2 country; None for the client's `market`, or the user's country. An
                application's own token has no country: give one.

        Returns:
            The episode.

        Raises:
            ValueError: `id` is not an episode's, or `market` not a country.
            NotFoundError: There is no such episode, or it is not available in the market.
            SpotifyError: The call failed otherwise.
        """
        return await self._call(GET_EPISODE, Episode, id=episode_id(id), market=market)

    @overload
    async def get_several(
        self, ids: Iterable[str], market: str | None = None, *, return_errors: Literal[False] = False
    ) -> list[Episode | None]: ...

    @overload
    async def get_several(
        self, ids: Iterable[str], market: str | None = None, *, return_errors: Literal[True]
    ) -> list[Episode | SpotifyError | None]: ...

    @calls(GET_SEVERAL_EPISODES, GET_EPISODE)
    async def get_several(
        self, ids: Iterable[str], market: str | None = None, *, return_errors: bool = False
    ) -> list[Episode | None] | list[Episode | SpotifyError | None]:
        """Get many episodes, in batches of 50 or, in development mode, one by one.

        HTTP: `GET /episodes?ids=`, the requests concurrently. Scopes: `user-read-playback-position`, for
        `resume_point`; an application's own token does without. Development mode: yes, by `GET /episodes/{id}` for
        each, concurrently (the batches were removed 2026-02-11), without what `get` lacks there.

        Args:
            ids: Ids, URIs or URLs of episodes, at least one; duplicates are answered as often as they are asked for.
            market: An ISO 3166-1 alpha-2 country; None for the client's `market`, or the user's country.
            return_errors: Whether what could not be read is answered by its error, in its place, instead of raising.

        Returns:
            The episodes in the order of the ids, None for each that does not exist or is not available in the market.

        Raises:
            ValueError: One of the ids is not an episode's, or there is none; or `market` is not a country.
            PartialReadError: Some could not be read; it has the others. Not raised with `return_errors`.
            SpotifyError: None could be read; it is the first one's error. Not raised with `return_errors`.
        """
        return await self._get_several(
            GET_SEVERAL_EPISODES,
            SeveralEpisodes,
            lambda answer: answer.episodes,
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
            limit: Episodes a page, 1 to 50; None for the most allowed.
            offset: Where to start, 0 or more; None for the beginning.
            market: An ISO 3166-1 alpha-2 country; None for the client's `market`, or the user's country.

        Raises:
            ValueError: A number is out of bounds, or `market` not a country; a `limit` that is too high is refused on
                awaiting a page, and lowered by `async for`.
            MissingScopeError: On awaiting: the token lacks a scope.
            SpotifyError: On awaiting: the call failed otherwise.
        """
        return self._pages(GET_SAVED_EPISODES, SavedEpisodePage, limit=limit, offset=offset, market=market)

    @calls(SAVE_LIBRARY_ITEMS)
    async def save(self, ids: Iterable[str]) -> None:
        """Save episodes to the user's library. Saving one that is saved already changes nothing.

        HTTP: `PUT /me/library`, 40 episodes a request, one after the other. Scopes: `user-library-modify`,
        `user-follow-modify` and `playlist-modify-public`, which the endpoint wants whatever the kind.
        Development mode: yes.

        Args:
            ids: Ids, URIs or URLs of episodes, at least one.

        Raises:
            ValueError: One of the ids is not an episode's, or there is none.
            PartialWriteError: More than one request was needed and not all went through; it says what was applied.
            MissingScopeError: The token lacks the scope.
            SpotifyError: The call failed otherwise.
        """
        await save_to_library(self._executor, uris_of("episode", ids))

    @calls(REMOVE_LIBRARY_ITEMS)
    async def remove(self, ids: Iterable[str]) -> None:
        """Remove episodes from the user's library. Removing one that is not saved changes nothing.

        HTTP: `DELETE /me/library`, 40 episodes a request, one after the other. Scopes: `user-library-modify`,
        `user-follow-modify` and `playlist-modify-public`, which the endpoint wants whatever the kind.
        Development mode: yes.

        Args:
            ids: Ids, URIs or URLs of episodes, at least one.

        Raises:
            ValueError: One of the ids is not an episode's, or there is none.
            PartialWriteError: More than one request was needed and not all went through; it says what was applied.
            MissingScopeError: The token lacks the scope.
            SpotifyError: The call failed otherwise.
        """
        await remove_from_library(self._executor, uris_of("episode", ids))

    @calls(CHECK_LIBRARY_CONTAINS)
    async def check_saved(self, ids: Iterable[str]) -> list[bool]:
        """Tell for each episode whether it is in the user's library.

        HTTP: `GET /me/library/contains`, 40 episodes a request, the requests concurrently. Scopes: `user-library-read`,
        `user-follow-read` and `playlist-read-private`, which the endpoint wants whatever the kind.
        Development mode: yes.

        Args:
            ids: Ids, URIs or URLs of episodes, at least one.

        Returns:
            One truth for each episode, in the order of the ids.

        Raises:
            ValueError: One of the ids is not an episode's, or there is none.
            MissingScopeError: The token lacks the scope.
            SpotifyError: The call failed otherwise.
        """
        return await check_library(self._executor, uris_of("episode", ids))
