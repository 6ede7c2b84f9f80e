"""The everyday programs on a sandbox, and their length beside the same programs with spotipy."""

import ast
import asyncio
import runpy
import sys
from pathlib import Path

import pytest

from spotify import ClientConfig
from spotify.cli.session import ALL
from spotify.services._playback_watch import PlaybackWatcher
from spotify.testing import SpotifySandbox
from spotify.tools.archive import Archive
from spotify.user_login import login
from tests.support.sandbox_browser import SandboxBrowser

EXAMPLES = Path(__file__).parents[2] / "examples" / "everyday"

LOGIN = """
import spotipy
from spotipy.cache_handler import CacheFileHandler
from spotipy.oauth2 import SpotifyPKCE
cache = CacheFileHandler("~/.local/state/spotipy/token.json")
sp = spotipy.Spotify(auth_manager=SpotifyPKCE(scope=SCOPE, cache_handler=cache, redirect_uri="http://127.0.0.1:8888/"))
"""
ALL_ITEMS = """
def all_items(page):
    items = page["items"]
    while page["next"]:
        page = sp.next(page)
        items += page["items"]
    return items
"""
#: What spotipy's users write for the same.
SPOTIPY = {
    "login": LOGIN
    + """
print(sp.current_user()["display_name"])
""",
    "backup_library": LOGIN
    + ALL_ITEMS
    + """
import json
for name, page in (("tracks", sp.current_user_saved_tracks(50)), ("albums", sp.current_user_saved_albums(50))):
    with open(f"{name}.json", "w") as file:
        json.dump(all_items(page), file)
for playlist in all_items(sp.current_user_playlists()):
    with open(f"{playlist['id']}.json", "w") as file:
        json.dump(all_items(sp.playlist_items(playlist["id"])), file)
""",
    "merge_playlists": LOGIN
    + ALL_ITEMS
    + """
import sys
known, uris = set(), []
for playlist in sys.argv[1:]:
    for item in all_items(sp.playlist_items(playlist)):
        if item["track"]["external_ids"]["isrc"] not in known:
            known.add(item["track"]["external_ids"]["isrc"])
            uris.append(item["track"]["uri"])
sp.playlist_replace_items(sys.argv[1], uris[:100])
for first in range(100, len(uris), 100):
    sp.playlist_add_items(sys.argv[1], uris[first:first + 100])
""",
    "top_artists": LOGIN
    + ALL_ITEMS
    + """
import polars
artists = all_items(sp.current_user_top_artists(50, time_range="long_term"))
print(polars.DataFrame([{"name": a["name"], "genres": ", ".join(a["genres"])} for a in artists]))
""",
    "now_playing": LOGIN
    + """
import time
while True:
    state = sp.current_playback()
    print(state and state["item"]["name"])
    time.sleep(10)
""",
}


def lines_of(code):
    """Return the number of lines of code, without a docstring."""
    ast.parse(code)
    text = code.partition('"""\n')[2] if code.startswith('"""') else code
    return sum(1 for line in text.splitlines() if line.strip())


@pytest.fixture
def sandbox(tmp_path, monkeypatch):
    """A sandbox that the programs use for Spotify; the user is logged in."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.chdir(tmp_path)
    with SpotifySandbox.in_thread() as sandbox:
        for name, value in {**sandbox.environment(), "SPOTIFY_REDIRECT_URI": "http://127.0.0.1:0/callback"}.items():
            monkeypatch.setenv(name, value)
        sandbox.consent(user=sandbox.catalogue.users[4].id)

        async def log_in():
            async with login(*ALL, open_browser=SandboxBrowser(), config=ClientConfig.from_env()):
                pass

        asyncio.run(log_in())
        yield sandbox


def run(name, *arguments):
    """Run a program in this process."""
    sys.argv = [name, *arguments]
    runpy.run_path(str(EXAMPLES / f"{name}.py"), run_name="__main__")


@pytest.fixture(autouse=True)
def _argv(monkeypatch):
    monkeypatch.setattr(sys, "argv", [])


@pytest.mark.parametrize("name", SPOTIPY)
def test_a_program_is_no_longer_than_with_spotipy(name):
    assert lines_of((EXAMPLES / f"{name}.py").read_text()) <= lines_of(SPOTIPY[name])


def test_every_program_is_compared():
    assert {path.stem for path in EXAMPLES.glob("*.py")} == set(SPOTIPY)


def test_login(sandbox, capsys):
    run("login")
    assert capsys.readouterr().out == f"{sandbox.catalogue.users[4].display_name}\n"


def test_backup_library(sandbox, tmp_path):
    run("backup_library")
    assert Archive(tmp_path / "my-music").read_manifest().finished_at is not None


def test_merge_playlists(sandbox, tmp_path):
    async def ids():
        async with login(*ALL) as client:
            created = [await client.playlists.create(name) for name in ("One", "Two")]
            for number, playlist in enumerate(created):
                uris = [track.uri for track in sandbox.catalogue.tracks[number : number + 3]]
                await client.playlists.add_items(playlist.id, uris)
            return [playlist.id for playlist in created]

    async def count(playlist):
        async with login(*ALL) as client:
            return len(await client.playlists.get_items(playlist).collect())

    target, source = asyncio.run(ids())
    run("merge_playlists", target, source)
    assert asyncio.run(count(target)) == 4


def test_top_artists(sandbox, capsys):
    run("top_artists")
    assert capsys.readouterr().out.startswith("shape: (")


def test_now_playing(sandbox, capsys, monkeypatch):
    changes = PlaybackWatcher.changes

    async def first(watcher):
        async for change in changes(watcher):
            yield change
            return

    monkeypatch.setattr(PlaybackWatcher, "changes", first)
    run("now_playing")
    assert capsys.readouterr().out == "initial: nothing is playing\n"
