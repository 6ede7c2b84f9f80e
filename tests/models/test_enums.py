"""Open enumerations."""

import copy
import pickle

import pytest

from spotify.models import AlbumType, CopyrightType


@pytest.mark.parametrize("text", ["album", "ALBUM", "Album"])
def test_known_values_are_case_insensitive(text: str) -> None:
    assert AlbumType(text) is AlbumType.ALBUM


def test_an_upper_case_value_is_found_in_lower_case() -> None:
    assert CopyrightType("p") is CopyrightType.P


def test_an_unknown_value_is_kept() -> None:
    unknown = AlbumType("Mixtape")

    assert (unknown, unknown.value, unknown.name, str(unknown)) == ("Mixtape",) * 4
    assert isinstance(unknown, AlbumType)


def test_only_declared_values_are_known() -> None:
    assert [AlbumType("album").is_known, AlbumType("Mixtape").is_known, AlbumType("ALBUMS").is_known] == [
        True,
        False,
        False,
    ]


def test_a_value_in_upper_case_is_known() -> None:
    assert AlbumType("ALBUM").is_known


def test_unknown_values_compare_by_value() -> None:
    assert AlbumType("Mixtape") == AlbumType("Mixtape")
    assert len({AlbumType("Mixtape"), AlbumType("Mixtape"), "Mixtape"}) == 1


def test_unknown_values_do_not_become_members() -> None:
    before = list(AlbumType)

    AlbumType("Mixtape")

    assert list(AlbumType) == before


def test_an_unknown_value_can_be_pickled_and_copied() -> None:
    unknown = AlbumType("Mixtape")

    assert pickle.loads(pickle.dumps(unknown)) == unknown == copy.deepcopy(unknown)


@pytest.mark.parametrize("value", [3, None, b"album"])
def test_other_types_raise_value_error(value: object) -> None:
    with pytest.raises(ValueError, match="is not a valid AlbumType"):
        AlbumType(value)
