"""An example of `client.episodes`."""

from spotify import AsyncSpotifyClient
from spotify.testing import SpotifySandbox


async def example(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    show = sandbox.catalogue.shows[0]
    episodes = await client.episodes.get_several([episode.id for episode in show.episodes[:3]])
    print([episode.name for episode in episodes if episode is not None])
