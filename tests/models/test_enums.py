"""Open enumerations."""

import copy
import pickle

import pytest

from spotify.models import AlbumType, CopyrightType


@pytest.mark.parametrize("text", ["album", "ALBUM", "Album"])
def test_a_known_value_is_recognised_in_any_case(text: str) -> None:
    assert AlbumType(text) is AlbumType.ALBUM


def test_a_value_in_capitals_is_recognised_in_small_letters() -> None:
    assert CopyrightType("p") is CopyrightType.P


def test_an_unknown_value_keeps_its_text() -> None:
    unknown = AlbumType("Mixtape")

    assert (unknown, unknown.value, unknown.name, str(unknown)) == ("Mixtape",) * 4
    assert isinstance(unknown, AlbumType)


def test_only_declared_values_are_known() -> None:
    assert [AlbumType("album").is_known, AlbumType("Mixtape").is_known, AlbumType("ALBUMS").is_known] == [
        True,
        False,
        False,
    ]


def test_the_name_of_a_member_is_known_in_small_letters_only_if_it_is_its_value() -> None:
    assert AlbumType("ALBUM").is_known


def test_unknown_values_are_equal_by_text() -> None:
    assert AlbumType("Mixtape") == AlbumType("Mixtape")
    assert len({AlbumType("Mixtape"), AlbumType("Mixtape"), "Mixtape"}) == 1


def test_unknown_values_do_not_pile_up() -> None:
    before = list(AlbumType)

    AlbumType("Mixtape")

    assert list(AlbumType) == before


def test_an_unknown_value_can_be_pickled_and_copied() -> None:
    unknown = AlbumType("Mixtape")

    assert pickle.loads(pickle.dumps(unknown)) == unknown == copy.deepcopy(unknown)


@pytest.mark.parametrize("value", [3, None, b"album"])
def test_what_is_no_text_is_no_value(value: object) -> None:
    with pytest.raises(ValueError, match="is not a valid AlbumType"):
        AlbumType(value)
