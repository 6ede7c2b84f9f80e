"""A program that reads through a cache in SQLite, and its function for another process.

Arguments of the program: the URL of the API, a token, the file, then steps: `album ID`, `playlist ID`,
`rename ID NAME`. It does not close its client. It prints each result.
"""

import asyncio
import sys

from spotify import AsyncSpotifyClient, ClientConfig


async def use_cache(api_url, token, path, *steps):
    """Make calls; return whether each album came from the cache, and the names of playlists."""
    client = client_with_cache(api_url, token, path)
    results = [await result_of(client, step) for step in steps]
    await client.close()
    return results


def client_with_cache(api_url, token, path):
    config = ClientConfig(
        api_url=api_url, cache="sqlite", cache_path=path, cache_ttl={"album": 3600, "playlist": 3600}, max_retries=0
    )
    return AsyncSpotifyClient(token, config=config)


async def result_of(client, step):
    match step.split(" "):
        case ["album", album_id]:
            response = await client.with_response(client.albums.get(album_id))
            return response.received[-1].from_cache
        case ["playlist", playlist_id]:
            return (await client.playlists.get(playlist_id)).name
        case ["rename", playlist_id, name]:
            return await client.playlists.change_details(playlist_id, name=name)


async def main(api_url, token, path, *steps):
    client = client_with_cache(api_url, token, path)
    for step in steps:
        sys.stdout.write(f"{await result_of(client, step)}\n")


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
