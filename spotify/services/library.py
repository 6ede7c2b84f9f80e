"""The library: everything that the user saved or follows, by URI."""

from __future__ import annotations

from collections.abc import Iterable

from spotify.bulk.library import check_library, remove_from_library, save_to_library
from spotify.ids import Reference, library_uris
from spotify.operations.library import CHECK_LIBRARY_CONTAINS, REMOVE_LIBRARY_ITEMS, SAVE_LIBRARY_ITEMS
from spotify.services._base import Service, calls


class LibraryService(Service):
    """`client.library`. Kinds can be mixed: tracks, albums, episodes, shows, audiobooks, artists, users, playlists.

    ::

        uris = ["spotify:track:11dFghVXANMlKmJXsNCbNl", "spotify:album:4aawyAB9vmqN3uQ7FjRGTy"]
        await client.library.save_items(uris)
        assert await client.library.check_contains(uris) == [True, True]
    """

    __slots__ = ()

    @calls(SAVE_LIBRARY_ITEMS)
    async def save_items(self, uris: Iterable[Reference]) -> None:
        """Save items to the user's library; artists, users and playlists are followed. Saving an item twice is safe.

        HTTP: `PUT /me/library`, 40 URIs per request, sequentially. Scopes: `user-library-modify`,
        `user-follow-modify` and `playlist-modify-public`, which Spotify requires for every kind.
        Development mode: yes.

        Args:
            uris: URIs or URLs, at least one. A plain id does not say what kind of object it identifies.

        Raises:
            ValueError: `uris` is empty, or has a URI of a kind that cannot be saved.
            PartialWriteError: More than one request was needed and not all succeeded; it says what was applied.
            MissingScopeError: The token lacks a scope.
            SpotifyError: The call failed.
        """
        await save_to_library(self._executor, library_uris(uris))

    @calls(REMOVE_LIBRARY_ITEMS)
    async def remove_items(self, uris: Iterable[Reference]) -> None:
        """Remove items from the user's library; artists, users and playlists are unfollowed.

        Items that are not in the library are ignored. Removing one of the user's own playlists deletes it: Spotify has
        no other way to delete a playlist.

        HTTP: `DELETE /me/library`, 40 URIs per request, sequentially. Scopes: `user-library-modify`,
        `user-follow-modify` and `playlist-modify-public`, which Spotify requires for every kind.
        Development mode: yes.

        Args:
            uris: URIs or URLs, at least one. A plain id does not say what kind of object it identifies.

        Raises:
            ValueError: `uris` is empty, or has a URI of a kind that cannot be saved.
            PartialWriteError: More than one request was needed and not all succeeded; it says what was applied.
            MissingScopeError: The token lacks a scope.
            SpotifyError: The call failed.
        """
        await remove_from_library(self._executor, library_uris(uris))

    @calls(CHECK_LIBRARY_CONTAINS)
    async def check_contains(self, uris: Iterable[Reference]) -> list[bool]:
        """Check whether items are in the user's library, or followed.

        HTTP: `GET /me/library/contains`, 40 URIs per request, concurrently. Scopes: `user-library-read`,
        `user-follow-read` and `playlist-read-private`, which Spotify requires for every kind.
        Development mode: yes.

        Args:
            uris: URIs or URLs, at least one. A plain id does not say what kind of object it identifies.

        Returns:
            One bool per URI, in the order of `uris`.

        Raises:
            ValueError: `uris` is empty, or has a URI of a kind that cannot be saved.
            MissingScopeError: The token lacks a scope.
            SpotifyError: The call failed.
        """
        return await check_library(self._executor, library_uris(uris))
