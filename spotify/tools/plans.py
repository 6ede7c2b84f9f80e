"""`Plan`: how a playlist is to be changed, shown before it is applied, and resumed if it stops."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Self, TypeAlias

import msgspec

from spotify._checks import check_type, path_of
from spotify.client import AsyncSpotifyClient
from spotify.errors import SpotifyError
from spotify.models import SimplifiedPlaylist
from spotify.tools.archive import write_atomically
from spotify.tools.playlist_content import known_id, read_playlist
from spotify.tools.steps import Move, Replace, Step, simulated

Progress: TypeAlias = Callable[[int, "int | None"], object]
"""Called with the number of calls done and their total."""

_MAX_UNKNOWN: Final = 3
_SHOWN_CHANGES: Final = 40


class PlanOutdatedError(SpotifyError):
    """The playlist was changed by another client since the plan was made. Nothing was changed; make a new plan."""

    may_have_been_executed = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPlaylist:
    """A playlist that a plan creates."""

    name: str
    """The name of the playlist."""
    description: str | None = None
    """The description of the playlist; None for none."""
    public: bool | None = None
    """Whether the playlist is on the owner's profile; None for Spotify's default."""


@dataclass(slots=True, kw_only=True)
class Plan:
    """How a playlist is to be changed. Making a plan changes nothing; `apply` does.

    ::

        plan = await plan_dedupe(client, playlist_id)
        print(plan)
        await plan.apply(client)

    A plan knows the content of the playlist before and after each of its calls. If `apply` stops, for example because
    of the quota, call it again, now or in another process (`save`, `load`): it reads the playlist and continues
    from there. Nothing is added or removed twice.
    """

    action: str
    """What the plan does, such as `dedupe`."""
    name: str
    """The name of the playlist."""
    playlist: str | None
    """The id of the playlist; None until `apply` has created it."""
    snapshot_id: str | None
    """The version of the playlist that the plan was made for, or reached."""
    before: tuple[str, ...]
    """The URIs of the playlist when the plan was made; empty for a missing item."""
    after: tuple[str, ...]
    """The URIs of the playlist after the plan is applied."""
    changes: tuple[str, ...] = ()
    """One line for each change."""
    notes: tuple[str, ...] = ()
    """What else to know before applying it."""
    steps: tuple[Step, ...] = field(default=(), repr=False)
    """The changes, each of them one call."""
    create: NewPlaylist | None = None
    """The playlist to create first; None for an existing one."""
    done: int = 0
    """The number of steps that `apply` has finished."""

    @property
    def calls(self) -> int:
        """The number of calls that `apply` makes to change the playlist; it makes one more to check the version."""
        return len(self.steps) + (self.create is not None)

    @property
    def resets_dates(self) -> bool:
        """Whether all items get a new date of adding."""
        return any(isinstance(step, Replace) for step in self.steps)

    def __bool__(self) -> bool:
        return self.calls > 0

    def __str__(self) -> str:
        target = f"spotify:playlist:{self.playlist}" if self.playlist else "a new playlist"
        lines = [f"{self.action} {self.name!r} ({target}): {len(self.before)} → {len(self.after)} items"]
        lines += [f"  {change}" for change in self.changes[:_SHOWN_CHANGES]]
        if len(self.changes) > _SHOWN_CHANGES:
            lines.append(f"  … and {len(self.changes) - _SHOWN_CHANGES} more")
        if not self:
            lines.append("  nothing to change")
        else:
            calls = [*(["create the playlist"] if self.create is not None else []), *map(str, self.steps)]
            shown = "; ".join(calls[:5]) + (f"; and {len(calls) - 5} more" if len(calls) > 5 else "")
            lines.append(f"  {len(calls)} {'call' if len(calls) == 1 else 'calls'}: {shown}")
        if self.resets_dates and self.before:
            lines.append("  all items get a new date of adding (keep_dates avoids that, with more calls)")
        lines += [f"  note: {note}" for note in self.notes]
        return "\n".join(lines)

    async def apply(
        self,
        client: AsyncSpotifyClient,
        *,
        progress: Progress | None = None,
        on_step: Callable[[Plan], object] | None = None,
    ) -> str | None:
        """Make the calls that are left, and return the playlist's new version.

        HTTP: `GET /playlists/{id}`, then one call per step. Scopes: `playlist-modify-public`, or for a private
        playlist `playlist-modify-private` and `playlist-read-private`. Development mode: yes, for playlists that the
        user owns or collaborates on.

        Args:
            client: The client of a user who may change the playlist.
            progress: Called with the number of calls done and their total.
            on_step: Called with this plan after each call, for example to `save` it.

        Returns:
            The playlist's version; None if Spotify sent none.

        Raises:
            PlanOutdatedError: Another client changed the playlist, so that it is as the plan left it at no point.
            SpotifyError: A call failed. Call `apply` again to continue.
        """
        check_type("client", client, AsyncSpotifyClient)
        report = _Report(self, progress, on_step)
        if self.playlist is None:
            if self.create is None:
                return self.snapshot_id
            self.playlist = await _create(client, self.create)
            self.snapshot_id = None
            report.step()
        unknown = 0
        await self._find_position(client)
        while self.done < len(self.steps):
            try:
                snapshot_id = await self.steps[self.done].send(client, self.playlist, self.snapshot_id)
            except SpotifyError as error:
                unknown += 1
                if not error.may_have_been_executed or unknown > _MAX_UNKNOWN:
                    raise
                await self._settle(client)
                self.snapshot_id = None
                await self._find_position(client)
                continue
            self.done += 1
            self.snapshot_id = snapshot_id
            report.step()
        report.end()
        return self.snapshot_id

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the plan to a file, from which `load` restores it.

        Raises:
            OSError: The file cannot be written.
        """
        write_atomically(path_of("path", path), msgspec.json.encode(self).decode())

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Self:
        """Return the plan of a file.

        Raises:
            OSError: The file cannot be read.
            ValueError: It is not a file of a plan.
        """
        file = path_of("path", path)
        try:
            return msgspec.json.decode(file.read_bytes(), type=cls)
        except msgspec.DecodeError as exc:
            raise ValueError(f"{file} is not a plan of this version: {exc}") from None

    async def _find_position(self, client: AsyncSpotifyClient) -> None:
        """Set `done` to the number of steps that the playlist shows."""
        if self.playlist is None or not self.steps:
            return
        if self.snapshot_id is not None:
            found = await client.playlists.get(self.playlist, fields="snapshot_id")
            if found.snapshot_id == self.snapshot_id:
                return
        content = await read_playlist(client, self.playlist)
        current, state = list(content.uris), list(self.before)
        matches = [0] if state == current else []
        for number, step in enumerate(self.steps, 1):
            state = step.simulate(state)
            if state == current:
                matches.append(number)
        if not matches:
            raise PlanOutdatedError(
                f"the playlist {self.name!r} was changed since this plan was made; nothing was changed; make a new plan"
            )
        # Two steps can leave the same content; the one nearest to what is known was the last.
        self.done = min(matches, key=lambda number: (number < self.done, abs(number - self.done)))
        self.snapshot_id = content.snapshot_id

    async def _settle(self, client: AsyncSpotifyClient) -> None:
        """Wait until a call without a response can no longer be executed: the client holds later writes until then."""
        if self.playlist is not None and simulated(self.before, self.steps[: self.done]):
            await Move(0, 1, 0).send(client, self.playlist, None)


class _Report:
    """Calls the callbacks of `Plan.apply`."""

    def __init__(self, plan: Plan, progress: Progress | None, on_step: Callable[[Plan], object] | None) -> None:
        self._plan = plan
        self._progress = progress
        self._on_step = on_step

    def step(self) -> None:
        plan = self._plan
        if self._on_step is not None:
            self._on_step(plan)
        if self._progress is not None:
            self._progress(plan.done + (plan.create is not None), plan.calls)

    def end(self) -> None:
        if self._progress is not None:
            self._progress(self._plan.calls, self._plan.calls)


async def _create(client: AsyncSpotifyClient, new: NewPlaylist) -> str:
    """Create a playlist, and return its id. If a response is lost, the playlist is looked for."""
    try:
        playlist = await client.playlists.create(new.name, public=new.public, description=new.description or None)
    except SpotifyError as error:
        if not error.may_have_been_executed:
            raise
        found = await find_empty_playlist(client, new.name)
        if found is None or found.id is None:
            raise
        return found.id
    if playlist.id is not None:
        return playlist.id
    found = await find_empty_playlist(client, new.name)
    return known_id(None if found is None else found.id, "the playlist that was created")


async def find_empty_playlist(client: AsyncSpotifyClient, name: str) -> SimplifiedPlaylist | None:
    """Return the user's newest playlist without items that has a name; None if there is none."""
    user = await client.users.get_current_profile()
    async for playlist in client.playlists.get_for_current_user():
        is_own = playlist.owner is not None and playlist.owner.id == user.id
        if playlist.name == name and is_own and playlist.items is not None and playlist.items.total == 0:
            return playlist
    return None
