"""How a paginator gets its pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol, TypeVar

from spotify.interfaces.executor import Argument
from spotify.models import CursorPage, Page

PageT_co = TypeVar("PageT_co", bound="Page[Any] | CursorPage[Any]", covariant=True)


class PageFetch(Protocol[PageT_co]):
    """Carries out the operation of a list and returns one page of it."""

    async def __call__(self, arguments: Mapping[str, Argument], /, *, clamp: bool) -> PageT_co:
        """Fetch the page that the arguments ask for.

        Args:
            arguments: Path and query parameters by their wire names.
            clamp: What becomes of a `limit` that is too high for the application's quota mode: True asks for as many as
                there can be, which suits whoever reads all pages anyway; False refuses it, because a single page would
                be shorter than its reader thinks.

        Raises:
            ValueError: `clamp` is False and `limit` too high.
            SpotifyError: The call failed.
        """
        ...
