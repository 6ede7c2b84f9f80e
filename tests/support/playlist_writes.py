"""Playlist writes of several requests, and what the playlist may hold after each."""

from __future__ import annotations

from spotify.client import AsyncSpotifyClient
from spotify.errors import PartialWriteError, SpotifyError
from spotify.testing.sandbox import Catalogue


class PlaylistWrite:
    """A write of several requests to a new playlist.

    Attributes:
        id: The id of the playlist.
        error: The error of the write; None if there was none.
    """

    def __init__(self, client: AsyncSpotifyClient, catalogue: Catalogue, number: int) -> None:
        """Choose the kind and the items by a number from 0 on."""
        self._client, self._number = client, number
        self._kind = ("add", "add and verify", "replace", "remove")[number % 4]
        uris = [track.uri for track in catalogue.tracks]
        start = number * 17 % (len(uris) - 600)
        self._before, self._uris = uris[start : start + 150], uris[start + 200 : start + 200 + 50 * (number % 5 + 3)]
        if self._kind == "remove":
            self._before = self._uris = uris[start : start + 300]
        self.id = ""
        self.error: SpotifyError | None = None

    def __repr__(self) -> str:
        return f"<{self._kind} of {len(self._uris)} items, {self.error!r}>"

    async def prepare(self) -> None:
        """Create the playlist; requests have no faults yet."""
        playlists = self._client.playlists
        self.id = (await playlists.create(f"Playlist {self._number}")).id
        await playlists.add_items(self.id, self._before)

    async def write(self) -> None:
        """Write, and keep the error."""
        playlists = self._client.playlists
        try:
            if self._kind == "replace":
                await playlists.replace_items(self.id, self._uris)
            elif self._kind == "remove":
                await playlists.remove_items(self.id, uris=self._uris)
            else:
                await playlists.add_items(self.id, self._uris, verify=self._kind == "add and verify")
        except SpotifyError as error:
            self.error = error

    def possible(self) -> list[list[str]]:
        """Return what the playlist may hold, according to the error."""
        applied, unknown, error = self._uris, list[str](), self.error
        if isinstance(error, PartialWriteError):
            applied, unknown = list(error.applied), list(error.unknown)
            assert [*error.applied, *error.unknown, *error.not_applied] == self._uris
        elif error is not None:
            # No request was confirmed, and only the first can have been executed.
            applied, unknown = [], self._uris[:100] if error.may_have_been_executed else []
        return [self._after(applied), self._after(applied + unknown)]

    def _after(self, written: list[str]) -> list[str]:
        if self._kind == "remove":
            return [uri for uri in self._before if uri not in set(written)]
        if self._kind == "replace":
            return written or self._before
        return self._before + written
