"""The 97 operations of the Web API as facts: one module per area, one constant per operation.

`spotify.interfaces.operation.Operation` says what each fact means.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType, ModuleType
from typing import Final

from spotify.interfaces.operation import Operation
from spotify.operations import catalogue, library, player, playlists

__all__ = ["ALL_OPERATIONS", "BY_ID", "match_operation"]


def _operations_of(area: ModuleType) -> tuple[Operation, ...]:
    values: list[object] = list(vars(area).values())
    return tuple(value for value in values if isinstance(value, Operation))


_AREAS = (catalogue, library, player, playlists)

ALL_OPERATIONS: tuple[Operation, ...] = tuple(operation for area in _AREAS for operation in _operations_of(area))

BY_ID: Mapping[str, Operation] = MappingProxyType({operation.id: operation for operation in ALL_OPERATIONS})

# For each method and path, the path's parameters replaced by "{}".
_BY_ROUTE: Final = {
    (operation.method, re.sub(r"\{\w+\}", "{}", operation.path)): operation for operation in ALL_OPERATIONS
}


def match_operation(method: str, path: str) -> tuple[Operation, Mapping[str, str]] | None:
    """Return the operation that a request calls, and its path parameters.

    Args:
        method: The HTTP method.
        path: The path below `/v1`, without the query.

    Returns:
        The operation and its path parameters, percent-encoded as in `path`; None if there is no such operation.
    """
    if (operation := _BY_ROUTE.get((method, path))) is not None and not operation.path_parameters:
        return operation, {}
    segments = path.split("/")
    # No path has two parameters, and the first segment is never one.
    for position in range(2, len(segments)):
        route = "/".join([*segments[:position], "{}", *segments[position + 1 :]])
        if (operation := _BY_ROUTE.get((method, route))) is not None and operation.path_parameters:
            return operation, {operation.path_parameters[0]: segments[position]}
    return None
