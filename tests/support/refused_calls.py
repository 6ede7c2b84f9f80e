"""Calls for tests of refusals, also in another process."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

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
from tests.support.forked_processes import ForkedProcess

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


async def call_in_other_process(
    kinds: list[str], ids: Ids, login: Mapping[str, str], config: Mapping[str, Any]
) -> list[Any]:
    """Make calls with a new client in another process; return their errors as `described` does.

    The login is the arguments of the client, or a client id and a user whose token is in Redis.
    """
    errors: list[Any] = await ForkedProcess(_errors_of, kinds, ids, login, config).result()
    return errors


async def _errors_of(kinds: list[str], ids: Ids, login: Mapping[str, Any], config: Mapping[str, Any]) -> list[Any]:
    if "user" in login:
        login = {"auth_provider": provider_of(login)}
    async with AsyncSpotifyClient(**login, config=ClientConfig(**config)) as client:
        return [described(await error_of(CALLS[kind][1](client, ids))) for kind in kinds]
