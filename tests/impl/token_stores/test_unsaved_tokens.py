"""Which processes have a token that they could not save, by files and with the keyring. Each store is a process."""

import asyncio
import gc
import os
import threading
import time
from contextlib import contextmanager, suppress

import pytest

from spotify.errors import ServerError, TokenStoreError
from spotify.impl.token_stores import FileTokenStore, KeyringTokenStore
from tests.impl.token_stores.test_token_stores import DictKeyring
from tests.support.scarce_resources import full_disk
from tests.support.token_samples import KEY, token


class Processes:
    """Processes that share a directory, and a keyring for the kind `keyring`."""

    def __init__(self, kind, directory):
        self._backend = DictKeyring() if kind == "keyring" else None
        self._directory = directory

    def start(self, **settings):
        if self._backend is None:
            return FileTokenStore(self._directory, **settings)
        return KeyringTokenStore(backend=self._backend, lock_directory=self._directory, **settings)

    @contextmanager
    def failing_saves(self):
        if self._backend is None:
            with full_disk():
                yield
        else:
            self._backend.error = LookupError()
            try:
                yield
            finally:
                self._backend.error = None

    async def fail_to_save(self, store, *, is_given_up=False):
        """Fail to save a token, whose error leaves the context of the lock unless it is given up."""
        with suppress(TokenStoreError):
            async with store.lock(KEY):
                with suppress(TokenStoreError if is_given_up else ()), self.failing_saves():
                    await store.save(KEY, token(2))
        assert await store.load(KEY) != token(2)

    def note(self):
        (note,) = self._directory.glob("*.unsaved")
        return note


@pytest.fixture(params=["file", "keyring"])
async def processes(request, tmp_path):
    processes = Processes(request.param, tmp_path)
    await save(processes.start(), 1)
    return processes


async def save(store, number):
    async with store.lock(KEY):
        await store.save(KEY, token(number))


async def unfinished(store):
    async with store.lock(KEY):
        return await store.unfinished(KEY)


async def test_a_process_that_could_not_save_is_unfinished_until_it_has_saved(processes):
    first, second = processes.start(), processes.start()
    results = [await unfinished(second)]
    await processes.fail_to_save(first)
    results += [await unfinished(first), await unfinished(second)]
    await save(first, 2)
    results.append(await unfinished(second))
    assert results == [None, None, pytest.approx(30.0, abs=30.0), None]


async def test_a_lock_without_a_save_does_not_finish_it(processes):
    first, second = processes.start(), processes.start()
    await processes.fail_to_save(first)
    async with first.lock(KEY):
        await first.load(KEY)
    assert await unfinished(second) is not None


async def test_an_error_after_the_save_does_not_leave_it_unfinished(processes):
    first, second = processes.start(), processes.start()
    await processes.fail_to_save(first)
    for error in (ServerError("later", status_code=500), TokenStoreError("later")):
        with suppress(type(error)):
            async with first.lock(KEY):
                await first.save(KEY, token(2))
                raise error
        assert await unfinished(second) is None


@pytest.mark.parametrize("change", ["login", "logout"])
async def test_a_token_saved_or_deleted_elsewhere_replaces_the_unsaved_one(change, processes):
    first, second, third = processes.start(), processes.start(), processes.start()
    await processes.fail_to_save(first)
    async with second.lock(KEY):
        await (second.save(KEY, token(5)) if change == "login" else second.delete(KEY))
    assert await unfinished(third) is None
    await processes.fail_to_save(first)  # the token of a later refresh
    assert await unfinished(third) is not None


async def test_a_save_that_was_given_up_is_not_unfinished(processes):
    first, second = processes.start(), processes.start()
    await processes.fail_to_save(first, is_given_up=True)
    assert await unfinished(second) is None


async def test_it_is_unfinished_since_its_last_attempt_to_save(processes):
    first, second = processes.start(), processes.start()
    await processes.fail_to_save(first)
    failed_at = time.time() - 1200
    os.utime(processes.note(), (failed_at, failed_at))
    results = [await unfinished(second), await unfinished(second)]  # looking at it does not change it
    await processes.fail_to_save(first)
    results.append(await unfinished(second))
    assert results == [pytest.approx(1230.0, abs=30.0)] * 2 + [pytest.approx(30.0, abs=30.0)]


async def test_a_process_that_ends_is_not_unfinished(processes):
    first, second = processes.start(), processes.start()
    await processes.fail_to_save(first)
    del first
    for _ in range(10):  # until the event loop and the threads of the store have dropped it
        await asyncio.to_thread(gc.collect)
    assert await unfinished(second) is None


class Blocked:
    """A function that waits in its thread until `release` is set."""

    def __init__(self, function):
        self._function = function
        self.is_running, self.release = threading.Event(), threading.Event()

    def __call__(self, *arguments):
        self.is_running.set()
        self.release.wait()
        return self._function(*arguments)


async def is_locked(processes):
    try:
        await unfinished(processes.start(lock_timeout=0.0))
    except TokenStoreError:
        return True
    return False


STEPS = {
    "file, save": ("_write", lambda store: store.save(KEY, token(2))),
    "file, recover": ("_recover", None),
    "keyring, save": ("_write", lambda store: store.save(KEY, token(2))),
    "keyring, delete": ("_delete", lambda store: store.delete(KEY)),
}


@pytest.mark.parametrize("step", STEPS)
async def test_the_lock_is_held_until_what_was_cancelled_in_it_has_ended(step, tmp_path, monkeypatch):
    name, call = STEPS[step]
    processes = Processes(step.partition(",")[0], tmp_path)
    store = processes.start()
    await save(store, 1)
    blocked = Blocked(getattr(store, name))
    monkeypatch.setattr(type(store), name, lambda _store, *arguments: blocked(*arguments))

    async def run():
        async with store.lock(KEY):
            if call is not None:
                await call(store)

    running = asyncio.create_task(run())
    await asyncio.to_thread(blocked.is_running.wait)
    for _ in range(2):
        running.cancel()
        await asyncio.sleep(0)
    monkeypatch.undo()
    try:
        assert await is_locked(processes)
    finally:
        blocked.release.set()
        await asyncio.wait([running])
    assert running.cancelled()
    assert not await is_locked(processes)
    if name == "_write":
        assert await store.load(KEY) == token(2)
