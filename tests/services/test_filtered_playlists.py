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

IDENTITY = {"type", "id", "uri"}
ID = "0" * 22


def members(playlist: PartialPlaylist) -> set[str]:
    """Return the members that are present."""
    return {field.name for field in fields(playlist) if getattr(playlist, field.name) is not ABSENT}


def page_of(playlist: PartialPlaylist) -> PartialPlaylistItemPage:
    assert isinstance(playlist.items, PartialPlaylistItemPage)
    return playlist.items


async def test_without_fields_the_result_is_a_playlist(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    assert type(await client.playlists.get(sandbox.catalogue.big_playlist.id, None, None)) is Playlist


@pytest.mark.parametrize("filter", ["name", "description", "!name", "!id"])
async def test_with_fields_the_result_is_a_partial_playlist(
    filter: str, client: AsyncSpotifyClient, sandbox: SpotifySandbox
) -> None:
    assert type(await client.playlists.get(sandbox.catalogue.big_playlist.id, None, filter)) is PartialPlaylist


@pytest.mark.parametrize(
    ("filter", "expected"),
    [
        ("name", {"name"}),
        ("name,description", {"name", "description"}),
        ("items(total)", {"items"}),
        ("tracks(total)", {"items"}),
        ("tracks.items(added_at,track.name)", {"items"}),
        ("owner(display_name),images,public", {"owner", "images", "public"}),
    ],
)
async def test_the_filtered_members_and_the_identity_are_present(
    filter: str, expected: set[str], client: AsyncSpotifyClient, sandbox: SpotifySandbox
) -> None:
    there = sandbox.catalogue.big_playlist

    playlist = await client.playlists.get(there.id, fields=filter)

    assert members(playlist) == IDENTITY | expected
    assert playlist.id == there.id


@pytest.mark.parametrize("filter", ["!items", "!tracks"])
async def test_members_that_the_filter_excludes_are_absent(
    filter: str, client: AsyncSpotifyClient, sandbox: SpotifySandbox
) -> None:
    there = sandbox.catalogue.big_playlist.id
    complete = PartialPlaylist.from_dict((await client.playlists.get(there)).to_dict())

    playlist = await client.playlists.get(there, fields=filter)

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
    there = sandbox.catalogue.big_playlist
    item = there.entries[0].item
    assert item is not None

    entry = page_of(await client.playlists.get(there.id, fields=filter)).items[0]

    assert entry.added_at is not None
    assert isinstance(entry.item, Track)
    assert (entry.item.uri, entry.item.name, entry.item.popularity) == (item.uri, item.name, None)
    assert entry == PlaylistItem(added_at=entry.added_at, item=entry.item)


@pytest.mark.parametrize("serializer", ["msgspec", "dataclasses-json"])
@pytest.mark.parametrize(
    "filter",
    [
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
    ],
)
async def test_every_filter_gives_a_response_that_can_be_decoded(filter: str, serializer: Any) -> None:
    config = ClientConfig(strict_decoding=True, serializer=serializer)

    # Members of local files are null against the contract, and without `is_local` a local file is not recognizable.
    async with SpotifySandbox() as unchecked, unchecked.client(config=config) as client:
        there = unchecked.catalogue.mixed_playlist.id
        assert (await client.playlists.get(there, fields=filter)).id == there
