"""Fixtures: the command line in this process, with a sandbox for Spotify and a directory for its files."""

import json
import webbrowser

import pytest

from spotify.cli import main
from spotify.testing import SpotifySandbox
from tests.support.sandbox_browser import SandboxBrowser


class Result:
    """What a command printed.

    Attributes:
        status: The exit status.
        out: The output.
        err: The messages.
    """

    def __init__(self, status, out, err):
        self.status = status
        self.out = out
        self.err = err

    @property
    def data(self):
        """The output as JSON data."""
        return json.loads(self.out)


@pytest.fixture
def state(monkeypatch, tmp_path):
    """The directory for state; there are no other variables of this library."""
    for prefix in ("SPOTIFY_", "SPOTIPY_", "SPOTIFY_SDK_"):
        for name in ("CLIENT_ID", "CLIENT_SECRET", "REDIRECT_URI", "API_URL", "ACCOUNTS_URL"):
            monkeypatch.delenv(prefix + name, raising=False)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "state" / "async-spotify-client"


@pytest.fixture
def cli(state, capsys):
    """A function that runs the command line and returns a `Result`."""

    def run(*arguments):
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return Result(ended.value.code or 0, captured.out, captured.err)

    return run


@pytest.fixture
def sandbox(state, monkeypatch):
    """A sandbox that the command line uses for Spotify."""
    with SpotifySandbox.in_thread() as sandbox:
        use(sandbox, monkeypatch)
        yield sandbox


def use(sandbox, monkeypatch):
    """Let the command line use a sandbox, without a client secret, and with a browser that follows redirects."""
    for name, value in sandbox.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("SPOTIFY_CLIENT_SECRET")
    monkeypatch.setenv("SPOTIFY_REDIRECT_URI", "http://127.0.0.1:0/callback")
    monkeypatch.setenv("BROWSER", "a browser")
    monkeypatch.setattr(webbrowser, "open", SandboxBrowser())


@pytest.fixture
def logged_in(sandbox, cli):
    """The sandbox, after `login` of a user with an empty library."""
    sandbox.consent(user=sandbox.catalogue.users[4].id)
    assert cli("login").status == 0
    return sandbox
