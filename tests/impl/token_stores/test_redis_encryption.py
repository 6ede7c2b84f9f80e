import asyncio

import pytest
from cryptography.fernet import Fernet

from spotify.credentials import Secret
from spotify.errors import TokenStoreError
from spotify.impl.token_stores import RedisTokenStore
from spotify.interfaces import TokenKey
from tests.support.redis_contents import TOKENS, everything, only
from tests.support.token_samples import KEY, token

OLD, NEW, STRANGE = (Fernet.generate_key() for _ in range(3))
KEYS = [TokenKey(client_id="app", user=user) for user in ("ana", "bo", "[*]?")]


@pytest.fixture
async def store_with(redis_server):
    """Makes the store of a worker that has these keys."""
    stores = []

    def make(*keys, prefix="spotify"):
        stores.append(RedisTokenStore(redis_server.url, prefix=prefix, encryption_keys=keys))
        return stores[-1]

    yield make
    for store in stores:
        await store.close()


async def test_with_keys_redis_never_has_a_token_that_can_be_read(store_with, redis_client):
    store = store_with(NEW)
    async with store.lock(KEY):
        await store.save(KEY, token(1))
        shown = await everything(redis_client)
    assert "gAAAA" in shown
    assert not any(secret in shown for secret in ("HUSH", "ana", "user-read-private"))


async def test_what_an_old_key_encrypted_is_read_with_it_and_written_with_the_new_one(store_with):
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
async def test_a_token_for_other_keys_is_an_error_and_left_as_it_is(
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


async def test_another_users_token_in_the_place_of_ones_own_is_an_error(store_with, redis_client):
    store = store_with(NEW)
    await store.save(KEYS[1], token(2))
    document = await redis_client.hget(await only(redis_client, TOKENS), "document")
    await redis_client.flushall()
    await store.save(KEY, token(1))
    await redis_client.hset(await only(redis_client, TOKENS), "document", document)
    with pytest.raises(TokenStoreError, match="belongs to another"):
        await store.load(KEY)


async def test_reencrypt_lets_the_old_key_go_and_encrypts_what_was_plain(store_with):
    await store_with(OLD).save(KEYS[0], token(0))
    await store_with().save(KEYS[1], token(1))
    await store_with(NEW).save(KEYS[2], token(2))
    assert await store_with(NEW, OLD).reencrypt() == 3
    assert [await store_with(NEW).load(key) for key in KEYS] == [token(0), token(1), token(2)]


async def test_reencrypt_leaves_other_prefixes_and_users_who_logged_out_alone(store_with, redis_client):
    strange = store_with(prefix="x[*]?\\:")
    await store_with().save(KEY, token(1))
    await store_with(prefix="x*").save(KEY, token(1))
    await strange.save(KEY, token(2))
    await strange.save(KEYS[1], token(3))
    await strange.delete(KEYS[1])
    async with strange.lock(KEY):
        assert await store_with(NEW, prefix="x[*]?\\:").reencrypt() == 1
    assert await store_with(NEW, prefix="x[*]?\\:").load(KEY) == token(2)
    assert await store_with(prefix="x*").load(KEY) == await store_with().load(KEY) == token(1)


async def test_reencrypt_goes_on_after_what_it_cannot_decrypt(store_with):
    await store_with(STRANGE).save(KEYS[0], token(0))
    await store_with(OLD).save(KEYS[1], token(1))
    with pytest.raises(TokenStoreError, match="1 tokens were encrypted; 1 cannot be decrypted"):
        await store_with(NEW, OLD).reencrypt()
    assert await store_with(STRANGE).load(KEYS[0]) == token(0)
    assert await store_with(NEW).load(KEYS[1]) == token(1)


async def test_reencrypt_never_undoes_a_refresh(store_with, redis_proxy, redis_server):
    """A refresh saves a token between the moments when the old one is read and when it is put back."""
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


async def test_reencrypt_is_safe_when_two_do_it_at_once(store_with):
    for number, key in enumerate(KEYS):
        await store_with(OLD).save(key, token(number))
    await asyncio.gather(*(store_with(NEW, OLD).reencrypt() for _ in range(2)))
    assert [await store_with(NEW).load(key) for key in KEYS] == [token(0), token(1), token(2)]


async def test_reencrypt_without_keys_is_refused(store_with):
    with pytest.raises(ValueError, match="encryption_keys"):
        await store_with().reencrypt()


@pytest.mark.parametrize("key", [NEW, NEW.decode(), Secret(NEW.decode())], ids=["bytes", "text", "secret"])
def test_a_key_is_text_bytes_or_a_secret(key, store_with):
    assert NEW.decode() not in repr(store_with(key))


@pytest.mark.parametrize(
    "key", ["HUSH", b"HUSH\xff", "HÜSH", "", NEW.decode()[:-4]], ids=["word", "bytes", "umlaut", "empty", "cut"]
)
def test_what_is_no_key_is_refused_and_not_shown(key):
    with pytest.raises(ValueError, match="encryption key 2 must be a Fernet key") as caught:
        RedisTokenStore("redis://localhost", encryption_keys=[OLD, key])
    assert "HUSH" not in f"{caught.value!r} {caught.value.__context__!r}"


@pytest.mark.parametrize("keys", [NEW, NEW.decode()], ids=["bytes", "text"])
def test_one_key_is_no_list_of_keys(keys):
    with pytest.raises(TypeError, match="a list of keys"):
        RedisTokenStore("redis://localhost", encryption_keys=keys)


def test_a_key_of_another_type_is_refused():
    with pytest.raises(TypeError, match="not int"):
        RedisTokenStore("redis://localhost", encryption_keys=[7])
