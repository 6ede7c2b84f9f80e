"""Deliberate faults: what fails in a request, and which requests are affected.

Begin with `fault` (the constructors of `Fault` and the effects that they set) and `plan` (which request gets which
fault). `damage` changes the response and `delivery` sends it; `fault_syntax` parses the command line's form.
"""

from __future__ import annotations

from spotify.testing.sandbox.faults.fault import Fault
from spotify.testing.sandbox.faults.plan import FaultPlan

__all__ = ["Fault", "FaultPlan"]
