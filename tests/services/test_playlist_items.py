"""Adding, removing, replacing and moving the items of playlists."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spotify.client import AsyncSpotifyClient
from spotify.errors import BadRequestError, ForbiddenError, PartialWriteError, SpotifyError, TransportError
from spotify.services.playlists import PlaylistsService
from spotify.testing import SpotifySandbox
from tests.support.scripted_executor import InMemoryPlaylist, ScriptedExecutor, track_uris

PLAYLIST = "0" * 22
ALBUM = "spotify:album:" + "0" * 22
LOCAL = "spotify:local:Artist::Take+1:61"

Write = Callable[[PlaylistsService], Coroutine[Any, Any, str]]

for_each_write = pytest.mark.parametrize(
    "write",
    [
        lambda playlists: playlists.add_items(PLAYLIST, track_uris(250)),
        lambda playlists: playlists.remove_items(PLAYLIST, uris=track_uris(250)),
        lambda playlists: playlists.remove_items(PLAYLIST, items=[{"uri": uri} for uri in track_uris(250)]),
        lambda playlists: playlists.replace_items(PLAYLIST, track_uris(250)),
    ],
    ids=["add_items", "remove_items by uris", "remove_items by items", "replace_items"],
)


def refused() -> SpotifyError:
    error = ForbiddenError("You cannot add tracks to a playlist you don't own.", status_code=403)
    error.may_have_been_executed = False
    return error


def lost_response() -> SpotifyError:
    return TransportError("the connection broke", sent=True)


async def uris_in(client: AsyncSpotifyClient, playlist: str) -> list[str | None]:
    """Return the URIs of the items of a playlist."""
    return [entry.item.uri if entry.item else None async for entry in client.playlists.get_items(playlist, limit=50)]


async def new_playlist(client: AsyncSpotifyClient, uris: list[str]) -> str:
    playlist = await client.playlists.create("Test")
    if uris:
        await client.playlists.add_items(playlist.id, uris)
    return playlist.id


def tracks(sandbox: SpotifySandbox, count: int) -> list[str]:
    return [track.uri for track in sandbox.catalogue.tracks[:count]]


def writes(sandbox: SpotifySandbox) -> int:
    return sum(exchange.method != "GET" for exchange in sandbox.requests)


@pytest.mark.parametrize("count", [100, 101])
async def test_items_are_added_at_the_end_in_order(
    count: int, client: AsyncSpotifyClient, sandbox: SpotifySandbox
) -> None:
    first, *added = tracks(sandbox, count + 1)
    playlist = await new_playlist(client, [first])
    before = writes(sandbox)

    await client.playlists.add_items(playlist, added)

    assert await uris_in(client, playlist) == [first, *added]
    assert writes(sandbox) - before == -(-count // 100)


async def test_items_are_added_at_a_position_in_order(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    first, last, *added = tracks(sandbox, 103)
    playlist = await new_playlist(client, [first, last])

    await client.playlists.add_items(playlist, added, position=1)

    assert await uris_in(client, playlist) == [first, *added, last]


async def test_position_0_is_the_beginning(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    one, other = tracks(sandbox, 2)
    playlist = await new_playlist(client, [one])

    await client.playlists.add_items(playlist, [other], 0)

    assert await uris_in(client, playlist) == [other, one]


async def test_an_episode_a_url_and_any_iterable_can_be_added(
    client: AsyncSpotifyClient, sandbox: SpotifySandbox
) -> None:
    track, episode = sandbox.catalogue.tracks[0], sandbox.catalogue.episodes[0]
    playlist = await new_playlist(client, [])

    await client.playlists.add_items(
        f"spotify:playlist:{playlist}", iter([episode.uri, f"https://open.spotify.com/track/{track.id}?si=1"])
    )

    assert await uris_in(client, playlist) == [episode.uri, track.uri]


async def test_repeated_items_are_added_repeatedly(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    (uri,) = tracks(sandbox, 1)
    playlist = await new_playlist(client, [])

    await client.playlists.add_items(playlist, [uri, uri])

    assert await uris_in(client, playlist) == [uri, uri]


async def test_adding_to_another_users_playlist_is_forbidden(
    client: AsyncSpotifyClient, sandbox: SpotifySandbox
) -> None:
    with pytest.raises(ForbiddenError):
        await client.playlists.add_items(sandbox.catalogue.foreign_playlist.id, tracks(sandbox, 250))

    assert len(sandbox.requests) == 1


@given(
    old=st.integers(0, 5).map(track_uris),
    count=st.integers(1, 450),
    position=st.none() | st.integers(0, 5),
)
async def test_several_requests_insert_items_as_one_would(old: list[str], count: int, position: int | None) -> None:
    added = [f"spotify:episode:{number:022}" for number in range(count)]
    start = len(old) if position is None else min(position, len(old))
    playlist = InMemoryPlaylist(old)

    await PlaylistsService(playlist).add_items(PLAYLIST, added, None if position is None else start)

    assert playlist.uris == [*old[:start], *added, *old[start:]]
    assert len(playlist.calls) == -(-count // 100)


@pytest.mark.parametrize("count", [100, 101])
async def test_all_occurrences_of_an_item_are_removed(
    count: int, client: AsyncSpotifyClient, sandbox: SpotifySandbox
) -> None:
    kept, *removed = tracks(sandbox, count + 1)
    playlist = await new_playlist(client, [*removed, kept, removed[0]])
    before = writes(sandbox)

    await client.playlists.remove_items(playlist, uris=removed)

    assert await uris_in(client, playlist) == [kept]
    assert writes(sandbox) - before == -(-count // 100)


async def test_a_repeated_item_is_sent_once() -> None:
    executor = ScriptedExecutor()
    one, other = track_uris(2)

    await PlaylistsService(executor).remove_items(PLAYLIST, uris=[one, other, one])

    assert executor.bodies == [{"items": [{"uri": one}, {"uri": other}]}]


async def test_items_can_be_removed_by_mappings(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    one, other = tracks(sandbox, 2)
    playlist = await new_playlist(client, [one, other])

    await client.playlists.remove_items(playlist, items=({"uri": uri} for uri in [one]))

    assert await uris_in(client, playlist) == [other]


async def test_items_added_after_the_snapshot_are_kept(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    uris = tracks(sandbox, 101)
    playlist = await new_playlist(client, uris)
    snapshot_id = (await client.playlists.get(playlist)).snapshot_id
    await client.playlists.add_items(playlist, [uris[0], uris[-1]])

    await client.playlists.remove_items(playlist, uris=uris, snapshot_id=snapshot_id)

    assert await uris_in(client, playlist) == [uris[0], uris[-1]]


async def test_positions_are_sent_with_their_item() -> None:
    executor = ScriptedExecutor()
    (uri,) = track_uris(1)

    await PlaylistsService(executor).remove_items(PLAYLIST, items=[{"uri": uri, "positions": [2]}], snapshot_id="v1")

    assert executor.bodies == [{"items": [{"uri": uri, "positions": [2]}], "snapshot_id": "v1"}]


async def test_each_request_has_the_snapshot_of_the_previous_one() -> None:
    executor = ScriptedExecutor()

    await PlaylistsService(executor).remove_items(PLAYLIST, uris=track_uris(250))

    assert [body.get("snapshot_id") for body in executor.bodies] == [None, "snapshot-0", "snapshot-1"]


async def test_with_a_snapshot_each_request_has_that_snapshot() -> None:
    executor = ScriptedExecutor()

    await PlaylistsService(executor).remove_items(PLAYLIST, uris=track_uris(250), snapshot_id="v1")

    assert [body["snapshot_id"] for body in executor.bodies] == ["v1", "v1", "v1"]


@pytest.mark.parametrize("count", [0, 100, 101])
async def test_items_are_replaced_in_order(count: int, client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    old, *new = tracks(sandbox, count + 1)
    playlist = await new_playlist(client, [old])
    before = writes(sandbox)

    await client.playlists.replace_items(playlist, new)

    assert await uris_in(client, playlist) == new
    assert writes(sandbox) - before == max(1, -(-count // 100))


async def test_an_exhausted_iterator_empties_the_playlist(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    playlist = await new_playlist(client, tracks(sandbox, 3))

    await client.playlists.replace_items(playlist, iter(()))

    assert await uris_in(client, playlist) == []


@given(count=st.integers(0, 450))
async def test_several_requests_replace_items_as_one_would(count: int) -> None:
    playlist = InMemoryPlaylist(["spotify:episode:" + "1" * 22])

    await PlaylistsService(playlist).replace_items(PLAYLIST, track_uris(count))

    assert playlist.uris == track_uris(count)


async def test_a_partial_replacement_names_the_applied_items() -> None:
    playlist = InMemoryPlaylist(["spotify:episode:" + "1" * 22], {1: refused()})

    with pytest.raises(PartialWriteError) as caught:
        await PlaylistsService(playlist).replace_items(PLAYLIST, track_uris(250))

    assert list(caught.value.applied) == playlist.uris == track_uris(100)
    assert caught.value.operation == "add-items-to-playlist"


async def test_an_item_is_moved(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    a, b, c = tracks(sandbox, 3)
    playlist = await new_playlist(client, [a, b, c])

    await client.playlists.reorder_items(playlist, 0, 3)

    assert await uris_in(client, playlist) == [b, c, a]


async def test_several_items_are_moved(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    a, b, c, d = tracks(sandbox, 4)
    playlist = await new_playlist(client, [a, b, c, d])

    await client.playlists.reorder_items(playlist, range_start=2, insert_before=0, range_length=2)

    assert await uris_in(client, playlist) == [c, d, a, b]


async def test_positions_are_those_of_the_snapshot(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    a, b, c = tracks(sandbox, 3)
    playlist = await new_playlist(client, [a, b])
    snapshot_id = (await client.playlists.get(playlist)).snapshot_id
    await client.playlists.add_items(playlist, [c], 0)

    await client.playlists.reorder_items(playlist, 0, 2, snapshot_id=snapshot_id)

    assert await uris_in(client, playlist) == [c, b, a]


async def test_positions_beyond_the_end_are_refused_by_spotify(
    client: AsyncSpotifyClient, sandbox: SpotifySandbox
) -> None:
    playlist = await new_playlist(client, tracks(sandbox, 2))

    with pytest.raises(BadRequestError):
        await client.playlists.reorder_items(playlist, 2, 0)


async def test_reorder_or_replace_items_replaces(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    old, *new = tracks(sandbox, 101)
    playlist = await new_playlist(client, [old])

    await client.playlists.reorder_or_replace_items(playlist, uris=new)

    assert await uris_in(client, playlist) == new


async def test_reorder_or_replace_items_empties(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    playlist = await new_playlist(client, tracks(sandbox, 2))

    await client.playlists.reorder_or_replace_items(playlist, uris=[])

    assert await uris_in(client, playlist) == []


async def test_reorder_or_replace_items_moves(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    a, b, c = tracks(sandbox, 3)
    playlist = await new_playlist(client, [a, b, c])

    await client.playlists.reorder_or_replace_items(playlist, range_start=1, insert_before=0, range_length=2)

    assert await uris_in(client, playlist) == [b, c, a]


async def test_reordering_sends_the_given_arguments_only() -> None:
    executor = ScriptedExecutor()
    playlists = PlaylistsService(executor)

    await playlists.reorder_items(PLAYLIST, 4, 0)
    await playlists.reorder_or_replace_items(PLAYLIST, range_start=4, insert_before=0, range_length=2, snapshot_id="v1")

    assert executor.bodies == [
        {"range_start": 4, "insert_before": 0},
        {"range_start": 4, "insert_before": 0, "range_length": 2, "snapshot_id": "v1"},
    ]


async def test_each_write_returns_its_snapshot(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    uris = tracks(sandbox, 101)
    playlist = await new_playlist(client, [])
    playlists = client.playlists

    for write in (
        lambda: playlists.add_items(playlist, uris),
        lambda: playlists.replace_items(playlist, uris),
        lambda: playlists.reorder_items(playlist, 0, 2),
        lambda: playlists.reorder_or_replace_items(playlist, uris=uris[:3]),
        lambda: playlists.remove_items(playlist, uris=uris),
    ):
        assert await write() == (await playlists.get(playlist, fields="snapshot_id")).snapshot_id


@for_each_write
async def test_a_partial_write_names_the_applied_items(write: Write) -> None:
    cause = lost_response()

    with pytest.raises(PartialWriteError) as caught:
        await write(PlaylistsService(ScriptedExecutor({1: cause})))

    error, uris = caught.value, track_uris(250)
    assert [list(error.applied), list(error.unknown), list(error.not_applied)] == [
        uris[:100],
        uris[100:200],
        uris[200:],
    ]
    assert error.snapshot_id == "snapshot-0"
    assert error.__cause__ is cause


@for_each_write
async def test_a_write_refused_after_some_requests_has_no_unknown_items(write: Write) -> None:
    with pytest.raises(PartialWriteError) as caught:
        await write(PlaylistsService(ScriptedExecutor({2: refused()})))

    error, uris = caught.value, track_uris(250)
    assert [list(error.applied), list(error.unknown), list(error.not_applied)] == [uris[:200], [], uris[200:]]
    assert error.snapshot_id == "snapshot-1"


@for_each_write
async def test_a_write_refused_at_once_raises_its_error(write: Write) -> None:
    executor = ScriptedExecutor({0: refused()})

    with pytest.raises(ForbiddenError):
        await write(PlaylistsService(executor))

    assert len(executor.calls) == 1


@pytest.mark.parametrize(
    ("write", "message"),
    [
        (lambda p: p.add_items("spotify:album:" + PLAYLIST, track_uris(1)), "expected a playlist"),
        (lambda p: p.add_items(PLAYLIST, []), "at least one"),
        (lambda p: p.add_items(PLAYLIST, [*track_uris(1), ALBUM]), r"\[1\]: .* is an album"),
        (lambda p: p.add_items(PLAYLIST, [LOCAL]), "is a local"),
        (lambda p: p.add_items(PLAYLIST, ["0" * 22]), "does not name a kind"),
        (lambda p: p.add_items(PLAYLIST, track_uris(1), -1), "position must be 0 or more, not -1"),
        (lambda p: p.remove_items(ALBUM, uris=track_uris(1)), "expected a playlist"),
        (lambda p: p.remove_items(PLAYLIST), "either uris or items: there are none"),
        (lambda p: p.remove_items(PLAYLIST, uris=[], items=[]), "either uris or items: there are both"),
        (lambda p: p.remove_items(PLAYLIST, uris=[]), "at least one"),
        (
            lambda p: p.remove_items(PLAYLIST, uris=[LOCAL]),
            "is a local file, which the Web API neither adds nor removes",
        ),
        (lambda p: p.remove_items(PLAYLIST, items=[]), "at least one"),
        (lambda p: p.remove_items(PLAYLIST, uris=[ALBUM]), "is an album"),
        (lambda p: p.remove_items(PLAYLIST, uris=track_uris(1), snapshot_id=""), "snapshot_id must not be empty"),
        (lambda p: p.replace_items(ALBUM, []), "expected a playlist"),
        (lambda p: p.replace_items(PLAYLIST, [ALBUM]), "is an album"),
        (lambda p: p.reorder_items(ALBUM, 0, 1), "expected a playlist"),
        (lambda p: p.reorder_items(PLAYLIST, -1, 1), "range_start must be 0 or more"),
        (lambda p: p.reorder_items(PLAYLIST, 0, -1), "insert_before must be 0 or more"),
        (lambda p: p.reorder_items(PLAYLIST, 0, 1, 0), "range_length must be 1 or more"),
        (lambda p: p.reorder_items(PLAYLIST, 0, 1, snapshot_id=" "), "snapshot_id must not be empty"),
        (lambda p: p.reorder_or_replace_items(PLAYLIST), "pass either uris"),
        (lambda p: p.reorder_or_replace_items(PLAYLIST, range_start=0), "pass either uris"),
        (lambda p: p.reorder_or_replace_items(PLAYLIST, insert_before=0), "pass either uris"),
        (lambda p: p.reorder_or_replace_items(PLAYLIST, uris=[], range_start=0), "not both"),
        (lambda p: p.reorder_or_replace_items(PLAYLIST, uris=[], snapshot_id="v1"), "not both"),
        (lambda p: p.reorder_or_replace_items(PLAYLIST, uris=track_uris(101)), "at most 100, not 101; replace_items"),
        (lambda p: p.reorder_or_replace_items(ALBUM, uris=[]), "expected a playlist"),
    ],
)
async def test_invalid_values_raise_before_a_request(write: Write, message: str) -> None:
    executor = ScriptedExecutor()

    with pytest.raises(ValueError, match=message):
        await write(PlaylistsService(executor))

    assert executor.calls == []


@pytest.mark.parametrize(
    ("write", "message"),
    [
        (lambda p: p.add_items(PLAYLIST, track_uris(1)[0]), "not one str"),
        (lambda p: p.add_items(PLAYLIST, track_uris(1), True), "position must be an integer"),
        (lambda p: p.replace_items(PLAYLIST, track_uris(1)[0]), "uris must be several strings"),
        (lambda p: p.replace_items(PLAYLIST, None), "not NoneType"),
        (lambda p: p.remove_items(PLAYLIST, uris=track_uris(1), snapshot_id=7), "snapshot_id must be a str"),
        (lambda p: p.reorder_items(PLAYLIST, "0", 1), "range_start must be an integer"),
    ],
)
async def test_invalid_types_raise_before_a_request(write: Write, message: str) -> None:
    executor = ScriptedExecutor()

    with pytest.raises(TypeError, match=message):
        await write(PlaylistsService(executor))

    assert executor.calls == []
