"""Fixtures: both serializers."""

from tests.impl.serialization.conftest import serializer, strict

__all__ = ["serializer", "strict"]
