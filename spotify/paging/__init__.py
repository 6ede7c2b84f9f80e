"""Lists that come in pages."""

from spotify.paging.cursor import CursorPaginator
from spotify.paging.fetching import PageFetch
from spotify.paging.offset import Paginator
from spotify.paging.positions import CursorPosition, OffsetPosition
from spotify.paging.progress import ProgressCallback

__all__ = ["CursorPaginator", "CursorPosition", "OffsetPosition", "PageFetch", "Paginator", "ProgressCallback"]
