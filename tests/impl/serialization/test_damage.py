"""How damage is reported: errors with a path, warnings with a few, and never the data."""

import json
from typing import Any

import pytest

from spotify import models
from spotify.errors import DecodeError
from spotify.interfaces.serializer import Serializer
from spotify.testing.captured_logs import captured_logs
from tests.support.payloads import NOTHING, album, page, playlist_item, simplified_artist, track


def decode(serializer: Serializer, payload: Any, into: Any) -> Any:
    return serializer.decode(json.dumps(payload).encode(), into)


def test_a_strict_error_names_the_path(strict: Serializer) -> None:
    entries = [playlist_item() for _ in range(3)]

    with pytest.raises(DecodeError) as caught:
        decode(strict, page([*entries, playlist_item(item=None, track=track(uri=5))]), models.PlaylistItemPage)

    assert caught.value.path == "$.items[3].track.uri"
    assert str(caught.value) == (
        "the response does not match PlaylistItemPage at $.items[3].track.uri: expected str, got a number"
    )


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (NOTHING, "nothing"),
        (None, "null"),
        (True, "a boolean"),
        (1.5, "a number"),
        ("\ud800", "an invalid string"),
        ([], "an array"),
        ({}, "an object"),
    ],
)
def test_an_error_names_the_kind_that_came(strict: Serializer, value: object, kind: str) -> None:
    with pytest.raises(DecodeError, match=f"at \\$.uri: expected str, got {kind}$"):
        decode(strict, track(uri=value), models.Track)


def test_damage_at_the_top_is_an_error_even_if_tolerant(serializer: Serializer) -> None:
    with pytest.raises(DecodeError, match=r"does not match Album at \$\.uri: expected str, got nothing"):
        decode(serializer, album(uri=NOTHING), models.Album)


def test_a_page_without_items_is_an_error_and_not_an_empty_page(serializer: Serializer) -> None:
    with pytest.raises(DecodeError, match=r"\$\.items: expected list, got nothing"):
        decode(serializer, {"total": 3}, models.SavedTrackPage)


@pytest.mark.parametrize("payload", [[True, None], [1, 0], {}, None, "true"])
def test_a_list_of_answers_is_whole_or_an_error(serializer: Serializer, payload: object) -> None:
    with pytest.raises(DecodeError, match=r"does not match list\[bool\] at \$"):
        decode(serializer, payload, list[bool])


def test_another_top_level_than_expected_is_an_error(serializer: Serializer) -> None:
    with pytest.raises(DecodeError, match=r"does not match Album at \$: expected Album, got an array"):
        decode(serializer, [], models.Album)


def test_the_warning_has_paths_and_types(serializer: Serializer) -> None:
    with captured_logs() as events:
        decode(serializer, track(duration_ms="secret", artists=[simplified_artist(name=["secret"])]), models.Track)

    (event,) = events
    assert (event["model"], event["path"], event["count"], event["damages"]) == (
        "Track",
        "$.artists[0].name",
        2,
        ["$.artists[0].name: expected str, got an array", "$.duration_ms: expected int, got a string"],
    )
    assert "secret" not in str(event)


def test_the_warning_describes_ten_places_and_counts_all(serializer: Serializer) -> None:
    with captured_logs() as events:
        decode(serializer, page([{"track": track(name=None)} for _ in range(50)]), models.SavedTrackPage)

    (event,) = events
    assert event["count"] == 50
    assert len(event["damages"]) == 10  # type: ignore[arg-type]


def test_keys_that_are_data_are_not_named(serializer: Serializer) -> None:
    with captured_logs() as events:
        found = decode(serializer, {"secret": {"url": 1}, "other": {"url": "u"}}, dict[str, models.Image])

    assert found == {"other": models.Image(url="u")}
    assert events[0]["path"] == "$[…].url"


def test_a_strict_error_has_no_foreign_cause(strict: Serializer) -> None:
    with pytest.raises(DecodeError) as caught:
        decode(strict, track(uri=5), models.Track)

    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None
