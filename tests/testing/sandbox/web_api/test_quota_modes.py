"""Development mode: removed operations and fields, smaller pages, and playlists of other users."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

import aiohttp
import pytest

from spotify._checks import is_json_object
from spotify.testing import SpotifySandbox
from spotify.testing.sandbox import Catalogue
from spotify.testing.sandbox.catalogue import LocalFile
from spotify.testing.sandbox.web_api.web_api import WEB_API
from tests.contract.api_contract import ApiContract
from tests.contract.exchange_checker import ExchangeChecker
from tests.support.sandbox_http import Caller
from tests.testing.sandbox.conftest import NOW
from tests.testing.sandbox.web_api.test_operations import READS, WRITES

REMOVED_OPERATIONS = {
    route.operation_id: route.development_status for route in WEB_API.routes if route.development_status is not None
}
REMOVED_FIELDS = {
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
    """A caller of a sandbox in extended quota mode."""
    async with SpotifySandbox(time=lambda: NOW) as sandbox, aiohttp.ClientSession() as session:
        yield Caller(sandbox, session, sandbox.issue_token(user=sandbox.catalogue.default_user.id))


def objects(value: object) -> Iterator[dict[str, object]]:
    """Return all JSON objects in `value`, at any depth."""
    if is_json_object(value):
        yield value
    nested: Any = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for entry in nested:
        yield from objects(entry)


def removed_fields(value: object) -> set[tuple[str, str]]:
    """Return the kind and name of all fields in `value` that development mode removes."""
    found: set[tuple[str, str]] = set()
    for entity in objects(value):
        kind = str(entity.get("type"))
        found |= {(kind, name) for name in REMOVED_FIELDS.get(kind, set()) & entity.keys()}
    return found


def test_the_refused_operations_are_those_deprecated_in_the_contract() -> None:
    operations = ApiContract.load().operations.values()

    deprecated = {operation.id for operation in operations if operation.deprecated}

    assert REMOVED_OPERATIONS.keys() == deprecated
    assert len(REMOVED_OPERATIONS) == 48


async def test_removed_operations_are_errors(call: Caller, catalogue: Catalogue) -> None:
    for operation_id, status in REMOVED_OPERATIONS.items():
        if operation_id in READS:
            reply = await call.get(READS[operation_id](catalogue))
        else:
            method, path, body = WRITES[operation_id](catalogue)
            reply = await call(method, path, body=body)

        message = {403: "Forbidden", 404: "Resource not found"}[status]
        error = {"error": {"status": status, "message": message}}
        assert (reply.status, reply.json) == (status, error), operation_id


async def test_a_removed_operation_changes_nothing(call: Caller, catalogue: Catalogue) -> None:
    track = catalogue.tracks[1]

    await call("PUT", f"/me/tracks?ids={track.id}")

    assert (await call.get(f"/me/library/contains?uris={track.uri}")).json == [False]


async def test_a_removed_operation_needs_a_token_first(call: Caller) -> None:
    assert (await call.with_token(None).get("/markets")).status == 401


async def test_a_removed_operation_is_an_error_before_scopes_are_checked(call: Caller, catalogue: Catalogue) -> None:
    reply = await call.acting(scopes=())("PUT", f"/me/tracks?ids={catalogue.tracks[0].id}")

    assert reply.message == "Forbidden"


KEPT_READS = sorted(READS.keys() - REMOVED_OPERATIONS.keys() - {"search"})


async def test_removed_fields_are_missing_in_all_reads(
    sandbox: SpotifySandbox, call: Caller, catalogue: Catalogue
) -> None:
    sandbox.player().play(catalogue.long_album.uri)

    for operation_id in KEPT_READS:
        reply = await call.get(READS[operation_id](catalogue))

        assert reply.status == 200, operation_id
        assert not removed_fields(reply.json), operation_id


async def test_extended_quota_has_the_removed_fields(extended_call: Caller) -> None:
    catalogue = extended_call.sandbox.catalogue
    extended_call.sandbox.player().play(catalogue.long_album.uri)

    found: set[tuple[str, str]] = set()
    for operation_id in KEPT_READS:
        found |= removed_fields((await extended_call.get(READS[operation_id](catalogue))).json)

    assert found == {(kind, name) for kind, names in REMOVED_FIELDS.items() for name in names}


KEPT_WRITES = sorted(WRITES.keys() - REMOVED_OPERATIONS.keys())


@pytest.mark.parametrize("operation_id", KEPT_WRITES)
async def test_remaining_writes_succeed(
    operation_id: str, sandbox: SpotifySandbox, call: Caller, catalogue: Catalogue
) -> None:
    sandbox.player().play(catalogue.long_album.uri, place=3)
    method, path, body = WRITES[operation_id](catalogue)

    assert (await call(method, path, body=body)).status < 300


async def test_external_ids_are_not_removed(call: Caller, catalogue: Catalogue) -> None:
    assert "upc" in (await call.get(f"/albums/{catalogue.albums[0].id}")).json["external_ids"]
    assert "isrc" in (await call.get(f"/tracks/{catalogue.tracks[0].id}")).json["external_ids"]


async def test_removed_fields_are_missing_in_search_results(call: Caller) -> None:
    types = "album,artist,playlist,track,show,episode,audiobook"

    found = (await call.get(f"/search?q=a&type={types}&limit=10")).json

    assert {found_object.get("type") for found_object in objects(found)} >= set(types.split(","))
    assert not removed_fields(found)


PAGED = ("/search?q=a&type=album", "/artists/{artist}/albums?include_groups=album,single,appears_on,compilation")


@pytest.mark.parametrize("path", PAGED)
async def test_search_and_discographies_have_small_pages(path: str, call: Caller, catalogue: Catalogue) -> None:
    path = path.format(artist=catalogue.artists[-1].id if "/artists" in path else "")

    default = (await call.get(path)).json
    largest = (await call.get(f"{path}&limit=10")).json
    too_large = await call.get(f"{path}&limit=11")

    assert default.get("albums", default)["limit"] == 5
    assert largest.get("albums", largest)["limit"] == 10
    assert (too_large.status, too_large.message) == (400, "Invalid limit")


async def test_other_pages_are_not_limited(call: Caller) -> None:
    assert (await call.get("/me/tracks?limit=50")).status == 200
    assert len((await call.get("/me/tracks")).json["items"]) == 20


async def test_playlists_have_items_without_tracks(call: Caller, catalogue: Catalogue) -> None:
    playlist = (await call.get(f"/playlists/{catalogue.mixed_playlist.id}")).json
    listed = (await call.get("/me/playlists?limit=1")).json["items"][0]
    entry = (await call.get(f"/playlists/{catalogue.mixed_playlist.id}/items?limit=1")).json["items"][0]

    for either in (playlist, listed):
        assert "items" in either
        assert "tracks" not in either
    for either in (playlist["items"]["items"][0], entry):
        assert "item" in either
        assert "track" not in either


async def test_extended_quota_has_items_and_tracks(extended_call: Caller) -> None:
    playlist = (await extended_call.get(f"/playlists/{extended_call.sandbox.catalogue.mixed_playlist.id}")).json

    assert {"items", "tracks"} <= playlist.keys()
    assert {"item", "track"} <= playlist["items"]["items"][0].keys()


async def test_a_new_playlist_has_items_without_tracks(call: Caller) -> None:
    created = (await call("POST", "/me/playlists", body={"name": "Mine"})).json

    assert "items" in created
    assert "tracks" not in created


async def test_saved_tracks_keep_the_field_track(call: Caller) -> None:
    assert "track" in (await call.get("/me/tracks?limit=1")).json["items"][0]


async def test_removed_fields_are_missing_in_local_files(call: Caller, catalogue: Catalogue) -> None:
    entries = catalogue.mixed_playlist.entries
    offset = next(index for index, entry in enumerate(entries) if isinstance(entry.item, LocalFile))

    page = (await call.get(f"/playlists/{catalogue.mixed_playlist.id}/items?limit=1&offset={offset}")).json

    item = page["items"][0]["item"]
    assert item["is_local"] is True
    assert "popularity" not in item
    assert "available_markets" not in item["album"]


async def test_a_playlist_of_another_user_has_no_items(call: Caller, catalogue: Catalogue) -> None:
    playlist = catalogue.foreign_playlist

    details = (await call.get(f"/playlists/{playlist.id}")).json
    items = await call.get(f"/playlists/{playlist.id}/items")

    assert details["name"] == playlist.name
    assert not {"items", "tracks"} & details.keys()
    assert (items.status, items.message) == (403, "Forbidden")


async def test_an_application_without_a_user_gets_no_items(call: Caller, catalogue: Catalogue) -> None:
    playlist = (await call.as_application().get(f"/playlists/{catalogue.big_playlist.id}")).json

    assert "items" not in playlist


async def test_a_collaborator_gets_the_items(call: Caller, catalogue: Catalogue) -> None:
    playlist, collaborator = catalogue.collaborative_playlist, call.acting(user=catalogue.users[3].id)
    await collaborator("PUT", f"/me/library?uris={playlist.uri}")

    assert len((await collaborator.get(f"/playlists/{playlist.id}")).json["items"]["items"]) == 30
    assert (await collaborator.get(f"/playlists/{playlist.id}/items")).status == 200


async def test_a_follower_does_not_get_the_items(call: Caller, catalogue: Catalogue) -> None:
    playlist = catalogue.foreign_playlist
    await call("PUT", f"/me/library?uris={playlist.uri}")

    assert "items" not in (await call.get(f"/playlists/{playlist.id}")).json


@pytest.mark.parametrize("part", ["", "/items", "/images"])
async def test_playlists_owned_by_spotify_are_not_found(part: str, call: Caller, catalogue: Catalogue) -> None:
    assert (await call.get(f"/playlists/{catalogue.spotify_playlist.id}{part}")).status == 404


async def test_playlists_owned_by_spotify_are_found_in_extended_quota(extended_call: Caller) -> None:
    playlist = extended_call.sandbox.catalogue.spotify_playlist

    assert len((await extended_call.get(f"/playlists/{playlist.id}/items")).json["items"]) > 0


async def test_search_returns_null_for_playlists_owned_by_spotify(call: Caller, extended_call: Caller) -> None:
    path = "/search?q=workout&type=playlist&limit=4"

    extended = (await extended_call.get(path)).json["playlists"]
    development = (await call.get(path)).json["playlists"]

    assert {playlist["owner"]["id"] for playlist in extended["items"]} == {"spotify"}
    assert development["items"] == [None] * 4
    assert development["total"] == extended["total"]


def test_an_unknown_quota_mode_is_a_value_error() -> None:
    with pytest.raises(ValueError, match="'development' or 'extended', not 'auto'"):
        SpotifySandbox(quota_mode="auto")  # type: ignore[arg-type]


def test_extended_quota_is_the_default() -> None:
    assert SpotifySandbox().quota_mode == "extended"


async def test_a_client_detects_development_mode(sandbox: SpotifySandbox) -> None:
    album = sandbox.catalogue.albums[0]

    async with sandbox.client() as client:
        albums = await client.albums.get_several([album.id])

    assert [received and received.name for received in albums] == [album.name]
    assert [request.status for request in sandbox.requests] == [403, 200]


async def test_configure_changes_the_quota_mode_of_a_running_sandbox() -> None:
    async with SpotifySandbox() as sandbox, sandbox.client() as client:
        album = sandbox.catalogue.albums[0].id
        assert (await client.albums.get(album)).label is not None
        sandbox.configure(quota_mode="development")
        assert (await client.albums.get(album)).label is None
        sandbox.reset()
        assert sandbox.quota_mode == "extended"
        assert (await client.albums.get(album)).label is not None
