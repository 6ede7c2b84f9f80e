"""`examine`: checks everything that a call needs, in the order in which it can fail."""

from __future__ import annotations

import os
import platform
import shutil
import time
import warnings
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from importlib import metadata
from pathlib import Path
from typing import Final, Literal, TypeAlias

import spotify
from spotify._setting_values import unknown_variables
from spotify.cli.session import ALL, Settings
from spotify.client import AsyncSpotifyClient
from spotify.config import ClientConfig
from spotify.credentials import EnvironmentCredentials
from spotify.errors import (
    ApiError,
    AppOwnerPremiumRequiredError,
    AuthenticationError,
    EndpointUnavailableError,
    ForbiddenError,
    LoginRequiredError,
    SpotifyError,
    TransportError,
    UserNotRegisteredError,
)
from spotify.impl.auth.authorization_code import PkceAuth
from spotify.impl.auth.authorization_request import checked_redirect_uri
from spotify.impl.auth.client_credentials import ClientCredentialsAuth
from spotify.impl.token_stores.file_token_store import state_directory
from spotify.impl.transport.aiohttp_transport import AiohttpTransport
from spotify.interfaces.token_store import Token
from spotify.interfaces.transport import HttpRequest
from spotify.user_login import DEFAULT_REDIRECT_URI, Application, login

Status: TypeAlias = Literal["ok", "note", "problem"]

_MAX_SKEW: Final = 30.0
_PREFIXES: Final = ("SPOTIFY_", "SPOTIPY_")
_SIMILARITY: Final = 0.6
_DASHBOARD: Final = "https://developer.spotify.com/dashboard"
_NOTICE_DAYS: Final = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One line of the report."""

    topic: str
    """What was checked."""
    status: Status
    """`ok`; `note` for what limits some calls; or `problem` for what makes calls fail."""
    text: str
    """What was found, without secrets."""
    advice: str | None = None
    """What to do; None if nothing has to be done."""

    def to_json(self) -> dict[str, object]:
        """Return the finding as JSON data."""
        return asdict(self)


async def examine(
    settings: Settings,
    *,
    environ: Mapping[str, str] | None = None,
    directory: Path | None = None,
    now: Callable[[], float] = time.time,
) -> list[Finding]:
    """Check everything that a call needs.

    Args:
        settings: The options of the command.
        environ: The environment variables; None for those of the process, or those of a sandbox.
        directory: Where tokens are stored; None for the default.
        now: Returns seconds since the epoch.

    Returns:
        The findings, in the order of the checks.
    """
    if settings.sandbox:
        from spotify.testing import SpotifySandbox

        async with SpotifySandbox() as sandbox:
            return await examine(
                Settings(user=settings.user),
                environ={**(environ or {}), **sandbox.environment()},
                directory=directory,
                now=now,
            )
    examination = _Examination(
        settings, os.environ if environ is None else environ, directory or state_directory(), now
    )
    await examination.run()
    return examination.findings


class _Examination:
    """One run of `examine`."""

    def __init__(
        self, settings: Settings, environ: Mapping[str, str], directory: Path, now: Callable[[], float]
    ) -> None:
        self._settings = settings
        self._environ = environ
        self._directory = directory
        self._now = now
        self._config = ClientConfig()
        self._token: Token | None = None
        self._has_secret = False
        self._client_id: str | None = None
        self.findings: list[Finding] = []
        """What was found."""

    async def run(self) -> None:
        self._versions()
        self._installed()
        self._environment()
        if not self._settings_of_environment():
            return
        await self._redis()
        if await self._network():
            await self._application()
            self._redirect_uri()
            await self._login()
            await self._account()
        self._cache()

    def _note(self, topic: str, status: Status, text: str, advice: str | None = None) -> None:
        self.findings.append(Finding(topic=topic, status=status, text=text, advice=advice))

    def _versions(self) -> None:
        packages = ", ".join(f"{name} {_version_of(name)}" for name in ("aiohttp", "msgspec"))
        text = f"async-spotify-client {spotify.__version__}, Python {platform.python_version()}, {packages}"
        self._note("versions", "ok", f"{text}, {platform.system()} {platform.machine()}")

    def _installed(self) -> None:
        folder = _shortened(Path(spotify.__file__).parent)
        names = sorted(set(metadata.packages_distributions().get("spotify", [])))
        others = [name for name in names if name != "async-spotify-client"]
        if others:
            self._note(
                "package",
                "problem",
                f"`spotify` is imported from {folder}, and {', '.join(others)} installs a package of this name too",
                f"pip uninstall {' '.join(others)}, then reinstall async-spotify-client",
            )
        else:
            self._note("package", "ok", f"`spotify` is imported from {folder}")

    def _environment(self) -> None:
        given = sorted(name for name, value in self._environ.items() if name.startswith(_PREFIXES) and value)
        self._note("environment", "ok", ", ".join(given) or "no variables of this library")
        settings = [field.name for field in fields(ClientConfig)]
        own = [name for name in given if not name.startswith("SPOTIFY_SDK_")]
        for name, nearest in unknown_variables(own, settings, similarity=_SIMILARITY):
            advice = f"did you mean {nearest}?" if nearest else "see docs/settings.md for the variables"
            self._note("environment", "problem", f"{name} is not a variable of this library", advice)

    def _settings_of_environment(self) -> bool:
        try:
            with warnings.catch_warnings():  # a misspelt variable is a finding of its own
                warnings.simplefilter("ignore", UserWarning)
                self._config = ClientConfig.from_env(self._environ)
        except (ValueError, TypeError) as error:
            self._note("settings", "problem", str(error), "correct the variable, then run `spotify-web doctor` again")
            return False
        self._note("settings", "ok", f"{self._config.api_url}, quota mode {self._config.quota_mode}")
        return True

    async def _network(self) -> bool:
        transport = AiohttpTransport(self._config)
        reached = True
        skew: float | None = None
        try:
            for topic, url in (("Web API", self._config.api_url), ("accounts", self._config.accounts_url)):
                try:
                    response = await transport.send(
                        HttpRequest(method="GET", url=f"{url}/", timeout=self._config.timeout)
                    )
                except TransportError as error:
                    reached = False
                    self._note(f"network, {topic}", "problem", str(error), _network_advice(error, self._config))
                else:
                    self._note(f"network, {topic}", "ok", f"{url} responds, status {response.status}")
                    skew = self._skew(response.headers.get("date")) if skew is None else skew
        finally:
            await transport.close()
        if skew is None:
            return reached
        if abs(skew) > _MAX_SKEW:
            direction = "ahead of" if skew > 0 else "behind"
            text = f"the clock of this machine is {abs(skew):.0f} s {direction} Spotify's"
            self._note("time", "problem", text, "set the clock (NTP): tokens are refreshed at the wrong time")
        else:
            self._note("time", "ok", f"the clock differs by {abs(skew):.0f} s")
        return reached

    def _skew(self, date: str | None) -> float | None:
        try:
            return self._now() - parsedate_to_datetime(date or "").timestamp()
        except ValueError:
            return None

    async def _application(self) -> None:
        credentials = EnvironmentCredentials(self._environ)
        secret = credentials.client_secret if _value_of(lambda: str(credentials.client_secret)) else None
        try:
            self._client_id = Application(self._directory, self._environ).client_id
        except (SpotifyError, ValueError) as error:
            self._note("application", "problem", str(error), None)
        if self._client_id is None:
            self._note(
                "client id",
                "problem",
                "there is no client id",
                f"create an application at {_DASHBOARD} and set SPOTIFY_CLIENT_ID, or run `spotify-web login`",
            )
            return
        if secret is None:
            self._note("client secret", "note", "there is none: calls need a user who logs in (PKCE)", None)
            return
        auth = ClientCredentialsAuth(self._client_id, secret.reveal(), config=self._config)
        try:
            await auth.get_access_token()
        except AuthenticationError as error:
            advice = f"copy both again from {_DASHBOARD}; they must be of the same application"
            self._note("client id and secret", "problem", f"Spotify refuses them: {error}", advice)
        except SpotifyError as error:
            self._note("client id and secret", "problem", str(error), "try again later")
        else:
            self._has_secret = True
            self._note("client id and secret", "ok", f"Spotify accepts them (client id {_redacted(self._client_id)})")
        finally:
            await auth.close()

    def _redirect_uri(self) -> None:
        credentials = EnvironmentCredentials(self._environ)
        uri = _value_of(lambda: credentials.redirect_uri)
        if uri is None:
            self._note("redirect URI", "ok", f"none set; a login uses {DEFAULT_REDIRECT_URI.replace(':0', '')}")
            return
        try:
            checked_redirect_uri(uri)
        except ValueError as error:
            self._note("redirect URI", "problem", str(error), f"register the new one at {_DASHBOARD} too")
        else:
            self._note("redirect URI", "ok", f"{uri}; it must be registered at {_DASHBOARD} exactly so")

    async def _login(self) -> None:
        if self._client_id is None:
            return
        async with self._user_auth(self._client_id) as auth:
            try:
                token = await auth.stored_token()
                await auth.get_access_token()
                self._token = await auth.stored_token() or token
            except LoginRequiredError as error:
                status: Status = "problem" if isinstance(error, ApiError) else "note"
                text = str(error) if isinstance(error, ApiError) else "no user has logged in"
                self._note("token", status, text, "run `spotify-web login`")
                return
            except SpotifyError as error:
                self._note("token", "problem", str(error), None)
                return
        if self._token is None:
            return
        days = (self._token.expires_by - datetime.fromtimestamp(self._now(), UTC)).days
        end = f"the login ends on {self._token.expires_by.date()}"
        if days <= _NOTICE_DAYS:
            self._note("token", "note", f"valid; {end}, in {days} days", "run `spotify-web login` before that")
        else:
            self._note("token", "ok", f"valid; {end}")
        missing = sorted(set(ALL) - self._token.scopes)
        granted = ", ".join(sorted(self._token.scopes)) or "none"
        if missing:
            advice = "run `spotify-web login`, or pass the scopes to `spotify.login`"
            self._note("scopes", "note", f"granted: {granted}; not granted: {', '.join(missing)}", advice)
        else:
            self._note("scopes", "ok", f"granted: {granted}")

    async def _account(self) -> None:
        if self._client_id is None or (self._token is None and not self._has_secret):
            return
        client = self._client(self._client_id)
        async with client:
            if self._token is not None and not await self._profile(client):
                return
            await self._quota_mode(client)
            await client.usage.sync()
            for closure in client.usage.closed:
                self._note("limits", "problem", str(closure), f"wait until {closure.until:%Y-%m-%d %H:%M} UTC")
            self._note("usage", "ok", str(client.usage).partition("; closed")[0])

    async def _profile(self, client: AsyncSpotifyClient) -> bool:
        try:
            profile = await client.users.get_current_profile()
        except AppOwnerPremiumRequiredError as error:
            self._note("application owner", "problem", error.message, error.advice)
        except UserNotRegisteredError as error:
            self._note("allowlist", "problem", error.message, error.advice)
        except AuthenticationError as error:
            self._note("token", "problem", f"Spotify does not accept it: {error}", "run `spotify-web login`")
        except SpotifyError as error:
            self._note("account", "problem", str(error), None)
        else:
            self._note("allowlist", "ok", "the application may act for this user")
            if profile.product is None:
                self._note("Premium", "note", "unknown: development mode and a missing user-read-private hide it", None)
            elif profile.product == "premium":
                self._note("Premium", "ok", "the user has Spotify Premium")
            else:
                advice = "play, pause and the other player commands need Premium"
                self._note("Premium", "note", f"the user has Spotify {profile.product}", advice)
            return True
        return False

    async def _quota_mode(self, client: AsyncSpotifyClient) -> None:
        operation = "get-available-markets"
        try:
            for _ in range(2):  # one refusal proves nothing
                try:
                    await client.call(operation)
                except ForbiddenError as error:
                    if isinstance(error, EndpointUnavailableError) and not error.sent:
                        break
        except SpotifyError as error:
            self._note("quota mode", "note", f"unknown: {error}", None)
            return
        evidence = client.quota.evidence.get(operation, ())
        if client.quota.mode == "development" or evidence:
            reason = f"{operation} was refused {len(evidence)} times" if evidence else "as configured"
            advice = "see docs/quota-modes.md for what is missing, and what is used instead"
            self._note("quota mode", "note", f"development: {reason}", advice)
        else:
            self._note("quota mode", "ok", f"extended: {operation} is available")

    async def _redis(self) -> None:
        if self._config.redis_url is None:
            return
        from spotify.impl.redis.connection import RedisConnection, RedisFailure

        try:
            connection = RedisConnection(
                self._config.redis_url, timeout=self._config.connect_timeout, needed_by="redis_url"
            )
        except (ImportError, ValueError) as error:
            self._note("Redis", "problem", str(error), "correct SPOTIFY_REDIS_URL")
            # What follows is checked without it.
            cache = "none" if self._config.cache == "redis" else self._config.cache
            self._config = replace(self._config, redis_url=None, account=None, cache=cache)
            return
        try:
            await connection.run("return redis.call('PING')", parse=str, keys=())
        except RedisFailure as error:
            self._note("Redis", "problem", str(error), "start the server, or correct SPOTIFY_REDIS_URL")
        else:
            self._note("Redis", "ok", f"{connection.server} responds")
        finally:
            await connection.close()

    def _cache(self) -> None:
        if self._config.cache != "sqlite":
            self._note("cache", "ok", self._config.cache)
            return
        from spotify.impl.caching.sqlite_response_cache import default_path

        path = default_path() if self._config.cache_path is None else Path(self._config.cache_path)
        parent = next(folder for folder in (path.parent, *path.parents) if folder.exists())
        if not os.access(path if path.exists() else parent, os.W_OK):
            self._note("cache", "problem", f"{_shortened(path)} cannot be written", "correct SPOTIFY_CACHE_PATH")
        else:
            free = shutil.disk_usage(parent).free // 2**20
            self._note("cache", "ok", f"{_shortened(path)}, {free} MiB free")

    @asynccontextmanager
    async def _user_auth(self, client_id: str) -> AsyncGenerator[PkceAuth]:
        request = login(client_id=client_id, user=self._settings.user, directory=self._directory, config=self._config)
        auth = await request.auth(may_ask=False)
        auth_client = AsyncSpotifyClient(auth_provider=auth, config=self._config)
        async with auth_client:
            yield auth

    def _client(self, client_id: str) -> AsyncSpotifyClient:
        if self._token is not None:
            return AsyncSpotifyClient(self._token.access_token.reveal(), config=self._config)
        secret = EnvironmentCredentials(self._environ).client_secret
        return AsyncSpotifyClient(client_id=client_id, client_secret=secret.reveal(), config=self._config)


def _network_advice(error: TransportError, config: ClientConfig) -> str:
    text = str(error)
    if "certificate" in text.lower():
        return "a proxy or a virus scanner may replace certificates: install its CA, or set SPOTIFY_CA_FILE"
    if config.proxy is not None or config.trust_env:
        return "check the proxy settings"
    return "check the network connection, the name server and SPOTIFY_API_URL"


def _version_of(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "missing"


def _value_of(read: Callable[[], str]) -> str | None:
    try:
        return read()
    except ValueError:
        return None


def _redacted(text: str) -> str:
    return f"{text[:4]}…"


def _shortened(path: Path) -> str:
    """Return a path without the name of the user."""
    try:
        return f"~/{path.relative_to(Path.home())}"
    except (RuntimeError, ValueError):
        return str(path)
