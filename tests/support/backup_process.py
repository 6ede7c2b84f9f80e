"""A program that backs up or restores the library of a user: `backup` or `restore`, and a directory.

The client reads its settings and its token from the environment.
"""

import asyncio
import sys

from spotify import AsyncSpotifyClient
from spotify.tools import backup, restore


async def main(action, directory):
    async with AsyncSpotifyClient.from_env() as client:
        await (backup if action == "backup" else restore)(client, directory)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
