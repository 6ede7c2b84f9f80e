"""Release dates and durations."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spotify import models
from spotify.models import ReleaseDate, ReleaseDatePrecision
from spotify.models.common import parse_release_date
from tests.support.payloads import album, chapter, episode, playback, track

YEAR, MONTH, DAY = ReleaseDatePrecision.YEAR, ReleaseDatePrecision.MONTH, ReleaseDatePrecision.DAY


@pytest.mark.parametrize(
    ("text", "precision", "expected"),
    [
        ("1981", YEAR, ReleaseDate(date(1981, 1, 1), YEAR)),
        ("1981-12", MONTH, ReleaseDate(date(1981, 12, 1), MONTH)),
        ("1981-12-15", DAY, ReleaseDate(date(1981, 12, 15), DAY)),
        ("1981-12-15", None, ReleaseDate(date(1981, 12, 15), DAY)),
        ("1981-12-15", ReleaseDatePrecision("decade"), ReleaseDate(date(1981, 12, 15), DAY)),
        ("1981-12", YEAR, ReleaseDate(date(1981, 1, 1), YEAR)),
        ("1981", DAY, ReleaseDate(date(1981, 1, 1), YEAR)),
    ],
)
def test_a_release_date_has_its_precision(
    text: str, precision: ReleaseDatePrecision | None, expected: ReleaseDate
) -> None:
    assert parse_release_date(text, precision) == expected


@pytest.mark.parametrize(
    "text", [None, "", "0000", "0000-00-00", "1981-13", "1981-02-30", "1981-1-1-1", "soon", "-1", "٣"]
)
def test_other_strings_are_none(text: str | None) -> None:
    assert parse_release_date(text) is None


@given(text=st.text(st.sampled_from("0123456789-²") | st.characters(), max_size=30))
def test_no_string_raises(text: str) -> None:
    parse_release_date(text)


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        (models.Album.from_dict(album()), ReleaseDate(date(1981, 12, 1), DAY)),
        (models.Episode.from_dict(episode()), ReleaseDate(date(2020, 5, 1), MONTH)),
        (models.Chapter.from_dict(chapter()), ReleaseDate(date(2020, 5, 1), MONTH)),
    ],
    ids=["album", "episode", "chapter"],
)
def test_released_returns_the_release_date(
    model: models.Album | models.Episode | models.Chapter, expected: ReleaseDate
) -> None:
    assert model.released == expected


def test_durations() -> None:
    assert models.Track.from_dict(track()).duration == timedelta(seconds=201)
    assert models.Chapter.from_dict(chapter()).duration == timedelta(milliseconds=1_686_230)
    assert models.AudioFeatures(type="audio_features", id="1", uri="u", duration_ms=5).duration == timedelta(
        milliseconds=5
    )


def test_progress() -> None:
    assert models.PlaybackState.from_dict(playback()).progress == timedelta(milliseconds=44_272)
    assert models.PlaybackState.from_dict(playback(progress_ms=None)).progress is None
