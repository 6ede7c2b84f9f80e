"""Timestamps are parsed as msgspec parses them."""

from datetime import UTC, datetime, timedelta, timezone

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from spotify.models.repair import parse_timestamp


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-01-31T22:22:22Z", datetime(2024, 1, 31, 22, 22, 22, tzinfo=UTC)),
        ("2024-01-31t22:22:22.5z", datetime(2024, 1, 31, 22, 22, 22, 500_000, tzinfo=UTC)),
        ("2024-01-31 22:22:22.1234565Z", datetime(2024, 1, 31, 22, 22, 22, 123_457, tzinfo=UTC)),
        (
            "2024-01-31T22:22:22-05:30",
            datetime(2024, 1, 31, 22, 22, 22, tzinfo=timezone(-timedelta(hours=5, minutes=30))),
        ),
        ("2024-01-31T22:22:22", datetime(2024, 1, 31, 22, 22, 22)),  # noqa: DTZ001
    ],
)
def test_a_timestamp_is_parsed(text: str, expected: datetime) -> None:
    assert parse_timestamp(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2024",
        "2024-01-31",
        "2024-02-30T00:00:00Z",
        "2024-01-31T22:22Z",
        "2024-01-31T24:00:00Z",
        "9999-12-31T23:59:59.9999999Z",
    ],
)
def test_other_strings_are_none(text: str) -> None:
    assert parse_timestamp(text) is None


def digits(count: int, maximum: int) -> st.SearchStrategy[str]:
    return st.integers(0, maximum).map(lambda number: f"{number:0{count}d}")


TIMESTAMPS = st.builds(
    "{}-{}-{}{}{}:{}:{}{}{}".format,
    digits(4, 9999),
    digits(2, 13),
    digits(2, 32),
    st.sampled_from("Tt _"),
    digits(2, 24),
    digits(2, 60),
    digits(2, 60),
    st.just("") | st.just(".") | st.integers(0, 10**10).map(".{}".format),
    st.sampled_from(["", "Z", "z", "+00:00", "-00:00", "+0530", "-23:59", "+24:00", "+05:60", "+05", "Z "]),
)


@given(text=TIMESTAMPS)
@example("2024-01-31T22:22:22.9999999Z")
@example("2024-01-31T22:22:22.99999951Z")
@example("2024-01-31T22:22:22+05:60")
@example("2024-01-31T22:22:22+24:00")
@example("0001-01-01T00:00:00+23:59")
@example("9999-12-31T23:59:59.9999999Z")
def test_any_string_is_parsed_as_by_msgspec(text: str) -> None:
    try:
        expected = msgspec.convert(text, datetime)
    except msgspec.ValidationError:
        expected = None

    parsed = parse_timestamp(text)

    assert parsed == expected
    assert (parsed and parsed.tzinfo is None) == (expected and expected.tzinfo is None)
