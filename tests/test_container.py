"""`SpotifyContainer`: which components it creates, shares, replaces and closes."""

import inspect

import pytest
from dependency_injector import providers
from dependency_injector.errors import Error

from spotify import AsyncSpotifyClient, ClientClosedError, ClientConfig, SpotifyContainer, build_container, interfaces
from spotify.impl.auth.client_credentials import ClientCredentialsAuth
from spotify.impl.auth.static_token import StaticTokenAuth
from spotify.impl.caching import MemoryResponseCache
from spotify.impl.serialization import DataclassesJsonSerializer, MsgspecSerializer
from spotify.testing import FakeClock, FakeTransport

COMPONENTS = ["transport", "auth_provider", "retry_policy", "serializer", "rate_limiter", "clock", "executor"]
SERVICES = [
    "albums",
    "artists",
    "audiobooks",
    "browse",
    "chapters",
    "episodes",
    "library",
    "player",
    "playlists",
    "search",
    "shows",
    "tracks",
    "users",
]


def protocol_of(name):
    """Return the protocol in the container's annotation; a provider has no type argument at run time."""
    annotation = SpotifyContainer.__annotations__[name]
    return getattr(interfaces, annotation.removeprefix("providers.Provider[").removesuffix("]"))


@pytest.mark.parametrize("name", COMPONENTS)
@pytest.mark.parametrize("serializer", ["msgspec", "dataclasses-json"])
@pytest.mark.parametrize("auth", [{"access_token": "t"}, {"client_id": "i", "client_secret": "s"}])
def test_every_component_has_the_signatures_of_its_protocol(name, serializer, auth):
    component = getattr(build_container(**auth, config=ClientConfig(serializer=serializer)), name)()
    protocol = protocol_of(name)
    methods = {key: value for key, value in vars(protocol).items() if inspect.isfunction(value) and key[0] != "_"}
    assert methods
    for method, declared in methods.items():
        implemented = getattr(component, method)
        if inspect.isbuiltin(implemented):
            implemented()  # `time.time` has no signature to inspect
            continue
        expected = list(inspect.signature(declared).parameters.values())[1:]
        # `time.time` and `time.monotonic` take no argument, and have no signature.
        actual = [] if inspect.isbuiltin(implemented) else list(inspect.signature(implemented).parameters.values())
        assert [(p.name, p.kind) for p in actual] == [(p.name, p.kind) for p in expected]
        assert inspect.iscoroutinefunction(implemented) == inspect.iscoroutinefunction(declared)


@pytest.mark.parametrize("name", [*COMPONENTS, *SERVICES, "config", "client"])
def test_every_component_and_service_is_created_once(name):
    provider = getattr(build_container("t"), name)
    assert provider() is provider()


def test_the_client_has_the_services_of_the_container():
    container = build_container("t")
    client = container.client()
    assert isinstance(client, AsyncSpotifyClient)
    assert all(getattr(client, name) is getattr(container, name)() for name in SERVICES)


def test_containers_do_not_share_components():
    first, second = build_container("a"), build_container("b")
    assert all(getattr(first, name)() is not getattr(second, name)() for name in [*COMPONENTS, *SERVICES])


@pytest.mark.parametrize(
    ("auth", "kind"),
    [({"access_token": "t"}, StaticTokenAuth), ({"client_id": "i", "client_secret": "s"}, ClientCredentialsAuth)],
)
def test_the_auth_provider_depends_on_the_credentials(auth, kind):
    assert type(build_container(**auth).auth_provider()) is kind


@pytest.mark.parametrize(
    ("name", "kind"), [("msgspec", MsgspecSerializer), ("dataclasses-json", DataclassesJsonSerializer)]
)
def test_the_config_selects_the_serializer(name, kind):
    assert type(build_container("t", config=ClientConfig(serializer=name)).serializer()) is kind


class AnyComponent:
    """Has the methods of every protocol. Tests compare its identity."""

    async def get_access_token(self):
        return "t"

    async def pause(self, seconds, *, operation, reason):
        pass

    send = close = decide = decode = encode = slot = sleep = get_access_token

    def time(self):
        return 0.0

    monotonic = time


@pytest.mark.parametrize("name", ["transport", "retry_policy", "serializer", "rate_limiter", "clock"])
def test_a_keyword_argument_replaces_a_component(name):
    component = AnyComponent()
    assert getattr(build_container("t", **{name: component}), name)() is component


@pytest.mark.parametrize("name", ["transport", "retry_policy", "serializer", "rate_limiter", "clock", "auth_provider"])
def test_an_override_replaces_a_component(name):
    container, component = build_container("t"), AnyComponent()
    getattr(container, name).override(component)
    container.client()
    assert getattr(container, name)() is component


async def test_an_overridden_transport_sends_token_requests():
    container = build_container(client_id="i", client_secret="s")
    transport = FakeTransport()
    transport.answer("POST /api/token", json={"access_token": "t", "expires_in": 3600})
    container.transport.override(transport)
    assert await container.auth_provider().get_access_token() == "t"


@pytest.mark.parametrize("name", ["transport", "retry_policy", "serializer", "rate_limiter", "clock", "auth_provider"])
def test_a_class_instead_of_an_instance_raises(name):
    auth = {} if name == "auth_provider" else {"access_token": "t"}
    with pytest.raises(TypeError, match=f"{name} must be an instance"):
        build_container(**auth, **{name: AnyComponent})


def test_arguments_that_differ_from_their_defaults_override_config():
    config = ClientConfig(timeout=5.0, max_retries=1)
    assert build_container("t", config=config).config() == config
    changed = build_container("t", config=config, timeout=7.0, max_retries=0).config()
    assert (changed.timeout, changed.max_retries) == (7.0, 0)


def test_a_container_can_be_created_with_providers():
    auth = AnyComponent()
    container = SpotifyContainer(auth_provider=providers.Object(auth), clock=providers.Singleton(FakeClock))
    assert container.auth_provider() is auth
    assert isinstance(container.clock(), FakeClock)
    assert isinstance(container.client(), AsyncSpotifyClient)


class Closable(FakeTransport):
    def __init__(self):
        super().__init__()
        self.closed = 0

    async def close(self):
        self.closed += 1


async def test_a_transport_passed_as_instance_is_not_closed():
    for container in (build_container("t", transport=Closable()), build_container("t")):
        if not container.transport.overridden:
            container.transport.override(Closable())
        await container.client().close()
        assert container.transport().closed == 0


async def test_a_transport_created_by_the_container_is_closed_once():
    container = build_container("t")
    container.transport.override(providers.Singleton(Closable))
    client = container.client()
    await client.close()
    await client.close()
    assert container.transport().closed == 1


async def count_requests_of_two_reads(container):
    """Read an album twice and return the number of requests."""
    transport = container.transport()
    headers = {"Cache-Control": "public, max-age=60"}
    album = {"id": "0" * 22, "type": "album", "uri": "x"}
    transport.answer("GET /albums/{id}", json=album, headers=headers, times=2)
    for _ in range(2):
        await container.client().albums.get("0" * 22)
    return len(transport.requests)


@pytest.mark.parametrize(("cache", "requests"), [("none", 2), ("memory", 1)])
async def test_the_config_selects_the_cache(cache, requests):
    container = build_container("t", config=ClientConfig(cache=cache), transport=FakeTransport())
    assert await count_requests_of_two_reads(container) == requests


async def test_an_overridden_response_cache_is_used_without_a_setting():
    container = build_container("t", transport=FakeTransport())
    container.response_cache.override(MemoryResponseCache())
    assert await count_requests_of_two_reads(container) == 1


async def test_with_a_cache_only_a_transport_of_the_container_is_closed():
    config = ClientConfig(cache="memory")
    passed = build_container("t", config=config, transport=Closable())
    created = build_container("t", config=config)
    created.transport.override(providers.Singleton(Closable))
    for container, closed in ((passed, 0), (created, 1)):
        await container.client().close()
        assert container.transport().closed == closed


async def test_only_a_response_cache_of_the_container_is_closed():
    class ClosableCache(MemoryResponseCache):
        closed = 0

        async def close(self):
            self.closed += 1

    for provider, closed in ((providers.Object, 0), (providers.Singleton, 1)):
        container = build_container("t")
        container.response_cache.override(provider(ClosableCache() if provider is providers.Object else ClosableCache))
        await container.client().close()
        assert container.response_cache().closed == closed


async def test_a_closed_user_client_does_not_read_the_cache():
    container = build_container("t", config=ClientConfig(cache="memory"), transport=FakeTransport())
    await count_requests_of_two_reads(container)
    user = container.client().for_user(StaticTokenAuth("t"))
    await container.client().close()
    with pytest.raises(ClientClosedError):
        await user.albums.get("0" * 22)


async def test_an_auth_provider_with_close_is_closed():
    class Auth(AnyComponent):
        closed = 0

        async def close(self):
            self.closed += 1

    auth = Auth()
    async with AsyncSpotifyClient(auth_provider=auth):
        pass
    assert auth.closed == 1


@pytest.mark.parametrize("name", ["transport", "retry_policy", "serializer", "rate_limiter", "clock", "auth_provider"])
@pytest.mark.parametrize(("part", "message"), [(AnyComponent, "must be an instance"), (5, "must have a method")])
def test_an_override_is_checked_like_a_keyword(name, part, message):
    container = build_container("t")
    getattr(container, name).override(providers.Object(part))
    # dependency-injector itself refuses an object that is no auth provider.
    with pytest.raises((TypeError, Error), match=f"{name} {message}|5 is not an instance of .*AuthProvider"):
        container.client()


@pytest.mark.parametrize("name", ["executor", "response_cache", "token_store"])
def test_an_override_of_a_part_without_keyword_is_checked(name):
    container = build_container("t")
    getattr(container, name).override(5)
    with pytest.raises(TypeError, match=f"{name} must have a method"):
        container.client()


async def test_the_executor_can_be_wrapped_in_a_line():
    class Counting:
        calls = 0

        def __init__(self, inner):
            self.inner = inner

        async def execute(self, call, /):
            self.calls += 1
            return await self.inner.execute(call)

        async def close(self):
            await self.inner.close()

    transport = FakeTransport()
    transport.answer("GET /me", json={"id": "ana", "type": "user", "uri": "spotify:user:ana"})
    container = build_container("t", transport=transport)
    container.executor.override(Counting(container.executor()))
    async with container.client() as client:
        assert (await client.users.get_current_profile()).id == "ana"
    assert container.executor().calls == 1


OVERRIDABLE = [*COMPONENTS, "config", "response_cache", "token_store", "quota", "usage", "observers"]


@pytest.mark.parametrize("name", OVERRIDABLE)
def test_an_override_after_the_client_was_created_raises(name):
    container = build_container("t")
    container.client()
    with pytest.raises(RuntimeError, match="override before the first call of client"):
        getattr(container, name).override(AnyComponent())
    getattr(build_container("t"), name).override(AnyComponent())  # another container is not affected
