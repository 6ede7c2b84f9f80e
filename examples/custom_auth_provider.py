"""An enterprise's own auth provider: tokens come from an internal HTTP service, which alone knows the secret.

The provider keeps a token until shortly before it expires, shares one request among all calls that wait for it,
replaces a token that Spotify refused, and closes its own session when the client is closed. Any object with
`async get_access_token() -> str` is a provider; `invalidate` and `close` are offered on top.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import aiohttp
from aiohttp import web

from spotify.testing import SpotifySandbox


class TokenServiceAuth:
    """Gets Spotify access tokens from the token service of the house."""

    def __init__(self, service_url: str, *, skew: float = 30.0) -> None:
        """Remember where the service is.

        Args:
            service_url: Its base address.
            skew: Seconds before its expiry at which a token is replaced.
        """
        self._service_url = service_url
        self._skew = skew
        self._session: aiohttp.ClientSession | None = None
        self._lock = asyncio.Lock()
        self._token = ""
        self._renew_at = 0.0

    async def get_access_token(self) -> str:
        """Return a token that is valid now."""
        async with self._lock:  # who waits here finds the token that the first one fetched
            if time.monotonic() >= self._renew_at:
                await self._fetch()
            return self._token

    async def invalidate(self, access_token: str, /) -> None:
        """Replace this token if it is the one held: Spotify refused it before its time."""
        if access_token == self._token:
            self._renew_at = 0.0

    async def close(self) -> None:
        """Close the session to the token service."""
        if self._session is not None:
            await self._session.close()

    async def _fetch(self) -> None:
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5))
        async with self._session.post(f"{self._service_url}/spotify-token") as response:
            if response.status != 200:
                raise RuntimeError(f"the token service answered {response.status}")
            granted = await response.json()
        self._token = granted["token"]
        self._renew_at = time.monotonic() + granted["valid_for_seconds"] - self._skew


@asynccontextmanager
async def token_service(sandbox: SpotifySandbox, issued: list[str]) -> AsyncGenerator[str]:
    """Run the internal token service, which in this example gets its tokens from a sandbox; give its address."""

    async def issue(_request: web.Request) -> web.Response:
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
    """Make calls side by side, let the token die early, make another."""
    issued: list[str] = []
    async with (
        SpotifySandbox() as sandbox,
        token_service(sandbox, issued) as service_url,
        # An application writes AsyncSpotifyClient(auth_provider=…); the sandbox's client is the same, pointed at it.
        sandbox.client(auth_provider=TokenServiceAuth(service_url)) as client,
    ):
        ids = [artist.id for artist in sandbox.catalogue.artists[:20]]
        artists = await asyncio.gather(*map(client.artists.get, ids))
        print(f"{len(artists)} artists side by side, tokens fetched: {len(issued)}")

        sandbox.expire_all_tokens()  # revoked before its time: Spotify answers 401
        artist = await client.artists.get(ids[0])
        print(f"{artist.name} after the token was revoked, tokens fetched: {len(issued)}")


if __name__ == "__main__":
    asyncio.run(main())
