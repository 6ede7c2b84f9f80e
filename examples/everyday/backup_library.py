"""Back up the library and all playlists to a directory; run it again to update or finish the backup."""

import asyncio

import spotify
from spotify.tools import backup

SCOPES = "user-library-read user-follow-read user-read-playback-position playlist-read-private"


async def main() -> None:
    async with spotify.login(SCOPES) as client:
        print(await backup(client, "my-music"))


asyncio.run(main())
