"""`SpotifySandbox`: builds the parts of the sandbox, serves them on a port, and has the methods that tests call.

A request goes through `http.request_handler` to one of the services:

- `web_api` routes it to an operation, which reads the `catalogue` (fixed), reads and changes the `state` of users and
  their `playback`, and writes the response with `shapes`;
- `accounts` has the authorize page and the token endpoint, and the tokens that `web_api` authenticates requests by;
- `http.images` serves images.

`faults` decides what goes wrong with a request, and `http.request_log` records it.
"""

from __future__ import annotations

import asyncio
import time as system_time
from collections.abc import Awaitable, Callable, Generator, Iterable
from contextlib import contextmanager
from types import TracebackType
from typing import Final, Self, Unpack, get_args

from spotify._checks import (
    check_choice,
    check_flag,
    check_function,
    check_number,
    check_range,
    check_type,
)
from spotify.client import AsyncSpotifyClient
from spotify.testing.sandbox.accounts.access import Access
from spotify.testing.sandbox.accounts.authorize_page import ConsentMode
from spotify.testing.sandbox.accounts.control import AccountControl
from spotify.testing.sandbox.catalogue import CatalogueKind
from spotify.testing.sandbox.clients import SandboxClientArguments, build_client, has_auth
from spotify.testing.sandbox.faults import Fault, FaultPlan
from spotify.testing.sandbox.faults.delivery import CancellableSleep
from spotify.testing.sandbox.http.assertions import RequestAssertions
from spotify.testing.sandbox.http.call_limits import CallLimits
from spotify.testing.sandbox.http.images import Images
from spotify.testing.sandbox.http.listener import HOST, Listener, LoopThread
from spotify.testing.sandbox.http.messages import API_PREFIX
from spotify.testing.sandbox.http.request_handler import RequestHandler, Services
from spotify.testing.sandbox.http.request_log import Observer
from spotify.testing.sandbox.playback.control import PlayerControl
from spotify.testing.sandbox.quota import Quota, QuotaMode
from spotify.testing.sandbox.settings import ApplicationSettings, SandboxArguments, SettingsControl
from spotify.testing.sandbox.shapes import Links, Shapes
from spotify.testing.sandbox.web_api.operations import SandboxData
from spotify.testing.sandbox.web_api.web_api import WebApi


class SpotifySandbox(AccountControl, RequestAssertions):
    """A Spotify on this machine, for tests and experiments without an account.

    ::

        async with SpotifySandbox() as sandbox, sandbox.client() as client:
            album = await client.albums.get(sandbox.catalogue.albums[0].id)

    The Web API and the accounts service are served on one port of the loopback interface. The catalogue is generated
    from a seed, and is the same each time; `add_artist`, `add_track` and so on add to it. Additions and changes (saved,
    followed and edited objects) last until `reset`, or as long as the sandbox object; two sandboxes share nothing that
    can change. Creating a sandbox starts nothing and needs no running event loop.
    """

    def __init__(
        self,
        *,
        host: str = HOST,
        port: int = 0,
        seed: int = 0,
        catalogue: CatalogueKind = "generated",
        latency: float = 0.0,
        token_lifetime: float = 3600.0,
        consent: ConsentMode = "auto",
        consent_user: str | None = None,
        redirect_uris: Iterable[str] = (),
        fault_seed: int = 0,
        bare_saved_audiobooks: bool = False,
        time: Callable[[], float] = system_time.time,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        **settings: Unpack[ApplicationSettings],
    ) -> None:
        """Create a sandbox; `start`, or `async with`, starts it.

        Args:
            host: The interface to listen on; `0.0.0.0` in a container. `url` has 127.0.0.1 in any case.
            port: The port to listen on; 0 for any free port.
            seed: The seed of the catalogue.
            catalogue: `generated`, or `empty` for one that has nothing but the default user.
            latency: Seconds added to each response, 0 or more.
            token_lifetime: The lifetime of the accounts service's access tokens in seconds, more than 0.
            consent: What the authorize page does: redirect with a code at once (`auto`), show a form to select a user
                and to allow or cancel (`form`), or redirect with `access_denied` (`refuse`).
            consent_user: The id of the user who logs in, or who is selected in the form at first; None for the default
                user.
            redirect_uris: The application's redirect URIs: https, or of its own scheme. `http://127.0.0.1:PORT` and
                `http://[::1]:PORT`, with any port and path, are always registered; `http://localhost` never is.
            fault_seed: The seed of faults with a probability; see `fail`.
            bare_saved_audiobooks: Whether the list of saved audiobooks has bare audiobooks, as some recorded responses
                of Spotify do, instead of entries with `added_at`.
            time: Returns seconds since the epoch, for the expiry of tokens, the players and the limits.
            sleep: The sleep function for `latency` and the delays of faults.
            **settings: What Spotify allows the application, such as `quota_mode`, `rate_limit` and `daily_quota`: see
                `ApplicationSettings`. `configure` changes it.

        Raises:
            ValueError: An argument is out of bounds, a user or an operation does not exist, or a redirect URI is not
                secure.
            TypeError: An argument has the wrong type.
        """
        check_type("seed", seed, int)
        check_type("fault_seed", fault_seed, int)
        check_type("host", host, str)
        check_range("port", port, at_least=0, at_most=65_535)
        check_choice("catalogue", catalogue, get_args(CatalogueKind))
        check_number("latency", latency, at_least=0)
        check_number("token_lifetime", token_lifetime, above=0)
        check_choice("consent", consent, get_args(ConsentMode))
        if consent_user is not None:
            check_type("consent_user", consent_user, str)
        check_flag("bare_saved_audiobooks", bare_saved_audiobooks)
        check_function("time", time)
        check_function("sleep", sleep)
        super().__init__(
            seed,
            catalogue,
            time,
            token_lifetime=token_lifetime,
            consent=consent,
            consent_user=consent_user,
            redirect_uris=redirect_uris,
        )
        self.fault_seed: Final = fault_seed
        """The seed of faults with a probability."""
        self._bare_saved_audiobooks = bare_saved_audiobooks
        self._listener = Listener(port, host)
        self._latency = latency
        self._time = time
        self._sleep = CancellableSleep(sleep)

        RequestAssertions.__init__(self)

        self._faults = FaultPlan(fault_seed)

        self._limits = CallLimits(self._tokens, self.client_id, self._request_log.rate_limited)
        self._access = Access()
        self._quota = Quota()
        self._settings = SettingsControl(
            settings,
            quota=self._quota,
            limits=self._limits,
            access=self._access,
            grants=self._grants,
            catalogue=self.catalogue,
        )

    def _request_handler(self) -> RequestHandler:
        """Build what needs the sandbox's address, for links in responses."""
        shapes = Shapes(Links(self.url), self._quota, self.catalogue)
        data = SandboxData(
            catalogue=self.catalogue,
            state=self._state,
            shapes=shapes,
            quota=self._quota,
            bare_saved_audiobooks=self._bare_saved_audiobooks,
        )
        services = Services(
            web_api=WebApi(data, self._tokens, self._access),
            token_endpoint=self._token_endpoint,
            authorize_page=self._authorize_page,
            images=Images(self._state),
        )
        return RequestHandler(
            services,
            self._request_log,
            tokens=self._tokens,
            faults=self._faults,
            limits=self._limits,
            latency=self._latency,
            time=self._time,
            sleep=self._sleep,
            lock=self._lock,
        )

    @property
    def quota_mode(self) -> QuotaMode:
        """The application's quota mode."""
        return self._quota.mode

    @property
    def url(self) -> str:
        """The sandbox's address without a path.

        Raises:
            RuntimeError: The sandbox is not started, and has no fixed port.
        """
        return self._listener.url

    @property
    def api_url(self) -> str:
        """The base URL of the Web API."""
        return self.url + API_PREFIX

    @property
    def accounts_url(self) -> str:
        """The base URL of the accounts service."""
        return self.url

    @classmethod
    @contextmanager
    def in_thread(cls, **arguments: Unpack[SandboxArguments]) -> Generator[Self]:
        """Serve a sandbox in a thread and an event loop of its own, until the block ends.

        For programs and tests without an event loop, for sandboxes that outlive the event loop of a test, and for
        clients in other processes and languages. The methods of the sandbox can be called in any thread, except
        `start` and `stop`, which are not needed. An asynchronous client can use it from its own event loop.

        ::

            with SpotifySandbox.in_thread(catalogue="empty") as sandbox:
                request = urllib.request.Request(f"{sandbox.api_url}/me")
                request.add_header("Authorization", f"Bearer {sandbox.issue_token(user='sandbox_listener')}")
                with urllib.request.urlopen(request) as response:
                    assert json.load(response)["id"] == "sandbox_listener"

        Args:
            **arguments: The arguments of `SpotifySandbox`.

        Yields:
            The started sandbox.

        Raises:
            ValueError: See `SpotifySandbox`.
            TypeError: See `SpotifySandbox`.
            OSError: The port is in use.
        """
        sandbox = cls(**arguments)
        with LoopThread("spotify-sandbox") as thread:
            thread.run(sandbox.start())
            try:
                yield sandbox
            finally:
                thread.run(sandbox.stop())

    async def start(self) -> None:
        """Start to listen. Does nothing if the sandbox is started.

        Raises:
            OSError: The port is in use.
        """
        await self._listener.open(self._request_handler)

    async def stop(self) -> None:
        """Close all connections and cancel all delays. Does nothing if the sandbox is stopped."""
        if self._listener.is_open:
            self._sleep.cancel()
            await self._listener.close()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.stop()

    def reset(self) -> None:
        """Return to the content, the settings and the empty log of a new sandbox, without a restart.

        ::

            artist = sandbox.add_artist(name="Blue Hour")
            sandbox.reset()
            assert artist.id not in sandbox.catalogue.artist_by_id
            assert not sandbox.requests

        Additions, changes through the Web API, faults, recorded requests and counts are removed; delayed responses and
        executions are cancelled. The address, the applications, the observers and the tokens stay, except the tokens
        of users who were added: a client can go on.
        """
        with self._lock:
            self._sleep.cancel()
            self._reset_accounts()
            self._reset_content()
            self._settings.reset()
            self._faults.clear()
            self._request_log.clear()

    def client(
        self,
        *,
        user: str | None = None,
        scopes: Iterable[str] | None = None,
        **arguments: Unpack[SandboxClientArguments],
    ) -> AsyncSpotifyClient:
        """Create a client of this sandbox; the caller closes it.

        Args:
            user: The id of the user that the client acts for; None for the default user.
            scopes: The scopes of its token; None for all.
            **arguments: Arguments of `AsyncSpotifyClient`. The two URLs of a `config` are replaced. `user` and `scopes`
                cannot be combined with credentials.

        Raises:
            ValueError: The user or a scope does not exist, or an argument is invalid.
        """
        if not has_auth(arguments):
            arguments["access_token"] = self.issue_token(user=user or self.catalogue.default_user.id, scopes=scopes)
        elif user is not None or scopes is not None:
            raise ValueError("user and scopes are for the sandbox's own tokens: omit them or the credentials")
        return build_client(self.api_url, self.accounts_url, self._listener.check_serving, arguments)

    def environment(self) -> dict[str, str]:
        """Return the environment variables for a client in another process."""
        return {
            "SPOTIFY_API_URL": self.api_url,
            "SPOTIFY_ACCOUNTS_URL": self.accounts_url,
            "SPOTIFY_CLIENT_ID": self.client_id,
            "SPOTIFY_CLIENT_SECRET": self.client_secret,
            "SPOTIFY_REDIRECT_URI": self._applications.redirect_uris.default,
        }

    def player(self, user: str | None = None) -> PlayerControl:
        """Return the player of a user, to control it from outside of the Web API.

        Args:
            user: The user's id; None for the default user.

        Raises:
            ValueError: The user does not exist.
        """
        return PlayerControl(self._user(user), self.catalogue, self._state, self._lock)

    def configure(self, **settings: Unpack[ApplicationSettings]) -> None:
        """Change what Spotify allows the application from now on; what is not given stays as it is.

        ::

            sandbox.configure(daily_quota={"GET /playlists/{playlist_id}/items": 100}, owner_premium=False)

        A new limit starts without counted calls.

        Args:
            **settings: See `ApplicationSettings`.

        Raises:
            ValueError: A number is out of bounds, or an operation or a user does not exist. Nothing changes.
            TypeError: A setting has the wrong type, or does not exist. Nothing changes.
        """
        with self._lock:
            self._settings.apply(settings)

    def fail(
        self, target: str, fault: Fault, *, times: int | None = None, probability: float = 1.0, after: int = 0
    ) -> None:
        """Let requests go wrong from now on.

        ::

            sandbox.fail("add-items-to-playlist", Fault.status(503, retry_after=2), times=1)
            sandbox.fail("PUT /playlists/{playlist_id}/items", Fault.reset(executed=True), after=1, times=1)
            sandbox.fail("*", Fault.cut("gzip").with_delay(after=3.0), probability=0.05)

        A request gets at most one fault, the first that applies in the order of the calls of `fail`. `requests` has the
        fault of each request, and whether the request was executed.

        The same `fault_seed` gives the same faults. A decision by probability depends only on the seed, `target` and
        `fault`, the request (method, path, query and body), and the number of equal requests before it; neither other
        requests, nor the order of concurrent requests, nor other faults change it. `times` and `after` count in the
        order of arrival.

        Args:
            target: An operation id; or a method and a path below `/v1`, with `{name}` for any segment
                (`GET /albums/{id}`) or with a fixed id; or a method (`GET *`); or the whole Web API (`*`); or the token
                endpoint of the accounts service (`POST /api/token`).
            fault: What goes wrong.
            times: The maximum number of requests that get the fault, 1 or more; None for no maximum.
            probability: The probability that a request gets it, 0 to 1.
            after: The number of matching requests before the first that can get it, 0 or more.

        Raises:
            ValueError: There is no such target, or a number is out of bounds.
            TypeError: `fault` is not a `Fault`.
        """
        with self._lock:
            self._faults.add(target, fault, times=times, probability=probability, after=after)

    def clear_faults(self) -> None:
        """Remove all faults. Faults added later start from the seed again."""
        with self._lock:
            self._faults.clear()

    def add_observer(self, observer: Observer) -> None:
        """Call `observer` with each exchange of the Web API, before the response is sent."""
        self._request_log.observers.append(observer)
