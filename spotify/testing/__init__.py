"""What the tests of an application need: a Spotify to talk to, and fakes where no network is wanted."""

from __future__ import annotations

from spotify.testing.captured_logs import captured_logs
from spotify.testing.fake_clock import FakeClock
from spotify.testing.fake_transport import FakeTransport, UnexpectedRequestError
from spotify.testing.sandbox import Fault, SpotifySandbox

__all__ = ["FakeClock", "FakeTransport", "Fault", "SpotifySandbox", "UnexpectedRequestError", "captured_logs"]
