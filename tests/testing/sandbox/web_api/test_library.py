"""The library: items of one kind, and items of any kind by URI."""

from __future__ import annotations

import aiohttp
import pytest

from spotify.testing import SpotifySandbox
from spotify.testing.sandbox import Catalogue
from tests.support.sandbox_http import Caller
from tests.testing.sandbox.conftest import NOW

UNKNOWN = "0" * 22
KINDS = ["album", "track", "episode", "show", "audiobook"]


def unsaved(catalogue: Catalogue, kind: str) -> str:
    """Return the id of an item that the default user has not saved."""
    entities = {
        "album": catalogue.albums,
        "track": catalogue.tracks,
        "episode": catalogue.episodes,
        "show": catalogue.shows,
        "audiobook": catalogue.audiobooks,
    }
    entity_id: str = entities[kind][1].id  # type: ignore[index]
    return entity_id


@pytest.mark.parametrize("kind", KINDS)
async def test_a_saved_item_is_listed_first_until_it_is_removed(unchecked_call: Caller, kind: str) -> None:
    call = unchecked_call
    item = unsaved(call.sandbox.catalogue, kind)
    before = (await call.get(f"/me/{kind}s")).json["total"]

    await call("PUT", f"/me/{kind}s?ids={item}")
    saved = (await call.get(f"/me/{kind}s")).json
    assert saved["total"] == before + 1
    assert saved["items"][0][kind]["id"] == item
    assert saved["items"][0]["added_at"] == "2026-02-02T02:40:00Z"
    assert (await call.get(f"/me/{kind}s/contains?ids={item}")).json == [True]

    await call("DELETE", f"/me/{kind}s?ids={item}")
    assert (await call.get(f"/me/{kind}s")).json["total"] == before
    assert (await call.get(f"/me/{kind}s/contains?ids={item}")).json == [False]


async def test_each_user_has_a_library(call: Caller, catalogue: Catalogue) -> None:
    other = call.acting(user=catalogue.users[4].id)

    assert (await other.get("/me/tracks")).json["items"] == []
    assert (await call.get("/me/tracks")).json["total"] > 200


@pytest.mark.parametrize("raw", [b'["%s"]', b'{"ids": ["%s"]}'])
async def test_ids_can_be_sent_in_the_body(unchecked_call: Caller, raw: bytes) -> None:
    call = unchecked_call
    item = unsaved(call.sandbox.catalogue, "track")

    assert (await call("PUT", "/me/tracks", raw=raw % item.encode())).status == 200
    assert (await call.get(f"/me/tracks/contains?ids={item}")).json == [True]
    assert (await call("DELETE", "/me/tracks", raw=raw % item.encode())).status == 200
    assert (await call.get(f"/me/tracks/contains?ids={item}")).json == [False]


async def test_ids_in_the_query_take_precedence_over_the_body(call: Caller, catalogue: Catalogue) -> None:
    one, other = catalogue.tracks[1].id, catalogue.tracks[2].id

    await call("DELETE", f"/me/tracks?ids={one}", body={"ids": [other]})
    await call("PUT", "/me/tracks", body={"ids": [one, other]})
    await call("DELETE", f"/me/tracks?ids={one}", body={"ids": [other]})

    assert (await call.get(f"/me/tracks/contains?ids={one},{other}")).json == [False, True]


async def test_tracks_can_be_saved_with_a_timestamp(call: Caller, catalogue: Catalogue) -> None:
    oldest, newest = catalogue.tracks[1].id, catalogue.tracks[2].id
    timestamped = [
        {"id": newest, "added_at": "2030-01-01T12:00:00+02:00"},
        {"id": oldest, "added_at": "2001-01-01T00:00:00Z"},
    ]

    reply = await call("PUT", "/me/tracks", body={"ids": [UNKNOWN], "timestamped_ids": timestamped})

    assert reply.status == 200
    first = (await call.get("/me/tracks?limit=1")).json
    last = (await call.get(f"/me/tracks?limit=1&offset={first['total'] - 1}")).json
    assert (first["items"][0]["track"]["id"], first["items"][0]["added_at"]) == (newest, "2030-01-01T10:00:00Z")
    assert last["items"][0]["track"]["id"] == oldest


@pytest.mark.parametrize("added_at", ["yesterday", "2023-01-15T14:30:00", ""])
async def test_a_timestamp_needs_a_date_a_time_and_a_time_zone(
    call: Caller, catalogue: Catalogue, added_at: str
) -> None:
    timestamped = [{"id": catalogue.tracks[1].id, "added_at": added_at}]

    reply = await call("PUT", "/me/tracks", body={"timestamped_ids": timestamped})

    assert (reply.status, reply.message) == (400, "Invalid value for field: added_at")


async def test_saving_an_unknown_id_saves_nothing(call: Caller, catalogue: Catalogue) -> None:
    existing = unsaved(catalogue, "album")

    reply = await call("PUT", f"/me/albums?ids={existing},{UNKNOWN}")

    assert reply.status == 400
    assert (await call.get(f"/me/albums/contains?ids={existing}")).json == [False]


async def test_the_query_accepts_fewer_album_ids_than_the_body(unchecked_call: Caller) -> None:
    call = unchecked_call
    ids = [album.id for album in call.sandbox.catalogue.albums[:50]]

    assert (await call("PUT", f"/me/albums?ids={','.join(ids[:21])}")).message == "Too many ids requested"
    assert (await call("PUT", "/me/albums", body={"ids": ids})).status == 200
    assert (await call("PUT", "/me/albums", body={"ids": [*ids, ids[0]]})).message == "Too many ids requested"


async def test_items_of_all_kinds_are_saved_in_one_request(call: Caller, catalogue: Catalogue) -> None:
    playlist, user = catalogue.playlists[-2], catalogue.users[5]
    uris = [
        *(f"spotify:{kind}:{unsaved(catalogue, kind)}" for kind in KINDS),
        playlist.uri,
        user.uri,
    ]
    query = f"uris={','.join(uris)}"
    await call("DELETE", f"/me/library?{query}")
    assert (await call.get(f"/me/library/contains?{query}")).json == [False] * 7

    assert (await call("PUT", f"/me/library?{query}")).status == 200

    assert (await call.get(f"/me/library/contains?{query}")).json == [True] * 7
    assert (await call.get(f"/me/following/contains?type=user&ids={user.id}")).json == [True]


async def test_an_audiobook_can_be_saved_by_its_show_uri(call: Caller, catalogue: Catalogue) -> None:
    book = catalogue.audiobooks[1]
    uri = (await call.get(f"/audiobooks/{book.id}")).json["uri"]
    assert uri == f"spotify:show:{book.id}"

    await call("PUT", f"/me/library?uris={uri}")

    assert (await call.get(f"/me/audiobooks/contains?ids={book.id}")).json == [True]


async def test_user_uris_are_percent_decoded(call: Caller, catalogue: Catalogue) -> None:
    uri = "spotify%3Auser%3Abj%25C3%25B6rk%2520fan%252F50%2525%252B1%253F"

    assert (await call.get(f"/me/library/contains?uris={uri}")).json == [True]
    await call("DELETE", f"/me/library?uris={uri}")
    assert (await call.get(f"/me/library/contains?uris={uri}")).json == [False]


async def test_uris_that_do_not_exist_are_ignored(call: Caller) -> None:
    uris = f"spotify:track:{UNKNOWN},spotify:user:unknown,spotify:playlist:{UNKNOWN}"

    assert (await call("PUT", f"/me/library?uris={uris}")).status == 200
    assert (await call.get(f"/me/library/contains?uris={uris}")).json == [False] * 3


async def test_an_artist_is_followed_and_unfollowed_by_uri(call: Caller, catalogue: Catalogue) -> None:
    artist = catalogue.artists[-1]

    for method, followed in (("PUT", True), ("DELETE", False)):
        assert (await call(method, f"/me/library?uris={artist.uri}")).status == 200
        assert (await call.get(f"/me/library/contains?uris={artist.uri}")).json == [followed]


async def test_saving_again_keeps_the_timestamp() -> None:
    now = [NOW]
    async with SpotifySandbox(time=lambda: now[0]) as sandbox, aiohttp.ClientSession() as session:
        call = Caller(sandbox, session, sandbox.issue_token(user=sandbox.catalogue.default_user.id, expires_in=1e9))
        path = f"/me/shows?ids={unsaved(sandbox.catalogue, 'show')}"
        await call("PUT", path)
        now[0] += 86_400
        await call("PUT", path)

        assert (await call.get("/me/shows")).json["items"][0]["added_at"] == "2026-02-02T02:40:00Z"


async def test_the_timestamp_of_a_saved_track_can_be_changed(call: Caller, catalogue: Catalogue) -> None:
    saved = catalogue.tracks[0].id
    timestamped = [{"id": saved, "added_at": "2029-05-05T05:05:05Z"}]
    before = (await call.get("/me/tracks")).json["total"]

    await call("PUT", "/me/tracks", body={"ids": [], "timestamped_ids": timestamped})

    page = (await call.get("/me/tracks")).json
    assert (page["total"], page["items"][0]["track"]["id"]) == (before, saved)


async def test_saved_audiobooks_can_be_bare() -> None:
    async with SpotifySandbox(bare_saved_audiobooks=True) as sandbox, sandbox.client() as client:
        books = await client.audiobooks.get_saved().collect()
        raw = await client.call("get-users-saved-audiobooks")

    assert raw["items"][0]["type"] == "audiobook"
    assert [entry.audiobook.id for entry in books[:2]] == [item["id"] for item in raw["items"][:2]]
