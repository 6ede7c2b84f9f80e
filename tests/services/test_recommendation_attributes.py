"""The audio attributes of recommendations."""

from __future__ import annotations

import math
from typing import get_type_hints

import pytest

from spotify.operations.catalogue import TUNABLE_ATTRIBUTES
from spotify.services import RecommendationAttributes
from spotify.services._recommendation_attributes import checked_attributes
from tests.contract.api_contract import ApiContract
from tests.support.failures import failures, named

NAMES = tuple(f"{bound}_{attribute}" for attribute in TUNABLE_ATTRIBUTES for bound in ("min", "max", "target"))
TYPES = get_type_hints(RecommendationAttributes)


def accepts(name: str, value: object) -> bool:
    try:
        return checked_attributes({name: value}) == {name: value}
    except (TypeError, ValueError):
        return False


def test_the_typed_attributes_are_those_of_the_operation() -> None:
    assert len(NAMES) == 42
    assert set(TYPES) == set(NAMES)


def test_1_is_accepted_by_every_attribute() -> None:
    assert [name for name in NAMES if not accepts(name, 1)] == []


def test_a_fraction_is_accepted_by_float_attributes_only() -> None:
    assert {name for name in NAMES if accepts(name, 0.5)} == {name for name, type_ in TYPES.items() if type_ is float}


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, True, "1", None])
def test_values_that_are_not_finite_numbers_raise(value: object) -> None:
    assert [name for name in NAMES if accepts(name, value)] == []


def test_attributes_have_the_types_and_bounds_of_the_contract() -> None:
    parameters = ApiContract.load().operations["get-recommendations"].query_parameters
    schemas = {parameter.name: parameter.schema for parameter in parameters}

    def check(name: str) -> None:
        assert (schemas[name]["type"] == "integer") == (TYPES[name] is int)
        for bound, step in (("minimum", -1), ("maximum", 1)):
            if (limit := schemas[name].get(bound)) is not None:
                assert accepts(name, limit)
                assert not accepts(name, limit + step)

    assert failures(check, named(NAMES)) == {}


@pytest.mark.parametrize("name", ["min_tempo", "max_duration_ms", "target_time_signature", "min_energy"])
def test_nonnegative_attributes_reject_negative_numbers(name: str) -> None:
    assert accepts(name, 0)
    assert not accepts(name, -1)


def test_loudness_can_be_negative() -> None:
    assert accepts("min_loudness", -59.5)


@pytest.mark.parametrize("name", ["tempo", "least_tempo", "min_loudnes", "min_", "content", "limit"])
def test_an_unknown_attribute_raises(name: str) -> None:
    with pytest.raises(TypeError, match=f"^'{name}' is not a recommendation attribute; expected min_, max_ or target_"):
        checked_attributes({name: 1})


def test_the_error_names_the_value_and_the_expected_type() -> None:
    with pytest.raises(ValueError, match=r"^min_key must be an integer, from 0 to 11, not 12$"):
        checked_attributes({"min_key": 12})


def test_a_minimum_above_its_maximum_raises() -> None:
    with pytest.raises(ValueError, match=r"^min_tempo must not be above max_tempo, but 141 is above 140$"):
        checked_attributes({"min_tempo": 141, "max_tempo": 140})


def test_a_minimum_can_equal_its_maximum() -> None:
    assert checked_attributes({"min_key": 3, "max_key": 3}) == {"min_key": 3, "max_key": 3}
