"""The services of a client and their public methods."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import Any

from spotify import services
from spotify.services._base import Service


def service_types() -> list[type[Service]]:
    """Return the classes of all services."""
    exported: list[object] = [getattr(services, name) for name in services.__all__]
    return [value for value in exported if isinstance(value, type) and issubclass(value, Service)]


def public_methods() -> Iterator[tuple[str, str, Callable[..., Any]]]:
    """Yield, for each public method, the name of its service, its name and its function."""
    for service in service_types():
        for name, method in inspect.getmembers(service, inspect.isfunction):
            if not name.startswith("_"):
                yield service.__name__, name, method
