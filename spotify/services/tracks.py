"""Tracks: the catalogue's, the user's saved ones, how they sound, and recommendations."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Literal, Unpack, overload

from spotify._checks import shown, texts_of
from spotify.bulk.library import check_library, remove_from_library, save_to_library, uris_of
from spotify.errors import SpotifyError
from spotify.ids import ids_of, track_id
from spotify.models import (
    AudioAnalysis,
    AudioFeatures,
    Recommendations,
    SavedTrack,
    SavedTrackPage,
    SeveralAudioFeatures,
    SeveralTracks,
    Track,
)
from spotify.operations.catalogue import (
    GET_AUDIO_ANALYSIS,
    GET_AUDIO_FEATURES,
    GET_RECOMMENDATIONS,
    GET_SEVERAL_AUDIO_FEATURES,
    GET_SEVERAL_TRACKS,
    GET_TRACK,
)
from spotify.operations.library import (
    CHECK_LIBRARY_CONTAINS,
    GET_SAVED_TRACKS,
    REMOVE_LIBRARY_ITEMS,
    SAVE_LIBRARY_ITEMS,
)
from spotify.paging import Paginator
from spotify.services._base import Service
from spotify.services._operations import calls
from spotify.services._recommendation_attributes import RecommendationAttributes, checked_attributes

_MAX_SEEDS: Final = 5


class TracksService(Service):
    """`client.tracks`. Tracks are given as id, URI or URL; what is not text raises `TypeError`."""

    __slots__ = ()

    @calls(GET_TRACK)
    async def get(self, id: str, market: str | None = None) -> Track:
        """Get one track.

        HTTP: `GET /tracks/{id}`. Scopes: none. Development mode: yes, without `popularity`, `available_markets` and
        `linked_from`; `external_ids` went in February 2026 and came back in March.

        Args:
            id: The track's id, URI or URL.
            market: An ISO 3166-1 alpha-2 country; None for the client's `market`, or the user's country. With one, the
                track says `is_playable`, and can be another one that is available there: `linked_from` names the one
                that was asked for. Without, it says `available_markets`.

        Returns:
            The track.

        Raises:
            ValueError: `id` is not a track's, or `market` not a country.
            NotFoundError: There is no such track.
            SpotifyError: The call failed otherwise.
        """
        return await self._call(GET_TRACK, Track, id=track_id(id), market=market)

    @overload
    async def get_several(
        self, ids: Iterable[str], market: str | None = None, *, return_errors: Literal[False] = False
    ) -> list[Track | None]: ...

    @overload
    async def get_several(
        self, ids: Iterable[str], market: str | None = None, *, return_errors: Literal[True]
    ) -> list[Track | SpotifyError | None]: ...

    @calls(GET_SEVERAL_TRACKS, GET_TRACK)
    async def get_several(
        self, ids: Iterable[str], market: str | None = None, *, return_errors: bool = False
    ) -> list[Track | None] | list[Track | SpotifyError | None]:
        """Get many tracks, in batches of 50 or, in development mode, one by one.

        HTTP: `GET /tracks?ids=`, the requests concurrently. Scopes: none. Development mode: yes, by `GET /tracks/{id}`
        for each, concurrently (the batches were removed 2026-02-11), without what `get` lacks there.

        Args:
            ids: Ids, URIs or URLs of tracks, at least one; duplicates are answered as often as they are asked for.
            market: An ISO 3166-1 alpha-2 country; None for the client's `market`, or the user's country.
            return_errors: Whether what could not be read is answered by its error, in its place, instead of raising.

        Returns:
            The tracks in the order of the ids, None for each that does not exist.

        Raises:
            ValueError: One of the ids is not a track's, or there is none; or `market` is not a country.
            PartialReadError: Some could not be read; it has the others. Not raised with `return_errors`.
            SpotifyError: None could be read; it is the first one's error. Not raised with `return_errors`.
        """
        return await self._get_several(
            GET_SEVERAL_TRACKS,
            SeveralTracks,
            lambda answer: answer.tracks,
            (GET_TRACK, Track),
            ids_of("track", ids),
            return_errors=return_errors,
            market=market,
        )

    @calls(GET_SAVED_TRACKS)
    def get_saved(
        self, limit: int | None = None, offset: int | None = None, market: str | None = None
    ) -> Paginator[SavedTrack]:
        """List the tracks that the user saved, newest first: `await` for one page, `async for` for all of them.

        HTTP: `GET /me/tracks`. Scopes: `user-library-read`. Development mode: yes, the tracks without `popularity`,
        `available_markets` and `linked_from`.

        Args:
            limit: Tracks a page, 1 to 50; None for the most allowed.
            offset: Where to start, 0 or more; None for the beginning.
            market: An ISO 3166-1 alpha-2 country; None for the client's `market`, or the user's country.

        Raises:
            ValueError: A number is out of bounds, or `market` not a country; a `limit` that is too high is refused on
                awaiting a page, and lowered by `async for`.
            MissingScopeError: On awaiting: the token lacks the scope.
            SpotifyError: On awaiting: the call failed otherwise.
        """
        return self._pages(GET_SAVED_TRACKS, SavedTrackPage, limit=limit, offset=offset, market=market)

    @calls(SAVE_LIBRARY_ITEMS)
    async def save(self, ids: Iterable[str]) -> None:
        """Save tracks to the user's library. Saving one that is saved already changes nothing.

        HTTP: `PUT /me/library`, 40 tracks a request, one after the other. Scopes: `user-library-modify`,
        `user-follow-modify` and `playlist-modify-public`, which the endpoint wants whatever the kind.
        Development mode: yes.

        Args:
            ids: Ids, URIs or URLs of tracks, at least one.

        Raises:
            ValueError: One of the ids is not a track's, or there is none.
            PartialWriteError: More than one request was needed and not all went through; it says what was applied.
            MissingScopeError: The token lacks the scope.
            SpotifyError: The call failed otherwise.
        """
        await save_to_library(self._executor, uris_of("track", ids))

    @calls(REMOVE_LIBRARY_ITEMS)
    async def remove(self, ids: Iterable[str]) -> None:
        """Remove tracks from the user's library. Removing one that is not saved changes nothing.

        HTTP: `DELETE /me/library`, 40 tracks a request, one after the other. Scopes: `user-library-modify`,
        `user-follow-modify` and `playlist-modify-public`, which the endpoint wants whatever the kind.
        Development mode: yes.

        Args:
            ids: Ids, URIs or URLs of tracks, at least one.

        Raises:
            ValueError: One of the ids is not a track's, or there is none.
            PartialWriteError: More than one request was needed and not all went through; it says what was applied.
            MissingScopeError: The token lacks the scope.
            SpotifyError: The call failed otherwise.
        """
        await remove_from_library(self._executor, uris_of("track", ids))

    @calls(CHECK_LIBRARY_CONTAINS)
    async def check_saved(self, ids: Iterable[str]) -> list[bool]:
        """Tell for each track whether it is in the user's library.

        HTTP: `GET /me/library/contains`, 40 tracks a request, the requests concurrently. Scopes: `user-library-read`,
        `user-follow-read` and `playlist-read-private`, which the endpoint wants whatever the kind.
        Development mode: yes.

        Args:
            ids: Ids, URIs or URLs of tracks, at least one.

        Returns:
            One truth for each track, in the order of the ids.

        Raises:
            ValueError: One of the ids is not a track's, or there is none.
            MissingScopeError: The token lacks the scope.
            SpotifyError: The call failed otherwise.
        """
        return await check_library(self._executor, uris_of("track", ids))

    @calls(GET_AUDIO_FEATURES)
    async def get_audio_features(self, id: str) -> AudioFeatures:
        """Get how a track sounds in numbers: tempo, key, energy and so on.

        HTTP: `GET /audio-features/{id}`. Scopes: none. Development mode: no (not for new applications since 2024-11-27,
        without replacement).

        Args:
            id: The track's id, URI or URL.

        Returns:
            The features.

        Raises:
            ValueError: `id` is not a track's.
            NotFoundError: There is no such track, or it was not analysed.
            EndpointUnavailableError: The application is in development mode.
            SpotifyError: The call failed otherwise.
        """
        return await self._call(GET_AUDIO_FEATURES, AudioFeatures, id=track_id(id))

    @overload
    async def get_several_audio_features(
        self, ids: Iterable[str], *, return_errors: Literal[False] = False
    ) -> list[AudioFeatures | None]: ...

    @overload
    async def get_several_audio_features(
        self, ids: Iterable[str], *, return_errors: Literal[True]
    ) -> list[AudioFeatures | SpotifyError | None]: ...

    @calls(GET_SEVERAL_AUDIO_FEATURES)
    async def get_several_audio_features(
        self, ids: Iterable[str], *, return_errors: bool = False
    ) -> list[AudioFeatures | None] | list[AudioFeatures | SpotifyError | None]:
        """Get the audio features of many tracks, in batches of 100.

        HTTP: `GET /audio-features?ids=`, the requests concurrently. Scopes: none. Development mode: no (not for new
        applications since 2024-11-27, without replacement).

        Args:
            ids: Ids, URIs or URLs of tracks, at least one; duplicates are answered as often as they are asked for.
            return_errors: Whether what could not be read is answered by its error, in its place, instead of raising.

        Returns:
            The features in the order of the ids, None for each track that does not exist or was not analysed.

        Raises:
            ValueError: One of the ids is not a track's, or there is none.
            EndpointUnavailableError: The application is in development mode.
            PartialReadError: Some could not be read; it has the others. Not raised with `return_errors`.
            SpotifyError: None could be read; it is the first one's error. Not raised with `return_errors`.
        """
        return await self._get_several(
            GET_SEVERAL_AUDIO_FEATURES,
            SeveralAudioFeatures,
            lambda answer: answer.audio_features,
            (GET_AUDIO_FEATURES, AudioFeatures),
            ids_of("track", ids),
            return_errors=return_errors,
        )

    @calls(GET_AUDIO_ANALYSIS)
    async def get_audio_analysis(self, id: str) -> AudioAnalysis:
        """Get the structure of a track: its bars, beats, sections, segments and tatums.

        HTTP: `GET /audio-analysis/{id}`. Scopes: none. Development mode: no (not for new applications since 2024-11-27,
        without replacement).

        Args:
            id: The track's id, URI or URL.

        Returns:
            The analysis; times are in seconds.

        Raises:
            ValueError: `id` is not a track's.
            NotFoundError: There is no such track, or it was not analysed.
            EndpointUnavailableError: The application is in development mode.
            SpotifyError: The call failed otherwise.
        """
        return await self._call(GET_AUDIO_ANALYSIS, AudioAnalysis, id=track_id(id))

    @calls(GET_RECOMMENDATIONS)
    async def get_recommendations(
        self,
        *,
        seed_artists: Iterable[str] = (),
        seed_genres: Iterable[str] = (),
        seed_tracks: Iterable[str] = (),
        limit: int | None = None,
        market: str | None = None,
        **attributes: Unpack[RecommendationAttributes],
    ) -> Recommendations:
        """Get tracks that go with some artists, genres and tracks, one to five of them in total.

        HTTP: `GET /recommendations`. Scopes: none. Development mode: no (not for new applications since 2024-11-27,
        without replacement).

        Args:
            seed_artists: Ids, URIs or URLs of artists.
            seed_genres: Genres such as `bossanova`; `GET /recommendations/available-genre-seeds` lists them.
            seed_tracks: Ids, URIs or URLs of tracks.
            limit: Tracks to return, 1 to 100; None for Spotify's 20. There can be fewer.
            market: An ISO 3166-1 alpha-2 country; None for the client's `market`, or the user's country.
            **attributes: How the tracks should sound: `min_`, `max_` and `target_` of 14 attributes, such as
                `min_tempo=120`; `RecommendationAttributes` names them, with units and bounds.

        Returns:
            The tracks, and for each seed how many tracks it had to offer.

        Raises:
            ValueError: There are no seeds or more than five, one is of another kind, or a number is out of bounds.
            TypeError: An attribute is unknown, or of the wrong type.
            EndpointUnavailableError: The application is in development mode.
            SpotifyError: The call failed otherwise.
        """
        artists = _seed_ids("artist", seed_artists)
        tracks = _seed_ids("track", seed_tracks)
        genres = texts_of("seed_genres", seed_genres)
        for genre in genres:
            if "," in genre:
                raise ValueError(f"seed_genres must be one genre each, not {shown(genre)}; pass them one by one")
        count = len(artists) + len(tracks) + len(genres)
        if not 1 <= count <= _MAX_SEEDS:
            raise ValueError(
                f"seed_artists, seed_genres and seed_tracks must be 1 to {_MAX_SEEDS} together, not {count}"
            )
        return await self._call(
            GET_RECOMMENDATIONS,
            Recommendations,
            seed_artists=_joined(artists),
            seed_genres=_joined(genres),
            seed_tracks=_joined(tracks),
            limit=limit,
            market=market,
            content=None,  # for type checkers, which cannot know that no attribute has this name
            **checked_attributes(attributes),
        )


def _seed_ids(kind: str, values: Iterable[str]) -> list[str]:
    seeds = texts_of(f"seed_{kind}s", values)
    return ids_of(kind, seeds) if seeds else []


def _joined(texts: list[str]) -> str | None:
    return ",".join(texts) or None
