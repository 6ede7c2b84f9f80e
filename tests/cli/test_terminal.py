"""The command line in a terminal: tables, questions, Ctrl-C, and the start of the program."""

import json
import os
import signal
import subprocess
import sys
import threading

import pexpect
import pytest

from spotify.testing import SpotifySandbox
from spotify.tools.archive import Archive
from tests.cli.conftest import use


def spawn(*arguments):
    """Run the command line in a terminal."""
    command = ["-m", "spotify", *map(str, arguments)]
    options = {"timeout": 120, "encoding": "utf-8", "codec_errors": "replace", "dimensions": (40, 120)}
    return pexpect.spawn(sys.executable, command, preexec_fn=_accept_interrupts, **options)


def _accept_interrupts():
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # a shell starts programs in the background with it ignored


def finish(child):
    """Wait until a program has ended; return its exit status and what it printed since."""
    child.expect(pexpect.EOF)
    child.close()
    return child.exitstatus, child.before


@pytest.mark.slow
def test_on_a_terminal_rows_are_a_table(state):
    status, out = finish(spawn("--sandbox", "search", "blue", "--limit", "2"))
    assert status == 0
    assert "artists" in out
    assert out.count("spotify:track:") == 2


@pytest.mark.slow
def test_a_change_is_confirmed_on_a_terminal(logged_in, cli, tmp_path):
    uris = [track.uri for track in logged_in.catalogue.tracks[:2]]
    (tmp_path / "Mix.txt").write_text("\n".join([*uris, uris[0]]))
    playlist = cli("--json", "playlist", "import", tmp_path / "Mix.txt", "--yes").data["playlist"]
    for answer, count in (("n", 3), ("y", 2)):
        child = spawn("playlist", "dedupe", playlist)
        child.expect("3 → 2 items")
        child.expect(r"\[y/N\]")
        child.sendline(answer)
        assert finish(child)[0] == 0
        assert len(cli("--json", "playlist", "export", playlist).data) == count


def interrupted(sandbox, after, *arguments):
    """Run a command in a terminal and press Ctrl-C after a number of requests; return what it printed."""
    reached, ended = threading.Event(), threading.Event()
    expected = len(sandbox.requests) + after

    def watch(_exchange):
        if len(sandbox.requests) >= expected:
            reached.set()
            ended.wait(120)  # the sandbox sends no response, so that the program cannot finish before Ctrl-C

    sandbox.add_observer(watch)
    try:
        child = spawn(*arguments)
        while not reached.is_set():
            # A program whose output is not read stops when the buffer of the terminal is full.
            assert child.expect([pexpect.TIMEOUT, pexpect.EOF], timeout=0.05) == 0
        child.sendintr()
        status, out = finish(child)
    finally:
        ended.set()
    assert status == 130
    return out


@pytest.mark.slow
def test_ctrl_c_stops_backup_and_restore_and_both_continue(state, cli, tmp_path, monkeypatch):
    with SpotifySandbox.in_thread(latency=0.05) as sandbox:
        use(sandbox, monkeypatch)
        sandbox.consent(user=sandbox.catalogue.users[4].id)
        cli("login")
        music = tmp_path / "music"
        out = interrupted(sandbox, 12, "backup", music)
        assert f"`spotify-web backup {music}` continues" in out
        assert json.loads((music / "manifest.json").read_text())["finished_at"] is None
        assert cli("backup", music).status == 0
        sandbox.consent(user=sandbox.catalogue.users[3].id)
        cli("login", "--user", "other")
        out = interrupted(sandbox, 12, "restore", music, "--user", "other")
        assert f"`spotify-web restore {music}` continues" in out
        assert cli("restore", music, "--user", "other").status == 0
        assert cli("backup", tmp_path / "copy", "--user", "other").status == 0
    own = [row for row in Archive(music).rows("playlists") if row["is_own"]]
    copies = Archive(tmp_path / "copy").rows("playlists")
    for row in own:
        (copy,) = [
            each for each in copies if each["name"] == row["name"] and each["items"] == row["items"] and each["is_own"]
        ]
        assert [entry["uri"] for entry in Archive(tmp_path / "copy").rows(f"playlists/{copy['id']}")] == [
            entry["uri"] for entry in Archive(music).rows(f"playlists/{row['id']}")
        ]
    assert own


def test_help_imports_neither_the_client_nor_its_requirements():
    program = (
        "import sys, spotify.cli\n"
        "try:\n    spotify.cli.main(['--help'])\nexcept SystemExit:\n    pass\n"
        "loaded = {name.partition('.')[0] for name in sys.modules}\n"
        "print(*sorted(loaded & {'aiohttp', 'msgspec', 'rich', 'structlog'}))\n"
        "print('spotify.client' in sys.modules)"
    )
    out = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout
    assert out.endswith("\n\nFalse\n")


def test_importing_the_package_does_not_import_the_command_line():
    program = (
        "import sys, spotify; spotify.AsyncSpotifyClient('t')\n"
        "print('spotify.cli' in sys.modules, 'typer' in sys.modules)"
    )
    out = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout
    assert out == "False False\n"


def test_without_the_extra_the_message_says_how_to_install_it():
    program = "import sys; sys.modules['typer'] = None; import spotify.cli; spotify.cli.main([])"
    result = subprocess.run(
        [sys.executable, "-c", program], check=False, capture_output=True, text=True, env=os.environ
    )
    assert result.returncode == 1
    assert "pip install 'async-spotify-client[cli]'" in result.stderr
