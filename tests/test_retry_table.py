"""The table of docs/errors.md that says what is retried, row by row, against the sandbox."""

import re
from pathlib import Path

import pytest

from spotify import (
    AuthenticationError,
    BadRequestError,
    DecodeError,
    QuotaExceededError,
    RateLimitError,
    ServerError,
    TransportError,
)
from spotify.testing import FakeClock, Fault, SpotifySandbox

READ, IDEMPOTENT, OTHER = "a read", "an idempotent write", "another write"
PAGE = Path(__file__).parents[1] / "docs" / "errors.md"

CALLS = {
    READ: lambda client, has: client.albums.get(has.albums[0].id),
    IDEMPOTENT: lambda client, has: client.library.save_items([has.albums[0].uri]),
    OTHER: lambda client, has: client.playlists.add_items(has.empty_playlist.id, [has.tracks[0].uri]),
}
OPERATIONS = {READ: "get-an-album", IDEMPOTENT: "save-library-items", OTHER: "add-items-to-playlist"}


class TwoTokens:
    """An auth provider with a second token."""

    def __init__(self, sandbox):
        self._tokens = [sandbox.issue_token(user=sandbox.catalogue.default_user.id) for _ in range(2)]

    async def get_access_token(self):
        return self._tokens[0]

    async def invalidate(self, _token):
        del self._tokens[0]


class Bench:
    """A sandbox in which one request fails, and a client whose clock does not wait."""

    def __init__(self, sandbox, clock):
        self.sandbox, self.clock = sandbox, clock

    async def call(self, kind, fault, **options):
        self.sandbox.fail(OPERATIONS[kind], fault, times=1)
        async with self.sandbox.client(auth_provider=TwoTokens(self.sandbox), clock=self.clock) as client:
            return await CALLS[kind](client.with_options(**options), self.sandbox.catalogue)

    @property
    def sent(self):
        return len(self.sandbox.requests)

    def executed(self, kind):
        return self.sandbox.executions[OPERATIONS[kind]]


@pytest.fixture
async def bench():
    async with SpotifySandbox() as sandbox:
        yield Bench(sandbox, FakeClock())


@pytest.mark.parametrize("kind", CALLS)
@pytest.mark.parametrize(
    "fault",
    [Fault.status(401), Fault.status(429, retry_after=7), Fault.status(503, retry_after=7)],
    ids=["401", "429", "503 with Retry-After"],
)
async def test_a_request_that_was_not_executed_is_retried(bench, kind, fault):
    await bench.call(kind, fault)
    assert (bench.sent, bench.executed(kind)) == (2, 1)


@pytest.mark.parametrize("kind", CALLS)
@pytest.mark.parametrize(
    ("fault", "options", "error"),
    [
        (Fault.status(429, retry_after=3_600), {}, RateLimitError),
        (Fault.status(429, retry_after=20), {"deadline": 10.0}, RateLimitError),
        (Fault.status(429, reason="QUOTA_EXCEEDED", retry_after=1), {}, QuotaExceededError),
        (Fault.status(400), {}, BadRequestError),
    ],
    ids=["long wait", "after the deadline", "exceeded quota", "400"],
)
async def test_a_retry_that_cannot_help_is_not_made(bench, kind, fault, options, error):
    with pytest.raises(error):
        await bench.call(kind, fault, **options)
    assert (bench.sent, bench.executed(kind), bench.clock.sleeps) == (1, 0, [])


@pytest.mark.parametrize(
    "fault",
    [
        Fault.status(502),
        Fault.status(500, executed=True),
        Fault.reset(),
        Fault.reset(executed=True),
        Fault.cut(),
    ],
    ids=str,
)
class TestRequestThatMayHaveBeenExecuted:
    @pytest.mark.parametrize("kind", [READ, IDEMPOTENT])
    async def test_it_is_retried_if_it_is_idempotent(self, bench, kind, fault):
        await bench.call(kind, fault)
        assert bench.sent == 2
        assert bench.executed(kind) == 1 + fault.executed

    async def test_it_is_not_retried_otherwise(self, bench, fault):
        with pytest.raises((ServerError, TransportError)) as caught:
            await bench.call(OTHER, fault)
        assert (bench.sent, bench.executed(OTHER)) == (1, int(fault.executed))
        assert caught.value.may_have_been_executed is True


async def test_an_invalid_body_is_not_retried(bench):
    with pytest.raises(DecodeError):
        await bench.call(READ, Fault.garbage("broken-json"))
    assert bench.sent == 1


async def test_a_second_401_is_raised(bench):
    bench.sandbox.fail(OPERATIONS[OTHER], Fault.status(401), times=1)
    with pytest.raises(AuthenticationError):
        await bench.call(OTHER, Fault.status(401))
    assert (bench.sent, bench.executed(OTHER)) == (2, 0)


async def test_a_request_that_was_not_sent_is_retried(bench):
    sandbox = bench.sandbox

    class Restarting(FakeClock):
        async def sleep(self, seconds):
            await sandbox.start()

    async with sandbox.client(clock=Restarting()) as client:
        await sandbox.stop()
        await client.playlists.add_items(sandbox.catalogue.empty_playlist.id, [sandbox.catalogue.tracks[0].uri])
    assert bench.executed(OTHER) == 1


def test_the_table_is_there():
    section = PAGE.read_text().partition("## What is retried")[2].partition("\n## ")[0]
    assert len(re.findall(r"^\| .* \|$", section, re.MULTILINE)) == 10
