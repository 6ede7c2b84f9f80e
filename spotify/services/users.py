"""User profiles, the current user's top artists and tracks, following."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Literal, TypeAlias, get_args

from spotify._checks import check_choice
from spotify.bulk.library import check_library, remove_from_library, save_to_library, uris_of
from spotify.ids import Reference, artist_id, user_id
from spotify.models import Artist, ArtistPage, FollowedArtists, PrivateUser, PublicUser, Track, TrackPage
from spotify.models.identity import with_requested_id
from spotify.operations.library import (
    CHECK_LIBRARY_CONTAINS,
    GET_CURRENT_USER_PROFILE,
    GET_FOLLOWED_ARTISTS,
    GET_TOP_ARTISTS,
    GET_TOP_TRACKS,
    GET_USER_PROFILE,
    REMOVE_LIBRARY_ITEMS,
    SAVE_LIBRARY_ITEMS,
)
from spotify.paging import CursorPaginator, Paginator
from spotify.services._base import Service, calls

TimeRange: TypeAlias = Literal["short_term", "medium_term", "long_term"]
FollowedType: TypeAlias = Literal["artist", "user"]

_TIME_RANGES: Final[tuple[str, ...]] = get_args(TimeRange)
_FOLLOWED_TYPES: Final[tuple[str, ...]] = get_args(FollowedType)


class UsersService(Service):
    """`client.users`. Artists and users are given as id, URI or URL; anything but a str raises `TypeError`.

    ::

        user = await client.users.get_current_profile()
        top = await client.users.get_top_artists("short_term").collect()
        print(user.display_name, [artist.name for artist in top])
    """

    __slots__ = ()

    @calls(GET_CURRENT_USER_PROFILE)
    async def get_current_profile(self) -> PrivateUser:
        """Get the profile of the current user.

        HTTP: `GET /me`. Scopes: `user-read-private` for `country`, `explicit_content` and `product`, `user-read-email`
        for `email`. Development mode: yes, without those members and without `followers`.

        Returns:
            The profile. Use `account_id`, which never changes, rather than `id` to link accounts.

        Raises:
            AuthenticationError: The token is for an application, not for a user.
            SpotifyError: The call failed.
        """
        return await self._call(GET_CURRENT_USER_PROFILE, PrivateUser)

    @calls(GET_USER_PROFILE)
    async def get(self, id: Reference) -> PublicUser:
        """Get the public profile of a user.

        HTTP: `GET /users/{id}`. Scopes: none. Development mode: no (removed 2026-02-11, no replacement).

        Args:
            id: The user's id (any string), URI or URL.

        Raises:
            ValueError: `id` is empty or names another kind of object.
            NotFoundError: There is no such user.
            EndpointUnavailableError: The application is in development mode.
            SpotifyError: The call failed.
        """
        identifier = user_id(id)
        return with_requested_id(await self._call(GET_USER_PROFILE, PublicUser, user_id=identifier), identifier)

    @calls(GET_TOP_ARTISTS)
    def get_top_artists(
        self, time_range: TimeRange | None = None, limit: int | None = None, offset: int | None = None
    ) -> Paginator[Artist]:
        """List the artists that the user listens to most, in order: `await` for one page, `async for` for all of them.

        HTTP: `GET /me/top/artists`. Scopes: `user-top-read`. Development mode: yes.

        Args:
            time_range: `short_term` (about 4 weeks), `medium_term` (about 6 months) or `long_term` (about a year); None
                for Spotify's default, `medium_term`.
            limit: Artists per page, 1 to 50; None for the most allowed.
            offset: The position of the first item, 0 or more; None for the beginning.

        Raises:
            ValueError: `time_range` is unknown, or a number is out of bounds; a `limit` that is too high is refused on
                awaiting a page, and lowered by `async for`.
            MissingScopeError: On awaiting: the token lacks the scope.
            SpotifyError: On awaiting: the call failed.
        """
        if time_range is not None:
            check_choice("time_range", time_range, _TIME_RANGES)
        return self._pages(GET_TOP_ARTISTS, ArtistPage, time_range=time_range, limit=limit, offset=offset)

    @calls(GET_TOP_TRACKS)
    def get_top_tracks(
        self, time_range: TimeRange | None = None, limit: int | None = None, offset: int | None = None
    ) -> Paginator[Track]:
        """List the tracks that the user listens to most, in order: `await` for one page, `async for` for all of them.

        HTTP: `GET /me/top/tracks`. Scopes: `user-top-read`. Development mode: yes.

        Args:
            time_range: `short_term` (about 4 weeks), `medium_term` (about 6 months) or `long_term` (about a year); None
                for Spotify's default, `medium_term`.
            limit: Tracks per page, 1 to 50; None for the most allowed.
            offset: The position of the first item, 0 or more; None for the beginning.

        Raises:
            ValueError: `time_range` is unknown, or a number is out of bounds; a `limit` that is too high is refused on
                awaiting a page, and lowered by `async for`.
            MissingScopeError: On awaiting: the token lacks the scope.
            SpotifyError: On awaiting: the call failed.
        """
        if time_range is not None:
            check_choice("time_range", time_range, _TIME_RANGES)
        return self._pages(GET_TOP_TRACKS, TrackPage, time_range=time_range, limit=limit, offset=offset)

    @calls(GET_FOLLOWED_ARTISTS)
    def get_followed_artists(self, after: Reference | None = None, limit: int | None = None) -> CursorPaginator[Artist]:
        """List the artists that the user follows: `await` for one page, `async for` for all of them.

        HTTP: `GET /me/following?type=artist`. Scopes: `user-follow-read`. Development mode: yes.

        Args:
            after: The id, URI or URL of the last artist of the previous page, which is `cursors.after` of that page;
                None for the beginning.
            limit: Artists per page, 1 to 50; None for the most allowed.

        Raises:
            ValueError: `after` is not an artist id, URI or URL, or `limit` is less than 1; a `limit` that is too high
                is refused on awaiting a page, and lowered by `async for`.
            MissingScopeError: On awaiting: the token lacks the scope.
            SpotifyError: On awaiting: the call failed.
        """
        return self._wrapped_cursor_pages(
            GET_FOLLOWED_ARTISTS,
            FollowedArtists,
            lambda response: response.artists,
            lambda artist: artist.id,
            type="artist",
            after=None if after is None else artist_id(after),
            limit=limit,
        )

    @calls(SAVE_LIBRARY_ITEMS)
    async def follow_artists_or_users(self, type_: FollowedType, ids: Iterable[Reference]) -> None:
        """Follow artists or users. Following one again has no effect.

        HTTP: `PUT /me/library`, 40 ids per request, sequentially. Scopes: `user-library-modify`, `user-follow-modify`
        and `playlist-modify-public`, which the endpoint requires for every type. Development mode: yes.

        Spotify's reference of the endpoint does not list artists, but its migration guide names it as the replacement
        of `PUT /me/following`, which development mode lacks
        (https://developer.spotify.com/documentation/web-api/tutorials/february-2026-migration-guide).

        Args:
            type_: The type of the ids: `artist` or `user`.
            ids: Ids, URIs or URLs, at least one.

        Raises:
            ValueError: `type_` is unknown, `ids` is empty, or one of them is of another type.
            PartialWriteError: More than one request was needed and not all of them succeeded; the error says what was
                applied.
            MissingScopeError: The token lacks a scope.
            SpotifyError: The call failed.
        """
        check_choice("type_", type_, _FOLLOWED_TYPES)
        await save_to_library(self._executor, uris_of(type_, ids))

    @calls(REMOVE_LIBRARY_ITEMS)
    async def unfollow_artists_or_users(self, type_: FollowedType, ids: Iterable[Reference]) -> None:
        """Unfollow artists or users. Unfollowing one that is not followed has no effect.

        HTTP: `DELETE /me/library`, 40 ids per request, sequentially. Scopes: `user-library-modify`,
        `user-follow-modify` and `playlist-modify-public`, which the endpoint requires for every type. Development mode:
        yes.

        Spotify's reference of the endpoint does not list artists, but its migration guide names it as the replacement
        of `DELETE /me/following`, which development mode lacks
        (https://developer.spotify.com/documentation/web-api/tutorials/february-2026-migration-guide).

        Args:
            type_: The type of the ids: `artist` or `user`.
            ids: Ids, URIs or URLs, at least one.

        Raises:
            ValueError: `type_` is unknown, `ids` is empty, or one of them is of another type.
            PartialWriteError: More than one request was needed and not all of them succeeded; the error says what was
                applied.
            MissingScopeError: The token lacks a scope.
            SpotifyError: The call failed.
        """
        check_choice("type_", type_, _FOLLOWED_TYPES)
        await remove_from_library(self._executor, uris_of(type_, ids))

    @calls(CHECK_LIBRARY_CONTAINS)
    async def check_follows_artists_or_users(self, type_: FollowedType, ids: Iterable[Reference]) -> list[bool]:
        """Check for each artist or user whether the current user follows them.

        HTTP: `GET /me/library/contains`, 40 ids per request, requests concurrently. Scopes: `user-library-read`,
        `user-follow-read` and `playlist-read-private`, which the endpoint requires for every type. Development mode:
        yes.

        Args:
            type_: The type of the ids: `artist` or `user`.
            ids: Ids, URIs or URLs, at least one.

        Returns:
            One bool per id, in the order of `ids`.

        Raises:
            ValueError: `type_` is unknown, `ids` is empty, or one of them is of another type.
            MissingScopeError: The token lacks a scope.
            SpotifyError: The call failed.
        """
        check_choice("type_", type_, _FOLLOWED_TYPES)
        return await check_library(self._executor, uris_of(type_, ids))
