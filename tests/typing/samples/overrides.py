"""Custom components by `override`, for type checkers only: nothing here is run."""

# Not strict: strict mode reports an unknown type parameter in the stub of `override`.
# pyright: standard

from typing import assert_type

from dependency_injector import providers

from spotify import AsyncSpotifyClient, build_container
from tests.typing.samples.components import (
    CustomAuth,
    CustomClock,
    CustomRateLimiter,
    CustomRetryPolicy,
    CustomSerializer,
    CustomTransport,
)


def by_override() -> None:
    container = build_container("token")
    container.auth_provider.override(CustomAuth())
    container.transport.override(CustomTransport())
    container.retry_policy.override(CustomRetryPolicy())
    container.serializer.override(CustomSerializer())
    container.rate_limiter.override(CustomRateLimiter())
    container.clock.override(providers.Singleton(CustomClock))
    assert_type(container.client(), AsyncSpotifyClient)
