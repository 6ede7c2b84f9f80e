"""Tests of the sandbox and the fakes."""
