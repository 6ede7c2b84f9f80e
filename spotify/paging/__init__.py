"""Lists that come in pages."""

from spotify.paging.fetching import PageFetch
from spotify.paging.offset import CursorPaginator, Paginator, next_arguments

__all__ = ["CursorPaginator", "PageFetch", "Paginator", "next_arguments"]
