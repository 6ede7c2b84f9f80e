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


def test_each_argument_becomes_one_segment():
    path = expand_path("/users/{user_id}/playlists", {"user_id": "a/b?c#d é"})
    assert path == "/users/a%2Fb%3Fc%23d%20%C3%A9/playlists"


@given(encodable)
def test_an_argument_never_leaves_its_segment(text):
    path = expand_path("/users/{user_id}/x", {"user_id": text})
    assert path.isascii()
    start, users, segment, end = path.split("/")
    assert (start, users, unquote(segment), end) == ("", "users", text, "x")


@pytest.mark.parametrize("text", ["", ".", "..", "a\nb", "a\r\nHost: x", "\0", "\x7f", "\ud800", None])
def test_what_cannot_stand_in_a_path_is_refused_by_name(text):
    with pytest.raises(ValueError, match="user_id"):
        expand_path("/users/{user_id}", {"user_id": text})


def test_a_missing_argument_is_refused():
    with pytest.raises(ValueError, match="user_id"):
        expand_path("/users/{user_id}", {})


def test_the_query_is_in_the_operations_order_and_leaves_out_none():
    query = build_query(OPERATION, {"user_id": "u", "limit": 5, "ids": "a,b", "market": None}, {})
    assert query == "limit=5&ids=a,b"


@pytest.mark.parametrize(("value", "text"), [(True, "true"), (False, "false"), (0, "0"), ("", "")])
def test_values_are_written_as_the_api_reads_them(value, text):
    assert build_query(OPERATION, {"limit": value}, {}) == f"limit={text}"


class Country(str, Enum):  # noqa: UP042  `str()` of its members is not what they are made of
    GERMANY = "DE"


class Few(int, Enum):
    THREE = 3


def test_a_member_of_an_enumeration_is_the_value_that_it_is_made_of():
    assert build_query(OPERATION, {"ids": Country.GERMANY, "limit": Few.THREE}, {}) == "limit=3&ids=DE"
    assert expand_path("/users/{user_id}", {"user_id": Country.GERMANY}) == "/users/DE"


@pytest.mark.parametrize(
    "value",
    ["\ud800", float("nan"), float("inf"), 10**5_000, -(10**5_000)],
    ids=["surrogate", "nan", "infinity", "huge", "huge and negative"],
)
def test_what_cannot_be_written_is_refused_by_name(value):
    with pytest.raises(ValueError, match=r"^ids must be "):
        build_query(OPERATION, {"ids": value}, {})


def test_a_default_fills_in_only_what_the_operation_has_and_the_caller_left_out():
    defaults = {"market": "DE", "locale": "de_DE"}
    assert build_query(OPERATION, {}, defaults) == "market=DE"
    assert build_query(OPERATION, {"market": "SE"}, defaults) == "market=SE"


def test_an_argument_of_neither_path_nor_query_is_a_mistake():
    with pytest.raises(TypeError, match="no parameter 'lmit'"):
        build_query(OPERATION, {"lmit": 5}, {})


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_any_text_survives_the_query(text):
    query = build_query(OPERATION, {"ids": text}, {})
    assert query.isascii()
    assert query.isprintable()
    assert " " not in query
    assert parse_qsl(query, keep_blank_values=True) == [("ids", text)]
