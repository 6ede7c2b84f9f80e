"""Parsing of `Cache-Control`, dates and entity tags."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spotify.impl.caching.policy import directives, entity_tag, field_names, http_date, seconds


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("public, max-age=3600", {"public": "", "max-age": "3600"}),
        ("Private , MAX-AGE = 5", {"private": "", "max-age": "5"}),
        ('max-age="60"', {"max-age": "60"}),
        ('private="set-cookie, x", no-cache', {"private": "set-cookie, x", "no-cache": ""}),
        ("max-age=1, max-age=9", {"max-age": "1"}),
        ("", {}),
        (",, ,", {}),
    ],
)
def test_directives_are_parsed(value, expected):
    assert {name: value for name, value in directives({"cache-control": value}).items() if name} == expected


@pytest.mark.parametrize("value", ['public, x="no-store, max-age=60', 'public, ", no-store, "', "public; private"])
def test_an_invalid_header_counts_as_no_store(value):
    assert directives({"cache-control": value}) == {"no-store": ""}


@given(st.text())
def test_no_header_raises(value):
    directives({"cache-control": value})
    assert seconds(value) >= 0
    http_date(value)
    field_names(value)
    entity_tag({"etag": value})


@pytest.mark.parametrize(
    ("value", "expected"), [("60", 60), ("-1", 0), ("1.5", 0), ("", 0), ("٣", 0), ("9" * 99, 2**31)]
)
def test_invalid_seconds_are_zero(value, expected):
    assert seconds(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [("Thu, 01 Jan 1970 00:01:00 GMT", 60.0), ("Thu, 01 Jan 1970 00:01:00 -0000", 60.0), ("0", None), (None, None)],
)
def test_dates_are_parsed(value, expected):
    assert http_date(value) == expected


@pytest.mark.parametrize("tag", ['"a"', 'W/"a"', '""'])
def test_a_valid_tag_is_unchanged(tag):
    assert entity_tag({"etag": f" {tag} "}) == tag


@pytest.mark.parametrize("tag", ["a", '"a" "b"', '"a\r\nx: y"', '"a', ""])
def test_an_invalid_tag_is_ignored(tag):
    assert entity_tag({"etag": tag}) is None


def test_field_names_are_in_lower_case():
    assert field_names("Authorization,  ACCEPT-Language,,*") == ("authorization", "accept-language", "*")
