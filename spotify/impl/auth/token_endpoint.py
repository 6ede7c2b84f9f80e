"""The token endpoint, over the client's transport or an own one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import cast

from spotify._checks import check_methods
from spotify.config import ClientConfig
from spotify.impl.aiohttp_transport import AiohttpTransport
from spotify.impl.auth.token_response import TokenResponse, read_token_response, token_request
from spotify.impl.response_errors import without_echo
from spotify.impl.system_clock import SystemClock
from spotify.interfaces.auth import ClientComponents
from spotify.interfaces.clock import Clock
from spotify.interfaces.token_store import TokenStore
from spotify.interfaces.transport import Transport
from spotify.secret import Secret


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
