"""Simulated playback: devices, tracklists and what can be played.

Begin with `player.py`: the player of one user. `tracklist.py` has the order of its items, `contexts.py` resolves what
to play, `control.py` is the interface for tests.
"""

from __future__ import annotations

from spotify.testing.sandbox.playback.player import Action, Device, PlayContext, Played, Player, Repeat

__all__ = ["Action", "Device", "PlayContext", "Played", "Player", "Repeat"]
