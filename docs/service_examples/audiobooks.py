"""An example of `client.audiobooks`."""

from spotify import AsyncSpotifyClient
from spotify.testing import SpotifySandbox


async def example(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    audiobook = await client.audiobooks.get(sandbox.catalogue.audiobooks[0].id)
    print(f"{audiobook.name}, read by {audiobook.narrators[0].name}")
    chapters = await client.audiobooks.get_chapters(audiobook.id).collect()
    print(f"{len(chapters)} chapters")
