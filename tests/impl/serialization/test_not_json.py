"""Responses that are not JSON or cannot be decoded."""

import traceback
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spotify import models
from spotify.errors import DecodeError
from spotify.impl.serialization import DataclassesJsonSerializer, MsgspecSerializer
from spotify.interfaces.serializer import Serializer

SERIALIZERS = [cls(strict=strict) for cls in (MsgspecSerializer, DataclassesJsonSerializer) for strict in (True, False)]

NOT_JSON = {
    b"": "it is empty",
    b" \n": "it is empty",
    b"<!DOCTYPE html><title>502</title>": "it looks like an HTML page",
    b"  <html>": "it looks like an HTML page",
    b"upstream connect error": "it looks like plain text",
    b'{"total": 3, "items": [': "it is cut off after 23 bytes",
    b'{"total": "thr': "it is cut off after 14 bytes",
    b'{"total" 3}': "it is malformed from character 9 on",
    b'{"total": 3}}': "it is malformed from character 12 on",
    b'{"total": NaN}': "it contains NaN or Infinity",
    b'{"total": -Infinity}': "it contains NaN or Infinity",
    b'{"total": 3, "href": "\xff"}': "it is not UTF-8",
    b'{"total": 3, "undeclared": "\xff"}': "it is not UTF-8",
    b"\x1f\x8b\x08\x00": "it is not UTF-8",
    '{"total": 3}'.encode("utf-16"): "it is not UTF-8",
    b"[" * 100_000: "it is nested too deeply",
    b'{"undeclared":' + b"[" * 100_000 + b"]" * 100_000 + b"}": "it is nested too deeply",
}


@pytest.mark.parametrize("data", NOT_JSON, ids=lambda data: NOT_JSON[data])
def test_the_error_says_what_the_response_looks_like(serializer: Serializer, data: bytes) -> None:
    with pytest.raises(DecodeError, match=NOT_JSON[data]) as caught:
        serializer.decode(data, models.Followers)

    assert caught.value.path == "$"


def test_a_byte_order_mark_is_accepted(strict: Serializer) -> None:
    assert strict.decode(b'\xef\xbb\xbf{"total": 3}', models.Followers) == models.Followers(total=3)


@pytest.mark.parametrize("number", [b"1e400", b"-1e400", b"9" * 5_000, b"9" * 10_000_000, b"1.5"])
def test_a_number_out_of_range_damages_its_field(serializer: Serializer, number: bytes) -> None:
    decoded = serializer.decode(b'{"url": "u", "width": ' + number + b"}", models.Image)

    assert decoded == models.Image(url="u")


@pytest.mark.parametrize("number", [b"1e400", b"9" * 5_000])
def test_a_number_out_of_range_in_an_unknown_field_is_ignored(strict: Serializer, number: bytes) -> None:
    assert strict.decode(b'{"total": 3, "undeclared": ' + number + b"}", models.Followers) == models.Followers(total=3)


def test_a_large_integer_is_exact(serializer: Serializer) -> None:
    assert (
        serializer.decode(b'{"total": 123456789012345678901234567890}', models.Followers).total
        == 123456789012345678901234567890
    )


def test_the_cause_holds_neither_document_nor_frames(serializer: Serializer) -> None:
    with pytest.raises(DecodeError) as caught:
        serializer.decode(b'{"secret": "value', models.Followers)

    cause = caught.value.__cause__
    assert cause is not None
    assert cause.__traceback__ is None
    assert "secret" not in repr(vars(cause))


@pytest.mark.parametrize("data", [b'{"s3cret', b"s3cret", b"<s3cret>", b'{"href": "s3cret\xff"}', b'"s3cret"'])
def test_a_printed_traceback_does_not_show_the_data(serializer: Serializer, data: bytes) -> None:
    with pytest.raises(DecodeError) as caught:
        serializer.decode(data, models.Followers)

    assert "s3cret" not in "".join(traceback.format_exception(caught.value))


@given(data=st.binary(max_size=60))
def test_any_bytes_are_decoded_or_raise_decode_error(data: bytes) -> None:
    for serializer in SERIALIZERS:
        with suppress(DecodeError):
            serializer.decode(data, models.Followers)


@given(
    word=st.text(st.characters(codec="utf-8", categories=["Lu", "Nd"]), min_size=12, max_size=20),
    document=st.sampled_from(
        [
            '"{}"',
            '{{"uri": ["{}"]}}',
            '{{"uri": "{}"',
            "{}",
            "<p>{}",
            '{{"{}": 1}}',
            '{{"type": {{"{}": 1}}}}',
            '["{}", nul]',
        ]
    ),
)
def test_no_error_shows_the_data(word: str, document: str) -> None:
    for serializer in SERIALIZERS:
        with pytest.raises(DecodeError) as caught:
            serializer.decode(document.format(word).encode(), models.TrackPage)
        assert word not in str(caught.value)
        assert word not in repr(caught.value)
        assert word not in repr(caught.value.__cause__)
