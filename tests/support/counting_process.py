"""A function for another process, which reads albums and returns what was used of the quota."""

from spotify import AsyncSpotifyClient, SpotifyError


async def read_albums(*album_ids: str) -> dict[str, object]:
    """Read albums with a client from the environment; return how the call ended and what was used."""
    async with AsyncSpotifyClient.from_client_credentials() as client:
        failure: dict[str, object] = {}
        try:
            await client.albums.get_several(album_ids)
        except SpotifyError as error:
            failure = {
                "error": type(error).__name__,
                "sent": getattr(error, "sent", True),
                "retry_at": str(getattr(error, "retry_at", None)),
            }
    total = client.usage.total
    return {**failure, "made": total.made, "refused": total.refused}
