"""A lock that other processes respect."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from filelock import AsyncFileLock, Timeout

from spotify.errors import TokenStoreError


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
