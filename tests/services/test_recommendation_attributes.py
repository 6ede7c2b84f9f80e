"""The attributes of recommendations."""

from __future__ import annotations

import math
from typing import get_type_hints

import pytest

from spotify.operations.catalogue import TUNABLE_ATTRIBUTES
from spotify.services import RecommendationAttributes
from spotify.services._recommendation_attributes import checked_attributes
from tests.contract.api_contract import ApiContract

NAMES = tuple(f"{bound}_{attribute}" for attribute in TUNABLE_ATTRIBUTES for bound in ("min", "max", "target"))

for_each_name = pytest.mark.parametrize("name", NAMES)


def accepts(name: str, value: object) -> bool:
    try:
        return checked_attributes({name: value}) == {name: value}
    except (TypeError, ValueError):
        return False


def test_the_typed_attributes_are_those_of_the_operation() -> None:
    assert set(get_type_hints(RecommendationAttributes)) == set(NAMES)


@for_each_name
def test_one_is_accepted_by_every_attribute(name: str) -> None:
    assert accepts(name, 1)


@for_each_name
def test_a_fraction_is_accepted_by_float_attributes_only(name: str) -> None:
    assert accepts(name, 0.5) == (get_type_hints(RecommendationAttributes)[name] is float)


@for_each_name
@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, True, "1", None])
def test_values_that_are_not_finite_numbers_raise(name: str, value: object) -> None:
    assert not accepts(name, value)


@for_each_name
def test_attributes_have_the_bounds_of_the_contract(name: str) -> None:
    parameters = ApiContract.load().operations["get-recommendations"].query_parameters
    (schema,) = [parameter.schema for parameter in parameters if parameter.name == name]

    assert (schema["type"] == "integer") == (get_type_hints(RecommendationAttributes)[name] is int)
    for bound, beyond in (("minimum", -1), ("maximum", 1)):
        if bound in schema:
            assert accepts(name, schema[bound])
            assert not accepts(name, schema[bound] + beyond)


@pytest.mark.parametrize(
    ("name", "least"), [("min_tempo", 0), ("max_duration_ms", 0), ("target_time_signature", 0), ("min_energy", 0)]
)
def test_nonnegative_attributes_reject_negative_numbers(name: str, least: int) -> None:
    assert accepts(name, least)
    assert not accepts(name, least - 1)


def test_loudness_can_be_negative() -> None:
    assert accepts("min_loudness", -59.5)


@pytest.mark.parametrize("name", ["tempo", "least_tempo", "min_loudnes", "min_", "content", "limit"])
def test_an_unknown_attribute_raises(name: str) -> None:
    with pytest.raises(TypeError, match=f"^'{name}' is not a recommendation attribute; expected min_, max_ or target_"):
        checked_attributes({name: 1})


def test_the_error_names_the_value_and_the_expected_kind() -> None:
    with pytest.raises(ValueError, match=r"^min_key must be an integer, from 0 to 11, not 12$"):
        checked_attributes({"min_key": 12})


def test_a_minimum_above_its_maximum_raises() -> None:
    with pytest.raises(ValueError, match=r"^min_tempo must not be above max_tempo, but 141 is above 140$"):
        checked_attributes({"min_tempo": 141, "max_tempo": 140})


def test_a_minimum_can_be_its_maximum() -> None:
    assert checked_attributes({"min_key": 3, "max_key": 3}) == {"min_key": 3, "max_key": 3}
