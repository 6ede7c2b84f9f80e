"""The fast way of decoding and the general one return equal objects, errors and log events."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from spotify import models
from spotify.errors import DecodeError
from spotify.impl.serialization import MsgspecSerializer, msgspec_serializer
from spotify.models import building
from spotify.models.building import build_repaired
from spotify.models.json_data import parse_json
from spotify.testing.log_capture import captured_logs
from tests.contract.models import model_of_response
from tests.contract.schema_strategies import MODES, damaged, max_examples, response_schemas, responses
from tests.support.failures import failures
from tests.support.payloads import (
    DAMAGED_SHAPES,
    KNOWN_SHAPES,
    NOTHING,
    NULL_SHAPES,
    Shape,
    artist,
    cursor_page,
    episode,
    local_track,
    page,
    play_history,
    playback,
    playlist_item,
    track,
)

ENTRIES = models.PlaylistItemPage
UNKNOWN = {"type": "hologram", "uri": "spotify:hologram:1", "available_markets": ["DE"]}


class GeneralSerializer(MsgspecSerializer):
    """The default serializer, which takes each document for one that does not match its model."""

    def __init__(self, *, strict: bool = False) -> None:
        super().__init__(strict=strict)
        self._is_strict = strict

    def decode(self, data: bytes, into: type[Any], /) -> Any:
        return build_repaired(parse_json(data), into, strict=self._is_strict)


def outcome(serializer: MsgspecSerializer, body: bytes, into: Any) -> tuple[object, object, str]:
    """Return the object or the message of the error, its types, and the log events."""
    with captured_logs() as events:
        try:
            result = serializer.decode(body, into)
        except DecodeError as error:
            return str(error), error.path, str(events)
    return result, types_in(result), str(events)


def types_in(value: Any) -> Any:
    """Return the classes of an object and of all that are in it; lists of markets count as lists."""
    if isinstance(value, models.SpotifyModel):
        fields = type(value).__dataclass_fields__  # type: ignore[attr-defined]
        return type(value), [types_in(getattr(value, name)) for name in fields]
    if isinstance(value, list):
        return list, [types_in(item) for item in value]
    return type(value)


def assert_same(body: bytes, into: Any) -> None:
    for strict in (False, True):
        assert outcome(MsgspecSerializer(strict=strict), body, into) == outcome(
            GeneralSerializer(strict=strict), body, into
        )


@pytest.mark.parametrize("operation_id", sorted(response_schemas()))
@max_examples(4)
@given(data=st.data())
def test_both_ways_decode_valid_responses_alike(operation_id: str, data: st.DataObject) -> None:
    sent = data.draw(st.sampled_from(MODES).flatmap(lambda mode: responses(operation_id, mode)))

    assert_same(json.dumps(sent).encode(), model_of_response(operation_id))


@pytest.mark.parametrize("operation_id", sorted(response_schemas()))
@max_examples(4)
@given(data=st.data())
def test_both_ways_decode_damaged_responses_alike(operation_id: str, data: st.DataObject) -> None:
    sent = data.draw(damaged(responses(operation_id)))

    assert_same(json.dumps(sent, indent=1).encode(), model_of_response(operation_id))


def test_both_ways_decode_known_and_damaged_shapes_alike() -> None:
    shapes = {shape.name: shape for shape in KNOWN_SHAPES + NULL_SHAPES + DAMAGED_SHAPES}

    def check(shape: Shape) -> None:
        assert_same(shape.data, shape.into)

    assert failures(check, shapes) == {}


ITEMS: dict[str, Any] = {
    "a track": track(),
    "a track in capitals": track(type="TRACK"),
    "an episode": episode(),
    "a local file": local_track(),
    "an unknown item with markets": UNKNOWN,
    "a track without a type": track(type=NOTHING),
    "an episode without a type": episode(type=NOTHING),
    "an episode in the form of a track": track(type="episode", uri="spotify:episode:512ojhOuo1ktJprKbVcKyQ"),
    "an episode in the form of a track without a type": track(
        type=NOTHING, uri="spotify:episode:512ojhOuo1ktJprKbVcKyQ"
    ),
    "an episode without a type and a URI": episode(type=NOTHING, uri=NOTHING, href=NOTHING),
    "a track whose type is null": track(type=None),
    "a damaged type": track(type=5),
    "a damaged episode": episode(name=5),
    "null": None,
    "a number": 5,
}
ITEM = st.sampled_from(sorted(ITEMS)).map(ITEMS.__getitem__)
PLACES: dict[str, tuple[Any, Callable[[list[Any]], Any]]] = {
    "playlist": (ENTRIES, lambda items: page([playlist_item(item=item) for item in items])),
    "old names": (ENTRIES, lambda items: page([playlist_item(item=NOTHING, track=item) for item in items])),
    "both names": (ENTRIES, lambda items: page([playlist_item(item=item, track=items[-1]) for item in items])),
    "history": (models.PlayHistoryPage, lambda items: cursor_page([play_history(track=item) for item in items])),
    "queue": (models.PlaybackQueue, lambda items: {"currently_playing": items[0], "queue": items}),
    "playback": (models.PlaybackState, lambda items: playback(item=items[0])),
    "an item": (models.PlayableItem, lambda items: items[0]),
    "a list of items": (list[models.PlayableItem], lambda items: items),
}


@pytest.mark.parametrize("place", PLACES)
@max_examples(40)
@given(items=st.lists(ITEM, min_size=1, max_size=4))
@example(items=[track(), ITEMS["an episode in the form of a track"]])
@example(items=[track(), ITEMS["an episode in the form of a track without a type"]])
def test_both_ways_decode_items_of_any_kind_alike(place: str, items: list[Any]) -> None:
    into, build = PLACES[place]

    assert_same(json.dumps(build(items)).encode(), into)


def test_objects_are_of_the_models_and_not_of_their_views() -> None:
    body = json.dumps(page([playlist_item(), playlist_item(item=episode())])).encode()

    decoded = MsgspecSerializer().decode(body, ENTRIES)

    assert [type(decoded), type(decoded[0]), type(decoded[0].item), type(decoded[1].item)] == [
        ENTRIES,
        models.PlaylistItem,
        models.Track,
        models.Episode,
    ]
    assert type(decoded[0].item.album) is models.SimplifiedAlbum  # type: ignore[union-attr]


@pytest.mark.parametrize("markets", [["DE"], NOTHING])
@pytest.mark.parametrize("name", ["item", "track"])
def test_a_page_of_tracks_is_decoded_in_one_pass(markets: object, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(building, "_convert", refuse_to_convert)
    monkeypatch.setattr(building, "_decoders", {})
    old_or_new = {"item": NOTHING, name: track(available_markets=markets)}
    body = json.dumps(page([playlist_item(**old_or_new), playlist_item(item=None)])).encode()

    first, second = MsgspecSerializer().decode(body, ENTRIES)

    assert (type(first.item), second.item) == (models.Track, None)


def test_a_page_with_an_episode_is_not_repaired(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(msgspec_serializer, "build_repaired", lambda *_arguments, **_options: pytest.fail("repaired"))
    body = json.dumps(page([playlist_item(item=track()), playlist_item(item=episode())])).encode()

    decoded = MsgspecSerializer().decode(body, ENTRIES)

    assert [type(entry.item) for entry in decoded] == [models.Track, models.Episode]


def refuse_to_convert(into: type[object], _data: object) -> object:
    pytest.fail(f"{into} is converted")


def test_markets_in_the_middle_of_a_long_response_are_decoded() -> None:
    entries = [playlist_item(item=track(number, available_markets=NOTHING)) for number in range(30)]
    for entry in entries:
        del entry["item"]["album"]["available_markets"]
    entries[15] = playlist_item(item=track(15, available_markets=["DE"]))

    assert_same_values(json.dumps(page(entries)).encode(), ENTRIES)
    assert MsgspecSerializer().decode(json.dumps(page(entries)).encode(), ENTRIES)[15].item.available_markets == ["DE"]  # type: ignore[union-attr]


def test_the_markets_of_many_tracks_in_the_middle_of_a_long_response_are_shared() -> None:
    artists = page([artist(name="x" * 500) for _ in range(50)])
    tracks = page([track(number, available_markets=["DE", "SE"], name="x" * 1_000) for number in range(50)])
    body = json.dumps({"artists": artists, "tracks": tracks, "unknown": artists}).encode()

    found = MsgspecSerializer().decode(body, models.SearchResult)

    assert found.tracks is not None
    assert len({id(each.available_markets) for each in found.tracks.items if each is not None}) == 1


def assert_same_values(body: bytes, into: Any) -> None:
    assert MsgspecSerializer().decode(body, into) == GeneralSerializer().decode(body, into)
