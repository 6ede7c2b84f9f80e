"""One call's life as JSON lines: a 503, a wait, a second attempt that succeeds.

The library logs through the standard library's loggers below `spotify`, silent until a level is set. Each event's
fields are in the record's extras, where any JSON formatter finds them; this one is written out to show how little it
takes.
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
    """Renders a record as one JSON object."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the level, the logger and all fields of the event."""
        fields = {key: value for key, value in vars(record).items() if key not in STANDARD}
        return json.dumps({"level": record.levelname.lower(), "logger": record.name, **fields}, default=str)


async def main() -> None:
    """Log to the terminal, and make one call that needs two attempts."""
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
    async with AsyncSpotifyClient("a-token-that-no-line-shows", transport=transport) as client:
        artist = await client.artists.get("0" * 22)
    print(f"\n{artist.name}")


if __name__ == "__main__":
    asyncio.run(main())
