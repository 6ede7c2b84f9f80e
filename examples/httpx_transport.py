"""A transport on httpx, and the check that it keeps the rules of the protocol.

python -m pip install httpx && python examples/httpx_transport.py
"""

import asyncio

import httpx

from spotify import AsyncSpotifyClient, ClientConfig
from spotify.errors import ClientClosedError, ResponseTooLargeError, TransportError, TransportTimeoutError
from spotify.interfaces import HttpRequest, HttpResponse
from spotify.testing import SpotifySandbox, check_transport


class HttpxTransport:
    """`Transport` over an `httpx.AsyncClient`."""

    def __init__(self, config: ClientConfig) -> None:
        self._max_bytes = config.max_response_bytes
        self._user_agent = config.user_agent
        self._client: httpx.AsyncClient | None = None
        self._closed = False

    async def send(self, request: HttpRequest, /) -> HttpResponse:
        """Send the request once and return the whole response."""
        if self._closed:
            raise ClientClosedError("the transport is closed")
        if self._client is None:
            self._client = httpx.AsyncClient(follow_redirects=False, timeout=3600, trust_env=False)
        headers = {"User-Agent": self._user_agent, "Accept-Encoding": "gzip", **request.headers}
        if request.authorization is not None:
            headers["Authorization"] = request.authorization.reveal()
        try:
            async with asyncio.timeout(request.timeout):
                return await self._exchange(self._client, request, headers)
        except TimeoutError:
            raise TransportTimeoutError(f"no response within {request.timeout:g} seconds", sent=True) from None
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            # `from None`: the errors of httpx have the request, and with it the token.
            raise TransportError(f"could not connect: {error}", sent=False) from None
        except httpx.HTTPError as error:
            raise TransportError(f"{type(error).__name__}: {error}", sent=True) from None

    async def close(self) -> None:
        """Close the connections."""
        self._closed = True
        if self._client is not None:
            await self._client.aclose()

    async def _exchange(self, client: httpx.AsyncClient, request: HttpRequest, headers: dict[str, str]) -> HttpResponse:
        async with client.stream(request.method, request.url, headers=headers, content=request.body) as response:
            body = bytearray()
            async for chunk in response.aiter_bytes():
                body += chunk
                if len(body) > self._max_bytes:
                    raise ResponseTooLargeError(f"the response has more than {self._max_bytes:,} bytes", sent=True)
        lowered = {name.lower(): value for name, value in response.headers.items()}
        return HttpResponse(status=response.status_code, headers=lowered, body=bytes(body))


async def main() -> None:
    """Check the part, and use it."""
    await check_transport(HttpxTransport)
    async with SpotifySandbox() as sandbox:
        config = ClientConfig(api_url=sandbox.api_url, accounts_url=sandbox.accounts_url)
        transport = HttpxTransport(config)
        token = sandbox.issue_token()
        async with AsyncSpotifyClient(token, config=config, transport=transport) as client:
            album = await client.albums.get(sandbox.catalogue.albums[0].id)
        await transport.close()
    print(f"{album.name}: HttpxTransport keeps the rules of a transport")


if __name__ == "__main__":
    asyncio.run(main())
