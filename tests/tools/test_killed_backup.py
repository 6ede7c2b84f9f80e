"""A backup and a restore in processes that are killed at several requests."""

import signal

import pytest

from spotify.testing import SpotifySandbox
from spotify.tools.archive import Archive
from tests.support.backup_process import back_up_or_restore
from tests.support.forked_processes import ForkedProcess

TRACKS = 5000
PLAYLISTS = 60


class Worker:
    """Runs `backup` and `restore` in processes, and kills a process with SIGKILL at a request."""

    def __init__(self, sandbox, user):
        self._environment = {
            "SPOTIFY_API_URL": sandbox.api_url,
            "SPOTIFY_ACCOUNTS_URL": sandbox.accounts_url,
            "SPOTIFY_ACCESS_TOKEN": sandbox.issue_token(user=user),
        }
        self._left = None
        self._process = None
        sandbox.add_observer(self._count)

    def _count(self, _exchange):
        if self._left is not None:
            self._left -= 1
            if self._left == 0:
                self._process.kill()

    def run(self, action, directory, *, kill_after=None):
        """Run an action until it ends, or is killed at a request; return whether it ended."""
        self._left = None
        self._process = ForkedProcess(back_up_or_restore, action, directory, environment=self._environment)
        self._left = kill_after
        code = self._process.wait()
        assert code in {0, -signal.SIGKILL}
        return code == 0


@pytest.mark.slow
def test_killed_at_any_moment_and_run_again_nothing_is_missing_or_doubled(tmp_path):
    with SpotifySandbox.in_thread() as sandbox:
        tracks = list(sandbox.catalogue.tracks)
        tracks += [sandbox.add_track(f"Song {number}", artist="Blue Hour") for number in range(TRACKS - len(tracks))]
        playlists = {f"Mix {number}": tracks[number * 70 : number * 70 + 30] for number in range(PLAYLISTS)}
        source = sandbox.add_user("Ana", saved=tracks, playlists=playlists).id
        target = sandbox.add_user("Ben").id

        worker = Worker(sandbox, source)
        for kill_after in (40, 120):
            assert not worker.run("backup", tmp_path / "music", kill_after=kill_after)
        assert worker.run("backup", tmp_path / "music")

        worker = Worker(sandbox, target)
        for kill_after in (120, 150):
            assert not worker.run("restore", tmp_path / "music", kill_after=kill_after)
        assert worker.run("restore", tmp_path / "music")
        assert worker.run("backup", tmp_path / "copy")

    original, copy = Archive(tmp_path / "music"), Archive(tmp_path / "copy")
    assert {row["uri"] for row in original.rows("tracks")} == {track.uri for track in tracks}
    assert len(original.rows("tracks")) == TRACKS
    assert copy.rows("tracks") == original.rows("tracks")
    assert playlists_of(copy) == playlists_of(original)
    assert playlists_of(original) == {name: [track.uri for track in items] for name, items in playlists.items()}


def playlists_of(archive):
    """Return the URIs of each playlist by its name, in the order of the list of playlists."""
    return {
        row["name"]: [item["uri"] for item in archive.rows(f"playlists/{row['id']}")]
        for row in archive.rows("playlists")
    }
