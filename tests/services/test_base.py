"""Reading several objects: the requests, and responses that do not match the ids."""

from __future__ import annotations

from typing import Any, TypeVar, cast

import pytest

from spotify.errors import DecodeError, EndpointUnavailableError
from spotify.interfaces.executor import Call
from spotify.models import Album, SeveralAlbums
from spotify.services import AlbumsService

T = TypeVar("T")


def ids(count: int) -> list[str]:
    return [f"{number:022}" for number in range(count)]


def album(id: str) -> Album:
    return Album(type="album", id=id, uri=f"spotify:album:{id}")


class OneMissing:
    """`RequestExecutor` whose response has one album too few."""

    async def execute(self, call: Call[T], /) -> T:
        asked = str(call.arguments["ids"]).split(",")
        return cast("T", SeveralAlbums(albums=[None for _ in asked[1:]]))

    async def close(self) -> None:
        """Nothing to close."""


class Albums:
    """`RequestExecutor` that has every album, and supports batches or not."""

    def __init__(self, *, batches: bool) -> None:
        self.calls: list[Call[Any]] = []
        self._batches = batches

    async def execute(self, call: Call[T], /) -> T:
        self.calls.append(call)
        if call.into is Album:
            return cast("T", album(str(call.arguments["id"])))
        if not self._batches:
            raise EndpointUnavailableError("Forbidden", status_code=403)
        asked = str(call.arguments["ids"]).split(",")
        return cast("T", SeveralAlbums(albums=[album(each) for each in asked]))

    async def close(self) -> None:
        """Nothing to close."""


async def test_a_response_with_too_few_objects_raises() -> None:
    with pytest.raises(DecodeError, match=r"^2 objects for 3 ids: they cannot be matched \(get-multiple-albums\)$"):
        await AlbumsService(OneMissing()).get_several(ids(3))


@pytest.mark.parametrize(("batches", "requests"), [(True, 2), (False, 1 + 21)])
async def test_the_market_is_sent_with_every_request(batches: bool, requests: int) -> None:
    executor = Albums(batches=batches)

    await AlbumsService(executor).get_several(ids(21), market="DE")

    assert [call.arguments["market"] for call in executor.calls] == ["DE"] * requests


@pytest.mark.parametrize("batches", [True, False])
async def test_objects_are_in_the_order_of_the_ids(batches: bool) -> None:
    found = await AlbumsService(Albums(batches=batches)).get_several(ids(41)[::-1])

    assert [each and each.id for each in found] == ids(41)[::-1]
