"""The snapshots of edited playlists."""

from __future__ import annotations

import pytest

from spotify.testing.sandbox import Catalogue
from spotify.testing.sandbox.http.errors import WebApiError
from spotify.testing.sandbox.state import EditablePlaylist


@pytest.mark.parametrize(("entry_count", "kept"), [(5_000, 20), (10, 100)])
def test_snapshots_are_limited_in_number_and_entries(entry_count: int, kept: int) -> None:
    playlist = EditablePlaylist(Catalogue.of(0).big_playlist)
    playlist.replace(playlist.entries[:entry_count])
    snapshot_ids = []
    for _ in range(150):
        playlist.touch()
        snapshot_ids.append(playlist.snapshot_id)

    playlist.remove(lambda _entry: False, snapshot_ids[-kept])
    with pytest.raises(WebApiError, match="Invalid snapshot_id"):
        playlist.remove(lambda _entry: False, snapshot_ids[-kept - 1])
