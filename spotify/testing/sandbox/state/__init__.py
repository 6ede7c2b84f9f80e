"""The state of a sandbox, which the Web API changes: libraries, playlists and players. Begin with `state.py`."""

from __future__ import annotations

from spotify.testing.sandbox.state.playlists import EditablePlaylist
from spotify.testing.sandbox.state.state import SAVED_KINDS, Library, SavedKind, State, timestamp

__all__ = ["SAVED_KINDS", "EditablePlaylist", "Library", "SavedKind", "State", "timestamp"]
