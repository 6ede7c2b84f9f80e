"""The pytest plugin: fixtures, the marker `spotify`, recording, and a guard against requests to the real Spotify.

pytest loads it when the package is installed. It imports nothing of the library before a test uses a fixture.
"""

from __future__ import annotations

import asyncio
import functools
import inspect
import os
import re
import socket
import threading
import time as system_time
import warnings
from collections.abc import Awaitable, Callable, Generator, Iterable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeGuard

import pytest

if TYPE_CHECKING:
    from spotify import AsyncSpotifyClient, ClientConfig
    from spotify.testing import FakeClock, FakeTransport, Fault, RecordingTransport, ReplayTransport, SpotifySandbox
    from spotify.testing.sandbox import SandboxArguments

REAL_HOSTS: Final = frozenset({"api.spotify.com", "accounts.spotify.com"})
_MARKER: Final = """\
spotify(quota_mode=, user=, scopes=, faults=, network=, catalogue=, …): what the fixtures of the Spotify client do in \
this test. quota_mode and other arguments of SpotifySandbox are for spotify_sandbox, user and scopes for \
spotify_client; faults maps operations to Fault objects; network=True allows requests to the real Spotify"""
_RECORD_MODES: Final = ("none", "once", "all")
_SCOPES: Final = ("function", "class", "module", "package", "session")
# Fixed when a sandbox is created, so a marker cannot change them in a sandbox that serves several tests.
_FIXED: Final = frozenset({"port", "seed", "catalogue", "token_lifetime", "latency", "redirect_uris", "fault_seed"})


class CassetteDriftWarning(UserWarning):
    """A recorded response differs from today's models: see `ReplayTransport.drift`."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options."""
    group = parser.getgroup("spotify", "Spotify Web API client")
    group.addoption(
        "--spotify-record",
        choices=_RECORD_MODES,
        default="none",
        help="whether spotify_cassette records: never (none, the default), if there is no cassette (once), or always "
        "(all)",
    )
    group.addoption(
        "--spotify-network",
        action="store_true",
        help="allow requests to the real Spotify, which fail a test otherwise",
    )
    parser.addini(
        "spotify_sandbox_scope",
        default="function",
        help="the scope of spotify_sandbox: function (the default), class, module, package or session",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker, and start the guard."""
    config.addinivalue_line("markers", _MARKER)
    scope = config.getini("spotify_sandbox_scope")
    if scope not in _SCOPES:
        raise pytest.UsageError(f"spotify_sandbox_scope must be one of {', '.join(_SCOPES)}, not {scope!r}")
    guard = config.stash[_GUARD] = _NetworkGuard(allowed=bool(config.getoption("spotify_network")))
    guard.start()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the guard."""
    if (guard := config.stash.get(_GUARD, None)) is not None:
        guard.stop()


class _NetworkGuard:
    """Fails tests that look up the address of the real Spotify, with any client."""

    def __init__(self, *, allowed: bool) -> None:
        self.is_allowed: Final = allowed
        self.test: pytest.Item | None = None
        self._refused: set[str] = set()
        self._original = socket.getaddrinfo

    def start(self) -> None:
        if self.is_allowed:
            return
        original = self._original = socket.getaddrinfo

        @functools.wraps(original)
        def guarded(host: Any, *args: Any, **kwargs: Any) -> Any:
            name = host.decode(errors="replace") if isinstance(host, bytes) else host
            if isinstance(name, str) and name.lower().rstrip(".") in REAL_HOSTS and self._refuses(name):
                raise pytest.fail.Exception(_guard_message(name), pytrace=False)
            return original(host, *args, **kwargs)

        socket.getaddrinfo = guarded

    def stop(self) -> None:
        socket.getaddrinfo = self._original

    def take_refused(self) -> str | None:
        """Return a host that was refused since the last call."""
        refused, self._refused = sorted(self._refused), set()
        return refused[0] if refused else None

    def _refuses(self, host: str) -> bool:
        test = self.test
        if test is None or _arguments_of(test).get("network"):
            return False
        if (
            "spotify_cassette" in getattr(test, "fixturenames", ())
            and test.config.getoption("spotify_record") != "none"
        ):
            return False
        self._refused.add(host)
        return True


def _guard_message(host: str) -> str:
    return (
        f"the test sends a request to {host}, the real Spotify. Use spotify_client, which uses spotify_sandbox; or "
        f"allow it with @pytest.mark.spotify(network=True) or --spotify-network"
    )


_GUARD: Final = pytest.StashKey[_NetworkGuard]()
_CLIENTS: Final = pytest.StashKey["list[AsyncSpotifyClient]"]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Tell the guard which test runs."""
    guard = item.config.stash[_GUARD]
    guard.test = item
    guard.take_refused()
    try:
        return (yield)
    finally:
        guard.test = None


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Close the client in the event loop of the test, and fail the test for requests to the real Spotify."""
    if isinstance(item, pytest.Function) and item.stash.get(_CLIENTS, None) and _is_async(item.obj):
        item.obj = _closing(item.obj, item.stash[_CLIENTS])
    result = yield
    # The test may have caught the error, or the request came from another thread or task.
    if (host := item.config.stash[_GUARD].take_refused()) is not None:
        pytest.fail(_guard_message(host), pytrace=False)
    return result


def _is_async(function: object) -> TypeGuard[Callable[..., Awaitable[object]]]:
    return inspect.iscoroutinefunction(function)


def _closing(
    test: Callable[..., Awaitable[object]], clients: list[AsyncSpotifyClient]
) -> Callable[..., Awaitable[object]]:
    """Return a test that closes clients at its end: their connections belong to its event loop."""

    @functools.wraps(test)
    async def run(*args: object, **kwargs: object) -> object:
        try:
            return await test(*args, **kwargs)
        finally:
            for client in clients:
                await client.close()

    return run


def _arguments_of(item: pytest.Item) -> dict[str, Any]:
    """Return the arguments of the marker; those of the test come before those of its class and module."""
    arguments: dict[str, Any] = {}
    for marker in item.iter_markers("spotify"):
        if marker.args:
            raise pytest.UsageError(f"{item.nodeid}: the marker spotify takes keyword arguments only")
        arguments = {**marker.kwargs, **arguments}
    return arguments


def _sandbox_scope(fixture_name: str, config: pytest.Config) -> Any:  # noqa: ARG001  pytest passes it
    return config.getini("spotify_sandbox_scope")


class _SwitchableTime:
    """The time of a sandbox: that of a test's clock, or the real time."""

    def __init__(self) -> None:
        self.clock: FakeClock | None = None

    def time(self) -> float:
        return system_time.time() if self.clock is None else self.clock.time()

    async def sleep(self, seconds: float) -> None:
        await (asyncio.sleep(seconds) if self.clock is None else self.clock.sleep(seconds))


class _SandboxThread:
    """A thread with an event loop for all sandboxes of the session, and their time."""

    def __init__(self, stack: ExitStack) -> None:
        from spotify.testing.sandbox.http.listener import LoopThread

        self._stack = stack
        self.time: Final = _SwitchableTime()
        self.loop: Final = stack.enter_context(LoopThread("spotify-sandbox"))

    def serve(self, arguments: SandboxArguments) -> SpotifySandbox:
        """Start a sandbox."""
        from spotify.testing import SpotifySandbox

        merged: SandboxArguments = {"time": self.time.time, "sleep": self.time.sleep, **arguments}
        sandbox = SpotifySandbox(**merged)
        self.loop.run(sandbox.start())
        return sandbox


@pytest.fixture(scope="session")
def _spotify_thread() -> Generator[_SandboxThread]:
    with ExitStack() as stack:
        yield _SandboxThread(stack)


@pytest.fixture(scope=_sandbox_scope)
def _spotify_shared_sandbox(_spotify_thread: _SandboxThread, request: pytest.FixtureRequest) -> Generator[Any]:
    item = request.node if isinstance(request.node, pytest.Item) else None
    arguments = _sandbox_arguments(_arguments_of(item) if item is not None else {})
    sandbox = _spotify_thread.serve(arguments)
    yield sandbox
    _spotify_thread.loop.run(sandbox.stop())


@pytest.fixture(scope=_sandbox_scope)
def spotify_sandbox(_spotify_shared_sandbox: SpotifySandbox) -> SpotifySandbox:
    """A running `SpotifySandbox`, in a thread of its own: for synchronous and asynchronous tests.

    Each test gets it as new: with the scope `session`, it is reset before each test. The marker `spotify` has its
    arguments and faults::

        @pytest.mark.spotify(quota_mode="development", faults={"get-an-album": Fault.status(503)})
        async def test_an_outage(spotify_client, spotify_sandbox): ...
    """
    return _spotify_shared_sandbox


@pytest.fixture
def spotify_clock() -> FakeClock:
    """A `FakeClock` for the sandbox and the client of the test."""
    from spotify.testing import FakeClock

    return FakeClock()


@pytest.fixture(autouse=True)
def _spotify_test(request: pytest.FixtureRequest) -> Generator[None]:
    """Prepare the sandbox for one test, if it uses it."""
    names = request.fixturenames
    if "spotify_sandbox" not in names and not ("spotify_client" in names and not _has_own_transport(names)):
        yield
        return
    thread: _SandboxThread = request.getfixturevalue("_spotify_thread")
    thread.time.clock = request.getfixturevalue("spotify_clock") if "spotify_clock" in names else None
    sandbox: SpotifySandbox = request.getfixturevalue("spotify_sandbox")
    arguments = _arguments_of(request.node)
    if request.config.getini("spotify_sandbox_scope") != "function":
        _prepare_shared(sandbox, arguments)
    faults: Mapping[str, Fault] = arguments.get("faults", {})
    for target, fault in faults.items():
        sandbox.fail(target, fault)
    yield
    thread.time.clock = None


def _prepare_shared(sandbox: SpotifySandbox, arguments: Mapping[str, Any]) -> None:
    sandbox.reset()
    settings = _sandbox_arguments(arguments)
    if fixed := _FIXED & settings.keys():
        raise pytest.UsageError(
            f"the marker spotify cannot change {', '.join(sorted(fixed))} of a sandbox that serves several tests: "
            f"remove spotify_sandbox_scope from the settings, or use SpotifySandbox.in_thread() in the test"
        )
    sandbox.configure(**settings)


def _sandbox_arguments(arguments: Mapping[str, Any]) -> Any:
    """Return the `SandboxArguments` of a marker; the sandbox checks them."""
    others = {"user", "scopes", "faults", "network"}
    return {name: value for name, value in arguments.items() if name not in others}


def _has_own_transport(names: Iterable[str]) -> bool:
    return not {"spotify_transport", "spotify_cassette"}.isdisjoint(names)


@pytest.fixture
def spotify_transport() -> Generator[FakeTransport]:
    """A `FakeTransport`; `spotify_client` uses it if the test has both. Responses that are left fail the test."""
    from spotify.testing import FakeTransport

    transport = FakeTransport()
    yield transport
    transport.assert_all_answered()


@pytest.fixture
def spotify_client(request: pytest.FixtureRequest) -> Generator[AsyncSpotifyClient]:
    """An `AsyncSpotifyClient` of the test's transport or cassette, or else of the sandbox; it is closed after the test.

    The marker `spotify` has its `user` and `scopes`. In a synchronous test, use it inside of `asyncio.run` as
    `async with spotify_client: …`, so that its connections are closed in their event loop.
    """
    arguments = _arguments_of(request.node)
    names = request.fixturenames
    clock: FakeClock | None = request.getfixturevalue("spotify_clock") if "spotify_clock" in names else None
    if "spotify_cassette" in names:
        client = _cassette_client(request.getfixturevalue("spotify_cassette"), clock)
    elif "spotify_transport" in names:
        from spotify import AsyncSpotifyClient

        transport = request.getfixturevalue("spotify_transport")
        client = AsyncSpotifyClient("fake-token", transport=transport, clock=clock)
    else:
        sandbox: SpotifySandbox = request.getfixturevalue("spotify_sandbox")
        client = sandbox.client(user=arguments.get("user"), scopes=arguments.get("scopes"), clock=clock)
    request.node.stash.setdefault(_CLIENTS, []).append(client)
    yield client
    _run_apart(client.close)


@pytest.fixture
def spotify_cassette(request: pytest.FixtureRequest) -> Generator[RecordingTransport | ReplayTransport]:
    """A transport that replays the cassette of the test, or records it: see `--spotify-record`.

    The cassette is `cassettes/MODULE/TEST.json` beside the test's module. When it records, `spotify_client` takes its
    credentials and addresses from the environment (`SPOTIFY_CLIENT_ID`, `SPOTIFY_CLIENT_SECRET`, or
    `SPOTIFY_ACCESS_TOKEN` for a user's token). Recorded responses that differ from today's models give a
    `CassetteDriftWarning`.
    """
    from spotify.testing import RecordingTransport, ReplayTransport

    path = _cassette_path(request.node)
    mode = request.config.getoption("spotify_record")
    if mode == "all" or (mode == "once" and not path.exists()):
        from spotify.impl.transport.aiohttp_transport import AiohttpTransport

        recording = RecordingTransport(AiohttpTransport(_recorded_config()), path)
        yield recording
        _run_apart(recording.close)
        return
    if not path.exists():
        pytest.fail(f"there is no cassette {path}: record it with --spotify-record=once", pytrace=False)
    replay = ReplayTransport(path)
    yield replay
    _run_apart(replay.close)
    for drift in replay.drift:
        warnings.warn(CassetteDriftWarning(f"{path}: {drift}"), stacklevel=1)


def _cassette_path(item: pytest.Item) -> Path:
    name = re.sub(r"[^\w.=+-]+", "-", item.name)
    return item.path.parent / "cassettes" / item.path.stem / f"{name}.json"


def _recorded_config() -> ClientConfig:
    from spotify import ClientConfig

    return ClientConfig.from_env()


def _cassette_client(transport: RecordingTransport | ReplayTransport, clock: FakeClock | None) -> AsyncSpotifyClient:
    """Return a client that closes the transport: the connections of a recording belong to the client's event loop."""
    from spotify import AsyncSpotifyClient, StaticTokenAuth
    from spotify.container import build_container, override_transport
    from spotify.credentials import EnvironmentCredentials
    from spotify.testing import ReplayTransport

    if isinstance(transport, ReplayTransport):
        container = build_container(auth_provider=StaticTokenAuth("replayed"), clock=clock)
    elif token := os.environ.get("SPOTIFY_ACCESS_TOKEN"):
        container = build_container(auth_provider=StaticTokenAuth(token), config=_recorded_config(), clock=clock)
    else:
        credentials = EnvironmentCredentials()
        container = build_container(
            client_id=credentials.client_id,
            client_secret=credentials.client_secret.reveal(),
            config=_recorded_config(),
            clock=clock,
        )
    override_transport(container, lambda: transport)
    return AsyncSpotifyClient.from_container(container)


def _run_apart(function: Callable[[], Awaitable[None]]) -> None:
    """Run a coroutine function in a thread of its own: an event loop may run, or exist, in this one."""

    async def run() -> None:
        await function()

    thread = threading.Thread(target=lambda: asyncio.run(run()), name="spotify-close")
    thread.start()
    thread.join()
