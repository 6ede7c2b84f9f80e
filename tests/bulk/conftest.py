"""The fixtures of tests/services: a client of the sandbox, in both quota modes."""

from __future__ import annotations

from tests.services.conftest import client, pytest_generate_tests, quota_mode

__all__ = ["client", "pytest_generate_tests", "quota_mode"]
