"""Writes in several requests, and what an error tells of them."""

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


class Journal(ScriptedExecutor):
    """An executor of parts of one URI each; those with an error to raise raise it."""

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
    def given(self) -> list[str | None]:
        return [body.get("snapshot_id") for body in self.bodies]

    async def run(self) -> str | None:
        return await BulkWrite(self, self.parts).run()


async def stopped(journal: Journal) -> PartialWriteError:
    with pytest.raises(PartialWriteError) as caught:
        await journal.run()
    return caught.value


async def test_each_part_is_given_what_the_one_before_it_left() -> None:
    journal = Journal(None, None, None)

    assert await journal.run() == "snapshot-2"
    assert journal.given == [None, "snapshot-0", "snapshot-1"]


async def test_what_was_on_the_wire_is_unknown() -> None:
    error = await stopped(Journal(None, maybe_executed(), None))

    assert (error.applied, error.unknown, error.not_applied) == (("uri-0",), ("uri-1",), ("uri-2",))


async def test_what_was_refused_is_not_applied() -> None:
    error = await stopped(Journal(None, not_executed(), None))

    assert (error.applied, error.unknown, error.not_applied) == (("uri-0",), (), ("uri-1", "uri-2"))


async def test_an_answer_that_cannot_be_read_leaves_it_unknown() -> None:
    error = await stopped(Journal(None, DecodeError("no snapshot")))

    assert (error.applied, error.unknown, error.not_applied) == (("uri-0",), ("uri-1",), ())


async def test_an_error_of_the_application_s_own_parts_leaves_it_unknown_too() -> None:
    cause = RuntimeError("the vault is sealed")

    error = await stopped(Journal(None, cause, None))

    assert (error.applied, error.unknown, error.not_applied) == (("uri-0",), ("uri-1",), ("uri-2",))
    assert error.__cause__ is cause


async def test_the_error_has_its_cause_the_operation_and_the_last_snapshot() -> None:
    cause = not_executed()

    error = await stopped(Journal(None, None, cause))

    assert error.__cause__ is cause
    assert error.operation == "add-items-to-playlist"
    assert error.snapshot_id == "snapshot-1"
    assert "2 applied, 0 unknown, 1 not applied" in str(error)


async def test_nothing_is_sent_after_a_failure() -> None:
    journal = Journal(None, not_executed(), None)

    await stopped(journal)

    assert len(journal.given) == 2


async def test_a_first_part_that_may_have_been_applied_is_a_partial_write() -> None:
    error = await stopped(Journal(maybe_executed(), None))

    assert (error.applied, error.unknown, error.not_applied) == ((), ("uri-0",), ("uri-1",))
    assert error.snapshot_id is None


@pytest.mark.parametrize("error", [not_executed(), ForbiddenError("not yours", status_code=403)])
async def test_a_first_part_that_was_refused_says_so_itself(error: SpotifyError) -> None:
    error.may_have_been_executed = False

    with pytest.raises(type(error)) as caught:
        await Journal(error, None).run()

    assert caught.value is error


@pytest.mark.parametrize("error", [maybe_executed(), ClientClosedError("closed"), RuntimeError("sealed")])
async def test_a_single_part_says_itself_what_happened(error: Exception) -> None:
    with pytest.raises(type(error)) as caught:
        await Journal(error).run()

    assert caught.value is error


@given(before=st.integers(1, 5), after=st.integers(0, 5), executed=st.booleans())
async def test_applied_unknown_and_not_applied_are_all_there_is_in_order(
    before: int, after: int, executed: bool
) -> None:
    journal = Journal(*[None] * before, maybe_executed() if executed else not_executed(), *[None] * after)

    error = await stopped(journal)

    assert [*error.applied, *error.unknown, *error.not_applied] == [uri for part in journal.parts for uri in part.uris]
    assert (len(error.applied), len(error.unknown)) == (before, int(executed))
