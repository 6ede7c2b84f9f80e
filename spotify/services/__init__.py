"""The services: one area of the Web API a file, each a list of plain typed methods that name an operation."""

from spotify.services._operations import scopes_for
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
