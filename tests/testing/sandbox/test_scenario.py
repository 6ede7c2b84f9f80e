"""`python -m spotify.testing.sandbox --scenario`: arguments, data files and faults from a TOML file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from spotify import ServerError
from spotify.testing.sandbox.__main__ import create_sandbox

SCENARIO = """
load = ["data.json"]
faults = ["get-an-artist: status=503"]

[sandbox]
catalogue = "empty"
quota_mode = "development"
seed = 4

[[tracks]]
name = "Dawn"
artist = "Blue Hour"
duration = 61.5

[[users]]
id = "ana"
name = "Ana"
"""


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    artist = {"type": "artist", "id": "4tZwfgrHOc3mvqYlEYSvVi", "name": "Loaded"}
    (tmp_path / "data.json").write_text(json.dumps(artist))
    (tmp_path / "sandbox.toml").write_text(SCENARIO)
    return tmp_path / "sandbox.toml"


async def test_a_scenario_has_arguments_data_and_faults(scenario: Path) -> None:
    async with create_sandbox(["--scenario", str(scenario)]) as sandbox:
        assert (sandbox.quota_mode, sandbox.catalogue.seed) == ("development", 4)
        assert [artist.name for artist in sandbox.catalogue.artists] == ["Loaded", "Blue Hour"]
        async with sandbox.client(user="ana", max_retries=0) as client:
            assert (await client.tracks.get(sandbox.catalogue.tracks[0].id)).duration_ms == 61_500
            with pytest.raises(ServerError):
                await client.artists.get(sandbox.catalogue.artists[0].id)


def test_options_take_precedence_over_the_scenario(scenario: Path) -> None:
    sandbox = create_sandbox(["--scenario", str(scenario), "--seed", "5", "--fault", "GET /me: reset"])

    assert (sandbox.quota_mode, sandbox.catalogue.seed) == ("development", 5)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[", "is not TOML"),
        ("[songs]", "unknown table 'songs'"),
        ("sandbox = 1", "sandbox must be a table"),
        ("[sandbox]\ncolour = 1", "colour"),
        ("load = 1", "load must be an array"),
        ("[[tracks]]\nname = 'x'\ncolour = 1", r"\[\[tracks\]\] number 1: .*colour"),
        ("tracks = [1]", "tracks must be tables"),
        ("faults = ['x: reset']", "there is no operation"),
    ],
)
def test_an_invalid_scenario_is_refused(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "s.toml").write_text(text)
    with pytest.raises((TypeError, ValueError), match=message):
        create_sandbox(["--scenario", str(tmp_path / "s.toml")])
