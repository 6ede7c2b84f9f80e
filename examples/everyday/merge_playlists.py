"""Add the items of other playlists to a playlist, and remove duplicates: merge_playlists.py TARGET SOURCE..."""

import asyncio
import sys

import spotify
from spotify.tools import plan_dedupe, plan_merge


async def main() -> None:
    async with spotify.login("playlist-read-private playlist-modify-private playlist-modify-public") as client:
        await (await plan_merge(client, sys.argv[1], sys.argv[2:])).apply(client)
        await (await plan_dedupe(client, sys.argv[1], by="isrc")).apply(client)


asyncio.run(main())
