"""An embedded Spotify: the Web API and the accounts service on a port of the loopback interface.

Begin with `server`: it builds every part and has the methods that tests call.
"""

from __future__ import annotations

from spotify.testing.sandbox.catalogue import Catalogue
from spotify.testing.sandbox.faults import Fault
from spotify.testing.sandbox.http.listener import SandboxStoppedError
from spotify.testing.sandbox.http.request_log import Exchange
from spotify.testing.sandbox.playback import Device
from spotify.testing.sandbox.playback.control import PlayerControl
from spotify.testing.sandbox.server import SpotifySandbox
from spotify.testing.sandbox.settings import ApplicationSettings, SandboxArguments

__all__ = [
    "ApplicationSettings",
    "Catalogue",
    "Device",
    "Exchange",
    "Fault",
    "PlayerControl",
    "SandboxArguments",
    "SandboxStoppedError",
    "SpotifySandbox",
]
