"""`client.call`: any operation by its id, over the components that carry all calls."""

from __future__ import annotations

import json
from typing import Any

import pytest

from spotify import AsyncSpotifyClient, ClientConfig, DecodeError, EndpointUnavailableError, NotFoundError
from spotify.testing import FakeClock, FakeTransport

ID = "4aawyAB9vmqN3uQ7FjRGTy"

with_each_serializer = pytest.mark.parametrize("serializer", ["msgspec", "dataclasses-json"])


def at(transport: FakeTransport, **settings: Any) -> AsyncSpotifyClient:
    return AsyncSpotifyClient("t", transport=transport, clock=FakeClock(), config=ClientConfig(**settings))


@with_each_serializer
@pytest.mark.parametrize(
    "data",
    [
        {"id": ID, "nested": [{"null": None, "half": 0.5, "yes": True}], "n": 3},
        [True, False],
        [],
        "text",
        1,
        1.5,
        False,
    ],
    ids=str,
)
async def test_the_answer_is_plain_data(serializer: str, data: Any) -> None:
    transport = FakeTransport()
    transport.answer("GET /albums/{id}", json=data)

    found = await at(transport, serializer=serializer).call("get-an-album", id=ID)

    assert found == data
    assert type(found) is type(data)


@with_each_serializer
@pytest.mark.parametrize("answer", [b"", b"null"])
async def test_an_empty_answer_is_none(serializer: str, answer: bytes) -> None:
    transport = FakeTransport()
    transport.answer("PUT /me/library", body=answer)

    assert await at(transport, serializer=serializer).call("save-library-items", uris=f"spotify:album:{ID}") is None


async def test_a_player_command_may_be_answered_with_plain_text() -> None:
    transport = FakeTransport()
    transport.answer("POST /me/player/queue", body=b"Queued")

    assert await at(transport).call("add-to-queue", uri=f"spotify:track:{ID}") is None


async def test_an_answer_that_is_not_json_is_none_of_ours() -> None:
    transport = FakeTransport()
    transport.answer("GET /albums/{id}", body=b"<html>")

    with pytest.raises(DecodeError, match="HTML"):
        await at(transport).call("get-an-album", id=ID)


async def test_path_query_and_body_go_where_they_belong() -> None:
    transport = FakeTransport()
    transport.answer("POST /playlists/{id}/items", json={"snapshot_id": "s"}, status=201)
    client = at(transport)

    answer = await client.call(
        "add-items-to-playlist", playlist_id=ID, position=0, json={"uris": (f"spotify:track:{ID}",)}
    )

    (request,) = transport.requests
    assert answer == {"snapshot_id": "s"}
    assert request.url.endswith(f"/playlists/{ID}/items?position=0")
    assert json.loads(request.body or b"") == {"uris": [f"spotify:track:{ID}"]}


async def test_a_body_of_bytes_is_sent_as_the_operation_s_type() -> None:
    transport = FakeTransport()
    transport.answer("PUT /playlists/{id}/images", status=202)

    assert await at(transport).call("upload-custom-playlist-cover", playlist_id=ID, content=b"/9j/") is None

    (request,) = transport.requests
    assert (request.body, request.headers["Content-Type"]) == (b"/9j/", "image/jpeg")


async def test_the_client_s_market_is_sent() -> None:
    transport = FakeTransport()
    transport.answer("GET /albums/{id}", json={})

    await at(transport, market="SE").call("get-an-album", id=ID)

    assert transport.requests[0].url.endswith("?market=SE")


async def test_errors_are_those_of_all_calls() -> None:
    transport = FakeTransport()
    transport.answer("GET /albums/{id}", status=404, json={"error": {"status": 404, "message": "No such album"}})

    with pytest.raises(NotFoundError) as caught:
        await at(transport).call("get-an-album", id=ID)

    assert caught.value.operation == "get-an-album"


async def test_it_is_retried_as_all_calls_are() -> None:
    transport = FakeTransport()
    transport.answer("GET /albums/{id}", status=503)
    transport.answer("GET /albums/{id}", json={"id": ID})

    assert await at(transport).call("get-an-album", id=ID) == {"id": ID}


async def test_what_development_mode_lacks_is_not_sent_in_development_mode() -> None:
    transport = FakeTransport()

    with pytest.raises(EndpointUnavailableError, match="add-items-to-playlist"):
        await at(transport, quota_mode="development").call("add-tracks-to-playlist", playlist_id=ID)

    assert transport.requests == []


@pytest.mark.parametrize(
    ("operation_id", "given", "error"),
    [
        ("get-album", {"id": ID}, ValueError),
        ("get-an-album", {"id": ".."}, ValueError),
        ("get-an-album", {"id": ""}, ValueError),
        ("get-an-album", {"id": ID, "fields": "name"}, TypeError),
        ("create-playlist", {"json": {"name": object()}}, TypeError),
    ],
)
async def test_what_cannot_be_called_is_refused_before_any_request(
    operation_id: str, given: dict[str, Any], error: type[Exception]
) -> None:
    transport = FakeTransport()

    with pytest.raises(error):
        await at(transport).call(operation_id, **given)

    assert transport.requests == []
