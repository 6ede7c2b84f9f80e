"""Fakes and an embedded Spotify for the tests of applications.

`SpotifySandbox` serves a complete Spotify on a local port. `FakeTransport` and `FakeClock` replace the network and the
time of a client; `captured_logs` collects its log events.
"""

from __future__ import annotations

from spotify.testing.captured_logs import captured_logs
from spotify.testing.fake_clock import FakeClock
from spotify.testing.fake_transport import FakeTransport, UnexpectedRequestError
from spotify.testing.sandbox import Fault, SandboxStoppedError, SpotifySandbox

__all__ = [
    "FakeClock",
    "FakeTransport",
    "Fault",
    "SandboxStoppedError",
    "SpotifySandbox",
    "UnexpectedRequestError",
    "captured_logs",
]
