"""Playing: devices, what plays on them, and what comes next."""

from __future__ import annotations

from spotify.testing.sandbox.playback.player import Action, Device, PlayContext, Played, Player, Repeat
from spotify.testing.sandbox.playback.tracklist import Item

__all__ = ["Action", "Device", "Item", "PlayContext", "Played", "Player", "Repeat"]
