"""A custom auth provider that gets tokens from a company's internal HTTP service, which holds the client secret.

The provider caches a token until shortly before it expires, shares one request among concurrent calls, replaces a token
that Spotify rejected, and closes its session with the client. It raises `AuthProviderError` if the service does not
return a token: with `transient=True`, the client retries the call. Any object with `async get_access_token() -> str` is
a provider; `invalidate` and `close` are optional.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import aiohttp
from aiohttp import web

from spotify import AuthProviderError
from spotify.testing import SpotifySandbox


class TokenServiceAuth:
    """Gets Spotify access tokens from an internal token service."""

    def __init__(self, service_url: str, *, skew: float = 30.0) -> None:
        """Keep the settings.

        Args:
            service_url: The base URL of the service.
            skew: Seconds before its expiry at which a token is replaced.
        """
        self._service_url = service_url
        self._skew = skew
        self._session: aiohttp.ClientSession | None = None
        self._lock = asyncio.Lock()
        self._token = ""
        self._renew_at = 0.0

    async def get_access_token(self) -> str:
        """Return a valid token.

        Raises:
            AuthProviderError: The token service returned none; transient if it may return one later.
        """
        async with self._lock:  # calls that wait here use the token fetched by the first
            if time.monotonic() >= self._renew_at:
                await self._fetch()
            return self._token

    async def invalidate(self, access_token: str, /) -> None:
        """Replace this token if it is the current one: Spotify rejected it before it expired."""
        if access_token == self._token:
            self._renew_at = 0.0

    async def close(self) -> None:
        """Close the session to the token service."""
        if self._session is not None:
            await self._session.close()

    async def _fetch(self) -> None:
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5))
        try:
            async with self._session.post(f"{self._service_url}/spotify-token") as response:
                status, body = response.status, await response.read()
        except (aiohttp.ClientError, TimeoutError) as error:
            raise AuthProviderError("The token service is unavailable", transient=True) from error
        if status != 200:
            raise AuthProviderError(f"The token service returned {status}", transient=status >= 500)
        document = json.loads(body)
        self._token = document["token"]
        self._renew_at = time.monotonic() + document["valid_for_seconds"] - self._skew


@asynccontextmanager
async def token_service(sandbox: SpotifySandbox, issued: list[str], statuses: list[int]) -> AsyncGenerator[str]:
    """Run the internal token service, which in this example issues tokens of a sandbox, and yield its URL.

    Args:
        sandbox: Issues the tokens.
        issued: Receives them.
        statuses: The statuses of the next responses, which have no token.
    """

    async def issue(_request: web.Request) -> web.Response:
        if statuses:
            return web.Response(status=statuses.pop(0))
        issued.append(sandbox.issue_token(expires_in=120))
        return web.json_response({"token": issued[-1], "valid_for_seconds": 120})

    app = web.Application()
    app.router.add_post("/spotify-token", issue)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def main() -> None:
    """Make concurrent calls, revoke the token, make another call, and one that the token service refuses."""
    issued: list[str] = []
    statuses = [503]  # the service starts: the first call is retried
    async with (
        SpotifySandbox() as sandbox,
        token_service(sandbox, issued, statuses) as service_url,
        # An application uses AsyncSpotifyClient(auth_provider=…); sandbox.client() does too, with the sandbox's URL.
        sandbox.client(auth_provider=TokenServiceAuth(service_url)) as client,
    ):
        ids = [artist.id for artist in sandbox.catalogue.artists[:20]]
        artists = await asyncio.gather(*map(client.artists.get, ids))
        print(f"{len(artists)} artists fetched concurrently, tokens fetched: {len(issued)}")

        sandbox.expire_all_tokens()  # revoked early: Spotify returns 401
        artist = await client.artists.get(ids[0])
        print(f"{artist.name} after the token was revoked, tokens fetched: {len(issued)}")

        sandbox.expire_all_tokens()
        statuses.append(403)  # the service refuses this application: the call fails at once
        try:
            await client.artists.get(ids[0])
        except AuthProviderError as error:
            print(f"Refused: {error}")


if __name__ == "__main__":
    asyncio.run(main())
