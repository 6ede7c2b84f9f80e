"""The pytest plugin in a project of its own, which has only the wheel and pytest."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from spotify.testing import SpotifySandbox

ROOT = Path(__file__).parents[2]
PROJECT = '''
import asyncio
import json
import socket
import threading
import urllib.request

import pytest

from spotify import AsyncSpotifyClient, ServerError
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
    assert run(spotify_client, lambda client: client.albums.get("ALBUM")).name == "The Complete Ferry Sessions"


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


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory in which the wheel is installed, without its requirements."""
    built, target = tmp_path_factory.mktemp("wheel"), tmp_path_factory.mktemp("site")
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "wheel", "--no-deps", "--wheel-dir", built, ROOT], check=True, timeout=280)
    (wheel,) = built.glob("*.whl")
    subprocess.run([*pip, "install", "--no-deps", "--target", target, wheel], check=True, timeout=280)
    return target


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


class Project:
    """A project in a temporary folder, with a virtual environment that has the wheel, pytest, and what both require."""

    def __init__(self, path: Path, installed: Path, plugins: Iterable[str]) -> None:
        self.path = path
        site = self._create_environment()
        (wheel,) = metadata.distributions(path=[str(installed)])
        for distribution in with_requirements(wheel, *map(metadata.distribution, ("pytest", *plugins))):
            for name in {file.parts[0] for file in distribution.files or ()} - {"..", "__pycache__"}:
                (site / name).symlink_to(Path(str(distribution.locate_file(name))).absolute())

    def _create_environment(self) -> Path:
        venv.create(self.path / "venv", symlinks=True)
        (site,) = (self.path / "venv").glob("lib/python*/site-packages")
        return site

    def write(self, name: str, text: str) -> None:
        (self.path / name).write_text(text)

    def run(self, *options: str, **environment: str) -> tuple[int, str]:
        """Run pytest; return its exit status and its output."""
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PYTEST"))}
        result = subprocess.run(
            [self.path / "venv" / "bin" / "python", "-m", "pytest", "-W", "error", *options],
            cwd=self.path,
            env={**clean, **environment},
            capture_output=True,
            text=True,
            timeout=250,
            check=False,
        )
        return result.returncode, result.stdout + result.stderr


@pytest.fixture
def project(tmp_path: Path, installed: Path) -> Project:
    return Project(tmp_path, installed, ["pytest-xdist"])


@pytest.mark.slow
def test_a_project_with_only_the_wheel_and_pytest_uses_every_fixture(project: Project) -> None:
    with SpotifySandbox.in_thread() as sandbox:
        project.write("test_music.py", PROJECT.replace("ALBUM", sandbox.catalogue.long_album.id))
        environment = {
            **sandbox.environment(),
            "SPOTIFY_ACCESS_TOKEN": sandbox.issue_token(user="sandbox_listener"),
        }
        status, output = project.run("-k", "cassette")
        assert status == 1
        assert "record it with --spotify-record=once" in output

        status, output = project.run("--spotify-record=once", **environment)
        assert status == 0, output
        sandbox.assert_called("get-an-album", times=1)
        status, output = project.run("--spotify-record=once", "-k", "cassette", **environment)
        assert status == 0, output
        sandbox.assert_called("get-an-album", times=1)
        status, output = project.run("--spotify-record=all", "-k", "cassette", **environment)
        assert status == 0, output
        sandbox.assert_called("get-an-album", times=2)

    cassette = project.path / "cassettes" / "test_music" / "test_the_cassette.json"
    assert environment["SPOTIFY_ACCESS_TOKEN"] not in cassette.read_text()
    for options in (["-o", "spotify_sandbox_scope=session"], ["-n", "2", "-o", "spotify_sandbox_scope=module"]):
        status, output = project.run(*options)
        assert status == 0, output
    project.write("test_music.py", (project.path / "test_music.py").read_text().replace("Ferry Sessions", "Other"))
    status, output = project.run("-k", "cassette")
    assert status == 1, output


@pytest.mark.slow
def test_asynchronous_tests_use_the_fixtures_with_both_runners(tmp_path: Path, installed: Path) -> None:
    project = Project(tmp_path, installed, ["pytest-asyncio", "anyio"])
    project.write("test_music.py", ASYNC)
    status, output = project.run("-q", "-o", "asyncio_mode=auto", "-o", "asyncio_default_fixture_loop_scope=function")
    assert status == 0, output
    assert "2 passed" in output


@pytest.mark.slow
def test_the_guard_fails_tests_that_would_reach_the_real_spotify(project: Project) -> None:
    project.write("test_music.py", GUARDED)
    status, output = project.run("-q")
    assert status == 1, output
    assert "2 failed, 1 passed" in output
    assert "the test sends a request to api.spotify.com, the real Spotify" in output
    assert "the test sends a request to accounts.spotify.com, the real Spotify" in output


@pytest.mark.slow
def test_the_plugin_imports_nothing_before_a_fixture_is_used(project: Project) -> None:
    project.write(
        "test_nothing.py",
        "import sys\n\n\ndef test_nothing():\n"
        "    assert 'spotify.testing.pytest_plugin' in sys.modules\n"
        "    loaded = {'aiohttp', 'msgspec', 'dependency_injector', 'spotify.client', 'spotify.testing.sandbox'}\n"
        "    assert not loaded & sys.modules.keys()\n",
    )
    status, output = project.run("-q")
    assert status == 0, output
