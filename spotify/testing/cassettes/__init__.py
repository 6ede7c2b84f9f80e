"""Recordings of requests and responses (cassettes): transports that write and read them.

`recording.py` and `replay.py` have the transports, `cassette.py` the file, `anonymizer.py` what is kept out of it.
"""

from __future__ import annotations

from spotify.testing.cassettes.recording import RecordingTransport
from spotify.testing.cassettes.replay import ReplayTransport, UnrecordedRequestError

__all__ = ["RecordingTransport", "ReplayTransport", "UnrecordedRequestError"]
