"""Search results.

The pages contain None in place of hidden items, mostly playlists: `page.present()` omits them.
"""

from dataclasses import dataclass

from spotify.models.base import SpotifyModel
from spotify.models.music import Artist, Track
from spotify.models.pages import Page
from spotify.models.playlists import SimplifiedPlaylist
from spotify.models.simplified import SimplifiedAlbum, SimplifiedAudiobook, SimplifiedEpisode, SimplifiedShow


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackSearchPage(Page[Track | None]):
    """A page of tracks in search results."""

    items: list[Track | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class ArtistSearchPage(Page[Artist | None]):
    """A page of artists in search results."""

    items: list[Artist | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class AlbumSearchPage(Page[SimplifiedAlbum | None]):
    """A page of albums in search results."""

    items: list[SimplifiedAlbum | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaylistSearchPage(Page[SimplifiedPlaylist | None]):
    """A page of playlists in search results."""

    items: list[SimplifiedPlaylist | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowSearchPage(Page[SimplifiedShow | None]):
    """A page of shows in search results."""

    items: list[SimplifiedShow | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class EpisodeSearchPage(Page[SimplifiedEpisode | None]):
    """A page of episodes in search results."""

    items: list[SimplifiedEpisode | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class AudiobookSearchPage(Page[SimplifiedAudiobook | None]):
    """A page of audiobooks in search results."""

    items: list[SimplifiedAudiobook | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResult(SpotifyModel):
    """The response to a search: one page per requested type, None for the other types."""

    tracks: TrackSearchPage | None = None
    """A page of tracks."""
    artists: ArtistSearchPage | None = None
    """A page of artists."""
    albums: AlbumSearchPage | None = None
    """A page of albums."""
    playlists: PlaylistSearchPage | None = None
    """A page of playlists."""
    shows: ShowSearchPage | None = None
    """A page of shows."""
    episodes: EpisodeSearchPage | None = None
    """A page of episodes."""
    audiobooks: AudiobookSearchPage | None = None
    """A page of audiobooks."""
