"""Token requests that outlast their caller, their client and the timeouts of calls, over sockets."""

import asyncio
import gc
import weakref
from contextlib import asynccontextmanager, contextmanager

import pytest

from spotify import AsyncSpotifyClient, ClientClosedError, ClientConfig, FileTokenStore, PkceAuth, StaticTokenAuth
from spotify._concurrency import UnfinishedTasks
from spotify.errors import AuthenticationError, DeadlineExceededError
from spotify.impl.auth import AuthorizationCodeAuth, ClientCredentialsAuth
from spotify.impl.token_stores import MemoryTokenStore
from spotify.impl.transport.aiohttp_transport import AiohttpTransport
from spotify.interfaces.token_store import EXCHANGE_TIMEOUT
from spotify.testing import FakeClock, FakeTransport
from tests.support.served_accounts import KEY, serve
from tests.support.user_flow import INVALID_GRANT, ROUTE, Flow, granted

REDIRECT_URI = "http://127.0.0.1:8000/callback"


class HeldResponse:
    """Holds the response of the token endpoint back until `release` is set; `rotated` is set before."""

    def __init__(self, served):
        self.rotated, self.release = asyncio.Event(), asyncio.Event()
        served.before_response = self._hold

    async def _hold(self):
        self.rotated.set()
        await self.release.wait()


@pytest.fixture
async def served(tmp_path):
    async with serve(FileTokenStore(tmp_path / "tokens"), tmp_path / "tokens") as served:
        yield served


@pytest.fixture
async def held(served):
    held = HeldResponse(served)
    yield held
    held.release.set()


def pool_of(served, **changes):
    config = ClientConfig(accounts_url=served.url, api_url=f"{served.url}/v1", **changes)
    return AsyncSpotifyClient("access-app-0", config=config)


def auth_of(served, **options):
    return PkceAuth("app", REDIRECT_URI, user="ana", store=served.store, **options)


async def give_up(call):
    call.cancel()
    await asyncio.wait([call])


async def stored(served):
    return (await served.store.load(KEY)).refresh_token.reveal()


async def run_ready_tasks():
    for _ in range(20):
        await asyncio.sleep(0)


@asynccontextmanager
async def closing(held, *closes):
    """Close several things at once while the response is held back, and release it."""
    tasks = [asyncio.ensure_future(close) for close in closes]
    await run_ready_tasks()
    yield tasks
    held.release.set()
    await asyncio.gather(*tasks)


KINDS = {
    "kept": (lambda pool, auth: pool.for_user(auth), True),
    "dropped": (lambda pool, auth: pool.for_user(auth), False),
    "with options": (lambda pool, auth: pool.for_user(auth).with_options(timeout=0.1), False),
    "of options": (lambda pool, auth: pool.with_options(timeout=0.1).for_user(auth), False),
}


@pytest.mark.parametrize("kind", KINDS)
async def test_closing_the_pool_waits_for_the_refresh_of_a_user_whose_call_was_given_up(served, held, kind):
    derive, is_kept = KINDS[kind]
    pool = pool_of(served)
    user = derive(pool, auth_of(served))
    call = asyncio.create_task(user.users.get_current_profile())
    await held.rotated.wait()
    await give_up(call)
    if not is_kept:
        del user
        gc.collect()
    async with closing(held, pool.close()) as (task,):
        assert not task.done()
    assert await stored(served) == "ana-1"


async def test_closing_both_clients_at_once_waits_for_the_refresh(served, held):
    pool = pool_of(served)
    user = pool.for_user(auth_of(served))
    call = asyncio.create_task(user.users.get_current_profile())
    await held.rotated.wait()
    async with closing(held, pool.close(), user.close(), pool.close()) as tasks:
        assert not any(task.done() for task in tasks)
    with pytest.raises(ClientClosedError):
        await call
    assert await stored(served) == "ana-1"


async def test_closing_an_earlier_pool_of_a_provider_waits_for_its_refresh(served, held):
    first, second = pool_of(served), pool_of(served)
    auth = auth_of(served)
    user = first.for_user(auth)
    call = asyncio.create_task(user.users.get_current_profile())
    await held.rotated.wait()
    await give_up(call)
    del user
    later = second.for_user(auth)
    async with closing(held, first.close()):
        pass
    assert await stored(served) == "ana-1"
    await later.close()
    await second.close()


@pytest.mark.parametrize("has_client", [False, True])
async def test_closing_a_transport_that_was_passed_in_waits_for_the_refresh(served, held, has_client):
    config = ClientConfig(accounts_url=served.url, api_url=served.url)
    transport = AiohttpTransport(config)
    auth = auth_of(served, transport=None if has_client else transport, config=config)
    pool = AsyncSpotifyClient(auth_provider=auth, config=config, transport=transport)
    call = asyncio.create_task(auth.get_access_token())
    await held.rotated.wait()
    await give_up(call)
    async with closing(held, transport.close()) as (task,):
        assert not task.done()
    assert await stored(served) == "ana-1"
    await pool.close()


async def test_closing_the_pool_waits_for_the_refresh_in_the_event_loop_of_another_thread(served, held):
    pool = pool_of(served)
    auth = auth_in(pool, served)
    getting = asyncio.create_task(asyncio.to_thread(lambda: asyncio.run(auth.get_access_token())))
    await held.rotated.wait()
    async with closing(held, pool.close()) as (task,):
        assert not task.done()
    assert await getting == "access-ana-1"
    assert await stored(served) == "ana-1"


async def test_a_close_that_was_cancelled_continues_when_it_is_called_again(served, held):
    pool = pool_of(served)
    call = asyncio.create_task(pool.for_user(auth_of(served)).users.get_current_profile())
    await held.rotated.wait()
    await give_up(call)
    first = asyncio.create_task(pool.close())
    await run_ready_tasks()
    await give_up(first)
    async with closing(held, pool.close()) as (task,):
        assert not task.done()
    assert await stored(served) == "ana-1"


async def test_no_refresh_starts_while_the_pool_is_closed(served):
    pool = pool_of(served)
    async with served.store.lock(KEY):
        call = asyncio.create_task(auth_in(pool, served).get_access_token())
        await run_ready_tasks()
        await pool.close()
    with pytest.raises(ClientClosedError):
        await call
    assert not served.accounts.refreshes


def auth_in(pool, served):
    """Return a provider that is bound to the pool, without keeping a client for it."""
    auth = auth_of(served)
    pool.for_user(auth)
    return auth


@pytest.mark.parametrize("is_given_up", [False, True])
async def test_closing_does_not_wait_for_the_lock_of_another_worker(served, is_given_up):
    pool = pool_of(served)
    auth = auth_of(served)
    user = pool.for_user(auth)
    async with served.store.lock(KEY), asyncio.timeout(30):
        call = asyncio.create_task(user.users.get_current_profile())
        await run_ready_tasks()
        if is_given_up:
            await give_up(call)
        await user.close()
        await pool.close()
        await asyncio.wait([call])
    assert not served.accounts.refreshes


class StoreOfFrozenWorker(MemoryTokenStore):
    """A store with a token that another worker, which does not finish, has replaced."""

    async def unfinished(self, _key):
        return 0.0


class BlockingClock(FakeClock):
    """A clock whose sleeps do not end; `is_used` is set by the first."""

    def __init__(self):
        super().__init__()
        self.is_used = asyncio.Event()

    async def sleep(self, seconds, /):
        self.is_used.set()
        await asyncio.Event().wait()


async def test_closing_does_not_wait_for_the_token_of_another_worker():
    flow = Flow(store=StoreOfFrozenWorker(), clock=BlockingClock())
    await flow.store_token(1, age=3600)
    flow.transport.answer(ROUTE, status=400, json=INVALID_GRANT)
    pool = AsyncSpotifyClient("access-app-0", transport=FakeTransport())
    call = asyncio.create_task(pool.for_user(flow.auth).users.get_current_profile())
    await flow.clock.is_used.wait()

    async with asyncio.timeout(30):
        await flow.auth.close()
        await pool.close()

    with pytest.raises(ClientClosedError):
        await call


async def test_waiting_for_another_worker_ends_with_the_last_caller():
    flow = Flow(store=StoreOfFrozenWorker(), clock=BlockingClock())
    await flow.store_token(1, age=3600)
    flow.transport.answer(ROUTE, status=400, json=INVALID_GRANT)
    before = asyncio.all_tasks()
    call = asyncio.create_task(flow.auth.get_access_token())
    await flow.clock.is_used.wait()

    await give_up(call)
    await run_ready_tasks()

    assert asyncio.all_tasks() == before


async def test_a_login_whose_caller_is_cancelled_is_finished():
    flow = Flow(transport=BlockingTransport())
    flow.transport.answer(ROUTE, json=granted(1))
    call = asyncio.create_task(flow.auth.exchange_redirect(flow.redirect()))
    await flow.transport.sent.wait()
    await give_up(call)
    flow.transport.release.set()
    await flow.auth.close()
    assert await flow.auth.get_access_token() == "HUSH-access-1"
    assert (await flow.store.load(flow.auth.key)).refresh_token.reveal() == "HUSH-refresh-1"


class BlockingTransport(FakeTransport):
    """A transport whose responses wait for `release`; `sent` is set before."""

    def __init__(self):
        super().__init__()
        self.sent, self.release = asyncio.Event(), asyncio.Event()

    async def send(self, request, /):
        self.sent.set()
        await self.release.wait()
        return await super().send(request)


async def test_a_call_ends_at_its_deadline_and_its_refresh_is_stored(served, held):
    async with pool_of(served, deadline=0.05) as pool:
        auth = auth_of(served)
        user = pool.for_user(auth)
        other = asyncio.create_task(auth.get_access_token())  # it has no deadline that could end before the request
        await held.rotated.wait()
        with pytest.raises(DeadlineExceededError) as caught:
            await user.users.get_current_profile()
        assert (caught.value.sent, caught.value.may_have_been_executed) == (False, False)
        await give_up(other)
        held.release.set()
        await user.close()
        assert await stored(served) == "ana-1"
    assert served.accounts.refreshes == {"ana": 1}


async def test_a_refresh_outlasts_the_timeout_of_calls(served, held):
    async with pool_of(served, timeout=0.05) as pool:
        auth = auth_in(pool, served)
        call = asyncio.create_task(auth.get_access_token())
        await held.rotated.wait()
        asyncio.get_running_loop().call_later(0.2, held.release.set)
        assert await call == "access-ana-1"


@pytest.mark.parametrize("seconds", [0.3, 30.0, 500.0])
async def test_token_requests_that_cannot_be_repeated_have_a_timeout_of_their_own(seconds):
    config, transport = ClientConfig(timeout=seconds), FakeTransport()
    flow = Flow(transport=transport)
    flow.auth._endpoint._config = config
    await flow.log_in()
    flow.clock.advance(3600)
    transport.answer(ROUTE, json=granted(2))
    await flow.auth.get_access_token()
    transport.answer(ROUTE, json=granted(3))
    await ClientCredentialsAuth("app", "secret", config=config, transport=transport).get_access_token()
    assert [request.timeout for request in transport.requests] == [EXCHANGE_TIMEOUT, EXCHANGE_TIMEOUT, seconds]


@pytest.mark.parametrize(("first", "left"), [(0.0, 120.0), (50.0, 70.0), (119.0, 1.0), (120.0, None), (500.0, None)])
async def test_both_requests_of_a_replaced_secret_share_a_timeout(first, left):
    secrets = ["old", "new"]
    clock = FakeClock()
    transport = SlowTransport(clock, seconds=first)
    transport.answer(ROUTE, status=400, json={"error": "invalid_client"})
    transport.answer(ROUTE, json=granted(1))
    flow = Flow(AuthorizationCodeAuth, transport=transport, clock=clock, client_secret=lambda: secrets.pop(0))
    login = flow.auth.exchange_redirect(flow.redirect())
    if left is None:
        with pytest.raises(AuthenticationError):
            await login
    else:
        await login
    assert [request.timeout for request in transport.requests] == [EXCHANGE_TIMEOUT, left][: 1 + (left is not None)]


class SlowTransport(FakeTransport):
    """A transport whose responses take some seconds by a fake clock."""

    def __init__(self, clock, *, seconds):
        super().__init__()
        self._clock, self._seconds = clock, seconds

    async def send(self, request, /):
        self._clock.advance(self._seconds)
        return await super().send(request)


async def test_the_wait_for_unfinished_tasks_is_limited():
    unfinished = UnfinishedTasks(timeout=0.0)

    async def work():
        assert unfinished.add_current()
        await asyncio.Event().wait()

    task = asyncio.create_task(work())
    await run_ready_tasks()
    await unfinished.close()
    assert not task.done()
    assert not unfinished.add_current()
    await give_up(task)


async def test_a_task_that_several_things_wait_for_is_waited_for_once():
    several = [UnfinishedTasks(timeout=0.2) for _ in range(3)]
    task = asyncio.create_task(asyncio.Event().wait())
    waits = []
    for unfinished in several:
        unfinished.add(task)
        with patched_wait(waits):
            await unfinished.close()
    assert [wait > 0.0 for wait in waits] == [True, False, False]
    await give_up(task)


@contextmanager
def patched_wait(waits):
    """Record the timeouts of `asyncio.wait`."""
    wait = asyncio.wait

    def recorded(tasks, **options):
        waits.append(options["timeout"])
        return wait(tasks, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("asyncio.wait", recorded)
        yield


async def test_closing_a_client_closes_those_of_all_users_at_the_same_time():
    pool = AsyncSpotifyClient("token", transport=FakeTransport())
    barrier = asyncio.Barrier(3)
    users = [pool.for_user(ClosableAuth(wait=barrier)) for _ in range(3)]
    async with asyncio.timeout(30):
        await pool.close()
    del users


async def test_a_derived_client_is_not_kept_alive():
    async with AsyncSpotifyClient("token", transport=FakeTransport()) as pool:
        derived = [pool.for_user(StaticTokenAuth("ana")), pool.with_options(timeout=1.0)]
        known = [weakref.ref(client._executor) for client in derived]
        derived.clear()
        gc.collect()
        assert [each() for each in known] == [None, None]


class ClosableAuth(StaticTokenAuth):
    """A provider that counts its closes, and can fail or wait in them."""

    def __init__(self, *, error=None, wait=None):
        super().__init__("token")
        self.closed = 0
        self._error, self._wait = error, wait

    async def close(self):
        if self._wait is not None:
            await self._wait.wait()
        self.closed += 1
        if self._error is not None:
            raise self._error


async def test_closing_the_client_closes_the_providers_of_its_user_clients_once():
    pool = AsyncSpotifyClient("token", transport=FakeTransport())
    auth = ClosableAuth()
    user = pool.for_user(auth)
    await pool.close()
    await pool.close()
    await user.close()
    assert auth.closed == 1


async def test_closing_the_client_closes_the_provider_of_a_view():
    pool = AsyncSpotifyClient("token", transport=FakeTransport())
    auth = ClosableAuth()
    view = pool.for_user(auth).with_options(timeout=1.0)
    gc.collect()
    await pool.close()
    assert auth.closed == 1
    del view


async def test_a_provider_that_cannot_be_closed_does_not_keep_the_rest_open():
    pool = AsyncSpotifyClient(auth_provider=(own := ClosableAuth()), transport=FakeTransport())
    user = pool.for_user(ClosableAuth(error=LookupError("gone")))
    with pytest.raises(LookupError, match="gone"):
        await pool.close()
    assert own.closed == 1
    del user


async def test_a_component_whose_close_was_cancelled_is_closed_by_the_next_close():
    wait = asyncio.Event()
    auth = ClosableAuth(wait=wait)
    pool = AsyncSpotifyClient(auth_provider=auth, transport=FakeTransport())
    first = asyncio.create_task(pool.close())
    await run_ready_tasks()
    await give_up(first)
    wait.set()
    await pool.close()
    assert auth.closed == 1
