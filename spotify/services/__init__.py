"""The services: one class per area of the Web API, each method of which calls operations.

Every method of `client.playlists` is in `playlists.py`, and so on. Begin with `_base.py`: the base class of all
services, and the decorator that names the operations of a method. Work of many requests is done in `spotify.bulk`.
"""

from spotify.scopes import scopes_for
from spotify.services._playback_watch import Play, PlaybackChange
from spotify.services._recommendation_attributes import RecommendationAttributes
from spotify.services.albums import AlbumsService
from spotify.services.artists import ArtistsService, IncludeGroup
from spotify.services.audiobooks import AudiobooksService
from spotify.services.browse import BrowseService
from spotify.services.chapters import ChaptersService
from spotify.services.episodes import EpisodesService
from spotify.services.library import LibraryService
from spotify.services.player import PlayerService, RepeatMode
from spotify.services.playlists import PlaylistsService
from spotify.services.search import SearchService, SearchType
from spotify.services.shows import ShowsService
from spotify.services.tracks import TracksService
from spotify.services.users import UsersService

__all__ = [
    "AlbumsService",
    "ArtistsService",
    "AudiobooksService",
    "BrowseService",
    "ChaptersService",
    "EpisodesService",
    "IncludeGroup",
    "LibraryService",
    "Play",
    "PlaybackChange",
    "PlayerService",
    "PlaylistsService",
    "RecommendationAttributes",
    "RepeatMode",
    "SearchService",
    "SearchType",
    "ShowsService",
    "TracksService",
    "UsersService",
    "scopes_for",
]
