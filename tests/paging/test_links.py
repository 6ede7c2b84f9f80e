"""Links to the next page: data from outside."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spotify.errors import PagingError
from spotify.paging.positions import integer_parameter, link_parameters
from tests.support.paging_lists import BY_OFFSET


def test_a_link_gives_what_the_operation_has_and_nothing_else():
    link = "https://evil.example/steal/{id}?offset=20&limit=50&id=2&access_token=x&unknown=1"
    assert link_parameters(BY_OFFSET, link) == {"offset": "20", "limit": "50"}


@given(st.text(max_size=60))
def test_no_link_gives_anything_else_than_the_operation_has(link):
    with suppress(PagingError):
        assert set(link_parameters(BY_OFFSET, link)) <= set(BY_OFFSET.query)


@given(st.text(max_size=30))
def test_a_number_is_a_number_or_nothing(text):
    found = integer_parameter({"offset": text}, "offset")
    assert found is None or (found >= 0 and int(text) == found)


@pytest.mark.parametrize("text", ["٣", "²", "-1", "+1", " 1", "1_0", "1.0", "1" * 19, ""])
def test_what_spotify_would_not_write_is_no_number(text):
    assert integer_parameter({"offset": text}, "offset") is None
