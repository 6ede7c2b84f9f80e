"""`sandbox.load`: recorded responses and backups."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from spotify.testing import SpotifySandbox
from spotify.tools import backup


async def test_a_backup_is_loaded_with_its_libraries_and_playlists(tmp_path: Path) -> None:
    async with SpotifySandbox(catalogue="empty") as sandbox:
        track = sandbox.add_track("Dawn", artist=["Blue Hour", "Guest"], album="Harbour", isrc="QZ1", duration=61.5)
        show = sandbox.add_show("Radio", episodes=["One"])
        book = sandbox.add_audiobook("The Tide", chapters=["Low", "High"])
        saved = [track, track.album, show, show.episodes[0], book, track.artists[0]]
        sandbox.add_user("Ana", id="ana", saved=saved, playlists={"Mix": [track, show.episodes[0], track]})
        async with sandbox.client(user="ana") as client:
            await backup(client, tmp_path)

    async with SpotifySandbox(catalogue="empty") as sandbox:
        sandbox.load(tmp_path)
        async with sandbox.client(user="ana") as client:
            (own,) = await client.tracks.get_saved().collect()
            assert (own.track.id, own.track.external_ids.isrc, own.track.duration_ms) == (track.id, "QZ1", 61_500)
            assert [artist.name for artist in own.track.artists] == ["Blue Hour", "Guest"]
            assert own.track.album.name == "Harbour"
            assert [each.album.id async for each in client.albums.get_saved()] == [track.album.id]
            assert [each.show.name async for each in client.shows.get_saved()] == ["Radio"]
            assert [each.episode.name async for each in client.episodes.get_saved()] == ["One"]
            assert [each.audiobook.total_chapters async for each in client.audiobooks.get_saved()] == [2]
            assert [each.name async for each in client.users.get_followed_artists()] == ["Blue Hour"]
            (mix,) = await client.playlists.get_for_current_user().collect()
            assert mix.name == "Mix"
            assert [each.item.name async for each in client.playlists.get_items(mix.id)] == ["Dawn", "One", "Dawn"]


async def test_responses_are_loaded_and_what_exists_stays(tmp_path: Path) -> None:
    async with SpotifySandbox() as source, source.client() as client:
        album = source.catalogue.long_album
        body = await client.with_response(client.albums.get(album.id))
        (tmp_path / "album.json").write_bytes(body.content)
    sandbox = SpotifySandbox(catalogue="empty")
    sandbox.load(tmp_path / "album.json")
    loaded = sandbox.catalogue.album_by_id[album.id]
    assert (loaded.name, loaded.label, loaded.upc) == (album.name, album.label, album.upc)
    names = [track.name for track in sandbox.catalogue.tracks_of(loaded)]
    assert names == [track.name for track in album.tracks[:50]]
    sandbox.load(tmp_path)
    assert len(sandbox.catalogue.tracks) == 50


@pytest.mark.parametrize("content", ["", "[1, 2]", '{"a": 1}'])
def test_a_file_without_spotify_objects_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "x.json").write_text(content)
    with pytest.raises(ValueError, match=r"x.json (has no Spotify objects|is not JSON)"):
        SpotifySandbox(catalogue="empty").load(tmp_path / "x.json")


def test_the_owner_of_loaded_libraries_can_be_chosen(tmp_path: Path) -> None:
    sandbox = SpotifySandbox()
    track = {"type": "track", "id": sandbox.catalogue.tracks[1].id, "name": "x"}
    (tmp_path / "saved.json").write_text(json.dumps({"items": [{"added_at": "2026-01-01T00:00:00Z", "track": track}]}))
    sandbox.load(tmp_path / "saved.json", user="ana")
    saved = sandbox._state.library(sandbox.catalogue.user_by_id["ana"]).saved["track"]
    assert list(saved.newest_first()) == [(track["id"], "2026-01-01T00:00:00Z")]
