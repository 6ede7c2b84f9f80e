"""Dataclasses that every call creates."""

from typing import TYPE_CHECKING

__all__ = ["value_class"]

if TYPE_CHECKING:
    from dataclasses import dataclass as value_class
else:
    from dataclasses import dataclass

    def value_class(*, frozen, **options):
        """Decorate a dataclass that is frozen for type checkers, as `dataclass(frozen=True)` is.

        At run time its attributes can be set. The constructor of a frozen dataclass takes seven times as long, which
        was a sixth of the CPU time of a call.
        """
        return dataclass(unsafe_hash=frozen, **options)
