import pickle
from dataclasses import replace

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spotify.impl.caching.redis_response_cache import _MAGIC, _checksum, from_bytes, to_bytes
from spotify.interfaces import CachedResponse, HttpResponse

TEXT = st.text(max_size=20)
SECONDS = st.floats(0, 1e10)
RESPONSES = st.builds(
    CachedResponse,
    response=st.builds(
        HttpResponse, status=st.integers(100, 599), headers=st.dictionaries(TEXT, TEXT), body=st.binary()
    ),
    received_at=SECONDS,
    age=SECONDS,
    fresh_for=SECONDS,
    useful_for=SECONDS,
    vary=st.lists(st.tuples(TEXT, st.none() | TEXT)).map(tuple),
)
ONE = CachedResponse(
    response=HttpResponse(status=200, headers={"etag": '"a"'}, body=b"body"),
    received_at=1.0,
    age=0.0,
    fresh_for=60.0,
    useful_for=60.0,
)


@given(RESPONSES)
def test_an_entry_is_what_was_written(response):
    assert from_bytes("key", "stamp", to_bytes("key", "stamp", response)) == response


@given(st.data())
def test_one_damaged_byte_makes_it_no_entry(data):
    entry = bytearray(to_bytes("key", "stamp", ONE))
    place = data.draw(st.integers(0, len(entry) - 1))
    entry[place] ^= data.draw(st.integers(1, 255))
    assert from_bytes("key", "stamp", bytes(entry)) is None


@given(st.integers(0, len(to_bytes("key", "stamp", ONE)) - 1))
def test_a_truncated_entry_is_none(length):
    assert from_bytes("key", "stamp", to_bytes("key", "stamp", ONE)[:length]) is None


@given(st.binary())
def test_any_bytes_are_no_entry(data):
    assert from_bytes("key", "stamp", data) is None


@pytest.mark.parametrize(("key", "stamp"), [("another", "stamp"), ("key", "another")])
def test_an_entry_of_another_key_or_stamp_is_none(key, stamp):
    assert from_bytes(key, stamp, to_bytes("key", "stamp", ONE)) is None


def test_a_header_that_is_no_text_makes_no_entry():
    latin_1 = b"caf\xe9".decode(errors="surrogateescape")
    assert to_bytes("key", "stamp", replace(ONE, response=HttpResponse(status=200, headers={"x": latin_1}))) is None


def test_bytes_that_are_no_text_are_no_entry():
    content = msgspec.msgpack.encode(("key", "stamp", ONE)).replace(b"etag", b"\xff\xff\xff\xff")
    assert from_bytes("key", "stamp", _MAGIC + _checksum(content) + content) is None


def test_an_entry_of_another_version_is_none():
    entry = to_bytes("key", "stamp", ONE)
    assert from_bytes("key", "stamp", entry.replace(b" response 1\n", b" response 2\n", 1)) is None
    assert from_bytes("key", "stamp", pickle.dumps("key")) is None
