"""Lists that Spotify returns in pages.

Begin with `paginator.py`, which holds what both kinds of list share. `offset.py` and `cursor.py` hold the two kinds,
each with the scan that decides which page follows; `prefetcher.py` requests pages in advance.
"""

from spotify.paging.cursor import CursorPaginator
from spotify.paging.offset import Paginator
from spotify.paging.paginator import OnChange, PageFetch, ProgressCallback
from spotify.paging.positions import CursorPosition, OffsetPosition

__all__ = [
    "CursorPaginator",
    "CursorPosition",
    "OffsetPosition",
    "OnChange",
    "PageFetch",
    "Paginator",
    "ProgressCallback",
]
