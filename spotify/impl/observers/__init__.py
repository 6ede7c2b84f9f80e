"""Implementations of `Observer`: logs, and OpenTelemetry. Begin with `call_observers`."""
