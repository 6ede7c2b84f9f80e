"""`RedisTokenStore` with encryption keys."""

import asyncio
import random
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from cryptography.fernet import Fernet

from spotify.credentials import Secret
from spotify.errors import TokenStoreError
from spotify.impl.token_stores import RedisTokenStore
from spotify.impl.token_stores.token_document import DamagedDocumentError, DocumentEncryption
from spotify.interfaces import TokenKey
from tests.support.redis_contents import TOKENS, everything, only
from tests.support.token_samples import KEY, token

OLD, NEW, UNKNOWN = (Fernet.generate_key() for _ in range(3))
KEYS = [TokenKey(client_id="app", user=user) for user in ("ana", "bo", "[*]?")]


@pytest.fixture
async def store_with(redis_server):
    """A function that returns the store of a worker with these keys."""
    stores = []

    def make(*keys, prefix="spotify"):
        stores.append(RedisTokenStore(redis_server.url, prefix=prefix, encryption_keys=keys))
        return stores[-1]

    yield make
    for store in stores:
        await store.close()


async def test_with_keys_redis_holds_no_readable_token(store_with, redis_client):
    store = store_with(NEW)
    async with store.lock(KEY):
        await store.save(KEY, token(1))
        contents = await everything(redis_client)
    assert "gAAAA" in contents
    assert not any(secret in contents for secret in ("HUSH", "ana", "user-read-private"))


async def test_a_token_is_read_with_the_old_key_and_saved_with_the_new_one(store_with):
    await store_with(OLD).save(KEY, token(1))
    both = store_with(NEW, OLD)
    assert await both.load(KEY) == token(1)
    await both.save(KEY, token(2))
    assert await store_with(NEW).load(KEY) == token(2)


@pytest.mark.parametrize(
    ("written_with", "read_with", "reason"),
    [
        ([OLD], [NEW], "cannot be decrypted with any of the encryption keys"),
        ([OLD], [], "there are no encryption keys"),
        ([], [NEW], "it is not encrypted; `reencrypt`"),
    ],
)
async def test_a_token_encrypted_with_other_keys_raises_and_is_unchanged(
    written_with, read_with, reason, store_with, redis_client
):
    await store_with(*written_with).save(KEY, token(1))
    before = await everything(redis_client)
    store = store_with(*read_with)
    with pytest.raises(TokenStoreError, match=reason) as of_load:
        await store.load(KEY)
    with pytest.raises(TokenStoreError, match="not changed"):
        await store.save(KEY, token(2))
    assert await everything(redis_client) == before
    shown = f"{of_load.value!r} {of_load.value.__context__!r} {of_load.value.__cause__!r}"
    assert not any(secret in shown for secret in ("HUSH", "gAAAA", NEW.decode()))


async def test_a_token_that_cannot_be_decrypted_can_be_deleted(store_with):
    await store_with(OLD).save(KEY, token(1))
    await store_with(NEW).delete(KEY)
    await store_with(NEW).save(KEY, token(2))
    assert await store_with(NEW).load(KEY) == token(2)


async def test_a_token_of_another_user_raises(store_with, redis_client):
    store = store_with(NEW)
    await store.save(KEYS[1], token(2))
    document = await redis_client.hget(await only(redis_client, TOKENS), "document")
    await redis_client.flushall()
    await store.save(KEY, token(1))
    await redis_client.hset(await only(redis_client, TOKENS), "document", document)
    with pytest.raises(TokenStoreError, match="belongs to another"):
        await store.load(KEY)


async def test_reencrypt_replaces_the_old_key_and_encrypts_plain_tokens(store_with):
    await store_with(OLD).save(KEYS[0], token(0))
    await store_with().save(KEYS[1], token(1))
    await store_with(NEW).save(KEYS[2], token(2))
    assert await store_with(NEW, OLD).reencrypt() == 3
    assert [await store_with(NEW).load(key) for key in KEYS] == [token(0), token(1), token(2)]


async def test_reencrypt_skips_other_prefixes_and_deleted_tokens(store_with, redis_client):
    special = store_with(prefix="x[*]?\\:")
    await store_with().save(KEY, token(1))
    await store_with(prefix="x*").save(KEY, token(1))
    await special.save(KEY, token(2))
    await special.save(KEYS[1], token(3))
    await special.delete(KEYS[1])
    async with special.lock(KEY):
        assert await store_with(NEW, prefix="x[*]?\\:").reencrypt() == 1
    assert await store_with(NEW, prefix="x[*]?\\:").load(KEY) == token(2)
    assert await store_with(prefix="x*").load(KEY) == await store_with().load(KEY) == token(1)


async def test_reencrypt_continues_after_a_token_that_it_cannot_decrypt(store_with):
    await store_with(UNKNOWN).save(KEYS[0], token(0))
    await store_with(OLD).save(KEYS[1], token(1))
    with pytest.raises(TokenStoreError, match="1 tokens were encrypted; 1 cannot be decrypted"):
        await store_with(NEW, OLD).reencrypt()
    assert await store_with(UNKNOWN).load(KEYS[0]) == token(0)
    assert await store_with(NEW).load(KEYS[1]) == token(1)


async def test_reencrypt_never_undoes_a_refresh(store_with, redis_proxy, redis_server):
    """A refresh saves a token after the old one is read and before it is replaced."""
    await store_with(OLD).save(KEY, token(1))

    async def refresh(request):
        if b"gAAAA" in request:
            redis_proxy.on_request = None
            await store_with(OLD).save(KEY, token(2))

    async with RedisTokenStore(redis_proxy.url, encryption_keys=[NEW, OLD]) as store:
        redis_proxy.on_request = refresh
        assert await store.reencrypt() == 1
    assert redis_proxy.on_request is None
    assert await store_with(NEW).load(KEY) == token(2)


async def test_two_workers_can_reencrypt_concurrently(store_with):
    for number, key in enumerate(KEYS):
        await store_with(OLD).save(key, token(number))
    await asyncio.gather(*(store_with(NEW, OLD).reencrypt() for _ in range(2)))
    assert [await store_with(NEW).load(key) for key in KEYS] == [token(0), token(1), token(2)]


async def test_reencrypt_without_keys_raises(store_with):
    with pytest.raises(ValueError, match="encryption_keys"):
        await store_with().reencrypt()


@pytest.mark.parametrize("key", [NEW, NEW.decode(), Secret(NEW.decode())], ids=["bytes", "text", "secret"])
def test_a_key_can_be_str_bytes_or_secret(key, store_with):
    assert NEW.decode() not in repr(store_with(key))


@pytest.mark.parametrize(
    "key", ["HUSH", b"HUSH\xff", "HÜSH", "", NEW.decode()[:-4]], ids=["word", "bytes", "umlaut", "empty", "cut"]
)
def test_an_invalid_key_raises_and_is_not_shown(key):
    with pytest.raises(ValueError, match="encryption key 2 must be a Fernet key") as caught:
        RedisTokenStore("redis://localhost", encryption_keys=[OLD, key])
    assert "HUSH" not in f"{caught.value!r} {caught.value.__context__!r}"


@pytest.mark.parametrize("keys", [NEW, NEW.decode()], ids=["bytes", "text"])
def test_a_single_key_instead_of_a_list_raises(keys):
    with pytest.raises(TypeError, match="a list of keys"):
        RedisTokenStore("redis://localhost", encryption_keys=keys)


def test_a_key_of_another_type_raises():
    with pytest.raises(TypeError, match="not int"):
        RedisTokenStore("redis://localhost", encryption_keys=[7])


@pytest.mark.parametrize(
    ("later", "reason"),
    [(list, "it returned no key"), (lambda: [NEW, "HUSH"], "ValueError"), (lambda: 1 / 0, "ZeroDivisionError")],
)
async def test_a_function_for_keys_that_fails_stores_nothing(later, reason, redis_server, redis_client):
    functions = [lambda: [NEW], later]

    def keys():
        return functions.pop(0)()

    async with RedisTokenStore(redis_server.url, encryption_keys=keys) as store:
        with pytest.raises(TokenStoreError, match=reason) as caught:
            await store.save(KEY, token(1))
        assert caught.value.__cause__ is caught.value.__context__ is None
    assert "refresh" not in await everything(redis_client)


def test_each_thread_uses_the_keys_that_its_own_call_of_the_function_returned():
    keys, returned = [Fernet.generate_key() for _ in range(2)], threading.local()

    def current_keys():
        returned.key = random.choice(keys)
        return [returned.key]

    encryption = DocumentEncryption(current_keys, needed_by="a test")

    def encrypt_and_decrypt(number):
        encrypted = encryption.encrypt(Secret(f"document {number}")).reveal()
        assert Fernet(returned.key).decrypt(encrypted) == f"document {number}".encode()
        key = returned.key
        while True:
            try:
                decrypted = encryption.decrypt(Secret(encrypted)).reveal()
            except DamagedDocumentError:
                assert returned.key != key
            else:
                assert (returned.key, decrypted) == (key, f"document {number}")
                return

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(4) as threads:
            list(threads.map(encrypt_and_decrypt, range(1000)))
    finally:
        sys.setswitchinterval(interval)
