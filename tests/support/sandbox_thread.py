"""A sandbox that runs in a thread, for tests that block: those of the command line."""

import asyncio
import threading
from contextlib import contextmanager

from spotify.testing import SpotifySandbox


@contextmanager
def sandbox_in_thread(**arguments):
    """Serve a sandbox while the block runs."""
    loop = asyncio.new_event_loop()
    sandbox = SpotifySandbox(**arguments)
    thread = threading.Thread(target=loop.run_forever, name="sandbox")
    thread.start()
    try:
        asyncio.run_coroutine_threadsafe(sandbox.start(), loop).result()
        yield sandbox
    finally:
        asyncio.run_coroutine_threadsafe(sandbox.stop(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
