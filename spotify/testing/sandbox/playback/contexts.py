"""What there is to play: items by URI, and the items of albums, artists, playlists, shows and collections."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypeGuard

from spotify.testing.sandbox.catalogue import Catalogue, Episode, LocalFile, Track, User
from spotify.testing.sandbox.playback.player import PlayContext
from spotify.testing.sandbox.playback.tracklist import Item
from spotify.testing.sandbox.state.playlists import EditablePlaylist
from spotify.testing.sandbox.state.state import State
from spotify.testing.sandbox.web_api.arguments import SpotifyUri, user_of_collection

_CONTEXT_KINDS: Final = frozenset({"album", "artist", "playlist", "show"})

Listed = Item | LocalFile | None


def parse_context(text: str) -> PlayContext | None:
    """The context that a URI names; None when it names nothing that could be one."""
    owner = user_of_collection(text)
    if owner is not None:
        return PlayContext("collection", owner)
    uri = SpotifyUri.parse(text)
    return PlayContext(uri.kind, uri.id) if uri is not None and uri.kind in _CONTEXT_KINDS else None


def find_item(catalogue: Catalogue, uri: SpotifyUri) -> Item | None:
    """The track or episode of a URI, if there is such a one."""
    return catalogue.track_by_id.get(uri.id) if uri.kind == "track" else catalogue.episode_by_id.get(uri.id)


def listed_in(context: PlayContext, catalogue: Catalogue, state: State, user: User) -> Sequence[Listed] | None:
    """Everything in a context, in order, playable or not; None when `user` has no such context."""
    match context.kind:
        case "album":
            album = catalogue.album_by_id.get(context.id)
            return None if album is None else album.tracks
        case "artist":
            artist = catalogue.artist_by_id.get(context.id)
            return None if artist is None else artist.top_tracks()
        case "show":
            show = catalogue.show_by_id.get(context.id)
            return None if show is None else show.episodes
        case "collection":
            return _saved_tracks(catalogue, state, user) if context.id == user.id else None
        case _:
            playlist = state.playlists.get(context.id)
            return _entries(playlist, state, user) if playlist is not None else None


def is_playable(item: Listed, country: str) -> TypeGuard[Item]:
    """Whether Spotify plays it there."""
    match item:
        case Track():
            return country in item.markets or bool(item.alternative and country in item.alternative.markets)
        case Episode():
            return country in item.show.markets
        case _:
            return False


def playable(listed: Sequence[Listed], start: int, country: str) -> tuple[list[Item], int]:
    """What can be played of `listed`, and the place there of what stood at `start`, or of the next one after it."""
    before = [item for item in listed[:start] if is_playable(item, country)]
    following = [item for item in listed[start:] if is_playable(item, country)]
    return before + following, len(before) if following else 0


def _saved_tracks(catalogue: Catalogue, state: State, user: User) -> list[Track]:
    return [catalogue.track_by_id[each] for each, _ in state.library(user).saved["track"].newest_first()]


def _entries(playlist: EditablePlaylist, state: State, user: User) -> Sequence[Listed] | None:
    if playlist.withdrawn or not (playlist.public or playlist.id in state.library(user).playlists):
        return None
    return [entry.item for entry in playlist.entries]
