"""`restore`: what a backup has and the user's library lacks."""

from __future__ import annotations

import html
import os
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import msgspec

from spotify._checks import path_of
from spotify.client import AsyncSpotifyClient
from spotify.errors import BadRequestError, ForbiddenError, MissingScopeError, NotFoundError
from spotify.ids import SpotifyUri
from spotify.models import JsonObject, SimplifiedPlaylist, SpotifyModel
from spotify.tools.archive import SECTIONS, Archive, ListState, Section, row_of, write_atomically
from spotify.tools.backup import Progress, checked_sections
from spotify.tools.plans import Plan
from spotify.tools.playlist_content import known_id, read_playlist
from spotify.tools.steps import is_addable, steps_between

_MAX_TIMESTAMPED: Final = 50
_MAX_LIBRARY: Final = 40
_MAX_DESCRIPTION: Final = 300


@dataclass(slots=True, kw_only=True)
class RestoreSummary:
    """What `restore` did, in this run and in those before it that stopped."""

    added: dict[str, int] = field(default_factory=dict[str, int])
    """The number of items added in this run, by list; for playlists, of playlists created or changed."""
    replaced: dict[str, str] = field(default_factory=dict[str, str])
    """The URIs of tracks whose id is gone, and those of the same recording that took their place."""
    missing: list[str] = field(default_factory=list[str])
    """What could not be restored, one line each."""


@dataclass(slots=True, kw_only=True)
class _Journal:
    """What a restore to one account has begun, so that another run can continue it."""

    playlists: dict[str, str | None] = field(default_factory=dict[str, "str | None"])
    """The ids of the new playlists, by the ids in the backup; None while one is being created."""
    resolved: dict[str, str | None] = field(default_factory=dict[str, "str | None"])
    """The replacements of tracks whose id is gone; None if there is none."""


async def restore(
    client: AsyncSpotifyClient,
    path: str | os.PathLike[str],
    *,
    include: Iterable[Section] = SECTIONS,
    progress: Progress | None = None,
) -> RestoreSummary:
    """Restore a backup: add what the user's library lacks, and make the playlists as they were.

    What the user has saved since then stays. A playlist of the user that still exists is changed to what it was; one
    that does not is created. Playlists of other users are followed. A track whose id is gone is replaced by one of the
    same recording (ISRC). The account may be another one than that of the backup.

    If it stops, call it again: it continues, and adds nothing twice.

    HTTP: the reads of `backup`; `PUT /me/tracks` with the dates of saving, or where that is not available `PUT
    /me/library`; `POST /me/playlists` and the writes of a `Plan`. Scopes: those of `backup`, and `user-library-modify`,
    `user-follow-modify`, `playlist-modify-public` and `playlist-modify-private`. Development mode: yes, with the
    current time as the date of saving; the order is kept.

    Args:
        client: The client of the user.
        path: The directory of the backup.
        include: The lists to restore; those that the backup does not have are left out.
        progress: Called with the name of a list, the number of its items done, and their total.

    Returns:
        What was added, what was replaced, and what could not be restored.

    Raises:
        ValueError: The directory has no backup, an incomplete one or a damaged one, or there is no such list.
        OSError: A file cannot be read or written.
        MissingScopeError: The token lacks a scope.
        SpotifyError: A call failed. Call `restore` again to continue.
    """
    sections = checked_sections(client, include)
    archive = Archive(path_of("path", path))
    manifest = archive.read_manifest()
    if manifest is None:
        raise ValueError(f"{archive.path} has no backup: it has no manifest.json")
    if manifest.finished_at is None:
        raise ValueError(f"the backup in {archive.path} is incomplete; run `backup` again to finish it")
    user = known_id((await client.users.get_current_profile()).id, "the user")
    run = _Restore(client, archive, user, progress)
    for section in sections:
        if section == "playlists":
            await run.playlists(manifest.playlists)
        elif section in manifest.sections:
            await run.library(section)
    run.summary.replaced = run.replaced()
    return run.summary


class _Restore:
    """One run of `restore`."""

    def __init__(self, client: AsyncSpotifyClient, archive: Archive, user: str, progress: Progress | None) -> None:
        self._client = client
        self._archive = archive
        self._user = user
        self._progress = progress
        self._journal_path = archive.path / f"restore-{SpotifyUri('user', user).uri.rpartition(':')[2]}.json"
        self._journal = _read_journal(self._journal_path)
        self.summary = RestoreSummary()
        """What the restore has done so far."""

    def replaced(self) -> dict[str, str]:
        """Return the replacements of tracks whose id is gone."""
        return {old: new for old, new in self._journal.resolved.items() if new is not None}

    async def library(self, section: Section) -> None:
        """Save what a list of the library lacks, the oldest first, so that the order is the same."""
        rows = [row for row in self._archive.rows(section) if _uri(row)]
        if section != "artists":  # which are listed in the order of following
            rows.reverse()
        current = await self._current(section)
        lacking = [row for row in rows if self._final_uri(row) not in current]
        self.summary.added[section] = len(lacking)
        if section == "tracks":
            lacking = await self._save_with_dates(lacking)
        if not lacking:
            return
        await self._save(section, [self._final_uri(row) or _uri(row) for row in lacking])
        # `PUT /me/library` ignores what does not exist.
        current = await self._current(section)
        gone = [row for row in lacking if self._final_uri(row) not in current]
        found = [new for row in gone if (new := await self._resolve(row)) is not None]
        if found:
            await self._save(section, found)
        self.summary.added[section] -= len(gone) - len(found)

    async def playlists(self, states: Mapping[str, ListState]) -> None:
        """Create, change and follow playlists, the last one first: a new one becomes the first of the user's list."""
        rows = self._archive.rows("playlists")
        listed = self._client.playlists.get_for_current_user()
        current = {playlist.id: playlist async for playlist in listed if playlist.id is not None}
        changed = 0
        for number, row in enumerate(reversed(rows), 1):
            identifier = str(row["id"])
            state = states.get(identifier)
            if not row.get("is_own"):
                if identifier not in current:
                    changed += await self._follow(row)
            elif state is None or state.error is not None:
                reason = "it is not in the backup" if state is None else state.error
                self.summary.missing.append(f"the playlist {row['name']!r}: {reason}")
            else:
                changed += await self._restore_playlist(identifier, row, current)
            self._report("playlists", number, len(rows))
        self.summary.added["playlists"] = changed

    async def _restore_playlist(
        self, identifier: str, row: JsonObject, current: Mapping[str, SimplifiedPlaylist]
    ) -> bool:
        """Make one playlist as it was; return whether something was changed."""
        new_id = self._journal.playlists.get(identifier)
        is_new = False
        if new_id is None or new_id not in current:
            new_id = identifier if identifier in current and identifier not in self._journal.playlists else None
        if new_id is None:
            new_id, is_new = await self._create(identifier, row), True
        entries = self._archive.rows(f"playlists/{identifier}")
        try:
            changed = await self._fill(new_id, row, entries)
        except (BadRequestError, NotFoundError):
            if not await self._resolve_gone(entries):
                raise
            changed = await self._fill(new_id, row, entries)
        return is_new or changed

    async def _create(self, identifier: str, row: JsonObject) -> str:
        """Create a playlist, unless an earlier run did and was stopped before it knew the id."""
        name, client = str(row["name"]) or "Untitled", self._client
        new_id: str | None = None
        if identifier in self._journal.playlists:
            known = set(self._journal.playlists.values())
            async for playlist in client.playlists.get_for_current_user():
                is_own = playlist.owner is not None and playlist.owner.id == self._user
                is_empty = playlist.items is not None and playlist.items.total == 0
                if is_own and is_empty and playlist.name == name and playlist.id not in known:
                    new_id = playlist.id
                    break
        if new_id is None:
            self._note_playlist(identifier, None)
            is_collaborative = bool(row.get("collaborative"))
            created = await client.playlists.create(
                name,
                public=bool(row.get("public")) and not is_collaborative,
                collaborative=is_collaborative or None,
                description=_description(row),
            )
            new_id = known_id(created.id, "the playlist that was created")
        self._note_playlist(identifier, new_id)
        return new_id

    async def _fill(self, playlist: str, row: JsonObject, entries: Sequence[JsonObject]) -> bool:
        content = await read_playlist(self._client, playlist)
        after: list[str] = []
        for entry in entries:
            uri = self._final_uri(entry)
            if uri is not None and is_addable(uri):
                after.append(uri)
            else:
                what = entry.get("name") or _uri(entry) or "an item"
                self._note_missing(
                    f"{what} in the playlist {row['name']!r}: a local file, or no longer in the catalogue"
                )
        if all(map(is_addable, content.uris)):
            steps = steps_between(content.uris, after, keep_dates=True)
        else:  # a local file stays where it is only in the user's own, unchanged playlist
            kept = [uri for uri in content.uris if is_addable(uri)]
            steps = steps_between(content.uris, after, keep_dates=False) if kept != after else ()
        plan = Plan(
            action="restore",
            name=content.name,
            playlist=content.id,
            snapshot_id=content.snapshot_id,
            before=content.uris,
            after=tuple(after),
            steps=steps,
        )
        await plan.apply(self._client, progress=lambda done, total: self._report(content.name, done, total))
        name, description = _changed_details(content.name, content.description, row)
        if name is None and description is None:
            return bool(plan)
        await self._client.playlists.change_details(playlist, name=name, description=description)
        return True

    async def _follow(self, row: JsonObject) -> bool:
        try:
            await self._client.playlists.follow(str(row["id"]))
        except MissingScopeError:
            raise
        except (ForbiddenError, NotFoundError, BadRequestError) as error:
            self._note_missing(f"the playlist {row['name']!r} of {row.get('owner')}: {error}")
            return False
        return True

    async def _save_with_dates(self, rows: Sequence[JsonObject]) -> list[JsonObject]:
        """Save tracks with the dates when they were saved; return those for which that is not available."""
        for first in range(0, len(rows), _MAX_TIMESTAMPED):
            batch = rows[first : first + _MAX_TIMESTAMPED]
            try:
                await self._save_dated(batch)
            except MissingScopeError:
                raise
            except ForbiddenError:  # removed in development mode
                return list(rows[first:])
            except BadRequestError:
                if not await self._resolve_gone(batch):
                    raise
                await self._save_dated(batch)
            self._report("tracks", first + len(batch), len(rows))
        return []

    async def _save_dated(self, rows: Iterable[JsonObject]) -> None:
        ids = [
            {"id": uri.rpartition(":")[2], "added_at": row.get("added_at") or "1970-01-01T00:00:00Z"}
            for row in rows
            if (uri := self._final_uri(row)) is not None
        ]
        if ids:
            await self._client.call("save-tracks-user", json={"timestamped_ids": ids})

    async def _save(self, section: str, uris: Sequence[str]) -> None:
        for first in range(0, len(uris), _MAX_LIBRARY):
            await self._client.library.save_items(uris[first : first + _MAX_LIBRARY])
            self._report(section, min(first + _MAX_LIBRARY, len(uris)), len(uris))

    async def _current(self, section: Section) -> set[str]:
        """Return the URIs that a list of the user's library has now."""
        client = self._client
        if section == "artists":
            return {artist.uri async for artist in client.users.get_followed_artists() if artist.uri is not None}
        readers: dict[str, Callable[[], Awaitable[Sequence[SpotifyModel]]]] = {
            "tracks": client.tracks.get_saved().collect,
            "albums": client.albums.get_saved().collect,
            "episodes": client.episodes.get_saved().collect,
            "shows": client.shows.get_saved().collect,
            "audiobooks": client.audiobooks.get_saved().collect,
        }
        return {_uri(row_of(saved)) for saved in await readers[section]()}

    async def _resolve_gone(self, rows: Sequence[JsonObject]) -> bool:
        """Find out which tracks no longer exist, and what replaces them; return whether there are any."""
        unknown = [
            row for row in rows if _uri(row).startswith("spotify:track:") and _uri(row) not in self._journal.resolved
        ]
        tracks = await self._client.tracks.get_several([_uri(row) for row in unknown]) if unknown else []
        gone = [row for row, track in zip(unknown, tracks, strict=True) if track is None]
        for row in gone:
            await self._resolve(row)
        return bool(gone)

    async def _resolve(self, row: JsonObject) -> str | None:
        """Return the URI of another track with the same recording; None if there is none."""
        uri, isrc = _uri(row), row.get("isrc")
        if uri not in self._journal.resolved:
            found = None
            if isinstance(isrc, str) and isrc:
                result = await self._client.search.search(f"isrc:{isrc}", "track", limit=1)
                items = result.tracks.present() if result.tracks is not None else []
                found = items[0].uri if items else None
            self._journal.resolved[uri] = found
            self._write_journal()
        new = self._journal.resolved[uri]
        if new is None:
            self._note_missing(f"{row.get('artists') or ''} – {row.get('name') or uri}: no longer in the catalogue")
        return new

    def _final_uri(self, row: JsonObject) -> str | None:
        uri = _uri(row)
        return self._journal.resolved.get(uri, uri) or None

    def _note_missing(self, line: str) -> None:
        if line not in self.summary.missing:
            self.summary.missing.append(line)

    def _note_playlist(self, identifier: str, new_id: str | None) -> None:
        self._journal.playlists[identifier] = new_id
        self._write_journal()

    def _write_journal(self) -> None:
        write_atomically(self._journal_path, msgspec.json.encode(self._journal).decode())

    def _report(self, name: str, done: int, total: int | None) -> None:
        if self._progress is not None:
            self._progress(name, done, total)


def _read_journal(path: Path) -> _Journal:
    try:
        return msgspec.json.decode(path.read_bytes(), type=_Journal)
    except FileNotFoundError:
        return _Journal()
    except msgspec.DecodeError as exc:
        raise ValueError(f"{path} is damaged: {exc}; delete it to restore from the beginning") from None


def _uri(row: JsonObject) -> str:
    uri = row.get("uri")
    return uri if isinstance(uri, str) else ""


def _description(row: JsonObject) -> str | None:
    """Return a description as Spotify accepts it: it returns it escaped, and refuses line ends and long ones."""
    text = " ".join(html.unescape(str(row.get("description") or "")).split())
    return text[:_MAX_DESCRIPTION] or None


def _changed_details(name: str, description: str | None, row: JsonObject) -> tuple[str | None, str | None]:
    """Return the name and the description of the backup, each None if the playlist has it."""
    wanted_name, wanted = row["name"], _description(row)
    return (
        str(wanted_name) if wanted_name and wanted_name != name else None,
        wanted if wanted != html.unescape(description or "") else None,
    )
