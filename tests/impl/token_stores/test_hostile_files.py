"""`FileTokenStore` and the lock files with paths that are no ordinary files, and file systems that fail."""

import asyncio
import os
import socket
import stat
import threading
from pathlib import Path

import keyring.backends.fail
import pytest

from spotify.errors import TokenStoreError
from spotify.impl.token_stores import FileTokenStore, KeyringTokenStore
from tests.support.scarce_resources import full_disk, no_free_descriptors
from tests.support.token_samples import KEY, token


def fifo(path):
    os.mkfifo(path)


def directory(path):
    path.mkdir()


def link_to_a_device(path):
    path.symlink_to("/dev/full")


def dangling_link(path):
    path.symlink_to(path.with_name("nothing"))


def link_to_itself(path):
    path.symlink_to(path)


def link_to_a_file(path):
    path.rename(path.with_name("elsewhere")) if path.exists() else path.with_name("elsewhere").touch()
    path.symlink_to(path.with_name("elsewhere"))


def unix_socket(path):
    listener = socket.socket(socket.AF_UNIX)
    with listener:
        descriptor = os.open(path.parent, os.O_RDONLY)
        listener.bind(f"/proc/self/fd/{descriptor}/{path.name}")
        os.close(descriptor)


def huge_file(path):
    path.touch()
    os.truncate(path, 2**40)


def file_that_all_can_write(path):
    path.touch()
    path.chmod(0o666)


HOSTILE = [
    fifo,
    directory,
    link_to_a_device,
    dangling_link,
    link_to_itself,
    link_to_a_file,
    unix_socket,
    huge_file,
    file_that_all_can_write,
]


@pytest.fixture
def store(tmp_path):
    return FileTokenStore(tmp_path / "tokens", lock_timeout=5.0)


async def lock(store):
    async with store.lock(KEY):
        pass


async def lock_and_save(store):
    async with store.lock(KEY):
        await store.save(KEY, token(2))


async def error_of(call):
    """Return the message. No call may hang; a hanging one would block a thread, which a process cannot end."""
    with pytest.raises(TokenStoreError) as caught:
        await asyncio.wait_for(call, 60)
    assert "HUSH" not in f"{caught.value!r} {caught.value.__cause__!r} {caught.value.__context__!r}"
    return str(caught.value)


def make(path, hostile):
    path.parent.mkdir(mode=0o700, exist_ok=True)
    hostile(path)


@pytest.mark.parametrize("hostile", HOSTILE)
async def test_a_token_file_that_is_no_ordinary_file_is_an_error(hostile, store):
    path = store.path(KEY)
    make(path, hostile)
    before = path.lstat()
    for call in (store.load(KEY), store.save(KEY, token(2)), lock_and_save(store)):
        message = await error_of(call)
        assert str(path) in message
        assert "; " in message  # what to do
    assert (path.lstat().st_mode, path.lstat().st_ino) == (before.st_mode, before.st_ino)


@pytest.mark.parametrize("hostile", HOSTILE)
async def test_a_lock_file_that_is_no_ordinary_file_is_an_error(hostile, store):
    path = store.path(KEY).with_suffix(".lock")
    make(path, hostile)
    assert str(path) in await error_of(lock(store))
    assert not path.with_name("nothing").exists()


@pytest.mark.parametrize("hostile", [each for each in HOSTILE if each is not directory])
async def test_a_pending_file_that_is_no_ordinary_file_is_removed(hostile, store):
    path = store.path(KEY).with_suffix(".pending")
    make(path, hostile)
    await asyncio.wait_for(lock_and_save(store), 10)
    assert await store.load(KEY) == token(2)
    assert path not in set(path.parent.iterdir())


async def test_a_pending_path_that_is_a_directory_is_an_error(store):
    path = store.path(KEY).with_suffix(".pending")
    make(path, directory)
    for call in (lock(store), store.save(KEY, token(2))):
        assert str(path) in await error_of(call)


@pytest.mark.parametrize("mode", [0o777, 0o1777, 0o703])
async def test_a_directory_that_all_users_can_write_is_an_error(mode, store, tmp_path):
    await store.save(KEY, token(1))
    (tmp_path / "tokens").chmod(mode)
    for call in (store.load(KEY), store.save(KEY, token(2)), lock(store)):
        message = await error_of(call)
        assert f"{tmp_path / 'tokens'} cannot be used: every user of the machine can change it" in message
        assert "chmod o-w" in message


@pytest.mark.parametrize("path", ["tokens", "tokens/file"])
async def test_a_path_of_another_user_is_an_error(path, store, tmp_path, monkeypatch):
    await store.save(KEY, token(1))
    owned = store.path(KEY) if path == "tokens/file" else tmp_path / path
    if os.geteuid() == 0:
        os.chown(owned, 4321, -1)
    else:
        owned = tmp_path / "tokens"  # the first that is checked
        monkeypatch.setattr(os, "geteuid", lambda: 4321)
    for call in (store.load(KEY), store.save(KEY, token(2))):
        message = await error_of(call)
        assert f"{owned} cannot be used: it belongs to another user (uid " in message
        assert "chown" in message


@pytest.mark.parametrize("mask", [0o777, 0o277, 0o022])
async def test_no_umask_makes_the_files_unreadable(mask, store, tmp_path):
    before = os.umask(mask)
    try:
        await lock_and_save(store)
        assert await store.load(KEY) == token(2)
        await lock_and_save(store)
    finally:
        os.umask(before)
    modes = {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "tokens").iterdir()}
    assert modes == {0o600}
    assert stat.S_IMODE((tmp_path / "tokens").stat().st_mode) == 0o700


async def test_a_full_disk_is_an_error_and_keeps_the_token(store):
    await store.save(KEY, token(1))
    with full_disk():
        message = await error_of(store.save(KEY, token(2)))
    assert message.startswith(str(store.path(KEY).with_suffix(".pending")))
    assert "free some space" in message
    async with store.lock(KEY):
        assert await store.load(KEY) == token(1)


async def test_no_free_descriptor_is_an_error_and_keeps_the_token(store):
    await lock_and_save(store)
    with no_free_descriptors():
        messages = [await error_of(call) for call in (store.load(KEY), store.save(KEY, token(1)), lock(store))]
    assert all("Too many open files" in message and "ulimit" in message for message in messages)
    assert await store.load(KEY) == token(2)


@pytest.mark.parametrize("path", ["/dev/null/tokens", "/proc/nothing", "/tmp/" + "x" * 300])
async def test_a_directory_that_cannot_exist_is_an_error(path):
    store = FileTokenStore(path)
    for call in (lock(store), store.save(KEY, token(1))):
        assert path in await error_of(call)


async def test_a_file_replaced_while_it_is_read_is_read_whole(store):
    stop = threading.Event()

    def replace():
        while not stop.is_set():
            asyncio.run(store.save(KEY, token(2, scopes=["x" * 10_000])))

    await store.save(KEY, token(1))
    writer = threading.Thread(target=replace)
    writer.start()
    try:
        loaded = [await store.load(KEY) for _ in range(200)]
    finally:
        stop.set()
        writer.join()
    assert all(each in (token(1), token(2, scopes=["x" * 10_000])) for each in loaded)


@pytest.mark.parametrize("failure", [NotImplementedError("flock"), ValueError("x"), OSError(), RuntimeError("thread")])
async def test_a_failure_of_the_lock_is_an_error_with_the_path(failure, store, monkeypatch):
    async def acquire(_lock):
        raise failure

    monkeypatch.setattr("filelock.AsyncFileLock.acquire", acquire)
    message = await error_of(lock(store))
    assert str(store.path(KEY).with_suffix(".lock")) in message
    assert type(failure).__name__ in message


async def test_the_lock_files_of_a_keyring_are_checked_likewise(tmp_path):
    store = KeyringTokenStore(backend=keyring.backends.fail.Keyring(), lock_directory=tmp_path)
    tmp_path.chmod(0o777)
    assert "every user of the machine can change it" in await error_of(lock(store))


def test_a_missing_home_directory_is_an_error(monkeypatch):
    def no_home():
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", no_home)
    with pytest.raises(TokenStoreError, match="set HOME, or pass lock_directory"):
        KeyringTokenStore(backend=keyring.backends.fail.Keyring())


def test_a_keyring_that_cannot_be_chosen_is_an_error(monkeypatch, tmp_path):
    def broken():
        raise ModuleNotFoundError("HUSH")

    monkeypatch.setattr("keyring.get_keyring", broken)
    with pytest.raises(TokenStoreError, match=r"no keyring \(ModuleNotFoundError\); check") as caught:
        KeyringTokenStore(lock_directory=tmp_path)
    assert caught.value.__context__ is None


async def test_a_system_without_a_keyring_is_an_error(tmp_path):
    store = KeyringTokenStore(backend=keyring.backends.fail.Keyring(), lock_directory=tmp_path)
    for call in (store.load(KEY), store.save(KEY, token(1)), store.delete(KEY)):
        assert "NoKeyringError" in await error_of(call)


@pytest.mark.parametrize("entry", [7, b"HUSH", ["HUSH"], object(), "HUSH", "{}", "\udcff", "[" * 100_000])
async def test_a_keyring_entry_that_is_no_document_is_an_error(entry, tmp_path):
    class OddKeyring(keyring.backends.fail.Keyring):
        def get_password(self, service, username):
            return entry

    store = KeyringTokenStore(backend=OddKeyring(), lock_directory=tmp_path)
    for call in (store.load(KEY), store.save(KEY, token(1))):
        assert "keyring" in await error_of(call)


async def test_a_keyring_that_does_not_respond_is_an_error(tmp_path, monkeypatch):
    unlocked = threading.Event()

    class LockedKeyring(keyring.backends.fail.Keyring):
        def get_password(self, service, username):
            unlocked.wait()

        def set_password(self, service, username, password):
            pass

    monkeypatch.setattr("spotify.impl.token_stores.keyring_token_store._LONGEST_READ", 0.05)
    store = KeyringTokenStore(backend=LockedKeyring(), lock_directory=tmp_path)
    try:
        for call in (store.load(KEY), store.save(KEY, token(1)), store.delete(KEY)):
            assert "the keyring did not respond" in await error_of(call)
    finally:
        unlocked.set()
