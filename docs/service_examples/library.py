"""An example of `client.library`."""

from spotify import AsyncSpotifyClient
from spotify.testing import SpotifySandbox


async def example(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    uris = [track.uri for track in sandbox.catalogue.tracks[:3]]
    await client.library.save_items(uris)
    print(await client.library.check_contains(uris))
    await client.library.remove_items(uris)
    print(await client.library.check_contains(uris))
