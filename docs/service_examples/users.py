"""An example of `client.users`."""

from spotify import AsyncSpotifyClient
from spotify.testing import SpotifySandbox


async def example(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    profile = await client.users.get_current_profile()
    top = await client.users.get_top_tracks("short_term", limit=3)
    print(f"{profile.display_name} listens to {[track.name for track in top.items]}")
