"""The 97 operations of the Web API as facts: one module an area, one constant an operation.

Whatever depends on the operation is read from here: routes, scopes, page limits, the most ids a call, what development
mode lacks, whether a retry is harmless.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType, ModuleType

from spotify.interfaces.operation import Operation
from spotify.operations import (
    catalogue,
    library,
    player,
    playlists,
    spoken_word,
)

__all__ = ["ALL_OPERATIONS", "BY_ID"]


def _operations_of(area: ModuleType) -> tuple[Operation, ...]:
    values: list[object] = list(vars(area).values())
    return tuple(value for value in values if isinstance(value, Operation))


_AREAS = (
    catalogue,
    library,
    player,
    playlists,
    spoken_word,
)

ALL_OPERATIONS: tuple[Operation, ...] = tuple(operation for area in _AREAS for operation in _operations_of(area))

BY_ID: Mapping[str, Operation] = MappingProxyType({operation.id: operation for operation in ALL_OPERATIONS})
