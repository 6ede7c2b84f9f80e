"""A lock that other processes respect."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from os import PathLike, fsencode, fspath
from pathlib import Path
from typing import cast

from filelock import AsyncFileLock, Timeout

from spotify._checks import shown
from spotify.errors import TokenStoreError


def checked_directory(name: str, directory: str | PathLike[str]) -> Path:
    """Return the path of a folder to be, as an argument gives it.

    Raises:
        TypeError: It is no path.
        ValueError: It is empty, or has a character that no path can have.
    """
    path = fspath(directory) if isinstance(directory, PathLike) else directory
    if not isinstance(cast("object", path), str):
        raise TypeError(f"{name} must be a str or a path, not {type(directory).__name__}")
    if not path.strip():
        raise ValueError(f"{name} must not be empty")
    try:
        encoded = fsencode(path)
    except UnicodeEncodeError:
        encoded = b"\0"
    if b"\0" in encoded:
        raise ValueError(f"{name} must be a path, but {shown(path)} holds a character that none can have")
    return Path(path)


@asynccontextmanager
async def process_lock(path: Path, *, patience: float) -> AsyncGenerator[None]:
    """Hold the operating system's lock on a file, which comes free when its holder dies.

    Args:
        path: The file; it and its folder are made, and stay.
        patience: Seconds to wait for it.

    Raises:
        TokenStoreError: It did not come free in time, or the file cannot be made.
    """
    lock = AsyncFileLock(path, timeout=patience, mode=0o600)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        await lock.acquire()
    except Timeout:
        raise TokenStoreError(
            f"another process has held the lock {path} for {patience:g} s; see what it is doing, or wait longer"
        ) from None
    except OSError as exc:
        raise TokenStoreError(f"the lock {path} cannot be taken: {exc.strerror}") from exc
    try:
        yield
    finally:
        await lock.release()
