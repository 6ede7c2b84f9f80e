"""Kills and freezes processes that refresh a shared token, at random."""

import asyncio
import signal
from contextlib import suppress

_MOST_DISTURBANCES = 6
_TICK = 0.01


class WorkerChaos:
    """Workers that share a login, of which some are killed or frozen, in requests and in between.

    Attributes:
        killed: The names of the workers that were killed.
        outcomes: What each worker reported last, or the negative number of the signal that ended it.
    """

    def __init__(self, served, rng, *, end_lease=None):
        """`end_lease` is awaited to end the lease of the lock, where there is one: a dead or frozen worker loses it."""
        self.killed = set()
        self.outcomes = []
        self._served = served
        self._rng = rng
        self._end_lease = end_lease
        self._workers = {}
        self._frozen = {}  # the ticks until each frozen worker continues
        self._disturbances = 0

    async def run(self, *, workers, times):
        """Run workers that refresh the token `times` times, until all have ended."""
        self._workers = {name: self._served.start(times=times, name=name) for name in map(str, range(workers))}
        self._served.before_rotation = self._served.before_response = self._disturb_requesting
        running = {asyncio.ensure_future(worker.outcome()) for worker in self._workers.values()}
        try:
            while running:
                done, running = await asyncio.wait(running, timeout=_TICK)
                self.outcomes += [each.result() for each in done]
                await self._tick()
        finally:
            for name in self._workers:
                self._send(name, signal.SIGKILL)

    async def _disturb_requesting(self):
        await self._disturb(self._served.worker, probability=0.3)

    async def _tick(self):
        for name in tuple(self._frozen):
            self._frozen[name] -= 1
            if self._frozen[name] <= 0:
                del self._frozen[name]
                self._send(name, signal.SIGCONT)
        if self._disturbances and self._rng.random() < 0.1:
            await self._lose_lease()
        await self._disturb(self._rng.choice(tuple(self._workers)), probability=0.1)

    async def _disturb(self, name, *, probability):
        is_possible = self._disturbances < _MOST_DISTURBANCES and name not in self._frozen and name not in self.killed
        if not is_possible or self._rng.random() >= probability:
            return
        self._disturbances += 1
        if self._rng.random() < 0.25:
            self.killed.add(name)
            self._send(name, signal.SIGKILL)
        else:
            self._frozen[name] = self._rng.randint(1, 40)
            self._send(name, signal.SIGSTOP)
        if self._rng.random() < 0.5:
            await self._lose_lease()

    async def _lose_lease(self):
        if self._end_lease is not None:
            await self._end_lease()

    def _send(self, name, number):
        with suppress(ProcessLookupError):  # it has ended
            self._workers[name].send_signal(number)
