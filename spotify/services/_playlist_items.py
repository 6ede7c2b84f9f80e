"""Adding, removing, replacing and moving the items of a playlist."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from spotify._checks import check_flag, check_range, check_text, in_chunks, texts_of
from spotify.bulk.playlist_check import PlaylistCheck
from spotify.bulk.playlist_removal import ItemToRemove, Removal, in_requests, removals_of
from spotify.bulk.writes import BulkWrite, Part
from spotify.ids import playable_uris, playlist_entry_uris, playlist_id
from spotify.interfaces.operation import Operation
from spotify.operations.playlists import ADD_PLAYLIST_ITEMS, REMOVE_PLAYLIST_ITEMS, REORDER_OR_REPLACE_PLAYLIST_ITEMS
from spotify.services._library_access import LibraryAccess


class PlaylistItems(LibraryAccess):
    """The part of `client.playlists` that changes what playlists hold."""

    __slots__ = ()

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
        playlist, wanted = playlist_id(id), playable_uris(uris)
        if position is not None:
            check_range("position", position, at_least=0)
        check = await PlaylistCheck.begin(self._executor, playlist, position) if verify else None
        return await self._write(self._additions(playlist, wanted, position), check)

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
        parts = [
            self._part(
                REMOVE_PLAYLIST_ITEMS,
                playlist,
                {"items": [removal.body() for removal in request]},
                [removal.uri for removal in request],
                # Each request speaks of the version that the caller named, or else of what the one before it left.
                snapshot_id=snapshot_id,
                is_chained=snapshot_id is None,
                idempotent=not any(removal.positions for removal in request),
            )
            for request in in_requests(removals, REMOVE_PLAYLIST_ITEMS.max_ids)
        ]
        return await self._write(parts)

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
        playlist, wanted = playlist_id(id), _any_playable_uris(uris)
        most = REORDER_OR_REPLACE_PLAYLIST_ITEMS.max_ids
        first = self._replacement(playlist, wanted[:most])
        return await self._write([first, *self._additions(playlist, wanted[most:], None)])

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
        return await self._write([self._part(REORDER_OR_REPLACE_PLAYLIST_ITEMS, playlist, body, (), snapshot_id)])

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
        if any(each is not None for each in (range_start, insert_before, range_length, snapshot_id)):
            raise ValueError("give either uris, to replace, or what moving needs; there are both")
        playlist, wanted = playlist_id(id), _any_playable_uris(uris)
        most = REORDER_OR_REPLACE_PLAYLIST_ITEMS.max_ids
        if most is not None and len(wanted) > most:
            raise ValueError(f"uris must be at most {most}, not {len(wanted)}; replace_items takes any number")
        return await self._write([self._replacement(playlist, wanted)])

    async def _write(self, parts: Sequence[Part], check: PlaylistCheck | None = None) -> str:
        # Requests about a playlist's items all answer with a snapshot id.
        return await BulkWrite(self._executor, parts, check=check).run() or ""

    def _additions(self, playlist: str, uris: Sequence[str], position: int | None) -> list[Part]:
        """Return the requests that insert the URIs at a position, each one after what the one before it added."""
        parts: list[Part] = []
        added = 0
        for chunk in in_chunks(uris, ADD_PLAYLIST_ITEMS.max_ids):
            # In the body, because a hundred URIs would make a line of 4,000 characters.
            body: dict[str, object] = {"uris": list(chunk)}
            if position is not None:
                body["position"] = position + added
            parts.append(self._part(ADD_PLAYLIST_ITEMS, playlist, body, chunk))
            added += len(chunk)
        return parts

    def _replacement(self, playlist: str, uris: Sequence[str]) -> Part:
        return self._part(REORDER_OR_REPLACE_PLAYLIST_ITEMS, playlist, {"uris": list(uris)}, uris, idempotent=True)

    def _part(
        self,
        operation: Operation,
        playlist: str,
        body: Mapping[str, object],
        uris: Sequence[str],
        snapshot_id: str | None = None,
        *,
        is_chained: bool = False,
        idempotent: bool = False,
    ) -> Part:
        """Return one request about a version of the playlist; `is_chained`: the one that the request before left."""
        return Part(
            operation=operation,
            uris=uris,
            arguments={"playlist_id": playlist},
            json=body if snapshot_id is None else {**body, "snapshot_id": snapshot_id},
            is_chained=is_chained,
            idempotent=idempotent,
        )


def _any_playable_uris(uris: Iterable[str]) -> list[str]:
    """Return the URIs of tracks and episodes; unlike `playable_uris`, it may be none."""
    given = texts_of("uris", uris)
    return playable_uris(given) if given else []
