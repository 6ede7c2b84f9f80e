"""`SpotifySandbox`: the server, and what tests say to it."""

from __future__ import annotations

import asyncio
import math
import time as system_time
from collections.abc import Awaitable, Callable, Iterable
from types import TracebackType
from typing import Final, Self, Unpack, get_args

from aiohttp import web

from spotify.client import AsyncSpotifyClient
from spotify.testing.sandbox.accounts import TOKEN_PATH, Accounts
from spotify.testing.sandbox.answers import WireAnswer, encode
from spotify.testing.sandbox.application import Application
from spotify.testing.sandbox.authorize import AUTHORIZE_PATH, AuthorizePage, Consent, ConsentMode
from spotify.testing.sandbox.call import World
from spotify.testing.sandbox.catalogue import Catalogue, User
from spotify.testing.sandbox.clients import ClientArguments, build_client, has_auth
from spotify.testing.sandbox.errors import Refusal, not_found
from spotify.testing.sandbox.exchanges import Exchange, exchange_of, record
from spotify.testing.sandbox.grants import Grants
from spotify.testing.sandbox.images import IMAGES_PATH, Images
from spotify.testing.sandbox.messages import Request
from spotify.testing.sandbox.playback.control import PlayerControl
from spotify.testing.sandbox.quota import Quota, QuotaMode
from spotify.testing.sandbox.redaction import redacted
from spotify.testing.sandbox.redirect_uris import RedirectUris
from spotify.testing.sandbox.shapes import Links, Shapes
from spotify.testing.sandbox.state import State
from spotify.testing.sandbox.tokens import SCOPES, Tokens
from spotify.testing.sandbox.web_api import WebApi

HOST: Final = "127.0.0.1"
_API_PREFIX: Final = "/v1"
_SHUTDOWN_SECONDS: Final = 1.0

Observer = Callable[[Exchange], object]


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
        requests: What the Web API was asked and answered, the latest 10,000.
        token_requests: The same for the accounts service's token endpoint, with `***` for codes, verifiers, tokens and
            secrets.
        authorize_requests: The same for its authorize page.
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
            time: Gives seconds since the epoch; tokens expire by it, and players play by it.
            sleep: Waits out `latency`.

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
        self.requests: Final[list[Exchange]] = []
        self.token_requests: Final[list[Exchange]] = []
        self.authorize_requests: Final[list[Exchange]] = []
        self._port = port
        self._latency = latency
        self._sleep = sleep
        self._observers: list[Observer] = []
        self._tokens = Tokens(time)
        self._state = State(self.catalogue, time)
        self._application = Application(
            client_id=self.client_id, client_secret=self.client_secret, redirect_uris=RedirectUris(redirect_uris)
        )
        self._grants = Grants(self._tokens, time, token_lifetime)
        self._accounts = Accounts(self._application, self._tokens, self._grants, token_lifetime)
        self._consent = Consent(mode=consent, user=self._user(consent_user))
        self._authorize_page = AuthorizePage(self._application, self._grants, self._consent, self.catalogue)
        self._images = Images(self._state)
        self._web_api: WebApi | None = None
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
        return self.url + _API_PREFIX

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
        server = web.Server(self._serve, access_log=None)
        runner = web.ServerRunner(server, handle_signals=False, shutdown_timeout=_SHUTDOWN_SECONDS)
        await runner.setup()
        try:
            await web.TCPSite(runner, HOST, self._port).start()
        except OSError:
            await runner.cleanup()
            raise
        self._runner = runner
        self._port = runner.addresses[0][1]
        quota = Quota(self.quota_mode)
        shapes = Shapes(Links(self.url), quota)
        world = World(catalogue=self.catalogue, state=self._state, shapes=shapes, quota=quota)
        self._web_api = WebApi(world, self._tokens)

    async def stop(self) -> None:
        """Close every connection. Stopping a stopped sandbox does nothing."""
        if self._runner is not None:
            runner, self._runner = self._runner, None
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
        **arguments: Unpack[ClientArguments],
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
        self._observers.append(observer)

    def _user(self, id: str | None) -> User:
        if id is None:
            return self.catalogue.default_user
        user = self.catalogue.user_by_id.get(id)
        if user is None:
            raise ValueError(f"there is no user {id!r}; `catalogue.users` has those that there are")
        return user

    async def _serve(self, incoming: web.BaseRequest) -> web.Response:
        try:
            body = await incoming.read() if incoming.body_exists else b""
            answered = self._answer(incoming, body)
        except web.HTTPRequestEntityTooLarge:
            answered = encode(Refusal(413, "Payload too large").answer())
        if self._latency:
            await self._sleep(self._latency)
        content, is_gzip = answered.payload(gzipped="gzip" in incoming.headers.get("Accept-Encoding", ""))
        response = web.Response(status=answered.status, body=content, headers=answered.headers)
        if is_gzip:
            response.headers["Content-Encoding"] = "gzip"
        return response

    def _answer(self, incoming: web.BaseRequest, body: bytes) -> WireAnswer:
        path, _, query = incoming.raw_path.partition("?")
        in_api = path.startswith(_API_PREFIX + "/")
        request = Request(
            method=incoming.method,
            path=path.removeprefix(_API_PREFIX) if in_api else path,
            query=query,
            headers=incoming.headers,
            body=body,
        )
        if in_api and self._web_api is not None:
            operation_id, answer = self._web_api.answer(request)
            exchange = exchange_of(request, operation_id, answer)
            record(exchange, self.requests)
            for observer in self._observers:
                observer(exchange)
            return answer
        if path == TOKEN_PATH:
            answer = self._accounts.answer(request)
            record(redacted(exchange_of(request, None, answer)), self.token_requests)
            return answer
        if path == AUTHORIZE_PATH:
            answer = self._authorize_page.answer(request)
            record(redacted(exchange_of(request, None, answer)), self.authorize_requests)
            return answer
        if path.startswith(IMAGES_PATH):
            return self._images.answer(request)
        return encode(not_found("Service not found").answer())


def _scopes(names: Iterable[str]) -> frozenset[str]:
    scopes = frozenset(names)
    if unknown := scopes - SCOPES:
        raise ValueError(f"there is no scope {', '.join(sorted(unknown))}")
    return scopes
