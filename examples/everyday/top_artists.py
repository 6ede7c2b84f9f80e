"""The artists that the user listens to most, as a data frame."""

import asyncio

import spotify


async def main() -> None:
    async with spotify.login("user-top-read") as client:
        print(spotify.to_polars(await client.users.get_top_artists("long_term").collect()))


asyncio.run(main())
