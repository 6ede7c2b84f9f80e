"""The items of the contexts that can be played: albums, artists, playlists, shows and saved tracks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypeGuard

from spotify.testing.sandbox.catalogue import Catalogue, Episode, LocalFile, PlayableItem, SpotifyUri, Track, User
from spotify.testing.sandbox.catalogue.uris import collection_owner
from spotify.testing.sandbox.playback.player import PlayContext
from spotify.testing.sandbox.state import State

_CONTEXT_KINDS: Final = frozenset({"album", "artist", "playlist", "show"})

ContextItem = PlayableItem | LocalFile | None


def parse_context(uri: str) -> PlayContext | None:
    """Return the context that a URI names; None if it is not the URI of a context."""
    owner = collection_owner(uri)
    if owner is not None:
        return PlayContext("collection", owner)
    parsed = SpotifyUri.parse(uri)
    return PlayContext(parsed.kind, parsed.id) if parsed is not None and parsed.kind in _CONTEXT_KINDS else None


def context_items(context: PlayContext, catalogue: Catalogue, state: State, user: User) -> Sequence[ContextItem] | None:
    """Return all items of a context in order, playable or not; None if `user` cannot access such a context."""
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
            return _playlist_items(context.id, state, user)


def playable_items(items: Sequence[ContextItem], start: int, country: str) -> tuple[list[PlayableItem], int]:
    """Return the items that can be played in `country`, and where to start in them.

    That is the index of the first playable item at `start` or after it, or 0 if there is none.
    """
    before = [item for item in items[:start] if _is_playable(item, country)]
    following = [item for item in items[start:] if _is_playable(item, country)]
    return before + following, len(before) if following else 0


def _is_playable(item: ContextItem, country: str) -> TypeGuard[PlayableItem]:
    match item:
        case Track():
            return country in item.markets or bool(item.alternative and country in item.alternative.markets)
        case Episode():
            return country in item.markets
        case _:
            return False


def _saved_tracks(catalogue: Catalogue, state: State, user: User) -> list[Track]:
    return [catalogue.track_by_id[track_id] for track_id, _ in state.library(user).saved["track"].newest_first()]


def _playlist_items(playlist_id: str, state: State, user: User) -> Sequence[ContextItem] | None:
    playlist = state.playlists.get(playlist_id)
    if playlist is None or playlist.withdrawn:
        return None
    if not playlist.public and playlist.id not in state.library(user).playlists:
        return None
    return [entry.item for entry in playlist.entries]
