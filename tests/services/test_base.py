"""Reading many objects: when the answers to its requests do not fit together."""

from __future__ import annotations

from typing import Any, TypeVar, cast

import pytest

from spotify.errors import DecodeError, ServerError
from spotify.interfaces.executor import Call
from spotify.models import SeveralAlbums
from spotify.services import AlbumsService

T = TypeVar("T")


def ids(count: int) -> list[str]:
    return [f"{number:022}" for number in range(count)]


class OneMissing:
    """`RequestExecutor` that answers with one album less than it was asked for."""

    async def execute(self, call: Call[T], /) -> T:
        asked = str(call.arguments["ids"]).split(",")
        return cast("T", SeveralAlbums(albums=[None for _ in asked[1:]]))

    async def close(self) -> None:
        """Nothing to close."""


class SecondFails:
    """`RequestExecutor` that fails on the second request, and knows no album."""

    def __init__(self) -> None:
        self.calls: list[Call[Any]] = []

    async def execute(self, call: Call[T], /) -> T:
        self.calls.append(call)
        if len(self.calls) == 2:
            raise ServerError("out of order", status_code=500)
        asked = str(call.arguments["ids"]).split(",")
        return cast("T", SeveralAlbums(albums=[None for _ in asked]))

    async def close(self) -> None:
        """Nothing to close."""


async def test_an_answer_with_too_few_objects_is_no_answer() -> None:
    with pytest.raises(DecodeError, match=r"^2 objects for 3 ids: they cannot be told apart \(get-multiple-albums\)$"):
        await AlbumsService(OneMissing()).get_several(ids(3))


async def test_when_one_request_fails_its_error_is_raised() -> None:
    with pytest.raises(ServerError, match="out of order"):
        await AlbumsService(SecondFails()).get_several(ids(41))


async def test_the_market_goes_with_every_request() -> None:
    executor = SecondFails()

    with pytest.raises(ServerError):
        await AlbumsService(executor).get_several(ids(21), market="DE")

    assert [call.arguments["market"] for call in executor.calls] == ["DE", "DE"]
