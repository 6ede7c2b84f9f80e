"""The token endpoint of the accounts service: sends token requests and parses the responses."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import quote, urlencode

from spotify._checks import check_methods, check_type, is_finite, is_json_object, is_text, is_token
from spotify._event_loops import thread_lock
from spotify.config import TOKEN_PATH, ClientConfig
from spotify.credentials import Secret, SecretFunction, SecretSource
from spotify.errors import AuthenticationError, ClientClosedError, DecodeError, RateLimitError
from spotify.impl.execution.error_bodies import without_secrets
from spotify.impl.execution.refusals import token_error
from spotify.impl.system_clock import SystemClock
from spotify.impl.transport.aiohttp_transport import AiohttpTransport
from spotify.interfaces.auth import ClientComponents
from spotify.interfaces.clock import Clock
from spotify.interfaces.observer import TokenRequestInfo
from spotify.interfaces.token_store import EXCHANGE_TIMEOUT, Token, TokenStore
from spotify.interfaces.transport import HttpRequest, HttpResponse, Transport

_DEFAULT_LIFETIME: Final = 3600.0
_MAX_LIFETIME: Final = 365 * 24 * 3600.0
_INVALID_CLIENT: Final = "invalid_client"
_SHORTEST_PAUSE: Final = 0.001  # seconds; shorter ones are rounding errors of a wait


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenResponse:
    """A successful response of the token endpoint."""

    access_token: Secret
    """The access token."""
    expires_in: float
    """Seconds for which it is valid, counted from the response."""
    refresh_token: Secret | None = None
    """The refresh token; None if the response has none."""
    scopes: frozenset[str] | None = None
    """The granted scopes; None if the response does not state them."""

    def to_token(self, *, now: datetime, previous: Token | None = None, scopes: frozenset[str] = frozenset()) -> Token:
        """Return the response as a token.

        Args:
            now: When the response was received, with a time zone.
            previous: The token that was refreshed; its refresh token is kept if the response has none. None for the
                first token of a login.
            scopes: The scopes if the response does not state them.
        """
        return Token(
            access_token=self.access_token,
            refresh_token=self.refresh_token or (None if previous is None else previous.refresh_token),
            issued_at=now,
            expires_at=now + timedelta(seconds=self.expires_in),
            scopes=scopes if self.scopes is None else self.scopes,
            authorized_at=now if previous is None else previous.authorized_at,
        )


def _unsent(seconds: float, *, at: float) -> RateLimitError:
    """Return the error of a token request that is not sent, because an earlier one was refused with a 429."""
    error = RateLimitError("The token endpoint asked to wait", status_code=429, retry_after=seconds)
    error.retry_at = datetime.fromtimestamp(at, UTC)
    error.sent = error.may_have_been_executed = False
    return error


class TokenEndpoint:
    """Sends token requests.

    Components are those passed to it, else those of the client it is bound to, else created here: a provider exists
    before its client, and a web application runs logins without one.
    """

    __slots__ = ("_bound_to", "_clock", "_config", "_guard", "_own_transport", "_paused_until", "_transport")

    def __init__(self, config: ClientConfig | None, transport: Transport | None, clock: Clock | None) -> None:
        """Keep the components. No connection is opened yet.

        Raises:
            TypeError: An argument has the wrong type.
        """
        if config is not None:
            check_type("config", config, ClientConfig)
        if transport is not None:
            check_methods("transport", transport, ("send", "close"))
        if clock is not None:
            check_methods("clock", clock, ("time", "monotonic", "sleep"))
        self._config = config
        self._transport = transport
        self._clock = clock
        self._bound_to: ClientComponents | None = None
        self._guard = thread_lock()
        self._own_transport: Transport | None = None
        self._paused_until = 0.0  # by the clock's `monotonic`, after a 429

    def bind(self, components: ClientComponents) -> None:
        """Use a client's components where none was passed. Binding again replaces the client.

        Raises:
            TypeError: `components` is not a `ClientComponents`.
        """
        check_type("components", components, ClientComponents)
        self._bound_to = components
        self._paused_until = 0.0  # the clock can be another one

    @property
    def config(self) -> ClientConfig:
        """The config in use."""
        return self._config or (self._bound_to.config if self._bound_to else ClientConfig())

    @property
    def clock(self) -> Clock:
        """The clock in use."""
        return self._clock or (self._bound_to.clock if self._bound_to else SystemClock())

    @property
    def token_store(self) -> TokenStore | None:
        """The client's token store; None without a client or if it has none."""
        return self._bound_to.token_store if self._bound_to else None

    def now(self) -> datetime:
        """Return the current time in UTC."""
        return datetime.fromtimestamp(self.clock.time(), UTC)

    async def request(
        self, form: Mapping[str, str | Secret], *, client_id: str, client_secret: SecretSource | None
    ) -> TokenResponse:
        """Send one token request that can be repeated. It has the timeout of a call, and no retries.

        Args:
            form: The parameters of the grant.
            client_id: The application's client id.
            client_secret: The application's client secret; None for a public client. A function is asked for it, and
                once more if the first one is refused: then a second request is sent within the same timeout.

        Raises:
            ApiError: The accounts service returned an error.
            TransportError: There was no response.
            DecodeError: The response is invalid.
        """
        return await self._send(form, client_id, client_secret, must_finish=False)

    async def exchange(
        self, form: Mapping[str, str | Secret], *, client_id: str, client_secret: SecretSource | None
    ) -> TokenResponse:
        """Send one token request that must not be given up: it may use up the code or refresh token that it sends.

        So its timeout is 120 seconds, whatever that of a call is, and the client waits for the current task when it is
        closed.
        The task must not be cancelled before the response is stored. Arguments and errors are those of `request`.

        Raises:
            ClientClosedError: The client is closed. Nothing was sent.
        """
        bound_to = self._bound_to
        if bound_to is not None and not bound_to.begin_exchange() and self._transport is None:
            raise ClientClosedError("The client is closed: create a new one, or close it later")
        return await self._send(form, client_id, client_secret, must_finish=True)

    async def _send(
        self, form: Mapping[str, str | Secret], client_id: str, client_secret: SecretSource | None, *, must_finish: bool
    ) -> TokenResponse:
        seconds = EXCHANGE_TIMEOUT if must_finish else self.config.timeout
        if not isinstance(client_secret, SecretFunction):
            return await self._send_once(form, client_id, client_secret, seconds=seconds, must_finish=must_finish)
        ends_at, secret = self.clock.monotonic() + seconds, client_secret.current()
        try:
            return await self._send_once(form, client_id, secret, seconds=seconds, must_finish=must_finish)
        except AuthenticationError as exc:
            if exc.reason != _INVALID_CLIENT or (replaced := client_secret.current()) == secret:
                raise
            if (seconds := ends_at - self.clock.monotonic()) <= 0.0:  # of both requests together
                raise
        # The secret was replaced since the function was asked. A refused client used up neither code nor token.
        return await self._send_once(form, client_id, replaced, seconds=seconds, must_finish=must_finish)

    async def _send_once(
        self,
        form: Mapping[str, str | Secret],
        client_id: str,
        client_secret: Secret | None,
        *,
        seconds: float,
        must_finish: bool,
    ) -> TokenResponse:
        config = self.config
        if (pause := self._paused_until - self.clock.monotonic()) > _SHORTEST_PAUSE:
            raise _unsent(pause, at=self.clock.time() + pause)
        request = token_request(
            config.accounts_url,
            form,
            client_id=client_id,
            client_secret=client_secret,
            timeout=seconds,
            must_finish=must_finish,
        )
        started_at, error = self.clock.monotonic(), None
        try:
            response = await self._active_transport().send(request)
            if response.status != 200:
                secrets = (secret for secret in (client_secret, *form.values()) if isinstance(secret, Secret))
                response = without_secrets(response, *secrets)
            return parse_token_response(response, now=self.clock.time())
        except BaseException as exc:
            error = type(exc)
            if isinstance(exc, RateLimitError):
                self._paused_until = self.clock.monotonic() + (exc.retry_after or 0.0)
            raise
        finally:
            self._report(str(form["grant_type"]), error, self.clock.monotonic() - started_at)

    def _report(self, grant: str, error: type[BaseException] | None, seconds: float) -> None:
        if self._bound_to is not None:
            self._bound_to.token_request_finished(
                TokenRequestInfo(
                    client=self._bound_to.config.name,
                    accounts_url=self.config.accounts_url,
                    grant=grant,
                    error=error,
                    seconds=seconds,
                )
            )

    async def close(self) -> None:
        """Close the transport if it is this object's own. A later request opens a new one."""
        with self._guard:
            transport, self._own_transport = self._own_transport, None
        if transport is not None:
            await transport.close()

    def _active_transport(self) -> Transport:
        if self._transport is not None:
            return self._transport
        if self._bound_to is not None:
            return self._bound_to.transport
        with self._guard:  # two threads must not open two transports: one would never be closed
            self._own_transport = self._own_transport or AiohttpTransport(self.config)
            return self._own_transport


def token_request(
    accounts_url: str,
    form: Mapping[str, str | Secret],
    *,
    client_id: str,
    client_secret: Secret | None,
    timeout: float,
    must_finish: bool,
) -> HttpRequest:
    """Return a token request.

    Args:
        accounts_url: The URL of the accounts service.
        form: The parameters of the grant.
        client_id: The application's client id.
        client_secret: The application's client secret, sent as HTTP Basic (RFC 6749, section 2.3.1). None for a public
            client, which sends its id in the form.
        timeout: Seconds for the whole exchange.
        must_finish: Whether the transport is not closed before the response is stored.
    """
    authorization = None if client_secret is None else _basic(client_id, client_secret)
    public: dict[str, str | Secret] = {"client_id": client_id} if client_secret is None else {}
    return HttpRequest(
        method="POST",
        url=f"{accounts_url}{TOKEN_PATH}",
        headers={"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded"},
        authorization=authorization,
        body=urlencode(
            {name: value.reveal() if isinstance(value, Secret) else value for name, value in {**form, **public}.items()}
        ).encode(),
        timeout=timeout,
        must_finish=must_finish,
    )


def parse_token_response(response: HttpResponse, *, now: float) -> TokenResponse:
    """Parse a response of the token endpoint.

    Args:
        response: The response.
        now: Seconds since the epoch, for `Retry-After`.

    Raises:
        ApiError: It is an error response.
        DecodeError: It has no valid access token. The error never shows the body.
    """
    if response.status != 200:
        raise token_error(response, now=now)
    fields = _wrapped_fields(response)
    if fields is None:
        raise DecodeError("the response of the token endpoint is not JSON")
    access_token, refresh_token, scope = (fields.get(name) for name in ("access_token", "refresh_token", "scope"))
    if not isinstance(access_token, Secret) or not access_token:
        raise DecodeError("the response of the token endpoint has no access token", path="$.access_token")
    if not is_token(access_token.reveal()):
        raise DecodeError("the access token of the token endpoint is not printable ASCII", path="$.access_token")
    # A refresh token that cannot be encoded in a form is useless. The access token is still valid.
    if not isinstance(refresh_token, Secret) or not refresh_token or not is_text(refresh_token.reveal()):
        refresh_token = None
    return TokenResponse(
        access_token=access_token,
        expires_in=_lifetime(fields.get("expires_in")),
        refresh_token=refresh_token,
        scopes=frozenset(scope.reveal().split()) if isinstance(scope, Secret) else None,
    )


def _basic(client_id: str, client_secret: Secret) -> Secret:
    credentials = Secret(f"{quote(client_id, safe='')}:{quote(client_secret.reveal(), safe='')}")
    return Secret(f"Basic {b64encode(credentials.reveal().encode()).decode()}")


def _wrapped_fields(response: HttpResponse) -> dict[str, object] | None:
    """Return the fields with every str wrapped, so that no frame that raises shows a token; None if it is not JSON.

    The error of the JSON decoder is not used, as it holds the document.
    """
    try:
        document: object = json.loads(response.body)
    except (ValueError, RecursionError):
        return None
    fields = document if is_json_object(document) else {}
    return {name: Secret(value) if isinstance(value, str) else value for name, value in fields.items()}


def _lifetime(value: object) -> float:
    if isinstance(value, Secret):
        digits = value.reveal()
        value = int(digits[:10]) if digits.isascii() and digits.isdigit() else None
    if isinstance(value, bool) or not isinstance(value, int | float) or not is_finite(value) or value < 0:
        return _DEFAULT_LIFETIME
    return min(float(value), _MAX_LIFETIME)
