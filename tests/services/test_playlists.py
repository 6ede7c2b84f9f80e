"""Playlists: reading them, their details and covers, and who follows them."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

import pytest

from spotify.client import AsyncSpotifyClient
from spotify.errors import DecodeError, ForbiddenError, MissingScopeError, NotFoundError
from spotify.interfaces.executor import Call
from spotify.models import ABSENT, Episode, PlaylistItemPage, Track
from spotify.services.playlists import PlaylistsService
from spotify.testing import SpotifySandbox
from tests.support.scripted_executor import ScriptedExecutor

JPEG = b"\xff\xd8\xff\xe0 a picture"
PLAYLIST = "0" * 22
ALBUM = "spotify:album:" + PLAYLIST


def body_of(sandbox: SpotifySandbox) -> Any:
    """Return the body of the last request."""
    return json.loads(sandbox.requests[-1].request_body)


def query_of(sandbox: SpotifySandbox) -> dict[str, list[str]]:
    """Return the query of the last request."""
    return parse_qs(sandbox.requests[-1].query)


async def test_a_playlist_has_its_first_items(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    known = sandbox.catalogue.big_playlist

    playlist = await client.playlists.get(known.id)

    assert (playlist.id, playlist.type, playlist.name) == (known.id, "playlist", known.name)
    assert playlist.items is not None
    assert playlist.items.total == 5_000
    assert [entry.item and entry.item.uri for entry in playlist.items.items] == [
        entry.item and entry.item.uri for entry in known.entries[:100]
    ]


async def test_get_accepts_an_id_a_uri_and_a_url(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    known = sandbox.catalogue.private_playlist

    for form in ("{}", "spotify:playlist:{}", "https://open.spotify.com/playlist/{}?si=1"):
        assert (await client.playlists.get(form.format(known.id))).id == known.id


async def test_an_unknown_playlist_is_not_found(client: AsyncSpotifyClient) -> None:
    with pytest.raises(NotFoundError):
        await client.playlists.get(PLAYLIST)


async def test_episodes_are_decoded_as_episodes(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    playlist = sandbox.catalogue.mixed_playlist
    episode = playlist.entries[1].item
    assert episode is not None

    complete = await client.playlists.get(playlist.id)
    page = await client.playlists.get_items(playlist.id, limit=2)

    assert complete.items is not None
    for entry in (complete.items.items[1], page.items[1]):
        assert isinstance(entry.item, Episode)
        assert entry.item.uri == episode.uri
        assert entry.item.show is not None


async def test_additional_types_are_track_and_episode_by_default(
    client: AsyncSpotifyClient, sandbox: SpotifySandbox
) -> None:
    playlist = sandbox.catalogue.private_playlist.id

    await client.playlists.get(playlist)
    assert query_of(sandbox)["additional_types"] == ["track,episode"]
    await client.playlists.get_items(playlist)
    assert query_of(sandbox)["additional_types"] == ["track,episode"]


async def test_additional_types_are_sent(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    playlist = sandbox.catalogue.private_playlist.id
    accepted: list[Any] = ["track", ["track"], ("track",)]

    for types in accepted:
        await client.playlists.get(playlist, additional_types=types)
        assert query_of(sandbox)["additional_types"] == ["track"]
        await client.playlists.get_items(playlist, additional_types=types)
        assert query_of(sandbox)["additional_types"] == ["track"]


async def test_the_market_is_sent(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    playlist = sandbox.catalogue.private_playlist.id

    await client.playlists.get(playlist, "DE")
    assert query_of(sandbox)["market"] == ["DE"]
    await client.playlists.get_items(playlist, "DE")
    assert query_of(sandbox)["market"] == ["DE"]


@pytest.mark.parametrize("fields", ["name,items(total,items(item(name)))", "name,tracks(total,items(track(name)))"])
async def test_a_filtered_playlist_can_be_read(
    fields: str, client: AsyncSpotifyClient, sandbox: SpotifySandbox
) -> None:
    known = sandbox.catalogue.big_playlist

    playlist = await client.playlists.get(known.id, fields=fields)

    assert (playlist.id, playlist.name, playlist.description) == (known.id, known.name, ABSENT)
    assert isinstance(playlist.items, PlaylistItemPage)
    assert playlist.items.total == 5_000
    item, entry = playlist.items.items[0].item, known.entries[0].item
    assert isinstance(item, Track)
    assert entry is not None
    assert (item.uri, item.name, item.duration_ms) == (entry.uri, entry.name, 0)  # type: ignore[union-attr]


async def test_filtered_items_are_paged_through(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    playlist = sandbox.catalogue.collaborative_playlist

    uris = [
        entry.item and entry.item.uri
        async for entry in client.playlists.get_items(playlist.id, fields="items(item(name))", limit=11)
    ]

    assert uris == [entry.item and entry.item.uri for entry in playlist.entries]


async def test_all_items_of_a_playlist_are_listed(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    playlist = sandbox.catalogue.mixed_playlist

    entries = [entry async for entry in client.playlists.get_items(playlist.id, limit=50)]

    assert [entry.item and entry.item.uri for entry in entries] == [
        entry.item and entry.item.uri for entry in playlist.entries
    ]


async def test_items_start_at_the_offset(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    playlist = sandbox.catalogue.big_playlist

    page = await client.playlists.get_items(playlist.id, limit=3, offset=4_998)

    assert len(page.items) == 2
    assert (page.offset, page.total, page.next) == (4_998, 5_000, None)


async def test_the_user_s_playlists_are_listed(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    page = await client.playlists.get_for_current_user(limit=2, offset=1)
    every = [playlist.id async for playlist in client.playlists.get_for_current_user(limit=50)]

    assert {sandbox.catalogue.big_playlist.id, sandbox.catalogue.private_playlist.id} <= set(every)
    assert [playlist.id for playlist in page.items] == every[1:3]
    assert len(every) == page.total


@pytest.mark.extended_only("GET /users/{id}/playlists")
async def test_the_public_playlists_of_another_user_are_listed(
    client: AsyncSpotifyClient, sandbox: SpotifySandbox
) -> None:
    owner = sandbox.catalogue.odd_user
    known = {p.id for p in sandbox.catalogue.playlists if p.owner is owner and p.public and not p.withdrawn}

    every = {playlist.id async for playlist in client.playlists.get_for_user(owner.id, limit=50)}

    assert every == known


async def test_a_playlist_is_created(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    made = await client.playlists.create("Rain", False, False, "For grey days")

    assert body_of(sandbox) == {"name": "Rain", "public": False, "collaborative": False, "description": "For grey days"}
    found = await client.playlists.get(made.id)
    assert (found.name, found.public, found.collaborative, found.description) == ("Rain", False, False, "For grey days")
    assert found.owner is not None
    assert found.owner.id == sandbox.catalogue.default_user.id


async def test_omitted_arguments_are_not_sent(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    made = await client.playlists.create("Rain")

    assert body_of(sandbox) == {"name": "Rain"}
    assert made.public is True


async def test_a_collaborative_playlist_is_not_public(client: AsyncSpotifyClient) -> None:
    made = await client.playlists.create("Ours", collaborative=True)

    assert (made.public, made.collaborative) == (False, True)


async def test_details_are_changed(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    playlist = sandbox.catalogue.big_playlist.id

    await client.playlists.change_details(playlist, "Sun", False, True, "For bright days")

    found = await client.playlists.get(playlist)
    assert (found.name, found.public, found.collaborative, found.description) == ("Sun", False, True, "For bright days")


@pytest.mark.parametrize(
    ("detail", "message"),
    [
        ({"name": "n" * 201}, "name must have at most 200 characters, not 201"),
        ({"name": "one\nother"}, "name must be one line"),
        ({"description": ""}, "description must not be empty"),
        ({"description": "d" * 301}, "description must have at most 300 characters, not 301"),
        ({"description": "one\r\nother"}, "description must be one line"),
        ({"description": "one\u2028other"}, "description must be one line"),
    ],
)
async def test_texts_that_spotify_refuses_are_not_sent(
    detail: dict[str, Any], message: str, client: AsyncSpotifyClient, sandbox: SpotifySandbox
) -> None:
    with pytest.raises(ValueError, match=message):
        await client.playlists.create(**{"name": "New", **detail})
    with pytest.raises(ValueError, match=message):
        await client.playlists.change_details(sandbox.catalogue.big_playlist.id, **detail)
    assert sandbox.requests == []


async def test_a_single_detail_is_changed(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    details: list[dict[str, Any]] = [
        {"name": "Sun"},
        {"public": False},
        {"collaborative": False},
        {"description": "Blue"},
    ]

    for detail in details:
        await client.playlists.change_details(sandbox.catalogue.big_playlist.id, **detail)

        assert body_of(sandbox) == detail


async def test_details_of_another_users_playlist_cannot_be_changed(
    client: AsyncSpotifyClient, sandbox: SpotifySandbox
) -> None:
    with pytest.raises(ForbiddenError):
        await client.playlists.change_details(sandbox.catalogue.foreign_playlist.id, "Mine")


@pytest.mark.parametrize("image", [JPEG, base64.b64encode(JPEG).decode()], ids=["bytes", "base64"])
async def test_a_cover_is_uploaded(image: bytes | str, client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    playlist = sandbox.catalogue.empty_playlist.id
    assert await client.playlists.get_cover_image(playlist) == []

    await client.playlists.upload_cover_image(playlist, image)

    uploaded = sandbox.requests[-1]
    assert uploaded.request_headers["Content-Type"] == "image/jpeg"
    assert base64.b64decode(uploaded.request_body) == JPEG
    (cover,) = await client.playlists.get_cover_image(playlist)
    assert cover.url


async def test_a_cover_needs_its_scope(sandbox: SpotifySandbox) -> None:
    async with sandbox.client(scopes=["playlist-modify-public"]) as client:
        with pytest.raises(MissingScopeError, match="ugc-image-upload"):
            await client.playlists.upload_cover_image(sandbox.catalogue.big_playlist.id, JPEG)


@pytest.mark.parametrize("public", [None, True])
async def test_a_playlist_is_followed_and_unfollowed(
    public: bool | None, client: AsyncSpotifyClient, sandbox: SpotifySandbox
) -> None:
    playlist = sandbox.catalogue.foreign_private_playlist.uri
    assert await client.playlists.check_follows(playlist) == [False]

    await client.playlists.follow(playlist, public)
    assert sandbox.requests[-1].path == "/me/library"
    assert await client.playlists.check_follows(playlist) == [True]

    await client.playlists.unfollow(playlist)
    assert sandbox.requests[-1].path == "/me/library"
    assert await client.playlists.check_follows(playlist) == [False]


@pytest.mark.extended_only("PUT /playlists/{id}/followers")
async def test_a_playlist_can_be_followed_privately(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    playlist, me = sandbox.catalogue.foreign_playlist.id, sandbox.catalogue.default_user.id
    await client.playlists.unfollow(playlist)

    await client.playlists.follow(playlist, public=False)

    assert sandbox.requests[-1].path == f"/playlists/{playlist}/followers"
    assert body_of(sandbox) == {"public": False}
    assert await client.playlists.check_follows(playlist) == [True]
    async with sandbox.client(user=sandbox.catalogue.odd_user.id) as other_client:
        shown = [shown.id async for shown in other_client.playlists.get_for_user(me, limit=50)]
    assert shown
    assert playlist not in shown


@pytest.mark.extended_only("GET /playlists/{id}/followers/contains")
async def test_each_user_id_is_one_request(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    playlist = sandbox.catalogue.big_playlist
    me, other = sandbox.catalogue.default_user.id, sandbox.catalogue.odd_user.id

    assert await client.playlists.check_follows(playlist.id, iter([other, f"spotify:user:{me}"])) == [False, True]
    assert len(sandbox.requests) == 2


async def test_more_results_than_users_raise() -> None:
    class TwoResults(ScriptedExecutor):
        def result_of(self, call: Call[object], number: int) -> object:
            return [True, False]

    with pytest.raises(DecodeError, match="2 results for 1 ids"):
        await PlaylistsService(TwoResults()).check_follows(PLAYLIST, ["someone"])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda p: p.get(ALBUM), "expected a playlist"),
        (lambda p: p.get("short"), "is not a playlist id"),
        (lambda p: p.get(PLAYLIST, "Germany"), "market must be"),
        (lambda p: p.get(PLAYLIST, fields="items("), "fields is not a filter"),
        (
            lambda p: p.get(PLAYLIST, additional_types=["album"]),
            "additional_types can be track, episode; not .album.",
        ),
        (lambda p: p.get(PLAYLIST, additional_types=[]), "at least one of track, episode"),
        (lambda p: p.get_items(ALBUM), "expected a playlist"),
        (lambda p: p.get_items(PLAYLIST, limit=51), "limit must be from 1 to 50"),
        (lambda p: p.get_items(PLAYLIST, limit=0), "limit must be 1 or more"),
        (lambda p: p.get_items(PLAYLIST, offset=-1), "offset must be 0 or more"),
        (lambda p: p.get_items(PLAYLIST, fields=""), "fields is not a filter"),
        (lambda p: p.get_for_current_user(51), "limit must be from 1 to 50"),
        (lambda p: p.get_for_current_user(offset=-1), "offset must be 0 or more"),
        (lambda p: p.get_for_user("spotify:artist:" + PLAYLIST), "is an artist"),
        (lambda p: p.get_for_user("someone", 0), "limit must be 1 or more"),
        (lambda p: p.create(""), "name must not be empty"),
        (lambda p: p.create(" \t"), "name must not be empty"),
        (lambda p: p.create("Ours", public=True, collaborative=True), "a collaborative playlist cannot be public"),
        (lambda p: p.change_details(ALBUM, "Sun"), "expected a playlist"),
        (lambda p: p.change_details(PLAYLIST), "nothing to change"),
        (lambda p: p.change_details(PLAYLIST, ""), "name must not be empty"),
        (lambda p: p.change_details(PLAYLIST, public=True, collaborative=True), "cannot be public"),
        (lambda p: p.get_cover_image(ALBUM), "expected a playlist"),
        (lambda p: p.upload_cover_image(ALBUM, JPEG), "expected a playlist"),
        (lambda p: p.upload_cover_image(PLAYLIST, b"GIF89a"), "not a JPEG"),
        (lambda p: p.follow(ALBUM), "expected a playlist"),
        (lambda p: p.follow(ALBUM, public=False), "expected a playlist"),
        (lambda p: p.unfollow(ALBUM), "expected a playlist"),
        (lambda p: p.check_follows(ALBUM), "expected a playlist"),
        (lambda p: p.check_follows(PLAYLIST, []), "at least one"),
        (lambda p: p.check_follows(PLAYLIST, ["someone", ALBUM]), r"\[1\]: .* is an album"),
    ],
)
async def test_invalid_values_raise_before_a_request(call: Callable[[PlaylistsService], Any], message: str) -> None:
    executor = ScriptedExecutor()

    with pytest.raises(ValueError, match=message):
        await call(PlaylistsService(executor))

    assert executor.calls == []


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda p: p.get(7), "not int"),
        (lambda p: p.get(PLAYLIST, fields=["name"]), "fields must be a str"),
        (lambda p: p.create(None), "name must be a str"),
        (lambda p: p.create("Ours", public="no"), "public must be True, False or None, not str"),
        (lambda p: p.create("Ours", collaborative=1), "collaborative must be True, False or None, not int"),
        (lambda p: p.change_details(PLAYLIST, description=7), "description must be a str"),
        (lambda p: p.follow(PLAYLIST, "no"), "public must be True, False or None, not str"),
        (lambda p: p.check_follows(PLAYLIST, "someone"), "not one str"),
    ],
)
async def test_invalid_types_raise_before_a_request(call: Callable[[PlaylistsService], Any], message: str) -> None:
    executor = ScriptedExecutor()

    with pytest.raises(TypeError, match=message):
        await call(PlaylistsService(executor))

    assert executor.calls == []
