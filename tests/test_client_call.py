"""`client.call`: any operation by its id, with the components of all calls."""

from __future__ import annotations

import json
from typing import Any

import pytest

from spotify import AsyncSpotifyClient, ClientConfig, DecodeError, EndpointUnavailableError, NotFoundError
from spotify.testing import FakeClock, FakeTransport

ID = "4aawyAB9vmqN3uQ7FjRGTy"

with_each_serializer = pytest.mark.parametrize("serializer", ["msgspec", "dataclasses-json"])


def client_with(transport: FakeTransport, **settings: Any) -> AsyncSpotifyClient:
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
async def test_the_result_is_plain_json_data(serializer: str, data: Any) -> None:
    transport = FakeTransport()
    transport.answer("GET /albums/{id}", json=data)

    result = await client_with(transport, serializer=serializer).call("get-an-album", id=ID)

    assert result == data
    assert type(result) is type(data)


@with_each_serializer
@pytest.mark.parametrize("body", [b"", b"null"])
async def test_an_empty_body_is_none(serializer: str, body: bytes) -> None:
    transport = FakeTransport()
    transport.answer("PUT /me/library", body=body)

    assert (
        await client_with(transport, serializer=serializer).call("save-library-items", uris=f"spotify:album:{ID}")
        is None
    )


async def test_plain_text_in_response_to_a_player_command_is_none() -> None:
    transport = FakeTransport()
    transport.answer("POST /me/player/queue", body=b"Queued")

    assert await client_with(transport).call("add-to-queue", uri=f"spotify:track:{ID}") is None


async def test_a_body_that_is_not_json_raises_decode_error() -> None:
    transport = FakeTransport()
    transport.answer("GET /albums/{id}", body=b"<html>")

    with pytest.raises(DecodeError, match="HTML"):
        await client_with(transport).call("get-an-album", id=ID)


async def test_arguments_are_sent_in_path_query_and_body() -> None:
    transport = FakeTransport()
    transport.answer("POST /playlists/{id}/items", json={"snapshot_id": "s"}, status=201)
    client = client_with(transport)

    result = await client.call(
        "add-items-to-playlist", playlist_id=ID, position=0, json={"uris": (f"spotify:track:{ID}",)}
    )

    (request,) = transport.requests
    assert result == {"snapshot_id": "s"}
    assert request.url.endswith(f"/playlists/{ID}/items?position=0")
    assert json.loads(request.body or b"") == {"uris": [f"spotify:track:{ID}"]}


async def test_bytes_are_sent_with_the_content_type_of_the_operation() -> None:
    transport = FakeTransport()
    transport.answer("PUT /playlists/{id}/images", status=202)

    assert await client_with(transport).call("upload-custom-playlist-cover", playlist_id=ID, content=b"/9j/") is None

    (request,) = transport.requests
    assert (request.body, request.headers["Content-Type"]) == (b"/9j/", "image/jpeg")


async def test_the_market_of_the_config_is_sent() -> None:
    transport = FakeTransport()
    transport.answer("GET /albums/{id}", json={})

    await client_with(transport, market="SE").call("get-an-album", id=ID)

    assert transport.requests[0].url.endswith("?market=SE")


async def test_an_error_has_the_operation_id() -> None:
    transport = FakeTransport()
    transport.answer("GET /albums/{id}", status=404, json={"error": {"status": 404, "message": "No such album"}})

    with pytest.raises(NotFoundError) as caught:
        await client_with(transport).call("get-an-album", id=ID)

    assert caught.value.operation == "get-an-album"


async def test_a_server_error_is_retried() -> None:
    transport = FakeTransport()
    transport.answer("GET /albums/{id}", status=503)
    transport.answer("GET /albums/{id}", json={"id": ID})

    assert await client_with(transport).call("get-an-album", id=ID) == {"id": ID}


async def test_operations_missing_in_development_mode_are_not_sent() -> None:
    transport = FakeTransport()

    with pytest.raises(EndpointUnavailableError, match="add-items-to-playlist"):
        await client_with(transport, quota_mode="development").call("add-tracks-to-playlist", playlist_id=ID)

    assert transport.requests == []


@pytest.mark.parametrize(
    ("operation_id", "arguments", "error"),
    [
        ("get-album", {"id": ID}, ValueError),
        ("get-an-album", {"id": ".."}, ValueError),
        ("get-an-album", {"id": ""}, ValueError),
        ("get-an-album", {"id": ID, "fields": "name"}, TypeError),
        ("create-playlist", {"json": {"name": object()}}, TypeError),
    ],
)
async def test_invalid_calls_raise_before_a_request_is_sent(
    operation_id: str, arguments: dict[str, Any], error: type[Exception]
) -> None:
    transport = FakeTransport()

    with pytest.raises(error):
        await client_with(transport).call(operation_id, **arguments)

    assert transport.requests == []
