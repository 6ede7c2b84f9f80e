"""Playlists read with `fields`."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import pytest

from spotify.client import AsyncSpotifyClient
from spotify.config import ClientConfig
from spotify.models import (
    ABSENT,
    PartialPlaylist,
    PartialPlaylistItemPage,
    Playlist,
    PlaylistItem,
    Track,
)
from spotify.testing import FakeTransport, SpotifySandbox
from tests.support.failures import async_failures, named

IDENTITY = {"type", "id", "uri"}
ID = "0" * 22


def members(playlist: PartialPlaylist) -> set[str]:
    """Return the members that are present."""
    return {field.name for field in fields(playlist) if getattr(playlist, field.name) is not ABSENT}


def page_of(playlist: PartialPlaylist) -> PartialPlaylistItemPage:
    assert isinstance(playlist.items, PartialPlaylistItemPage)
    return playlist.items


async def test_with_fields_the_result_is_a_partial_playlist(
    client: AsyncSpotifyClient, sandbox: SpotifySandbox
) -> None:
    playlist = sandbox.catalogue.private_playlist.id

    assert type(await client.playlists.get(playlist, None, None)) is Playlist
    for fields_filter in ("name", "description", "!name", "!id"):
        assert type(await client.playlists.get(playlist, None, fields_filter)) is PartialPlaylist, fields_filter


async def test_the_filtered_members_and_the_identity_are_present(
    client: AsyncSpotifyClient, sandbox: SpotifySandbox
) -> None:
    id_ = sandbox.catalogue.big_playlist.id
    expected = {
        "name": {"name"},
        "name,description": {"name", "description"},
        "items(total)": {"items"},
        "tracks(total)": {"items"},
        "tracks.items(added_at,track.name)": {"items"},
        "owner(display_name),images,public": {"owner", "images", "public"},
    }

    for fields_filter, names in expected.items():
        playlist = await client.playlists.get(id_, fields=fields_filter)

        assert members(playlist) == IDENTITY | names, fields_filter
        assert playlist.id == id_


async def test_members_that_the_filter_excludes_are_absent(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    id_ = sandbox.catalogue.private_playlist.id
    complete = PartialPlaylist.from_dict((await client.playlists.get(id_)).to_dict())

    for fields_filter in ("!items", "!tracks"):
        playlist = await client.playlists.get(id_, fields=fields_filter)

        assert playlist.items is ABSENT
        assert members(complete) - members(playlist) == {"items"}
        assert playlist.name == complete.name


async def test_null_empty_and_absent_are_distinguished(client: AsyncSpotifyClient) -> None:
    plain = await client.playlists.create("Blue")
    described = await client.playlists.create("Blue", description="Songs")

    async def description(id: str, filter: str) -> object:
        return (await client.playlists.get(id, fields=filter)).description

    assert await description(plain.id, "description") is None
    assert await description(described.id, "description") == "Songs"
    assert await description(described.id, "name") is ABSENT


@pytest.mark.parametrize(("sent", "read"), [(None, None), ("", ""), ("Songs", "Songs")])
async def test_members_have_the_sent_values(sent: str | None, read: str | None) -> None:
    transport = FakeTransport()
    transport.answer("GET /playlists/{playlist_id}", json={"id": ID, "description": sent})
    async with AsyncSpotifyClient("t", transport=transport) as client:
        playlist = await client.playlists.get(ID, fields="description")

    assert playlist == PartialPlaylist(id=ID, description=read)


async def test_an_empty_response_is_not_an_error() -> None:
    transport = FakeTransport()
    transport.answer("GET /playlists/{playlist_id}", json={})
    async with AsyncSpotifyClient("t", transport=transport) as client:
        assert await client.playlists.get(ID, fields="name") == PartialPlaylist()


async def test_an_empty_playlist_has_an_empty_page(client: AsyncSpotifyClient) -> None:
    empty = await client.playlists.create("Blue")

    playlist = await client.playlists.get(empty.id, fields="items")

    assert (page_of(playlist).items, page_of(playlist).total) == ([], 0)


async def test_a_page_can_have_its_total_only(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    playlist = await client.playlists.get(sandbox.catalogue.big_playlist.id, fields="items(total)")

    assert page_of(playlist) == PartialPlaylistItemPage(total=5_000)


@pytest.mark.parametrize("filter", ["tracks.items(added_at,track.name)", "items.items(added_at,item.name)"])
async def test_nested_objects_are_models_with_defaults(
    filter: str, client: AsyncSpotifyClient, sandbox: SpotifySandbox
) -> None:
    known = sandbox.catalogue.big_playlist
    item = known.entries[0].item
    assert item is not None

    entry = page_of(await client.playlists.get(known.id, fields=filter)).items[0]

    assert entry.added_at is not None
    assert isinstance(entry.item, Track)
    assert (entry.item.uri, entry.item.name, entry.item.popularity) == (item.uri, item.name, None)
    assert entry == PlaylistItem(added_at=entry.added_at, item=entry.item)


FILTERS = [
    "!name",
    "owner(!id,display_name)",
    "images(height)",
    "followers(href)",
    "external_urls",
    "items(href)",
    "items(!items)",
    "items(items(added_by(href)))",
    "items(items(item(album(artists(name),images(width)),artists(!uri))))",
    "items(items(item(show(images(height),copyrights(type)))))",
    "items(items(item(!id,show)))",
    "items(items(!item))",
    "no_such_member",
]


@pytest.mark.parametrize("serializer", ["msgspec", "dataclasses-json"])
async def test_every_filter_gives_a_response_that_can_be_decoded(serializer: Any) -> None:
    config = ClientConfig(strict_decoding=True, serializer=serializer)

    async def check(filter: str) -> None:
        assert (await client.playlists.get(playlist.id, fields=filter)).id == playlist.id

    # Members of local files are null against the contract, and without `is_local` a local file is not recognizable.
    async with SpotifySandbox() as unchecked, unchecked.client(config=config) as client:
        playlist = unchecked.catalogue.mixed_playlist
        # The first entries are of every kind, and dataclasses-json is slow.
        uris = [entry.item.uri for entry in playlist.entries if entry.item and "local" not in entry.item.uri]
        await client.playlists.remove_items(playlist.id, uris=set(uris[8:]) - set(uris[:8]))
        assert await async_failures(check, named(FILTERS)) == {}
