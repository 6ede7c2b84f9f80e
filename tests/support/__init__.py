"""Helpers that several tests use. README.md lists them."""
