"""One program, two quota modes: it prints the same for an application in development mode and one in extended quota.

The client finds out by itself which one it talks to. What Spotify took from development mode is answered through what
replaces it, and where nothing does, the error says so.
"""

from __future__ import annotations

import asyncio

from spotify import AsyncSpotifyClient, EndpointUnavailableError
from spotify.testing import SpotifySandbox


async def report(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> list[str]:
    """Use the API as a program would, without a thought for quota modes, and return what came of it."""
    catalogue = sandbox.catalogue
    lines: list[str] = []

    # 25 albums: two requests in extended quota, 25 at once in development mode, where the batch is gone.
    albums = await client.albums.get_several([album.id for album in catalogue.albums[:25]])
    lines.append(f"albums read together: {sum(album is not None for album in albums)}")

    # Saving goes through /me/library in both modes.
    saved = [track.id for track in catalogue.tracks[-3:]]
    await client.tracks.save(saved)
    lines.append(f"tracks saved: {await client.tracks.check_saved(saved)}")
    await client.tracks.remove(saved)

    # A search asks for as many results as the mode allows: 50 or 10. So ask for what both can give.
    found = await client.search.search("letter", ["track"], limit=10)
    lines.append(f"tracks found: {[track.name for track in found.tracks.present()][:3] if found.tracks else []}")

    # The entries of a playlist are called `item` in one mode and `track` in the other; the model calls them `item`.
    playlist = await client.playlists.create("Quota modes", public=False)
    await client.playlists.add_items(playlist.id, [track.uri for track in catalogue.tracks[:3]])
    entries = await client.playlists.get_items(playlist.id)
    lines.append(f"playlist: {[entry.item.name for entry in entries.items if entry.item]}")
    await client.playlists.unfollow(playlist.id)
    return lines


async def main() -> None:
    """Run the same program in both modes, and show what the client learned on the way."""
    reports: list[list[str]] = []
    for mode in ("extended", "development"):
        async with SpotifySandbox(quota_mode=mode) as sandbox, sandbox.client() as client:
            reports.append(await report(client, sandbox))
            print(f"── {mode} " + "─" * 40)
            print("\n".join(reports[-1]))
            print(
                f"requests: {len(sandbox.requests)}; learned to do without: {sorted(client.quota.refused) or 'nothing'}"
            )
            try:
                artists = await client.artists.get_related(sandbox.catalogue.artists[0].id)
                print(f"related artists: {len(artists)}\n")
            except EndpointUnavailableError as error:
                print(f"related artists: {error}\n")
    if reports[0] != reports[1]:
        raise SystemExit("the two reports differ")
    print("Both reports are the same.")


if __name__ == "__main__":
    asyncio.run(main())
