"""Fakes, recordings and an embedded Spotify for the tests of applications.

`SpotifySandbox` serves a complete Spotify on a local port. `FakeTransport` and `FakeClock` replace the network and the
time of a client; `captured_logs` collects its log events. `RecordingTransport` and `ReplayTransport` record responses
and return them. `check_transport` and the other checks show whether a part keeps the rules of its protocol.
`pytest_plugin` has fixtures.
"""

from typing import TYPE_CHECKING

from spotify._lazy_imports import lazy_imports

if TYPE_CHECKING:
    from spotify.testing.cassettes import RecordingTransport, ReplayTransport, UnrecordedRequestError
    from spotify.testing.conformance import (
        ConformanceError,
        check_auth_provider,
        check_rate_limiter,
        check_response_cache,
        check_retry_policy,
        check_serializer,
        check_token_store,
        check_transport,
    )
    from spotify.testing.fakes import FakeClock, FakeTransport, UnexpectedRequestError
    from spotify.testing.log_capture import captured_logs
    from spotify.testing.sandbox import Fault, SandboxStoppedError, SpotifySandbox
else:
    # Each name is imported on first use: pytest imports this package when it loads the plugin.
    _MODULES = {
        "spotify.testing.log_capture": ("captured_logs",),
        "spotify.testing.cassettes": ("RecordingTransport", "ReplayTransport", "UnrecordedRequestError"),
        "spotify.testing.conformance": (
            "ConformanceError",
            "check_auth_provider",
            "check_rate_limiter",
            "check_response_cache",
            "check_retry_policy",
            "check_serializer",
            "check_token_store",
            "check_transport",
        ),
        "spotify.testing.fakes": ("FakeClock", "FakeTransport", "UnexpectedRequestError"),
        "spotify.testing.sandbox": ("Fault", "SandboxStoppedError", "SpotifySandbox"),
    }
    __getattr__, __dir__ = lazy_imports(__name__, _MODULES)


__all__ = [
    "ConformanceError",
    "FakeClock",
    "FakeTransport",
    "Fault",
    "RecordingTransport",
    "ReplayTransport",
    "SandboxStoppedError",
    "SpotifySandbox",
    "UnexpectedRequestError",
    "UnrecordedRequestError",
    "captured_logs",
    "check_auth_provider",
    "check_rate_limiter",
    "check_response_cache",
    "check_retry_policy",
    "check_serializer",
    "check_token_store",
    "check_transport",
]
