import pytest
from hypothesis import given
from hypothesis import strategies as st

from spotify.impl.caching.policy import directives, entity_tag, field_names, http_date, seconds


@pytest.mark.parametrize(
    ("text", "expected"),
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
def test_directives_are_read(text, expected):
    assert {name: value for name, value in directives({"cache-control": text}).items() if name} == expected


@pytest.mark.parametrize("text", ['public, x="no-store, max-age=60', 'public, ", no-store, "', "public; private"])
def test_what_may_be_hidden_behind_something_odd_is_feared(text):
    assert directives({"cache-control": text}) == {"no-store": ""}


@given(st.text())
def test_no_header_raises(text):
    directives({"cache-control": text})
    assert seconds(text) >= 0
    http_date(text)
    field_names(text)
    entity_tag({"etag": text})


@pytest.mark.parametrize(
    ("text", "expected"), [("60", 60), ("-1", 0), ("1.5", 0), ("", 0), ("٣", 0), ("9" * 99, 2**31)]
)
def test_seconds_that_are_none_are_stale(text, expected):
    assert seconds(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Thu, 01 Jan 1970 00:01:00 GMT", 60.0), ("Thu, 01 Jan 1970 00:01:00 -0000", 60.0), ("0", None), (None, None)],
)
def test_dates_are_read(text, expected):
    assert http_date(text) == expected


@pytest.mark.parametrize("tag", ['"a"', 'W/"a"', '""'])
def test_a_tag_is_kept_as_it_is(tag):
    assert entity_tag({"etag": f" {tag} "}) == tag


@pytest.mark.parametrize("tag", ["a", '"a" "b"', '"a\r\nx: y"', '"a', ""])
def test_what_is_no_tag_is_not_sent_back(tag):
    assert entity_tag({"etag": tag}) is None


def test_names_are_compared_in_lower_case():
    assert field_names("Authorization,  ACCEPT-Language,,*") == ("authorization", "accept-language", "*")
