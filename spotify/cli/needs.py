"""The scopes that commands need."""

from __future__ import annotations

from typing import Final

READ_PLAYLISTS: Final = ("playlist-read-private", "playlist-read-collaborative")
CHANGE_PLAYLISTS: Final = (*READ_PLAYLISTS, "playlist-modify-public", "playlist-modify-private")
BACKUP: Final = ("user-library-read", "user-read-playback-position", "user-follow-read", *READ_PLAYLISTS)
RESTORE: Final = (
    *BACKUP,
    "user-library-modify",
    "user-follow-modify",
    "playlist-modify-public",
    "playlist-modify-private",
)
READ_PLAYER: Final = ("user-read-playback-state", "user-read-currently-playing")
CONTROL_PLAYER: Final = ("user-modify-playback-state", *READ_PLAYER)
ALL: Final = tuple(
    sorted({*RESTORE, *CONTROL_PLAYER, "user-read-private", "user-read-recently-played", "user-top-read"})
)
"""What `login` asks for."""
