"""Writes that may still be executed although there was no response, and the wait of later writes for them."""

from __future__ import annotations

import hashlib
import itertools
import re
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final, TypeVar

from spotify._checks import each_of, is_mapping
from spotify._event_loops import thread_lock
from spotify.config import ClientConfig
from spotify.errors import DeadlineExceededError
from spotify.impl.execution.call_state import CallState
from spotify.impl.execution.cancel_scope import CancelScope, Lifetime
from spotify.impl.observers.call_observers import CallObservers
from spotify.interfaces.clock import Clock
from spotify.interfaces.executor import Call
from spotify.interfaces.operation import Operation

T = TypeVar("T")

# The first read is sent at once, the second after 0.5 s; then the delay equals the time that has passed.
_FIRST_DELAY: Final = 0.5
_SHORTEST_DELAY: Final = 0.001

_NAME: Final = re.compile(r"\{(\w+)\}")


@dataclass(slots=True)
class _Unsettled:
    """An unsettled write; times by the clock's `monotonic`."""

    operation: Operation
    idempotent: bool
    since: float
    until: float


class _Writes:
    """Unsettled writes by what they change, then by a digest of the request. Threads can share it."""

    __slots__ = ("_clock", "_lock", "_writes")

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = thread_lock()
        self._writes: dict[str, dict[bytes, _Unsettled]] = {}

    def __bool__(self) -> bool:
        return bool(self._writes)

    def put(self, changed: str, digest: bytes, write: _Unsettled) -> None:
        with self._lock:
            # The writes at the start of the dict are the oldest. Dropping two for each new one keeps it small.
            for oldest in list(itertools.islice(self._writes, 2)):
                self._drop_settled(oldest)
            self._writes.setdefault(changed, {})[digest] = write

    def get(self, changed: str) -> Mapping[bytes, _Unsettled]:
        with self._lock:
            self._drop_settled(changed)
            return dict(self._writes.get(changed, {}))

    def remove(self, changed: str, digest: bytes) -> None:
        with self._lock:
            self._writes.get(changed, {}).pop(digest, None)
            self._drop_settled(changed)

    def _drop_settled(self, changed: str) -> None:
        now = self._clock.monotonic()
        kept = {digest: write for digest, write in self._writes.get(changed, {}).items() if write.until > now}
        if kept:
            self._writes[changed] = kept
        else:
            self._writes.pop(changed, None)


class UnsettledWrites:
    """`WriteOrder` of an executor.

    Users of a client share what is known about playlists, which several of them may change. Writes to a user's library
    are kept apart.
    """

    __slots__ = ("_clock", "_config", "_lifetime", "_observers", "_own", "_shared")

    def __init__(
        self,
        clock: Clock,
        config: ClientConfig,
        lifetime: Lifetime,
        observers: CallObservers,
        *,
        shared: _Writes | None = None,
        own: _Writes | None = None,
    ) -> None:
        """Begin without any, or continue with those of another executor.

        Args:
            clock: Time and sleep.
            config: Its `write_settle_time`, `timeout` and `deadline` are used.
            lifetime: Its end ends a wait.
            observers: The observers of the client.
            shared: The unsettled writes to playlists; None for none.
            own: Those to the user's library; None for none.
        """
        self._clock = clock
        self._config = config
        self._lifetime = lifetime
        self._observers = observers
        self._shared = _Writes(clock) if shared is None else shared
        self._own = _Writes(clock) if own is None else own

    def for_user(self, lifetime: Lifetime) -> UnsettledWrites:
        """Return the unsettled writes of another user."""
        return UnsettledWrites(self._clock, self._config, lifetime, self._observers, shared=self._shared)

    def with_config(self, config: ClientConfig, lifetime: Lifetime) -> UnsettledWrites:
        """Return the same with other settings."""
        return UnsettledWrites(self._clock, config, lifetime, self._observers, shared=self._shared, own=self._own)

    def add(self, call: Call[T], age: float = 0.0) -> None:
        """Record that a request of the call was given up `age` seconds ago and may still be executed."""
        since = self._clock.monotonic() - age
        write = _Unsettled(call.operation, _is_idempotent(call), since, since + self._config.late_execution_bound)
        digest = _digest(call)
        for changed in _changed(call):
            self._writes(changed).put(changed, digest, write)

    async def wait_for_earlier(self, call: Call[T], /) -> None:
        """Wait until no earlier write can be executed that does not commute with the call."""
        async with self._scope(call) as state:
            await self.wait_in_call(call, state)

    async def wait_in_call(self, call: Call[T], state: CallState) -> None:
        """Do the same within the call itself.

        Raises:
            DeadlineExceededError: The wait would be longer than the deadline; nothing was sent.
        """
        while (seconds := self._delay(call)) > 0.0:
            deadline = self._config.deadline
            if deadline is not None and seconds >= deadline - state.elapsed():
                error = DeadlineExceededError(
                    f"An earlier write to the same object may still be executed for {seconds:.3g} s, which is longer "
                    f"than the deadline of {deadline:g} s allows; this one was not sent",
                    sent=False,
                    operation=call.operation.id,
                )
                error.may_have_been_executed = False
                raise error
            state.log.info("send_delayed", reason="unsettled_write", seconds=round(seconds, 3))
            await self._clock.sleep(seconds)
            state.add_wait("unsettled_write", seconds)

    def unsettled_since(self, call: Call[T], /) -> float | None:
        """Return when a request of the call was last given up, in seconds since the epoch; None if it is settled."""
        write = self._find(call)
        return None if write is None else self._clock.time() - (self._clock.monotonic() - write.since)

    def restore(self, call: Call[T], /, since: float) -> None:
        """Record a write that another process left unsettled."""
        # The clock of another machine may be ahead of this one.
        age = max(0.0, self._clock.time() - since)
        if age < self._config.late_execution_bound and self._find(call) is None:
            self.add(call, age)

    def confirm(self, call: Call[T], /) -> None:
        """Record that all unsettled requests of the call were executed."""
        digest = _digest(call)
        for changed in _changed(call):
            self._writes(changed).remove(changed, digest)

    async def settle(self, call: Call[T], /) -> bool:
        """Wait until it is time to read again whether the call was executed; see `WriteOrder`."""
        write = self._find(call)
        if write is None:
            return False
        now = self._clock.monotonic()
        elapsed = now - write.since
        delay = min(max(_FIRST_DELAY, elapsed), write.until - now)
        if (deadline := self._config.deadline) is not None:
            if deadline - elapsed < _SHORTEST_DELAY:
                raise DeadlineExceededError(
                    f"The write may still be executed after the deadline of {deadline:g} s",
                    sent=True,
                    operation=call.operation.id,
                )
            delay = min(delay, deadline - elapsed)
        async with self._scope(call):
            await self._clock.sleep(delay)
        return True

    @asynccontextmanager
    async def _scope(self, call: Call[T]) -> AsyncGenerator[CallState]:
        """End a wait outside of a call when the client is closed."""
        state = CallState(call, self._clock, self._observers)
        with CancelScope(None, self._lifetime, state):
            yield state

    def _delay(self, call: Call[T]) -> float:
        """Return the seconds until no earlier write can be executed that does not commute with the call."""
        if not self._shared and not self._own:
            return 0.0
        until = now = self._clock.monotonic()
        digest = _digest(call)
        for changed in _changed(call):
            for earlier, write in self._writes(changed).get(changed).items():
                if not _commutes(write, call, is_same=earlier == digest):
                    until = max(until, write.until)
        return until - now

    def _find(self, call: Call[T]) -> _Unsettled | None:
        changed = next(iter(_changed(call)), "")
        return self._writes(changed).get(changed).get(_digest(call))

    def _writes(self, changed: str) -> _Writes:
        return self._own if changed.startswith("/me/") else self._shared


def _commutes(earlier: _Unsettled, call: Call[T], *, is_same: bool) -> bool:
    """Whether a late execution of an earlier write does no harm if the call is executed before it."""
    if not earlier.idempotent or not _is_idempotent(call):
        return False
    return is_same or (earlier.operation == call.operation and call.operation.commutes)


def _is_idempotent(call: Call[T]) -> bool:
    return call.operation.idempotent if call.idempotent is None else call.idempotent


def _changed(call: Call[T]) -> Iterator[str]:
    """Return what the call changes: `Operation.changes` with the call's values."""
    template = call.operation.changes
    if template is None:
        return
    names = _NAME.findall(template)
    for values in itertools.product(*(_values(call, name) for name in names)):
        yield template.format(**dict(zip(names, values, strict=True)))


def _values(call: Call[T], name: str) -> Sequence[str]:
    value: object = call.arguments.get(name)
    if value is None and is_mapping(call.json):
        value = call.json.get(name)
    if value is None or isinstance(value, str | int | float):
        return str(value).split(",")
    return [str(each) for each in each_of(value, f"{name} must be several strings")]


def _digest(call: Call[T]) -> bytes:
    # The values are str, numbers, bools, None, lists and dicts, of which the `repr` is complete.
    request = repr((call.operation.id, sorted(call.arguments.items()), call.json)).encode(errors="surrogatepass")
    return hashlib.blake2b(request + (call.content or b""), digest_size=16).digest()
