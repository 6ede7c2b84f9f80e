"""The items of playlists: pages, their entries, and changes."""

from __future__ import annotations

from typing import Any

import pytest

from spotify.testing.sandbox import Catalogue
from spotify.testing.sandbox.catalogue import Episode, LocalFile
from tests.support.sandbox_http import Caller


class Editing:
    """A playlist with the first ten tracks of the catalogue, called `a` to `j`, and methods that change it."""

    def __init__(self, call: Caller, playlist_id: str, uris: dict[str, str]) -> None:
        self.call = call
        self.path = f"/playlists/{playlist_id}"
        self.uris = uris
        self._letters = {uri: letter for letter, uri in uris.items()}

    async def letters(self) -> str:
        page = (await self.call.get(f"{self.path}/items?limit=50")).json
        return "".join(self._letters[entry["item"]["uri"]] for entry in page["items"])

    async def snapshot(self) -> str:
        snapshot_id: str = (await self.call.get(f"{self.path}?fields=snapshot_id")).json["snapshot_id"]
        return snapshot_id

    async def __call__(self, method: str, body: object, subpath: str = "/items") -> Any:
        return await self.call(method, self.path + subpath, body=body)

    async def add(self, letters: str, **fields: object) -> Any:
        return await self("POST", {"uris": [self.uris[letter] for letter in letters], **fields})

    async def remove(self, letters: str, **fields: object) -> Any:
        return await self("DELETE", {"items": [{"uri": self.uris[letter]} for letter in letters], **fields})

    async def move(self, start: int, before: int, length: int | None = None, **fields: object) -> Any:
        body = {"range_start": start, "insert_before": before, **fields}
        return await self("PUT", body if length is None else {**body, "range_length": length})


@pytest.fixture
async def editing(call: Caller, catalogue: Catalogue) -> Editing:
    uris = {letter: track.uri for letter, track in zip("abcdefghij", catalogue.tracks, strict=False)}
    editing = Editing(call, catalogue.empty_playlist.id, uris)
    await editing.add("abcdefghij")
    return editing


async def test_a_big_playlist_is_paged_to_its_end(call: Caller, catalogue: Catalogue) -> None:
    path: str | None = (
        f"/playlists/{catalogue.big_playlist.id}/tracks?limit=100&offset=4000&fields=next,items(item.uri)"
    )
    uris: list[str] = []
    while path:
        page = (await call.get(path)).json
        uris += [entry["item"]["uri"] for entry in page["items"]]
        path = page["next"] and page["next"].removeprefix(call.sandbox.api_url)

    entries = catalogue.big_playlist.entries[4000:]
    assert uris == [entry.item.uri for entry in entries if entry.item]


async def test_tracks_has_larger_pages_than_items(call: Caller, catalogue: Catalogue) -> None:
    path = f"/playlists/{catalogue.big_playlist.id}"

    assert len((await call.get(f"{path}/items?limit=50")).json["items"]) == 50
    assert len((await call.get(f"{path}/tracks?limit=100")).json["items"]) == 100
    for subpath in ("items", "tracks"):
        assert (await call.get(f"{path}/{subpath}?limit=101")).message == "Invalid limit"


async def test_entries_have_nulls_and_local_files(call: Caller, catalogue: Catalogue) -> None:
    page = (await call.get(f"/playlists/{catalogue.mixed_playlist.id}/items?additional_types=episode")).json

    for entry, expected in zip(page["items"], catalogue.mixed_playlist.entries, strict=False):
        assert entry["item"] == entry["track"]
        assert entry["added_at"] == expected.added_at
        assert entry["is_local"] == isinstance(expected.item, LocalFile)
        match expected.item:
            case None:
                assert entry["item"] is None
            case LocalFile():
                assert (entry["item"]["id"], entry["item"]["album"]["uri"]) == (None, None)
                assert entry["item"]["uri"].startswith("spotify:local:")
                assert all(artist["uri"] is None for artist in entry["item"]["artists"])
            case item:
                assert entry["item"]["uri"] == item.uri
    assert {entry["added_by"] and entry["added_by"]["id"] for entry in page["items"]} == {
        None,
        "",
        catalogue.default_user.id,
    }


@pytest.mark.parametrize(
    ("query", "has_track_fields"),
    [("", True), ("?additional_types=track", True), ("?additional_types=track,episode", False)],
)
async def test_episodes_have_track_fields_unless_they_are_requested(
    call: Caller, catalogue: Catalogue, query: str, has_track_fields: bool
) -> None:
    index = next(i for i, e in enumerate(catalogue.mixed_playlist.entries) if isinstance(e.item, Episode))

    page = (await call.get(f"/playlists/{catalogue.mixed_playlist.id}/items{query}")).json

    item = page["items"][index]["item"]
    assert item["type"] == "episode"
    assert ("album" in item) == has_track_fields


async def test_items_are_added_at_the_end(editing: Editing) -> None:
    reply = await editing.add("ba")

    assert reply.status == 201
    assert await editing.letters() == "abcdefghijba"
    assert reply.json == {"snapshot_id": await editing.snapshot()}


async def test_items_are_added_at_a_position(editing: Editing) -> None:
    await editing.add("ji", position=2)

    assert await editing.letters() == "abjicdefghij"


async def test_the_query_takes_precedence_over_the_body(editing: Editing) -> None:
    await editing("POST", {"uris": [editing.uris["b"]], "position": 5}, f"/items?uris={editing.uris['j']}&position=0")

    assert await editing.letters() == "jabcdefghij"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "No uris provided."),
        ({"uris": []}, "No uris provided."),
        ({"uris": ["spotify:track:" + "0" * 22]}, "Payload contains a non-existing ID"),
        ({"uris": ["7a3LWj5xSFhFRYmztS8wgK"]}, "Invalid track uri: 7a3LWj5xSFhFRYmztS8wgK"),
        ({"uris": ["spotify:local:a:b:c:1"]}, "Invalid track uri: spotify:local:a:b:c:1"),
        ({"uris": ["spotify:track:" + "0" * 22] * 101}, "You can add a maximum of 100 tracks per request."),
    ],
)
async def test_adding_invalid_items_is_an_error_and_changes_nothing(
    editing: Editing, body: object, message: str
) -> None:
    before = await editing.snapshot()

    reply = await editing("POST", body)

    assert (reply.status, reply.message) == (400, message)
    assert await editing.snapshot() == before


@pytest.mark.parametrize("position", [-1, 11])
async def test_adding_at_an_invalid_position_is_an_error(editing: Editing, position: int) -> None:
    reply = await editing.add("a", position=position)

    assert (reply.status, reply.message) == (400, "Index out of bounds")


async def test_a_playlist_has_at_most_10000_items(call: Caller, catalogue: Catalogue) -> None:
    path = f"/playlists/{catalogue.big_playlist.id}/items"
    for _ in range(50):
        reply = await call("POST", path, body={"uris": [catalogue.tracks[0].uri] * 100})
        assert reply.status == 201

    reply = await call("POST", path, body={"uris": [catalogue.tracks[0].uri]})

    assert (reply.status, reply.message) == (403, "Playlist size limit reached")


async def test_all_items_are_replaced(editing: Editing) -> None:
    reply = await editing("PUT", {"uris": [editing.uris["c"], editing.uris["a"]]})

    assert reply.status == 200
    assert await editing.letters() == "ca"


@pytest.mark.parametrize(("body", "subpath"), [({"uris": []}, "/items"), (None, "/items?uris=")])
async def test_replacing_with_no_uris_removes_all_items(editing: Editing, body: object, subpath: str) -> None:
    await editing("PUT", body, subpath)

    assert await editing.letters() == ""


@pytest.mark.parametrize(
    ("start", "before", "length", "expected"),
    [
        (0, 10, None, "bcdefghija"),
        (9, 0, None, "jabcdefghi"),
        (0, 5, 2, "cdeabfghij"),
        (8, 0, 2, "ijabcdefgh"),
        (2, 2, 3, "abcdefghij"),
        (2, 4, 3, "abcdefghij"),
        (0, 10, 10, "abcdefghij"),
        (1, 7, 3, "aefgbcdhij"),
    ],
)
async def test_a_range_is_moved(editing: Editing, start: int, before: int, length: int | None, expected: str) -> None:
    reply = await editing.move(start, before, length)

    assert reply.status == 200
    assert await editing.letters() == expected


@pytest.mark.parametrize(("start", "before", "length"), [(10, 0, 1), (-1, 0, 1), (0, 11, 1), (5, 0, 6), (0, 1, 0)])
async def test_moving_an_invalid_range_is_an_error(editing: Editing, start: int, before: int, length: int) -> None:
    reply = await editing.move(start, before, length)

    assert (reply.status, reply.message) == (400, "Index out of bounds")


async def test_a_move_applies_to_its_snapshot(editing: Editing) -> None:
    snapshot_id = await editing.snapshot()
    await editing.remove("a")
    await editing.add("j", position=0)

    await editing.move(1, 4, 2, snapshot_id=snapshot_id)

    assert await editing.letters() == "jdbcefghij"


async def test_all_occurrences_are_removed(editing: Editing) -> None:
    await editing.add("aba")

    reply = await editing.remove("ac")

    assert reply.status == 200
    assert await editing.letters() == "bdefghijb"


async def test_removing_from_an_older_snapshot_keeps_later_items(editing: Editing) -> None:
    snapshot_id = await editing.snapshot()
    await editing.add("a")

    await editing.remove("a", snapshot_id=snapshot_id)

    assert await editing.letters() == "bcdefghija"


async def test_removing_a_missing_item_changes_nothing(editing: Editing, catalogue: Catalogue) -> None:
    before = await editing.snapshot()

    reply = await editing("DELETE", {"items": [{"uri": catalogue.tracks[-1].uri}]})

    assert reply.json == {"snapshot_id": before}


async def test_an_unknown_snapshot_is_an_error(editing: Editing) -> None:
    assert (await editing.remove("a", snapshot_id="unknown")).message == "Invalid snapshot_id"
    assert (await editing.move(0, 2, snapshot_id="unknown")).message == "Invalid snapshot_id"


async def test_items_and_tracks_have_different_fields_for_removing(editing: Editing) -> None:
    items = [{"uri": editing.uris["a"]}]

    assert (await editing("DELETE", {"tracks": items})).message == "Missing required field: items"
    assert (await editing("DELETE", {"items": items}, "/tracks")).message == "Missing required field: tracks"
    assert (await editing("DELETE", {"tracks": items}, "/tracks")).status == 200
    assert await editing.letters() == "bcdefghij"


async def test_removing_more_than_100_items_is_an_error(editing: Editing) -> None:
    reply = await editing("DELETE", {"items": [{"uri": editing.uris["a"]}] * 101})

    assert (reply.status, reply.message) == (400, "You can remove a maximum of 100 tracks per request.")


async def test_neither_uris_nor_a_range_is_an_error(editing: Editing) -> None:
    assert (await editing("PUT", {"range_start": 1})).status == 400


async def test_true_is_not_an_integer(editing: Editing) -> None:
    reply = await editing("POST", {"uris": [editing.uris["a"]], "position": True})

    assert (reply.status, reply.message) == (400, "Invalid value for field: position")
