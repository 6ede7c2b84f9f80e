import pickle

import pytest

from spotify.credentials import Secret


@pytest.mark.parametrize("show", [repr, str, "{}".format, "{!r:>20}".format, lambda secret: f"{secret}"])
def test_the_text_is_never_shown(show):
    assert "hush" not in show(Secret("hush"))


def test_the_text_is_there_for_who_asks():
    assert Secret("hush").reveal() == "hush"


def test_equal_texts_make_equal_secrets():
    assert Secret("a") == Secret("a")
    assert hash(Secret("a")) == hash(Secret("a"))
    assert Secret("a") != Secret("b")
    assert Secret("a") != "a"


def test_a_secret_cannot_be_pickled():
    with pytest.raises(TypeError, match="pickled"):
        pickle.dumps(Secret("hush"))


def test_an_empty_secret_is_false():
    assert not Secret("")
    assert Secret("a")
