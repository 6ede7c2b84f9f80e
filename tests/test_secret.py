import pickle

import pytest

from spotify.credentials import Secret


@pytest.mark.parametrize("show", [repr, str, "{}".format, "{!r:>20}".format, lambda secret: f"{secret}"])
def test_value_is_not_shown(show):
    assert "hush" not in show(Secret("hush"))


def test_reveal_returns_the_value():
    assert Secret("hush").reveal() == "hush"


def test_equality_and_hash_are_those_of_the_value():
    assert Secret("a") == Secret("a")
    assert hash(Secret("a")) == hash(Secret("a"))
    assert Secret("a") != Secret("b")
    assert Secret("a") != "a"


def test_secret_cannot_be_pickled():
    with pytest.raises(TypeError, match="pickled"):
        pickle.dumps(Secret("hush"))


def test_empty_secret_is_false():
    assert not Secret("")
    assert Secret("a")
