"""Playlists: details, items, cover images and followers."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import overload

from spotify._checks import check_flag, check_range, check_text
from spotify._concurrency import run_all
from spotify.bulk.batches import check_count
from spotify.bulk.costs import announce
from spotify.bulk.library import check_library, remove_from_library, save_to_library, uris_of
from spotify.bulk.playlist_items import ItemToRemove, Removal, add_items, removals_of, remove_items, replace_items
from spotify.ids import Reference, ids_of, playable_uris, playlist_id, user_id
from spotify.interfaces.executor import Call
from spotify.models import (
    Image,
    PartialPlaylist,
    PartialPlaylistItemPage,
    Playlist,
    PlaylistItem,
    PlaylistItemPage,
    PlaylistSnapshot,
    SimplifiedPlaylist,
    SimplifiedPlaylistPage,
)
from spotify.models.identity import with_requested_id
from spotify.operations.library import CHECK_LIBRARY_CONTAINS, REMOVE_LIBRARY_ITEMS, SAVE_LIBRARY_ITEMS
from spotify.operations.playlists import (
    ADD_PLAYLIST_ITEMS,
    CHANGE_PLAYLIST_DETAILS,
    CHECK_FOLLOWS_PLAYLIST,
    CREATE_PLAYLIST,
    FOLLOW_PLAYLIST,
    GET_CURRENT_USERS_PLAYLISTS,
    GET_PLAYLIST,
    GET_PLAYLIST_COVER_IMAGE,
    GET_PLAYLIST_ITEMS,
    GET_USERS_PLAYLISTS,
    REMOVE_PLAYLIST_ITEMS,
    REORDER_OR_REPLACE_PLAYLIST_ITEMS,
    UPLOAD_PLAYLIST_COVER_IMAGE,
)
from spotify.paging import Paginator
from spotify.services._arguments import (
    ITEMS_PAGE,
    PLAYABLE_TYPES,
    PLAYLIST,
    PlayableType,
    complete_filter,
    encoded_cover,
    joined_types,
    playable_uris_or_none,
    playlist_details,
)
from spotify.services._base import Service, calls


class PlaylistsService(Service):
    """`client.playlists`. A playlist is given as id, URI or URL; anything but a str raises `TypeError`.

    ::

        playlist = await client.playlists.create("Monday", public=False)
        await client.playlists.add_items(playlist.id, ["spotify:track:11dFghVXANMlKmJXsNCbNl"])  # any number
        async for entry in client.playlists.get_items(playlist.id):
            print(entry.added_at, entry.item.name if entry.item else "unavailable")
    """

    __slots__ = ()

    @overload
    async def get(
        self,
        id: Reference,
        market: str | None = None,
        fields: None = None,
        additional_types: Iterable[PlayableType] | PlayableType = ...,
    ) -> Playlist: ...

    @overload
    async def get(
        self,
        id: Reference,
        market: str | None = None,
        *,
        fields: str,
        additional_types: Iterable[PlayableType] | PlayableType = ...,
    ) -> PartialPlaylist: ...

    @overload
    async def get(
        self,
        id: Reference,
        market: str | None,
        fields: str,
        additional_types: Iterable[PlayableType] | PlayableType = ...,
    ) -> PartialPlaylist: ...

    @calls(GET_PLAYLIST)
    async def get(
        self,
        id: Reference,
        market: str | None = None,
        fields: str | None = None,
        additional_types: Iterable[PlayableType] | PlayableType = PLAYABLE_TYPES,
    ) -> Playlist | PartialPlaylist:
        """Get a playlist with its first items, or some of its members only.

        HTTP: `GET /playlists/{id}`. Scopes: none; for a private playlist `playlist-read-private`. Development mode:
        yes, but with `items` only for playlists that the user owns or collaborates on, and without Spotify's own.

        Args:
            id: The playlist's id, URI or URL.
            market: An ISO 3166-1 alpha-2 country code; None for the client's `market`, or the user's country.
            fields: Spotify's filter, such as `name,items(total,items(added_at,item(name)))` or `!items`; None for the
                complete playlist. `id`, `type` and `uri` of each object and `next` of pages are always included. Old
                and new names (`tracks` and `items`, `track` and `item`) both work.
            additional_types: The types that are returned as themselves: `track`, `episode` or both. Without `episode`,
                Spotify returns episodes in the form of tracks.

        Returns:
            The playlist. `playlist.items` holds up to 100 entries, and `get_items` lists all of them; it is None, not
            empty, if Spotify withholds them. With `fields` the result is a `PartialPlaylist`: a member that the filter
            left out is `ABSENT`, a member that is null is None. The objects inside it are ordinary models, in which
            members that the filter left out have their defaults.

        Raises:
            ValueError: `id` is not a playlist id, URI or URL, `market` is not a country code, or `fields` is not a
                filter.
            NotFoundError: There is no such playlist, or this application cannot access it.
            SpotifyError: The call failed.
        """
        into: type[Playlist | PartialPlaylist] = Playlist if fields is None else PartialPlaylist
        identifier = playlist_id(id)
        playlist = await self._call(
            GET_PLAYLIST,
            into,
            playlist_id=identifier,
            market=market,
            fields=None if fields is None else complete_filter(fields, PLAYLIST),
            additional_types=joined_types(additional_types),
        )
        return with_requested_id(playlist, identifier)

    @calls(GET_PLAYLIST_ITEMS)
    def get_items(
        self,
        id: Reference,
        market: str | None = None,
        fields: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
        additional_types: Iterable[PlayableType] | PlayableType = PLAYABLE_TYPES,
    ) -> Paginator[PlaylistItem]:
        """List the entries of a playlist: `await` for one page, `async for` for all of them.

        HTTP: `GET /playlists/{id}/items`. Scopes: `playlist-read-private` for a private playlist. Development mode:
        yes, for playlists that the user owns or collaborates on.

        Args:
            id: The playlist's id, URI or URL.
            market: An ISO 3166-1 alpha-2 country code; None for the client's `market`, or the user's country.
            fields: Spotify's filter of a page, such as `total,items(added_at,item(name))`. Members that it leaves out
                have their defaults; the same members as in `get` are always included.
            limit: Entries per page, 1 to 50; None for the most allowed.
            offset: The position of the first entry, 0 or more; None for the beginning.
            additional_types: The types that are returned as themselves: `track`, `episode` or both. Without `episode`,
                Spotify returns episodes in the form of tracks.

        Raises:
            ValueError: `id` is not a playlist id, URI or URL, `fields` is not a filter, or a number is out of bounds; a
                `limit` that is too high is refused on awaiting a page, and lowered by `async for`.
            NotFoundError: On awaiting: there is no such playlist.
            ForbiddenError: On awaiting: the user cannot access the items.
            SpotifyError: On awaiting: the call failed.
        """
        return self._pages(
            GET_PLAYLIST_ITEMS,
            PlaylistItemPage if fields is None else PartialPlaylistItemPage,
            playlist_id=playlist_id(id),
            market=market,
            fields=None if fields is None else complete_filter(fields, ITEMS_PAGE),
            limit=limit,
            offset=offset,
            additional_types=joined_types(additional_types),
        )

    @calls(GET_CURRENT_USERS_PLAYLISTS)
    def get_for_current_user(
        self, limit: int | None = None, offset: int | None = None
    ) -> Paginator[SimplifiedPlaylist]:
        """List the playlists that the user owns or follows: `await` for one page, `async for` for all of them.

        HTTP: `GET /me/playlists`. Scopes: `playlist-read-private` for private and `playlist-read-collaborative` for
        collaborative playlists; without them these are left out. Development mode: yes.

        Args:
            limit: Playlists per page, 1 to 50; None for the most allowed.
            offset: The position of the first playlist, 0 to 100,000; None for the beginning.

        Raises:
            ValueError: A number is out of bounds; a `limit` that is too high is refused on awaiting a page, and lowered
                by `async for`.
            SpotifyError: On awaiting: the call failed.
        """
        return self._pages(GET_CURRENT_USERS_PLAYLISTS, SimplifiedPlaylistPage, limit=limit, offset=offset)

    @calls(GET_USERS_PLAYLISTS)
    def get_for_user(
        self, id: Reference, limit: int | None = None, offset: int | None = None
    ) -> Paginator[SimplifiedPlaylist]:
        """List the playlists on a user's profile: `await` for one page, `async for` for all of them.

        HTTP: `GET /users/{id}/playlists`. Scopes: `playlist-read-private` and `playlist-read-collaborative` for the
        current user's private and collaborative playlists; none for other users. Development mode: no (removed
        2026-02-11); `get_for_current_user` lists the current user's playlists.

        Args:
            id: The user's id, URI or URL. A user id can be any string.
            limit: Playlists per page, 1 to 50; None for the most allowed.
            offset: The position of the first playlist, 0 to 100,000; None for the beginning.

        Raises:
            ValueError: `id` is empty or names another kind of object, or a number is out of bounds; a `limit` that is
                too high is refused on awaiting a page, and lowered by `async for`.
            NotFoundError: On awaiting: there is no such user.
            EndpointUnavailableError: On awaiting: the application is in development mode.
            SpotifyError: On awaiting: the call failed.
        """
        return self._pages(GET_USERS_PLAYLISTS, SimplifiedPlaylistPage, user_id=user_id(id), limit=limit, offset=offset)

    @calls(CREATE_PLAYLIST)
    async def create(
        self,
        name: str,
        public: bool | None = None,
        collaborative: bool | None = None,
        description: str | None = None,
    ) -> Playlist:
        """Create an empty playlist of the user.

        HTTP: `POST /me/playlists`. Scopes: `playlist-modify-public`, or for a private playlist
        `playlist-modify-private`; both for a collaborative one. Development mode: yes.

        Args:
            name: The name, one line of at most 200 characters; several playlists can have the same one.
            public: Whether it shows on the user's profile; None for Spotify's default True, or False if it is
                collaborative.
            collaborative: Whether other users may change it; None for False.
            description: The description that clients show: one line of at most 300 characters; None for none.

        Raises:
            ValueError: `name` or `description` is empty, too long or has a line break, or the playlist would be public
                and collaborative.
            MissingScopeError: The token lacks the scope.
            SpotifyError: The call failed. It is not retried if it may have been executed, since that could create two
                playlists: see `may_have_been_executed`.
        """
        check_text("name", name)  # also None
        if collaborative and public is None:
            public = False
        body = playlist_details(name, public, collaborative, description)
        playlist = await self._call_or_none(CREATE_PLAYLIST, Playlist, json=body)
        return Playlist(name=name) if playlist is None else playlist

    @calls(CHANGE_PLAYLIST_DETAILS)
    async def change_details(
        self,
        id: Reference,
        name: str | None = None,
        public: bool | None = None,
        collaborative: bool | None = None,
        description: str | None = None,
    ) -> None:
        """Change the name or description of a playlist, or who may see and change it.

        HTTP: `PUT /playlists/{id}`. Scopes: `playlist-modify-public`, or for a private playlist
        `playlist-modify-private`. Development mode: yes.

        Args:
            id: The playlist's id, URI or URL; the user has to own it.
            name: The new name, as in `create`. At least one detail has to be given; None leaves a detail unchanged.
            public: Whether it shows on the user's profile.
            collaborative: Whether other users may change it; only a playlist that is not public can be collaborative.
            description: The description that clients show, as in `create`. Spotify refuses an empty one.

        Raises:
            ValueError: `id` is not a playlist id, URI or URL, no detail is given, `name` or `description` is empty, too
                long or has a line break, or the playlist would be public and collaborative.
            ForbiddenError: The user does not own the playlist.
            SpotifyError: The call failed.
        """
        playlist = playlist_id(id)
        body = playlist_details(name, public, collaborative, description)
        if not body:
            raise ValueError("nothing to change: give name, public, collaborative or description")
        await self._call(CHANGE_PLAYLIST_DETAILS, type(None), json=body, playlist_id=playlist)

    @calls(ADD_PLAYLIST_ITEMS, GET_PLAYLIST, GET_PLAYLIST_ITEMS)
    async def add_items(
        self, id: Reference, uris: Iterable[Reference], position: int | None = None, *, verify: bool = False
    ) -> str | None:
        """Add tracks and episodes to a playlist, in order.

        HTTP: `POST /playlists/{id}/items`, 100 items per request, sequentially. Scopes:
        `playlist-modify-public`, or for a private playlist `playlist-modify-private`. Development mode: yes. `verify`
        also reads the playlist: `GET /playlists/{id}` first, and again with `GET /playlists/{id}/items` if a response
        is lost; a private playlist needs `playlist-read-private` for that.

        With `verify`, no item is added twice, also if Spotify executes a request after the client gave it up. Items
        that are found in the playlist were added. If they are absent, the playlist is read again (after 0.5 s, and then
        each time after as long as has passed) until they appear or until the request can no longer be executed:
        `ClientConfig.write_settle_time`, 90 s by default, or the client's `deadline`, if that is shorter. Only then
        they are sent again, up to two times. This costs one request more without a failure. A lost response costs
        four more for 100 items, and a lost request about twelve and 90 s.

        Args:
            id: The playlist's id, URI or URL.
            uris: URIs or URLs of tracks and episodes, at least one; duplicates are added. Local files cannot be added.
            position: The position of the first item, 0 or more; None for the end.
            verify: If a response is lost, read the playlist to find out whether the items were added, and send them
                again only if they were not and cannot be any more. The outcome stays unknown if another client changes
                the playlist, if it cannot be read, or if the deadline is too short.

        Returns:
            The playlist's new snapshot id; None if the response has none.

        Raises:
            ValueError: `id` is not a playlist id, URI or URL, `uris` is empty or has other URIs than those of tracks
                and episodes, or `position` is negative.
            PartialWriteError: More than one request was needed and not all succeeded. It says which items were added,
                with the snapshot id after that; `client.resume(error)` adds the others. With `verify`, also if a
                response was lost and the playlist does not hold the right items at the end.
            ForbiddenError: The user may not change the playlist.
            SpotifyError: The call failed. It is not retried if it may have been executed, since that could add the
                items twice: see `may_have_been_executed`, or use `verify`.
        """
        check_flag("verify", verify)
        playlist, playables = playlist_id(id), playable_uris(uris)
        if position is not None:
            check_range("position", position, at_least=0)
        return await add_items(self._executor, playlist, playables, position=position, verify=verify)

    @calls(REMOVE_PLAYLIST_ITEMS)
    async def remove_items(
        self,
        id: Reference,
        *,
        uris: Iterable[Reference] | None = None,
        items: Iterable[ItemToRemove] | None = None,
        snapshot_id: str | None = None,
    ) -> str | None:
        """Remove items from a playlist: every occurrence, or those at some positions.

        HTTP: `DELETE /playlists/{id}/items`, 100 items per request, sequentially. Scopes:
        `playlist-modify-public`, or for a private playlist `playlist-modify-private`. Development mode: yes.

        Spotify's documentation has not listed `positions` since 2019, and in May 2024 they were ignored, so that
        every occurrence was removed (https://github.com/spotipy-dev/spotipy/issues/1098). If other occurrences have to
        stay, read the playlist afterwards, or use `replace_items`.

        Args:
            id: The playlist's id, URI or URL.
            uris: URIs or URLs of tracks and episodes; every occurrence is removed. Spotify refuses to remove local
                files, by URI (https://github.com/spotify/web-api/issues/612) and since November 2024 by position alone
                (https://github.com/jwilsson/spotify-web-api-php/issues/271).
            items: Instead of `uris`: mappings `{"uri": ..., "positions": [...]}`, positions from 0; without positions,
                every occurrence is removed.
            snapshot_id: The version of the playlist that positions refer to; later changes are kept. None for the
                latest version.

        Returns:
            The playlist's new snapshot id; None if the response has none.

        Raises:
            ValueError: `id` is not a playlist id, URI or URL; both or neither of `uris` and `items` are given; there
                are no items; a URI is not of a track or episode; a position is negative.
            PartialWriteError: More than one request was needed and not all succeeded; it says which items were removed.
                Positions are removed from the last one backwards, so that the remaining ones are still right in the
                version named by the `snapshot_id` of the error.
            ForbiddenError: The user may not change the playlist.
            SpotifyError: The call failed.
        """
        playlist = playlist_id(id)
        if snapshot_id is not None:
            check_text("snapshot_id", snapshot_id)
        if uris is not None and items is None:
            removals = [Removal(uri) for uri in dict.fromkeys(playable_uris(uris))]
        elif items is not None and uris is None:
            removals = removals_of(items)
        else:
            raise ValueError(f"give either uris or items: there are {'none' if uris is None else 'both'}")
        return await remove_items(self._executor, playlist, removals, snapshot_id=snapshot_id)

    @calls(REORDER_OR_REPLACE_PLAYLIST_ITEMS, ADD_PLAYLIST_ITEMS, GET_PLAYLIST, GET_PLAYLIST_ITEMS)
    async def replace_items(self, id: Reference, uris: Iterable[Reference]) -> str | None:
        """Replace all items of a playlist.

        HTTP: `PUT /playlists/{id}/items` with the first 100 items, then `POST /playlists/{id}/items` with 100 items per
        request, sequentially. Scopes: `playlist-modify-public`, or for a private playlist
        `playlist-modify-private`. Development mode: yes.

        If more than one request is needed and a response is lost, the playlist is read to find out whether the request
        was executed, as with `verify` of `add_items`, and once more at the end: `GET /playlists/{id}` and `GET
        /playlists/{id}/items`; a private playlist needs `playlist-read-private` for that. The next request is sent when
        the lost one was executed, or can no longer be (`ClientConfig.write_settle_time`, 90 s by default): executed
        late, the first one would remove what was added since. Without a failure there are no reads.

        Args:
            id: The playlist's id, URI or URL.
            uris: URIs or URLs of tracks and episodes, in order; none to empty the playlist. Local files cannot be
                added.

        Returns:
            The playlist's new snapshot id; None if the response has none.

        Raises:
            ValueError: `id` is not a playlist id, URI or URL, or `uris` has other URIs than those of tracks and
                episodes.
            PartialWriteError: More than one request was needed and not all succeeded. If anything is `applied`, the old
                items are removed, and `not_applied` has the items that are still to be added. `unknown` has the items
                of a request whose response was lost, if the playlist did not show its outcome; it has all items if the
                playlist does not hold them at the end, since another client changed it or a request was executed very
                late. Then replace the items again.
            ForbiddenError: The user may not change the playlist.
            SpotifyError: The call failed.
        """
        return await replace_items(self._executor, playlist_id(id), playable_uris_or_none(uris))

    @calls(REORDER_OR_REPLACE_PLAYLIST_ITEMS)
    async def reorder_items(
        self,
        id: Reference,
        range_start: int,
        insert_before: int,
        range_length: int | None = None,
        snapshot_id: str | None = None,
    ) -> str | None:
        """Move consecutive items of a playlist to another position.

        HTTP: `PUT /playlists/{id}/items`. Scopes: `playlist-modify-public`, or for a private playlist
        `playlist-modify-private`. Development mode: yes.

        Args:
            id: The playlist's id, URI or URL.
            range_start: The position of the first item to move, 0 or more.
            insert_before: The position before which the items are inserted, 0 or more, counted before the move; the
                number of items for the end.
            range_length: The number of items to move, 1 or more; None for 1.
            snapshot_id: The version of the playlist that the positions refer to; None for the latest.

        Returns:
            The playlist's new snapshot id; None if the response has none.

        Raises:
            ValueError: `id` is not a playlist id, URI or URL, or a number is out of bounds.
            BadRequestError: The playlist has no such positions.
            ForbiddenError: The user may not change the playlist.
            SpotifyError: The call failed. It is not retried if it may have been executed, since that could move other
                items: see `may_have_been_executed`.
        """
        playlist = playlist_id(id)
        body: dict[str, object] = {
            "range_start": check_range("range_start", range_start, at_least=0),
            "insert_before": check_range("insert_before", insert_before, at_least=0),
        }
        if range_length is not None:
            body["range_length"] = check_range("range_length", range_length, at_least=1)
        if snapshot_id is not None:
            check_text("snapshot_id", snapshot_id)
            body["snapshot_id"] = snapshot_id
        snapshot = await self._call_or_none(
            REORDER_OR_REPLACE_PLAYLIST_ITEMS, PlaylistSnapshot, json=body, playlist_id=playlist
        )
        return None if snapshot is None else snapshot.snapshot_id

    @calls(REORDER_OR_REPLACE_PLAYLIST_ITEMS)
    async def reorder_or_replace_items(
        self,
        id: Reference,
        *,
        uris: Iterable[Reference] | None = None,
        range_start: int | None = None,
        insert_before: int | None = None,
        range_length: int | None = None,
        snapshot_id: str | None = None,
    ) -> str | None:
        """Replace the items of a playlist or move some of them, in one request, as the API's operation does.

        `replace_items` takes any number of items; `reorder_items` states which arguments a move needs.

        HTTP: `PUT /playlists/{id}/items`. Scopes: `playlist-modify-public`, or for a private playlist
        `playlist-modify-private`. Development mode: yes.

        Args:
            id: The playlist's id, URI or URL.
            uris: To replace: at most 100 URIs or URLs of tracks and episodes; none to empty the playlist.
            range_start: To move: see `reorder_items`, as for the arguments below.
            insert_before: To move; required together with `range_start`.
            range_length: To move.
            snapshot_id: To move.

        Returns:
            The playlist's new snapshot id; None if the response has none.

        Raises:
            ValueError: There are arguments for both, or too few for either; there are more than 100 URIs; `id`, a URI
                or a number is invalid.
            ForbiddenError: The user may not change the playlist.
            SpotifyError: The call failed.
        """
        if uris is None:
            if range_start is None or insert_before is None:
                raise ValueError("pass either uris, to replace items, or range_start and insert_before, to move them")
            return await self.reorder_items(id, range_start, insert_before, range_length, snapshot_id)
        if any(value is not None for value in (range_start, insert_before, range_length, snapshot_id)):
            raise ValueError(
                "pass either uris, to replace items, or range_start and insert_before, to move them, not both"
            )
        playlist, playables = playlist_id(id), playable_uris_or_none(uris)
        maximum = REORDER_OR_REPLACE_PLAYLIST_ITEMS.max_ids
        if maximum is not None and len(playables) > maximum:
            raise ValueError(f"uris must be at most {maximum}, not {len(playables)}; replace_items takes any number")
        return await replace_items(self._executor, playlist, playables)

    @calls(GET_PLAYLIST_COVER_IMAGE)
    async def get_cover_image(self, id: Reference) -> list[Image]:
        """Get the cover image of a playlist in its sizes, the largest first.

        HTTP: `GET /playlists/{id}/images`. Scopes: none. Development mode: yes.

        Args:
            id: The playlist's id, URI or URL.

        Returns:
            The images; empty if the playlist has no cover image. Their URLs expire within a day. The size of an
            uploaded image can be unknown.

        Raises:
            ValueError: `id` is not a playlist id, URI or URL.
            NotFoundError: There is no such playlist.
            SpotifyError: The call failed.
        """
        return await self._call_or_none(GET_PLAYLIST_COVER_IMAGE, list[Image], playlist_id=playlist_id(id)) or []

    @calls(UPLOAD_PLAYLIST_COVER_IMAGE)
    async def upload_cover_image(self, id: Reference, image: bytes | str) -> None:
        """Upload a cover image of a playlist. It can take a while until Spotify shows it.

        HTTP: `PUT /playlists/{id}/images`. Scopes: `ugc-image-upload` and `playlist-modify-public`, or for a private
        playlist `playlist-modify-private`. Development mode: yes.

        Args:
            id: The playlist's id, URI or URL; the user has to own it.
            image: The bytes of a JPEG, or a base64 str: at most 256 KB in base64, which is 192 KB of JPEG.

        Raises:
            ValueError: `id` is not a playlist id, URI or URL, or `image` is not a JPEG, not base64 or too large.
            MissingScopeError: The token lacks a scope.
            ForbiddenError: The user does not own the playlist.
            SpotifyError: The call failed.
        """
        playlist, content = playlist_id(id), encoded_cover(image)
        await self._call(UPLOAD_PLAYLIST_COVER_IMAGE, type(None), content=content, playlist_id=playlist)

    @calls(SAVE_LIBRARY_ITEMS, FOLLOW_PLAYLIST)
    async def follow(self, id: Reference, public: bool | None = None) -> None:
        """Follow a playlist, which adds it to the user's playlists.

        HTTP: `PUT /me/library`, which always shows it on the user's profile; with `public=False`
        `PUT /playlists/{id}/followers`, which can hide it. Scopes: `user-library-modify`, `user-follow-modify` and
        `playlist-modify-public`; with `public=False` `playlist-modify-private`. Development mode: yes, but not with
        `public=False` (removed 2026-02-11).

        Args:
            id: The playlist's id, URI or URL.
            public: Whether it shows on the user's profile; None for Spotify's default True.

        Raises:
            ValueError: `id` is not a playlist id, URI or URL.
            ForbiddenError: `public` is False and the application is in development mode (`EndpointUnavailableError`).
            MissingScopeError: The token lacks a scope.
            SpotifyError: The call failed.
        """
        check_flag("public", public, optional=True)
        playlist = playlist_id(id)
        if public is False:
            await self._call(FOLLOW_PLAYLIST, type(None), json={"public": False}, playlist_id=playlist)
        else:
            await save_to_library(self._executor, uris_of("playlist", [playlist]))

    @calls(REMOVE_LIBRARY_ITEMS)
    async def unfollow(self, id: Reference) -> None:
        """Unfollow a playlist. For the user's own playlists this is the only way to delete them.

        HTTP: `DELETE /me/library`. Scopes: `user-library-modify`, `user-follow-modify` and `playlist-modify-public`.
        Development mode: yes.

        Args:
            id: The playlist's id, URI or URL.

        Raises:
            ValueError: `id` is not a playlist id, URI or URL.
            MissingScopeError: The token lacks a scope.
            SpotifyError: The call failed.
        """
        await remove_from_library(self._executor, uris_of("playlist", [id]))

    @calls(CHECK_LIBRARY_CONTAINS, CHECK_FOLLOWS_PLAYLIST)
    async def check_follows(self, id: Reference, user_ids: Iterable[Reference] | None = None) -> list[bool]:
        """Check whether users follow a playlist.

        HTTP: `GET /me/library/contains`; with `user_ids` `GET /playlists/{id}/followers/contains`, one request per
        user, concurrently. Scopes: `user-library-read`, `user-follow-read` and `playlist-read-private`; with `user_ids`
        none. Development mode: yes, but not with `user_ids` (removed 2026-02-11).

        Args:
            id: The playlist's id, URI or URL.
            user_ids: Ids, URIs or URLs of users, at least one; None for the current user. Spotify documents only the
                id of the current user; the results for others depend on what their profiles show.

        Returns:
            One bool per user, in the order of `user_ids`; without `user_ids`, a list of one bool, for the current user.

        Raises:
            ValueError: `id` is not a playlist id, URI or URL, or `user_ids` is empty or has other ids than users'.
            ForbiddenError: There are `user_ids` and the application is in development mode
                (`EndpointUnavailableError`).
            MissingScopeError: The token lacks a scope.
            SpotifyError: The call failed.
        """
        playlist = playlist_id(id)
        if user_ids is None:
            return await check_library(self._executor, uris_of("playlist", [playlist]))
        users = ids_of("user", user_ids)
        announce(self._executor, len(users))
        return await run_all(self._is_followed_by(playlist, user) for user in users)

    async def _is_followed_by(self, playlist: str, user: str) -> bool:
        call = Call(
            operation=CHECK_FOLLOWS_PLAYLIST,
            into=list[bool],
            arguments={"playlist_id": playlist, "ids": user},
            check=partial(check_count, asked=[user]),
        )
        (result,) = await self._executor.execute(call)
        return result
