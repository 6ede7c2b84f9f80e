"""Links to the next page, which are untrusted."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spotify.paging.positions import integer_parameter, link_parameters
from tests.support.paging_lists import BY_OFFSET


def test_only_parameters_of_the_operation_are_taken_from_a_link():
    link = "https://evil.example/steal/{id}?offset=20&limit=50&id=2&access_token=x&unknown=1"
    assert link_parameters(BY_OFFSET, link) == {"offset": "20", "limit": "50"}


@given(st.text(max_size=60))
def test_no_link_adds_other_parameters(link):
    assert set(link_parameters(BY_OFFSET, link)) <= set(BY_OFFSET.query)


@given(st.text(max_size=30))
def test_any_string_is_a_non_negative_integer_or_none(text):
    number = integer_parameter({"offset": text}, "offset")
    assert number is None or (number >= 0 and int(text) == number)


@pytest.mark.parametrize("text", ["٣", "²", "-1", "+1", " 1", "1_0", "1.0", "1" * 19, ""])
def test_other_notations_are_not_integers(text):
    assert integer_parameter({"offset": text}, "offset") is None
