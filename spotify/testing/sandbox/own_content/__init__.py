"""A tester's own content: the methods of `SpotifySandbox` that add to its catalogue.

`music.py`, `spoken_word.py` and `accounts.py` have them by area; `additions.py` has what they share.
"""

from __future__ import annotations

from spotify.testing.sandbox.own_content.accounts import OwnAccounts

__all__ = ["OwnAccounts"]
