"""Log in, and show who is logged in."""

import asyncio

import spotify


async def main() -> None:
    async with spotify.login("user-read-private") as client:
        print((await client.users.get_current_profile()).display_name)


asyncio.run(main())
