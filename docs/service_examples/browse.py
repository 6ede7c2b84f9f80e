"""An example of `client.browse`."""

from spotify import AsyncSpotifyClient
from spotify.testing import SpotifySandbox


async def example(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    categories = await client.browse.get_categories(limit=3)
    print([category.name for category in categories.items])
    print(f"{len(await client.browse.get_markets())} markets")
