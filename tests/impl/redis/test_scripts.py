"""Loading of Lua scripts."""

import pytest

from spotify.impl.redis.scripts import load_script


def test_a_script_follows_what_it_builds_on():
    assert load_script("fencing_token", "save_token") == "\n".join(map(load_script, ("fencing_token", "save_token")))


def test_a_script_is_read_once():
    assert load_script("load_token") is load_script("load_token")


def test_an_unknown_script_raises():
    with pytest.raises(FileNotFoundError):
        load_script("unknown")
