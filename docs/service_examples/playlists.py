"""An example of `client.playlists`."""

from spotify import AsyncSpotifyClient
from spotify.testing import SpotifySandbox


async def example(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    playlist = await client.playlists.create("Monday")
    await client.playlists.add_items(playlist.id, [track.uri for track in sandbox.catalogue.tracks[:150]])
    entries = await client.playlists.get_items(playlist.id).collect()
    print(f"{playlist.name}: {len(entries)} items")
    await client.playlists.remove_items(playlist.id, uris=[sandbox.catalogue.tracks[0].uri])
