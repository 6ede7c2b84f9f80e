"""Lists of markets: immutable, shared by all objects with equal ones, and otherwise ordinary lists."""

from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spotify.errors import DecodeError
from spotify.impl.serialization import MsgspecSerializer
from spotify.interfaces.serializer import Serializer
from spotify.models import Album, PlaylistItemPage, SavedTrackPage, SearchResult, SeveralAlbums, Show, Track
from spotify.models.market_codes import MarketCodes, MarketTable, share_markets
from spotify.testing.log_capture import captured_logs
from tests.support.payloads import album, episode, page, playlist_item, show, track

CODES = ["DE", "GB", "US"]

CHANGES: dict[str, Callable[[Any], object]] = {
    "append": lambda codes: codes.append("FR"),
    "clear": lambda codes: codes.clear(),
    "extend": lambda codes: codes.extend(["FR"]),
    "insert": lambda codes: codes.insert(0, "FR"),
    "pop": lambda codes: codes.pop(),
    "remove": lambda codes: codes.remove("DE"),
    "reverse": lambda codes: codes.reverse(),
    "sort": lambda codes: codes.sort(reverse=True),
    "item": lambda codes: codes.__setitem__(0, "FR"),
    "slice": lambda codes: codes.__setitem__(slice(None), []),
    "del": lambda codes: codes.__delitem__(0),
    "+=": lambda codes: codes.__iadd__(["FR"]),
    "*=": lambda codes: codes.__imul__(2),
}


@pytest.fixture
def codes() -> MarketCodes:
    markets = share_markets(CODES)
    assert markets is not None
    return markets


def decode(serializer: Serializer, payload: Any, into: Any) -> Any:
    return serializer.decode(json.dumps(payload).encode(), into)


def test_it_is_a_list(codes: MarketCodes) -> None:
    assert isinstance(codes, list)
    assert codes == CODES
    assert [codes] == [CODES]
    assert codes != tuple(CODES)
    assert ("GB" in codes, "FR" in codes, len(codes), codes[0], codes[-2:]) == (True, False, 3, "DE", ["GB", "US"])
    assert [*codes] == sorted(codes) == CODES
    assert type(codes + codes) is list
    assert repr(codes) == repr(CODES)
    assert json.dumps(codes) == json.dumps(CODES)


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_it_cannot_be_modified(change: Callable[[Any], object], codes: MarketCodes) -> None:
    with pytest.raises(TypeError, match="other objects share them; copy the list"):
        change(codes)

    assert codes == CODES


def test_a_copy_of_the_list_can_be_modified(codes: MarketCodes) -> None:
    for copied in (codes.copy(), list(codes), codes[:]):
        copied.append("FR")
        assert copied == [*CODES, "FR"]
    assert codes == CODES


def test_it_can_be_hashed_as_equal_lists_are_equal(codes: MarketCodes) -> None:
    assert {codes, MarketCodes(CODES)} == {codes}


def test_copies_of_an_object_share_it_and_pickles_are_equal(codes: MarketCodes) -> None:
    assert copy.copy(codes) is copy.deepcopy(codes) is codes
    restored = pickle.loads(pickle.dumps([codes, codes]))
    assert restored == [codes, codes]
    assert restored[0] is restored[1]
    assert isinstance(restored[0], MarketCodes)


def test_fields_of_dataclasses_and_data_have_ordinary_values(codes: MarketCodes) -> None:
    decoded = Album.from_dict(album(available_markets=CODES))

    assert json.loads(json.dumps(asdict(decoded)))["available_markets"] == CODES
    assert type(decoded.to_dict()["available_markets"]) is list


@pytest.mark.parametrize(
    ("into", "payload", "find"),
    [
        (Album, album(), lambda it: [it, *it.tracks.items]),
        (SeveralAlbums, {"albums": [album(1), album(2)]}, lambda it: it.albums),
        (SavedTrackPage, page([{"track": track(n)} for n in range(3)]), lambda it: [e.track for e in it.items]),
        (PlaylistItemPage, page([playlist_item(item=track(n)) for n in range(3)]), lambda it: [e.item for e in it]),
        (
            PlaylistItemPage,
            page([playlist_item(), playlist_item(item=episode(show=show(available_markets=["DE", "US"])))]),
            lambda it: [it[0].item, it[0].item.album, it[1].item.show],
        ),
        (SearchResult, {"tracks": page([track(1), None, track(2)])}, lambda it: it.tracks.present()),
        (Show, {**show(available_markets=["DE", "US"]), "episodes": page([])}, lambda it: [it]),
    ],
)
def test_objects_of_a_response_share_equal_markets(
    into: Any, payload: Any, find: Callable[[Any], list[Any]], serializer: Serializer
) -> None:
    lists = [found.available_markets for found in find(decode(serializer, payload, into))]

    assert lists[0] == ["DE", "US"]
    assert isinstance(lists[0], MarketCodes)
    assert len({id(markets) for markets in lists}) == 1
    assert lists[0] is share_markets(["DE", "US"])


def test_a_repaired_response_shares_them_too(serializer: Serializer) -> None:
    with captured_logs():
        damaged = decode(serializer, track(name=5), Track)

    assert damaged.available_markets is decode(serializer, track(), Track).available_markets


def test_empty_absent_and_null_markets_are_different(serializer: Serializer) -> None:
    payload = page([{"track": track(available_markets=markets)} for markets in ([], None, ["DE"])])
    del payload["items"][2]["track"]["available_markets"]

    assert [entry.track.available_markets for entry in decode(serializer, payload, SavedTrackPage)] == [[], None, None]


@pytest.mark.parametrize("damaged", [5, "DE", {}, {"DE": 1}, [5], ["DE", None], [["DE"]], ["DE", "\ud800"], True, 1.5])
def test_damaged_markets_are_reported_as_damaged_lists(
    damaged: Any, serializer: Serializer, strict: Serializer
) -> None:
    payload = page([{"track": track(available_markets=damaged)}])

    with captured_logs() as events:
        decoded = decode(serializer, payload, SavedTrackPage)

    kept = [code for code in damaged if code == "DE"] if isinstance(damaged, list) else None
    assert decoded.items[0].track.available_markets == kept
    assert str(events[0]["path"]).startswith("$.items[0].track.available_markets")
    with pytest.raises(DecodeError, match=r"at \$\.items\[0\]\.track\.available_markets"):
        decode(strict, payload, SavedTrackPage)


LISTS = st.lists(st.sampled_from(["DE", "XX", "de", "", "Ünï", "\U0001f3b5", 'a"b', "D]E", "\\"]) | st.text(max_size=3))


@given(codes=LISTS.filter(lambda codes: not any("\ud800" <= c <= "\udfff" for code in codes for c in code)))
@pytest.mark.parametrize("spaces", [None, 1])
def test_any_strings_in_any_notation_are_decoded(spaces: int | None, codes: list[str]) -> None:
    for ensure_ascii in (True, False):
        text = json.dumps({"available_markets": codes, "id": "1"}, indent=spaces, ensure_ascii=ensure_ascii)
        assert MsgspecSerializer().decode(text.encode(), Album).available_markets == codes


def test_the_table_is_bounded() -> None:
    table = MarketTable()
    first = table.find(b'["AA"]')
    for number in range(1_023):
        table.find(b'["AA","%d"]' % number)
    assert table.find(b'["AA"]') is first

    table.find(b'["ZZ"]')

    assert table.find(b'["AA"]') is not first
    assert table.find(b'["AA"]') == first


def test_a_long_list_is_not_kept() -> None:
    table, long = MarketTable(), json.dumps(["DE"] * 2_000).encode()

    assert table.find(long) == table.find(long) == ["DE"] * 2_000
    assert table.find(long) is not table.find(long)


def test_equal_lists_of_different_threads_are_one_object() -> None:
    table, notations = MarketTable(), [json.dumps([f"{n}"]).encode() for n in range(2_000)]

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: [table.find(notation) for notation in notations[:500]], range(8)))
        list(pool.map(table.find, notations * 4))

    assert all(a is b for lists in found for a, b in zip(found[0], lists, strict=True))


def test_the_codes_of_different_lists_are_the_same_strings() -> None:
    first, second = share_markets(["DE", "US"]), share_markets(["US", "DE"])

    assert first is not None
    assert second is not None
    assert first[0] is second[1]
