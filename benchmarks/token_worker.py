"""A worker process that acts for a user whose token all workers share."""

from __future__ import annotations

import asyncio
import sys

from spotify import AsyncSpotifyClient, ClientConfig, PkceAuth

REDIRECT_URI = "http://127.0.0.1:8000/callback"
USER = "ana"


async def main(redis_url: str, api_url: str, accounts_url: str, client_id: str) -> None:
    """Print `ready`, start after a line on standard input, and exit after one call."""
    config = ClientConfig(api_url=api_url, accounts_url=accounts_url, redis_url=redis_url)
    auth = PkceAuth(client_id, REDIRECT_URI, user=USER)
    async with AsyncSpotifyClient(auth_provider=auth, config=config) as client:
        print("ready", flush=True)
        if await asyncio.to_thread(sys.stdin.readline):
            await client.users.get_current_profile()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
