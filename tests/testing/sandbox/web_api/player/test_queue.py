"""The queue of the player."""

from __future__ import annotations

import pytest

from spotify.testing.sandbox import Catalogue, PlayerControl
from spotify.testing.sandbox.catalogue import Episode, Track
from tests.support.sandbox_http import Caller


async def test_the_queue_comes_before_the_context(call: Caller, player: PlayerControl, catalogue: Catalogue) -> None:
    album = catalogue.long_album
    queued: list[Track | Episode] = [catalogue.tracks[300], catalogue.episodes[0]]
    player.play(album.uri)

    for item in queued:
        assert (await call("POST", f"/me/player/queue?uri={item.uri}")).status == 204

    shown = (await call.get("/me/player/queue")).json
    assert shown["currently_playing"]["id"] == album.tracks[0].id
    assert [item["id"] for item in shown["queue"]] == [queued_item.id for queued_item in (*queued, *album.tracks[1:19])]
    await call("POST", "/me/player/next")
    assert player.item is queued[0]


@pytest.mark.parametrize(
    ("query", "status"),
    [("", 400), ("?uri=spotify:album:4iV5W9uYEdYUVa79Axb7Rh", 400), ("?uri=spotify:track:0000000000000000000000", 404)],
)
async def test_queueing_other_than_tracks_and_episodes_is_an_error(
    query: str, status: int, call: Caller, player: PlayerControl, catalogue: Catalogue
) -> None:
    player.play(catalogue.long_album.uri)

    assert (await call("POST", f"/me/player/queue{query}")).status == status
