"""Operations and methods: the operations and scopes of methods, and calls of operations by id."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import suppress
from typing import Any, TypeVar, cast

import pytest

from spotify import AsyncSpotifyClient, Scope, scopes_for, services
from spotify.config import QuotaMode
from spotify.errors import SpotifyError, TransportError
from spotify.interfaces.executor import Call
from spotify.interfaces.operation import Operation
from spotify.models import PartialPlaylist, PlaylistItemPage, PlaylistSnapshot
from spotify.operations import ALL_OPERATIONS, BY_ID
from spotify.operations.catalogue import GET_ALBUM, GET_SEVERAL_ALBUMS
from spotify.operations.playlists import ADD_PLAYLIST_ITEMS, GET_PLAYLIST, GET_PLAYLIST_ITEMS
from spotify.quota import Quota
from spotify.scopes import operations_of
from spotify.services import AlbumsService, PlaylistsService
from spotify.services._base import call_by_id
from tests.support.bad_input_methods import ARGUMENTS, other_arguments
from tests.support.bad_values import TRACK_URI, new_value
from tests.support.failures import async_failures, failures
from tests.support.service_methods import public_methods

T = TypeVar("T")

ID = "4aawyAB9vmqN3uQ7FjRGTy"

client = AsyncSpotifyClient("token")

METHODS = {f"{service}.{name}": (service, method) for service, name, method in public_methods()}

#: Arguments for which a method calls further operations, beside the valid value of each argument alone.
MORE_ARGUMENTS: dict[str, dict[str, Any]] = {
    "follow": {"public": False},
    "replace_items": {"uris": [TRACK_URI] * 101},
}


class RecordingExecutor:
    """`RequestExecutor` that records operations. Responses are lost, except those before another request.

    A playlist has as many items as were sent, also by requests without a response.
    """

    def __init__(self, *, loses_responses: bool) -> None:
        self.operations: list[Operation] = []
        self._loses_responses = loses_responses
        self._items = 0

    async def execute(self, call: Call[T], /) -> T:
        self.operations.append(call.operation)
        if isinstance(call.json, dict):
            self._items += len(call.json.get("uris", ()))
        if call.into is PartialPlaylist:
            return cast("T", PartialPlaylist(items=PlaylistItemPage(items=[], total=self._items)))
        if call.operation.returns_snapshot and (call.idempotent or not self._loses_responses):
            return cast("T", PlaylistSnapshot(snapshot_id="snapshot"))
        raise TransportError("the connection broke", sent=True)

    async def close(self) -> None:
        """Nothing to close."""

    @property
    def write_order(self) -> RecordingExecutor:
        """The requests without a response, which are never executed."""
        return self

    def unsettled_since(self, _call: Call[Any], /) -> float | None:
        """Return that a request of the call was lost."""
        return 0.0

    async def settle(self, _call: Call[Any], /) -> bool:
        """Return that it is settled."""
        return False

    async def wait_for_earlier(self, call: Call[Any], /) -> None:
        """Do nothing."""

    def restore(self, call: Call[Any], /, since: float) -> None:
        """Do nothing."""

    def confirm(self, call: Call[Any], /) -> None:
        """Do nothing."""


async def first_polls_of(changes: AsyncGenerator[object]) -> None:
    """Run an iterator until it waits for the time of its next request, for which nothing here waits."""
    first = asyncio.ensure_future(anext(changes, None))
    for _ in range(20):
        await asyncio.sleep(0)
    first.cancel()
    await asyncio.wait((first,))
    with suppress(SpotifyError, asyncio.CancelledError):
        first.result()
    await changes.aclose()


async def called(service: str, method: Callable[..., Any], arguments: dict[str, Any], mode: QuotaMode) -> list[str]:
    """Return the ids of the operations that a method calls if responses are lost, and if not."""
    operations: list[Operation] = []
    for loses_responses in (True, False):
        executor = RecordingExecutor(loses_responses=loses_responses)
        result = method(getattr(services, service)(executor, Quota(mode)), **arguments)
        with suppress(SpotifyError):
            if not isinstance(result, AsyncGenerator):
                await result
            else:
                await first_polls_of(result)
        operations += executor.operations
    return [operation.id for operation in operations]


def argument_sets(service: str, method: Callable[..., Any]) -> Iterator[dict[str, Any]]:
    """Yield the required arguments, and then each other argument with them."""
    kinds = ARGUMENTS[service][method.__name__]
    yield other_arguments(method, kinds, "")
    for argument, kind in kinds.items():
        yield {**other_arguments(method, kinds, argument), argument: new_value(kind.good)}
    if method.__name__ in MORE_ARGUMENTS:
        yield {**other_arguments(method, kinds, ""), **MORE_ARGUMENTS[method.__name__]}


def test_every_method_carries_operations() -> None:
    def check(case: tuple[str, Callable[..., Any]]) -> None:
        _, method = case
        operations = operations_of(method)
        assert operations
        assert vars(method)["operation"] is operations[0]

    assert failures(check, METHODS) == {}


async def test_methods_call_the_operations_that_they_carry_and_no_others() -> None:
    modes: tuple[QuotaMode, ...] = ("extended", "development")

    async def check(case: tuple[str, Callable[..., Any]]) -> None:
        service, method = case
        sent = [
            await called(service, method, arguments, mode)
            for mode in modes
            for arguments in argument_sets(service, method)
        ]

        assert sent[0][0] == operations_of(method)[0].id
        assert {operation_id for operations in sent for operation_id in operations} == {
            operation.id for operation in operations_of(method)
        }

    assert await async_failures(check, METHODS) == {}


def test_operations_are_read_from_the_class_and_from_a_client() -> None:
    assert operations_of(AlbumsService.get_several) == (GET_SEVERAL_ALBUMS, GET_ALBUM)
    assert operations_of(client.albums.get_several) == (GET_SEVERAL_ALBUMS, GET_ALBUM)
    assert operations_of(PlaylistsService.add_items) == (ADD_PLAYLIST_ITEMS, GET_PLAYLIST, GET_PLAYLIST_ITEMS)


def test_other_objects_have_no_operations() -> None:
    assert [operations_of(other) for other in (print, client.close, client.albums, "get-an-album")] == [()] * 4


def test_a_method_stays_an_async_function() -> None:
    assert inspect.iscoroutinefunction(AlbumsService.get)
    assert AlbumsService.get.__qualname__ == "AlbumsService.get"


def test_every_scope_of_the_operations_is_known():
    assert all(Scope(scope).is_known for operation in ALL_OPERATIONS for scope in operation.scopes)


def test_several_methods_need_the_union_of_their_scopes():
    assert scopes_for(client.playlists.create, client.player.start_playback) == {
        Scope.PLAYLIST_MODIFY_PUBLIC,
        Scope.PLAYLIST_MODIFY_PRIVATE,
        Scope.USER_MODIFY_PLAYBACK_STATE,
    }


def test_methods_without_a_user_need_no_scope():
    assert scopes_for(client.albums.get, client.search.search) == frozenset()


def test_no_methods_need_no_scopes():
    assert scopes_for() == frozenset()


def test_scopes_for_accepts_class_methods_and_operation_ids():
    assert scopes_for(PlaylistsService.add_items) == scopes_for(client.playlists.add_items)
    assert scopes_for("create-playlist") == scopes_for(client.playlists.create)


@pytest.mark.parametrize("other", [print, client.close, "create-playlists", client, client.playlists])
def test_an_argument_that_is_not_a_service_method_raises(other):
    with pytest.raises(ValueError, match=r"client\.playlists\.create"):
        scopes_for(other)


def test_a_scope_equals_its_string():
    assert Scope("user-top-read") is Scope.USER_TOP_READ
    assert f"{Scope.USER_TOP_READ}" == "user-top-read"


def test_an_unknown_scope_is_accepted():
    assert Scope("user-read-mind") == "user-read-mind"
    assert not Scope("user-read-mind").is_known


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

    assert not names & {"json", "content"}


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
