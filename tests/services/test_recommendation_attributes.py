"""What recommendations can be tuned by."""

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


def test_the_typed_names_are_those_of_the_operation() -> None:
    assert set(get_type_hints(RecommendationAttributes)) == set(NAMES)


@for_each_name
def test_a_middling_number_is_accepted(name: str) -> None:
    assert accepts(name, 1)


@for_each_name
def test_a_fraction_is_accepted_where_the_type_says_so(name: str) -> None:
    assert accepts(name, 0.5) == (get_type_hints(RecommendationAttributes)[name] is float)


@for_each_name
@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, True, "1", None])
def test_what_is_no_finite_number_is_refused(name: str, value: object) -> None:
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
def test_what_cannot_be_negative_is_refused_below_nought(name: str, least: int) -> None:
    assert accepts(name, least)
    assert not accepts(name, least - 1)


def test_loudness_is_negative_as_a_rule() -> None:
    assert accepts("min_loudness", -59.5)


@pytest.mark.parametrize("name", ["tempo", "least_tempo", "min_loudnes", "min_", "content", "limit"])
def test_an_unknown_name_is_refused(name: str) -> None:
    with pytest.raises(TypeError, match=f"^'{name}' is not a recommendation attribute; expected min_, max_ or target_"):
        checked_attributes({name: 1})


def test_a_refusal_says_what_was_wrong_and_what_is_wanted() -> None:
    with pytest.raises(ValueError, match=r"^min_key must be an integer, from 0 to 11, not 12$"):
        checked_attributes({"min_key": 12})


def test_a_minimum_above_its_maximum_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^min_tempo must not be above max_tempo, but 141 is above 140$"):
        checked_attributes({"min_tempo": 141, "max_tempo": 140})


def test_a_minimum_can_be_its_maximum() -> None:
    assert checked_attributes({"min_key": 3, "max_key": 3}) == {"min_key": 3, "max_key": 3}
