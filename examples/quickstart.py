"""Quickstart: an album, a search, and twelve artists concurrently.

Uses Spotify if SPOTIFY_CLIENT_ID and SPOTIFY_CLIENT_SECRET are set, and the embedded sandbox otherwise.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from time import perf_counter

from spotify import AsyncSpotifyClient
from spotify.testing import SpotifySandbox

SPOTIFYS_ALBUM = "https://open.spotify.com/album/4aawyAB9vmqN3uQ7FjRGTy"


@asynccontextmanager
async def connected_client() -> AsyncGenerator[tuple[AsyncSpotifyClient, str]]:
    """Yield a client and the id of an album: Spotify's if credentials are set, the sandbox's otherwise."""
    if os.environ.get("SPOTIFY_CLIENT_ID") and os.environ.get("SPOTIFY_CLIENT_SECRET"):
        print("Using Spotify.\n")
        async with AsyncSpotifyClient.from_client_credentials() as client:
            yield client, SPOTIFYS_ALBUM
    else:
        print("Using the embedded sandbox with invented music.")
        print("Set SPOTIFY_CLIENT_ID and SPOTIFY_CLIENT_SECRET to use Spotify.\n")
        async with SpotifySandbox() as sandbox:
            credentials = {"client_id": sandbox.client_id, "client_secret": sandbox.client_secret}
            async with sandbox.client(**credentials) as client:
                yield client, sandbox.catalogue.albums[3].id


@contextmanager
def section(title: str) -> Generator[None]:
    """Print a heading before the section and its duration after it."""
    print(f"── {title} {'─' * max(0, 70 - len(title))}")
    started = perf_counter()
    yield
    print(f"{(perf_counter() - started) * 1000:73.1f} ms\n")


def clipped(text: str, width: int) -> str:
    """Pad or truncate a string to `width` characters."""
    return text.ljust(width) if len(text) <= width else text[: width - 1] + "…"


def minutes(milliseconds: int) -> str:
    """Return a duration as minutes and seconds."""
    return str(timedelta(seconds=milliseconds // 1000)).removeprefix("0:").removeprefix("0")


async def show_album(client: AsyncSpotifyClient, album_id: str) -> None:
    """Print an album and all its tracks."""
    with section("Album"):
        album = await client.albums.get(album_id)
        artists = ", ".join(artist.name for artist in album.artists)
        print(f"{album.name} · {artists} · {album.release_date} · {album.total_tracks} tracks\n")
        async for track in client.albums.get_tracks(album_id):
            position = f"{track.disc_number}.{track.track_number}"
            print(f"{position:>6}  {clipped(track.name, 58)} {minutes(track.duration_ms):>7}")


async def show_search(client: AsyncSpotifyClient) -> None:
    """Search for tracks and artists with one request."""
    with section("Search for “letter”"):
        results = await client.search.search("letter", ["track", "artist"], limit=5)
        for track in results.tracks.present() if results.tracks else []:
            print(f"  track   {clipped(track.name, 34)} {clipped(', '.join(a.name for a in track.artists), 30)}")
        for artist in results.artists.present() if results.artists else []:
            print(f"  artist  {clipped(artist.name, 34)} {clipped(', '.join(artist.genres), 30)}")


async def show_artists(client: AsyncSpotifyClient) -> None:
    """Read twelve artists concurrently."""
    pages = await asyncio.gather(*(client.search.search("a", ["artist"], limit=6, offset=offset) for offset in (0, 6)))
    ids = [artist.id for page in pages if page.artists for artist in page.artists.present()]
    with section(f"{len(ids)} artists concurrently"):
        for artist in await asyncio.gather(*map(client.artists.get, ids)):
            print(f"  {clipped(artist.name, 42)} {artist.external_urls.spotify if artist.external_urls else ''}")


async def main() -> None:
    """Run all three."""
    async with connected_client() as (client, album_id):
        await show_album(client, album_id)
        await show_search(client)
        await show_artists(client)


if __name__ == "__main__":
    asyncio.run(main())
