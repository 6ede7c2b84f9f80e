"""An embedded Spotify: the Web API and the accounts service on a port of this machine."""

from __future__ import annotations

from .catalogue import Catalogue
from .messages import Exchange
from .server import SpotifySandbox

__all__ = ["Catalogue", "Exchange", "SpotifySandbox"]
