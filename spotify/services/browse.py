"""Categories, featured playlists, genres and markets. Not available in development mode."""

from __future__ import annotations

from dataclasses import replace

from spotify._checks import check_locale
from spotify.ids import Reference, category_id
from spotify.models import (
    BrowsePlaylistPage,
    Categories,
    Category,
    CategoryPlaylists,
    FeaturedPlaylists,
    GenreSeeds,
    Markets,
    SimplifiedPlaylist,
)
from spotify.models.identity import with_requested_id
from spotify.operations.catalogue import (
    GET_CATEGORIES,
    GET_CATEGORY,
    GET_CATEGORY_PLAYLISTS,
    GET_FEATURED_PLAYLISTS,
    GET_GENRE_SEEDS,
    GET_MARKETS,
)
from spotify.paging import Paginator
from spotify.services._base import Service, calls


class BrowseService(Service):
    """`client.browse`. An id or locale that is not a str raises `TypeError`.

    ::

        async for category in client.browse.get_categories(locale="sv_SE"):
            print(category.id, category.name)
    """

    __slots__ = ()

    @calls(GET_CATEGORIES)
    def get_categories(
        self, locale: str | None = None, limit: int | None = None, offset: int | None = None
    ) -> Paginator[Category]:
        """List the categories of playlists: `await` for one page, `async for` for all of them.

        HTTP: `GET /browse/categories`. Scopes: none. Development mode: no (removed 2026-02-11, no replacement).

        Args:
            locale: The language of the names, such as `es_MX`: an ISO 639-1 language and an ISO 3166-1 alpha-2 country;
                None for the client's `locale`, or American English.
            limit: Categories per page, 1 to 50; None for the most allowed.
            offset: The position of the first item, 0 or more; None for the beginning.

        Raises:
            ValueError: `locale` does not have that form, or a number is out of bounds; a `limit` that is too high is
                refused on awaiting a page, and lowered by `async for`.
            EndpointUnavailableError: On awaiting: the application is in development mode.
            SpotifyError: On awaiting: the call failed.
        """
        return self._wrapped_pages(
            GET_CATEGORIES,
            Categories,
            lambda response: response.categories,
            locale=_locale(locale),
            limit=limit,
            offset=offset,
        )

    @calls(GET_CATEGORY)
    async def get_category(self, id: Reference, locale: str | None = None) -> Category:
        """Get one category of playlists.

        HTTP: `GET /browse/categories/{id}`. Scopes: none. Development mode: no (removed 2026-02-11, no replacement).

        Args:
            id: The category's id, any string, such as `dinner`.
            locale: The language of the name, such as `es_MX`; None for the client's `locale`, or American English.

        Raises:
            ValueError: `id` is empty or names another kind of object; or `locale` does not have that form.
            NotFoundError: There is no such category.
            EndpointUnavailableError: The application is in development mode.
            SpotifyError: The call failed.
        """
        identifier = category_id(id)
        category = await self._call(GET_CATEGORY, Category, category_id=identifier, locale=_locale(locale))
        return with_requested_id(category, identifier)

    @calls(GET_CATEGORY_PLAYLISTS)
    def get_category_playlists(
        self, id: Reference, limit: int | None = None, offset: int | None = None
    ) -> Paginator[SimplifiedPlaylist | None]:
        """List the playlists of a category: `await` for one page, `async for` for all of them.

        A page is a `BrowsePlaylistPage` with the `message` that Spotify sends, such as the category's name.

        HTTP: `GET /browse/categories/{id}/playlists`. Scopes: none. Development mode: no (not available to new
        applications since 2024-11-27, no replacement).

        Args:
            id: The category's id, any string, such as `dinner`.
            limit: Playlists per page, 1 to 50; None for the most allowed. An item is None if Spotify does
                not show the playlist.
            offset: The position of the first item, 0 or more; None for the beginning.

        Raises:
            ValueError: `id` is empty or names another kind of object; or a number is out of bounds; a `limit`
                that is too high is refused on awaiting a page, and lowered by `async for`.
            NotFoundError: On awaiting: there is no such category.
            EndpointUnavailableError: On awaiting: the application is in development mode.
            SpotifyError: On awaiting: the call failed.
        """
        return self._wrapped_pages(
            GET_CATEGORY_PLAYLISTS,
            CategoryPlaylists,
            _page_of,
            category_id=category_id(id),
            limit=limit,
            offset=offset,
        )

    @calls(GET_FEATURED_PLAYLISTS)
    def get_featured_playlists(
        self, locale: str | None = None, limit: int | None = None, offset: int | None = None
    ) -> Paginator[SimplifiedPlaylist | None]:
        """List the playlists that Spotify features: `await` for one page, `async for` for all of them.

        A page is a `BrowsePlaylistPage` with the `message` that Spotify sends, such as `Popular Playlists`.

        HTTP: `GET /browse/featured-playlists`. Scopes: none. Development mode: no (not available to new applications
        since 2024-11-27, no replacement).

        Args:
            locale: The language of names and descriptions, such as `es_MX`; None for the client's `locale`, or American
                English.
            limit: Playlists per page, 1 to 50; None for the most allowed. An item is None if Spotify does not show the
                playlist.
            offset: The position of the first item, 0 or more; None for the beginning.

        Raises:
            ValueError: `locale` does not have that form, or a number is out of bounds; a `limit` that is too high is
                refused on awaiting a page, and lowered by `async for`.
            EndpointUnavailableError: On awaiting: the application is in development mode.
            SpotifyError: On awaiting: the call failed.
        """
        return self._wrapped_pages(
            GET_FEATURED_PLAYLISTS,
            FeaturedPlaylists,
            _page_of,
            locale=_locale(locale),
            limit=limit,
            offset=offset,
        )

    @calls(GET_GENRE_SEEDS)
    async def get_genre_seeds(self) -> list[str]:
        """Get the genres that can be seeds of recommendations.

        HTTP: `GET /recommendations/available-genre-seeds`. Scopes: none. Development mode: no (not available to new
        applications since 2024-11-27, no replacement).

        Returns:
            The genres, such as `bossanova`, for `client.tracks.get_recommendations(seed_genres=…)`.

        Raises:
            EndpointUnavailableError: The application is in development mode.
            SpotifyError: The call failed.
        """
        return (await self._call_list(GET_GENRE_SEEDS, GenreSeeds)).genres

    @calls(GET_MARKETS)
    async def get_markets(self) -> list[str]:
        """Get the countries where Spotify is available.

        HTTP: `GET /markets`. Scopes: none. Development mode: no (removed 2026-02-11, no replacement).

        Returns:
            ISO 3166-1 alpha-2 country codes, such as `DE`.

        Raises:
            EndpointUnavailableError: The application is in development mode.
            SpotifyError: The call failed.
        """
        return (await self._call_list(GET_MARKETS, Markets)).markets


def _page_of(response: FeaturedPlaylists | CategoryPlaylists) -> BrowsePlaylistPage:
    return replace(response.playlists, message=response.message)


def _locale(value: str | None) -> str | None:
    if value is not None:
        check_locale(value)
    return value
