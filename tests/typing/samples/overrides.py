"""Plain classes put into a container by override, for type checkers alone: nothing here is run."""

# Not strict: the stubs of dependency-injector leave a type parameter of `override` open, which strict mode reports.
# pyright: standard

from typing import assert_type

from dependency_injector import providers

from spotify import AsyncSpotifyClient, build_container
from tests.typing.samples.components import (
    OwnAuth,
    OwnClock,
    OwnRateLimiter,
    OwnRetryPolicy,
    OwnSerializer,
    OwnTransport,
)


def by_override() -> None:
    container = build_container("token")
    container.auth_provider.override(OwnAuth())
    container.transport.override(OwnTransport())
    container.retry_policy.override(OwnRetryPolicy())
    container.serializer.override(OwnSerializer())
    container.rate_limiter.override(OwnRateLimiter())
    container.clock.override(providers.Singleton(OwnClock))
    assert_type(container.client(), AsyncSpotifyClient)
