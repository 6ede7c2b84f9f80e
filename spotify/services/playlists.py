"""Playlists: reading them, their details and covers, and who follows them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Literal, TypeAlias, get_args, overload

from spotify._checks import check_flag, check_range, check_text, choices_of, texts_of
from spotify._concurrency import run_all
from spotify.bulk.library import check_library, remove_from_library, save_to_library, uris_of
from spotify.bulk.playlist_items import ItemToRemove, Removal, add_items, removals_of, remove_items, replace_items
from spotify.errors import DecodeError
from spotify.ids import ids_of, playable_uris, playlist_entry_uris, playlist_id, user_id
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
from spotify.services._base import Service
from spotify.services._operations import calls
from spotify.services._playlist_arguments import ITEMS_PAGE, PLAYLIST, completed_fields, encoded_cover

PlayableType: TypeAlias = Literal["track", "episode"]

_PLAYABLE_TYPES: Final[tuple[PlayableType, ...]] = get_args(PlayableType)


class PlaylistsService(Service):
    """`client.playlists`. Playlists are given as id, URI or URL; what is not text raises `TypeError`."""

    __slots__ = ()

    @overload
    async def get(
        self,
        id: str,
        market: str | None = None,
        fields: None = None,
        additional_types: Iterable[PlayableType] | PlayableType = ...,
    ) -> Playlist: ...

    @overload
    async def get(
        self,
        id: str,
        market: str | None = None,
        *,
        fields: str,
        additional_types: Iterable[PlayableType] | PlayableType = ...,
    ) -> PartialPlaylist: ...

    @overload
    async def get(
        self,
        id: str,
        market: str | None,
        fields: str,
        additional_types: Iterable[PlayableType] | PlayableType = ...,
    ) -> PartialPlaylist: ...

    @calls(GET_PLAYLIST)
    async def get(
        self,
        id: str,
        market: str | None = None,
        fields: str | None = None,
        additional_types: Iterable[PlayableType] | PlayableType = _PLAYABLE_TYPES,
    ) -> Playlist | PartialPlaylist:
        """Get one playlist with its first items, or some of its members only.

        HTTP: `GET /playlists/{id}`. Scopes: none; for a private one `playlist-read-private`. Development mode: yes, but
        `items` comes only for playlists that the user owns or collaborates on, and Spotify's own are not found.

        Args:
            id: The playlist's id, URI or URL.
            market: An ISO 3166-1 alpha-2 country; None for the client's `market`, or the user's country.
            fields: Spotify's filter, such as `name,items(total,items(added_at,item(name)))` or `!items`; None for all
                of the playlist. `id`, `type` and `uri` of whatever is named, and `next` of pages, come all the same;
                old and new names (`tracks` and `items`, `track` and `item`) are both understood.
            additional_types: What comes as what it is: `track`, `episode` or both. Without `episode`, Spotify writes
                episodes as if they were tracks.

        Returns:
            The playlist. `playlist.items` holds up to 100 entries, `get_items` has them all; it is None, not empty,
            where Spotify does not show them. With `fields` a `PartialPlaylist`: a member that the filter left out is
            `ABSENT`, one that Spotify sent as null is None. The objects inside it are the ordinary models, in which
            what the filter left out has its default.

        Raises:
            ValueError: `id` is not a playlist's, `market` not a country, or `fields` no filter.
            NotFoundError: There is no such playlist, or it is not shown to this application.
            SpotifyError: The call failed otherwise.
        """
        into: type[Playlist | PartialPlaylist] = Playlist if fields is None else PartialPlaylist
        return await self._call(
            GET_PLAYLIST,
            into,
            playlist_id=playlist_id(id),
            market=market,
            fields=None if fields is None else completed_fields(fields, PLAYLIST),
            additional_types=_types(additional_types),
        )

    @calls(GET_PLAYLIST_ITEMS)
    def get_items(
        self,
        id: str,
        market: str | None = None,
        fields: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
        additional_types: Iterable[PlayableType] | PlayableType = _PLAYABLE_TYPES,
    ) -> Paginator[PlaylistItem]:
        """List the entries of a playlist: `await` for one page, `async for` for all of them.

        HTTP: `GET /playlists/{id}/items`. Scopes: `playlist-read-private` for a private one. Development mode: yes, for
        playlists that the user owns or collaborates on.

        Args:
            id: The playlist's id, URI or URL.
            market: An ISO 3166-1 alpha-2 country; None for the client's `market`, or the user's country.
            fields: Spotify's filter of a page, such as `total,items(added_at,item(name))`: what it does not name has
                its default. What comes all the same is what does so with `get`.
            limit: Entries a page, 1 to 50; None for the most allowed.
            offset: Where to start, 0 or more; None for the beginning.
            additional_types: What comes as what it is: `track`, `episode` or both. Without `episode`, Spotify writes
                episodes as if they were tracks.

        Raises:
            ValueError: `id` is not a playlist's, `fields` no filter, or a number is out of bounds; a `limit` that is
                too high is refused on awaiting a page, and lowered by `async for`.
            NotFoundError: On awaiting: there is no such playlist.
            ForbiddenError: On awaiting: Spotify shows its items to others only.
            SpotifyError: On awaiting: the call failed otherwise.
        """
        return self._pages(
            GET_PLAYLIST_ITEMS,
            PlaylistItemPage if fields is None else PartialPlaylistItemPage,
            playlist_id=playlist_id(id),
            market=market,
            fields=None if fields is None else completed_fields(fields, ITEMS_PAGE),
            limit=limit,
            offset=offset,
            additional_types=_types(additional_types),
        )

    @calls(GET_CURRENT_USERS_PLAYLISTS)
    def get_for_current_user(
        self, limit: int | None = None, offset: int | None = None
    ) -> Paginator[SimplifiedPlaylist]:
        """List the playlists that the user made or follows.

        HTTP: `GET /me/playlists`. Scopes: `playlist-read-private` for private ones, `playlist-read-collaborative` for
        collaborative ones; without them these are left out. Development mode: yes.

        Args:
            limit: Playlists a page, 1 to 50; None for the most allowed.
            offset: Where to start, 0 to 100,000; None for the beginning.

        Raises:
            ValueError: A number is out of bounds; a `limit` that is too high is refused on awaiting a page, and lowered
                by `async for`.
            SpotifyError: On awaiting: the call failed.
        """
        return self._pages(GET_CURRENT_USERS_PLAYLISTS, SimplifiedPlaylistPage, limit=limit, offset=offset)

    @calls(GET_USERS_PLAYLISTS)
    def get_for_user(
        self, id: str, limit: int | None = None, offset: int | None = None
    ) -> Paginator[SimplifiedPlaylist]:
        """List the playlists on somebody's profile.

        HTTP: `GET /users/{id}/playlists`. Scopes: `playlist-read-private` and `playlist-read-collaborative` for
        those of the user's own that are private or collaborative; other users' lists need none. Development mode: no
        (removed 2026-02-11); `get_for_current_user` lists the user's own.

        Args:
            id: The user's id, which is free text, or the URI or URL.
            limit: Playlists a page, 1 to 50; None for the most allowed.
            offset: Where to start, 0 to 100,000; None for the beginning.

        Raises:
            ValueError: `id` is empty or names something else than a user, or a number is out of bounds; a `limit` that
                is too high is refused on awaiting a page, and lowered by `async for`.
            NotFoundError: On awaiting: there is no such user.
            EndpointUnavailableError: On awaiting: the application is in development mode.
            SpotifyError: On awaiting: the call failed otherwise.
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
        """Make an empty playlist for the user.

        HTTP: `POST /me/playlists`. Scopes: `playlist-modify-public`, or for a private playlist
        `playlist-modify-private`; both for a collaborative one. Development mode: yes.

        Args:
            name: Its name, which need not be the only one of that name.
            public: Whether it shows on the user's profile; None for Spotify's True, or False if it is collaborative.
            collaborative: Whether others may change it too; None for False.
            description: What clients show below the name.

        Raises:
            ValueError: `name` is empty, or the playlist would be public and collaborative.
            MissingScopeError: The token lacks the scope.
            SpotifyError: The call failed otherwise. It is not sent again when it may have been executed, for that would
                make two playlists: look at `may_have_been_executed`.
        """
        check_text("name", name)
        if collaborative and public is None:
            public = False
        body = _details(name, public, collaborative, description)
        return await self._call(CREATE_PLAYLIST, Playlist, json=body)

    @calls(CHANGE_PLAYLIST_DETAILS)
    async def change_details(
        self,
        id: str,
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
            name: Its new name. None, as for the others: leave it as it is; one of them has to be given.
            public: Whether it shows on the user's profile.
            collaborative: Whether others may change it too; only a playlist that is not public can be.
            description: What clients show below the name.

        Raises:
            ValueError: `id` is not a playlist's, nothing is to be changed, `name` is empty, or the playlist would be
                public and collaborative.
            ForbiddenError: The playlist is not the user's.
            SpotifyError: The call failed otherwise.
        """
        playlist = playlist_id(id)
        if name is not None:
            check_text("name", name)
        body = _details(name, public, collaborative, description)
        if not body:
            raise ValueError("nothing to change: give name, public, collaborative or description")
        await self._call(CHANGE_PLAYLIST_DETAILS, type(None), json=body, playlist_id=playlist)

    @calls(ADD_PLAYLIST_ITEMS, GET_PLAYLIST, GET_PLAYLIST_ITEMS)
    async def add_items(
        self, id: str, uris: Iterable[str], position: int | None = None, *, verify: bool = False
    ) -> str:
        """Add tracks and episodes to a playlist, in order.

        HTTP: `POST /playlists/{id}/items`, 100 items a request, one after the other. Scopes: `playlist-modify-public`,
        or for a private playlist `playlist-modify-private`. Development mode: yes. `verify` reads the playlist too:
        `GET /playlists/{id}` first, and again with `GET /playlists/{id}/items` where an answer is lost, which for a
        private one needs `playlist-read-private`.

        Args:
            id: The playlist's id, URI or URL.
            uris: URIs or URLs of tracks and episodes, at least one; duplicates are added as often as they are given.
                Spotify takes no local files.
            position: The place, from 0, of the first one; None for the end.
            verify: Where an answer is lost, read the playlist back to find out whether the items were added, and send
                them again only if they were not. It cannot tell if somebody else changes the playlist meanwhile.

        Returns:
            The playlist's new snapshot id.

        Raises:
            ValueError: `id` is not a playlist's, one of the URIs is not a track's or episode's, or there is none, or
                `position` is below 0.
            PartialWriteError: More than one request was needed and not all went through; it says what was added, and
                has the snapshot id of that. `client.resume(error)` goes on.
            ForbiddenError: The playlist is not the user's to change.
            SpotifyError: The call failed otherwise. It is not sent again when it may have been executed, for that would
                add everything twice: look at `may_have_been_executed`, or use `verify`.
        """
        check_flag("verify", verify)
        playlist, playables = playlist_id(id), playable_uris(uris)
        if position is not None:
            check_range("position", position, at_least=0)
        return await add_items(self._executor, playlist, playables, position=position, verify=verify)

    @calls(REMOVE_PLAYLIST_ITEMS)
    async def remove_items(
        self,
        id: str,
        *,
        uris: Iterable[str] | None = None,
        items: Iterable[ItemToRemove] | None = None,
        snapshot_id: str | None = None,
    ) -> str:
        """Remove items from a playlist: wherever they stand, or at some positions only.

        HTTP: `DELETE /playlists/{id}/items`, 100 items a request, one after the other. Scopes:
        `playlist-modify-public`, or for a private playlist `playlist-modify-private`. Development mode: yes.

        Spotify's documentation has not listed `positions` since 2019, and in May 2024 they were ignored, so that
        every occurrence was removed (https://github.com/spotipy-dev/spotipy/issues/1098). Where the other ones matter,
        look at the playlist afterwards, or write it anew with `replace_items`.

        Args:
            id: The playlist's id, URI or URL.
            uris: URIs or URLs of tracks, episodes and local files, to remove wherever they stand.
            items: Instead of `uris`: mappings `{"uri": ..., "positions": [...]}`, positions from 0; without positions
                the item is removed wherever it stands.
            snapshot_id: The version of the playlist that is meant, for the positions above all; what was changed since
                then is kept. None for the newest version.

        Returns:
            The playlist's new snapshot id.

        Raises:
            ValueError: `id` is not a playlist's; both or neither of `uris` and `items` are given, or nothing in them;
                one of the URIs is not of an item that a playlist can hold; a position is below 0.
            PartialWriteError: More than one request was needed and not all went through; it says what was removed. Of
                many positions the last are removed first, so that those that are left still count, in the version
                that `snapshot_id` of the error names.
            ForbiddenError: The playlist is not the user's to change.
            SpotifyError: The call failed otherwise.
        """
        playlist = playlist_id(id)
        if snapshot_id is not None:
            check_text("snapshot_id", snapshot_id)
        if uris is not None and items is None:
            removals = [Removal(uri) for uri in dict.fromkeys(playlist_entry_uris(uris))]
        elif items is not None and uris is None:
            removals = removals_of(items)
        else:
            raise ValueError(f"give either uris or items: there are {'none' if uris is None else 'both'}")
        return await remove_items(self._executor, playlist, removals, snapshot_id=snapshot_id)

    @calls(REORDER_OR_REPLACE_PLAYLIST_ITEMS, ADD_PLAYLIST_ITEMS)
    async def replace_items(self, id: str, uris: Iterable[str]) -> str:
        """Make a playlist hold these tracks and episodes, in order, and nothing else.

        HTTP: `PUT /playlists/{id}/items` with the first 100, then `POST /playlists/{id}/items` with 100 more a request,
        one after the other. Scopes: `playlist-modify-public`, or for a private playlist `playlist-modify-private`.
        Development mode: yes.

        Args:
            id: The playlist's id, URI or URL.
            uris: URIs or URLs of tracks and episodes; none to empty the playlist. Spotify takes no local files.

        Returns:
            The playlist's new snapshot id.

        Raises:
            ValueError: `id` is not a playlist's, or one of the URIs is not a track's or episode's.
            PartialWriteError: More than one request was needed and not all went through: once anything is `applied`,
                the old items are gone, and `not_applied` is what still has to be added.
            ForbiddenError: The playlist is not the user's to change.
            SpotifyError: The call failed otherwise.
        """
        playlist, playables = playlist_id(id), _playable_uris_or_none(uris)
        return await replace_items(self._executor, playlist, playables)

    @calls(REORDER_OR_REPLACE_PLAYLIST_ITEMS)
    async def reorder_items(
        self,
        id: str,
        range_start: int,
        insert_before: int,
        range_length: int | None = None,
        snapshot_id: str | None = None,
    ) -> str:
        """Move neighbouring items of a playlist to another place.

        HTTP: `PUT /playlists/{id}/items`. Scopes: `playlist-modify-public`, or for a private playlist
        `playlist-modify-private`. Development mode: yes.

        Args:
            id: The playlist's id, URI or URL.
            range_start: The place, from 0, of the first item to move.
            insert_before: The place, from 0, of the item before which they go, counted as it is before the move; the
                number of items for the end.
            range_length: How many to move, 1 or more; None for 1.
            snapshot_id: The version of the playlist that the places are of; None for the newest.

        Returns:
            The playlist's new snapshot id.

        Raises:
            ValueError: `id` is not a playlist's, or a number is out of bounds.
            BadRequestError: The playlist has no such places.
            ForbiddenError: The playlist is not the user's to change.
            SpotifyError: The call failed otherwise. It is not sent again when it may have been executed, for that would
                move other items: look at `may_have_been_executed`.
        """
        playlist = playlist_id(id)
        check_range("range_start", range_start, at_least=0)
        check_range("insert_before", insert_before, at_least=0)
        body: dict[str, object] = {"range_start": range_start, "insert_before": insert_before}
        if range_length is not None:
            check_range("range_length", range_length, at_least=1)
            body["range_length"] = range_length
        if snapshot_id is not None:
            check_text("snapshot_id", snapshot_id)
            body["snapshot_id"] = snapshot_id
        snapshot = await self._call(
            REORDER_OR_REPLACE_PLAYLIST_ITEMS, PlaylistSnapshot, json=body, playlist_id=playlist
        )
        return snapshot.snapshot_id or ""

    @calls(REORDER_OR_REPLACE_PLAYLIST_ITEMS)
    async def reorder_or_replace_items(
        self,
        id: str,
        *,
        uris: Iterable[str] | None = None,
        range_start: int | None = None,
        insert_before: int | None = None,
        range_length: int | None = None,
        snapshot_id: str | None = None,
    ) -> str:
        """Replace the items of a playlist or move some of them, in one request, as the API's operation does.

        `replace_items` takes any number of items; `reorder_items` says what moving needs.

        HTTP: `PUT /playlists/{id}/items`. Scopes: `playlist-modify-public`, or for a private playlist
        `playlist-modify-private`. Development mode: yes.

        Args:
            id: The playlist's id, URI or URL.
            uris: To replace: at most 100 URIs or URLs of tracks and episodes; none to empty the playlist.
            range_start: To move: see `reorder_items`, as for the rest.
            insert_before: To move, together with `range_start`.
            range_length: To move.
            snapshot_id: To move.

        Returns:
            The playlist's new snapshot id.

        Raises:
            ValueError: There is something for both, or enough for neither; there are more than 100 URIs; `id`, a URI
                or a number is wrong.
            ForbiddenError: The playlist is not the user's to change.
            SpotifyError: The call failed otherwise.
        """
        if uris is None:
            if range_start is None or insert_before is None:
                raise ValueError("give either uris, to replace, or range_start and insert_before, to move")
            return await self.reorder_items(id, range_start, insert_before, range_length, snapshot_id)
        if any(value is not None for value in (range_start, insert_before, range_length, snapshot_id)):
            raise ValueError("give either uris, to replace, or what moving needs; there are both")
        playlist, playables = playlist_id(id), _playable_uris_or_none(uris)
        maximum = REORDER_OR_REPLACE_PLAYLIST_ITEMS.max_ids
        if maximum is not None and len(playables) > maximum:
            raise ValueError(f"uris must be at most {maximum}, not {len(playables)}; replace_items takes any number")
        return await replace_items(self._executor, playlist, playables)

    @calls(GET_PLAYLIST_COVER_IMAGE)
    async def get_cover_image(self, id: str) -> list[Image]:
        """Get the cover of a playlist in its sizes, the largest first.

        HTTP: `GET /playlists/{id}/images`. Scopes: none. Development mode: yes.

        Args:
            id: The playlist's id, URI or URL.

        Returns:
            The images, none for a playlist without a cover. Their addresses expire within a day. The size of an
            uploaded one can be unknown.

        Raises:
            ValueError: `id` is not a playlist's.
            NotFoundError: There is no such playlist.
            SpotifyError: The call failed otherwise.
        """
        return await self._call(GET_PLAYLIST_COVER_IMAGE, list[Image], playlist_id=playlist_id(id))

    @calls(UPLOAD_PLAYLIST_COVER_IMAGE)
    async def upload_cover_image(self, id: str, image: bytes | str) -> None:
        """Give a playlist a cover of one's own. It can take a while until it shows.

        HTTP: `PUT /playlists/{id}/images`. Scopes: `ugc-image-upload` and `playlist-modify-public`, or for a private
        playlist `playlist-modify-private`. Development mode: yes.

        Args:
            id: The playlist's id, URI or URL; the user has to own it.
            image: The bytes of a JPEG, or its base64 text: at most 256 KB in base64, which is 192 KB of JPEG.

        Raises:
            ValueError: `id` is not a playlist's, or `image` is no JPEG, no base64 or too large.
            MissingScopeError: The token lacks a scope.
            ForbiddenError: The playlist is not the user's.
            SpotifyError: The call failed otherwise.
        """
        playlist, content = playlist_id(id), encoded_cover(image)
        await self._call(UPLOAD_PLAYLIST_COVER_IMAGE, type(None), content=content, playlist_id=playlist)

    @calls(SAVE_LIBRARY_ITEMS, FOLLOW_PLAYLIST)
    async def follow(self, id: str, public: bool | None = None) -> None:
        """Follow a playlist: put it into the user's list.

        HTTP: `PUT /me/library`, which always shows it on the user's profile; with `public=False`
        `PUT /playlists/{id}/followers`, which alone can hide it. Scopes: `user-library-modify`, `user-follow-modify`
        and `playlist-modify-public`; with `public=False` `playlist-modify-private`. Development mode: yes, but not
        with `public=False` (removed 2026-02-11).

        Args:
            id: The playlist's id, URI or URL.
            public: Whether it shows on the user's profile; None for Spotify's True.

        Raises:
            ValueError: `id` is not a playlist's.
            ForbiddenError: `public` is False and the application is in development mode (`EndpointUnavailableError`).
            MissingScopeError: The token lacks a scope.
            SpotifyError: The call failed otherwise.
        """
        check_flag("public", public, optional=True)
        playlist = playlist_id(id)
        if public is False:
            await self._call(FOLLOW_PLAYLIST, type(None), json={"public": False}, playlist_id=playlist)
        else:
            await save_to_library(self._executor, uris_of("playlist", [playlist]))

    @calls(REMOVE_LIBRARY_ITEMS)
    async def unfollow(self, id: str) -> None:
        """Take a playlist out of the user's list; an own one is gone then: Spotify knows no other deletion.

        HTTP: `DELETE /me/library`. Scopes: `user-library-modify`, `user-follow-modify` and `playlist-modify-public`.
        Development mode: yes.

        Args:
            id: The playlist's id, URI or URL.

        Raises:
            ValueError: `id` is not a playlist's.
            MissingScopeError: The token lacks a scope.
            SpotifyError: The call failed otherwise.
        """
        await remove_from_library(self._executor, uris_of("playlist", [id]))

    @calls(CHECK_LIBRARY_CONTAINS, CHECK_FOLLOWS_PLAYLIST)
    async def check_follows(self, id: str, user_ids: Iterable[str] | None = None) -> list[bool]:
        """Tell whether the user follows a playlist.

        HTTP: `GET /me/library/contains`; with `user_ids` `GET /playlists/{id}/followers/contains`, one user a request,
        the requests concurrently. Scopes: `user-library-read`, `user-follow-read` and `playlist-read-private`; with
        `user_ids` none. Development mode: yes, but not with `user_ids` (removed 2026-02-11).

        Args:
            id: The playlist's id, URI or URL.
            user_ids: Ids, URIs or URLs of users, at least one; None for the current user. Spotify documents only the
                current user's own id here; what it says of others depends on what their profiles show.

        Returns:
            One truth for each user, in the order of the ids; one alone without them.

        Raises:
            ValueError: `id` is not a playlist's, one of `user_ids` is not a user's, or there is none.
            ForbiddenError: There are `user_ids` and the application is in development mode
                (`EndpointUnavailableError`).
            MissingScopeError: The token lacks a scope.
            SpotifyError: The call failed otherwise.
        """
        playlist = playlist_id(id)
        if user_ids is None:
            return await check_library(self._executor, uris_of("playlist", [playlist]))
        return await run_all(self._is_followed_by(playlist, user) for user in ids_of("user", user_ids))

    async def _is_followed_by(self, playlist: str, user: str) -> bool:
        answers = await self._call(CHECK_FOLLOWS_PLAYLIST, list[bool], playlist_id=playlist, ids=user)
        if len(answers) != 1:
            raise DecodeError(f"{len(answers)} answers for one user", operation=CHECK_FOLLOWS_PLAYLIST.id)
        return answers[0]


def _types(additional_types: Iterable[PlayableType] | PlayableType) -> str:
    given = [additional_types] if isinstance(additional_types, str) else additional_types
    return ",".join(choices_of("additional_types", given, _PLAYABLE_TYPES))


def _details(
    name: str | None, public: bool | None, collaborative: bool | None, description: str | None
) -> dict[str, object]:
    """Return the details that are given.

    Raises:
        TypeError: One of them is of the wrong type.
        ValueError: A playlist cannot be both public and collaborative.
    """
    check_flag("public", public, optional=True)
    check_flag("collaborative", collaborative, optional=True)
    if description is not None:
        check_text("description", description, may_be_empty=True)
    if public and collaborative:
        raise ValueError("a collaborative playlist cannot be public; leave public out, or make it False")
    details = {"name": name, "public": public, "collaborative": collaborative, "description": description}
    return {name: value for name, value in details.items() if value is not None}


def _playable_uris_or_none(uris: Iterable[str]) -> list[str]:
    """Return the URIs of tracks and episodes, like `playable_uris`, but allow an empty list."""
    values = texts_of("uris", uris)
    return playable_uris(values) if values else []
