"""Facts that operations of several areas share."""

from __future__ import annotations

from datetime import date
from typing import Final

#: New applications have not been given these since then.
RETIRED_IN_2024: Final = date(2024, 11, 27)
#: Development mode was reduced for new applications; on 2026-03-09 it was for all.
RETIRED_IN_2026: Final = date(2026, 2, 11)

JSON: Final = "application/json"
JPEG: Final = "image/jpeg"

PLAYLIST_MODIFY: Final = ("playlist-modify-public", "playlist-modify-private")
