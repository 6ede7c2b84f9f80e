"""The encoding of a cached response in Redis and SQLite."""

import pickle
from dataclasses import replace

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spotify.impl.caching.external_caches import _MAGIC, _checksum, from_bytes, to_bytes
from spotify.interfaces import CachedResponse, HttpResponse

TEXT = st.text("aé€😀", max_size=5)
SECONDS = st.floats(0, 1e10)
RESPONSES = st.builds(
    CachedResponse,
    response=st.builds(
        HttpResponse,
        status=st.integers(100, 599),
        headers=st.dictionaries(TEXT, TEXT, max_size=3),
        body=st.binary(max_size=50),
    ),
    received_at=SECONDS,
    age=SECONDS,
    fresh_for=SECONDS,
    useful_for=SECONDS,
    vary=st.lists(st.tuples(TEXT, st.none() | TEXT), max_size=3).map(tuple),
)
ONE = CachedResponse(
    response=HttpResponse(status=200, headers={"etag": '"a"'}, body=b"body"),
    received_at=1.0,
    age=0.0,
    fresh_for=60.0,
    useful_for=60.0,
)


@given(RESPONSES)
def test_an_entry_round_trips(response):
    assert from_bytes("key", "stamp", to_bytes("key", "stamp", response)) == response


@given(st.data())
def test_an_entry_with_a_damaged_byte_is_discarded(data):
    entry = bytearray(to_bytes("key", "stamp", ONE))
    position = data.draw(st.integers(0, len(entry) - 1))
    entry[position] ^= data.draw(st.integers(1, 255))
    assert from_bytes("key", "stamp", bytes(entry)) is None


@given(st.integers(0, len(to_bytes("key", "stamp", ONE)) - 1))
def test_a_truncated_entry_is_discarded(length):
    assert from_bytes("key", "stamp", to_bytes("key", "stamp", ONE)[:length]) is None


@given(st.binary())
def test_random_bytes_are_discarded(data):
    assert from_bytes("key", "stamp", data) is None


@pytest.mark.parametrize(("key", "stamp"), [("another", "stamp"), ("key", "another")])
def test_an_entry_of_another_key_or_stamp_is_discarded(key, stamp):
    assert from_bytes(key, stamp, to_bytes("key", "stamp", ONE)) is None


def test_a_response_with_a_header_that_is_not_utf_8_has_no_entry():
    latin_1 = b"caf\xe9".decode(errors="surrogateescape")
    assert to_bytes("key", "stamp", replace(ONE, response=HttpResponse(status=200, headers={"x": latin_1}))) is None


def test_an_entry_that_is_not_utf_8_is_discarded():
    content = msgspec.msgpack.encode(("key", "stamp", ONE)).replace(b"etag", b"\xff\xff\xff\xff")
    assert from_bytes("key", "stamp", _MAGIC + _checksum(content) + content) is None


def test_an_entry_is_compressed():
    response = replace(ONE, response=replace(ONE.response, body=b'{"available_markets":["AD","AE","AG"]}' * 1000))
    entry = to_bytes("key", "stamp", response)
    assert len(entry) < 1000
    assert from_bytes("key", "stamp", entry) == response


def test_an_entry_of_another_version_is_discarded():
    entry = to_bytes("key", "stamp", ONE)
    assert from_bytes("key", "stamp", entry.replace(b" response 2\n", b" response 3\n", 1)) is None
    assert from_bytes("key", "stamp", pickle.dumps("key")) is None
