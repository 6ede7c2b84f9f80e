"""The base of services: reading several objects, and the limit of pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spotify.errors import BadRequestError, EndpointUnavailableError
from spotify.interfaces.executor import Argument, Call
from spotify.interfaces.operation import Operation
from spotify.models import Album, SearchResult, SeveralAlbums, SimplifiedAlbum, SimplifiedAlbumPage
from spotify.operations.catalogue import GET_ARTIST_ALBUMS, SEARCH
from spotify.quota import Quota
from spotify.services import AlbumsService, ArtistsService, SearchService, TracksService
from spotify.services._base import page_limit

T = TypeVar("T")

LIST = Operation(id="list-x", method="GET", path="/x", idempotent=True, max_limit=50, development_max_limit=10)
BOUNDED = Operation(
    id="search-x",
    method="GET",
    path="/x",
    idempotent=True,
    max_limit=50,
    development_max_limit=10,
    max_results=1000,
)
SINGLE = Operation(id="get-x", method="GET", path="/x", idempotent=True)

ARTIST = "0" * 22

limits = st.none() | st.integers(1, 200)
offsets = st.none() | st.integers(0, 1200)
highests = st.sampled_from([10, 50])


def numbered_ids(count: int) -> list[str]:
    return [f"{number:022}" for number in range(count)]


def album(id: str) -> Album:
    return Album(type="album", id=id, uri=f"spotify:album:{id}")


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
        ids = str(call.arguments["ids"]).split(",")
        return cast("T", SeveralAlbums(albums=[album(id_) for id_ in ids]))

    async def close(self) -> None:
        """Nothing to close."""


@pytest.mark.parametrize(("batches", "requests"), [(True, 2), (False, 1 + 21)])
async def test_the_market_is_sent_with_every_request(batches: bool, requests: int) -> None:
    executor = Albums(batches=batches)

    await AlbumsService(executor).get_several(numbered_ids(21), market="DE")

    assert [call.arguments["market"] for call in executor.calls] == ["DE"] * requests


@pytest.mark.parametrize("batches", [True, False])
async def test_objects_are_in_the_order_of_the_ids(batches: bool) -> None:
    found = await AlbumsService(Albums(batches=batches)).get_several(numbered_ids(41)[::-1])

    assert [item and item.id for item in found] == numbered_ids(41)[::-1]


@given(limit=limits, offset=offsets, highest=highests)
def test_a_scan_without_max_results_never_raises(limit: int | None, offset: int | None, highest: int) -> None:
    result = page_limit(LIST, {"limit": limit, "offset": offset}, highest=highest, clamp=True)

    assert result == min(limit or highest, highest)


@given(limit=limits, offset=offsets, highest=highests)
def test_a_single_page_has_the_given_limit_or_raises(limit: int | None, offset: int | None, highest: int) -> None:
    arguments: Mapping[str, Argument] = {"limit": limit, "offset": offset}

    if limit is None or limit <= highest:
        assert page_limit(LIST, arguments, highest=highest, clamp=False) == (limit or highest)
    else:
        with pytest.raises(ValueError, match=rf"^limit must be from 1 to {highest}.*, not {limit}; leave it out"):
            page_limit(LIST, arguments, highest=highest, clamp=False)


@given(limit=limits, offset=offsets, highest=highests, clamp=st.booleans())
def test_results_beyond_the_last_one_raise_before_a_request(
    limit: int | None, offset: int | None, highest: int, clamp: bool
) -> None:
    start = offset or 0
    try:
        result = page_limit(BOUNDED, {"limit": limit, "offset": offset}, highest=highest, clamp=clamp)
    except ValueError:
        too_long = limit is not None and (limit > highest or start + limit > 1000)
        assert start >= 1000 or (too_long and not clamp)
    else:
        assert result is not None
        assert 1 <= result <= highest
        assert start + result <= 1000
        assert result == limit or limit is None or clamp


@given(offset=st.integers(0, 999), highest=highests)
def test_the_default_limit_of_the_last_page_is_the_rest(offset: int, highest: int) -> None:
    assert page_limit(BOUNDED, {"offset": offset}, highest=highest, clamp=False) == min(highest, 1000 - offset)


@pytest.mark.parametrize("clamp", [True, False])
@pytest.mark.parametrize("limit", [None, 7])
def test_the_limit_of_an_operation_without_pages_is_kept(limit: int | None, clamp: bool) -> None:
    assert page_limit(SINGLE, {"limit": limit}, highest=None, clamp=clamp) == limit


@pytest.mark.parametrize(
    ("highest", "message"),
    [
        (50, r"limit must be from 1 to 50, not 51; leave it out for the highest"),
        (10, r"limit must be from 1 to 10 in development mode, not 51; leave it out for the highest"),
    ],
)
def test_the_error_says_whether_the_limit_is_that_of_the_quota_mode(highest: int, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}$"):
        page_limit(LIST, {"limit": 51}, highest=highest, clamp=False)


def test_the_error_names_the_last_result_that_can_be_read() -> None:
    with pytest.raises(
        ValueError, match=r"^offset \+ limit must be at most 1000, not 1001: Spotify returns no further"
    ):
        page_limit(BOUNDED, {"limit": 6, "offset": 995}, highest=50, clamp=False)


def simplified_album(number: int) -> SimplifiedAlbum:
    return SimplifiedAlbum(type="album", id=f"{number:022}", uri=f"spotify:album:{number:022}")


class AlbumListExecutor:
    """`RequestExecutor` for one list, which refuses a limit above the highest one, as Spotify does.

    Attributes:
        limits: The limit of each request.
    """

    def __init__(self, quota: Quota, *, highest: int, total: int = 25) -> None:
        self.limits: list[object] = []
        self._quota = quota
        self._highest = highest
        self._total = total

    async def execute(self, call: Call[T], /) -> T:
        limit, offset = int(str(call.arguments["limit"])), int(str(call.arguments.get("offset") or 0))
        self.limits.append(limit)
        if limit > self._highest:
            self._quota.record_reduced_limit(call.operation, limit, status_code=400, message="Invalid limit")
            raise BadRequestError("Invalid limit", status_code=400)
        if call.into is SearchResult:
            return cast("T", SearchResult())
        end = offset + limit
        link = f"https://api.spotify.com/v1/x?offset={end}&limit={limit}" if end < self._total else None
        items = [simplified_album(number) for number in range(offset, min(end, self._total))]
        return cast("T", SimplifiedAlbumPage(items=items, next=link, total=self._total, limit=limit, offset=offset))

    async def close(self) -> None:
        """Nothing to close."""


class RefusingExecutor:
    """`RequestExecutor` that refuses every request with a 400."""

    def __init__(self, message: str) -> None:
        self.calls: list[Call[Any]] = []
        self._message = message

    async def execute(self, call: Call[T], /) -> T:
        self.calls.append(call)
        raise BadRequestError(self._message, status_code=400)

    async def close(self) -> None:
        """Nothing to close."""


def albums_of(quota: Quota, *, highest: int) -> tuple[ArtistsService, AlbumListExecutor]:
    executor = AlbumListExecutor(quota, highest=highest)
    return ArtistsService(executor, quota), executor


async def read_all(service: ArtistsService, limit: int | None = None) -> int:
    return len([album async for album in service.get_albums(ARTIST, limit=limit)])


async def test_the_default_limit_is_the_highest_limit() -> None:
    service, executor = albums_of(Quota("extended"), highest=50)

    await service.get_albums(ARTIST)

    assert executor.limits == [50]


async def test_the_default_limit_is_the_highest_of_development_mode() -> None:
    service, executor = albums_of(Quota("development"), highest=10)

    await service.get_albums(ARTIST)
    await SearchService(executor, Quota("development")).search("a", "track")

    assert executor.limits == [10, 10]


async def test_a_refused_limit_is_lowered_in_the_same_call() -> None:
    service, executor = albums_of(Quota(), highest=10)

    page = await service.get_albums(ARTIST)

    assert page.limit == 10
    assert executor.limits == [50, 10]


async def test_a_refused_limit_is_not_sent_again() -> None:
    service, executor = albums_of(Quota(), highest=10)
    await service.get_albums(ARTIST)
    executor.limits.clear()

    await service.get_albums(ARTIST)
    await read_all(service, limit=50)

    assert executor.limits[0] == 10
    assert set(executor.limits) == {10}


async def test_a_limit_learned_from_one_operation_does_not_apply_to_another() -> None:
    quota = Quota()
    service, executor = albums_of(quota, highest=10)
    await service.get_albums(ARTIST)

    assert quota.max_limit(GET_ARTIST_ALBUMS) == 10
    assert quota.max_limit(SEARCH) == 50
    await SearchService(executor, quota).search("a", "track")
    assert executor.limits == [50, 10, 50, 10]


async def test_a_single_page_above_an_unknown_limit_raises_value_error() -> None:
    service, executor = albums_of(Quota(), highest=10)

    with pytest.raises(ValueError, match=r"^limit must be from 1 to 10 in development mode, not 20"):
        await service.get_albums(ARTIST, limit=20)

    assert executor.limits == [20]


async def test_a_single_page_above_a_known_limit_raises_before_a_request() -> None:
    service, executor = albums_of(Quota("development"), highest=10)

    with pytest.raises(ValueError, match=r"^limit must be from 1 to 10 in development mode, not 20"):
        await service.get_albums(ARTIST, limit=20)
    with pytest.raises(ValueError, match=r"^limit must be from 1 to 10 in development mode, not 11"):
        await SearchService(executor, Quota("development")).search("a", "track", limit=11)

    assert executor.limits == []


@pytest.mark.parametrize(
    ("quota", "highest", "first"), [(Quota("development"), 10, 10), (Quota("extended"), 50, 50), (Quota(), 50, 50)]
)
async def test_a_scan_lowers_a_limit_that_is_too_high(quota: Quota, highest: int, first: int) -> None:
    service, executor = albums_of(quota, highest=highest)

    assert await read_all(service, limit=100) == 25

    assert executor.limits[0] == first
    assert max(int(str(limit)) for limit in executor.limits) == highest


async def test_a_scan_uses_the_limit_of_its_first_page() -> None:
    service, executor = albums_of(Quota(), highest=10)

    assert await read_all(service) == 25

    assert executor.limits[:2] == [50, 10]
    assert len(executor.limits) == 1 + 3
    assert set(executor.limits[1:]) <= {10, 5}


async def test_a_scan_keeps_an_allowed_limit() -> None:
    service, executor = albums_of(Quota(), highest=10)

    assert await read_all(service, limit=9) == 25

    assert set(executor.limits) <= {9, 7}
    assert len(executor.limits) == 3


@pytest.mark.parametrize("message", ["Invalid market code", "Invalid limit"])
async def test_a_refusal_without_a_new_limit_is_raised_without_a_retry(message: str) -> None:
    executor = RefusingExecutor(message)

    with pytest.raises(BadRequestError, match=message):
        await SearchService(executor).search("a", "track")

    assert len(executor.calls) == 1


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("audio_features", "no attribute 'audio_features'; the nearest methods are get_audio_features, "),
        ("zzz", "no attribute 'zzz'; it has check_saved, get, "),
        ("_zzz", "no attribute '_zzz'$"),
    ],
)
def test_the_error_for_an_unknown_method_names_the_nearest_ones(name: str, message: str) -> None:
    service = TracksService(RefusingExecutor(""))

    with pytest.raises(AttributeError, match=message):
        getattr(service, name)

    assert not hasattr(service, name)
