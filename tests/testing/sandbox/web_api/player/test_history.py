"""The recently played tracks."""

from __future__ import annotations

from typing import Any

from spotify.testing import FakeClock
from spotify.testing.sandbox import Catalogue, PlayerControl
from tests.support.sandbox_http import Caller


async def test_the_history_responds_403_without_the_scope(call: Caller) -> None:
    refused = await call.acting(scopes=())("GET", "/me/player/recently-played")

    assert (refused.status, refused.message) == (403, "Insufficient client scope")
    assert (await call.acting(scopes=("user-read-recently-played",)).get("/me/player/recently-played")).status == 200


async def test_the_history_is_paged_back_in_time(call: Caller, player: PlayerControl) -> None:
    path, entries = "/me/player/recently-played?limit=20", list[Any]()

    while path:
        page = (await call.get(path)).json
        entries += page["items"]
        path = (page["next"] or "").removeprefix(call.sandbox.api_url)

    assert [entry["track"]["id"] for entry in entries] == [played.track.id for played in player.history]
    assert len(entries) == 50
    assert page["cursors"] == {"after": str(player.history[40].at_ms), "before": str(player.history[49].at_ms)}
    assert {entry["context"] and entry["context"]["type"] for entry in entries} == {None, "album", "playlist"}


async def test_the_history_is_paged_forward_from_a_timestamp(call: Caller, player: PlayerControl) -> None:
    timestamp = player.history[10].at_ms

    page = (await call.get(f"/me/player/recently-played?limit=6&after={timestamp}")).json
    rest = (await call.get(page["next"].removeprefix(call.sandbox.api_url))).json

    expected = [played.track.id for played in player.history[:10]]
    assert [item["track"]["id"] for item in rest["items"] + page["items"]] == expected
    assert rest["next"] is None


async def test_a_page_before_the_history_is_empty(call: Caller) -> None:
    page = (await call.get("/me/player/recently-played?before=1")).json

    assert (page["items"], page["next"], page["cursors"]) == ([], None, None)


async def test_both_cursors_are_an_error(call: Caller) -> None:
    assert (await call.get("/me/player/recently-played?before=1&after=1")).status == 400


async def test_a_played_track_is_added_to_the_history(
    call: Caller, player: PlayerControl, catalogue: Catalogue, clock: FakeClock
) -> None:
    player.play(catalogue.long_album.uri)
    clock.advance(31)
    await call("POST", "/me/player/next")

    newest = (await call.get("/me/player/recently-played?limit=1")).json["items"][0]

    assert newest["track"]["id"] == catalogue.long_album.tracks[0].id
    assert newest["context"]["uri"] == catalogue.long_album.uri
    assert newest["played_at"] == "2027-01-15T08:00:31.000Z"
