"""Answers made up from the API description, for properties that hold for all of them."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from spotify.errors import DecodeError
from spotify.interfaces.serializer import Serializer
from tests.support.schema_payloads import SchemaPayloads

SLOW: Final = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much)


def a_few(examples: int) -> settings:
    """Return settings for so many examples, which are large and take a while to make up."""
    return settings(max_examples=examples, suppress_health_check=SLOW)


@cache
def answers(name: str) -> st.SearchStrategy[Any]:
    """Return a strategy for the answers of one of the description's named responses."""
    payloads = SchemaPayloads.load()
    return payloads.values(payloads.response(name))


def outcome(serializer: Serializer, answer: bytes, into: Any) -> object:
    """Return what comes of an answer: the object, or the error's text."""
    try:
        return serializer.decode(answer, into)
    except DecodeError as error:
        return str(error)
