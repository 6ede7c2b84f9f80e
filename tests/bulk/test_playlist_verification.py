"""The verification of additions without a response, by reading the playlist."""

from __future__ import annotations

import json
from typing import TypeVar

import pytest

from spotify.bulk.playlist_verification import Outcome, PlaylistState, PlaylistVerifier
from spotify.errors import DecodeError
from spotify.impl.serialization import MsgspecSerializer
from spotify.interfaces.executor import Call

T = TypeVar("T")

ADDED, OTHER = (f"spotify:track:{letter * 22}" for letter in "ab")
BEFORE = PlaylistState(playlist_id="p" * 22, snapshot_id="before", total=5, position=None)


def track(uri: str, **more: object) -> dict[str, object]:
    return {"type": "track", "id": uri[-22:], "uri": uri, "name": "A song", **more}


async def settled() -> bool:
    return False


class StaticPlaylist:
    """`RequestExecutor` of one playlist, which records for each call whether it bypasses caches."""

    def __init__(self, *, snapshot_id: str, total: int | None, items: list[dict[str, object]]) -> None:
        self._playlist = {"snapshot_id": snapshot_id, "items": {} if total is None else {"total": total}}
        self.page = {"items": [{"item": item} for item in items]}
        self.fresh: list[bool] = []

    async def execute(self, call: Call[T], /) -> T:
        self.fresh.append(call.fresh)
        body = self.page if call.operation.path.endswith("/items") else self._playlist
        return MsgspecSerializer().decode(json.dumps(body).encode(), call.into)

    async def close(self) -> None: ...


RELINKED = track(OTHER, linked_from={"type": "track", "id": ADDED[-22:], "uri": ADDED})


@pytest.mark.parametrize(
    ("snapshot_id", "total", "items", "outcome"),
    [
        ("after", 6, [track(ADDED)], "applied"),
        ("after", 6, [RELINKED], "applied"),
        ("before", 5, [], "not_applied"),
        ("before", 5, [track(ADDED)], "not_applied"),
        ("after", 6, [track(OTHER)], "unknown"),
        ("after", 5, [], "unknown"),
        ("after", 5, [track(ADDED)], "unknown"),
        ("after", 7, [track(ADDED)], "unknown"),
        ("after", 6, [], "unknown"),
        ("before", None, [], "unknown"),
    ],
)
async def test_the_outcome_is_known_only_if_no_other_client_changed_the_playlist(
    snapshot_id: str, total: int | None, items: list[dict[str, object]], outcome: Outcome
) -> None:
    executor = StaticPlaylist(snapshot_id=snapshot_id, total=total, items=items)
    assert await PlaylistVerifier(executor, BEFORE).outcome([ADDED], settled) == outcome
    assert all(executor.fresh)


async def test_a_playlist_without_a_total_raises_before_anything_is_added() -> None:
    executor = StaticPlaylist(snapshot_id="before", total=None, items=[])
    with pytest.raises(DecodeError, match="how many items") as caught:
        await PlaylistVerifier.begin(executor, BEFORE.playlist_id, None)
    assert caught.value.may_have_been_executed is False


async def test_items_that_cannot_be_read_do_not_mean_that_the_playlist_lacks_them() -> None:
    executor = StaticPlaylist(snapshot_id="after", total=6, items=[])
    executor.page = {"items": "damaged", "next": None}
    with pytest.raises(DecodeError, match="could not be read"):
        await PlaylistVerifier(executor, BEFORE).holds([ADDED], 0)
