"""Calls for tests of refusals, and a program that makes them in another process.

`python -m tests.support.refused_calls` reads a line of JSON for each call, and writes a line with the name of its error
and whether that was sent.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

import spotify
from spotify import (
    AsyncSpotifyClient,
    ClientConfig,
    PartialReadError,
    PartialWriteError,
    PkceAuth,
    RateLimitError,
    SpotifyError,
)
from spotify.interfaces.token_store import TokenStore

_REDIRECT_URI = "http://127.0.0.1:8000/callback"

#: The number of albums in a bulk read.
IDS = 24

Ids = Mapping[str, Any]

#: By the kind of call: what it requests, and the call with the ids of `ids_in`.
CALLS: Mapping[str, tuple[str, Callable[[AsyncSpotifyClient, Ids], Awaitable[object]]]] = {
    "single call": ("GET /albums/{id}", lambda client, ids: client.albums.get(ids["albums"][0])),
    "list": (
        "GET /playlists/{id}/items",
        lambda client, ids: client.playlists.get_items(ids["playlist"]).collect(max_items=120),
    ),
    "bulk read": ("GET /albums/{id}", lambda client, ids: client.albums.get_several(ids["albums"])),
    "bulk write": ("PUT /me/library", lambda client, ids: client.tracks.save(ids["tracks"])),  # three requests
    "other call": ("GET /artists/{id}", lambda client, ids: client.artists.get(ids["artist"])),
    "third call": ("GET /tracks/{id}", lambda client, ids: client.tracks.get(ids["tracks"][0])),
}


def ids_in(catalogue: Any) -> dict[str, Any]:
    """Return the ids of a catalogue that the calls use."""
    return {
        "albums": [album.id for album in catalogue.albums[:IDS]],
        "tracks": [track.id for track in catalogue.tracks[:120]],
        "playlist": catalogue.big_playlist.id,
        "artist": catalogue.artists[0].id,
    }


async def error_of(call: Awaitable[object]) -> SpotifyError | None:
    """Return the error of a call; of a bulk call that stopped, the error that stopped it. None if it succeeded."""
    try:
        await call
    except PartialWriteError as error:
        return error.__cause__ if isinstance(error.__cause__, SpotifyError) else error
    except PartialReadError as error:
        return next(iter(error.errors.values()))
    except SpotifyError as error:
        return error
    return None


def described(error: SpotifyError | None) -> list[Any]:
    """Return the name of an error, None for none, and whether the request was refused without being sent."""
    if error is None:
        return [None, False]
    return [type(error).__name__, isinstance(error, RateLimitError) and error.sent is False]


def provider_of(login: Mapping[str, str], store: TokenStore | None = None) -> PkceAuth:
    """Return the auth provider of a user, whose token is in a store: that of the client by default."""
    return PkceAuth(login["client_id"], _REDIRECT_URI, user=login["user"], store=store)


class OtherProcess:
    """A process that makes calls."""

    def __init__(self) -> None:
        """Start it."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=Path(spotify.__file__).parents[1],
            text=True,
        )

    async def call(self, kinds: list[str], ids: Ids, login: Mapping[str, str], config: Mapping[str, Any]) -> list[Any]:
        """Make calls with a new client; return their errors as `described` does.

        The login is the arguments of the client, or a client id and a user whose token is in Redis.
        """
        return await asyncio.to_thread(self._call, json.dumps([kinds, ids, login, config]))

    def close(self) -> None:
        """End it."""
        self._process.communicate()

    def _call(self, line: str) -> list[Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()
        errors: list[Any] = json.loads(self._process.stdout.readline())
        return errors


async def _answer(kinds: list[str], ids: Ids, login: Mapping[str, Any], config: Mapping[str, Any]) -> list[Any]:
    if "user" in login:
        login = {"auth_provider": provider_of(login)}
    async with AsyncSpotifyClient(**login, config=ClientConfig(**config)) as client:
        return [described(await error_of(CALLS[kind][1](client, ids))) for kind in kinds]


if __name__ == "__main__":
    for line in sys.stdin:
        print(json.dumps(asyncio.run(_answer(*json.loads(line)))), flush=True)  # noqa: T201
