"""Implementations of `Observer`: logs, and OpenTelemetry. Begin with `logging_observer.py`."""
