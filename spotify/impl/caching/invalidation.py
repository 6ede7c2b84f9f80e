"""Which responses a write invalidates, by the facts of the operations.

A response belongs to at most one *area*: the `cache_area` of its operation, filled with the path parameters.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import unquote

from spotify.interfaces.operation import Operation
from spotify.interfaces.response_cache import ALL_RESPONSES
from spotify.operations import match_operation

_PLAYLIST_URI: Final = re.compile(r"spotify:playlist:(\w+)")


def area_of(operation: Operation, path_parameters: Mapping[str, str]) -> str | None:
    """Return the area of the responses to a read; None for the catalogue, which no write changes."""
    return None if operation.cache_area is None else operation.cache_area.format_map(path_parameters)


def invalidated_areas(method: str, path: str, query: str) -> tuple[str, ...]:
    """Return the areas that a write invalidates: `ALL_RESPONSES` if the operation is unknown.

    Args:
        method: The HTTP method.
        path: The path below the API's base URL.
        query: The query, percent-encoded: it can name playlists.
    """
    match = match_operation(method, path)
    if match is None:
        return (ALL_RESPONSES,)
    operation, path_parameters = match
    areas = [area.format_map(path_parameters) for area in operation.invalidates]
    areas += [f"/playlists/{playlist_id}" for playlist_id in _PLAYLIST_URI.findall(unquote(query))]
    return tuple(dict.fromkeys(areas))


def is_personal(area: str) -> bool:
    """Whether the responses in an area differ from user to user."""
    return area == "/me" or area.startswith("/me/")
