"""Writes that may still be executed, and the later writes that wait for them."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from spotify.errors import ClientClosedError, DeadlineExceededError, SpotifyError, TransportError
from spotify.impl.execution.executor import RetryingExecutor
from spotify.interfaces.executor import Call
from spotify.interfaces.transport import HttpRequest, HttpResponse, unsent
from spotify.operations import BY_ID
from spotify.testing import FakeTransport, UnexpectedRequestError, UnrecordedRequestError
from tests.support.executor_setup import ExecutorSetup, HangingTransport, NumberedTokens

LOST = TransportError("the connection broke", sent=True)


def write(operation_id: str, *, json: object = None, idempotent: bool | None = None, **arguments: str) -> Call[None]:
    return Call(operation=BY_ID[operation_id], into=type(None), json=json, arguments=arguments, idempotent=idempotent)


def replace(uri: str, playlist_id: str = "p") -> Call[None]:
    return write("reorder-or-replace-playlists-items", json={"uris": [uri]}, playlist_id=playlist_id, idempotent=True)


def add(uri: str, playlist_id: str = "p") -> Call[None]:
    return write("add-items-to-playlist", json={"uris": [uri]}, playlist_id=playlist_id)


def remove(uri: str, *, positions: bool = False) -> Call[None]:
    json = {"items": [{"uri": uri, "positions": [0]} if positions else {"uri": uri}]}
    return write("remove-items-playlist", json=json, playlist_id="p", idempotent=not positions)


def rename(name: str) -> Call[None]:
    return write("change-playlist-details", json={"name": name}, playlist_id="p")


def save(*uris: str) -> Call[None]:
    return write("save-library-items", uris=",".join(uris))


def unsave(*uris: str) -> Call[None]:
    return write("remove-library-items", uris=",".join(uris))


def route(call: Call[Any]) -> str:
    return f"{call.operation.method} {call.operation.path}"


async def lose(setup: ExecutorSetup, call: Call[None], executor: RetryingExecutor | None = None) -> None:
    """Make a call whose request is lost."""
    setup.transport.fail(route(call), LOST)
    with pytest.raises(SpotifyError):
        await (executor or setup.executor).execute(call)


async def waited(setup: ExecutorSetup, call: Call[None], executor: RetryingExecutor | None = None) -> float:
    """Make a call; return how long it waited."""
    setup.transport.answer(route(call), json={"snapshot_id": "s"})
    before = setup.clock.monotonic()
    await (executor or setup.executor).execute(call)
    return setup.clock.monotonic() - before


async def settled(setup: ExecutorSetup, call: Call[None]) -> None:
    """Wait until a call is settled, as if nothing was seen of it before."""
    while await setup.executor.write_order.settle(call):
        pass


@pytest.mark.parametrize(
    ("earlier", "later", "waits"),
    [
        (replace("a"), add("b"), True),
        (replace("a"), replace("b"), True),
        (replace("a"), replace("a"), False),
        (replace("a"), add("b", "another"), False),
        (replace("a"), rename("b"), False),
        (add("a"), add("a"), True),
        (remove("a"), add("a"), True),
        (remove("a"), remove("b"), False),
        (remove("a", positions=True), remove("b"), True),
        (remove("a"), remove("b", positions=True), True),
        (rename("a"), rename("b"), True),
        (save("a", "b"), save("b", "c"), False),
        (save("a", "b"), unsave("b", "c"), True),
        (save("a", "b"), unsave("c"), False),
        (unsave("spotify:track:a"), write("save-tracks-user", json={"ids": ["b", "a"]}), True),
        (write("save-albums-user", ids="a,b"), unsave("spotify:album:b"), True),
        (write("follow-playlist", playlist_id="a"), unsave("spotify:playlist:a"), True),
        (write("follow-artists-users", type="artist", ids="a"), unsave("spotify:artist:a"), True),
        (write("pause-a-users-playback"), write("start-a-users-playback"), False),
        (write("create-playlist", json={"name": "a"}), write("create-playlist", json={"name": "b"}), False),
    ],
)
async def test_a_write_waits_for_an_earlier_one_that_it_does_not_commute_with(
    earlier: Call[None], later: Call[None], waits: bool
) -> None:
    setup = ExecutorSetup(max_retries=0)
    await lose(setup, earlier)

    assert await waited(setup, later) == (90.0 if waits else 0.0)


@pytest.mark.parametrize(
    ("status", "headers", "waits"),
    [
        (502, {}, True),
        (503, {}, True),
        (504, {}, True),
        (503, {"Retry-After": "1"}, False),
        (500, {}, False),
        (400, {}, False),
        (429, {}, False),
    ],
)
async def test_only_a_gateway_responds_before_a_write_is_executed(
    status: int, headers: dict[str, str], waits: bool
) -> None:
    setup = ExecutorSetup(max_retries=0)
    setup.transport.answer(route(replace("a")), status=status, headers=headers)
    with pytest.raises(SpotifyError):
        await setup.executor.execute(replace("a"))
    setup.clock.advance(5.0)  # a pause after a 429 is over

    assert await waited(setup, add("b")) == (85.0 if waits else 0.0)


async def test_a_write_that_was_not_sent_is_settled() -> None:
    setup = ExecutorSetup(max_retries=0)
    setup.transport.fail(route(replace("a")), TransportError("no route", sent=False))
    with pytest.raises(TransportError):
        await setup.executor.execute(replace("a"))

    assert await waited(setup, add("b")) == 0.0


class RefusingTransport(FakeTransport):
    """A transport that raises `error` before it sends anything, once."""

    def __init__(self, error: BaseException) -> None:
        super().__init__()
        self.error: BaseException | None = error

    async def send(self, request: HttpRequest, /) -> HttpResponse:
        error, self.error = self.error, None
        if error is not None:
            raise error
        return await super().send(request)


UNSENT = {
    "a fake without a response": UnexpectedRequestError("no response"),
    "a cassette without a response": UnrecordedRequestError("no response"),
    "a closed transport": unsent(ClientClosedError("closed")),
    "an error of the transport's own": unsent(ValueError("no such host")),
    "a cancellation before there is a connection": unsent(asyncio.CancelledError()),
}


@pytest.mark.parametrize("kind", UNSENT)
async def test_a_write_is_settled_if_the_transport_raises_before_it_sends_it(kind: str) -> None:
    setup = ExecutorSetup(transport=RefusingTransport(UNSENT[kind]), max_retries=0)
    with pytest.raises(type(UNSENT[kind])):
        await setup.executor.execute(replace("a"))

    assert await waited(setup, add("b")) == 0.0


async def test_a_write_is_unsettled_if_the_transport_raises_any_other_error() -> None:
    setup = ExecutorSetup(transport=RefusingTransport(ValueError("unexpected")), max_retries=0)
    with pytest.raises(ValueError, match="unexpected"):
        await setup.executor.execute(replace("a"))

    assert await waited(setup, add("b")) == 90.0


async def test_a_retry_that_succeeds_does_not_settle_the_lost_request() -> None:
    setup = ExecutorSetup()
    setup.transport.fail(route(replace("a")), LOST)

    assert await waited(setup, replace("a")) == 1.0  # the backoff
    assert await waited(setup, add("b")) == 89.0


async def test_a_cancelled_write_is_unsettled() -> None:
    setup = ExecutorSetup(transport=HangingTransport())
    task = asyncio.create_task(setup.executor.execute(replace("a")))
    for _ in range(5):
        await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert setup.executor.write_order.unsettled_since(replace("a")) == setup.clock.time()


@pytest.mark.parametrize(
    ("config", "seconds"),
    [
        ({}, 90.0),
        ({"timeout": 0.3}, 90.0),
        ({"timeout": 60.0}, 180.0),
        ({"write_settle_time": 5.0}, 5.0),
        ({"write_settle_time": 0.0}, 0.0),
    ],
)
async def test_a_write_settles_after_three_timeouts_and_at_least_90_seconds(
    config: dict[str, float], seconds: float
) -> None:
    setup = ExecutorSetup(max_retries=0, **config)
    await lose(setup, replace("a"))

    assert await waited(setup, add("b")) == seconds


async def test_a_wait_beyond_the_deadline_raises_before_anything_is_sent() -> None:
    setup = ExecutorSetup(max_retries=0, deadline=60.0)
    await lose(setup, replace("a"))

    with pytest.raises(DeadlineExceededError, match="may still be executed for 90 s") as caught:
        await setup.executor.execute(add("b"))

    assert caught.value.may_have_been_executed is False
    assert len(setup.transport.requests) == 1


async def test_users_share_the_order_of_playlists_but_not_of_libraries() -> None:
    setup = ExecutorSetup(max_retries=0)
    ana, bob = (setup.executor.for_user(NumberedTokens()) for _ in range(2))
    await lose(setup, replace("a"), ana)
    await lose(setup, save("a"), ana)

    assert await waited(setup, unsave("a"), bob) == 0.0
    assert await waited(setup, unsave("a"), ana.with_config(setup.config)) == 90.0
    await lose(setup, replace("a"), ana)
    assert await waited(setup, add("b"), bob) == 90.0


async def test_closing_the_client_ends_a_wait() -> None:
    class StoppedClock(type(ExecutorSetup().clock)):  # type: ignore[misc]
        async def sleep(self, seconds: float, /) -> None:
            await asyncio.Event().wait()

    setup = ExecutorSetup(max_retries=0, clock=StoppedClock())
    await lose(setup, replace("a"))
    waits = [
        asyncio.create_task(wait)
        for wait in (
            setup.executor.execute(add("b")),
            setup.executor.write_order.settle(replace("a")),
            setup.executor.write_order.wait_for_earlier(add("b")),
        )
    ]
    for _ in range(5):
        await asyncio.sleep(0)

    await setup.executor.close()

    for wait in waits:
        with pytest.raises(ClientClosedError):
            await wait


async def test_reads_follow_at_growing_intervals_until_the_write_is_settled() -> None:
    setup = ExecutorSetup(max_retries=0)
    await lose(setup, add("a"))

    await settled(setup, add("a"))

    assert setup.clock.sleeps == [0.5, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 26.0]


async def test_reads_end_at_the_deadline() -> None:
    setup = ExecutorSetup(max_retries=0, deadline=5.0)
    await lose(setup, add("a"))

    with pytest.raises(DeadlineExceededError):
        await settled(setup, add("a"))

    assert setup.clock.monotonic() == 5.0


async def test_a_confirmed_write_is_settled() -> None:
    setup = ExecutorSetup(max_retries=0)
    await lose(setup, add("a"))

    setup.executor.write_order.confirm(add("a"))

    assert await waited(setup, add("b")) == 0.0


@pytest.mark.parametrize(("ago", "seconds"), [(0.0, 90.0), (60.0, 30.0), (90.0, 0.0), (-60.0, 90.0)])
async def test_another_process_restores_an_unsettled_write(ago: float, seconds: float) -> None:
    setup = ExecutorSetup()

    setup.executor.write_order.restore(replace("a"), setup.clock.time() - ago)

    assert await waited(setup, add("b")) == seconds


async def test_settled_writes_take_no_memory() -> None:
    setup = ExecutorSetup(max_retries=0, retry_budget=None)
    for number in range(1_000):
        await lose(setup, replace("a", f"p{number}"))
        setup.clock.advance(1.0)

    assert len(setup.executor._unsettled._shared._writes) <= 100
