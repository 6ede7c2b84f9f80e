"""A tester's own content: the methods of `SpotifySandbox` that add to its catalogue.

`music.py`, `spoken_word.py` and `accounts.py` have them by area; `additions.py` has what they share. `loading.py` adds
the content of files, which `documents.py` reads.
"""

from __future__ import annotations

from spotify.testing.sandbox.own_content.loading import OwnContent

__all__ = ["OwnContent"]
