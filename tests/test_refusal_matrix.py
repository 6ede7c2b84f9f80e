"""What each refusal does to a single call, a list, a bulk read, a bulk write and to other workers, over a socket."""

from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from spotify import (
    AppOwnerPremiumRequiredError,
    AuthenticationError,
    ClientConfig,
    EndpointUnavailableError,
    ForbiddenError,
    MemoryTokenStore,
    MissingScopeError,
    NotFoundError,
    PartialReadError,
    PartialWriteError,
    PremiumRequiredError,
    QuotaExceededError,
    RateLimitError,
    ReauthorizationRequiredError,
    ServerError,
    SpotifyError,
    UserNotRegisteredError,
)
from spotify.bulk import library, playlist_items
from spotify.credentials import Secret
from spotify.impl.token_stores import RedisTokenStore
from spotify.interfaces.operation import Operation
from spotify.interfaces.token_store import Token, TokenKey
from spotify.testing import FakeClock, SpotifySandbox
from tests.support.counting_process import read_albums
from tests.support.forked_processes import ForkedProcess
from tests.support.refusals import REFUSALS, TOKEN_REFUSALS
from tests.support.refused_calls import CALLS, IDS, call_in_other_process, described, error_of, ids_in, provider_of

CONCURRENCY = 4


@dataclass(frozen=True)
class Effect:
    """What a refusal means.

    Attributes:
        error: The error of the refused call.
        closes: What is closed after it: `nothing`, its `operation`, or `everything`.
        is_of_every_request: Whether every other request would be refused, so that a bulk read stops.
        refreshes: How many tokens are requested because of it.
    """

    error: type[SpotifyError]
    closes: str = "nothing"
    is_of_every_request: bool = False
    refreshes: int = 0


#: The seconds to wait after refusals whose wait could end during a test in real time.
SHORT = {"rate limit, seconds": 2.0, "rate limit, no Retry-After": 1.0}

EFFECTS = {
    "rate limit, seconds": Effect(RateLimitError, closes="everything"),
    "rate limit, no Retry-After": Effect(RateLimitError, closes="everything"),
    "rate limit, a minute": Effect(RateLimitError, closes="everything"),
    "rate limit, hours": Effect(RateLimitError, closes="operation"),
    "quota exceeded": Effect(QuotaExceededError, closes="operation"),
    "quota exceeded, no Retry-After": Effect(QuotaExceededError, closes="operation"),
    "token expired": Effect(AuthenticationError, is_of_every_request=True, refreshes=1),
    "scope missing, 403": Effect(MissingScopeError, is_of_every_request=True),
    "scope missing, 401": Effect(MissingScopeError, is_of_every_request=True),
    "owner without Premium": Effect(AppOwnerPremiumRequiredError, is_of_every_request=True),
    "user not registered": Effect(UserNotRegisteredError, is_of_every_request=True),
    "user without Premium": Effect(PremiumRequiredError),
    "operation removed, 403": Effect(ForbiddenError),  # development mode has the operations that are called here
    "operation removed, 404": Effect(NotFoundError),
    "object refused": Effect(ForbiddenError),
    "page of a gateway": Effect(ForbiddenError),
}
"""The others are read as one of these, which `tests/impl/execution/test_refusals.py` checks."""

USES = ["single call", "list", "bulk read", "bulk write"]

#: The refusals that close their operation alone.
CLOSING_ONE = [name for name, effect in EFFECTS.items() if effect.closes == "operation"]

#: Seconds by which the clock of Redis and that of the sandbox may run apart during a test.
CLOCK_TOLERANCE = 0.05


class Tokens:
    """Auth provider that returns another token after each one that was refused."""

    def __init__(self, sandbox):
        self._issue = lambda: sandbox.issue_token(user=sandbox.catalogue.default_user.id)
        self._token = self._issue()
        self.refreshes = 0

    async def get_access_token(self):
        return self._token

    async def invalidate(self, access_token, /):
        if access_token == self._token:
            self._token = self._issue()
            self.refreshes += 1


SETTINGS = {"max_retries": 0, "max_retry_wait": 0.5, "max_concurrency": CONCURRENCY, "quota_mode": "development"}


@asynccontextmanager
async def workers(sandbox, redis_url, **settings):
    """Two workers of one application, or without Redis one."""
    config = ClientConfig(**{**SETTINGS, **shared_by(redis_url), **settings})
    auth = Tokens(sandbox)
    async with sandbox.client(auth_provider=auth, config=config) as first:
        if redis_url is None:
            yield auth, [first]
            return
        async with sandbox.client(auth_provider=Tokens(sandbox), config=config) as second:
            yield auth, [first, second]


def shared_by(redis_url):
    """The settings of workers of one application on a Redis."""
    return {} if redis_url is None else {"redis_url": redis_url, "redis_prefix": f"matrix-{uuid4().hex}"}


@pytest.fixture(params=["one process", "two workers"])
def redis_url(request):
    return None if request.param == "one process" else request.getfixturevalue("redis_server").url


async def refuse(sandbox, client, auth, name, use):
    """Make a call that is refused, and check its error and the number of its requests."""
    effect, (target, call) = EFFECTS[name], CALLS[use]
    sandbox.fail(target, REFUSALS[name].fault)
    error = await error_of(call(client, ids_in(sandbox.catalogue)))
    sandbox.clear_faults()

    if effect.error is NotFoundError and use == "bulk read":
        assert error is None  # an object that does not exist
    else:
        assert type(error) is effect.error
    if use == "bulk read":
        is_stopped = effect.closes != "nothing" or effect.is_of_every_request
        # After a token was refused, those in flight are sent once more.
        assert len(sandbox.requests) <= (CONCURRENCY * (1 + effect.refreshes) if is_stopped else IDS)
    else:
        assert len(sandbox.requests) == 1 + effect.refreshes
    assert auth.refreshes == effect.refreshes
    assert dict(client.quota.evidence) == {}
    assert not client.quota.refused


def check_later_errors(name, again, other):
    """Check the errors of the refused call and of another one after the refusal."""
    assert again[1] == (EFFECTS[name].closes != "nothing")
    assert other[1] == (EFFECTS[name].closes == "everything")
    for error, is_unsent in (again, other):
        assert error is None or is_unsent


@pytest.mark.parametrize("use", USES)
@pytest.mark.parametrize("name", EFFECTS)
async def test_a_refusal_reaches_as_far_as_it_means(name, use):
    config = ClientConfig(**SETTINGS)
    async with SpotifySandbox() as sandbox:
        auth, ids = Tokens(sandbox), ids_in(sandbox.catalogue)
        async with sandbox.client(auth_provider=auth, config=config, clock=FakeClock()) as client:
            await refuse(sandbox, client, auth, name, use)
            later = [described(await error_of(CALLS[kind][1](client, ids))) for kind in (use, "other call")]
    check_later_errors(name, *later)


@pytest.mark.slow
@pytest.mark.parametrize("use", USES)
@pytest.mark.parametrize("name", [name for name in EFFECTS if name not in SHORT])
async def test_a_refusal_reaches_another_process_as_far_as_it_means(name, use, redis_server):
    async with SpotifySandbox() as sandbox:
        shared, auth = {**SETTINGS, **shared_by(redis_server.url)}, Tokens(sandbox)
        async with sandbox.client(auth_provider=auth, config=ClientConfig(**shared)) as client:
            await refuse(sandbox, client, auth, name, use)
            login = {"access_token": await auth.get_access_token()}
            address = {"api_url": sandbox.api_url, "accounts_url": sandbox.accounts_url}
            kinds, ids = [use, "other call"], ids_in(sandbox.catalogue)
            later = await call_in_other_process(kinds, ids, login, {**shared, **address})
    check_later_errors(name, *later)


@pytest.mark.parametrize("use", USES)
@pytest.mark.parametrize("name", SHORT)
async def test_a_short_wait_is_waited_out(name, use):
    clock, config = FakeClock(), ClientConfig(**{**SETTINGS, "max_retries": 1, "max_retry_wait": 60.0})
    async with SpotifySandbox() as sandbox:
        target, call = CALLS[use]
        sandbox.fail(target, REFUSALS[name].fault, times=1)
        async with sandbox.client(auth_provider=Tokens(sandbox), config=config, clock=clock) as client:
            assert await error_of(call(client, ids_in(sandbox.catalogue))) is None
    assert sum(request.status == 429 for request in sandbox.requests) == 1
    assert clock.monotonic() >= SHORT[name]


@pytest.mark.slow
@pytest.mark.parametrize("use", USES)
@pytest.mark.parametrize("name", SHORT)
async def test_another_process_waits_out_a_short_wait(name, use, redis_server):
    async with SpotifySandbox() as sandbox:
        target, call = CALLS[use]
        ids, shared = ids_in(sandbox.catalogue), {**SETTINGS, **shared_by(redis_server.url), "max_retry_wait": 60.0}
        sandbox.fail(target, REFUSALS[name].fault, times=1)
        async with sandbox.client(auth_provider=Tokens(sandbox), config=ClientConfig(**shared)) as client:
            assert type(await error_of(call(client, ids))) is RateLimitError
            sent = len(sandbox.requests)
            login = {"access_token": sandbox.issue_token(user=sandbox.catalogue.default_user.id)}
            address = {"api_url": sandbox.api_url, "accounts_url": sandbox.accounts_url}
            later = await call_in_other_process([use, "other call"], ids, login, {**shared, **address})
        refused_at = next(request.arrived_at for request in sandbox.requests if request.status == 429)
        waited = sandbox.requests[sent].arrived_at - refused_at
    assert later == [[None, False]] * 2
    assert waited >= SHORT[name] - CLOCK_TOLERANCE


async def refuse_another_operation(sandbox, client, name):
    """Make a call of a second operation that is refused like the first one."""
    target, call = CALLS["other call"]
    sandbox.fail(target, REFUSALS[name].fault)
    assert type(await error_of(call(client, ids_in(sandbox.catalogue)))) is EFFECTS[name].error
    sandbox.clear_faults()


@pytest.mark.parametrize("use", USES)
@pytest.mark.parametrize("name", CLOSING_ONE)
async def test_a_second_refused_operation_closes_everything(name, use):
    async with SpotifySandbox() as sandbox:
        auth, ids = Tokens(sandbox), ids_in(sandbox.catalogue)
        async with sandbox.client(auth_provider=auth, config=ClientConfig(**SETTINGS), clock=FakeClock()) as client:
            await refuse(sandbox, client, auth, name, use)
            assert await error_of(CALLS["third call"][1](client, ids)) is None
            await refuse_another_operation(sandbox, client, name)
            sent = len(sandbox.requests)
            assert described(await error_of(CALLS["third call"][1](client, ids)))[1]
            assert len(sandbox.requests) == sent


@pytest.mark.slow
@pytest.mark.parametrize("use", USES)
@pytest.mark.parametrize("name", CLOSING_ONE)
async def test_a_second_refused_operation_closes_everything_for_another_process(name, use, redis_server):
    async with SpotifySandbox() as sandbox:
        shared, auth = {**SETTINGS, **shared_by(redis_server.url)}, Tokens(sandbox)
        async with sandbox.client(auth_provider=auth, config=ClientConfig(**shared)) as client:
            await refuse(sandbox, client, auth, name, use)
            await refuse_another_operation(sandbox, client, name)
            sent = len(sandbox.requests)
            login = {"access_token": await auth.get_access_token()}
            address = {"api_url": sandbox.api_url, "accounts_url": sandbox.accounts_url}
            later = await call_in_other_process(["third call"], ids_in(sandbox.catalogue), login, {**shared, **address})
        assert later[0][1]
        assert len(sandbox.requests) == sent


@pytest.mark.parametrize("use", ["list", "bulk read", "bulk write"])
@pytest.mark.parametrize("name", ["rate limit, hours", "quota exceeded", "owner without Premium"])
async def test_what_was_done_before_a_refusal_is_kept(name, use, redis_url):
    effect, (target, call) = EFFECTS[name], CALLS[use]
    async with SpotifySandbox() as sandbox, workers(sandbox, redis_url) as (_, clients):
        sandbox.fail(target, REFUSALS[name].fault, after=1)
        with pytest.raises((PartialReadError, PartialWriteError, effect.error)) as raised:
            await call(clients[0], ids_in(sandbox.catalogue))
        error = raised.value
        if use == "bulk write":
            assert (len(error.applied), len(error.not_applied), len(sandbox.requests)) == (40, 80, 2)
        else:
            assert len(sandbox.requests) <= 1 + CONCURRENCY
        if use == "bulk read":
            assert sum(result is not None for result in error.results) >= 1
        if effect.closes == "operation":
            assert error.retry_at is not None


@pytest.mark.parametrize("name", ["rate limit, hours", "quota exceeded"])
async def test_a_collected_list_goes_on_the_next_day(name):
    clock, config = FakeClock(), ClientConfig(**SETTINGS)
    async with SpotifySandbox() as sandbox:
        settings = {"auth_provider": Tokens(sandbox), "config": config, "clock": clock}
        async with sandbox.client(**settings) as client:
            items = client.playlists.get_items(sandbox.catalogue.big_playlist.id, limit=50)
            everything = await items.collect(max_items=300)
            sandbox.fail("GET /playlists/{id}/items", REFUSALS[name].fault, after=2)
            with pytest.raises(EFFECTS[name].error) as raised:
                await items.collect(max_items=300)
            sandbox.clear_faults()
            clock.advance((raised.value.retry_at - datetime.fromtimestamp(clock.time(), UTC)).total_seconds())
        done = raised.value.collected
        async with sandbox.client(**settings) as client:
            items = client.playlists.get_items(sandbox.catalogue.big_playlist.id, limit=50).starting_at(items.position)
            rest = await items.collect(max_items=300 - len(done))
    assert 50 <= len(done) < 300
    assert [*done, *rest] == everything


@pytest.mark.parametrize("status", [403, 404])
async def test_a_removed_operation_is_learned_from_the_second_refusal_and_by_each_worker(status, redis_url):
    async with SpotifySandbox() as sandbox, workers(sandbox, redis_url, quota_mode="auto") as (_, clients):
        client, artists = clients[0], sandbox.catalogue.artists
        sandbox.fail("GET /artists/{id}/related-artists", REFUSALS[f"operation removed, {status}"].fault)
        sandbox.fail("GET /browse/new-releases", REFUSALS[f"operation removed, {status}"].fault)
        sandbox.fail("GET /albums", REFUSALS[f"operation removed, {status}"].fault)
        uses = {
            "get-an-artists-related-artists": lambda number: client.artists.get_related(artists[number].id),
            "get-new-releases": lambda _: client.albums.get_new_releases().collect(),
        }
        if status == 404:  # that can be about the artist
            assert type(await error_of(uses.pop("get-an-artists-related-artists")(0))) is NotFoundError
        for number in range(3):
            for operation, use in uses.items():
                before = len(sandbox.requests)
                assert type(await error_of(use(number))) is EndpointUnavailableError
                assert len(sandbox.requests) - before == (1 if number < 2 else 0)
                assert (operation in client.quota.refused) == (number > 0)
                assert len(client.quota.evidence[operation]) == min(number + 1, 2)
        # A refused batch is replaced at once.
        albums = await client.albums.get_several([album.id for album in sandbox.catalogue.albums[:3]])
        assert [album.id for album in albums] == [album.id for album in sandbox.catalogue.albums[:3]]
        if len(clients) > 1:
            assert clients[1].quota.refused == frozenset()


def test_no_bulk_write_uses_an_operation_that_can_be_removed():
    used = [
        each for module in (library, playlist_items) for each in vars(module).values() if isinstance(each, Operation)
    ]
    assert {"save-library-items", "add-items-to-playlist"} <= {operation.id for operation in used}
    assert all(operation.development_mode for operation in used)


TOKEN_ERRORS = {
    "refresh token revoked": ReauthorizationRequiredError,
    "client unknown": AuthenticationError,
    "rate limit": RateLimitError,
    "page of a gateway": ServerError,
}


def expired_token():
    issued_at = datetime.now(UTC) - timedelta(hours=2)
    return Token(
        access_token=Secret("expired"),
        refresh_token=Secret("refused"),
        issued_at=issued_at,
        expires_at=issued_at + timedelta(hours=1),
        authorized_at=issued_at,
    )


@pytest.mark.parametrize(("name", "error"), TOKEN_ERRORS.items())
@pytest.mark.parametrize("use", ["single call", "list", "bulk read"])
async def test_a_refusal_of_the_token_endpoint_sends_one_token_request(name, error, use):
    async with SpotifySandbox() as sandbox:
        clock, config = FakeClock(), ClientConfig(**SETTINGS)
        credentials = {"client_id": sandbox.client_id, "client_secret": sandbox.client_secret}
        sandbox.fail("POST /api/token", TOKEN_REFUSALS[name].fault)
        async with sandbox.client(**credentials, config=config, clock=clock) as client:
            raised = await error_of(CALLS[use][1](client, ids_in(sandbox.catalogue)))
            assert type(raised) is error
            assert not raised.may_have_been_executed
            assert (len(sandbox.token_requests), len(sandbox.requests)) == (1, 0)
            assert client.usage.closed == ()  # the token endpoint has a limit of its own
            sandbox.clear_faults()
            if error is RateLimitError:
                clock.advance(4.9)
                assert described(await error_of(client.albums.get(sandbox.catalogue.albums[0].id)))[1]
                assert len(sandbox.token_requests) == 1
                clock.advance(0.1)
            assert (await client.albums.get(sandbox.catalogue.albums[0].id)).id == sandbox.catalogue.albums[0].id


@pytest.mark.slow
@pytest.mark.parametrize("name", TOKEN_REFUSALS)
async def test_the_token_endpoint_is_asked_once_per_call_and_not_during_its_pause(name, redis_server):
    async with SpotifySandbox() as sandbox:
        shared, ids = {**SETTINGS, **shared_by(redis_server.url)}, ids_in(sandbox.catalogue)
        login = {"client_id": sandbox.client_id, "client_secret": sandbox.client_secret}
        address = {"api_url": sandbox.api_url, "accounts_url": sandbox.accounts_url}
        sandbox.fail("POST /api/token", TOKEN_REFUSALS[name].fault)
        async with sandbox.client(**login, config=ClientConfig(**shared)) as client:
            error = await error_of(client.albums.get_several(ids["albums"]))
            kinds = ["bulk read", "list", "single call"]
            refused = await call_in_other_process(kinds, ids, login, {**shared, **address})
            assert {each for each, _ in refused} == {type(error).__name__}
            sent = 2 if name == "rate limit" else 1 + len(kinds)
            assert (len(sandbox.token_requests), len(sandbox.requests)) == (sent, 0)
            sandbox.clear_faults()
            found = await call_in_other_process(["single call"], ids, login, {**shared, **address})
            assert found == [[None, False]]
            if name != "rate limit":
                assert await error_of(client.albums.get(ids["albums"][0])) is None
            assert len(sandbox.token_requests) == sent + 1  # the token is shared


@pytest.mark.slow
@pytest.mark.parametrize("name", TOKEN_REFUSALS)
async def test_a_refused_refresh_sends_no_part_of_a_bulk_write_in_two_processes(name, redis_server):
    async with SpotifySandbox() as sandbox:
        shared, ids = {**SETTINGS, **shared_by(redis_server.url)}, ids_in(sandbox.catalogue)
        login = {"client_id": sandbox.client_id, "user": "ana"}
        address = {"api_url": sandbox.api_url, "accounts_url": sandbox.accounts_url}
        store = RedisTokenStore(redis_server.url, prefix=shared["redis_prefix"])
        await store.save(TokenKey(**login), expired_token())
        await store.close()
        sandbox.fail("POST /api/token", TOKEN_REFUSALS[name].fault)
        async with sandbox.client(auth_provider=provider_of(login), config=ClientConfig(**shared)) as client:
            error = await error_of(CALLS["bulk write"][1](client, ids))
            later = await call_in_other_process(["bulk write"], ids, login, {**shared, **address})
        assert type(error) is TOKEN_ERRORS[name]
        assert not error.may_have_been_executed
        assert [each for each, _ in later] == [type(error).__name__]
        assert len(sandbox.token_requests) <= 2
        assert sandbox.requests == []


@pytest.mark.parametrize("name", TOKEN_REFUSALS)
async def test_a_refused_refresh_sends_no_part_of_a_bulk_write(name):
    async with SpotifySandbox() as sandbox:
        login, store = {"client_id": sandbox.client_id, "user": "ana"}, MemoryTokenStore()
        await store.save(TokenKey(**login), expired_token())
        sandbox.fail("POST /api/token", TOKEN_REFUSALS[name].fault)
        async with sandbox.client(auth_provider=provider_of(login, store), config=ClientConfig(**SETTINGS)) as client:
            error = await error_of(CALLS["bulk write"][1](client, ids_in(sandbox.catalogue)))
        assert type(error) is TOKEN_ERRORS[name]
        assert not error.may_have_been_executed
        assert (len(sandbox.token_requests), len(sandbox.requests)) == (1, 0)


def test_every_refusal_of_the_token_endpoint_is_tested():
    assert TOKEN_REFUSALS.keys() == TOKEN_ERRORS.keys()


@pytest.mark.slow
async def test_a_second_process_on_redis_sends_nothing(redis_server):
    async with SpotifySandbox() as sandbox:
        sandbox.fail("GET /albums/{id}", REFUSALS["quota exceeded"].fault)
        environment = {
            **sandbox.environment(),
            "SPOTIFY_REDIS_URL": redis_server.url,
            "SPOTIFY_QUOTA_MODE": "development",
            "SPOTIFY_MAX_CONCURRENCY": str(CONCURRENCY),
        }
        ids = [album.id for album in sandbox.catalogue.albums[:IDS]]
        endings = [await ForkedProcess(read_albums, *ids, environment=environment).result() for _ in range(2)]
        assert len(sandbox.requests) <= CONCURRENCY
        assert [(ending["error"], ending["sent"]) for ending in endings] == [
            ("QuotaExceededError", True),
            ("QuotaExceededError", False),
        ]
