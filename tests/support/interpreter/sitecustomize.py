"""Python imports this module in each interpreter that a test starts.

dependency-injector imports FastAPI and pydantic where they are installed, which takes half a second of CPU time.
Here it does not find them, as in most environments of users. Other importers do.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType


class _WithoutIntegrations:
    """A finder that fails for what dependency-injector imports optionally, while it is imported."""

    _OPTIONAL = frozenset({"fastapi", "pydantic", "pydantic_settings"})
    _IMPORTERS = ("dependency_injector.providers", "dependency_injector.wiring")

    @classmethod
    def find_spec(
        cls, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name in cls._OPTIONAL and any(map(_is_being_imported, cls._IMPORTERS)):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return None


def _is_being_imported(name: str) -> bool:
    spec = getattr(sys.modules.get(name), "__spec__", None)
    return getattr(spec, "_initializing", False)


sys.meta_path.insert(0, _WithoutIntegrations)
