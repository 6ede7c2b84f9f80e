"""Implementations of `Observer`: logs. Begin with `logging_observer.py`."""
