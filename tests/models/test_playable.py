"""Tracks, episodes, and what is neither."""

from typing import Any

import pytest

from spotify import models
from tests.support.payloads import episode, track


def queue(*items: Any) -> list[models.PlayableItem]:
    return models.PlaybackQueue.from_dict({"queue": list(items)}).queue


@pytest.mark.parametrize(
    ("payload", "kind"),
    [
        (track(), models.Track),
        (episode(), models.Episode),
        (track(type="TRACK"), models.Track),
        (track(type="chapter"), models.UnknownItem),
        (track(type=None), models.UnknownItem),
        (track(uri=None), models.UnknownItem),
        (episode(id=5), models.UnknownItem),
        ({}, models.UnknownItem),
    ],
)
def test_the_type_decides(payload: Any, kind: type) -> None:
    assert type(queue(payload)[0]) is kind


def test_all_are_playable_items() -> None:
    assert all(isinstance(item, models.PlayableItem) for item in queue(track(), episode(), {}))


def test_an_unknown_item_reads_what_all_items_have() -> None:
    (item,) = queue({"type": "hologram", "uri": "spotify:hologram:1", "name": ["no text"]})

    assert (item.type, item.uri, item.name) == ("hologram", "spotify:hologram:1", None)


def test_an_unknown_item_is_written_as_it_came() -> None:
    raw = {"type": "hologram", "size": [1, None]}

    assert models.PlaybackQueue.from_dict({"queue": [raw]}).to_dict()["queue"] == [raw]


def test_a_full_object_is_a_brief_one_too() -> None:
    (item,) = queue(track())

    assert isinstance(item, models.SimplifiedTrack)
