"""What a sandbox in development mode does without, and what it has all the same."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any, cast

import aiohttp
import pytest

from spotify.testing import SpotifySandbox
from spotify.testing.sandbox import Catalogue
from spotify.testing.sandbox.catalogue import LocalFile
from spotify.testing.sandbox.web_api.web_api import WEB_API
from tests.contract.api_contract import ApiContract
from tests.contract.exchange_checker import ExchangeChecker
from tests.support.sandbox_http import Caller
from tests.testing.sandbox.conftest import NOW
from tests.testing.sandbox.web_api.test_operations import READS, WRITES

REFUSALS = {
    route.operation_id: route.development_status for route in WEB_API.routes if route.development_status is not None
}
REMOVED_MEMBERS = {
    "album": {"album_group", "available_markets", "label", "popularity"},
    "artist": {"followers", "popularity"},
    "track": {"available_markets", "linked_from", "popularity"},
    "show": {"available_markets", "publisher"},
    "audiobook": {"available_markets", "publisher"},
    "user": {"country", "email", "explicit_content", "followers", "product"},
}


@pytest.fixture
async def sandbox(checker: ExchangeChecker) -> AsyncIterator[SpotifySandbox]:
    """A sandbox in development mode."""
    async with SpotifySandbox(time=lambda: NOW, quota_mode="development") as sandbox:
        sandbox.add_observer(checker)
        yield sandbox


@pytest.fixture
async def extended_call() -> AsyncIterator[Caller]:
    """Calls a sandbox in extended quota."""
    async with SpotifySandbox(time=lambda: NOW) as sandbox, aiohttp.ClientSession() as session:
        yield Caller(sandbox, session, sandbox.issue_token(user=sandbox.catalogue.default_user.id))


def objects(value: object) -> Iterator[dict[str, Any]]:
    """Every JSON object in `value`."""
    if isinstance(value, dict):
        members = cast("dict[str, Any]", value)
        yield members
        for member in members.values():
            yield from objects(member)
    elif isinstance(value, list):
        for entry in cast("list[object]", value):
            yield from objects(entry)


def test_the_refused_operations_are_those_deprecated_in_the_contract() -> None:
    operations = ApiContract.load().operations.values()

    deprecated = {operation.id for operation in operations if operation.deprecated}

    assert REFUSALS.keys() == deprecated
    assert len(REFUSALS) == 48


@pytest.mark.parametrize("operation_id", REFUSALS)
async def test_a_removed_operation_is_refused(operation_id: str, call: Caller, catalogue: Catalogue) -> None:
    if operation_id in READS:
        reply = await call.get(READS[operation_id](catalogue))
    else:
        method, path, body = WRITES[operation_id](catalogue)
        reply = await call(method, path, body=body)

    status = REFUSALS[operation_id]
    message = {403: "Forbidden", 404: "Resource not found"}[status]
    assert (reply.status, reply.json) == (status, {"error": {"status": status, "message": message}})


async def test_a_removed_operation_changes_nothing(call: Caller, catalogue: Catalogue) -> None:
    track = catalogue.tracks[1]

    await call("PUT", f"/me/tracks?ids={track.id}")

    assert (await call.get(f"/me/library/contains?uris={track.uri}")).json == [False]


async def test_a_removed_operation_wants_a_token_first(call: Caller) -> None:
    assert (await call.with_token(None).get("/markets")).status == 401


async def test_a_removed_operation_does_not_speak_of_scopes(call: Caller, catalogue: Catalogue) -> None:
    reply = await call.acting(scopes=())("PUT", f"/me/tracks?ids={catalogue.tracks[0].id}")

    assert reply.message == "Forbidden"


KEPT_READS = sorted(READS.keys() - REFUSALS.keys() - {"search"})


@pytest.mark.parametrize("operation_id", KEPT_READS)
async def test_what_is_left_answers_without_the_removed_members(
    operation_id: str, sandbox: SpotifySandbox, call: Caller, catalogue: Catalogue
) -> None:
    sandbox.player().play(catalogue.long_album.uri)

    reply = await call.get(READS[operation_id](catalogue))

    assert reply.status == 200
    for found in objects(reply.json):
        assert not REMOVED_MEMBERS.get(found.get("type", ""), set()) & found.keys()


async def test_the_same_reads_have_those_members_in_extended_quota(extended_call: Caller) -> None:
    catalogue = extended_call.sandbox.catalogue
    extended_call.sandbox.player().play(catalogue.long_album.uri)
    missing = {kind: set(names) for kind, names in REMOVED_MEMBERS.items()}

    for operation_id in KEPT_READS:
        for found in objects((await extended_call.get(READS[operation_id](catalogue))).json):
            missing.get(found.get("type", ""), set()).difference_update(found)

    assert not any(missing.values()), missing


WRITES_LEFT = sorted(WRITES.keys() - REFUSALS.keys())


@pytest.mark.parametrize("operation_id", WRITES_LEFT)
async def test_the_writes_that_are_left_work(
    operation_id: str, sandbox: SpotifySandbox, call: Caller, catalogue: Catalogue
) -> None:
    sandbox.player().play(catalogue.long_album.uri, place=3)
    method, path, body = WRITES[operation_id](catalogue)

    assert (await call(method, path, body=body)).status < 300


async def test_external_ids_came_back(call: Caller, catalogue: Catalogue) -> None:
    assert "upc" in (await call.get(f"/albums/{catalogue.albums[0].id}")).json["external_ids"]
    assert "isrc" in (await call.get(f"/tracks/{catalogue.tracks[0].id}")).json["external_ids"]


async def test_search_lacks_the_removed_members_too(call: Caller) -> None:
    types = "album,artist,playlist,track,show,episode,audiobook"

    found = (await call.get(f"/search?q=a&type={types}&limit=10")).json

    assert {each["type"] for each in objects(found) if "type" in each} >= set(types.split(","))
    for each in objects(found):
        assert not REMOVED_MEMBERS.get(each.get("type", ""), set()) & each.keys()


PAGED = ("/search?q=a&type=album", "/artists/{artist}/albums?include_groups=album,single,appears_on,compilation")


@pytest.mark.parametrize("path", PAGED)
async def test_search_and_discographies_have_short_pages(path: str, call: Caller, catalogue: Catalogue) -> None:
    path = path.format(artist=catalogue.artists[-1].id if "/artists" in path else "")

    by_default = (await call.get(path)).json
    longest = (await call.get(f"{path}&limit=10")).json
    refused = await call.get(f"{path}&limit=11")

    assert by_default.get("albums", by_default)["limit"] == 5
    assert longest.get("albums", longest)["limit"] == 10
    assert (refused.status, refused.message) == (400, "Invalid limit")


async def test_other_pages_are_as_long_as_ever(call: Caller) -> None:
    assert (await call.get("/me/tracks?limit=50")).status == 200
    assert len((await call.get("/me/tracks")).json["items"]) == 20


async def test_items_of_playlists_come_under_their_new_name_alone(call: Caller, catalogue: Catalogue) -> None:
    playlist = (await call.get(f"/playlists/{catalogue.mixed_playlist.id}")).json
    listed = (await call.get("/me/playlists?limit=1")).json["items"][0]
    entry = (await call.get(f"/playlists/{catalogue.mixed_playlist.id}/items?limit=1")).json["items"][0]

    for found in (playlist, listed):
        assert "items" in found
        assert "tracks" not in found
    for found in (playlist["items"]["items"][0], entry):
        assert "item" in found
        assert "track" not in found


async def test_extended_quota_has_both_names(extended_call: Caller) -> None:
    playlist = (await extended_call.get(f"/playlists/{extended_call.sandbox.catalogue.mixed_playlist.id}")).json

    assert {"items", "tracks"} <= playlist.keys()
    assert {"item", "track"} <= playlist["items"]["items"][0].keys()


async def test_a_new_playlist_has_the_new_name_alone(call: Caller) -> None:
    created = (await call("POST", "/me/playlists", body={"name": "Mine"})).json

    assert "items" in created
    assert "tracks" not in created


async def test_saved_tracks_keep_the_old_name(call: Caller) -> None:
    assert "track" in (await call.get("/me/tracks?limit=1")).json["items"][0]


async def test_local_files_lack_the_removed_members_too(call: Caller, catalogue: Catalogue) -> None:
    entries = catalogue.mixed_playlist.entries
    place = next(place for place, entry in enumerate(entries) if isinstance(entry.item, LocalFile))

    page = (await call.get(f"/playlists/{catalogue.mixed_playlist.id}/items?limit=1&offset={place}")).json

    item = page["items"][0]["item"]
    assert item["is_local"] is True
    assert "popularity" not in item
    assert "available_markets" not in item["album"]


async def test_a_playlist_of_another_is_metadata_alone(call: Caller, catalogue: Catalogue) -> None:
    playlist = catalogue.foreign_playlist

    found = (await call.get(f"/playlists/{playlist.id}")).json
    items = await call.get(f"/playlists/{playlist.id}/items")

    assert found["name"] == playlist.name
    assert not {"items", "tracks"} & found.keys()
    assert (items.status, items.message) == (403, "Forbidden")


async def test_the_application_itself_sees_no_items(call: Caller, catalogue: Catalogue) -> None:
    found = (await call.as_application().get(f"/playlists/{catalogue.big_playlist.id}")).json

    assert "items" not in found


async def test_a_collaborator_sees_the_items(call: Caller, catalogue: Catalogue) -> None:
    playlist, friend = catalogue.collaborative_playlist, call.acting(user=catalogue.users[3].id)
    await friend("PUT", f"/me/library?uris={playlist.uri}")

    assert len((await friend.get(f"/playlists/{playlist.id}")).json["items"]["items"]) == 30
    assert (await friend.get(f"/playlists/{playlist.id}/items")).status == 200


async def test_a_follower_of_a_playlist_does_not_see_the_items(call: Caller, catalogue: Catalogue) -> None:
    playlist = catalogue.foreign_playlist
    await call("PUT", f"/me/library?uris={playlist.uri}")

    assert "items" not in (await call.get(f"/playlists/{playlist.id}")).json


@pytest.mark.parametrize("part", ["", "/items", "/images"])
async def test_playlists_of_spotify_are_not_found(part: str, call: Caller, catalogue: Catalogue) -> None:
    assert (await call.get(f"/playlists/{catalogue.spotify_playlist.id}{part}")).status == 404


async def test_playlists_of_spotify_are_found_in_extended_quota(extended_call: Caller) -> None:
    playlist = extended_call.sandbox.catalogue.spotify_playlist

    assert len((await extended_call.get(f"/playlists/{playlist.id}/items")).json["items"]) > 0


async def test_search_finds_null_for_playlists_of_spotify(call: Caller, extended_call: Caller) -> None:
    path = "/search?q=workout&type=playlist&limit=4"

    everything = (await extended_call.get(path)).json["playlists"]
    found = (await call.get(path)).json["playlists"]

    assert {each["owner"]["id"] for each in everything["items"]} == {"spotify"}
    assert found["items"] == [None] * 4
    assert found["total"] == everything["total"]


def test_there_are_two_modes() -> None:
    with pytest.raises(ValueError, match="'development' or 'extended', not 'auto'"):
        SpotifySandbox(quota_mode="auto")  # type: ignore[arg-type]


def test_extended_quota_is_the_default() -> None:
    assert SpotifySandbox().quota_mode == "extended"


async def test_a_client_finds_out_by_itself(sandbox: SpotifySandbox) -> None:
    album = sandbox.catalogue.albums[0]

    async with sandbox.client() as client:
        albums = await client.albums.get_several([album.id])

    assert [found and found.name for found in albums] == [album.name]
    assert [request.status for request in sandbox.requests] == [403, 200]
