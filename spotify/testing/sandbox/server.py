"""`SpotifySandbox`: the server, and what tests say to it."""

from __future__ import annotations

import asyncio
import math
import socket
import time as system_time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from types import TracebackType
from typing import Final, Self, Unpack, get_args

from aiohttp import web

from spotify.client import AsyncSpotifyClient
from spotify.testing.sandbox.accounts.application import Application, RedirectUris
from spotify.testing.sandbox.accounts.authorize_page import AuthorizePage, Consent, ConsentMode
from spotify.testing.sandbox.accounts.grants import Grants
from spotify.testing.sandbox.accounts.token_endpoint import TokenEndpoint
from spotify.testing.sandbox.accounts.tokens import SCOPES, Tokens
from spotify.testing.sandbox.catalogue import Catalogue, User
from spotify.testing.sandbox.clients import SandboxClientArguments, build_client, has_auth
from spotify.testing.sandbox.faults import Fault, FaultPlan
from spotify.testing.sandbox.faults.delivery import CancellableSleep
from spotify.testing.sandbox.http.images import Images
from spotify.testing.sandbox.http.messages import API_PREFIX
from spotify.testing.sandbox.http.rate_limit import RateLimit
from spotify.testing.sandbox.http.request_handler import RequestHandler, Services
from spotify.testing.sandbox.http.request_log import Exchange, Observer, RequestLog
from spotify.testing.sandbox.playback.control import PlayerControl
from spotify.testing.sandbox.shapes import Links, Shapes
from spotify.testing.sandbox.state.state import State
from spotify.testing.sandbox.web_api.call import SandboxData
from spotify.testing.sandbox.web_api.quota import Quota, QuotaMode
from spotify.testing.sandbox.web_api.web_api import WebApi

HOST: Final = "127.0.0.1"
_SHUTDOWN_SECONDS: Final = 1.0


class SpotifySandbox:
    """A Spotify on this machine, for tests and for trying things out without an account.

    ::

        async with SpotifySandbox() as sandbox, sandbox.client() as client:
            album = await client.albums.get(sandbox.catalogue.albums[0].id)

    It serves the Web API and the accounts service on one port of the loopback interface. What there
    is comes from a seed and is the same each time; what is done to it (saved, followed, edited)
    lasts as long as the sandbox. Making one starts nothing and needs no running event loop.

    Attributes:
        catalogue: What there is, to pick ids from.
        client_id: The one application that the accounts service knows.
        client_secret: Its secret. It guards nothing.
        quota_mode: Its quota mode.
        fault_seed: What faults with a probability are drawn from.
        requests: What the Web API was asked and answered, the latest 10,000.
        token_requests: The same for the accounts service's token endpoint, with `***` for codes, verifiers, tokens and
            secrets.
        authorize_requests: The same for its authorize page.
        executions: How often each operation was executed, by operation id, and `POST /api/token`; 0 for those that
            never were. It counts effects, not answers: a request whose answer a fault took away counts, and one that
            was refused does not. Nothing is ever dropped from it.
        rate_limited: When `rate_limit` refused a call, in seconds since the epoch, complete.
    """

    def __init__(
        self,
        *,
        port: int = 0,
        seed: int = 0,
        quota_mode: QuotaMode = "extended",
        latency: float = 0.0,
        token_lifetime: float = 3600.0,
        consent: ConsentMode = "auto",
        consent_user: str | None = None,
        redirect_uris: Iterable[str] = (),
        rate_limit: int | None = None,
        rate_window: float = 30.0,
        rate_penalty: bool = True,
        fault_seed: int = 0,
        time: Callable[[], float] = system_time.time,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        """Prepare a sandbox; `start`, or `async with`, opens it.

        Args:
            port: Where to listen; 0 for any free port.
            seed: What the catalogue is made from.
            quota_mode: What the application may have: everything (`extended`), or what Spotify left to applications in
                `development` mode in 2026: 49 operations, shorter pages, fewer members, and the contents of only those
                playlists that the user owns or collaborates on.
            latency: Seconds that every answer takes longer, 0 or more.
            token_lifetime: Seconds for which the accounts service's tokens are good, more than 0.
            consent: What the authorize page does: send everybody back with a code at once (`auto`), show a form in
                which a person chooses a user and allows or cancels (`form`), or send everybody back without (`refuse`).
            consent_user: The id of the user who logs in there, or who is chosen in the form at first; None for the
                default user.
            redirect_uris: The application's https redirect URIs. `http://127.0.0.1:PORT` and `http://[::1]:PORT`, with
                any port and path, are always registered; `http://localhost` never is.
            rate_limit: The most calls to the Web API that the application may make in any `rate_window`, whatever its
                clients, users and answers; None for no limit. A call beyond it is not executed, and answered with 429
                and, in `Retry-After`, the whole seconds after which there is room again.
            rate_window: Seconds, more than 0.
            rate_penalty: Whether refused calls count like others, so that calling on makes the wait longer, as it does
                at Spotify.
            fault_seed: What faults with a probability are drawn from; see `fail`.
            time: Gives seconds since the epoch; tokens expire by it, players play by it, and the rate limit counts by
                it.
            sleep: Waits out `latency` and the delays of faults.

        Raises:
            ValueError: An argument is out of its bounds, there is no such user, or a redirect URI is not secure.
        """
        if not 0 <= latency < math.inf:
            raise ValueError(f"latency must be 0 or more seconds, not {latency!r}")
        if quota_mode not in get_args(QuotaMode):
            raise ValueError(f"quota_mode must be 'development' or 'extended', not {quota_mode!r}")
        if token_lifetime <= 0:
            raise ValueError(f"token_lifetime must be more than 0 seconds, not {token_lifetime!r}")
        if consent not in get_args(ConsentMode):
            raise ValueError(f"consent must be 'auto', 'form' or 'refuse', not {consent!r}")
        self.catalogue: Final = Catalogue.of(seed)
        self.quota_mode: Final[QuotaMode] = quota_mode
        self.client_id: Final = "5a4db0c1151f7a11d3e571f135a4db0c"
        self.client_secret: Final = "0ddc0ffee0ddba11a5bad5ec4e7f0c0a"  # noqa: S105  it guards nothing
        self.fault_seed: Final = fault_seed
        self._request_log = RequestLog()
        self.requests: Final[list[Exchange]] = self._request_log.requests
        self.token_requests: Final[list[Exchange]] = self._request_log.token_requests
        self.authorize_requests: Final[list[Exchange]] = self._request_log.authorize_requests
        self.executions: Final[Mapping[str, int]] = self._request_log.executions
        self.rate_limited: Final[Sequence[float]] = self._request_log.rate_limited
        self._port = port
        self._latency = latency
        self._time = time
        self._pauses = CancellableSleep(sleep)
        self._faults = FaultPlan(fault_seed)
        self._rate_limit = None if rate_limit is None else RateLimit(rate_limit, rate_window, penalty=rate_penalty)
        self._tokens = Tokens(time)
        self._state = State(self.catalogue, time)
        self._application = Application(
            client_id=self.client_id, client_secret=self.client_secret, redirect_uris=RedirectUris(redirect_uris)
        )
        self._grants = Grants(self._tokens, time, token_lifetime)
        self._accounts = TokenEndpoint(self._application, self._tokens, self._grants, token_lifetime)
        self._consent = Consent(mode=consent, user=self._user(consent_user))
        self._authorize_page = AuthorizePage(self._application, self._grants, self._consent, self.catalogue)
        self._images = Images(self._state)
        self._runner: web.ServerRunner | None = None

    @property
    def url(self) -> str:
        """Where it is served, without a path.

        Raises:
            RuntimeError: It was not started, and has no fixed port.
        """
        if self._port == 0:
            raise RuntimeError("the sandbox has no address before it is started: use `async with` or `await start()`")
        return f"http://{HOST}:{self._port}"

    @property
    def api_url(self) -> str:
        """The Web API's base address."""
        return self.url + API_PREFIX

    @property
    def accounts_url(self) -> str:
        """The accounts service's base address."""
        return self.url

    async def start(self) -> None:
        """Listen. Starting a started sandbox does nothing.

        Raises:
            OSError: The port is taken.
        """
        if self._runner is not None:
            return
        listener = socket.create_server((HOST, self._port))
        self._port = listener.getsockname()[1]
        server = web.Server(self._request_handler(), access_log=None)
        runner = web.ServerRunner(server, handle_signals=False, shutdown_timeout=_SHUTDOWN_SECONDS)
        await runner.setup()
        await web.SockSite(runner, listener).start()
        self._runner = runner

    async def stop(self) -> None:
        """Close every connection, and wait for no delay. Stopping a stopped sandbox does nothing."""
        if self._runner is not None:
            runner, self._runner = self._runner, None
            self._pauses.cancel()
            await runner.cleanup()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.stop()

    def client(
        self,
        *,
        user: str | None = None,
        scopes: Iterable[str] | None = None,
        **arguments: Unpack[SandboxClientArguments],
    ) -> AsyncSpotifyClient:
        """Make a client of this sandbox; closing it is the caller's.

        Args:
            user: The id of the user whom it acts for; None for the default user.
            scopes: What the user allows it; None for everything.
            **arguments: As `AsyncSpotifyClient` takes them. With an argument that says how to authenticate, `user` and
                `scopes` have no use. A `config` keeps everything but its two addresses.

        Raises:
            ValueError: There is no such user or scope, or an argument is wrong.
        """
        if not has_auth(arguments):
            arguments["access_token"] = self.issue_token(user=user or self.catalogue.default_user.id, scopes=scopes)
        elif user is not None or scopes is not None:
            raise ValueError("user and scopes are for the sandbox's own tokens: leave them or the credentials out")
        return build_client(self.api_url, self.accounts_url, arguments)

    def player(self, user: str | None = None) -> PlayerControl:
        """The player of a user: devices, what plays on them, what may not be done.

        Args:
            user: The user's id; None for the default user.

        Raises:
            ValueError: There is no such user.
        """
        return PlayerControl(self._user(user), self.catalogue, self._state)

    def issue_token(
        self, *, user: str | None = None, scopes: Iterable[str] | None = None, expires_in: float = 3600.0
    ) -> str:
        """Make an access token.

        Args:
            user: The id of the user whom it acts for; None for the application itself, which has no library.
            scopes: What the user allowed; None for everything.
            expires_in: Seconds for which it is good.

        Raises:
            ValueError: There is no such user or scope.
        """
        if user is None:
            if scopes is not None:
                raise ValueError("a token without a user has no scopes: name a user, or leave scopes out")
            return self._tokens.issue(None, frozenset(), expires_in)
        return self._tokens.issue(self._user(user), SCOPES if scopes is None else _scopes(scopes), expires_in)

    def expire_token(self, token: str) -> None:
        """End a token's life now.

        Raises:
            KeyError: The sandbox did not issue it.
        """
        self._tokens.expire(token)

    def expire_all_tokens(self) -> None:
        """End the life of all access tokens issued so far; refresh tokens live on."""
        self._tokens.expire_all()

    def consent(self, *, user: str | None = None, scopes: Iterable[str] | None = None) -> None:
        """From now on, let a user log in at the authorize page and consent at once, without being asked.

        Args:
            user: The user's id; None for the default user.
            scopes: What the user allows of what is asked for; None for all of it.

        Raises:
            ValueError: There is no such user or scope.
        """
        owner, allowed = self._user(user), None if scopes is None else _scopes(scopes)
        self._consent.mode, self._consent.user, self._consent.scopes = "auto", owner, allowed

    def refuse_consent(self) -> None:
        """From now on, send everybody back from the authorize page with `error=access_denied`."""
        self._consent.mode = "refuse"

    def revoke(self, user: str | None = None) -> None:
        """Take from the application what a user allowed it, as users do on their account page.

        Refresh tokens, codes and access tokens (those of `issue_token` too) end now; the user can log in again.

        Args:
            user: The user's id; None for the default user.

        Raises:
            ValueError: There is no such user.
        """
        self._grants.revoke(self._user(user))

    def fail(
        self, target: str, fault: Fault, *, times: int | None = None, probability: float = 1.0, after: int = 0
    ) -> None:
        """Let something go wrong with requests from now on.

        ::

            sandbox.fail("add-items-to-playlist", Fault.status(503, retry_after=2), times=1)
            sandbox.fail("PUT /playlists/{playlist_id}/items", Fault.reset(executed=True), after=1, times=1)
            sandbox.fail("*", Fault.cut("gzip").with_delay(after=3.0), probability=0.05)

        What was asked for first goes first: a request gets at most one fault. `requests` says what was done to which
        request, and whether it was executed.

        The same `fault_seed` gives the same faults, whatever else goes on. What a probability decides depends on
        nothing but the seed, `target` and `fault`, the request (method, path, query and body), and how many requests
        exactly like it came before; neither other requests, nor the order in which concurrent ones arrive, nor other
        faults that were asked for change it. `times` and `after` count in the order of arrival.

        Args:
            target: An operation id; or a method and a path below `/v1`, with `{name}` for any one segment
                (`GET /albums/{id}`), or with an id for that one alone; or a method (`GET *`); or all of the Web API
                (`*`); or the accounts service's token endpoint (`POST /api/token`).
            fault: What goes wrong.
            times: The most requests that get it, 1 or more; None for any number.
            probability: The share of the requests that get it, 0 to 1.
            after: How many matching requests are left alone at first, 0 or more.

        Raises:
            ValueError: There is nothing at `target`, or a number is out of its bounds.
            TypeError: `fault` is no `Fault`.
        """
        self._faults.add(target, fault, times=times, probability=probability, after=after)

    def clear_faults(self) -> None:
        """Let nothing go wrong any more. Faults asked for afterwards begin anew, with the same draws."""
        self._faults.clear()

    def environment(self) -> dict[str, str]:
        """The environment variables that point a client in another process at this sandbox."""
        return {
            "SPOTIFY_API_URL": self.api_url,
            "SPOTIFY_ACCOUNTS_URL": self.accounts_url,
            "SPOTIFY_CLIENT_ID": self.client_id,
            "SPOTIFY_CLIENT_SECRET": self.client_secret,
            "SPOTIFY_REDIRECT_URI": self._application.redirect_uris.first,
        }

    def add_observer(self, observer: Observer) -> None:
        """Call `observer` with each exchange of the Web API, before its answer is sent."""
        self._request_log.observers.append(observer)

    def _request_handler(self) -> RequestHandler:
        quota = Quota(self.quota_mode)
        shapes = Shapes(Links(self.url), quota)
        data = SandboxData(catalogue=self.catalogue, state=self._state, shapes=shapes, quota=quota)
        services = Services(
            web_api=WebApi(data, self._tokens),
            accounts=self._accounts,
            authorize_page=self._authorize_page,
            images=self._images,
        )
        return RequestHandler(
            services,
            self._request_log,
            faults=self._faults,
            rate_limit=self._rate_limit,
            latency=self._latency,
            time=self._time,
            pause=self._pauses,
        )

    def _user(self, id: str | None) -> User:
        if id is None:
            return self.catalogue.default_user
        user = self.catalogue.user_by_id.get(id)
        if user is None:
            raise ValueError(f"there is no user {id!r}; `catalogue.users` has those that there are")
        return user


def _scopes(names: Iterable[str]) -> frozenset[str]:
    scopes = frozenset(names)
    if unknown := scopes - SCOPES:
        raise ValueError(f"there is no scope {', '.join(sorted(unknown))}")
    return scopes
