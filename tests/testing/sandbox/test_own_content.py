"""`add_artist` and so on: what is added is found by every operation that could return it, in both quota modes."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import get_args

import pytest

from spotify import AsyncSpotifyClient
from spotify.testing import Fault, SpotifySandbox
from spotify.testing.sandbox.catalogue.catalogue import CatalogueKind
from spotify.testing.sandbox.quota import QuotaMode

BOTH_MODES = pytest.mark.parametrize("quota_mode", get_args(QuotaMode))
BOTH_CATALOGUES = pytest.mark.parametrize("catalogue", get_args(CatalogueKind))


@asynccontextmanager
async def serving(**arguments: object) -> AsyncIterator[tuple[SpotifySandbox, AsyncSpotifyClient]]:
    async with SpotifySandbox(**arguments) as sandbox, sandbox.client() as client:
        yield sandbox, client


@BOTH_MODES
@BOTH_CATALOGUES
async def test_added_music_is_found_by_id_search_and_in_pages(quota_mode: QuotaMode, catalogue: CatalogueKind) -> None:
    async with serving(quota_mode=quota_mode, catalogue=catalogue) as (sandbox, client):
        artist = sandbox.add_artist("Portis Quay", genres=["trip hop"])
        album = sandbox.add_album("Third Harbour", artist=artist, release_date="2008-04", markets=["US", "DE"])
        tracks = [sandbox.add_track(name, album=album, duration=61.5) for name in ("Silence Machine", "Rip Hunter")]
        guest = sandbox.add_track("Guest Song", artist=artist, album="Various Quays", isrc="QZPQ12600001")

        found = await client.search.search("portis quay", ["artist", "album", "track"])
        first_page = (await client.albums.get(album.id)).tracks
        discography = await client.artists.get_albums(artist.id).collect()
        by_isrc = await client.search.search("isrc:QZPQ12600001", ["track"])

        assert [each.id for each in found.artists.items] == [artist.id]
        assert {each.id for each in found.tracks.items} == {*(track.id for track in tracks), guest.id}
        assert [(each.name, each.duration_ms) for each in first_page.items] == [
            ("Silence Machine", 61_500),
            ("Rip Hunter", 61_500),
        ]
        assert {each.name for each in discography} == {"Third Harbour", "Various Quays"}
        assert next(each.total_tracks for each in discography if each.id == album.id) == 2
        assert [each.uri for each in by_isrc.tracks.items] == [guest.uri]
        assert (await client.tracks.get(guest.id)).artists[0].name == "Portis Quay"
        several = await client.artists.get_several([artist.id])
        assert [each.name for each in several if each is not None] == ["Portis Quay"]


@BOTH_MODES
async def test_added_spoken_word_is_found_by_id_search_and_in_pages(quota_mode: QuotaMode) -> None:
    async with serving(quota_mode=quota_mode) as (sandbox, client):
        show = sandbox.add_show("Ferry Radio", episodes=["Two", "One"], languages=["de"])
        newest = sandbox.add_episode("Three", show=show, duration=dt.timedelta(minutes=20), release_date="2026-02-01")
        book = sandbox.add_audiobook("The Low Tide", chapters=["Ebb", "Flood"], chapter_duration=90)

        episodes = await client.shows.get_episodes(show.id).collect()
        chapters = await client.audiobooks.get_chapters(book.id).collect()
        found = await client.search.search("ferry radio", ["show", "episode"])

        assert [each.name for each in episodes] == ["Three", "Two", "One"]
        assert (await client.episodes.get(newest.id)).duration_ms == 1_200_000
        assert (await client.shows.get(show.id)).total_episodes == 3
        assert [(each.name, each.duration_ms) for each in chapters] == [("Ebb", 90_000), ("Flood", 90_000)]
        assert [each.id for each in found.shows.items] == [show.id]
        assert {each.id for each in found.episodes.items} == {each.id for each in episodes}
        assert [each.id for each in (await client.search.search("low tide", ["audiobook"])).audiobooks.items] == [
            book.id
        ]


@BOTH_MODES
@BOTH_CATALOGUES
async def test_added_users_have_libraries_and_playlists(quota_mode: QuotaMode, catalogue: CatalogueKind) -> None:
    async with serving(quota_mode=quota_mode, catalogue=catalogue) as (sandbox, default_client):
        artist = sandbox.add_artist("Portis Quay")
        album = sandbox.add_album("Third Harbour", artist=artist, tracks=["A", "B"])
        show = sandbox.add_show("Ferry Radio", episodes=["One"])
        book = sandbox.add_audiobook("The Low Tide")
        a, b = sandbox.catalogue.tracks_of(album)
        saved = [a, b, album, artist, show, show.episodes[0], book.uri]
        ana = sandbox.add_user(
            "Ana", country="DE", product="free", saved=saved, playlists={"First": [a], "Second": [b.uri]}
        )

        async with sandbox.client(user=ana.id) as client:
            profile = await client.users.get_current_profile()
            assert profile.display_name == "Ana"
            assert profile.product == ("free" if quota_mode == "extended" else None)
            assert [each.track.id async for each in client.tracks.get_saved()] == [b.id, a.id]
            assert [each.album.id async for each in client.albums.get_saved()] == [album.id]
            assert [each.show.id async for each in client.shows.get_saved()] == [show.id]
            assert [each.episode.name async for each in client.episodes.get_saved()] == ["One"]
            assert [each.audiobook.id async for each in client.audiobooks.get_saved()] == [book.id]
            assert [each.id async for each in client.users.get_followed_artists()] == [artist.id]
            playlists = await client.playlists.get_for_current_user().collect()
            assert [each.name for each in playlists] == ["First", "Second"]
            assert [each.item.id async for each in client.playlists.get_items(playlists[1].id)] == [b.id]
        assert "First" in [
            each.name for each in (await default_client.search.search("first", ["playlist"])).playlists.items if each
        ]


async def test_additions_to_generated_entities_are_in_this_sandbox_only() -> None:
    async with serving() as (sandbox, client), serving() as (other, other_client):
        album, show = sandbox.catalogue.long_album, sandbox.catalogue.long_show
        before = len(album.tracks)
        cached = await client.albums.get(album.id)
        sandbox.add_track("Bonus", album=album, disc_number=2)
        sandbox.add_episode("Newest", show=show, release_date="2026-11-01")

        extended = await client.albums.get(album.id)
        assert cached.total_tracks == before
        assert extended.total_tracks == before + 1
        assert sandbox.catalogue.tracks_of(album)[36].name == "Bonus"
        assert (await client.shows.get_episodes(show.id)).items[0].name == "Newest"
        assert (await other_client.albums.get(album.id)).total_tracks == len(other.catalogue.tracks_of(album)) == before
        assert len(other.catalogue.tracks) == len(sandbox.catalogue.tracks) - 1


def mutable_values(entity: object) -> Iterator[str]:
    for field in dataclasses.fields(entity):  # type: ignore[arg-type]
        value = getattr(entity, field.name)
        if hasattr(value, "append") or hasattr(value, "add") or hasattr(value, "__setitem__"):
            yield field.name


def test_no_entity_of_the_catalogue_can_change() -> None:
    catalogue = SpotifySandbox().catalogue
    kinds = (
        "artists",
        "albums",
        "tracks",
        "shows",
        "episodes",
        "audiobooks",
        "chapters",
        "users",
        "playlists",
        "categories",
    )
    for kind in kinds:
        entities = getattr(catalogue, kind)
        assert not hasattr(entities, "append")
        assert not hasattr(
            getattr(catalogue, f"{kind[:-1] if kind != 'categories' else 'category'}_by_id"), "__setitem__"
        )
        for entity in entities:
            assert not list(mutable_values(entity)), kind
            with pytest.raises(dataclasses.FrozenInstanceError):
                entity.id = "changed"
    entry = catalogue.big_playlist.entries[0]
    with pytest.raises(dataclasses.FrozenInstanceError):
        entry.item = None
    assert isinstance(catalogue.albums[0].markets.codes, tuple)


async def test_reset_removes_additions_changes_faults_settings_and_the_log() -> None:
    async with serving(rate_limit=50) as (sandbox, client):
        album = sandbox.catalogue.albums[0]
        track = sandbox.add_track("Gone", album=album)
        ana = sandbox.add_user("Ana")
        anas_token = sandbox.issue_token(user=ana.id)
        await client.albums.get(album.id)
        await client.playlists.create("Created")
        await client.tracks.save([track.id])
        sandbox.configure(rate_limit=1, owner_premium=False)
        sandbox.fail("*", Fault.status(500))
        sandbox.refuse_consent()

        sandbox.reset()

        assert not sandbox.requests
        assert not sandbox.executions
        assert track.id not in sandbox.catalogue.track_by_id
        assert ana.id not in sandbox.catalogue.user_by_id
        fresh = SpotifySandbox()
        assert (await client.albums.get(album.id)).total_tracks == len(album.tracks)
        own = await client.playlists.get_for_current_user().collect()
        assert "Created" not in [each.name for each in own]
        assert len(await client.tracks.get_saved().collect()) == len(fresh.catalogue.tracks[::11])
        assert sandbox.executions["get-an-album"] == 1
        async with sandbox.client(access_token=anas_token) as stale:
            with pytest.raises(Exception, match="Missing/invalid/expired access token"):
                await stale.users.get_current_profile()


async def test_the_same_additions_after_a_reset_have_the_same_ids() -> None:
    sandbox = SpotifySandbox(catalogue="empty")
    first = sandbox.add_track("Dawn", artist="Blue Hour")
    sandbox.reset()
    assert sandbox.add_track("Dawn", artist="Blue Hour").uri == first.uri


async def test_an_empty_catalogue_serves_every_list() -> None:
    async with serving(catalogue="empty") as (sandbox, client):
        assert (await client.users.get_current_profile()).id == sandbox.catalogue.default_user.id
        assert await client.tracks.get_saved().collect() == []
        assert await client.playlists.get_for_current_user().collect() == []
        assert (await client.search.search("tag:hipster", ["album"])).albums.items == []
        assert (await client.search.search("tag:new", ["album"])).albums.items == []
        assert await client.browse.get_categories().collect() == []
        with pytest.raises(LookupError, match="only a generated catalogue"):
            _ = sandbox.catalogue.long_album


@pytest.mark.parametrize(
    ("add", "message"),
    [
        (lambda s: s.add_artist(""), "name must not be empty"),
        (lambda s: s.add_artist("A", popularity=101), "popularity must be from 0 to 100"),
        (lambda s: s.add_artist("A", id="short"), "id must have 22 base62 digits"),
        (lambda s: s.add_artist("A", id=s.catalogue.artists[0].id), "the catalogue has the id"),
        (lambda s: s.add_track("T", duration=0), "duration must be more than 0"),
        (lambda s: s.add_track("T", artist=[]), "artist must not be empty"),
        (lambda s: s.add_album("A", release_date="1.2.2026"), "release_date must be"),
        (lambda s: s.add_album("A", album_type="ep"), "album_type must be"),
        (lambda s: s.add_track("T", artist=SpotifySandbox().add_artist("Other")), "is not in this sandbox's catalogue"),
        (lambda s: s.add_user(saved=["spotify:track:" + "0" * 22]), "add it first"),
        (lambda s: s.add_user(product="gold"), "product must be one of"),
        (lambda s: s.add_user(id=s.catalogue.default_user.id), "the catalogue has the id"),
        (lambda s: s.add_playlist("P", owner="nobody"), "there is no user 'nobody'"),
        (lambda s: s.add_playlist("P", items=["spotify:album:" + "0" * 22]), "must be the URI of track or episode"),
        (lambda s: s.add_playlist("P", items=[s.catalogue.tracks[0]] * 10_001), "items must be up to 10,000"),
        (lambda s: s.add_episode("E", show="S", duration=-1), "duration must be more than 0"),
        (lambda s: s.add_show("S", languages=[]), "languages must not be empty"),
    ],
)
def test_invalid_additions_are_refused_and_add_nothing(add, message: str) -> None:  # type: ignore[no-untyped-def]
    sandbox = SpotifySandbox()
    revision = sandbox.catalogue.revision
    with pytest.raises(ValueError, match=message):
        add(sandbox)
    assert sandbox.catalogue.revision == revision
