"""Writes that the server executes after the client gave them up: nothing is doubled, lost, or wrongly reported."""

from __future__ import annotations

import math
import pickle
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

import pytest

from spotify.bulk import playlist_items
from spotify.client import AsyncSpotifyClient
from spotify.errors import PartialWriteError, SpotifyError
from spotify.interfaces.operation import Operation
from spotify.testing.sandbox.catalogue import PlaylistEntry
from spotify.testing.sandbox.state import EditablePlaylist
from tests.support.late_executions import SETTLE_TIME, Appearance, LateExecutions, LateExecutionsOverSockets

BATCH: Final = 2  # the most items of a request in this module: Spotify's 100 would make the many runs slow
_JPEG: Final = b"\xff\xd8\xff"


@dataclass(frozen=True, kw_only=True)
class Library:
    """The client's playlist, and what the sandbox knows of it.

    Attributes:
        client: The client.
        playlist: The playlist; at first it holds the first three tracks.
        tracks: URIs of different tracks.
        late: The sandbox.
    """

    client: AsyncSpotifyClient
    playlist: EditablePlaylist
    tracks: Sequence[str]
    late: LateExecutions

    @property
    def id(self) -> str:
        return self.playlist.id

    @property
    def items(self) -> list[str]:
        """The URIs that the playlist holds now."""
        return [entry.item.uri for entry in self.playlist.entries if entry.item is not None]

    @property
    def saved(self) -> set[str]:
        """The URIs of the saved tracks."""
        state, user = self.late.sandbox._state, self.late.sandbox.catalogue.default_user
        return {f"spotify:track:{id_}" for id_, _ in state.library(user).saved["track"].newest_first()}


#: A check of the sandbox's books after every late execution: whether they agree with what the client reported.
Check: TypeAlias = Callable[[], bool]
Program: TypeAlias = Callable[[Library], Coroutine[None, None, Check]]


def holds(library: Library, *uris: str) -> Check:
    """Check that the playlist holds these items."""
    return lambda: library.items == list(uris)


def holds_each_once(library: Library) -> Check:
    """Check that no item is doubled, after an error that leaves open what else the playlist holds."""
    return lambda: len(set(library.items)) == len(library.items)


async def add_verified(library: Library) -> Check:
    added = library.tracks[3 : 4 + BATCH]
    await library.client.playlists.add_items(library.id, added, verify=True)
    return holds(library, *library.tracks[:3], *added)


async def add_verified_in_the_middle(library: Library) -> Check:
    added = library.tracks[3 : 4 + BATCH]
    await library.client.playlists.add_items(library.id, added, 1, verify=True)
    return holds(library, library.tracks[0], *added, *library.tracks[1:3])


async def add_equal_items_verified(library: Library) -> Check:
    added = [library.tracks[2]] * (BATCH + 1)
    await library.client.playlists.add_items(library.id, added, verify=True)
    return holds(library, *library.tracks[:3], *added)


async def add_verified_with_resume(library: Library) -> Check:
    """The deadline is too short to settle a write."""
    added = library.tracks[3 : 4 + BATCH]
    client = library.client.with_options(deadline=0.75)
    try:
        await client.playlists.add_items(library.id, added, verify=True)
    except PartialWriteError as error:
        await library.client.resume(error)
    return holds(library, *library.tracks[:3], *added)


def holds_what_is_reported(
    library: Library, error: PartialWriteError, written: Sequence[str], after: Callable[[Sequence[str]], list[str]]
) -> Check:
    """Check that what was applied is in the playlist, and that the requests of unknown outcome are, or are not.

    Args:
        library: The playlist.
        error: What the client reports.
        written: All URIs of the write.
        after: Returns what the playlist holds when these URIs are written.
    """
    possible = [after(error.applied), after([*error.applied, *error.unknown])]
    reported = [*error.applied, *error.unknown, *error.not_applied]
    return lambda: library.items in possible and sorted(reported) == sorted(written)


async def add(library: Library) -> Check:
    """Without verification, and with equal items."""
    added = [library.tracks[2], *library.tracks[10 : 10 + 2 * BATCH]]
    try:
        await library.client.playlists.add_items(library.id, added)
    except PartialWriteError as error:
        return holds_what_is_reported(library, error, added, lambda uris: [*library.tracks[:3], *uris])
    return holds(library, *library.tracks[:3], *added)


async def remove(library: Library) -> Check:
    removed = [*library.tracks[:2], *library.tracks[50 : 50 + BATCH]]
    await library.client.playlists.remove_items(library.id, uris=removed)
    return holds(library, library.tracks[2])


async def remove_by_position(library: Library) -> Check:
    """Each request moves the items behind those that it removes."""
    before = library.tracks[: 2 * BATCH + 1]
    library.playlist.replace(
        [PlaylistEntry(track, None, None) for track in library.late.sandbox.catalogue.tracks[: len(before)]]
    )
    removed = before[:-1]
    positions = [{"uri": uri, "positions": [position]} for position, uri in enumerate(removed)]
    try:
        await library.client.playlists.remove_items(library.id, items=positions)
    except PartialWriteError as error:
        return holds_what_is_reported(library, error, removed, lambda uris: [uri for uri in before if uri not in uris])
    return holds(library, before[-1])


async def replace_many(library: Library) -> Check:
    uris = library.tracks[10 : 11 + BATCH]
    await library.client.playlists.replace_items(library.id, uris)
    return holds(library, *uris)


async def replace_many_with_the_same_beginning(library: Library) -> Check:
    """The first request does not change what the playlist holds."""
    uris = library.tracks[10 : 11 + BATCH]
    await library.client.playlists.replace_items(library.id, uris[:BATCH])
    await library.client.playlists.replace_items(library.id, uris)
    return holds(library, *uris)


async def replace_many_with_resume(library: Library) -> Check:
    """The deadline is too short to settle a write."""
    uris = library.tracks[10 : 11 + BATCH]
    client = library.client.with_options(deadline=0.75)
    try:
        await client.playlists.replace_items(library.id, uris)
    except PartialWriteError as error:
        await library.client.resume(error)
    return holds(library, *uris)


async def replace_twice(library: Library) -> Check:
    await library.client.playlists.replace_items(library.id, library.tracks[10:12])
    await library.client.playlists.replace_items(library.id, library.tracks[20:22])
    return holds(library, *library.tracks[20:22])


async def remove_and_add_again(library: Library) -> Check:
    removed = library.tracks[:2]
    await library.client.playlists.remove_items(library.id, uris=removed)
    try:
        await library.client.playlists.add_items(library.id, removed)
    except SpotifyError as error:
        if not error.may_have_been_executed:
            raise
        return holds_each_once(library)
    return holds(library, library.tracks[2], *removed)


async def remove_many_and_add_again(library: Library) -> Check:
    removed = [*library.tracks[50 : 50 + BATCH], *library.tracks[:2]]
    await library.client.playlists.remove_items(library.id, uris=removed)
    await library.client.playlists.add_items(library.id, library.tracks[:1], verify=True)
    return holds(library, library.tracks[2], library.tracks[0])


async def remove_by_position_and_replace(library: Library) -> Check:
    try:
        await library.client.playlists.remove_items(library.id, items=[{"uri": library.tracks[0], "positions": [0]}])
    except SpotifyError as error:
        if not error.may_have_been_executed:
            raise
    await library.client.playlists.replace_items(library.id, library.tracks[10:12])
    return holds(library, *library.tracks[10:12])


async def reorder_and_replace(library: Library) -> Check:
    try:
        await library.client.playlists.reorder_items(library.id, 0, 3)
    except SpotifyError as error:
        if not error.may_have_been_executed:
            raise
    await library.client.playlists.replace_items(library.id, library.tracks[10:12])
    return holds(library, *library.tracks[10:12])


async def save_and_remove(library: Library) -> Check:
    saved, removed = set(library.tracks[200:241]), set(library.tracks[200:220])
    await library.client.library.save_items(sorted(saved))
    await library.client.library.remove_items(sorted(removed))
    return lambda: library.saved & saved == saved - removed


async def remove_and_save(library: Library) -> Check:
    saved = set(library.tracks[200:241])
    await library.client.library.remove_items(sorted(saved))
    await library.client.library.save_items(sorted(saved))
    return lambda: library.saved >= saved


async def change_details_twice(library: Library) -> Check:
    await library.client.playlists.change_details(library.id, name="First")
    await library.client.playlists.change_details(library.id, name="Second")
    return lambda: library.playlist.name == "Second"


async def upload_two_covers(library: Library) -> Check:
    for image in (b"first", b"second"):
        await library.client.playlists.upload_cover_image(library.id, _JPEG + image)
    covers = library.late.sandbox._state.covers
    return lambda: covers[library.playlist.cover or ""] == _JPEG + b"second"


async def follow_and_unfollow(library: Library) -> Check:
    await library.client.playlists.unfollow(library.id)
    await library.client.playlists.follow(library.id)
    state, user = library.late.sandbox._state, library.late.sandbox.catalogue.default_user
    return lambda: library.id in state.library(user).playlists


#: The programs of several requests: every bulk write, and the pairs of them that do not commute.
BULK: Final[Sequence[Program]] = (
    add,
    add_verified,
    add_verified_in_the_middle,
    add_equal_items_verified,
    add_verified_with_resume,
    replace_many,
    replace_many_with_the_same_beginning,
    replace_many_with_resume,
    remove,
    remove_by_position,
    remove_many_and_add_again,
    save_and_remove,
    remove_and_save,
)
SINGLE: Final[Sequence[Program]] = (
    replace_twice,
    remove_and_add_again,
    remove_by_position_and_replace,
    reorder_and_replace,
    change_details_twice,
    upload_two_covers,
    follow_and_unfollow,
)


#: A step that no program reaches.
AFTER_THE_END: Final = 1_000


class Sweep:
    """Runs a program again and again, with other late executions each time.

    Attributes:
        runs: The number of runs.
        problems: The runs after which the sandbox's books differ from the reports: the late writes with their steps.
    """

    def __init__(self, program: Program, late: LateExecutions, client: AsyncSpotifyClient) -> None:
        self.runs = 0
        self.problems: list[str] = []
        self._program, self._late, self._client = program, late, client

    async def run(self, steps: Mapping[int, int | None], appearance: Appearance) -> None:
        """Run the program once.

        Args:
            steps: By the number of the write: the step before which it is executed, or None for never.
            appearance: What the client sees of these writes.
        """
        library = self.new_library()
        self._late.hold(steps, appearance)
        try:
            check = await self._program(library)
        except SpotifyError as error:
            problem: str | None = repr(error)
            await self._late.finish()
        else:
            await self._late.finish()
            problem = None if check() else "the playlist differs"
        self.runs += 1
        if problem is not None and not self._late.too_late:
            self.problems.append(f"{self._program.__name__} {dict(steps)} {appearance}: {problem}")

    async def run_each_step(
        self, appearance: Appearance, *, at_once: int, steps: Mapping[int, int | None] | None = None, first: int = 0
    ) -> None:
        """Execute each write at each time at which it matters, and never; and each set of several of them likewise.

        These times are before each request that follows it, and after the last one: during a sleep of the client it is
        the same as before the next request.

        Args:
            appearance: What the client sees.
            at_once: The largest number of writes that are late in a run.
            steps: The steps of earlier writes.
            first: The number of the first further write.
        """
        steps = steps or {}
        number = first
        while True:
            await self.run({**steps, number: None}, appearance)
            if number >= self._late.writes:  # the program sent no such write
                return
            held_at = self._late.holds[number].held_at
            later = [step for step in self._late.requests if step >= held_at]
            for step in (None, *later, AFTER_THE_END):
                further = {**steps, number: step}
                if step is not None:
                    await self.run(further, appearance)
                if len(further) < at_once:
                    await self.run_each_step(appearance, at_once=at_once, steps=further, first=number + 1)
            number += 1

    def new_library(self) -> Library:
        """Create a playlist with three tracks."""
        sandbox = self._late.sandbox
        user, tracks = sandbox.catalogue.default_user, sandbox.catalogue.tracks[:300]
        playlist = sandbox._state.create_playlist(user, "Late", description=None, public=True, collaborative=False)
        playlist.replace([PlaylistEntry(track, None, None) for track in tracks[:3]])
        return Library(client=self._client, playlist=playlist, tracks=[track.uri for track in tracks], late=self._late)


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Write the items of a playlist in requests of `BATCH` items."""
    for name in ("ADD_PLAYLIST_ITEMS", "REMOVE_PLAYLIST_ITEMS", "REORDER_OR_REPLACE_PLAYLIST_ITEMS"):
        operation: Operation = getattr(playlist_items, name)
        monkeypatch.setattr(playlist_items, name, replace(operation, max_ids=BATCH))


@pytest.fixture
def late() -> LateExecutions:
    """A sandbox without a socket, which is not checked against the contract: tests/services does that."""
    return LateExecutions()


@pytest.fixture
async def late_over_sockets() -> AsyncIterator[LateExecutions]:
    late = LateExecutionsOverSockets()
    async with late.sandbox:
        yield late


@pytest.mark.parametrize("program", [*SINGLE, *BULK], ids=lambda program: program.__name__)
async def test_a_write_executed_at_any_step_later_does_no_harm(program: Program, late: LateExecutions) -> None:
    async with late.client() as client:
        sweep = Sweep(program, late, client)

        await sweep.run_each_step("timeout", at_once=1)

    assert "\n".join(sweep.problems) == ""


@pytest.mark.slow
@pytest.mark.parametrize("program", BULK, ids=lambda program: program.__name__)
async def test_two_writes_executed_at_any_steps_later_do_no_harm(program: Program, late: LateExecutions) -> None:
    async with late.client() as client:
        sweep = Sweep(program, late, client)

        await sweep.run_each_step("timeout", at_once=2)

    assert "\n".join(sweep.problems) == ""


@pytest.mark.parametrize("appearance", ["timeout", "504", "reset"])
@pytest.mark.parametrize("program", [add_verified, replace_many], ids=lambda program: program.__name__)
async def test_over_sockets_a_late_write_does_no_harm_whatever_the_client_sees_of_it(
    program: Program, late_over_sockets: LateExecutions, appearance: Appearance
) -> None:
    late = late_over_sockets
    async with late.client() as client:
        sweep = Sweep(program, late, client)

        await sweep.run({0: None}, appearance)
        held_at = late.holds[0].held_at
        for step in (0, 1, 2, 5, AFTER_THE_END):
            await sweep.run({0: held_at + step}, appearance)

    assert "\n".join(sweep.problems) == ""


async def test_a_request_is_too_late_as_soon_as_the_client_settled_it(late: LateExecutions) -> None:
    # The sum of this time and the settle time is rounded down.
    late.clock.advance(math.nextafter(2.0**13 - SETTLE_TIME / 2, math.inf))
    async with late.client() as client:
        sweep = Sweep(add_verified, late, client)

        await sweep.run({0: 1_000}, "timeout")

    assert late.too_late
    assert sweep.problems == []


async def test_a_request_executed_later_than_any_is_expected_is_found_at_the_end(late: LateExecutions) -> None:
    async with late.client() as client:
        library = Sweep(replace_many_with_the_same_beginning, late, client).new_library()
        uris = library.tracks[10 : 11 + BATCH]
        await client.playlists.replace_items(library.id, uris[:BATCH])
        late.hold({0: None}, "timeout")
        await client.playlists.replace_items(library.id, uris)
        check = late.steps - 1
        await client.playlists.replace_items(library.id, uris[:BATCH])
        late.hold({0: check}, "timeout")

        with pytest.raises(PartialWriteError, match="does not hold what was written") as caught:
            await client.playlists.replace_items(library.id, uris)

    assert late.too_late
    assert (list(caught.value.applied), list(caught.value.unknown)) == ([], uris)
    assert caught.value.may_have_been_executed
    with pytest.raises(PartialWriteError) as again:
        await client.resume(caught.value)
    assert again.value is caught.value


async def test_another_process_waits_for_the_requests_of_the_one_that_stopped(late: LateExecutions) -> None:
    async with late.client() as client:
        library = Sweep(replace_many, late, client).new_library()
        uris = library.tracks[10 : 11 + BATCH]
        late.hold({0: None}, "timeout")
        with pytest.raises(PartialWriteError) as caught:
            await client.with_options(deadline=0.75).playlists.replace_items(library.id, uris)
    stopped = pickle.loads(pickle.dumps(caught.value))
    started = late.clock.monotonic()

    async with late.client() as other:
        await other.resume(stopped)

    assert (started, late.clock.monotonic()) == (0.75, SETTLE_TIME)
    assert library.items == list(uris)
