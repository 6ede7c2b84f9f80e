"""One client in the event loops of several threads, checked against the log of the sandbox."""

import asyncio
import subprocess
import sys
import threading
from dataclasses import replace
from datetime import timedelta

import aiohttp
import pytest

from spotify import (
    ClientClosedError,
    ClientConfig,
    FileTokenStore,
    LoginError,
    MemoryResponseCache,
    MemoryTokenStore,
    PkceAuth,
    WaitTooLongError,
)
from spotify.interfaces.response_cache import CachedResponse
from spotify.interfaces.transport import HttpResponse
from spotify.testing import FakeClock, Fault, SpotifySandbox
from tests.support.threads import frequent_switches, run_in_threads

REDIRECT_URI = "http://127.0.0.1:8000/callback"
THREADS = 6


@pytest.fixture
async def sandbox():
    async with SpotifySandbox(rotate_refresh_tokens=True) as sandbox:
        yield sandbox


async def outcome(call):
    try:
        return await call
    except WaitTooLongError as exc:
        return exc


async def test_the_rate_limit_applies_to_all_threads_together(sandbox):
    config = ClientConfig(rate_limit=20, max_retry_wait=1.0)
    ids = [artist.id for artist in sandbox.catalogue.artists][:20]
    client = sandbox.client(config=config, clock=FakeClock())

    async def read(_):
        return await asyncio.gather(*(outcome(client.artists.get(each)) for each in ids))

    results = await run_in_threads(4, read, close=client.close)

    outcomes = [each for thread in results for each in thread]
    refused = [each for each in outcomes if isinstance(each, WaitTooLongError)]
    assert len(sandbox.requests) == 20
    assert len(refused) == 60
    assert not any(error.may_have_been_executed for error in refused)


async def test_all_threads_share_one_token_request_of_the_application(sandbox):
    client = sandbox.client(client_id=sandbox.client_id, client_secret=sandbox.client_secret)
    artist_id = sandbox.catalogue.artists[0].id
    await run_in_threads(THREADS, lambda _: client.artists.get(artist_id), close=client.close)
    assert len(sandbox.token_requests) == 1


@pytest.fixture(params=["memory", "file"])
def store(request, tmp_path):
    return MemoryTokenStore() if request.param == "memory" else FileTokenStore(tmp_path)


@pytest.fixture
def make_auth(sandbox, store):
    def make():
        config = ClientConfig(accounts_url=sandbox.accounts_url)
        return PkceAuth(sandbox.client_id, REDIRECT_URI, store=store, config=config)

    return make


async def log_in_and_expire(auth, store):
    async with (
        aiohttp.ClientSession() as session,
        session.get(auth.authorization_url(), allow_redirects=False) as response,
    ):
        token = await auth.exchange_redirect(response.headers["Location"])
    await auth.close()
    issued_at, expires_at = token.issued_at - timedelta(hours=2), token.expires_at - timedelta(hours=2)
    await store.save(auth.key, replace(token, issued_at=issued_at, expires_at=expires_at))


async def test_threads_with_a_provider_each_refresh_a_token_once(sandbox, store, make_auth):
    await log_in_and_expire(make_auth(), store)
    before = len(sandbox.token_requests)

    async def refresh(_):
        auth = make_auth()
        try:
            return await auth.get_access_token()
        finally:
            await auth.close()

    tokens = await run_in_threads(THREADS, refresh)

    assert len(sandbox.token_requests) - before == 1
    assert len(set(tokens)) == 1


async def test_threads_that_share_a_provider_refresh_its_token_once(sandbox, store, make_auth):
    await log_in_and_expire(make_auth(), store)
    before = len(sandbox.token_requests)
    client = sandbox.client(auth_provider=make_auth())

    await run_in_threads(THREADS, lambda _: client.users.get_current_profile(), close=client.close)

    assert len(sandbox.token_requests) - before == 1


async def test_closing_a_client_ends_the_calls_of_other_threads(sandbox):
    sandbox.fail("*", Fault.delay(after=600.0))
    client, all_started = sandbox.client(), threading.Barrier(3)
    artist_id = sandbox.catalogue.artists[0].id

    async def read(number):
        reading = None if number == 0 else asyncio.create_task(client.artists.get(artist_id))
        await asyncio.sleep(0)
        await asyncio.to_thread(all_started.wait)
        if reading is None:
            await client.close()
            return
        with pytest.raises(ClientClosedError):
            await reading

    await run_in_threads(3, read)


async def test_a_memory_cache_can_be_used_by_several_threads():
    cache = MemoryResponseCache(max_bytes=64 * 1024, max_entries=8)
    response = CachedResponse(
        response=HttpResponse(status=200, headers={}, body=b"x" * 1024),
        received_at=0.0,
        age=0.0,
        fresh_for=60.0,
        useful_for=60.0,
    )

    async def use(number):
        for step in range(1500):
            key = str((number + step) % 16)
            finding = await cache.get([key], ["scope"])
            await cache.put(key, response, finding.stamp)
            if step % 100 == 0:
                await cache.invalidate(["scope"])

    with frequent_switches():
        await run_in_threads(4, use)


async def test_threads_share_the_transport_of_a_provider_without_a_client(sandbox, make_auth, recwarn):
    auth = make_auth()

    async def open_transport(_):
        return [auth._endpoint._active_transport() for _ in range(50)]

    with frequent_switches():
        for _ in range(20):
            opened = await run_in_threads(THREADS, open_transport)
            assert len({id(transport) for thread in opened for transport in thread}) == 1
            await auth.close()
    assert [each for each in recwarn if each.category is ResourceWarning] == []


async def test_threads_start_and_end_logins_at_the_same_time(make_auth):
    auth = make_auth()

    async def log_in(number):
        for _ in range(300):
            if number % 2:
                auth.authorization_request()
                continue
            with pytest.raises(LoginError, match="does not belong"):
                await auth.exchange_redirect(f"{REDIRECT_URI}?code=x&state=unknown")

    with frequent_switches():
        await run_in_threads(THREADS, log_in)


FIRST_DECODING = """
import sys, threading
from spotify import DecodeError, models
from spotify.impl.serialization import MsgspecSerializer

sys.setswitchinterval(1e-6)
serializer = MsgspecSerializer()


def decode(model):
    barrier.wait()
    for name in ('"n"', "3"):  # the second document is repaired
        try:
            serializer.decode(b'{"id": "4aawyAB9vmqN3uQ7FjRGTy", "name": %s}' % name.encode(), model)
        except DecodeError:
            pass


for model in (models.Playlist, models.Album, models.Track, models.Show, models.Audiobook, models.Recommendations):
    barrier = threading.Barrier(8)
    threads = [threading.Thread(target=decode, args=(model,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
"""


def test_threads_that_decode_a_model_for_the_first_time_do_not_crash_the_process():
    # Logs of the repair go to standard error.
    ended = subprocess.run([sys.executable, "-c", FIRST_DECODING], stderr=subprocess.DEVNULL, check=False)
    assert ended.returncode == 0
