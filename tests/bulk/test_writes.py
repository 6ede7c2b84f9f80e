"""Writes of several requests, and the errors that say where they stopped."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spotify.bulk.writes import BulkWrite, Part
from spotify.errors import (
    ClientClosedError,
    DecodeError,
    ForbiddenError,
    PartialWriteError,
    RateLimitError,
    SpotifyError,
    TransportError,
)
from spotify.operations.playlists import ADD_PLAYLIST_ITEMS
from tests.support.scripted_executor import ScriptedExecutor


def not_executed() -> SpotifyError:
    error = RateLimitError("slow down", status_code=429)
    error.may_have_been_executed = False
    return error


def maybe_executed() -> SpotifyError:
    return TransportError("the connection broke", sent=True)


class ScriptedWrite(ScriptedExecutor):
    """A write of one request per outcome, each of one URI, and its executor. An outcome is an error, or None."""

    def __init__(self, *outcomes: Exception | None) -> None:
        super().__init__({number: outcome for number, outcome in enumerate(outcomes) if outcome is not None})
        self.parts = [
            Part(
                operation=ADD_PLAYLIST_ITEMS,
                uris=[f"uri-{number}"],
                arguments={"playlist_id": "p"},
                json={"uris": [f"uri-{number}"]},
                is_chained=True,
                idempotent=False,
            )
            for number in range(len(outcomes))
        ]

    @property
    def snapshot_ids(self) -> list[str | None]:
        return [body.get("snapshot_id") for body in self.bodies]

    async def run(self) -> str | None:
        return await BulkWrite(self, self.parts).run()


async def stopped(write: ScriptedWrite) -> PartialWriteError:
    with pytest.raises(PartialWriteError) as caught:
        await write.run()
    return caught.value


async def test_each_request_refers_to_the_snapshot_of_the_previous_one() -> None:
    write = ScriptedWrite(None, None, None)

    assert await write.run() == "snapshot-2"
    assert write.snapshot_ids == [None, "snapshot-0", "snapshot-1"]


async def test_a_request_that_may_have_been_executed_is_unknown() -> None:
    error = await stopped(ScriptedWrite(None, maybe_executed(), None))

    assert (error.applied, error.unknown, error.not_applied) == (("uri-0",), ("uri-1",), ("uri-2",))


async def test_a_refused_request_is_not_applied() -> None:
    error = await stopped(ScriptedWrite(None, not_executed(), None))

    assert (error.applied, error.unknown, error.not_applied) == (("uri-0",), (), ("uri-1", "uri-2"))


async def test_a_response_that_cannot_be_decoded_leaves_it_unknown() -> None:
    error = await stopped(ScriptedWrite(None, DecodeError("no snapshot")))

    assert (error.applied, error.unknown, error.not_applied) == (("uri-0",), ("uri-1",), ())


async def test_an_error_of_the_applications_components_leaves_it_unknown() -> None:
    cause = RuntimeError("the vault is sealed")

    error = await stopped(ScriptedWrite(None, cause, None))

    assert (error.applied, error.unknown, error.not_applied) == (("uri-0",), ("uri-1",), ("uri-2",))
    assert error.__cause__ is cause


async def test_the_error_has_a_cause_the_operation_and_the_last_snapshot() -> None:
    cause = not_executed()

    error = await stopped(ScriptedWrite(None, None, cause))

    assert error.__cause__ is cause
    assert error.operation == "add-items-to-playlist"
    assert error.snapshot_id == "snapshot-1"
    assert "2 applied, 0 unknown, 1 not applied" in str(error)


async def test_nothing_is_sent_after_a_failure() -> None:
    write = ScriptedWrite(None, not_executed(), None)

    await stopped(write)

    assert len(write.snapshot_ids) == 2


async def test_an_unknown_first_request_raises_partial_write_error() -> None:
    error = await stopped(ScriptedWrite(maybe_executed(), None))

    assert (error.applied, error.unknown, error.not_applied) == ((), ("uri-0",), ("uri-1",))
    assert error.snapshot_id is None


@pytest.mark.parametrize("error", [not_executed(), ForbiddenError("not yours", status_code=403)])
async def test_a_refused_first_request_raises_its_own_error(error: SpotifyError) -> None:
    error.may_have_been_executed = False

    with pytest.raises(type(error)) as caught:
        await ScriptedWrite(error, None).run()

    assert caught.value is error


@pytest.mark.parametrize("error", [maybe_executed(), ClientClosedError("closed"), RuntimeError("sealed")])
async def test_a_single_request_raises_its_own_error(error: Exception) -> None:
    with pytest.raises(type(error)) as caught:
        await ScriptedWrite(error).run()

    assert caught.value is error


@given(before=st.integers(1, 5), after=st.integers(0, 5), executed=st.booleans())
async def test_applied_unknown_and_not_applied_are_all_uris_in_order(before: int, after: int, executed: bool) -> None:
    write = ScriptedWrite(*[None] * before, maybe_executed() if executed else not_executed(), *[None] * after)

    error = await stopped(write)

    assert [*error.applied, *error.unknown, *error.not_applied] == [uri for part in write.parts for uri in part.uris]
    assert (len(error.applied), len(error.unknown)) == (before, int(executed))
