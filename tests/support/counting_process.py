"""A program that reads albums with a client from the environment, and prints how it ended and what was used.

Run it with the environment of a sandbox: `python -m tests.support.counting_process ID…`.
"""

import asyncio
import json
import sys

from spotify import AsyncSpotifyClient, SpotifyError


async def main() -> None:
    async with AsyncSpotifyClient.from_client_credentials() as client:
        failure: dict[str, object] = {}
        try:
            await client.albums.get_several(sys.argv[1:])
        except SpotifyError as error:
            failure = {
                "error": type(error).__name__,
                "sent": getattr(error, "sent", True),
                "retry_at": str(getattr(error, "retry_at", None)),
            }
    total = client.usage.total
    json.dump({**failure, "made": total.made, "refused": total.refused}, sys.stdout)


if __name__ == "__main__":
    asyncio.run(main())
