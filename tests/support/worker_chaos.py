"""Kills and freezes processes that refresh a shared token, at random."""

import asyncio
import signal
from contextlib import suppress

from tests.support.served_accounts import KEY

_MOST_DISTURBANCES = 6
_TICK = 0.01


class WorkerChaos:
    """Workers that share a login, of which some are killed or frozen, in requests and in between.

    Attributes:
        killed: The names of the workers that were killed.
        is_lost: Whether a worker was killed that had not stored the new refresh token.
        reports: The access tokens and names of errors that all workers reported.
    """

    def __init__(self, served, rng, *, end_lease=None, end_wait=None):
        """Start nothing yet.

        `end_lease` is awaited to end the lease of the lock, where there is one: a dead or frozen worker loses it.
        `end_wait` is awaited to end the time for which workers wait for the token of such a worker.
        """
        self.killed = set()
        self.is_lost = False
        self._served = served
        self._rng = rng
        self._end_lease = end_lease
        self._end_wait = end_wait
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
                for each in done:
                    each.result()
                await self._tick()
        finally:
            for name in self._workers:
                self._send(name, signal.SIGKILL)

    @property
    def reports(self):
        return [report for worker in self._workers.values() for report in worker.reports]

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
        await self._find_loss()
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

    async def _find_loss(self):
        """Find out whether the login is lost. If so, no worker has to wait for the dead one."""
        last = self._served.refreshed_by[-1] if self._served.refreshed_by else None
        if not self.is_lost and last in self.killed and self._workers[last].has_ended:
            stored = await self._served.store.load(KEY)
            self.is_lost = stored.refresh_token.reveal() != f"ana-{self._served.accounts.current('ana')}"
        if self.is_lost and self._end_wait is not None:
            await self._end_wait()

    async def _lose_lease(self):
        if self._end_lease is not None:
            await self._end_lease()

    def _send(self, name, number):
        with suppress(ProcessLookupError):  # it has ended
            self._workers[name].send_signal(number)
