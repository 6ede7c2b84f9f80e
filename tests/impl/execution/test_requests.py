"""The URL of a request: path, query and defaults."""

from enum import Enum
from urllib.parse import parse_qsl, unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spotify.impl.execution.requests import build_query, expand_path
from spotify.interfaces.operation import Operation

OPERATION = Operation(
    id="get-x", method="GET", path="/users/{user_id}/x", query=("market", "limit", "ids"), idempotent=True
)

encodable = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1).filter(
    lambda text: text not in {".", ".."}
)


def test_a_path_argument_is_percent_encoded():
    path = expand_path("/users/{user_id}/playlists", {"user_id": "a/b?c#d é"})
    assert path == "/users/a%2Fb%3Fc%23d%20%C3%A9/playlists"


@given(encodable)
def test_a_path_argument_is_always_one_segment(text):
    path = expand_path("/users/{user_id}/x", {"user_id": text})
    assert path.isascii()
    start, users, segment, end = path.split("/")
    assert (start, users, unquote(segment), end) == ("", "users", text, "x")


@pytest.mark.parametrize("text", ["", ".", "..", "a\nb", "a\r\nHost: x", "\0", "\x7f", "\ud800", None])
def test_an_invalid_path_argument_raises(text):
    with pytest.raises(ValueError, match="user_id"):
        expand_path("/users/{user_id}", {"user_id": text})


def test_a_missing_path_argument_raises():
    with pytest.raises(ValueError, match="user_id"):
        expand_path("/users/{user_id}", {})


def test_the_query_has_the_order_of_the_operation_and_omits_none():
    query = build_query(OPERATION, {"user_id": "u", "limit": 5, "ids": "a,b", "market": None}, {})
    assert query == "limit=5&ids=a,b"


@pytest.mark.parametrize(("value", "text"), [(True, "true"), (False, "false"), (0, "0"), ("", "")])
def test_values_are_in_the_notation_of_the_api(value, text):
    assert build_query(OPERATION, {"limit": value}, {}) == f"limit={text}"


class Country(str, Enum):  # noqa: UP042  `str()` of a StrEnum member would be its value
    GERMANY = "DE"


class Count(int, Enum):
    THREE = 3


def test_an_enum_member_counts_as_its_value():
    assert build_query(OPERATION, {"ids": Country.GERMANY, "limit": Count.THREE}, {}) == "limit=3&ids=DE"
    assert expand_path("/users/{user_id}", {"user_id": Country.GERMANY}) == "/users/DE"


@pytest.mark.parametrize(
    "value",
    ["\ud800", float("nan"), float("inf"), 10**5_000, -(10**5_000)],
    ids=["surrogate", "nan", "infinity", "huge", "huge and negative"],
)
def test_an_invalid_query_argument_raises(value):
    with pytest.raises(ValueError, match=r"^ids must be "):
        build_query(OPERATION, {"ids": value}, {})


def test_defaults_are_for_omitted_parameters_of_the_operation():
    defaults = {"market": "DE", "locale": "de_DE"}
    assert build_query(OPERATION, {}, defaults) == "market=DE"
    assert build_query(OPERATION, {"market": "SE"}, defaults) == "market=SE"


def test_an_unknown_argument_raises():
    with pytest.raises(TypeError, match="no parameter 'lmit'"):
        build_query(OPERATION, {"lmit": 5}, {})


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_any_str_can_be_decoded_from_the_query(text):
    query = build_query(OPERATION, {"ids": text}, {})
    assert query.isascii()
    assert query.isprintable()
    assert " " not in query
    assert parse_qsl(query, keep_blank_values=True) == [("ids", text)]
