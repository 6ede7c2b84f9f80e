"""Starting playback of a context or of items."""

from __future__ import annotations

import pytest

from spotify.testing.sandbox import Catalogue, PlayerControl
from tests.support.player_calls import RESTRICTED, error, play, state
from tests.support.sandbox_http import Caller


async def test_an_album_starts_at_an_offset(call: Caller, player: PlayerControl, catalogue: Catalogue) -> None:
    album = catalogue.long_album
    player.activate(player.devices[0])

    reply = await play(call, context_uri=album.uri, offset={"position": 5}, position_ms=1500)

    assert (reply.status, reply.body) == (204, b"")
    shown = await state(call)
    assert shown["item"]["id"] == album.tracks[5].id
    assert shown["context"]["uri"] == album.uri
    assert shown["context"]["type"] == "album"
    assert (shown["is_playing"], shown["progress_ms"]) == (True, 1500)
    assert shown["device"]["id"] == player.devices[0].id
    assert shown["device"]["is_active"] is True
    assert (shown["repeat_state"], shown["shuffle_state"]) == ("off", False)
    assert shown["actions"] == {"disallows": {"resuming": True}}


async def test_starting_playback_activates_the_device(
    call: Caller, player: PlayerControl, catalogue: Catalogue
) -> None:
    device = player.devices[1]

    await call("PUT", f"/me/player/play?device_id={device.id}", body={"uris": [catalogue.tracks[0].uri]})

    assert player.active_device is device
    devices = (await call.get("/me/player/devices")).json["devices"]
    assert [listed["is_active"] for listed in devices] == [False, True, False, False]


async def test_a_playlist_starts_at_an_item_by_uri(call: Caller, player: PlayerControl, catalogue: Catalogue) -> None:
    entry = catalogue.foreign_playlist.entries[3].item
    assert entry
    player.activate(player.devices[0])

    await play(call, context_uri=catalogue.foreign_playlist.uri, offset={"uri": entry.uri})

    assert player.item is entry


async def test_items_that_cannot_be_played_are_skipped(
    call: Caller, player: PlayerControl, catalogue: Catalogue
) -> None:
    entries = catalogue.mixed_playlist.entries
    assert entries[3].item is None
    player.activate(player.devices[0])

    await play(call, context_uri=catalogue.mixed_playlist.uri, offset={"position": 3})

    assert player.item is entries[4].item


async def test_the_saved_tracks_can_be_played(call: Caller, player: PlayerControl, catalogue: Catalogue) -> None:
    uri = f"{catalogue.default_user.uri}:collection"
    newest = (await call.get("/me/tracks?limit=1")).json["items"][0]["track"]
    player.activate(player.devices[0])

    await play(call, context_uri=uri)

    shown = await state(call)
    assert shown["item"]["uri"] == newest["uri"]
    assert (shown["context"]["type"], shown["context"]["uri"]) == ("collection", uri)


async def test_items_without_a_context_can_be_played(call: Caller, player: PlayerControl, catalogue: Catalogue) -> None:
    uris = [track.uri for track in catalogue.tracks[:3]]
    player.activate(player.devices[0])

    await play(call, uris=uris, offset={"position": 1})

    shown = await state(call)
    assert (shown["context"], shown["item"]["uri"]) == (None, uris[1])


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"context_uri": "spotify:track:4iV5W9uYEdYUVa79Axb7Rh"}, "Non supported context uri"),
        ({"uris": ["spotify:album:4iV5W9uYEdYUVa79Axb7Rh"]}, "Invalid track uri: spotify:album:4iV5W9uYEdYUVa79Axb7Rh"),
        ({"uris": ["spotify:track:0000000000000000000000"]}, "Payload contains a non-existing ID"),
        ({"uris": []}, "No uris provided."),
        ({"uris": "no"}, "Invalid value for field: uris"),
        ({"position_ms": -1}, "Invalid position_ms"),
        ({"offset": 5, "uris": []}, "Invalid value for field: offset"),
        ({"offset": {"position": 0}}, "offset needs context_uri or uris"),
    ],
)
async def test_an_invalid_start_is_an_error(
    body: dict[str, object], message: str, call: Caller, player: PlayerControl
) -> None:
    player.activate(player.devices[0])

    reply = await play(call, **body)

    assert (reply.status, reply.message) == (400, message)


@pytest.mark.parametrize(
    ("offset", "message"),
    [
        ({"position": 72}, "position out of range"),
        ({"position": -1}, "position out of range"),
        ({}, 'At least one of "uri" or "position" should be specified'),
        ({"uri": "spotify:track:0000000000000000000000"}, "uri not found in the context"),
    ],
)
async def test_an_invalid_offset_is_an_error(
    offset: dict[str, object], message: str, call: Caller, player: PlayerControl, catalogue: Catalogue
) -> None:
    player.activate(player.devices[0])

    reply = await play(call, context_uri=catalogue.long_album.uri, offset=offset)

    assert (reply.status, reply.message) == (400, message)


async def test_both_a_context_and_items_are_an_error(call: Caller, player: PlayerControl, catalogue: Catalogue) -> None:
    player.activate(player.devices[0])

    reply = await play(call, context_uri=catalogue.long_album.uri, uris=[catalogue.tracks[0].uri])

    assert reply.status == 400


async def test_an_offset_in_an_artist_is_an_error(call: Caller, player: PlayerControl, catalogue: Catalogue) -> None:
    player.activate(player.devices[0])

    reply = await play(call, context_uri=catalogue.artists[0].uri, offset={"position": 1})

    assert (reply.status, reply.message) == (400, "Can't have offset for context type: ARTIST")


async def test_a_context_that_the_user_cannot_access_is_not_found(
    call: Caller, player: PlayerControl, catalogue: Catalogue
) -> None:
    player.activate(player.devices[0])
    collection = f"{catalogue.free_user.uri}:collection"
    unknown = "spotify:album:0000000000000000000000"

    for uri in (catalogue.foreign_private_playlist.uri, catalogue.withdrawn_playlist.uri, collection, unknown):
        assert (await play(call, context_uri=uri)).status == 404, uri


async def test_a_context_that_is_not_available_in_the_country_is_an_error(
    call: Caller, player: PlayerControl, catalogue: Catalogue
) -> None:
    player.activate(player.devices[0])

    assert error(await play(call, context_uri=catalogue.nordic_show.uri)) == RESTRICTED
