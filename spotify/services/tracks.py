"""Tracks, saved tracks, audio features and recommendations."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Literal, Unpack, overload

from spotify._checks import each_of, shown, strings_of
from spotify.bulk.library import check_library, remove_from_library, save_to_library, uris_of
from spotify.errors import DecodeError, SpotifyError
from spotify.ids import Reference, ids_of, track_id
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
from spotify.models.identity import with_requested_id
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
from spotify.services._base import Service, calls
from spotify.services._recommendation_attributes import RecommendationAttributes, checked_attributes

_MAX_SEEDS: Final = 5


class TracksService(Service):
    """`client.tracks`. Tracks are given as id, URI or URL; anything but a str raises `TypeError`.

    ::

        tracks = await client.tracks.get_several(["11dFghVXANMlKmJXsNCbNl"])  # any number; None for a missing one
        print([track.name for track in tracks if track is not None])
        async for entry in client.tracks.get_saved():
            print(entry.added_at, entry.track.name)
    """

    __slots__ = ()

    @calls(GET_TRACK)
    async def get(self, id: Reference, market: str | None = None) -> Track:
        """Get one track.

        HTTP: `GET /tracks/{id}`. Scopes: none. Development mode: yes, without `popularity`, `available_markets` and
        `linked_from`; `external_ids` was removed in February 2026 and restored in March.

        Args:
            id: The track's id, URI or URL.
            market: An ISO 3166-1 alpha-2 country code; None for the client's `market`, or the user's country. With a
                market the track has `is_playable` and can be an equivalent track of that market: `linked_from` is the
                requested one. Without a market it has `available_markets`.

        Returns:
            The track.

        Raises:
            ValueError: `id` is not a track id, URI or URL, or `market` is not a country code.
            NotFoundError: There is no such track.
            SpotifyError: The call failed.
        """
        identifier = track_id(id)
        return with_requested_id(await self._call(GET_TRACK, Track, id=identifier, market=market), identifier)

    @overload
    async def get_several(
        self, ids: Iterable[Reference], market: str | None = None, *, return_errors: Literal[False] = False
    ) -> list[Track | None]: ...

    @overload
    async def get_several(
        self, ids: Iterable[Reference], market: str | None = None, *, return_errors: Literal[True]
    ) -> list[Track | SpotifyError | None]: ...

    @calls(GET_SEVERAL_TRACKS, GET_TRACK)
    async def get_several(
        self, ids: Iterable[Reference], market: str | None = None, *, return_errors: bool = False
    ) -> list[Track | None] | list[Track | SpotifyError | None]:
        """Get many tracks, in batches of 50, or one by one in development mode.

        HTTP: `GET /tracks?ids=`, requests concurrently. Scopes: none. Development mode: yes, with `GET /tracks/{id}`
        for each id, concurrently (batches were removed 2026-02-11), without the members that `get` lacks.

        Args:
            ids: Ids, URIs or URLs of tracks, at least one; duplicates are returned as often as they are given.
            market: An ISO 3166-1 alpha-2 country code; None for the client's `market`, or the user's country.
            return_errors: Whether an object that could not be read is returned as its error, instead of raising.

        Returns:
            The tracks in the order of `ids`, None for each that does not exist.

        Raises:
            ValueError: `ids` is empty, or one of them is not a track id, URI or URL; or `market` is not a country code.
            PartialReadError: Some objects could not be read; the error contains the others. Not raised with
                `return_errors`.
            SpotifyError: No object could be read; this is the error of the first. Not raised with `return_errors`.
        """
        return await self._get_several(
            GET_SEVERAL_TRACKS,
            SeveralTracks,
            lambda response: response.tracks,
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
            limit: Tracks per page, 1 to 50; None for the most allowed.
            offset: The position of the first item, 0 or more; None for the beginning.
            market: An ISO 3166-1 alpha-2 country code; None for the client's `market`, or the user's country.

        Raises:
            ValueError: A number is out of bounds, or `market` is not a country code; a `limit` that is too high is
                refused on awaiting a page, and lowered by `async for`.
            MissingScopeError: On awaiting: the token lacks the scope.
            SpotifyError: On awaiting: the call failed.
        """
        return self._pages(GET_SAVED_TRACKS, SavedTrackPage, limit=limit, offset=offset, market=market)

    @calls(SAVE_LIBRARY_ITEMS)
    async def save(self, ids: Iterable[Reference]) -> None:
        """Save tracks to the user's library. Saving a saved one again has no effect.

        HTTP: `PUT /me/library`, 40 tracks per request, sequentially. Scopes: `user-library-modify`,
        `user-follow-modify` and `playlist-modify-public`, which the endpoint requires for every type. Development mode:
        yes.

        Args:
            ids: Ids, URIs or URLs of tracks, at least one.

        Raises:
            ValueError: `ids` is empty, or one of them is not a track id, URI or URL.
            PartialWriteError: More than one request was needed and not all of them succeeded; the error says what was
                applied.
            MissingScopeError: The token lacks a scope.
            SpotifyError: The call failed.
        """
        await save_to_library(self._executor, uris_of("track", ids))

    @calls(REMOVE_LIBRARY_ITEMS)
    async def remove(self, ids: Iterable[Reference]) -> None:
        """Remove tracks from the user's library. Removing one that is not saved has no effect.

        HTTP: `DELETE /me/library`, 40 tracks per request, sequentially. Scopes: `user-library-modify`,
        `user-follow-modify` and `playlist-modify-public`, which the endpoint requires for every type. Development mode:
        yes.

        Args:
            ids: Ids, URIs or URLs of tracks, at least one.

        Raises:
            ValueError: `ids` is empty, or one of them is not a track id, URI or URL.
            PartialWriteError: More than one request was needed and not all of them succeeded; the error says what was
                applied.
            MissingScopeError: The token lacks a scope.
            SpotifyError: The call failed.
        """
        await remove_from_library(self._executor, uris_of("track", ids))

    @calls(CHECK_LIBRARY_CONTAINS)
    async def check_saved(self, ids: Iterable[Reference]) -> list[bool]:
        """Check for each track whether it is in the user's library.

        HTTP: `GET /me/library/contains`, 40 tracks per request, requests concurrently. Scopes: `user-library-read`,
        `user-follow-read` and `playlist-read-private`, which the endpoint requires for every type. Development mode:
        yes.

        Args:
            ids: Ids, URIs or URLs of tracks, at least one.

        Returns:
            One bool per track, in the order of `ids`.

        Raises:
            ValueError: `ids` is empty, or one of them is not a track id, URI or URL.
            MissingScopeError: The token lacks a scope.
            SpotifyError: The call failed.
        """
        return await check_library(self._executor, uris_of("track", ids))

    @calls(GET_AUDIO_FEATURES)
    async def get_audio_features(self, id: Reference) -> AudioFeatures:
        """Get the audio features of a track: tempo, key, energy and others.

        HTTP: `GET /audio-features/{id}`. Scopes: none. Development mode: no (not available to new applications since
        2024-11-27, no replacement).

        Args:
            id: The track's id, URI or URL.

        Returns:
            The features.

        Raises:
            ValueError: `id` is not a track id, URI or URL.
            NotFoundError: There is no such track, or it was not analysed.
            EndpointUnavailableError: The application is in development mode.
            SpotifyError: The call failed.
        """
        identifier = track_id(id)
        return with_requested_id(await self._call(GET_AUDIO_FEATURES, AudioFeatures, id=identifier), identifier)

    @overload
    async def get_several_audio_features(
        self, ids: Iterable[Reference], *, return_errors: Literal[False] = False
    ) -> list[AudioFeatures | None]: ...

    @overload
    async def get_several_audio_features(
        self, ids: Iterable[Reference], *, return_errors: Literal[True]
    ) -> list[AudioFeatures | SpotifyError | None]: ...

    @calls(GET_SEVERAL_AUDIO_FEATURES)
    async def get_several_audio_features(
        self, ids: Iterable[Reference], *, return_errors: bool = False
    ) -> list[AudioFeatures | None] | list[AudioFeatures | SpotifyError | None]:
        """Get the audio features of many tracks, in batches of 100.

        HTTP: `GET /audio-features?ids=`, requests concurrently. Scopes: none. Development mode: no (not available to
        new applications since 2024-11-27, no replacement).

        Args:
            ids: Ids, URIs or URLs of tracks, at least one; duplicates are returned as often as they are given.
            return_errors: Whether an object that could not be read is returned as its error, instead of raising.

        Returns:
            The features in the order of `ids`, None for each track that does not exist or was not analysed.

        Raises:
            ValueError: `ids` is empty, or one of them is not a track id, URI or URL.
            EndpointUnavailableError: The application is in development mode.
            PartialReadError: Some objects could not be read; the error contains the others. Not raised with
                `return_errors`.
            SpotifyError: No object could be read; this is the error of the first. Not raised with `return_errors`.
        """
        return await self._get_several(
            GET_SEVERAL_AUDIO_FEATURES,
            SeveralAudioFeatures,
            lambda response: response.audio_features,
            (GET_AUDIO_FEATURES, AudioFeatures),
            ids_of("track", ids),
            return_errors=return_errors,
        )

    @calls(GET_AUDIO_ANALYSIS)
    async def get_audio_analysis(self, id: Reference) -> AudioAnalysis:
        """Get the audio analysis of a track: bars, beats, sections, segments and tatums.

        HTTP: `GET /audio-analysis/{id}`. Scopes: none. Development mode: no (not available to new applications since
        2024-11-27, no replacement).

        Args:
            id: The track's id, URI or URL.

        Returns:
            The analysis; times are in seconds.

        Raises:
            ValueError: `id` is not a track id, URI or URL.
            NotFoundError: There is no such track, or it was not analysed.
            EndpointUnavailableError: The application is in development mode.
            SpotifyError: The call failed.
        """
        return await self._call(GET_AUDIO_ANALYSIS, AudioAnalysis, id=track_id(id))

    @calls(GET_RECOMMENDATIONS)
    async def get_recommendations(
        self,
        *,
        seed_artists: Iterable[Reference] = (),
        seed_genres: Iterable[str] = (),
        seed_tracks: Iterable[Reference] = (),
        limit: int | None = None,
        market: str | None = None,
        **attributes: Unpack[RecommendationAttributes],
    ) -> Recommendations:
        """Get recommended tracks for one to five seeds: artists, genres and tracks.

        HTTP: `GET /recommendations`. Scopes: none. Development mode: no (not available to new applications since
        2024-11-27, no replacement).

        Args:
            seed_artists: Ids, URIs or URLs of artists.
            seed_genres: Genres such as `bossanova`; `client.browse.get_genre_seeds` lists them.
            seed_tracks: Ids, URIs or URLs of tracks.
            limit: Tracks to return, 1 to 100; None for Spotify's default, 20. There can be fewer.
            market: An ISO 3166-1 alpha-2 country code; None for the client's `market`, or the user's country.
            **attributes: Audio attributes of the tracks: `min_`, `max_` and `target_` of 14 attributes, such as
                `min_tempo=120`; `RecommendationAttributes` names them, with units and bounds.

        Returns:
            The tracks, and per seed the number of tracks available for it.

        Raises:
            ValueError: There are no seeds or more than five, a seed has the wrong type, or a number is out of bounds.
            TypeError: An attribute is unknown, or of the wrong type.
            EndpointUnavailableError: The application is in development mode.
            DecodeError: The tracks could not be read; `partial` has the seeds.
            SpotifyError: The call failed.
        """
        artists = _seed_ids("artist", seed_artists)
        tracks = _seed_ids("track", seed_tracks)
        genres = strings_of("seed_genres", seed_genres)
        for genre in genres:
            if "," in genre:
                raise ValueError(f"seed_genres must be one genre each, not {shown(genre)}; pass the genres separately")
        count = len(artists) + len(tracks) + len(genres)
        if not 1 <= count <= _MAX_SEEDS:
            raise ValueError(
                f"seed_artists, seed_genres and seed_tracks must be 1 to {_MAX_SEEDS} together, not {count}"
            )
        recommendations = await self._call_list(
            GET_RECOMMENDATIONS,
            Recommendations,
            seed_artists=_joined(artists),
            seed_genres=_joined(genres),
            seed_tracks=_joined(tracks),
            limit=limit,
            market=market,
            json=None,  # for type checkers, which cannot know that no attribute has this name
            **checked_attributes(attributes),
        )
        if recommendations.tracks_damaged:
            raise DecodeError(
                "the recommended tracks could not be read",
                path="$.tracks",
                operation=GET_RECOMMENDATIONS.id,
                partial=recommendations,
            )
        return recommendations


def _seed_ids(kind: str, values: Iterable[Reference]) -> list[str]:
    seeds = list(each_of(values, f"seed_{kind}s must be several strings"))
    return ids_of(kind, seeds) if seeds else []


def _joined(texts: list[str]) -> str | None:
    return ",".join(texts) or None
