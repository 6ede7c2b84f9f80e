"""A program that reads albums with a cache in SQLite, and prints whether each came from the cache.

Arguments: the URL of the API, a token, the file, `close` or `exit`, then steps: `album ID`, `playlist ID`,
`rename ID NAME`.
"""

import asyncio
import sys

from spotify import AsyncSpotifyClient, ClientConfig


async def main(api_url, token, path, end, *steps):
    config = ClientConfig(
        api_url=api_url, cache="sqlite", cache_path=path, cache_ttl={"album": 3600, "playlist": 3600}, max_retries=0
    )
    client = AsyncSpotifyClient(token, config=config)
    for step in steps:
        match step.split(" "):
            case ["album", album_id]:
                response = await client.with_response(client.albums.get(album_id))
                sys.stdout.write(f"{response.received[-1].from_cache}\n")
            case ["playlist", playlist_id]:
                sys.stdout.write(f"{(await client.playlists.get(playlist_id)).name}\n")
            case ["rename", playlist_id, name]:
                await client.playlists.change_details(playlist_id, name=name)
    if end == "close":
        await client.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
