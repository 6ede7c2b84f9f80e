"""An example of `client.tracks`."""

from spotify import AsyncSpotifyClient
from spotify.testing import SpotifySandbox


async def example(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    track = await client.tracks.get(sandbox.catalogue.tracks[0].id)
    await client.tracks.save([track.id])
    saved = [entry.track.name async for entry in client.tracks.get_saved()]
    print(f"{track.name} is saved: {track.name in saved}")
