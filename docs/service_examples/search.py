"""An example of `client.search`."""

from spotify import AsyncSpotifyClient
from spotify.testing import SpotifySandbox


async def example(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    result = await client.search.search(sandbox.catalogue.artists[0].name, ["artist", "album"], limit=1)
    assert result.artists is not None
    print(result.artists.items[0].name)
    async for album in client.search.results("year:1990-2020", "album"):
        print(album.name)
        break
