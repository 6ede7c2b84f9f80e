"""The models of the contract's schemas and responses."""

from __future__ import annotations

from typing import Any, Final

from spotify import models
from tests.contract.document import ContractDocument

#: Models by schema.
SCHEMAS: Final[dict[str, Any]] = {
    "LinkedTrackObject": models.LinkedTrack,
    "TrackRestrictionObject": models.Restrictions,
    "AlbumRestrictionObject": models.Restrictions,
    "EpisodeRestrictionObject": models.Restrictions,
    "ChapterRestrictionObject": models.Restrictions,
    "ArtistObject": models.Artist,
    "SimplifiedArtistObject": models.SimplifiedArtist,
    "PlayHistoryObject": models.PlayHistory,
    "PlaylistTrackObject": models.PlaylistItem,
    "QueueObject": models.PlaybackQueue,
    "CurrentlyPlayingContextObject": models.PlaybackState,
    "DisallowsObject": models.Disallows,
    "PrivateUserObject": models.PrivateUser,
    "PublicUserObject": models.PublicUser,
    "AudioAnalysisObject": models.AudioAnalysis,
    "TimeIntervalObject": models.TimeInterval,
    "SectionObject": models.Section,
    "SegmentObject": models.Segment,
    "AudioFeaturesObject": models.AudioFeatures,
    "SimplifiedTrackObject": models.SimplifiedTrack,
    "DeviceObject": models.Device,
    "CursorObject": models.Cursors,
    "CursorPagingPlayHistoryObject": models.PlayHistoryPage,
    "CursorPagingSimplifiedArtistObject": models.FollowedArtistsPage,
    "PagingPlaylistObject": models.SimplifiedPlaylistPage,
    "PagingFeaturedPlaylistObject": models.FeaturedPlaylists,
    "PagingArtistDiscographyAlbumObject": models.SimplifiedAlbumPage,
    "PagingSimplifiedAlbumObject": models.SimplifiedAlbumPage,
    "PagingSavedAlbumObject": models.SavedAlbumPage,
    "PagingSimplifiedTrackObject": models.SimplifiedTrackPage,
    "PagingSavedTrackObject": models.SavedTrackPage,
    "PagingTrackObject": models.TrackPage,
    "PagingPlaylistTrackObject": models.PlaylistItemPage,
    "PagingSimplifiedShowObject": models.SimplifiedShowPage,
    "PagingSavedShowObject": models.SavedShowPage,
    "PagingSimplifiedEpisodeObject": models.SimplifiedEpisodePage,
    "PagingSavedEpisodeObject": models.SavedEpisodePage,
    "PagingSimplifiedAudiobookObject": models.SimplifiedAudiobookPage,
    "PagingSavedAudiobookObject": models.SavedAudiobookPage,
    "PagingArtistObject": models.ArtistPage,
    "PagingSimplifiedChapterObject": models.SimplifiedChapterPage,
    "RecommendationsObject": models.Recommendations,
    "RecommendationSeedObject": models.RecommendationSeed,
    "SavedAlbumObject": models.SavedAlbum,
    "SavedTrackObject": models.SavedTrack,
    "SavedEpisodeObject": models.SavedEpisode,
    "SavedShowObject": models.SavedShow,
    "SavedAudiobookObject": models.SavedAudiobook,
    "PlaylistObject": models.Playlist,
    "SimplifiedPlaylistObject": models.SimplifiedPlaylist,
    "PlaylistTracksRefObject": models.PlaylistTracksRef,
    "PlaylistUserObject": models.PlaylistUser,
    "PlaylistOwnerObject": models.PlaylistOwner,
    "CategoryObject": models.Category,
    "TrackObject": models.Track,
    "EpisodeObject": models.Episode,
    "SimplifiedEpisodeObject": models.SimplifiedEpisode,
    "ResumePointObject": models.ResumePoint,
    "ShowObject": models.Show,
    "SimplifiedShowObject": models.SimplifiedShow,
    "AudiobookObject": models.Audiobook,
    "SimplifiedAudiobookObject": models.SimplifiedAudiobook,
    "AlbumObject": models.Album,
    "SimplifiedAlbumObject": models.SimplifiedAlbum,
    "ArtistDiscographyAlbumObject": models.SimplifiedAlbum,
    "ChapterObject": models.Chapter,
    "SimplifiedChapterObject": models.SimplifiedChapter,
    "ContextObject": models.Context,
    "CopyrightObject": models.Copyright,
    "AuthorObject": models.Author,
    "NarratorObject": models.Narrator,
    "ExternalIdObject": models.ExternalIds,
    "ExternalUrlObject": models.ExternalUrls,
    "FollowersObject": models.Followers,
    "ImageObject": models.Image,
    "ExplicitContentSettingsObject": models.ExplicitContentSettings,
    "CurrentlyPlayingObject": models.CurrentlyPlaying,
}

#: Schemas without a model, and why.
NO_MODEL: Final = {
    "ErrorObject": "errors are exceptions",
    "CursorPagingObject": "the base of the typed pages",
    "PagingObject": "the base of the typed pages",
    "EpisodeBase": "a base",
    "ShowBase": "a base",
    "AudiobookBase": "a base",
    "AlbumBase": "a base",
    "ChapterBase": "a base",
    "TimeSignature": "a number",
    "Tempo": "a number",
    "Loudness": "a number",
    "Key": "a number",
    "Mode": "a number",
}

#: Fields that the contract lacks, and why they exist.
UNDOCUMENTED: Final = {
    (models.SimplifiedAlbum, "album_group"): "sent in an artist's discography, which has the same model",
    (models.Album, "album_group"): "sent as in SimplifiedAlbum",
    (models.SimplifiedAlbum, "is_playable"): "sent for a request with a market",
    (models.Album, "is_playable"): "sent for a request with a market",
    (models.PlaybackState, "smart_shuffle"): "sent",
    **{(model, "unreadable"): "what decoding found" for model in models.Several.__subclasses__()},
    (models.Recommendations, "tracks_damaged"): "what decoding found",
    **{
        (model, "items_damaged"): "what decoding found"
        for model in SCHEMAS.values()
        if issubclass(model, models.Page | models.CursorPage)
    },
}

#: Models by response.
RESPONSES: Final[dict[str, Any]] = {
    "ManyAlbums": models.SeveralAlbums,
    "ManyAudiobooks": models.SeveralAudiobooks,
    "ManyChapters": models.SeveralChapters,
    "ManyDevices": models.Devices,
    "PagedAlbums": models.NewReleases,
    "PagedPlaylists": models.SimplifiedPlaylistPage,
    "PagedFeaturedPlaylists": models.CategoryPlaylists,
    "PagedCategories": models.Categories,
    "CursorPagedArtists": models.FollowedArtists,
    "CursorPagedPlayHistory": models.PlayHistoryPage,
    "ManyArtists": models.SeveralArtists,
    "ManyAudioFeatures": models.SeveralAudioFeatures,
    "ManyEpisodes": models.SeveralEpisodes,
    "ManyGenres": models.GenreSeeds,
    "OneEpisode": models.Episode,
    "OneChapter": models.Chapter,
    "OneAudiobook": models.Audiobook,
    "OneAlbum": models.Album,
    "ArrayOfImages": list[models.Image],
    "OnePrivateUser": models.PrivateUser,
    "OnePublicUser": models.PublicUser,
    "OneTrack": models.Track,
    "OneShow": models.Show,
    "OneCategory": models.Category,
    "OnePlaylist": models.Playlist,
    "OneAudioFeatures": models.AudioFeatures,
    "OneAudioAnalysis": models.AudioAnalysis,
    "OneArtist": models.Artist,
    "ManyTracks": models.SeveralTracks,
    "ManySimplifiedShows": models.SeveralShows,
    "PagingSimplifiedTrackObject": models.SimplifiedTrackPage,
    "PagingSavedTrackObject": models.SavedTrackPage,
    "PagingPlaylistTrackObject": models.PlaylistItemPage,
    "PagingArtistDiscographyAlbumObject": models.SimplifiedAlbumPage,
    "PagingSavedAlbumObject": models.SavedAlbumPage,
    "PagingSavedShowObject": models.SavedShowPage,
    "PagingSimplifiedEpisodeObject": models.SimplifiedEpisodePage,
    "PagingSavedEpisodeObject": models.SavedEpisodePage,
    "PagingSimplifiedAudiobookObject": models.SimplifiedAudiobookPage,
    "PagingSimplifiedChapterObject": models.SimplifiedChapterPage,
    "SearchItems": models.SearchResult,
    "OneRecommendations": models.Recommendations,
    "ArrayOfBooleans": list[bool],
    "SingletonArrayOfBoolean": list[bool],
    "Queue": models.PlaybackQueue,
    "OneCurrentlyPlaying": models.PlaybackState,
    "OneCurrentlyPlayingTrack": models.CurrentlyPlaying,
    "PlaylistSnapshotId": models.PlaylistSnapshot,
    "Markets": models.Markets,
    "PagingArtistObject": models.ArtistPage,
    "PagingSavedAudiobookObject": models.SavedAudiobookPage,
    "PagingTrackObject": models.TrackPage,
}

_RESPONSE_NAMES: Final = ContractDocument.load().success_responses()

#: Models by operation, where they are not those of the response.
_OPERATIONS: Final[dict[str, Any]] = {
    "get-an-artists-related-artists": models.RelatedArtists,
    "get-an-artists-top-tracks": models.TopTracks,
    "get-featured-playlists": models.FeaturedPlaylists,
}

ERROR_RESPONSES: Final = {"Unauthorized", "Forbidden", "NotFound", "BadRequest", "TooManyRequests"}


def model_of_response(operation_id: str) -> Any:
    """Return the model of an operation's successful response."""
    return _OPERATIONS.get(operation_id) or RESPONSES[_RESPONSE_NAMES[operation_id]]
