"""Another transport and another retry policy, by keyword and by the container.

Nothing is subclassed: a component fits by having the protocol's methods (see `spotify.interfaces`).
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
    """Return Spotify's answer for an artist of that name."""
    return {"type": "artist", "id": ARTIST_ID, "uri": f"spotify:artist:{ARTIST_ID}", "name": name}


class CountingTransport:
    """A transport around another one, which counts requests by their path's first part."""

    def __init__(self, inner: Transport) -> None:
        """Take the transport that does the work."""
        self._inner = inner
        self.counts: Counter[str] = Counter()

    async def send(self, request: HttpRequest, /) -> HttpResponse:
        """Count, and pass on."""
        self.counts[urlsplit(request.url).path.split("/")[2]] += 1
        return await self._inner.send(request)

    async def close(self) -> None:
        """Close the transport below."""
        await self._inner.close()


class PatientPolicy:
    """A retry policy for jobs of the night: ten attempts, a tenth of a second apart, for reads alone."""

    def decide(self, attempt: Attempt, /) -> Retry | GiveUp:
        """Return what to do after this attempt."""
        if attempt.operation.method != "GET" or not isinstance(attempt.error, ServerError):
            return GiveUp("only reads are worth waiting for")
        return Retry(0.1) if attempt.number < 10 else GiveUp("ten attempts are enough")


async def by_keyword() -> None:
    """Replace the transport with one keyword."""
    async with SpotifySandbox() as sandbox:
        config = ClientConfig(api_url=sandbox.api_url, accounts_url=sandbox.accounts_url)
        transport = CountingTransport(AiohttpTransport(config))
        async with sandbox.client(transport=transport) as client:
            await asyncio.gather(*(client.albums.get(album.id) for album in sandbox.catalogue.albums[:5]))
            await client.artists.get(sandbox.catalogue.artists[0].id)
        await transport.close()  # a component that is passed in stays its owner's
        print(f"by keyword:   {dict(transport.counts)}")


async def by_container() -> None:
    """Replace the retry policy and the transport in a container."""
    transport = FakeTransport()
    transport.answer("GET /artists/{id}", status=502, times=3)
    transport.answer("GET /artists/{id}", json=artist("Patience"))

    container = build_container("a-token")
    container.transport.override(transport)
    container.retry_policy.override(PatientPolicy())
    async with container.client() as client:
        found = await client.artists.get(ARTIST_ID)
        print(f"by container: {found.name} after {len(transport.requests)} attempts")


async def embedded() -> None:
    """Embed the container in an application that has one of its own."""
    transport = FakeTransport()
    transport.answer("GET /artists/{id}", json=artist("Guest"))
    container = SpotifyContainer(
        auth_provider=providers.Object(StaticTokenAuth("a-token")), transport=providers.Object(transport)
    )
    async with container.client() as client:
        print(f"embedded:     {(await client.artists.get(ARTIST_ID)).name}")


async def main() -> None:
    """Show all three ways."""
    await by_keyword()
    await by_container()
    await embedded()


if __name__ == "__main__":
    asyncio.run(main())
