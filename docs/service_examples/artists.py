"""An example of `client.artists`."""

from spotify import AsyncSpotifyClient
from spotify.testing import SpotifySandbox


async def example(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    artist = await client.artists.get(sandbox.catalogue.artists[0].id)
    albums = await client.artists.get_albums(artist.id).collect()
    print(f"{artist.name} has {len(albums)} albums")
