"""Backup and restore of libraries of a sandbox, also stopped at any request."""

import asyncio
import csv
import json

import pytest

from spotify import ClientConfig, SpotifyError
from spotify.testing import Fault, SpotifySandbox
from spotify.tools import SECTIONS, backup, restore
from spotify.tools.archive import Archive

LIBRARY = [section for section in SECTIONS if section != "playlists"]


@pytest.fixture
async def sandbox():
    async with SpotifySandbox() as sandbox:
        yield sandbox


@pytest.fixture
def other(sandbox):
    """Another user, who has nothing saved."""
    return sandbox.catalogue.users[4].id


def content_of(path, *, dates=True):
    """Return what a backup says about a library, without what differs between accounts."""
    archive = Archive(path)
    content = {name: archive.rows(name) for name in LIBRARY}
    playlists = [row for row in archive.rows("playlists") if row["is_own"]]
    content["playlists"] = [
        {
            **{name: row[name] for name in ("name", "public", "collaborative", "items")},
            "description": row["description"] or None,
            "uris": [entry["uri"] for entry in archive.rows(f"playlists/{row['id']}")],
        }
        for row in playlists
    ]
    if not dates:
        for rows in content.values():
            for row in rows:
                row.pop("added_at", None)
    return content


def without_local_files(content):
    for playlist in content["playlists"]:
        playlist["uris"] = [uri for uri in playlist["uris"] if uri and not uri.startswith("spotify:local:")]
        playlist["items"] = len(playlist["uris"])
    return content


async def keep_playlists(client, ids):
    """Remove all other playlists of the user."""
    playlists = client.playlists.get_for_current_user()
    await client.library.remove_items([playlist.uri async for playlist in playlists if playlist.id not in ids])


async def test_a_backup_has_every_list_as_json_lines_and_csv(sandbox, tmp_path):
    seen = []
    async with sandbox.client() as client:
        await keep_playlists(client, [sandbox.catalogue.mixed_playlist.id])
        manifest = await backup(client, tmp_path, progress=lambda *numbers: seen.append(numbers))
        tracks = await client.tracks.get_saved().collect()
    rows = Archive(tmp_path).rows("tracks")
    assert [row["uri"] for row in rows] == [saved.track.uri for saved in tracks]
    assert rows[0]["added_at"] == tracks[0].added_at.isoformat().replace("+00:00", "Z")
    with (tmp_path / "tracks.csv").open(newline="") as file:
        assert [row["name"] for row in csv.DictReader(file)] == [saved.track.name for saved in tracks]
    assert manifest.finished_at is not None
    assert {name for name, *_ in seen} >= set(LIBRARY)
    assert list(tmp_path.glob("**/*.part")) == []
    mixed = sandbox.catalogue.mixed_playlist
    assert manifest.playlists[mixed.id].items == len(mixed.entries)
    assert len(Archive(tmp_path).rows(f"playlists/{mixed.id}")) == len(mixed.entries)


async def test_a_second_backup_reads_changed_playlists_only(sandbox, other, tmp_path):
    async with sandbox.client(user=other) as client:
        await backup(client, tmp_path, include=["playlists"])
        playlist = await client.playlists.create("New")
        await client.playlists.add_items(playlist.id, [sandbox.catalogue.tracks[0].uri])
        del sandbox.requests[:]
        await backup(client, tmp_path, include=["playlists"])
    reads = [exchange.path for exchange in sandbox.requests if exchange.path.endswith("/items")]
    assert reads == [f"/playlists/{playlist.id}/items"]


@pytest.mark.slow
async def test_a_restored_library_equals_the_original(sandbox, other, tmp_path):
    tracks = sandbox.catalogue.tracks[:200]
    async with sandbox.client() as client:
        await client.playlists.unfollow(sandbox.catalogue.big_playlist.id)  # half of all requests
        await client.tracks.remove([saved.track.uri async for saved in client.tracks.get_saved()])
        for number in range(5):
            playlist = await client.playlists.create(
                f"Mix {number}", public=number % 2 == 0, description=f"No. {number}"
            )
            count = 250 if number == 0 else 40  # three pages and writes, or one
            uris = [sandbox.catalogue.tracks[number * 7 + each].uri for each in range(count)]
            await client.playlists.add_items(playlist.id, uris)
        for first in range(0, len(tracks), 40):
            await client.library.save_items([track.uri for track in tracks[first : first + 40]])
        await backup(client, tmp_path / "original")
    async with sandbox.client(user=other) as client:
        summary = await restore(client, tmp_path / "original")
        await backup(client, tmp_path / "restored")
    original, restored = content_of(tmp_path / "original"), content_of(tmp_path / "restored")
    assert len(original["tracks"]) == len(tracks)
    assert len(original["playlists"]) > 5
    assert restored["tracks"] == original["tracks"]
    ours = without_local_files(original)["playlists"]
    assert restored["playlists"][: len(ours)] == ours
    for name in LIBRARY:
        assert [row["uri"] for row in restored[name]] == [row["uri"] for row in original[name]], name
    assert summary.added["tracks"] == len(tracks)
    assert all("local file" in line for line in summary.missing)


class Stop:
    """Cancels the task of a run at a request."""

    def __init__(self, sandbox):
        sandbox.add_observer(self)
        self.left = None
        self.task = None

    def __call__(self, exchange):
        if self.left is not None:
            self.left -= 1
            if self.left == 0:
                self.task.cancel()

    async def run(self, call, after):
        """Run a call, and cancel it at a request; return whether it ended before."""
        self.left, self.task = after, asyncio.ensure_future(call)
        try:
            await self.task
        except asyncio.CancelledError:
            return False
        finally:
            self.left = None
        return True


async def small_library(sandbox, client):
    """Let a user have two playlists and some saved tracks and artists, and nothing else."""
    await client.library.remove_items([each.uri async for each in client.playlists.get_for_current_user()])
    uris = [track.uri for track in sandbox.catalogue.tracks[:130]]
    for number in range(2):
        playlist = await client.playlists.create(f"Mix {number}", public=False)
        await client.playlists.add_items(playlist.id, uris[number : number + 120])
    await client.tracks.save(uris[:90])
    await client.users.follow_artists_or_users("artist", [artist.id for artist in sandbox.catalogue.artists[:60]])


@pytest.mark.parametrize("quota_mode", ["extended", "development"])
async def test_stopped_at_any_request_and_run_again_nothing_is_missing_or_doubled(tmp_path, quota_mode):
    include = ["tracks", "artists", "playlists"]
    async with SpotifySandbox(quota_mode=quota_mode) as sandbox:
        source, target = sandbox.catalogue.users[4].id, sandbox.catalogue.users[3].id
        stop = Stop(sandbox)
        # A cancelled write is waited for; a killed process does not do that.
        config = ClientConfig(write_settle_time=0.0)
        async with sandbox.client(user=source, config=config) as client:
            await small_library(sandbox, client)
            await backup(client, tmp_path / "whole", include=include)
            for after in (1, 2, 3, 4, 6, 9, 99):  # `restore` is stopped at each request below
                path = tmp_path / f"part-{after}"
                if await stop.run(backup(client, path, include=include), after):
                    break
                await backup(client, path, include=include)
                assert content_of(path) == content_of(tmp_path / "whole"), after
        async with sandbox.client(user=target, config=config) as client:
            await client.library.remove_items([each.uri async for each in client.playlists.get_for_current_user()])
            after = 0
            while not await stop.run(restore(client, tmp_path / "whole", include=include), after := after + 1):
                pass
            await restore(client, tmp_path / "whole", include=include)
            await backup(client, tmp_path / "restored", include=include)
        assert after > 8
        original, restored = (
            content_of(tmp_path / name, dates=quota_mode == "extended") for name in ("whole", "restored")
        )
        assert len(original["playlists"]) == 2
        assert restored["playlists"] == original["playlists"]
        assert restored["tracks"] == original["tracks"]
        assert sorted(row["uri"] for row in restored["artists"]) == sorted(row["uri"] for row in original["artists"])


async def test_a_creation_without_a_response_is_not_repeated(sandbox, other, tmp_path):
    async with sandbox.client(user=sandbox.catalogue.users[3].id) as client:
        await client.playlists.create("Only once")
        await backup(client, tmp_path, include=["playlists"])
    async with sandbox.client(user=other, max_retries=0) as client:
        sandbox.fail("create-playlist", Fault.reset(executed=True), times=1)
        with pytest.raises(SpotifyError):
            await restore(client, tmp_path, include=["playlists"])
        await restore(client, tmp_path, include=["playlists"])
        names = [playlist.name async for playlist in client.playlists.get_for_current_user()]
    assert names.count("Only once") == 1


async def test_a_deleted_playlist_is_restored_and_a_changed_one_is_as_it_was(sandbox, other, tmp_path):
    uris = [track.uri for track in sandbox.catalogue.tracks[:5]]
    async with sandbox.client(user=other) as client:
        deleted, changed = await client.playlists.create("Deleted"), await client.playlists.create("Changed")
        for playlist in (deleted, changed):
            await client.playlists.add_items(playlist.id, uris)
        await backup(client, tmp_path, include=["playlists"])
        await client.playlists.unfollow(deleted.id)
        await client.playlists.remove_items(changed.id, uris=uris[1:2])
        await client.playlists.change_details(changed.id, name="Renamed")
        summary = await restore(client, tmp_path, include=["playlists"])
        assert summary.added == {"playlists": 2}
        found = {each.name: each.id async for each in client.playlists.get_for_current_user()}
        for name in ("Deleted", "Changed"):
            items = await client.playlists.get_items(found[name]).collect()
            assert [entry.item.uri for entry in items] == uris
        assert (await restore(client, tmp_path, include=["playlists"])).added == {"playlists": 0}


def replace_ids(path, replaced):
    """Write other ids into the file of a list, as if Spotify had withdrawn the tracks."""
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    for row in rows:
        if row["uri"] in replaced:
            row["uri"] = replaced[row["uri"]]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))


@pytest.mark.parametrize("quota_mode", ["extended", "development"])
async def test_a_track_whose_id_is_gone_is_found_by_its_isrc(tmp_path, quota_mode):
    async with SpotifySandbox(quota_mode=quota_mode) as sandbox:
        source, target = sandbox.catalogue.users[4].id, sandbox.catalogue.users[3].id
        tracks = sandbox.catalogue.tracks[:3]
        gone = f"spotify:track:{'0' * 22}"
        async with sandbox.client(user=source) as client:
            playlist = await client.playlists.create("Mix")
            await client.playlists.add_items(playlist.id, [track.uri for track in tracks])
            await client.tracks.save([track.id for track in tracks])
            await backup(client, tmp_path, include=["tracks", "playlists"])
        assert all(row["isrc"] for row in Archive(tmp_path).rows("tracks"))
        for path in (tmp_path / "tracks.jsonl", tmp_path / "playlists" / f"{playlist.id}.jsonl"):
            replace_ids(path, {tracks[1].uri: gone})
        async with sandbox.client(user=target) as client:
            summary = await restore(client, tmp_path, include=["tracks", "playlists"])
            saved = {entry.track.external_ids.isrc for entry in await client.tracks.get_saved().collect()}
            found = {each.name: each.id async for each in client.playlists.get_for_current_user()}
            items = await client.playlists.get_items(found["Mix"]).collect()
        assert saved == {track.isrc for track in tracks}
        assert [entry.item.external_ids.isrc for entry in items] == [track.isrc for track in tracks]
        assert set(summary.replaced) == {gone}
        assert summary.missing == []


async def test_a_track_that_is_gone_without_a_replacement_is_reported(sandbox, other, tmp_path):
    tracks = sandbox.catalogue.tracks[:3]
    async with sandbox.client(user=sandbox.catalogue.users[3].id) as client:
        await client.tracks.save([track.id for track in tracks])
        await backup(client, tmp_path, include=["tracks"])
    path = tmp_path / "tracks.jsonl"
    replace_ids(path, {tracks[1].uri: f"spotify:track:{'0' * 22}"})
    path.write_text(path.read_text().replace(tracks[1].isrc, "XX0000000000"))
    async with sandbox.client(user=other) as client:
        summary = await restore(client, tmp_path, include=["tracks"])
        assert len(await client.tracks.get_saved().collect()) == 2
    (line,) = summary.missing
    assert tracks[1].name in line
    assert "no longer in the catalogue" in line


async def test_a_list_that_changed_in_between_is_read_from_the_beginning(sandbox, tmp_path):
    stop = Stop(sandbox)
    tracks = sandbox.catalogue.tracks
    async with sandbox.client() as client:
        assert not await stop.run(backup(client, tmp_path, include=["tracks"]), 4)
        assert (tmp_path / "tracks.jsonl.part").exists()
        await client.tracks.save([tracks[1].id])
        await backup(client, tmp_path, include=["tracks"])
        expected = [saved.track.uri for saved in await client.tracks.get_saved().collect()]
    assert [row["uri"] for row in Archive(tmp_path).rows("tracks")] == expected


async def test_a_line_that_a_killed_process_left_incomplete_is_read_again(sandbox, tmp_path):
    stop = Stop(sandbox)
    async with sandbox.client() as client:
        assert not await stop.run(backup(client, tmp_path, include=["tracks"]), 4)
        with (tmp_path / "tracks.jsonl.part").open("a") as file:
            file.write('{"uri": "spotify:tr')
        await backup(client, tmp_path, include=["tracks"])
        expected = [saved.track.uri for saved in await client.tracks.get_saved().collect()]
    assert [row["uri"] for row in Archive(tmp_path).rows("tracks")] == expected


async def test_playlists_that_cannot_be_read_are_named(tmp_path):
    async with SpotifySandbox(quota_mode="development") as sandbox, sandbox.client() as client:
        foreign = [each for each in sandbox.catalogue.playlists if each.owner is not sandbox.catalogue.default_user]
        await keep_playlists(client, [playlist.id for playlist in foreign])
        manifest = await backup(client, tmp_path, include=["playlists"])
        errors = [state.error for state in manifest.playlists.values() if state.error]
        assert errors
        assert all(state.is_complete for state in manifest.playlists.values())


async def test_wrong_directories_and_lists_are_refused(sandbox, other, tmp_path):
    async with sandbox.client() as client, sandbox.client(user=other) as stranger:
        with pytest.raises(ValueError, match="has no backup"):
            await restore(client, tmp_path)
        with pytest.raises(ValueError, match="include must be one of"):
            await backup(client, tmp_path, include=["songs"])
        await backup(client, tmp_path, include=["artists"])
        with pytest.raises(ValueError, match="backup of the user"):
            await backup(stranger, tmp_path)
        stop = Stop(sandbox)
        assert not await stop.run(backup(client, tmp_path / "x", include=["artists", "albums"]), 3)
        with pytest.raises(ValueError, match=r"is incomplete; run `backup` again|has no backup"):
            await restore(client, tmp_path / "x")
        (tmp_path / "manifest.json").write_text("{}")
        with pytest.raises(ValueError, match="not the manifest of a backup"):
            await restore(client, tmp_path)
