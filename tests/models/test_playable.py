"""Tracks, episodes and unknown items."""

from typing import Any

import pytest

from spotify import models
from tests.support.payloads import NOTHING, episode, track


def queue(*items: Any) -> list[models.PlayableItem]:
    return models.PlaybackQueue.from_dict({"queue": list(items)}).queue


@pytest.mark.parametrize(
    ("payload", "model"),
    [
        (track(), models.Track),
        (episode(), models.Episode),
        (track(type="TRACK"), models.Track),
        (track(type="chapter"), models.UnknownItem),
        (track(type=None), models.Track),
        (track(uri=None), models.Track),
        (episode(type=NOTHING), models.Episode),
        ({"href": "https://api.spotify.com/v1/episodes/1"}, models.Episode),
        ({"uri": "spotify:local:a:b:c:180"}, models.Track),
        ({"name": "After a filter", "artists": []}, models.Track),
        ({"name": "After a filter", "show": None}, models.Episode),
        ({"name": "After a filter"}, models.UnknownItem),
        ({"uri": "spotify:hologram:1", "album": None}, models.UnknownItem),
        ({}, models.UnknownItem),
    ],
)
def test_the_type_selects_the_class(payload: Any, model: type) -> None:
    assert type(queue(payload)[0]) is model


def test_every_item_is_a_playable_item() -> None:
    assert all(isinstance(item, models.PlayableItem) for item in queue(track(), episode(), {}))


def test_an_unknown_item_has_type_uri_and_name() -> None:
    (item,) = queue({"type": "hologram", "uri": "spotify:hologram:1", "name": ["no text"]})

    assert (item.type, item.uri, item.name) == ("hologram", "spotify:hologram:1", None)


def test_an_unknown_item_is_encoded_as_received() -> None:
    raw = {"type": "hologram", "size": [1, None]}

    assert models.PlaybackQueue.from_dict({"queue": [raw]}).to_dict()["queue"] == [raw]


def test_a_full_track_is_a_simplified_track() -> None:
    (item,) = queue(track())

    assert isinstance(item, models.SimplifiedTrack)
