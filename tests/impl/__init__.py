"""Tests of the implementations, one folder per protocol."""
