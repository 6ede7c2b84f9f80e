"""The library: everything that the user saved or follows, by URI, whatever its kind."""

from __future__ import annotations

from collections.abc import Iterable

from spotify.bulk.library import check_library, remove_from_library, save_to_library
from spotify.ids import library_uris
from spotify.operations.library import CHECK_LIBRARY_CONTAINS, REMOVE_LIBRARY_ITEMS, SAVE_LIBRARY_ITEMS
from spotify.services._base import Service
from spotify.services._operations import calls


class LibraryService(Service):
    """`client.library`. Kinds can be mixed: tracks, albums, episodes, shows, audiobooks, artists, users, playlists."""

    __slots__ = ()

    @calls(SAVE_LIBRARY_ITEMS)
    async def save_items(self, uris: Iterable[str]) -> None:
        """Save items to the user's library; of artists, users and playlists that means to follow them.

        What is saved already stays as it is.

        HTTP: `PUT /me/library`, 40 URIs a request, one after the other. Scopes: `user-library-modify`,
        `user-follow-modify` and `playlist-modify-public`, which the endpoint wants whatever the kind.
        Development mode: yes.

        Args:
            uris: URIs or URLs, at least one. A plain id does not say what it is the id of.

        Raises:
            ValueError: One of them is of no kind that can be saved, or there is none.
            PartialWriteError: More than one request was needed and not all went through; it says what was applied.
            MissingScopeError: The token lacks a scope.
            SpotifyError: The call failed otherwise.
        """
        await save_to_library(self._executor, library_uris(uris))

    @calls(REMOVE_LIBRARY_ITEMS)
    async def remove_items(self, uris: Iterable[str]) -> None:
        """Remove items from the user's library; of artists, users and playlists that means to unfollow them.

        What is not there is passed over. An own playlist that is removed is gone: Spotify knows no other deletion.

        HTTP: `DELETE /me/library`, 40 URIs a request, one after the other. Scopes: `user-library-modify`,
        `user-follow-modify` and `playlist-modify-public`, which the endpoint wants whatever the kind.
        Development mode: yes.

        Args:
            uris: URIs or URLs, at least one. A plain id does not say what it is the id of.

        Raises:
            ValueError: One of them is of no kind that can be saved, or there is none.
            PartialWriteError: More than one request was needed and not all went through; it says what was applied.
            MissingScopeError: The token lacks a scope.
            SpotifyError: The call failed otherwise.
        """
        await remove_from_library(self._executor, library_uris(uris))

    @calls(CHECK_LIBRARY_CONTAINS)
    async def check_contains(self, uris: Iterable[str]) -> list[bool]:
        """Tell for each item whether it is in the user's library, or followed.

        HTTP: `GET /me/library/contains`, 40 URIs a request, the requests concurrently. Scopes: `user-library-read`,
        `user-follow-read` and `playlist-read-private`, which the endpoint wants whatever the kind.
        Development mode: yes.

        Args:
            uris: URIs or URLs, at least one. A plain id does not say what it is the id of.

        Returns:
            One truth for each URI, in their order.

        Raises:
            ValueError: One of them is of no kind that can be saved, or there is none.
            MissingScopeError: The token lacks a scope.
            SpotifyError: The call failed otherwise.
        """
        return await check_library(self._executor, library_uris(uris))
