"""The Lua scripts that Redis runs, each atomically. A script may run twice: a broken connection is retried once."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def load_script(*names: str) -> str:
    """Return the source of a script.

    Args:
        names: The files to concatenate, without `.lua`: what the script builds on, then the script.
    """
    folder = files(__name__)
    return "\n".join((folder / f"{name}.lua").read_text("utf-8") for name in names)
