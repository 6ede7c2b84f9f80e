"""Tests of the client: they mirror the packages of `spotify`."""

import os
import sys

# Also with `PYTHONDONTWRITEBYTECODE`: otherwise each worker, and each program that a test starts, compiles everything.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
