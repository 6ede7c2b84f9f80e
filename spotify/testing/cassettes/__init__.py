"""Recordings of requests and responses (cassettes): transports that write and read them.

`recording.py` and `replay.py` have the transports, `cassette.py` the file: its
`RecordedRequest.differences` decides whether requests match. `Anonymizer` in `recording.py` keeps out of the file what
identifies a user.
"""

from __future__ import annotations

from spotify.testing.cassettes.recording import RecordingTransport
from spotify.testing.cassettes.replay import ReplayTransport, UnrecordedRequestError

__all__ = ["RecordingTransport", "ReplayTransport", "UnrecordedRequestError"]
