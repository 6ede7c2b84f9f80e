"""`spotify-web sandbox --scenario`: arguments, data files and faults from a TOML file."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from spotify import RateLimitError, ServerError
from spotify.cli import main as run_command_line
from spotify.testing import SpotifySandbox
from spotify.testing.sandbox import __main__ as sandbox_command
from spotify.testing.sandbox.__main__ import create_sandbox, main

SCENARIO = """
load = ["data.json"]
faults = ["get-an-artist: status=503"]

[sandbox]
catalogue = "empty"
quota_mode = "development"
seed = 4
daily_quota = ["get-an-artist, GET /me: 50", "200"]
operation_limits = ["GET /me/tracks: 1/3600"]

[[tracks]]
name = "Dawn"
artist = "Blue Hour"
duration = 61.5

[[episodes]]
name = "First"
show = "Night Ferry"

[[audiobooks]]
name = "The Tide"
chapters = ["Low", "High"]

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
            await client.tracks.get_saved(limit=1)
            with pytest.raises(RateLimitError, match=r"3600|3,600|1 h"):
                await client.tracks.get_saved(limit=1)
            assert (await client.episodes.get(sandbox.catalogue.episodes[0].id)).show.name == "Night Ferry"
            book = await client.audiobooks.get(sandbox.catalogue.audiobooks[0].id)
            assert (book.name, book.total_chapters) == ("The Tide", 2)


def test_options_take_precedence_over_the_scenario(scenario: Path) -> None:
    sandbox = create_sandbox(["--scenario", str(scenario), "--seed", "5", "--fault", "GET /me: reset"])

    assert (sandbox.quota_mode, sandbox.catalogue.seed) == ("development", 5)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[", "is not TOML"),
        ("[songs]", "unknown table 'songs'"),
        ("[sandbox]\nseed = 'x'", "seed must be"),
        ("[sandbox]\ndaily_quota = ['x']", "'x' in 'x' is not a whole number"),
        ("[sandbox]\nredirect_uris = [1]", r"redirect_uris\[0\] must be a str"),
        ("sandbox = 1", "sandbox must be a table"),
        ("[sandbox]\ncolour = 1", "colour"),
        ("load = 1", "load must be an array"),
        ("[[tracks]]\nname = 'x'\ncolour = 1", r"\[\[tracks\]\] number 1: .*colour"),
        ("tracks = [1]", "tracks must be tables"),
        ("faults = ['x: reset']", "there is no operation"),
    ],
)
def test_an_invalid_scenario_is_refused_in_one_line(
    tmp_path: Path, text: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "s.toml").write_text(text)

    assert main(["--scenario", str(tmp_path / "s.toml")]) == 1

    printed = capsys.readouterr().err
    assert re.search(message, printed)
    assert (printed.startswith("cannot serve the sandbox: "), printed.count("\n")) == (True, 1)


def test_the_command_line_of_the_client_serves_a_scenario(
    scenario: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    served: list[SpotifySandbox] = []

    async def record(sandbox: SpotifySandbox) -> None:
        served.append(sandbox)

    monkeypatch.setattr(sandbox_command, "_serve", record)
    with pytest.raises(SystemExit, match="0"):
        run_command_line(["sandbox", "--scenario", str(scenario), "--seed", "5"])
    with pytest.raises(SystemExit, match="2"):
        run_command_line(["sandbox", "--scenarios", str(scenario)])

    assert [(each.quota_mode, each.catalogue.seed) for each in served] == [("development", 5)]
    assert capsys.readouterr().err.startswith("usage: spotify-web sandbox [-h] [--scenario FILE]")
