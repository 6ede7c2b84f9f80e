"""Reads of many objects: the requests, their order, and the outcome for each id."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeAlias, TypeVar, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spotify import AsyncSpotifyClient, ClientConfig
from spotify.bulk.reads import BulkRead, without_errors
from spotify.config import QuotaMode
from spotify.errors import (
    AppOwnerPremiumRequiredError,
    EndpointUnavailableError,
    NotFoundError,
    PartialReadError,
    ServerError,
    SpotifyError,
)
from spotify.interfaces.executor import Call
from spotify.interfaces.operation import Operation
from spotify.interfaces.transport import HttpRequest, HttpResponse
from spotify.models import SeveralTracks, Track
from spotify.quota import Quota
from spotify.services import TracksService
from spotify.testing import FakeTransport

T = TypeVar("T")

Outcome: TypeAlias = str | SpotifyError | None

MANY = Operation(
    id="get-many",
    method="GET",
    path="/x",
    idempotent=True,
    removed_on=date(2026, 2, 11),
    replacement="get-one",
    max_ids=3,
)
WITHOUT_REPLACEMENT = Operation(
    id="get-many", method="GET", path="/x", idempotent=True, removed_on=date(2024, 11, 27), max_ids=3
)

MODES: list[QuotaMode] = ["auto", "development", "extended"]

in_every_quota_mode = pytest.mark.parametrize(
    ("mode", "batches"), [("auto", True), ("auto", False), ("extended", True), ("development", False)]
)


def broken(id: str) -> ServerError:
    return ServerError(f"no luck with {id}", status_code=500)


@dataclass
class FakeReads:
    """The reads of a `BulkRead`, which record their requests.

    Attributes:
        mode: The quota mode that the client assumes.
        batches: Whether the application has the operation that reads many objects.
        operation: That operation.
        missing: The ids of objects that do not exist.
        failing: The ids of objects that cannot be read; a batch with one of them fails.
        requests: The ids of each request, in the order in which they were sent.
        peak: The maximum number of concurrent requests.
    """

    mode: QuotaMode = "auto"
    batches: bool = True
    operation: Operation = MANY
    missing: frozenset[str] = frozenset()
    failing: frozenset[str] = frozenset()
    requests: list[tuple[str, ...]] = field(default_factory=list[tuple[str, ...]])
    peak: int = 0

    def __post_init__(self) -> None:
        self.quota = Quota(self.mode)
        self._in_progress = 0

    async def outcomes(self, ids: Iterable[str]) -> Mapping[str, Outcome]:
        read = BulkRead[str](self.operation, self.quota, read_batch=self._read_batch, read_one=self._read_one)
        return await read.outcomes(ids)

    async def _read_batch(self, ids: Sequence[str]) -> list[str | None]:
        if not self.quota.has(self.operation):
            raise self.quota.unavailable(self.operation)
        await self._exchange(ids)
        if not self.batches:
            self.quota.record_refusal(self.operation, user=None, object_id=None, status_code=403, message="Forbidden")
            raise EndpointUnavailableError("Forbidden", status_code=403)
        for each in ids:
            if each in self.failing:
                raise broken(each)
        self.quota.confirm(self.operation)
        return [None if each in self.missing else f"object {each}" for each in ids]

    async def _read_one(self, id: str) -> str:
        await self._exchange([id])
        if id in self.failing:
            raise broken(id)
        if id in self.missing:
            raise NotFoundError("Not tracks.", status_code=404)
        return f"object {id}"

    async def _exchange(self, ids: Sequence[str]) -> None:
        self.requests.append(tuple(ids))
        self._in_progress += 1
        self.peak = max(self.peak, self._in_progress)
        await asyncio.sleep(0)
        self._in_progress -= 1


async def test_batches_hold_at_most_max_ids() -> None:
    reads = FakeReads()

    await reads.outcomes("abcdefgh")

    assert reads.requests == [("a", "b", "c"), ("d", "e", "f"), ("g", "h")]


@in_every_quota_mode
async def test_duplicate_ids_are_read_once(mode: QuotaMode, batches: bool) -> None:
    reads = FakeReads(mode=mode, batches=batches)

    outcomes = await reads.outcomes("abacaab")

    assert dict(outcomes) == {"a": "object a", "b": "object b", "c": "object c"}
    succeeded = [request for request in reads.requests if batches or len(request) == 1]
    assert sorted(each for request in succeeded for each in request) == ["a", "b", "c"]


async def test_in_an_unknown_quota_mode_the_first_batch_is_sent_alone() -> None:
    reads = FakeReads(batches=False)

    await reads.outcomes("abcdefghijklm")

    assert [request for request in reads.requests if len(request) > 1] == [("a", "b", "c")]


async def test_after_the_first_batch_the_others_are_sent_concurrently() -> None:
    reads = FakeReads()

    await reads.outcomes("abcdefghijklm")

    assert len(reads.requests) == 5
    assert reads.peak == 4


async def test_a_confirmed_operation_sends_all_batches_concurrently() -> None:
    reads = FakeReads()
    await reads.outcomes("a")

    await reads.outcomes("abcdefghijklm")

    assert reads.peak == 5


async def test_in_extended_quota_all_batches_are_sent_concurrently() -> None:
    reads = FakeReads(mode="extended")

    await reads.outcomes("abcdefghijklm")

    assert reads.peak == 5


async def test_in_development_mode_single_reads_are_sent_concurrently() -> None:
    reads = FakeReads(mode="development", batches=False)

    await reads.outcomes("abcdefgh")

    assert reads.requests == [(each,) for each in "abcdefgh"]
    assert reads.peak == 8


async def test_after_a_refusal_single_reads_are_sent_concurrently() -> None:
    reads = FakeReads(batches=False)

    await reads.outcomes("abcdefgh")

    assert reads.requests == [("a", "b", "c"), *((each,) for each in "abcdefgh")]
    assert reads.peak == 8


async def test_an_operation_refused_twice_is_not_tried_again() -> None:
    reads = FakeReads(batches=False)
    for _ in range(2):
        await reads.outcomes("abcd")
    assert [request for request in reads.requests if len(request) > 1] == [("a", "b", "c")] * 2
    reads.requests.clear()

    await reads.outcomes("abcd")

    assert reads.requests == [("a",), ("b",), ("c",), ("d",)]


@pytest.mark.parametrize("mode", MODES)
async def test_without_a_replacement_a_refusal_is_raised(mode: QuotaMode) -> None:
    reads = FakeReads(mode=mode, batches=False, operation=WITHOUT_REPLACEMENT)

    with pytest.raises(EndpointUnavailableError):
        await reads.outcomes("ab")

    assert reads.requests == ([] if mode == "development" else [("a", "b")])


async def test_a_batch_refused_in_extended_quota_is_not_read_one_by_one() -> None:
    reads = FakeReads(mode="extended", batches=False)

    with pytest.raises(EndpointUnavailableError):
        await reads.outcomes("abc")

    assert reads.requests == [("a", "b", "c")]


@in_every_quota_mode
async def test_objects_that_do_not_exist_are_none(mode: QuotaMode, batches: bool) -> None:
    reads = FakeReads(mode=mode, batches=batches, missing=frozenset("bd"))

    outcomes = await reads.outcomes("abcd")

    assert dict(outcomes) == {"a": "object a", "b": None, "c": "object c", "d": None}


@pytest.mark.parametrize("failing", ["a", "e"], ids=["the-first-batch", "another-batch"])
async def test_a_failing_batch_affects_its_own_ids_only(failing: str) -> None:
    reads = FakeReads(failing=frozenset(failing))

    outcomes = await reads.outcomes("abcdefgh")

    failed = {each for each, outcome in outcomes.items() if isinstance(outcome, ServerError)}
    assert failed == set("abc" if failing == "a" else "def")
    assert {outcomes[each] for each in set("abcdefgh") - failed} == {f"object {each}" for each in "abcdefgh"} - {
        f"object {each}" for each in failed
    }


@pytest.mark.parametrize("mode", ["auto", "development"])
async def test_a_failing_single_read_affects_its_own_id_only(mode: QuotaMode) -> None:
    reads = FakeReads(mode=mode, batches=False, failing=frozenset("b"))

    outcomes = await reads.outcomes("abc")

    assert (outcomes["a"], outcomes["c"]) == ("object a", "object c")
    assert str(outcomes["b"]) == "500 no luck with b"


async def test_other_exceptions_are_raised() -> None:
    async def read_batch(ids: Sequence[str]) -> list[str | None]:
        raise LookupError(ids)

    async def read_one(id: str) -> str:
        raise LookupError(id)

    for mode in MODES:
        with pytest.raises(LookupError):
            await BulkRead[str](MANY, Quota(mode), read_batch=read_batch, read_one=read_one).outcomes("ab")


@pytest.mark.parametrize("mode", ["development", "extended"])
async def test_a_cancelled_read_cancels_all_its_requests(mode: QuotaMode) -> None:
    ended: list[str] = []

    async def forever(ids: Sequence[str]) -> Any:
        try:
            await asyncio.Event().wait()
        finally:
            ended.extend(ids)

    read = BulkRead[str](MANY, Quota(mode), read_batch=forever, read_one=forever)
    reading = asyncio.create_task(_outcomes_of(read, "abcdefgh"))
    for _ in range(3):
        await asyncio.sleep(0)
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading

    assert sorted(ended) == list("abcdefgh")


async def _outcomes_of(read: BulkRead[str], ids: str) -> Mapping[str, Outcome]:
    return await read.outcomes(ids)


@given(
    ids=st.lists(st.sampled_from("abcdefghij"), min_size=1, max_size=20),
    missing=st.frozensets(st.sampled_from("abcdefghij")),
    failing=st.frozensets(st.sampled_from("abcdefghij"), max_size=3),
    mode_and_batches=st.sampled_from([("auto", True), ("auto", False), ("extended", True), ("development", False)]),
)
async def test_every_id_gets_its_own_outcome_for_any_failures(
    ids: list[str], missing: frozenset[str], failing: frozenset[str], mode_and_batches: tuple[QuotaMode, bool]
) -> None:
    mode, batches = mode_and_batches
    reads = FakeReads(mode=mode, batches=batches, missing=missing, failing=failing)

    outcomes = await reads.outcomes(ids)

    assert list(outcomes) == list(dict.fromkeys(ids))
    read_together = {each: request for request in reads.requests for each in request}
    for each, outcome in outcomes.items():
        if failing & set(read_together[each]):
            assert isinstance(outcome, ServerError)
        else:
            assert outcome == (None if each in missing else f"object {each}")
    assert all(len(request) <= 3 for request in reads.requests)


def results(ids: str, outcomes: Mapping[str, Outcome]) -> list[str | None]:
    return without_errors(ids, outcomes, MANY)


def test_results_are_in_the_order_of_the_ids_with_duplicates() -> None:
    assert results("bacab", {"a": "A", "b": "B", "c": None}) == ["B", "A", None, "A", "B"]


def test_partial_read_error_holds_results_and_errors() -> None:
    error = broken("b")

    with pytest.raises(PartialReadError) as caught:
        results("abcba", {"a": "A", "b": error, "c": None})

    assert caught.value.results == ("A", None, None, None, "A")
    assert caught.value.errors == {"b": error}
    assert str(caught.value) == "1 of 3 objects could not be read; the first error: 500 no luck with b (get-many)"


def test_an_object_that_does_not_exist_counts_as_read() -> None:
    with pytest.raises(PartialReadError):
        results("ab", {"a": None, "b": broken("b")})


def test_if_all_reads_fail_the_first_error_is_raised() -> None:
    errors = {each: broken(each) for each in "ba"}

    with pytest.raises(ServerError) as caught:
        results("baab", errors)

    assert caught.value is errors["b"]


@given(
    outcomes=st.dictionaries(
        st.sampled_from("abcdef"), st.sampled_from(["object", "other", None, broken("x"), broken("y")]), min_size=1
    ),
    data=st.data(),
)
def test_no_error_and_no_object_is_lost(outcomes: dict[str, Outcome], data: st.DataObject) -> None:
    ids = "".join(data.draw(st.permutations(sorted(outcomes))))
    objects = [None if isinstance(outcomes[each], SpotifyError) else outcomes[each] for each in ids]
    errors = {each: outcome for each, outcome in outcomes.items() if isinstance(outcome, SpotifyError)}

    if not errors:
        assert results(ids, outcomes) == objects
        return
    with pytest.raises(SpotifyError) as caught:
        results(ids, outcomes)
    if len(errors) == len(outcomes):
        assert caught.value is outcomes[ids[0]]
    else:
        assert isinstance(caught.value, PartialReadError)
        assert (list(caught.value.results), caught.value.errors) == (objects, errors)


@dataclass
class Tracks:
    """`RequestExecutor` of an application with or without the operation that reads many tracks."""

    batches: bool = True
    failing: frozenset[str] = frozenset()
    calls: list[Call[Any]] = field(default_factory=list[Call[Any]])

    async def execute(self, call: Call[T], /) -> T:
        self.calls.append(call)
        if call.into is Track:
            return cast("T", self._track(str(call.arguments["id"])))
        if not self.batches:
            raise EndpointUnavailableError("Forbidden", status_code=403)
        return cast("T", SeveralTracks(tracks=[self._track(each) for each in str(call.arguments["ids"]).split(",")]))

    async def close(self) -> None:
        """Nothing to close."""

    def _track(self, id: str) -> Track:
        if id in self.failing:
            raise broken(id)
        return Track(type="track", id=id, uri=f"spotify:track:{id}")


FIRST, SECOND, THIRD = (f"{number:022}" for number in range(3))


@pytest.mark.parametrize("batches", [True, False])
async def test_uri_and_id_of_a_track_are_read_once(batches: bool) -> None:
    executor = Tracks(batches=batches)

    tracks = await TracksService(executor).get_several([FIRST, f"spotify:track:{FIRST}"])

    assert [track and track.id for track in tracks] == [FIRST, FIRST]
    assert len(executor.calls) == (1 if batches else 2)


async def test_with_return_errors_an_error_is_in_the_place_of_its_object() -> None:
    service = TracksService(Tracks(batches=False, failing=frozenset([SECOND])))

    first, second, third, again = await service.get_several([FIRST, SECOND, THIRD, SECOND], return_errors=True)

    assert isinstance(first, Track)
    assert isinstance(third, Track)
    assert isinstance(second, ServerError)
    assert again is second


async def test_without_return_errors_partial_read_error_is_raised() -> None:
    service = TracksService(Tracks(batches=False, failing=frozenset([SECOND])))

    with pytest.raises(PartialReadError) as caught:
        await service.get_several([FIRST, SECOND])

    assert list(caught.value.errors) == [SECOND]
    assert isinstance(caught.value.results[0], Track)


async def test_with_return_errors_nothing_is_raised_if_all_reads_fail() -> None:
    tracks = await TracksService(Tracks(failing=frozenset([FIRST]))).get_several([FIRST], return_errors=True)

    assert [str(each) for each in tracks] == [str(broken(FIRST))]


async def test_with_return_errors_an_unavailable_operation_is_raised() -> None:
    with pytest.raises(EndpointUnavailableError):
        await TracksService(Tracks(batches=False)).get_several_audio_features([FIRST], return_errors=True)


class BusyTransport(FakeTransport):
    """A transport that holds the response of one album back until `release` is set; `is_busy` is set before."""

    def __init__(self, held: str) -> None:
        super().__init__()
        self._held = held
        self.is_busy, self.release = asyncio.Event(), asyncio.Event()

    async def send(self, request: HttpRequest, /) -> HttpResponse:
        if self._held in request.url:
            self.is_busy.set()
            await self.release.wait()
        return await super().send(request)


async def test_after_a_refusal_a_read_that_waits_for_its_slot_is_not_sent() -> None:
    ids = [f"{number:022}" for number in range(40)]
    transport = BusyTransport(held="z" * 22)
    message = "Active premium subscription required for the owner of the app."
    transport.answer("GET /albums/{id}", status=403, json=message, times=41)
    config = ClientConfig(quota_mode="development", max_concurrency=2)
    async with AsyncSpotifyClient("token", transport=transport, config=config) as client:
        other = asyncio.create_task(client.albums.get("z" * 22))
        await transport.is_busy.wait()

        with pytest.raises(AppOwnerPremiumRequiredError):
            await client.albums.get_several(ids)

        assert [request.url.rpartition("/")[2] for request in transport.requests] == [ids[0]]
        transport.release.set()
        await asyncio.wait([other])
        assert other.exception() is not None
