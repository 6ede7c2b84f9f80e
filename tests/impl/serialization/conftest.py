"""Fixtures: both serializers."""

import pytest

from spotify.impl.serialization import DataclassesJsonSerializer, MsgspecSerializer
from spotify.interfaces.serializer import Serializer


@pytest.fixture(params=[MsgspecSerializer, DataclassesJsonSerializer])
def serializer(request: pytest.FixtureRequest) -> Serializer:
    return request.param()


@pytest.fixture(params=[MsgspecSerializer, DataclassesJsonSerializer])
def strict(request: pytest.FixtureRequest) -> Serializer:
    return request.param(strict=True)
