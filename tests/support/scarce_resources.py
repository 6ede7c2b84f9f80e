"""Contexts in which the process cannot open or write files."""

import gc
import os
import resource
from contextlib import contextmanager


@contextmanager
def no_free_descriptors():
    """Let every call that opens a file or a socket fail with EMFILE."""
    gc.collect()  # what it frees later would be free descriptors
    lowest_free = os.dup(0)
    os.close(lowest_free)
    with _soft_limit(resource.RLIMIT_NOFILE, lowest_free):
        yield


@contextmanager
def full_disk():
    """Let every write to a file fail, as on a full disk, after a few bytes."""
    with _soft_limit(resource.RLIMIT_FSIZE, 10):
        yield


@contextmanager
def _soft_limit(kind, value):
    soft, hard = resource.getrlimit(kind)
    resource.setrlimit(kind, (value, hard))
    try:
        yield
    finally:
        resource.setrlimit(kind, (soft, hard))
