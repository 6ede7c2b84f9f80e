"""Executors for tests of services and bulk engines, without HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast, get_origin

from spotify.interfaces.executor import Call
from spotify.models import PartialPlaylist, PlaylistItem, PlaylistItemPage, PlaylistSnapshot, Track
from spotify.operations.playlists import GET_PLAYLIST

T = TypeVar("T")


class ScriptedExecutor:
    """`RequestExecutor` that succeeds, except for the calls with a given error.

    The result of call number n, from 0, is True for every id, or the snapshot id `snapshot-n`.

    Attributes:
        calls: All calls so far.
    """

    def __init__(self, failures: Mapping[int, Exception] | None = None) -> None:
        self.calls: list[Call[Any]] = []
        self._failures = failures or {}

    async def execute(self, call: Call[T], /) -> T:
        number = len(self.calls)
        self.calls.append(call)
        if number in self._failures:
            raise self._failures[number]
        result = cast("T", self.result_of(call, number))
        if call.check is not None:
            call.check(result)
        return result

    async def close(self) -> None:
        """Nothing to close."""

    def result_of(self, call: Call[Any], number: int) -> object:
        if call.into is PlaylistSnapshot:
            return PlaylistSnapshot(snapshot_id=f"snapshot-{number}")
        if get_origin(call.into) is list:
            ids = call.arguments.get("uris") or call.arguments.get("ids")
            return [True for _ in str(ids).split(",")]
        return None

    @property
    def operations(self) -> list[str]:
        return [call.operation.id for call in self.calls]

    @property
    def bodies(self) -> list[Any]:
        return [call.json for call in self.calls]


class InMemoryPlaylist(ScriptedExecutor):
    """`RequestExecutor` over one playlist of tracks, by the rules that Spotify documents.

    A change may name the snapshot that it refers to; its positions are those of that snapshot.

    Attributes:
        entries: The entries: URIs, each with a number that distinguishes equal ones.
        snapshot_id: The current version.
    """

    def __init__(self, uris: list[str], failures: Mapping[int, Exception] | None = None) -> None:
        super().__init__(failures)
        self._created = 0
        self.entries = self._entries_of(uris)
        self.snapshot_id = "start"
        self._snapshots = {self.snapshot_id: self.entries}

    @property
    def uris(self) -> list[str]:
        return [uri for uri, _ in self.entries]

    def result_of(self, call: Call[Any], number: int) -> object:
        match call.operation.method:
            case "GET":
                return self._read(call)
            case "DELETE":
                self._remove(call.json)
            case "PUT":
                self.entries = self._entries_of(call.json["uris"])
            case _:
                position = call.json.get("position", len(self.entries))
                added = self._entries_of(call.json["uris"])
                self.entries = [*self.entries[:position], *added, *self.entries[position:]]
        self.snapshot_id = f"snapshot-{number}"
        self._snapshots[self.snapshot_id] = self.entries
        return super().result_of(call, number)

    def _read(self, call: Call[Any]) -> object:
        if call.operation is GET_PLAYLIST:
            items = PlaylistItemPage(items=[], total=len(self.entries))
            return PartialPlaylist(snapshot_id=self.snapshot_id, items=items)
        offset, limit = cast("int", call.arguments["offset"]), cast("int", call.arguments["limit"])
        tracks = [Track(type="track", id=uri[-22:], uri=uri) for uri in self.uris[offset : offset + limit]]
        return PlaylistItemPage(items=[PlaylistItem(item=track) for track in tracks])

    def _remove(self, body: dict[str, Any]) -> None:
        assert len(body["items"]) <= 100
        snapshot = self._snapshots[body["snapshot_id"]] if "snapshot_id" in body else self.entries
        uris = {item["uri"] for item in body["items"] if "positions" not in item}
        removed = {entry for entry in snapshot if entry[0] in uris}
        for item in body["items"]:
            at_positions = [snapshot[position] for position in item.get("positions", [])]
            assert all(uri == item["uri"] for uri, _ in at_positions), "Spotify refuses an item at another position"
            removed.update(at_positions)
        self.entries = [entry for entry in self.entries if entry not in removed]

    def _entries_of(self, uris: list[str]) -> list[tuple[str, int]]:
        self._created += len(uris)
        return [(uri, self._created - number) for number, uri in enumerate(uris)]


def track_uris(count: int) -> list[str]:
    """Return `count` different URIs of tracks."""
    return [f"spotify:track:{number:022}" for number in range(count)]
