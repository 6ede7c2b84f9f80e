"""The usage ledger in a file: damaged, foreign and unwritable files, and repeated updates."""

import json
import os
import stat
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spotify import ClientConfig
from spotify.impl.token_stores.token_document import DamagedDocumentError
from spotify.impl.usage import FileUsageLedger
from spotify.impl.usage.file_usage_ledger import _Content
from spotify.interfaces.usage_ledger import LedgerUnavailableError, LedgerUpdate, StoredPause
from spotify.testing import FakeClock, SpotifySandbox

NOW = 1_800_000_000.0
BUCKET = int(NOW // 900)


def update(number=1, *, counts=None, pauses=(), writer="one"):
    counts = {BUCKET: {"get-an-album": (2, 1, 0, 3)}} if counts is None else counts
    return LedgerUpdate(writer=writer, number=number, counts=counts, pauses=pauses)


async def exchange(path, change=None, *, now=NOW):
    change = update(counts={}) if change is None else change
    return await FileUsageLedger(path).exchange(change, first_bucket=int(now // 900) - 96, now=now)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "new" / "usage.json"


async def test_updates_add_up_and_a_repeated_one_does_not(path):
    await exchange(path, update(1))
    await exchange(path, update(1))
    await exchange(path, update(1, writer="two"))
    content = await exchange(path, update(2))

    assert content.counts == {BUCKET: {"get-an-album": [6, 3, 0, 9]}}
    assert (await exchange(path)).counts == content.counts


async def test_the_longest_pause_counts_until_it_ends(path):
    long, short = (StoredPause(operation="get-an-album", until=NOW + s, reason="quota_exceeded") for s in (500, 400))
    for_all = StoredPause(operation=None, until=NOW + 100, reason="rate_limit")
    await exchange(path, update(1, pauses=[long]))
    content = await exchange(path, update(2, pauses=[short, for_all]))

    assert sorted(content.pauses, key=str) == sorted([long, for_all], key=str)
    assert (await exchange(path, now=NOW + 100)).pauses == (long,)
    assert (await exchange(path, now=NOW + 500)).pauses == ()


async def test_old_counts_are_removed_from_the_file(path):
    await exchange(path, update(1))
    await exchange(path, update(2, counts={BUCKET + 200: {"get-a-show": (1, 0, 0, 0)}}), now=NOW + 200 * 900)

    assert list(json.loads(path.read_text())["counts"]) == [str(BUCKET + 200)]


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX permissions")
async def test_the_file_and_its_directory_are_accessible_to_their_owner_only(path):
    await exchange(path, update())

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert sorted(file.name for file in path.parent.iterdir()) == ["usage.json", "usage.json.lock"]


DAMAGED = [
    b"",
    b"\xff\xfe",
    b"[]",
    b"{}",
    b"[" * 100_000,
    b'{"version": 1, "counts": {"x": {}}, "pauses": [], "updates": {}}',
    b'{"version": 1, "counts": {"1": {"a": [1, 2, 3]}}, "pauses": [], "updates": {}}',
    b'{"version": 1, "counts": {"1": {"a": [1, 2, 3, -4]}}, "pauses": [], "updates": {}}',
    b'{"version": 1, "counts": {}, "pauses": [[1, 2, "rate_limit"]], "updates": {}}',
    b'{"version": 1, "counts": {}, "pauses": [[null, NaN, "rate_limit"]], "updates": {}}',
    b'{"version": 1, "counts": {}, "pauses": [], "updates": {"a": 1}}',
]


@pytest.mark.parametrize("damage", DAMAGED, ids=range(len(DAMAGED)))
async def test_a_damaged_file_is_logged_once_and_counts_as_empty(path, damage, caplog):
    path.parent.mkdir(mode=0o700)
    path.write_bytes(damage)
    ledger = FileUsageLedger(path)

    for _ in range(2):
        content = await ledger.exchange(update(counts={}), first_bucket=0, now=NOW)
        assert (content.counts, content.pauses) == ({}, ())
    assert path.read_bytes() == damage
    content = await ledger.exchange(update(), first_bucket=0, now=NOW)

    assert content.counts == (await exchange(path)).counts == {BUCKET: {"get-an-album": [2, 1, 0, 3]}}
    assert sum("usage_ledger_damaged" in message for message in caplog.messages) == 1


async def test_a_file_of_a_later_version_is_left_alone(path):
    path.parent.mkdir(mode=0o700)
    path.write_text('{"version": 2}')

    with pytest.raises(LedgerUnavailableError, match="a later version"):
        await exchange(path, update())
    assert path.read_text() == '{"version": 2}'


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["1", "a"]), inner, max_size=2),
)


@given(st.fixed_dictionaries({"version": st.just(1) | JSON, "counts": JSON, "pauses": JSON, "updates": JSON}))
def test_any_document_is_read_or_damaged(document):
    try:
        content = _Content.parse(json.dumps(document), Path("usage.json"))
    except (DamagedDocumentError, LedgerUnavailableError):
        return
    content.drop_old(NOW)
    content.add(update(), NOW)
    _Content.parse(content.to_json(), Path("usage.json"))


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX permissions")
@pytest.mark.parametrize("kind", ["open directory", "directory", "link", "fifo"])
async def test_a_file_that_cannot_be_used_fails_no_call(path, kind, caplog):
    path.parent.mkdir(mode=0o700)
    if kind == "open directory":
        path.parent.chmod(0o777)
    elif kind == "directory":
        path.mkdir()
    elif kind == "link":
        path.symlink_to(path.parent / "elsewhere")
    else:
        os.mkfifo(path)
    config = ClientConfig(usage_path=str(path))
    async with SpotifySandbox() as sandbox, sandbox.client(config=config, clock=FakeClock()) as client:
        await client.albums.get(sandbox.catalogue.albums[0].id)
        await client.usage.sync()

    assert client.usage.total.made == 1
    assert sum("usage_ledger_unavailable" in message for message in caplog.messages) == 1


@pytest.mark.parametrize(("path", "kind"), [("", ValueError), ("a\0b", ValueError), (5, TypeError)])
def test_a_path_that_is_none_is_refused(path, kind):
    with pytest.raises(kind, match="usage_path"):
        FileUsageLedger(path)
