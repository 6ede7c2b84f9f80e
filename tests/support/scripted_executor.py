"""A stand-in for the executor: services speak to it in operations, without HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast, get_origin

from spotify.interfaces.executor import Call
from spotify.models import PlaylistSnapshot

T = TypeVar("T")


class ScriptedExecutor:
    """`RequestExecutor` that grants every call, but for those that are to fail.

    The answer to the call with the number n, from 0, is true for every id, or the snapshot `snapshot-n`.

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
        return cast("T", self.answer(call, number))

    async def close(self) -> None:
        """Nothing to close."""

    def answer(self, call: Call[Any], number: int) -> object:
        if call.into is PlaylistSnapshot:
            return PlaylistSnapshot(snapshot_id=f"snapshot-{number}")
        if get_origin(call.into) is list:
            given = call.arguments.get("uris") or call.arguments.get("ids")
            return [True for _ in str(given).split(",")]
        return None

    @property
    def operations(self) -> list[str]:
        return [call.operation.id for call in self.calls]

    @property
    def bodies(self) -> list[Any]:
        return [call.json for call in self.calls]


class PlaylistOnPaper(ScriptedExecutor):
    """`RequestExecutor` that carries out what is written to one playlist, by the rules that Spotify documents.

    A change may name the version that it is planned on; it then means the entries that stood there.

    Attributes:
        entries: What the playlist holds: URIs, each with a number that tells equal ones apart.
    """

    def __init__(self, uris: list[str], failures: Mapping[int, Exception] | None = None) -> None:
        super().__init__(failures)
        self._made = 0
        self.entries = self._entries(uris)
        self._versions = {"start": self.entries}

    @property
    def uris(self) -> list[str]:
        return [uri for uri, _ in self.entries]

    def answer(self, call: Call[Any], number: int) -> object:
        body = cast("dict[str, Any]", call.json)
        planned = self._versions[body["snapshot_id"]] if "snapshot_id" in body else self.entries
        if call.operation.method == "DELETE":
            assert len(body["items"]) <= 100
            gone = {entry for item in body["items"] for entry in self._meant(planned, item)}
            self.entries = [entry for entry in self.entries if entry not in gone]
        else:
            assert len(body["uris"]) <= 100
            place = body.get("position", len(self.entries))
            kept = [] if call.operation.method == "PUT" else self.entries
            self.entries = [*kept[:place], *self._entries(body["uris"]), *kept[place:]]
        self._versions[f"snapshot-{number}"] = self.entries
        return super().answer(call, number)

    def _entries(self, uris: list[str]) -> list[tuple[str, int]]:
        self._made += len(uris)
        return [(uri, self._made - number) for number, uri in enumerate(uris)]

    @staticmethod
    def _meant(planned: list[tuple[str, int]], item: dict[str, Any]) -> list[tuple[str, int]]:
        if "positions" not in item:
            return [entry for entry in planned if entry[0] == item["uri"]]
        meant = [planned[position] for position in item["positions"]]
        assert all(uri == item["uri"] for uri, _ in meant), "Spotify refuses an item that does not stand there"
        return meant


def track_uris(count: int) -> list[str]:
    """Return so many URIs of tracks, all different."""
    return [f"spotify:track:{number:022}" for number in range(count)]
