"""An example of `client.shows`."""

from spotify import AsyncSpotifyClient
from spotify.testing import SpotifySandbox


async def example(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    show = await client.shows.get(sandbox.catalogue.shows[0].id)
    episodes = await client.shows.get_episodes(show.id, limit=2)
    print(f"{show.name}: {[episode.name for episode in episodes.items]}")
