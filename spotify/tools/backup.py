"""`backup`: all of a user's library and playlists, as files."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from spotify._checks import check_choice, check_type, path_of, strings_of
from spotify.client import AsyncSpotifyClient
from spotify.errors import ForbiddenError, ListChangedError, MissingScopeError, NotFoundError, PagingError
from spotify.models import SimplifiedPlaylist, SpotifyModel
from spotify.paging import OffsetPosition, Paginator
from spotify.rows import to_rows
from spotify.tools.archive import SECTIONS, Archive, ListState, Manifest, Section, row_of
from spotify.tools.playlist_content import known_id

if TYPE_CHECKING:
    from spotify.models import JsonObject

Progress: TypeAlias = Callable[[str, int, "int | None"], object]
"""Called with the name of a list, the number of its items done, and their total, None while it is unknown."""

ModelT = TypeVar("ModelT", bound=SpotifyModel)

_Reader: TypeAlias = "Callable[[Sequence[JsonObject]], AsyncIterator[tuple[Sequence[SpotifyModel], int | None]]]"


async def backup(
    client: AsyncSpotifyClient,
    path: str | os.PathLike[str],
    *,
    include: Iterable[Section] = SECTIONS,
    progress: Progress | None = None,
) -> Manifest:
    """Write the user's library and playlists to a directory, in JSON Lines and in CSV.

    ::

        manifest = await backup(client, "my-music")

    If it stops, call it again: it continues with the page after the last one that was written. A complete backup is
    updated: playlists with an unchanged version are not read again. `restore` restores it.

    HTTP: `GET /me`, `GET /me/tracks` and so on, `GET /me/following`, `GET /me/playlists`, and `GET
    /playlists/{id}/items`, with 50 items per request. Scopes: `user-library-read`, `user-read-playback-position`,
    `user-follow-read`, `playlist-read-private` and `playlist-read-collaborative`. Development mode: yes, without the
    items of playlists that the user neither owns nor collaborates on.

    Args:
        client: The client of the user.
        path: The directory. It is created if there is none.
        include: The lists to back up.
        progress: Called with the name of a list, the number of its items done, and their total.

    Returns:
        What the backup contains. `manifest.playlists[id].error` says why a playlist could not be read.

    Raises:
        ValueError: The directory has a backup of another user, or a damaged one, or there is no such list.
        OSError: A file cannot be written.
        MissingScopeError: The token lacks a scope.
        SpotifyError: A call failed. Call `backup` again to continue.
    """
    sections = checked_sections(client, include)
    archive = Archive(path_of("path", path))
    user = known_id((await client.users.get_current_profile()).id, "the user")
    manifest = archive.read_manifest()
    if manifest is not None and manifest.user != user:
        raise ValueError(f"{archive.path} has the backup of the user {manifest.user!r}; use another directory")
    if manifest is None:
        manifest = Manifest(user=user, started_at=datetime.now(UTC))
    elif manifest.finished_at is not None:
        manifest.started_at, manifest.finished_at = datetime.now(UTC), None
        for state in manifest.sections.values():
            state.is_complete = False
    await _Backup(client, archive, manifest, progress).run(sections)
    manifest.finished_at = datetime.now(UTC)
    archive.write_manifest(manifest)
    return manifest


def checked_sections(client: object, include: Iterable[str]) -> list[Section]:
    """Return the lists to back up or restore, in the order of `SECTIONS`.

    Raises:
        TypeError: An argument has the wrong type.
        ValueError: There is no such list, or none is given.
    """
    check_type("client", client, AsyncSpotifyClient)
    names = strings_of("include", include)
    for name in names:
        check_choice("include", name, SECTIONS)
    if not names:
        raise ValueError(f"include must have at least one of {', '.join(SECTIONS)}")
    return [section for section in SECTIONS if section in names]


class _Backup:
    """One run of `backup`."""

    def __init__(
        self, client: AsyncSpotifyClient, archive: Archive, manifest: Manifest, progress: Progress | None
    ) -> None:
        self._client = client
        self._archive = archive
        self._manifest = manifest
        self._progress = progress

    async def run(self, sections: Iterable[Section]) -> None:
        for section in sections:
            state = self._manifest.sections.setdefault(section, ListState())
            if section == "playlists":
                await self._playlists(state)
            elif not state.is_complete:
                await self._section(section, state)

    async def _section(self, section: Section, state: ListState) -> None:
        client = self._client
        readers: dict[str, _Reader] = {
            "tracks": _by_offset(client.tracks.get_saved()),
            "albums": _by_offset(client.albums.get_saved()),
            "episodes": _by_offset(client.episodes.get_saved()),
            "shows": _by_offset(client.shows.get_saved()),
            "audiobooks": _by_offset(client.audiobooks.get_saved()),
            "artists": self._followed_artists,
        }
        await self._read(section, state, readers[section])

    async def _playlists(self, state: ListState) -> None:
        listed = await self._client.playlists.get_for_current_user().collect()
        playlists = {playlist.id: playlist for playlist in listed if playlist.id is not None}
        rows = [{**row, "is_own": row["owner"] == self._manifest.user} for row in to_rows(playlists.values())]
        state.items, state.is_complete = self._archive.finish("playlists", rows), False
        known = self._manifest.playlists
        self._manifest.playlists = {key: known.get(key, ListState()) for key in playlists}
        self._archive.write_manifest(self._manifest)
        for key, playlist in playlists.items():
            await self._playlist(key, playlist, self._manifest.playlists[key])
        state.is_complete = True

    async def _playlist(self, id: str, playlist: SimplifiedPlaylist, state: ListState) -> None:
        name = f"playlists/{id}"
        is_current = playlist.snapshot_id is not None and playlist.snapshot_id == state.snapshot_id
        if is_current and state.is_complete and (state.error or self._archive.has(name)):
            return
        if not is_current:
            self._archive.drop_part(name)
            state.snapshot_id, state.is_complete = playlist.snapshot_id, False
            self._archive.write_manifest(self._manifest)
        state.error = None
        items = self._client.playlists.get_items(id)
        try:
            await self._read(name, state, _by_offset(items), label=playlist.name)
        except MissingScopeError:
            raise
        except (ForbiddenError, NotFoundError) as error:
            state.error, state.is_complete = str(error), True
            self._archive.write_manifest(self._manifest)

    async def _read(self, name: str, state: ListState, reader: _Reader, label: str = "") -> None:
        """Read a list to its file, from where an earlier run stopped."""
        for is_last in (False, True):
            done = len(self._archive.part(name))
            try:
                async for models, total in reader(self._archive.part(name)):
                    done += self._archive.append(name, models)
                    self._report(label or name, done, total)
                break
            except PagingError:
                # What was written shows the list before the change.
                self._archive.drop_part(name)
                if is_last:
                    raise
        state.items, state.is_complete = self._archive.finish(name), True
        self._report(label or name, state.items, state.items)
        self._archive.write_manifest(self._manifest)

    async def _followed_artists(
        self, part: Sequence[JsonObject]
    ) -> AsyncIterator[tuple[Sequence[SpotifyModel], int | None]]:
        last = part[-1].get("id") if part else None
        async for page in self._client.users.get_followed_artists(
            after=last if isinstance(last, str) else None
        ).pages():
            yield page.items, page.total

    def _report(self, name: str, done: int, total: int | None) -> None:
        if self._progress is not None:
            self._progress(name, done, total)


def _by_offset(paginator: Paginator[ModelT]) -> _Reader:
    """Return a reader of a list by offset, which continues after the rows that were read before."""

    async def read(part: Sequence[JsonObject]) -> AsyncIterator[tuple[Sequence[ModelT], int | None]]:
        # The last item is read again: if it is another one, the list has changed.
        start = OffsetPosition(offset=max(0, len(part) - 1))
        expected = part[-1].get("uri") if part else None
        is_first = bool(part)
        async for page in paginator.starting_at(start).with_options(on_change="raise").pages():
            models = page.items
            if is_first:
                if not models or row_of(models[0]).get("uri") != expected:
                    raise ListChangedError(
                        "the list has changed since the backup stopped",
                        expected_total=None,
                        seen_total=page.total,
                        offset=0,
                        operation="backup",
                    )
                models, is_first = models[1:], False
            yield models, page.total

    return read
