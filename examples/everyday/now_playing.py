"""Print each change of what is playing, until Ctrl-C."""

import asyncio

import spotify


async def main() -> None:
    async with spotify.login("user-read-playback-state") as client:
        async for change in client.player.watch():
            print(change)


asyncio.run(main())
