"""The content of a playlist as the tools see it: entries with what they are compared and sorted by."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from spotify.client import AsyncSpotifyClient
from spotify.errors import DecodeError, ListChangedError
from spotify.models import Episode, PlaylistItem, Track
from spotify.tools.steps import is_addable


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An entry of a playlist."""

    uri: str
    """The URI under which the playlist holds the item; empty if it is no longer in the catalogue."""
    name: str = ""
    """The name of the item; empty if unknown."""
    artists: tuple[str, ...] = ()
    """The names of the artists, or the name of the show."""
    album: str = ""
    """The name of the album; empty for an episode."""
    isrc: str | None = None
    """The International Standard Recording Code; None if unknown."""
    added_at: datetime | None = None
    """When the entry was added; None if unknown."""
    release_date: str = ""
    """The release date, as Spotify states it; empty if unknown."""
    duration_ms: int = 0
    """The duration in milliseconds; 0 if unknown."""
    popularity: int = 0
    """The popularity of the track, from 0 to 100; 0 if unknown, as in development mode."""

    @property
    def is_addable(self) -> bool:
        """Whether it can be added to a playlist again: a local file or a missing item cannot."""
        return is_addable(self.uri)

    @property
    def title_key(self) -> tuple[str, ...]:
        """The title and the artists, without differences in case, accents, spaces and order of the artists."""
        return (_plain(self.name), *sorted(map(_plain, self.artists)))

    def __str__(self) -> str:
        return " – ".join(part for part in (", ".join(self.artists), self.name or self.uri) if part) or "(unavailable)"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaylistContent:
    """A playlist at one version."""

    id: str
    """The playlist's id."""
    name: str
    """The name of the playlist."""
    snapshot_id: str | None
    """The playlist's snapshot id; None if unknown."""
    entries: tuple[Entry, ...]
    """All entries, in order."""
    description: str | None = None
    """The description of the playlist; None if there is none."""
    public: bool | None = None
    """Whether the playlist is on the owner's profile; None if unknown."""

    @property
    def uris(self) -> tuple[str, ...]:
        """The URIs of the entries."""
        return tuple(entry.uri for entry in self.entries)


async def read_playlist(client: AsyncSpotifyClient, playlist: str) -> PlaylistContent:
    """Read a playlist with all its entries.

    Args:
        client: The client.
        playlist: The playlist's id, URI or URL.

    Raises:
        ForbiddenError: Spotify does not show the entries, as of other users' playlists in development mode.
        ListChangedError: The playlist changed while it was read, twice.
        SpotifyError: A call failed.
    """
    content, total = await _read(client, playlist)
    if total not in {None, len(content.entries)}:
        content, total = await _read(client, playlist)
        if total not in {None, len(content.entries)}:
            raise ListChangedError(
                "the playlist changed while it was read",
                expected_total=total,
                seen_total=len(content.entries),
                offset=0,
                operation="get-playlists-items",
            )
    return content


async def _read(client: AsyncSpotifyClient, playlist: str) -> tuple[PlaylistContent, int | None]:
    """Return a playlist, and the number of items that it had when the reading started."""
    found = await client.playlists.get(playlist)
    items = client.playlists.get_items(playlist)
    if found.items is not None:  # else Spotify withholds them, which the list says, or did not send a page
        items = items.starting_with(found.items)
    content = PlaylistContent(
        id=found.id or playlist,
        name=found.name,
        snapshot_id=found.snapshot_id,
        entries=entries_of(await items.collect()),
        description=found.description,
        public=found.public,
    )
    return content, None if found.items is None else found.items.total


def known_id(id: str | None, of: str) -> str:
    """Return the id of an object.

    Raises:
        DecodeError: It is None, because the response did not contain it.
    """
    if id is None:
        raise DecodeError(f"the response does not contain the id of {of}")
    return id


def entries_of(items: Iterable[PlaylistItem]) -> tuple[Entry, ...]:
    """Return the entries of items of a playlist."""
    return tuple(map(entry_of, items))


def entry_of(entry: PlaylistItem) -> Entry:
    """Return the entry of an item of a playlist."""
    match entry.item:
        case Track() as track:
            # A track that is replaced in the user's market is in the playlist under its original URI.
            original = track.linked_from.uri if track.linked_from is not None else None
            return Entry(
                uri=original or track.uri or "",
                name=track.name,
                artists=tuple(artist.name for artist in track.artists),
                album=track.album.name,
                isrc=track.external_ids.isrc if track.external_ids is not None else None,
                added_at=entry.added_at,
                release_date=track.album.release_date or "",
                duration_ms=track.duration_ms,
                popularity=track.popularity or 0,
            )
        case Episode() as episode:
            return Entry(
                uri=episode.uri or "",
                name=episode.name,
                artists=() if episode.show is None else (episode.show.name,),
                added_at=entry.added_at,
                release_date=episode.release_date or "",
                duration_ms=episode.duration_ms,
            )
        case None:
            return Entry(uri="", added_at=entry.added_at)
        case other:
            return Entry(uri=other.uri or "", name=other.name or "", added_at=entry.added_at)


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(each for each in decomposed if not unicodedata.combining(each)).split())
