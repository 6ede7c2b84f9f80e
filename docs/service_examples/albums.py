"""An example of `client.albums`."""

from spotify import AsyncSpotifyClient
from spotify.testing import SpotifySandbox


async def example(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    album = await client.albums.get(sandbox.catalogue.long_album.id)
    print(f"{album.name} by {album.artists[0].name}: {album.total_tracks} tracks")
    first, *_ = [track async for track in client.albums.get_tracks(album.id)]
    print(f"The first is {first.name}")
