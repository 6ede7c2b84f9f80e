"""How the token endpoint is asked, and how its answers are read."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, cast
from urllib.parse import quote, urlencode

from spotify._checks import check_methods, is_finite, is_text, is_token
from spotify.config import ClientConfig
from spotify.credentials import Secret
from spotify.errors import DecodeError
from spotify.impl.execution.response_errors import token_error_for, without_echo
from spotify.impl.system_clock import SystemClock
from spotify.impl.transport.aiohttp_transport import AiohttpTransport
from spotify.interfaces.auth import ClientComponents
from spotify.interfaces.clock import Clock
from spotify.interfaces.token_store import Token, TokenStore
from spotify.interfaces.transport import HttpRequest, HttpResponse, Transport

_DEFAULT_LIFETIME: Final = 3600.0
_LONGEST_LIFETIME: Final = 365 * 24 * 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenResponse:
    """What the token endpoint granted.

    Attributes:
        access_token: The token to call the API with.
        expires_in: Seconds for which it is good, counted from the answer.
        refresh_token: What the next one is got with; None if the answer has none.
        scopes: What the token is good for; None if the answer does not say.
    """

    access_token: Secret
    expires_in: float
    refresh_token: Secret | None = None
    scopes: frozenset[str] | None = None


def token_of(
    granted: TokenResponse, *, now: datetime, before: Token | None = None, scopes: frozenset[str] = frozenset()
) -> Token:
    """Return the token that was granted.

    Args:
        granted: The answer.
        now: When it came, with a time zone.
        before: The token that it replaces, whose refresh token lives on if the answer has none; None for a first one.
        scopes: What the token is good for if the answer does not say.
    """
    return Token(
        access_token=granted.access_token,
        refresh_token=granted.refresh_token or (None if before is None else before.refresh_token),
        issued_at=now,
        expires_at=now + timedelta(seconds=granted.expires_in),
        scopes=scopes if granted.scopes is None else granted.scopes,
        authorized_at=now if before is None else before.authorized_at,
    )


def token_request(
    accounts_url: str,
    form: Mapping[str, str | Secret],
    *,
    client_id: str,
    client_secret: Secret | None,
    timeout: float,
) -> HttpRequest:
    """Return the request for a token.

    Args:
        accounts_url: Where the accounts service is.
        form: What is asked for.
        client_id: The application's id.
        client_secret: Its secret, for HTTP Basic (RFC 6749, section 2.3.1). None for a public client, which has none
            and names itself in the form.
        timeout: Seconds for the whole exchange.
    """
    authorization = None if client_secret is None else _basic(client_id, client_secret)
    public: dict[str, str | Secret] = {"client_id": client_id} if client_secret is None else {}
    return HttpRequest(
        method="POST",
        url=f"{accounts_url}/api/token",
        headers={"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded"},
        authorization=authorization,
        body=urlencode(
            {name: text.reveal() if isinstance(text, Secret) else text for name, text in {**form, **public}.items()}
        ).encode(),
        timeout=timeout,
    )


def read_token_response(response: HttpResponse, *, now: float) -> TokenResponse:
    """Return what was granted.

    Args:
        response: The token endpoint's answer.
        now: Seconds since the epoch, for `Retry-After`.

    Raises:
        ApiError: It refused.
        DecodeError: It granted something that cannot be understood. The error never shows the body.
    """
    if response.status != 200:
        raise token_error_for(response, now=now)
    fields = _fields(response)
    if fields is None:
        raise DecodeError("the token endpoint's answer is not JSON")
    access_token, refresh_token, scope = (fields.get(name) for name in ("access_token", "refresh_token", "scope"))
    if not isinstance(access_token, Secret) or not access_token:
        raise DecodeError("the token endpoint's answer has no access token", path="$.access_token")
    if not is_token(access_token.reveal()):
        raise DecodeError("the token endpoint's access token is not printable ASCII", path="$.access_token")
    # One that cannot be written into a form is worth nothing, and refusing the rest for it would not mend that.
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


def _fields(response: HttpResponse) -> dict[str, object] | None:
    """Return the answer's members, every text wrapped, so that no frame that raises has a token in the open.

    None if it is not JSON: the decoder's own error keeps the document.
    """
    try:
        document: object = json.loads(response.body)
    except (ValueError, RecursionError):
        return None
    members = cast("dict[str, object]", document) if isinstance(document, dict) else {}
    return {name: Secret(value) if isinstance(value, str) else value for name, value in members.items()}


def _lifetime(value: object) -> float:
    if isinstance(value, Secret):
        text = value.reveal()
        value = int(text[:10]) if text.isascii() and text.isdigit() else None
    if isinstance(value, bool) or not isinstance(value, int | float) or not is_finite(value) or value < 0:
        return _DEFAULT_LIFETIME
    return min(float(value), _LONGEST_LIFETIME)


class TokenEndpoint:
    """Sends token requests: by the components given, else by those of the client that it is bound to, else by its own.

    A provider exists before its client, and a web application logs users in without one.
    """

    __slots__ = ("_bound_to", "_clock", "_config", "_own_transport", "_transport")

    def __init__(self, config: ClientConfig | None, transport: Transport | None, clock: Clock | None) -> None:
        """Take the components that are given; nothing is opened yet.

        Raises:
            TypeError: One of them is not what it should be.
        """
        if config is not None and not isinstance(cast("object", config), ClientConfig):
            raise TypeError(f"config must be a ClientConfig, not {type(config).__name__}")
        if transport is not None:
            check_methods("transport", transport, ("send", "close"))
        if clock is not None:
            check_methods("clock", clock, ("time", "monotonic", "sleep"))
        self._config = config
        self._transport = transport
        self._clock = clock
        self._bound_to: ClientComponents | None = None
        self._own_transport: Transport | None = None

    def bind(self, components: ClientComponents) -> None:
        """Use a client's components for whatever was not given; the latest client counts.

        Raises:
            TypeError: They are something else.
        """
        if not isinstance(cast("object", components), ClientComponents):
            raise TypeError(f"components must be ClientComponents, not {type(components).__name__}")
        self._bound_to = components

    @property
    def config(self) -> ClientConfig:
        """The settings in use."""
        return self._config or (self._bound_to.config if self._bound_to else ClientConfig())

    @property
    def clock(self) -> Clock:
        """The clock in use."""
        return self._clock or (self._bound_to.clock if self._bound_to else SystemClock())

    @property
    def token_store(self) -> TokenStore | None:
        """The client's token store, if it has one."""
        return self._bound_to.token_store if self._bound_to else None

    def now(self) -> datetime:
        """Return the time, in UTC."""
        return datetime.fromtimestamp(self.clock.time(), UTC)

    async def request(
        self, form: Mapping[str, str | Secret], *, client_id: str, client_secret: Secret | None
    ) -> TokenResponse:
        """Ask for a token, once.

        Raises:
            ApiError: The accounts service refused.
            TransportError: It did not answer.
            DecodeError: It did not answer sensibly.
        """
        config = self.config
        request = token_request(
            config.accounts_url, form, client_id=client_id, client_secret=client_secret, timeout=config.timeout
        )
        response = await self._active_transport().send(request)
        if response.status != 200:
            for secret in (client_secret, *form.values()):
                if isinstance(secret, Secret):
                    response = without_echo(response, secret)
        return read_token_response(response, now=self.clock.time())

    async def close(self) -> None:
        """Close the own transport, if one was opened. A later request opens another."""
        if self._own_transport is not None:
            transport, self._own_transport = self._own_transport, None
            await transport.close()

    def _active_transport(self) -> Transport:
        if self._transport is not None:
            return self._transport
        if self._bound_to is not None:
            return self._bound_to.transport
        if self._own_transport is None:
            self._own_transport = AiohttpTransport(self.config)
        return self._own_transport
