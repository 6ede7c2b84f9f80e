"""The events of one call as JSON lines: a 503, a wait, and a second attempt that succeeds.

The library logs to loggers below `spotify` and is silent until a level is set. The fields of an event are extras of the
log record, where JSON formatters find them.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from typing import Final

from spotify import AsyncSpotifyClient
from spotify.testing import FakeTransport

STANDARD: Final = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime"}


class JsonLines(logging.Formatter):
    """Formats a record as one JSON object."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the level, the logger and the fields of the event."""
        fields = {key: value for key, value in vars(record).items() if key not in STANDARD}
        return json.dumps({"level": record.levelname.lower(), "logger": record.name, **fields}, default=str)


async def main() -> None:
    """Log to the terminal and make a call that needs two attempts."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonLines())
    logger = logging.getLogger("spotify")
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)

    transport = FakeTransport()
    transport.answer("GET /artists/{id}", status=503, headers={"Retry-After": "0"})
    transport.answer(
        "GET /artists/{id}",
        json={"type": "artist", "id": "0" * 22, "uri": f"spotify:artist:{'0' * 22}", "name": "The Quiet Hours"},
    )
    async with AsyncSpotifyClient("a-token-that-is-not-logged", transport=transport) as client:
        artist = await client.artists.get("0" * 22)
    print(f"\n{artist.name}")


if __name__ == "__main__":
    asyncio.run(main())
