"""One program in both quota modes: it prints the same in development mode and in extended quota.

The client detects the mode. Operations that development mode lacks are replaced; without a replacement the call raises
`EndpointUnavailableError`.
"""

from __future__ import annotations

import asyncio

from spotify import AsyncSpotifyClient, EndpointUnavailableError
from spotify.testing import SpotifySandbox


async def report(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> list[str]:
    """Use the API without regard to quota modes and return the results."""
    catalogue = sandbox.catalogue
    lines: list[str] = []

    # 25 albums: two requests in extended quota, 25 concurrent requests in development mode, which has no batches.
    albums = await client.albums.get_several([album.id for album in catalogue.albums[:25]])
    lines.append(f"albums read: {sum(album is not None for album in albums)}")

    # Saving goes through /me/library in both modes.
    saved = [track.id for track in catalogue.tracks[-3:]]
    await client.tracks.save(saved)
    lines.append(f"tracks saved: {await client.tracks.check_saved(saved)}")
    await client.tracks.remove(saved)

    # A page of search results has up to 50 items in extended quota and up to 10 in development mode.
    results = await client.search.search("letter", ["track"], limit=10)
    lines.append(f"tracks found: {[track.name for track in results.tracks.present()][:3] if results.tracks else []}")

    # The response names the object of a playlist entry `item` or `track`; the model names it `item`.
    playlist = await client.playlists.create("Quota modes", public=False)
    await client.playlists.add_items(playlist.id, [track.uri for track in catalogue.tracks[:3]])
    entries = await client.playlists.get_items(playlist.id)
    lines.append(f"playlist: {[entry.item.name for entry in entries.items if entry.item]}")
    await client.playlists.unfollow(playlist.id)
    return lines


async def main() -> None:
    """Run the program in both modes and print what the client learned."""
    reports: list[list[str]] = []
    for mode in ("extended", "development"):
        async with SpotifySandbox(quota_mode=mode) as sandbox, sandbox.client() as client:
            reports.append(await report(client, sandbox))
            print(f"── {mode} " + "─" * 40)
            print("\n".join(reports[-1]))
            print(f"requests: {len(sandbox.requests)}; operations refused: {sorted(client.quota.refused) or 'none'}")
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
