"""An example of `client.chapters`."""

from spotify import AsyncSpotifyClient
from spotify.testing import SpotifySandbox


async def example(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    audiobook = sandbox.catalogue.audiobooks[0]
    chapter = await client.chapters.get(audiobook.chapters[0].id)
    print(f"{chapter.name}: {chapter.duration_ms // 60_000} minutes")
