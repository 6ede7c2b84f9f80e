"""Processes that call a function, forked from a server that has imported the library.

An interpreter that imports the library takes a second of CPU time; a fork takes a few milliseconds.
"""

import asyncio
import multiprocessing
import os

CONTEXT = multiprocessing.get_context("forkserver")
# The library imports the modules after the first lazily: each process would import them again.
CONTEXT.set_forkserver_preload(
    [
        "tests.support.backup_process",
        "tests.support.caching_process",
        "tests.support.counting_process",
        "tests.support.refreshing_process",
        "tests.support.refused_calls",
        "spotify.container",
        "spotify.impl.auth.client_credentials",
        "spotify.impl.caching.sqlite_response_cache",
        "spotify.impl.serialization.msgspec_serializer",
        "spotify.models.building",
        "spotify.services",
        "redis.asyncio",
        "structlog",
    ]
)


class ForkedProcess:
    """A process that calls a coroutine function of a module, and ends."""

    def __init__(self, function, *arguments, environment=None):
        """Start it, with the environment of this process and the variables of `environment`."""
        self._results, output = CONTEXT.Pipe(duplex=False)
        variables = {**os.environ, **(environment or {})}
        self._process = CONTEXT.Process(target=_main, args=(output, variables, function, arguments), daemon=True)
        self._process.start()
        output.close()

    def kill(self):
        self._process.kill()

    def wait(self):
        """Wait until it has ended; return its exit code, which is negative if a signal ended it."""
        self._process.join()
        return self._process.exitcode

    async def result(self):
        """Wait until it has ended; return what the function returned."""
        result = await asyncio.to_thread(self._results.recv)
        assert await asyncio.to_thread(self.wait) == 0
        return result


def _main(output, variables, function, arguments):
    os.environ.clear()  # the server has the environment of the test that was the first to start a process
    os.environ.update(variables)
    output.send(asyncio.run(function(*arguments)))
