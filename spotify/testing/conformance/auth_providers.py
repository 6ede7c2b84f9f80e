"""The rules of `AuthProvider`, and of what it can do beyond."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from spotify._checks import is_token
from spotify.config import ClientConfig
from spotify.impl.system_clock import SystemClock
from spotify.impl.transport.aiohttp_transport import AiohttpTransport
from spotify.interfaces.auth import AuthProvider, ClientComponents, SupportsBinding, SupportsClose, SupportsInvalidate
from spotify.testing.conformance.rules import require, run_rules
from spotify.testing.sandbox import SpotifySandbox


async def check_auth_provider(factory: Callable[[SpotifySandbox], AuthProvider]) -> None:
    """Check that an auth provider keeps the rules of the protocol `AuthProvider`, against a sandbox.

    ::

        await check_auth_provider(lambda sandbox: ClientCredentialsAuth(sandbox.client_id, sandbox.client_secret))

    Args:
        factory: Returns a new provider whose tokens a sandbox accepts; `sandbox.issue_token` has them too.

    Raises:
        ConformanceError: It breaks rules; the message names them and says what happened.
    """
    async with SpotifySandbox() as sandbox:
        check = _AuthCheck(factory, sandbox)
        await run_rules(
            "auth provider",
            [
                ("returns a token that is valid", check.returns_a_valid_token),
                ("returns the current token without a request while it is valid", check.keeps_the_token),
                ("shares one refresh between concurrent callers", check.shares_a_refresh),
                ("replaces a token that was rejected", check.replaces_a_rejected_token),
                ("keeps the current token if another one was rejected", check.keeps_another_token),
                ("can be closed twice", check.can_be_closed_twice),
            ],
        )


def _is_token(value: object) -> bool:
    return isinstance(value, str) and is_token(value)


class _AuthCheck:
    def __init__(self, factory: Callable[[SpotifySandbox], AuthProvider], sandbox: SpotifySandbox) -> None:
        self._factory = factory
        self._sandbox = sandbox

    async def _with(self, use: Callable[[AuthProvider], object]) -> None:
        self._sandbox.reset()
        config = ClientConfig(api_url=self._sandbox.api_url, accounts_url=self._sandbox.accounts_url)
        transport = AiohttpTransport(config)
        provider = self._factory(self._sandbox)
        if isinstance(provider, SupportsBinding):
            provider.bind_to_client(ClientComponents(config=config, transport=transport, clock=SystemClock()))
        try:
            used = use(provider)
            if asyncio.iscoroutine(used):
                await used
        finally:
            if isinstance(provider, SupportsClose):
                await provider.close()
            await transport.close()

    async def returns_a_valid_token(self) -> None:
        async def use(provider: AuthProvider) -> None:
            token: object = await provider.get_access_token()
            require(_is_token(token), "it is not a token")
            async with self._sandbox.client(access_token=str(token), max_retries=0) as client:
                await client.albums.get(self._sandbox.catalogue.albums[0].id)

        await self._with(use)

    async def keeps_the_token(self) -> None:
        async def use(provider: AuthProvider) -> None:
            first = await provider.get_access_token()
            requests = len(self._sandbox.token_requests)
            require(await provider.get_access_token() == first, "it returned another token while the first was valid")
            require(len(self._sandbox.token_requests) == requests, "it sent a request for a token that is valid")

        await self._with(use)

    async def shares_a_refresh(self) -> None:
        async def use(provider: AuthProvider) -> None:
            tokens = await asyncio.gather(*(provider.get_access_token() for _ in range(10)))
            require(len(set(tokens)) == 1, "concurrent callers got several tokens")
            sent = len(self._sandbox.token_requests)
            require(sent <= 1, f"it sent {sent} token requests for ten concurrent callers")

        await self._with(use)

    async def replaces_a_rejected_token(self) -> None:
        async def use(provider: AuthProvider) -> None:
            if isinstance(provider, SupportsInvalidate):
                token = await provider.get_access_token()
                await provider.invalidate(token)
                require(await provider.get_access_token() != token, "it returned the rejected token again")

        await self._with(use)

    async def keeps_another_token(self) -> None:
        async def use(provider: AuthProvider) -> None:
            if isinstance(provider, SupportsInvalidate):
                token = await provider.get_access_token()
                await provider.invalidate("another-token")
                require(await provider.get_access_token() == token, "it discarded a token that was not rejected")

        await self._with(use)

    async def can_be_closed_twice(self) -> None:
        async def use(provider: AuthProvider) -> None:
            if isinstance(provider, SupportsClose):
                await provider.close()

        await self._with(use)
