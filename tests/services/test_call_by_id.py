"""The calls of operations by id, and invalid arguments."""

from __future__ import annotations

from typing import Any

import pytest

from spotify.interfaces.operation import Operation
from spotify.operations import ALL_OPERATIONS, BY_ID
from spotify.services._operations import call_by_id
from tests.support.failures import failures

ID = "4aawyAB9vmqN3uQ7FjRGTy"

OWN_NAMES = {"json", "content"}


def arguments_of(operation: Operation) -> dict[str, str]:
    """Return a value for each path parameter, which are the required arguments."""
    return dict.fromkeys(operation.path_parameters, ID)


def test_each_operation_can_be_called_by_its_id() -> None:
    def check(operation: Operation) -> None:
        call = call_by_id(operation.id, arguments_of(operation))

        assert call.operation is operation
        assert call.if_empty is None

    assert failures(check, BY_ID) == {}


def test_no_parameter_name_conflicts_with_arguments_of_call() -> None:
    names = {name for operation in ALL_OPERATIONS for name in (*operation.path_parameters, *operation.query)}

    assert not names & OWN_NAMES


def test_arguments_and_body_are_sent() -> None:
    call = call_by_id("add-items-to-playlist", {"playlist_id": ID, "position": 0}, json={"uris": []})

    assert (call.arguments, call.json, call.content) == ({"playlist_id": ID, "position": 0}, {"uris": []}, None)


def test_the_response_to_a_player_command_is_ignored() -> None:
    assert call_by_id("start-a-users-playback", {}).into is type(None)
    assert call_by_id("get-queue", {}).into is object
    assert call_by_id("add-items-to-playlist", {"playlist_id": ID}).into is object


@pytest.mark.parametrize(
    ("operation_id", "arguments", "body", "error", "message"),
    [
        ("get-albun", {}, {}, ValueError, r"one of the 97 of .*, not 'get-albun'; did you mean 'get-an-album'\?"),
        ("???", {}, {}, ValueError, "such as 'get-an-album'"),
        ("", {}, {}, ValueError, "operation_id must not be empty"),
        (7, {}, {}, TypeError, "operation_id must be a str, not int"),
        ("get-an-album", {}, {}, TypeError, "get-an-album needs id, which is part of its path /albums/{id}"),
        ("get-an-album", {"id": None}, {}, TypeError, "get-an-album needs id"),
        ("get-an-album", {"id": ID, "limit": 5}, {}, TypeError, "no parameter 'limit': it takes id, market"),
        ("get-queue", {"market": "DE"}, {}, TypeError, "get-queue has no parameter 'market': it takes none"),
        ("get-an-album", {"id": ID, "market": "de"}, {}, ValueError, "market must be"),
        ("get-multiple-albums", {"ids": [ID]}, {}, TypeError, "ids must be a str, .*, not list; join several"),
        ("get-multiple-albums", {"ids": b"x"}, {}, TypeError, "ids must be a str, .*, not bytes"),
        ("get-new-releases", {"limit": 51}, {}, ValueError, "limit must be from 1 to 50, not 51"),
        ("get-new-releases", {"offset": "1"}, {}, TypeError, "offset must be an integer"),
        ("get-queue", {}, {"json": {}}, TypeError, "get-queue takes no body, not json"),
        ("get-queue", {}, {"content": b""}, TypeError, "get-queue takes no body"),
        ("upload-custom-playlist-cover", {"playlist_id": ID}, {"json": {}}, TypeError, "type image/jpeg, not json"),
        ("create-playlist", {}, {"json": {}, "content": b"{}"}, TypeError, "json or content, not both"),
        ("create-playlist", {}, {"content": "{}"}, TypeError, "content must be bytes, not str"),
    ],
)
def test_invalid_calls_raise(
    operation_id: Any, arguments: dict[str, Any], body: dict[str, Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        call_by_id(operation_id, arguments, **body)
