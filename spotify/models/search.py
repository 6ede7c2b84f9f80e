"""What a search finds.

Pages of a search hold null in the place of what Spotify does not show, playlists above all: `page.present()` skips
them.
"""

from dataclasses import dataclass

from spotify.models.artists import Artist
from spotify.models.base import SpotifyModel
from spotify.models.pages import Page
from spotify.models.playlists import SimplifiedPlaylist
from spotify.models.simplified import SimplifiedAlbum, SimplifiedAudiobook, SimplifiedEpisode, SimplifiedShow
from spotify.models.tracks import Track


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackSearchPage(Page[Track | None]):
    """A page of tracks that were found."""

    items: list[Track | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class ArtistSearchPage(Page[Artist | None]):
    """A page of artists that were found."""

    items: list[Artist | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class AlbumSearchPage(Page[SimplifiedAlbum | None]):
    """A page of albums that were found."""

    items: list[SimplifiedAlbum | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaylistSearchPage(Page[SimplifiedPlaylist | None]):
    """A page of playlists that were found."""

    items: list[SimplifiedPlaylist | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowSearchPage(Page[SimplifiedShow | None]):
    """A page of shows that were found."""

    items: list[SimplifiedShow | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class EpisodeSearchPage(Page[SimplifiedEpisode | None]):
    """A page of episodes that were found."""

    items: list[SimplifiedEpisode | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class AudiobookSearchPage(Page[SimplifiedAudiobook | None]):
    """A page of audiobooks that were found."""

    items: list[SimplifiedAudiobook | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResult(SpotifyModel):
    """What a search found: a page for each type that was asked for, None for the others.

    Attributes:
        tracks: Tracks.
        artists: Artists.
        albums: Albums.
        playlists: Playlists.
        shows: Shows.
        episodes: Episodes.
        audiobooks: Audiobooks.
    """

    tracks: TrackSearchPage | None = None
    artists: ArtistSearchPage | None = None
    albums: AlbumSearchPage | None = None
    playlists: PlaylistSearchPage | None = None
    shows: ShowSearchPage | None = None
    episodes: EpisodeSearchPage | None = None
    audiobooks: AudiobookSearchPage | None = None
