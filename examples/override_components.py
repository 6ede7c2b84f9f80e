"""A custom transport and a custom retry policy, by keyword and through the container.

Components are not subclasses: any object with the methods of a protocol will do (see `spotify.interfaces`).
"""

from __future__ import annotations

import asyncio
from collections import Counter
from urllib.parse import urlsplit

from dependency_injector import providers

from spotify import ClientConfig, ServerError, SpotifyContainer, build_container
from spotify.impl.auth.static_token import StaticTokenAuth
from spotify.impl.transport.aiohttp_transport import AiohttpTransport
from spotify.interfaces import Attempt, GiveUp, HttpRequest, HttpResponse, Retry, Transport
from spotify.testing import FakeTransport, SpotifySandbox

ARTIST_ID = "0" * 22


def artist(name: str) -> dict[str, str]:
    """Return the JSON object of an artist."""
    return {"type": "artist", "id": ARTIST_ID, "uri": f"spotify:artist:{ARTIST_ID}", "name": name}


class CountingTransport:
    """A transport that counts the requests of another transport by the first segment of their path."""

    def __init__(self, inner: Transport) -> None:
        """Wrap a transport."""
        self._inner = inner
        self.counts: Counter[str] = Counter()

    async def send(self, request: HttpRequest, /) -> HttpResponse:
        """Count and forward the request."""
        self.counts[urlsplit(request.url).path.split("/")[2]] += 1
        return await self._inner.send(request)

    async def close(self) -> None:
        """Close the wrapped transport."""
        await self._inner.close()


class PersistentPolicy:
    """A retry policy for batch jobs: up to ten attempts for reads, 0.1 s apart."""

    def decide(self, attempt: Attempt, /) -> Retry | GiveUp:
        """Retry reads after a server error."""
        if attempt.operation.method != "GET" or not isinstance(attempt.error, ServerError):
            return GiveUp("not_retryable")
        return Retry(0.1) if attempt.number < 10 else GiveUp("retries_exhausted")


async def by_keyword() -> None:
    """Replace the transport by keyword."""
    async with SpotifySandbox() as sandbox:
        config = ClientConfig(api_url=sandbox.api_url, accounts_url=sandbox.accounts_url)
        transport = CountingTransport(AiohttpTransport(config))
        async with sandbox.client(transport=transport) as client:
            await asyncio.gather(*(client.albums.get(album.id) for album in sandbox.catalogue.albums[:5]))
            await client.artists.get(sandbox.catalogue.artists[0].id)
        await transport.close()  # the caller owns a component that it passes
        print(f"by keyword:   {dict(transport.counts)}")


async def by_container() -> None:
    """Replace the retry policy and the transport in the container."""
    transport = FakeTransport()
    transport.answer("GET /artists/{id}", status=502, times=3)
    transport.answer("GET /artists/{id}", json=artist("Persistence"))

    container = build_container("a-token")
    container.transport.override(transport)
    container.retry_policy.override(PersistentPolicy())
    async with container.client() as client:
        result = await client.artists.get(ARTIST_ID)
        print(f"by container: {result.name} after {len(transport.requests)} attempts")


async def embedded() -> None:
    """Create the container directly, as an application with its own container does."""
    transport = FakeTransport()
    transport.answer("GET /artists/{id}", json=artist("Guest"))
    container = SpotifyContainer(
        auth_provider=providers.Object(StaticTokenAuth("a-token")), transport=providers.Object(transport)
    )
    async with container.client() as client:
        print(f"embedded:     {(await client.artists.get(ARTIST_ID)).name}")


async def main() -> None:
    """Run all three."""
    await by_keyword()
    await by_container()
    await embedded()


if __name__ == "__main__":
    asyncio.run(main())
