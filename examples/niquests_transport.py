"""A transport on niquests, and the check that it keeps the rules of the protocol.

python -m pip install niquests && python examples/niquests_transport.py
"""

import asyncio

import niquests

from spotify import AsyncSpotifyClient, ClientConfig
from spotify.errors import ClientClosedError, ResponseTooLargeError, TransportError, TransportTimeoutError
from spotify.interfaces import HttpRequest, HttpResponse
from spotify.testing import SpotifySandbox, check_transport


class NiquestsTransport:
    """`Transport` over a `niquests.AsyncSession`."""

    def __init__(self, config: ClientConfig) -> None:
        self._max_bytes = config.max_response_bytes
        self._user_agent = config.user_agent
        self._session: niquests.AsyncSession | None = None
        self._closed = False

    async def send(self, request: HttpRequest, /) -> HttpResponse:
        """Send the request once and return the whole response."""
        if self._closed:
            raise ClientClosedError("the transport is closed")
        if self._session is None:
            self._session = niquests.AsyncSession(retries=0)
            self._session.trust_env = False
        headers = {"User-Agent": self._user_agent, "Accept-Encoding": "gzip", **request.headers}
        if request.authorization is not None:
            headers["Authorization"] = request.authorization.reveal()
        try:
            async with asyncio.timeout(request.timeout):
                return await self._exchange(self._session, request, headers)
        except TimeoutError:
            raise TransportTimeoutError(f"no response within {request.timeout:g} seconds", sent=True) from None
        except niquests.exceptions.ConnectTimeout:
            raise TransportError("could not connect in time", sent=False) from None
        except niquests.exceptions.RequestException as error:
            # `from None`: the errors of niquests have the request, and with it the token.
            raise TransportError(type(error).__name__, sent=True) from None

    async def close(self) -> None:
        """Close the connections."""
        self._closed = True
        if self._session is not None:
            await self._session.close()

    async def _exchange(
        self, session: niquests.AsyncSession, request: HttpRequest, headers: dict[str, str]
    ) -> HttpResponse:
        response = await session.request(
            request.method, request.url, headers=headers, data=request.body, allow_redirects=False, stream=True
        )
        try:
            body = bytearray()
            async for chunk in await response.iter_content(65_536):
                body += chunk
                if len(body) > self._max_bytes:
                    raise ResponseTooLargeError(f"the response has more than {self._max_bytes:,} bytes", sent=True)
        finally:
            await response.close()
        lowered = {name.lower(): value for name, value in response.headers.items()}
        return HttpResponse(status=response.status_code or 0, headers=lowered, body=bytes(body))


async def main() -> None:
    """Check the part, and use it."""
    await check_transport(NiquestsTransport)
    async with SpotifySandbox() as sandbox:
        config = ClientConfig(api_url=sandbox.api_url, accounts_url=sandbox.accounts_url)
        transport = NiquestsTransport(config)
        token = sandbox.issue_token()
        async with AsyncSpotifyClient(token, config=config, transport=transport) as client:
            album = await client.albums.get(sandbox.catalogue.albums[0].id)
        await transport.close()
    print(f"{album.name}: NiquestsTransport keeps the rules of a transport")


if __name__ == "__main__":
    asyncio.run(main())
