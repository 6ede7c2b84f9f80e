"""What goes wrong on purpose: faults, and the plan of which request gets which."""

from __future__ import annotations

from spotify.testing.sandbox.faults.fault import Fault
from spotify.testing.sandbox.faults.plan import FaultPlan

__all__ = ["Fault", "FaultPlan"]
