"""What the tests of an application need: a Spotify to talk to."""

from __future__ import annotations

from spotify.testing.sandbox import SpotifySandbox

__all__ = ["SpotifySandbox"]
