"""Conformance checks: whether a part keeps the rules of its protocol.

`rules.py` runs the rules of a check and names those that are broken; the other files have the rules of each protocol.
"""

from __future__ import annotations

from spotify.testing.conformance.auth_providers import check_auth_provider
from spotify.testing.conformance.rate_limiters import check_rate_limiter
from spotify.testing.conformance.response_caches import check_response_cache
from spotify.testing.conformance.retry_policies import check_retry_policy
from spotify.testing.conformance.rules import ConformanceError
from spotify.testing.conformance.serializers import check_serializer
from spotify.testing.conformance.token_stores import check_token_store
from spotify.testing.conformance.transports import check_transport

__all__ = [
    "ConformanceError",
    "check_auth_provider",
    "check_rate_limiter",
    "check_response_cache",
    "check_retry_policy",
    "check_serializer",
    "check_token_store",
    "check_transport",
]
