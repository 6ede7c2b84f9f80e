"""Methods carry the operations that they call."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any, TypeVar, cast

from spotify import services
from spotify.client import AsyncSpotifyClient
from spotify.config import QuotaMode
from spotify.errors import SpotifyError, TransportError
from spotify.interfaces.executor import Call
from spotify.interfaces.operation import Operation
from spotify.models import PartialPlaylist, PlaylistItemPage, PlaylistSnapshot
from spotify.operations.catalogue import GET_ALBUM, GET_SEVERAL_ALBUMS
from spotify.operations.playlists import ADD_PLAYLIST_ITEMS, GET_PLAYLIST, GET_PLAYLIST_ITEMS
from spotify.quota import Quota
from spotify.services import AlbumsService, PlaylistsService
from spotify.services._operations import operations_of
from tests.support.bad_input_methods import ARGUMENTS, other_arguments
from tests.support.bad_values import TRACK_URI, new_value
from tests.support.failures import async_failures, failures
from tests.support.service_methods import public_methods

T = TypeVar("T")

METHODS = {f"{service}.{name}": (service, method) for service, name, method in public_methods()}

#: Arguments for which a method calls further operations, beside the valid value of each argument alone.
MORE_ARGUMENTS: dict[str, dict[str, Any]] = {
    "follow": {"public": False},
    "replace_items": {"uris": [TRACK_URI] * 101},
}


class RecordingExecutor:
    """`RequestExecutor` that records operations. Every response is lost, but for those that more requests follow."""

    def __init__(self) -> None:
        self.operations: list[Operation] = []

    async def execute(self, call: Call[T], /) -> T:
        self.operations.append(call.operation)
        if call.into is PartialPlaylist:
            return cast("T", PartialPlaylist(items=PlaylistItemPage(items=[], total=0)))
        if call.into is PlaylistSnapshot and call.idempotent:
            return cast("T", PlaylistSnapshot(snapshot_id="snapshot"))
        raise TransportError("the connection broke", sent=True)

    async def close(self) -> None:
        """Nothing to close."""


async def called(service: str, method: Callable[..., Any], arguments: dict[str, Any], mode: QuotaMode) -> list[str]:
    """Return the ids of the operations that a method calls."""
    executor = RecordingExecutor()
    result = method(getattr(services, service)(executor, Quota(mode)), **arguments)
    with suppress(SpotifyError):
        await result
    return [operation.id for operation in executor.operations]


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
    client = AsyncSpotifyClient("token")

    assert operations_of(AlbumsService.get_several) == (GET_SEVERAL_ALBUMS, GET_ALBUM)
    assert operations_of(client.albums.get_several) == (GET_SEVERAL_ALBUMS, GET_ALBUM)
    assert operations_of(PlaylistsService.add_items) == (ADD_PLAYLIST_ITEMS, GET_PLAYLIST, GET_PLAYLIST_ITEMS)


def test_other_objects_have_no_operations() -> None:
    client = AsyncSpotifyClient("token")

    assert [operations_of(other) for other in (print, client.close, client.albums, "get-an-album")] == [()] * 4


def test_a_method_stays_an_async_function() -> None:
    assert inspect.iscoroutinefunction(AlbumsService.get)
    assert AlbumsService.get.__qualname__ == "AlbumsService.get"
