"""The behaviour that all token stores share, and that of files and the keyring."""

import asyncio
import inspect
import sys
from contextlib import AsyncExitStack

import keyring.backend
import keyring.errors
import pytest
from cryptography.fernet import Fernet

from spotify.errors import TokenStoreError
from spotify.impl.token_stores import FileTokenStore, KeyringTokenStore, MemoryTokenStore, RedisTokenStore
from spotify.interfaces import TokenKey, TokenStore
from spotify.testing import check_token_store
from tests.support.token_samples import DAMAGES, KEY, damaged, token

OTHER_KEYS = [
    TokenKey(client_id="app", user="bo"),
    TokenKey(client_id="other", user="ana"),
    TokenKey(client_id="app\nana", user=""),
    TokenKey(client_id="appana", user=""),
    TokenKey(client_id="../app", user="é/\x00" * 200),
]


class DictKeyring(keyring.backend.KeyringBackend):
    """A keyring in memory."""

    priority = 1

    def __init__(self):
        super().__init__()
        self.entries = {}
        self.error = None

    def get_password(self, service, username):
        if self.error:
            raise self.error
        return self.entries.get((service, username))

    def set_password(self, service, username, password):
        if self.error:
            raise keyring.errors.PasswordSetError(password)
        self.entries[service, username] = password

    def delete_password(self, service, username):
        del self.entries[service, username]


@pytest.fixture(params=["memory", "file", "keyring", "Redis", "Redis, encrypted"])
async def store(request, tmp_path):
    if request.param == "memory":
        yield MemoryTokenStore()
    elif request.param == "file":
        yield FileTokenStore(tmp_path / "new" / "tokens")
    elif request.param == "keyring":
        yield KeyringTokenStore(backend=DictKeyring(), lock_directory=tmp_path)
    else:
        keys = [Fernet.generate_key()] if "encrypted" in request.param else []
        async with RedisTokenStore(request.getfixturevalue("redis_server").url, encryption_keys=keys) as store:
            yield store


def test_store_implements_the_protocol(store):
    for name, declared in vars(TokenStore).items():
        if name[0] != "_" and inspect.isfunction(declared):
            implemented = [(p.name, p.kind) for p in inspect.signature(getattr(store, name)).parameters.values()]
            expected = [(p.name, p.kind) for p in list(inspect.signature(declared).parameters.values())[1:]]
            assert implemented == expected


async def test_store_passes_the_conformance_check(store):
    await check_token_store(lambda: store)


async def test_keys_have_separate_tokens(store):
    keys = [KEY, *OTHER_KEYS]
    for number, key in enumerate(keys):
        await store.save(key, token(number))
    assert [await store.load(key) for key in keys] == [token(number) for number in range(len(keys))]


async def test_repr_shows_no_token(store):
    await store.save(KEY, token(1))
    assert "HUSH" not in repr(store)


@pytest.mark.parametrize("damage", DAMAGES)
async def test_damaged_file_is_an_error_and_not_changed(damage, tmp_path):
    store = FileTokenStore(tmp_path)
    await store.save(KEY, token(1))
    path = store.path(KEY)
    path.write_bytes(damaged(path.read_bytes(), damage))
    before = path.read_bytes()
    with pytest.raises(TokenStoreError, match="damaged") as of_load:
        await store.load(KEY)
    with pytest.raises(TokenStoreError, match="delete it"):
        await store.save(KEY, token(2))
    assert path.read_bytes() == before
    assert "HUSH" not in f"{of_load.value!r} {vars(of_load.value)} {of_load.value.__context__!r}"


async def test_damaged_keyring_entry_is_an_error_and_not_changed(tmp_path):
    backend = DictKeyring()
    store = KeyringTokenStore(backend=backend, lock_directory=tmp_path)
    await store.save(KEY, token(1))
    backend.entries = dict.fromkeys(backend.entries, '{"access_token": "HUSH')
    with pytest.raises(TokenStoreError, match="damaged") as caught:
        await store.load(KEY)
    with pytest.raises(TokenStoreError, match="damaged"):
        await store.save(KEY, token(2))
    assert set(backend.entries.values()) == {'{"access_token": "HUSH'}
    assert "HUSH" not in repr(caught.value)


def test_missing_keyring_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(ImportError, match=r"pip install 'async-spotify-client\[keyring\]'"):
        KeyringTokenStore()


async def test_keyring_error_shows_no_token(tmp_path):
    backend = DictKeyring()
    store = KeyringTokenStore(backend=backend, lock_directory=tmp_path)
    backend.error = keyring.errors.KeyringLocked("HUSH")
    for call in (store.load(KEY), store.save(KEY, token(1)), store.delete(KEY)):
        with pytest.raises(TokenStoreError, match="keyring") as caught:
            await call
        assert "HUSH" not in repr(caught.value)
        assert caught.value.__context__ is None


async def test_file_and_directory_are_accessible_to_the_owner_only(tmp_path):
    store = FileTokenStore(tmp_path / "tokens")
    await store.save(KEY, token(1))
    async with store.lock(KEY):
        pass
    modes = {path.name.split(".")[-1]: path.stat().st_mode & 0o777 for path in (tmp_path / "tokens").iterdir()}
    assert modes == {"json": 0o600, "lock": 0o600, "unsaved": 0o600}
    assert (tmp_path / "tokens").stat().st_mode & 0o777 == 0o700


async def test_file_name_does_not_reveal_the_user(tmp_path):
    store = FileTokenStore(tmp_path)
    await store.save(KEY, token(1))
    assert not any("ana" in path.name for path in tmp_path.iterdir())


async def test_complete_pending_file_of_a_dead_process_is_used(tmp_path):
    store = FileTokenStore(tmp_path)
    await store.save(KEY, token(2))
    store.path(KEY).rename(store.path(KEY).with_suffix(".pending"))
    await FileTokenStore(tmp_path / "other").save(KEY, token(1))
    (tmp_path / "other" / store.path(KEY).name).rename(store.path(KEY))
    async with store.lock(KEY):
        assert await store.load(KEY) == token(2)


async def test_partial_pending_file_of_a_dead_process_is_deleted(tmp_path):
    store = FileTokenStore(tmp_path)
    await store.save(KEY, token(1))
    pending = store.path(KEY).with_suffix(".pending")
    pending.write_bytes(store.path(KEY).read_bytes()[:100])
    async with store.lock(KEY):
        assert await store.load(KEY) == token(1)
    assert not pending.exists()


async def test_directory_that_cannot_be_created_is_an_error(tmp_path):
    (tmp_path / "file").write_text("not a directory")
    store = FileTokenStore(tmp_path / "file")
    with pytest.raises(TokenStoreError, match="cannot be"):
        await store.save(KEY, token(1))
    with pytest.raises(TokenStoreError, match="cannot be"):
        async with store.lock(KEY):
            pass


async def test_lock_timeout_is_an_error(tmp_path):
    async with FileTokenStore(tmp_path).lock(KEY):
        with pytest.raises(TokenStoreError, match="has held the lock"):
            await asyncio.create_task(enter(FileTokenStore(tmp_path, lock_timeout=0.0)))


async def enter(store):
    async with store.lock(KEY):
        pass


@pytest.mark.parametrize("is_held", [False, True])
async def test_a_lock_whose_acquisition_is_cancelled_at_any_step_is_free(is_held, tmp_path):
    store, other = FileTokenStore(tmp_path), FileTokenStore(tmp_path, lock_timeout=0.0)
    for steps in range(40):
        async with AsyncExitStack() as stack:
            if is_held:
                await stack.enter_async_context(other.lock(KEY))
            waiting = asyncio.create_task(enter(store))
            for _ in range(steps):
                await asyncio.sleep(0)
            waiting.cancel()
        await asyncio.wait([waiting])
        await enter(other)
