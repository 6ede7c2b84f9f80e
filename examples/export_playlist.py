"""Export a playlist to CSV and JSON Lines.

Without arguments it exports a playlist of 5,000 entries from the embedded sandbox, with a latency of 50 ms, to a
temporary directory. To export a playlist from Spotify:

    SPOTIFY_ACCESS_TOKEN=... python examples/export_playlist.py --playlist https://open.spotify.com/playlist/... --to .

For public playlists in extended quota, SPOTIFY_CLIENT_ID and SPOTIFY_CLIENT_SECRET can replace the access token.
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import TypeAlias

from spotify import AsyncSpotifyClient, ListChangedError, SpotifyError
from spotify.models import Episode, PlaylistItem, Track
from spotify.testing import SpotifySandbox

Row: TypeAlias = dict[str, str | int | None]

COLUMNS = ("position", "added_at", "type", "uri", "name", "by", "album_or_show", "duration_ms")


def row_of(position: int, entry: PlaylistItem) -> Row:
    """Return the row of an entry. Every entry has a row, so that positions are those of the playlist."""
    row: Row = dict.fromkeys(COLUMNS)
    row |= {"position": position, "added_at": entry.added_at.isoformat() if entry.added_at else None}
    match entry.item:
        case Track() as track:
            artists = ", ".join(artist.name or "" for artist in track.artists)
            row |= {"by": artists, "album_or_show": track.album.name if track.album else None}
            row["duration_ms"] = track.duration_ms
        case Episode() as episode:
            row |= {"album_or_show": episode.show.name if episode.show else None, "duration_ms": episode.duration_ms}
        case _:
            pass  # no longer available, or an unknown type: only the common fields are known
    if entry.item is not None:
        row |= {"type": entry.item.type, "uri": entry.item.uri, "name": entry.item.name}
    return row


def show_progress(done: int, total: int | None) -> None:
    """Draw a progress bar on standard error."""
    if not sys.stderr.isatty():
        return
    filled = 40 * done // total if total else 0
    end = "\n" if done == total else ""
    print(f"\r[{'#' * filled:<40}] {done:,} of {total or 0:,}", end=end, file=sys.stderr, flush=True)


async def export(client: AsyncSpotifyClient, playlist: str, directory: Path) -> None:
    """Write `playlist.csv` and `playlist.jsonl`."""
    started = perf_counter()
    items = client.playlists.get_items(playlist).with_options(on_change="raise")  # an export has to be exact
    entries = await items.collect(progress=show_progress)
    read = perf_counter() - started

    rows = [row_of(position, entry) for position, entry in enumerate(entries)]
    table, lines = directory / "playlist.csv", directory / "playlist.jsonl"
    with table.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
    with lines.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)

    print(f"{len(rows):,} entries, read in {read:.2f} s")
    for path in (table, lines):
        print(f"  {path.name:<16}{path.stat().st_size / 1000:9,.0f} KB")


async def run(playlist: str | None, directory: Path) -> None:
    """Export a playlist from Spotify, or from the sandbox if `playlist` is None."""
    if playlist is None:
        async with SpotifySandbox(latency=0.05) as sandbox, sandbox.client() as client:
            await export(client, sandbox.catalogue.big_playlist.id, directory)
        return
    token = os.environ.get("SPOTIFY_ACCESS_TOKEN")
    async with AsyncSpotifyClient(token) if token else AsyncSpotifyClient.from_client_credentials() as client:
        await export(client, playlist, directory)


def main(arguments: Sequence[str] | None = None) -> int:
    """Parse the arguments, export, and return the exit status."""
    parser = argparse.ArgumentParser(description="Export a playlist to CSV and JSON Lines.")
    parser.add_argument("--playlist", metavar="ID", help="id, URI or URL (default: a playlist of the embedded sandbox)")
    parser.add_argument("--to", metavar="DIRECTORY", type=Path, help="where to write (default: a temporary directory)")
    options = parser.parse_args(arguments)
    try:
        if options.to is not None:
            options.to.mkdir(parents=True, exist_ok=True)
            asyncio.run(run(options.playlist, options.to))
        else:
            with TemporaryDirectory() as directory:
                asyncio.run(run(options.playlist, Path(directory)))
    except ListChangedError as error:
        print(f"The playlist changed during the export: {error}", file=sys.stderr)
        return 1
    except (SpotifyError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
