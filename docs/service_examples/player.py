"""An example of `client.player`."""

from spotify import AsyncSpotifyClient
from spotify.testing import SpotifySandbox


async def example(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    (device, *_) = await client.player.get_devices()
    await client.player.start_playback(device_id=device.id, uris=[track.uri for track in sandbox.catalogue.tracks[:2]])
    playing = await client.player.get_currently_playing()
    assert playing is not None
    print("playing" if playing.is_playing else "paused")
    await client.player.pause_playback()
