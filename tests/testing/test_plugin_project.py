"""The pytest plugin in a project of its own, which has only the wheel and pytest."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import venv
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Final

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from spotify.testing import SpotifySandbox

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
MUSIC = '''
import asyncio
import json
import os
import urllib.request

import pytest

from spotify import ServerError
from spotify.testing import Fault


def run(spotify_client, use):
    """Run an asynchronous program in a synchronous test."""

    async def main():
        async with spotify_client:
            return await use(spotify_client)

    return asyncio.run(main())


@pytest.mark.parametrize("number", range(3))
def test_each_test_gets_a_sandbox_as_new(spotify_sandbox, spotify_client, number):
    assert not spotify_sandbox.requests
    assert not [artist for artist in spotify_sandbox.catalogue.artists if artist.name == "Blue Quay"]
    artist = spotify_sandbox.add_artist("Blue Quay")
    assert run(spotify_client, lambda client: client.artists.get(artist.id)).name == "Blue Quay"
    spotify_sandbox.assert_called("get-an-artist", times=1)


def test_another_client(spotify_sandbox):
    request = urllib.request.Request(f"{spotify_sandbox.api_url}/me")
    request.add_header("Authorization", f"Bearer {spotify_sandbox.issue_token(user='sandbox_listener')}")
    with urllib.request.urlopen(request) as response:
        assert json.load(response)["id"] == "sandbox_listener"


@pytest.mark.spotify(
    quota_mode="development",
    user="quiet-orchard",
    scopes=["user-read-private"],
    faults={"get-an-artist": Fault.status(503)},
)
def test_the_marker(spotify_sandbox, spotify_client, spotify_clock):
    async def use(client):
        assert (await client.users.get_current_profile()).id == "quiet-orchard"
        with pytest.raises(ServerError):
            await client.artists.get(spotify_sandbox.catalogue.artists[0].id)

    run(spotify_client, use)
    assert spotify_sandbox.quota_mode == "development"
    assert len(spotify_clock.sleeps) == 3


def test_the_marker_is_for_its_test_only(spotify_sandbox, spotify_client):
    assert spotify_sandbox.quota_mode == "extended"
    artist = spotify_sandbox.catalogue.artists[0]
    assert run(spotify_client, lambda client: client.artists.get(artist.id)).name == artist.name


def test_the_clock_is_that_of_the_sandbox_too(spotify_sandbox, spotify_client, spotify_clock):
    spotify_sandbox.player().play(spotify_sandbox.catalogue.long_album.uri)
    spotify_clock.advance(30)
    assert run(spotify_client, lambda client: client.player.get_playback_state()).progress_ms == 30_000


def test_the_transport(spotify_client, spotify_transport):
    spotify_transport.answer("GET /me", json={"id": "ana", "type": "user", "uri": "spotify:user:ana"})
    assert run(spotify_client, lambda client: client.users.get_current_profile()).id == "ana"


def test_the_cassette(spotify_client, spotify_cassette):
    assert run(spotify_client, lambda client: client.albums.get("ALBUM")).name == os.environ["EXPECTED_NAME"]


def test_an_asynchronous_test_runner_closes_the_client(spotify_client, spotify_sandbox, pytester_async):
    pytester_async(spotify_client.albums.get(spotify_sandbox.catalogue.albums[0].id), spotify_client)


@pytest.fixture
def pytester_async():
    async def run(call, client):
        await call
        await client.close()

    return lambda call, client: asyncio.run(run(call, client))
'''
ASYNC = """
import pytest


async def test_with_an_asynchronous_runner(spotify_client, spotify_sandbox):
    album = spotify_sandbox.add_album("Quay", artist="Blue Quay")
    assert (await spotify_client.albums.get(album.id)).name == "Quay"
    spotify_sandbox.assert_called("get-an-album", times=1)


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.mark.anyio
async def test_with_anyio(spotify_client, spotify_sandbox):
    assert (await spotify_client.users.get_current_profile()).id == "sandbox_listener"
"""
GUARDED = """
import asyncio
import socket
import threading

import pytest

from spotify import AsyncSpotifyClient


def test_a_client_without_a_fixture():
    async def main():
        async with AsyncSpotifyClient("token") as client:
            await client.albums.get("0" * 22)

    asyncio.run(main())


def test_a_caught_error_in_another_thread():
    def look_up():
        with pytest.raises(BaseException):
            socket.getaddrinfo("accounts.spotify.com", 443)

    thread = threading.Thread(target=look_up)
    thread.start()
    thread.join()


def test_other_hosts_are_allowed():
    assert socket.getaddrinfo("127.0.0.1", 80)
"""


NOTHING = """
import sys


def test_nothing():
    assert "spotify.testing.pytest_plugin" in sys.modules
    loaded = {"aiohttp", "msgspec", "dependency_injector", "spotify.client", "spotify.testing.sandbox"}
    assert not loaded & sys.modules.keys()
"""
#: Runs pytest several times in one process, which imports the package once, each with its own options and variables.
RUNS = """
import contextlib
import io
import json
import os
import sys

import pytest

with open(sys.argv[1]) as file:
    runs = json.load(file)
results = {}
for name, (arguments, environment) in runs.items():
    os.environ.update(environment)
    with contextlib.redirect_stdout(io.StringIO()) as output:
        status = pytest.main(arguments)
    results[name] = [int(status), output.getvalue()]
with open(sys.argv[1], "w") as file:
    json.dump(results, file)
"""
OPTIONS: Final = ("-W", "error", "--import-mode=importlib")
WITHOUT_RUNNERS: Final = ("-p", "no:asyncio", "-p", "no:anyio")
WITH_RUNNERS: Final = ("-o", "asyncio_mode=auto", "-o", "asyncio_default_fixture_loop_scope=function")


@dataclass(frozen=True)
class Result:
    """The exit status of a run of pytest, and its output."""

    status: int
    output: str


def with_requirements(*distributions: metadata.Distribution) -> Iterable[metadata.Distribution]:
    """Return distributions and all that they require without extras, as installed here."""
    found = {canonicalize_name(distribution.name): distribution for distribution in distributions}
    left = list(distributions)
    while left:
        for requirement in map(Requirement, left.pop().requires or ()):
            applies = requirement.marker is None or requirement.marker.evaluate({"extra": ""})
            name = canonicalize_name(requirement.name)
            if applies and name not in found:
                found[name] = metadata.distribution(name)
                left.append(found[name])
    return found.values()


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of a virtual environment that has the wheel, pytest, runners, and what these require."""
    built, path = tmp_path_factory.mktemp("wheel"), tmp_path_factory.mktemp("environment")
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", built]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True, timeout=280)
    venv.create(path, symlinks=True)
    (site,) = path.glob("lib/python*/site-packages")
    (wheel,) = built.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    (own,) = metadata.distributions(path=[str(site)])
    plugins = map(metadata.distribution, ("pytest", "pytest-xdist", "pytest-asyncio", "anyio"))
    for distribution in with_requirements(own, *plugins):
        if distribution is not own:
            for name in {file.parts[0] for file in distribution.files or ()} - {"..", "__pycache__"}:
                (site / name).symlink_to(Path(str(distribution.locate_file(name))).absolute())
    return path / "bin" / "python"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SpotifySandbox]:
    """The Spotify that is recorded."""
    with SpotifySandbox.in_thread() as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def token(sandbox: SpotifySandbox) -> str:
    """The access token for the recordings."""
    return sandbox.issue_token(user="sandbox_listener")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, sandbox: SpotifySandbox) -> Path:
    """A project in a temporary folder."""
    path = tmp_path_factory.mktemp("project")
    (path / "test_music.py").write_text(MUSIC.replace("ALBUM", sandbox.catalogue.long_album.id))
    for name, text in {"async": ASYNC, "guarded": GUARDED, "nothing": NOTHING}.items():
        (path / f"test_{name}.py").write_text(text)
    return path


@pytest.fixture(scope="module")
def results(project: Path, python: Path, sandbox: SpotifySandbox, token: str) -> dict[str, Result]:
    """The result of each run of pytest in the project, by its name."""
    album = sandbox.catalogue.long_album
    recording = {**sandbox.environment(), "SPOTIFY_ACCESS_TOKEN": token}
    music, cassette = ["test_music.py", *WITHOUT_RUNNERS], ["test_music.py", *WITHOUT_RUNNERS, "-k", "cassette"]
    runs: dict[str, tuple[list[str], dict[str, str]]] = {
        "nothing": (["test_nothing.py", *WITHOUT_RUNNERS], {}),
        "not recorded": (cassette, {"EXPECTED_NAME": album.name}),
        "every fixture": ([*music, "--spotify-record=once"], recording),
        "recorded before": ([*cassette, "--spotify-record=once"], {}),
        "recorded again": ([*cassette, "--spotify-record=all"], {}),
        "session scope": ([*music, "-o", "spotify_sandbox_scope=session"], {}),
        "module scope with xdist": ([*music, "-n", "2", "-o", "spotify_sandbox_scope=module"], {}),
        "other response": (cassette, {"EXPECTED_NAME": "Other"}),
        "asynchronous": (["test_async.py", *WITH_RUNNERS], {}),
        "guarded": (["test_guarded.py", *WITHOUT_RUNNERS], {}),
    }
    file = project / "runs.json"
    file.write_text(
        json.dumps({name: ([*OPTIONS, *arguments], variables) for name, (arguments, variables) in runs.items()})
    )
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PYTEST"))}
    subprocess.run([python, "-c", RUNS, file], cwd=project, env=environment, check=True, timeout=280)
    return {name: Result(*result) for name, result in json.loads(file.read_text()).items()}


@pytest.mark.parametrize(
    "run", ["every fixture", "session scope", "module scope with xdist", "recorded before", "recorded again"]
)
def test_a_project_with_only_the_wheel_and_pytest_uses_every_fixture(results: dict[str, Result], run: str) -> None:
    assert results[run].status == 0, results[run].output


def test_a_cassette_is_recorded_once_and_again_only_with_all(
    results: dict[str, Result], sandbox: SpotifySandbox, project: Path, token: str
) -> None:
    assert results["not recorded"].status == 1
    assert "record it with --spotify-record=once" in results["not recorded"].output
    # In the runs "every fixture" and "recorded again".
    sandbox.assert_called("get-an-album", times=2)
    cassette = project / "cassettes" / "test_music" / "test_the_cassette.json"
    assert token not in cassette.read_text()


def test_a_test_fails_when_its_recorded_response_is_not_as_expected(results: dict[str, Result]) -> None:
    assert results["other response"].status == 1
    assert "'The Complete Ferry Sessions' == 'Other'" in results["other response"].output


def test_asynchronous_tests_use_the_fixtures_with_both_runners(results: dict[str, Result]) -> None:
    assert results["asynchronous"].status == 0, results["asynchronous"].output
    assert "2 passed" in results["asynchronous"].output


def test_the_guard_fails_tests_that_would_reach_the_real_spotify(results: dict[str, Result]) -> None:
    status, output = results["guarded"].status, results["guarded"].output
    assert status == 1, output
    assert "2 failed, 1 passed" in output
    assert "the test sends a request to api.spotify.com, the real Spotify" in output
    assert "the test sends a request to accounts.spotify.com, the real Spotify" in output


def test_the_description_of_the_wheel_has_absolute_links_only(python: Path) -> None:
    (site,) = python.parents[1].glob("lib/python*/site-packages")
    description = metadata.Distribution.at(next(site.glob("async_spotify_client-*.dist-info"))).metadata.get_payload()
    links = re.findall(r"\]\(([^)]+)\)", str(description))
    assert "https://github.com/async-spotify-client/async-spotify-client/blob/main/docs/tutorial.md" in links
    assert [link for link in links if not link.startswith("https://")] == []


def test_the_plugin_imports_nothing_before_a_fixture_is_used(results: dict[str, Result]) -> None:
    assert results["nothing"].status == 0, results["nothing"].output
