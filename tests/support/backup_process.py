"""A function for another process, which backs up or restores the library of a user."""

from spotify import AsyncSpotifyClient
from spotify.tools import backup, restore

ACTIONS = {"backup": backup, "restore": restore}


async def back_up_or_restore(action, directory):
    """Run an action with a client from the environment."""
    async with AsyncSpotifyClient.from_env() as client:
        await ACTIONS[action](client, directory)
