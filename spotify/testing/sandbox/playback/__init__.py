"""Simulated playback: devices, and what they play.

Begin with `player.py`: the player of one user. `tracklist.py` has what it plays and in which order, `control.py` is the
interface for tests.
"""

from __future__ import annotations

from spotify.testing.sandbox.playback.player import Action, Device, Played, Player, Repeat
from spotify.testing.sandbox.playback.tracklist import PlayContext

__all__ = ["Action", "Device", "PlayContext", "Played", "Player", "Repeat"]
