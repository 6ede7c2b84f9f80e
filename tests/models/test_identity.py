"""The id and the URI that a response lacks follow from each other, from `href`, or from the request."""

from __future__ import annotations

import json
from typing import Any

import pytest

from spotify import AsyncSpotifyClient, ClientConfig, models
from spotify.errors import DecodeError, PartialReadError
from spotify.impl.serialization import DataclassesJsonSerializer, MsgspecSerializer
from spotify.interfaces.serializer import Serializer
from spotify.testing import FakeTransport
from tests.support.payloads import NOTHING, page, playlist_item, track

ID = "4aawyAB9vmqN3uQ7FjRGTy"
API = "https://api.spotify.com/v1"

each_serializer = pytest.mark.parametrize("serializer", [MsgspecSerializer(), DataclassesJsonSerializer()], ids=type)


@each_serializer
@pytest.mark.parametrize(
    ("into", "data", "id", "uri"),
    [
        (models.Artist, {"uri": f"spotify:artist:{ID}"}, ID, f"spotify:artist:{ID}"),
        (models.Artist, {"id": ID}, ID, f"spotify:artist:{ID}"),
        (models.Album, {"href": f"{API}/albums/{ID}?market=DE"}, ID, f"spotify:album:{ID}"),
        (models.Audiobook, {"href": f"{API}/audiobooks/{ID}"}, ID, f"spotify:show:{ID}"),
        (models.Chapter, {"uri": f"spotify:episode:{ID}"}, ID, f"spotify:episode:{ID}"),
        (models.PublicUser, {"id": "a b"}, "a b", "spotify:user:a%20b"),
        (models.PublicUser, {"href": f"{API}/users/a%20b"}, "a b", "spotify:user:a%20b"),
        (models.Playlist, {"uri": f"spotify:user:ada:playlist:{ID}"}, ID, f"spotify:user:ada:playlist:{ID}"),
        (models.AudioFeatures, {"track_href": f"{API}/tracks/{ID}"}, ID, f"spotify:track:{ID}"),
        (models.Track, {"uri": "spotify:local:a:b:c:180"}, None, "spotify:local:a:b:c:180"),
        (models.Track, {"id": None, "uri": None, "href": f"{API}/tracks/{ID}"}, None, None),
        (models.Artist, {"href": f"{API}/albums/{ID}"}, None, None),
        (models.PublicUser, {"id": "\ud800"}, None, None),
    ],
)
def test_absent_members_follow_from_others(
    serializer: Serializer, into: Any, data: dict[str, Any], id: str | None, uri: str | None
) -> None:
    decoded = serializer.decode(json.dumps(data).encode(), into)

    assert (decoded.id, decoded.uri) == (id, uri)


@each_serializer
def test_the_type_and_the_uri_of_a_context_follow_from_others(serializer: Serializer) -> None:
    decoded = [
        serializer.decode(json.dumps(data).encode(), models.Context)
        for data in ({"uri": "spotify:user:ada:collection"}, {"href": f"{API}/albums/{ID}"})
    ]

    assert [(context.type, context.uri) for context in decoded] == [
        ("collection", "spotify:user:ada:collection"),
        ("album", f"spotify:album:{ID}"),
    ]


@each_serializer
def test_unreadable_entries_keep_their_place(serializer: Serializer) -> None:
    entries = [playlist_item(item=track(1)), None, 5, playlist_item(item=None), playlist_item(item=track(2))]

    decoded = serializer.decode(json.dumps(page(entries)).encode(), models.PlaylistItemPage)
    saved = serializer.decode(json.dumps(page([[], {"track": track(3)}])).encode(), models.SavedTrackPage)

    assert [entry.item and entry.item.name for entry in decoded.items] == ["Track 1", None, None, None, "Track 2"]
    assert [entry.item and entry.item.name for entry in decoded.present()] == ["Track 1", "Track 2"]
    assert [entry.track and entry.track.name for entry in saved.items] == [None, "Track 3"]
    assert [entry.track and entry.track.name for entry in saved.present()] == ["Track 3"]


@each_serializer
def test_unreadable_items_of_the_queue_keep_their_place(serializer: Serializer) -> None:
    decoded = serializer.decode(json.dumps({"queue": [None, track(1), 5]}).encode(), models.PlaybackQueue)

    assert decoded.queue[0] == decoded.queue[2] == models.UnknownItem(raw={})
    assert [item.name for item in decoded.present()] == ["Track 1"]


def client_over(body: Any) -> AsyncSpotifyClient:
    transport = FakeTransport()
    transport.answer("GET /tracks", body=json.dumps(body).encode())
    transport.answer("GET /artists/{id}", body=json.dumps(body).encode())
    return AsyncSpotifyClient("token", transport=transport, config=ClientConfig(quota_mode="extended"))


async def test_the_id_of_the_request_is_used_if_the_response_has_none() -> None:
    async with client_over({"name": "Radiohead"}) as client:
        found = await client.artists.get(ID)

    assert found == models.Artist(id=ID, uri=f"spotify:artist:{ID}", name="Radiohead")


async def test_get_several_has_an_error_for_an_object_that_cannot_be_decoded() -> None:
    body = {"tracks": [track(1), None, 5, track(2, id=NOTHING, uri=NOTHING, href=NOTHING)]}
    ids = [f"{number:022d}" for number in range(1, 5)]
    async with client_over(body) as client:
        results: list[Any] = [*await client.tracks.get_several(ids, return_errors=True)]
    async with client_over(body) as client:
        with pytest.raises(PartialReadError) as caught:
            await client.tracks.get_several(ids)

    assert [type(result) for result in results] == [models.Track, type(None), DecodeError, models.Track]
    assert results[3].id == ids[3]
    assert caught.value.errors.keys() == {ids[2]}
