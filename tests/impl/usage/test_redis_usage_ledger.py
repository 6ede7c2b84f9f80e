"""The usage ledger in Redis: expiry, repeated updates, and values of another program."""

import pytest

from spotify import ClientConfig
from spotify.impl.usage import RedisUsageLedger
from spotify.interfaces.usage_ledger import LedgerUnavailableError, LedgerUpdate, StoredPause
from spotify.testing import SpotifySandbox

NOW = 1_800_000_000.0
BUCKET = int(NOW // 900)


@pytest.fixture
async def ledger(redis_server):
    ledger = RedisUsageLedger(redis_server.url, prefix="app", timeout=5.0)
    yield ledger
    await ledger.close()


def update(number=1, *, counts=None, pauses=(), writer="one"):
    counts = {BUCKET: {"get-an-album": (2, 1, 0, 3)}} if counts is None else counts
    return LedgerUpdate(writer=writer, number=number, counts=counts, pauses=pauses)


async def exchange(ledger, change=None, *, now=NOW, first=BUCKET - 96):
    return await ledger.exchange(update(counts={}) if change is None else change, first_bucket=first, now=now)


async def test_updates_add_up_and_a_repeated_one_does_not(ledger):
    await exchange(ledger, update(1))
    await exchange(ledger, update(1))
    await exchange(ledger, update(1, writer="two"))
    content = await exchange(ledger, update(2, counts={BUCKET - 1: {"get-a-show": (1, 0, 1, 0)}}))

    assert content.counts == {BUCKET - 1: {"get-a-show": [1, 0, 1, 0]}, BUCKET: {"get-an-album": [4, 2, 0, 6]}}
    assert (await exchange(ledger)).counts == content.counts
    assert (await exchange(ledger, first=BUCKET)).counts == {BUCKET: {"get-an-album": [4, 2, 0, 6]}}


async def test_the_longest_pause_counts_until_it_ends(ledger):
    long, short = (StoredPause(operation="get-an-album", until=NOW + s, reason="quota_exceeded") for s in (500, 400))
    for_all = StoredPause(operation=None, until=NOW + 100.5, reason="rate_limit")
    await exchange(ledger, update(1, pauses=[long]))
    content = await exchange(ledger, update(2, pauses=[short, for_all]))

    assert sorted(content.pauses, key=str) == sorted([long, for_all], key=str)
    assert (await exchange(ledger, now=NOW + 101)).pauses == [long]
    assert (await exchange(ledger, now=NOW + 500)).pauses == []


async def test_every_key_expires(ledger, redis_client):
    pause = StoredPause(operation=None, until=NOW + 1e10, reason="rate_limit")
    await exchange(ledger, update(pauses=[pause]))

    lifetimes = {key: await redis_client.ttl(key) for key in await redis_client.keys("*")}
    assert len(lifetimes) == 3
    assert all(seconds > 0 for seconds in lifetimes.values()), lifetimes
    assert lifetimes[f"app:usage:{BUCKET}".encode()] == pytest.approx(90_000, abs=60)


@pytest.mark.parametrize(
    "command",
    [
        ("SET", f"app:usage:{BUCKET}", "x"),
        ("HSET", f"app:usage:{BUCKET}", "get-an-album made", "many"),
        ("HSET", f"app:usage:{BUCKET}", "unknown", "1"),
        ("HSET", "app:usage:pauses", "get-an-album", "9e9 because"),
        ("SADD", "app:usage:pauses", "x"),
    ],
    ids=lambda command: " ".join(command[:2]),
)
async def test_values_of_another_program_make_the_ledger_unavailable(ledger, redis_client, command):
    await redis_client.execute_command(*command)

    with pytest.raises(LedgerUnavailableError, match=r"Redis at 127\.0\.0\.1"):
        await exchange(ledger, update())


async def test_a_server_that_refuses_scripts_fails_no_call(redis_server, redis_client, caplog):
    await redis_client.execute_command("SET", "jukebox:usage:pauses", "x")
    async with SpotifySandbox() as sandbox:
        config = ClientConfig(redis_url=redis_server.url, redis_prefix="jukebox")
        async with sandbox.client(config=config) as client:
            for album in sandbox.catalogue.albums[:3]:
                await client.albums.get(album.id)
        assert client.usage.total.made == 3
    assert sum("usage_ledger_unavailable" in message for message in caplog.messages) == 1
