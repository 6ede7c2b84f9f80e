"""Packages that import each of their public names when it is first used (PEP 562)."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module


def lazy_imports(
    package: str, modules: Mapping[str, Sequence[str]]
) -> tuple[Callable[[str], object], Callable[[], list[str]]]:
    """Return `__getattr__` and `__dir__` of a package.

    Args:
        package: The `__name__` of the package, which has `__all__`.
        modules: The names to import from each module.
    """
    module_of = {name: module for module, names in modules.items() for name in names}
    namespace = vars(sys.modules[package])

    def get(name: str) -> object:
        if name in module_of:
            value = namespace[name] = getattr(import_module(module_of[name]), name)
            return value
        raise AttributeError(f"module {package!r} has no attribute {name!r}", name=name, obj=sys.modules[package])

    def names() -> list[str]:
        return sorted({*namespace, *namespace["__all__"]})

    return get, names
