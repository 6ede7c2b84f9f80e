"""What a client does about each operation that Spotify took from development mode."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import pytest

from spotify.client import AsyncSpotifyClient
from spotify.config import ClientConfig, QuotaMode
from spotify.errors import EndpointUnavailableError, ForbiddenError, NotFoundError
from spotify.operations import ALL_OPERATIONS, BY_ID
from spotify.services._base import Service
from spotify.testing import SpotifySandbox, captured_logs
from spotify.testing.sandbox import Catalogue

Act: TypeAlias = Callable[[AsyncSpotifyClient, Catalogue], Awaitable[Any]]

UNKNOWN = "0" * 22

REMOVED = {operation.id for operation in ALL_OPERATIONS if not operation.development_mode}

for_each_client_mode = pytest.mark.parametrize("mode", ["auto", "development"])


@pytest.fixture
async def extended() -> AsyncIterator[SpotifySandbox]:
    """A Spotify for an application in extended quota."""
    async with SpotifySandbox(quota_mode="extended") as sandbox:
        yield sandbox


@pytest.fixture
async def development() -> AsyncIterator[SpotifySandbox]:
    """A Spotify for an application in development mode."""
    async with SpotifySandbox(quota_mode="development") as sandbox:
        yield sandbox


def client_of(sandbox: SpotifySandbox, mode: QuotaMode) -> AsyncSpotifyClient:
    return sandbox.client(config=ClientConfig(quota_mode=mode))


def removed_calls(sandbox: SpotifySandbox) -> list[str | None]:
    """The requests so far that development mode has no operation for."""
    return [request.operation_id for request in sandbox.requests if request.operation_id in REMOVED]


# What there is another way for: what is done, and what came of it, which is the same in both modes


def several(service: str) -> Act:
    async def act(client: AsyncSpotifyClient, catalogue: Catalogue) -> list[str | None]:
        there = [thing.id for thing in getattr(catalogue, service)[:30]]
        found = await getattr(client, service).get_several([there[1], UNKNOWN, *there, there[1]])
        return [thing and thing.id for thing in found]

    return act


def saved(service: str, change: str | None) -> Act:
    """Save or remove one that is saved and one that is not, or just look."""

    async def act(client: AsyncSpotifyClient, catalogue: Catalogue) -> list[bool]:
        things = getattr(catalogue, service)
        ids = [things[0].id, things[-1].id]
        if change is not None:
            await getattr(getattr(client, service), change)(ids)
        checked: list[bool] = await getattr(client, service).check_saved(ids)
        return checked

    return act


async def follow_artists(client: AsyncSpotifyClient, catalogue: Catalogue) -> list[bool]:
    ids = [catalogue.artists[0].id, catalogue.artists[-1].id]
    await client.users.follow_artists_or_users("artist", ids)
    return await client.users.check_follows_artists_or_users("artist", ids)


async def unfollow_artists(client: AsyncSpotifyClient, catalogue: Catalogue) -> list[bool]:
    ids = [catalogue.artists[0].id, catalogue.artists[-1].id]
    await client.users.unfollow_artists_or_users("artist", ids)
    return await client.users.check_follows_artists_or_users("artist", ids)


async def check_followed_artists(client: AsyncSpotifyClient, catalogue: Catalogue) -> list[bool]:
    ids = [catalogue.artists[0].id, catalogue.artists[-1].id]
    return await client.users.check_follows_artists_or_users("artist", ids)


async def follow_playlist(client: AsyncSpotifyClient, catalogue: Catalogue) -> list[bool]:
    await client.playlists.follow(catalogue.foreign_private_playlist.id)
    return await client.playlists.check_follows(catalogue.foreign_private_playlist.id)


async def unfollow_playlist(client: AsyncSpotifyClient, catalogue: Catalogue) -> list[bool]:
    await client.playlists.unfollow(catalogue.foreign_playlist.id)
    return await client.playlists.check_follows(catalogue.foreign_playlist.id)


async def check_followed_playlist(client: AsyncSpotifyClient, catalogue: Catalogue) -> list[bool]:
    return await client.playlists.check_follows(catalogue.foreign_playlist.id)


async def create_playlist(client: AsyncSpotifyClient, catalogue: Catalogue) -> object:
    made = await client.playlists.create("Rain", public=False)
    return made.name, made.public, made.owner and made.owner.id


async def uris_in(client: AsyncSpotifyClient, playlist: str) -> list[object]:
    return [entry.item and entry.item.uri async for entry in client.playlists.get_items(playlist)]


async def list_items(client: AsyncSpotifyClient, catalogue: Catalogue) -> list[object]:
    return await uris_in(client, catalogue.mixed_playlist.id)


async def add_items(client: AsyncSpotifyClient, catalogue: Catalogue) -> list[object]:
    playlist = catalogue.empty_playlist.id
    await client.playlists.add_items(playlist, [track.uri for track in catalogue.tracks[:120]])
    return await uris_in(client, playlist)


async def replace_items(client: AsyncSpotifyClient, catalogue: Catalogue) -> list[object]:
    playlist = catalogue.mixed_playlist.id
    await client.playlists.replace_items(playlist, [track.uri for track in catalogue.tracks[:3]])
    await client.playlists.reorder_items(playlist, 0, 3)
    return await uris_in(client, playlist)


async def remove_items(client: AsyncSpotifyClient, catalogue: Catalogue) -> list[object]:
    playlist = catalogue.empty_playlist.id
    await client.playlists.add_items(playlist, [track.uri for track in catalogue.tracks[:3]])
    await client.playlists.remove_items(playlist, uris=[catalogue.tracks[1].uri])
    return await uris_in(client, playlist)


SEVERAL: dict[str, Act] = {
    "get-multiple-albums": several("albums"),
    "get-multiple-artists": several("artists"),
    "get-several-tracks": several("tracks"),
    "get-multiple-shows": several("shows"),
    "get-multiple-episodes": several("episodes"),
    "get-multiple-audiobooks": several("audiobooks"),
    "get-several-chapters": several("chapters"),
}

DONE_ANOTHER_WAY: dict[str, Act] = {
    **{
        operation.format(service): saved(service, change)
        for service in ("albums", "audiobooks", "episodes", "shows", "tracks")
        for operation, change in (
            ("save-{}-user", "save"),
            ("remove-{}-user", "remove"),
            ("check-users-saved-{}", None),
        )
    },
    "follow-artists-users": follow_artists,
    "unfollow-artists-users": unfollow_artists,
    "check-current-user-follows": check_followed_artists,
    "follow-playlist": follow_playlist,
    "unfollow-playlist": unfollow_playlist,
    "check-if-user-follows-playlist": check_followed_playlist,
    "create-playlist-for-user": create_playlist,
    "get-playlists-tracks": list_items,
    "add-tracks-to-playlist": add_items,
    "reorder-or-replace-playlists-tracks": replace_items,
    "remove-tracks-playlist": remove_items,
}

# What there is no other way for

GONE: dict[str, Act] = {
    "get-users-profile": lambda client, has: client.users.get(has.users[4].id),
    "get-list-users-playlists": lambda client, has: client.playlists.get_for_user(has.odd_user.id),
    "get-an-artists-top-tracks": lambda client, has: client.artists.get_top_tracks(has.artists[0].id),
    "get-an-artists-related-artists": lambda client, has: client.artists.get_related(has.artists[0].id),
    "get-new-releases": lambda client, has: client.albums.get_new_releases(),
    "get-categories": lambda client, has: client.browse.get_categories(),
    "get-a-category": lambda client, has: client.browse.get_category("dinner"),
    "get-a-categories-playlists": lambda client, has: client.browse.get_category_playlists("dinner"),
    "get-featured-playlists": lambda client, has: client.browse.get_featured_playlists(),
    "get-available-markets": lambda client, has: client.browse.get_markets(),
    "get-recommendation-genres": lambda client, has: client.browse.get_genre_seeds(),
    "get-recommendations": lambda client, has: client.tracks.get_recommendations(seed_genres=has.genres[:1]),
    "get-audio-features": lambda client, has: client.tracks.get_audio_features(has.tracks[0].id),
    "get-several-audio-features": lambda client, has: client.tracks.get_several_audio_features([has.tracks[0].id]),
    "get-audio-analysis": lambda client, has: client.tracks.get_audio_analysis(has.tracks[0].id),
}


def test_something_is_said_here_of_all_that_development_mode_lacks() -> None:
    assert len(SEVERAL) + len(DONE_ANOTHER_WAY) + len(GONE) == len(REMOVED) == 48
    assert SEVERAL.keys() | DONE_ANOTHER_WAY.keys() | GONE.keys() == REMOVED


@for_each_client_mode
@pytest.mark.parametrize("operation_id", SEVERAL | DONE_ANOTHER_WAY)
async def test_what_there_is_another_way_for_comes_to_the_same(
    operation_id: str, mode: QuotaMode, extended: SpotifySandbox, development: SpotifySandbox
) -> None:
    act = (SEVERAL | DONE_ANOTHER_WAY)[operation_id]
    async with extended.client() as client:
        expected = await act(client, extended.catalogue)

    async with client_of(development, mode) as client:
        assert await act(client, development.catalogue) == expected

    assert expected


@for_each_client_mode
@pytest.mark.parametrize("operation_id", DONE_ANOTHER_WAY)
async def test_what_both_modes_have_another_way_for_is_never_tried(
    operation_id: str, mode: QuotaMode, development: SpotifySandbox
) -> None:
    async with client_of(development, mode) as client:
        await DONE_ANOTHER_WAY[operation_id](client, development.catalogue)

        assert client.quota.refused == frozenset()
    assert removed_calls(development) == []
    assert {request.status // 100 for request in development.requests} == {2}


@for_each_client_mode
@pytest.mark.parametrize("operation_id", SEVERAL)
async def test_what_can_be_read_one_by_one_is_tried_together_at_most_once(
    operation_id: str, mode: QuotaMode, development: SpotifySandbox
) -> None:
    learned = [operation_id] if mode == "auto" else []

    async with client_of(development, mode) as client:
        for _ in range(2):
            await SEVERAL[operation_id](client, development.catalogue)

        assert client.quota.refused == set(learned)
    assert removed_calls(development) == learned


@for_each_client_mode
@pytest.mark.parametrize("operation_id", GONE)
async def test_what_there_is_no_other_way_for_is_an_error_that_says_since_when_and_what_to_do(
    operation_id: str, mode: QuotaMode, development: SpotifySandbox
) -> None:
    operation = BY_ID[operation_id]

    async with client_of(development, mode) as client:
        with pytest.raises(EndpointUnavailableError) as caught:
            await GONE[operation_id](client, development.catalogue)

    assert (caught.value.operation, caught.value.removed_on) == (operation_id, operation.removed_on)
    assert f"development mode on {operation.removed_on}" in str(caught.value)
    advice = f"use {operation.replacement} instead" if operation.replacement else "apply for extended quota"
    assert advice in str(caught.value)
    assert caught.value.may_have_been_executed is False


@for_each_client_mode
@pytest.mark.parametrize("operation_id", GONE)
async def test_what_was_refused_once_is_not_asked_for_again(
    operation_id: str, mode: QuotaMode, development: SpotifySandbox
) -> None:
    learned = [operation_id] if mode == "auto" else []

    async with client_of(development, mode) as client:
        for _ in range(2):
            with pytest.raises(EndpointUnavailableError):
                await GONE[operation_id](client, development.catalogue)

        assert client.quota.refused == set(learned)
    assert removed_calls(development) == learned


@for_each_client_mode
async def test_only_the_public_way_to_follow_a_playlist_is_left(mode: QuotaMode, development: SpotifySandbox) -> None:
    playlist, me = development.catalogue.foreign_playlist.id, development.catalogue.default_user.id

    async with client_of(development, mode) as client:
        with pytest.raises(EndpointUnavailableError, match="use save-library-items instead"):
            await client.playlists.follow(playlist, public=False)
        with pytest.raises(EndpointUnavailableError, match="use check-library-contains instead"):
            await client.playlists.check_follows(playlist, [me])

    assert len(removed_calls(development)) == (2 if mode == "auto" else 0)


@pytest.mark.parametrize("operation_id", SEVERAL | GONE)
async def test_a_client_that_is_told_of_extended_quota_believes_no_refusal(
    operation_id: str, development: SpotifySandbox
) -> None:
    act = (SEVERAL | GONE)[operation_id]

    async with client_of(development, "extended") as client:
        for _ in range(2):
            if operation_id in GONE:
                with pytest.raises(EndpointUnavailableError):
                    await act(client, development.catalogue)
            else:
                await act(client, development.catalogue)

        assert client.quota.refused == frozenset()
    assert len(removed_calls(development)) >= 2


@pytest.mark.parametrize("mode", ["auto", "extended"])
@pytest.mark.parametrize("operation_id", SEVERAL)
async def test_in_extended_quota_nothing_is_refused_and_nothing_read_one_by_one(
    operation_id: str, mode: QuotaMode, extended: SpotifySandbox
) -> None:
    async with client_of(extended, mode) as client:
        await SEVERAL[operation_id](client, extended.catalogue)

        assert client.quota.refused == frozenset()
    assert {request.operation_id for request in extended.requests} == {operation_id}


def test_what_one_service_learns_all_services_know() -> None:
    client = AsyncSpotifyClient("token")

    parts = vars(client).values()
    assert len([part for part in parts if isinstance(part, Service) and part._quota is client.quota]) == 13


async def test_a_client_keeps_what_it_learned_to_itself(development: SpotifySandbox) -> None:
    artist = development.catalogue.artists[0].id

    for _ in range(2):
        async with development.client() as client:
            with pytest.raises(EndpointUnavailableError):
                await client.artists.get_related(artist)

    assert len(development.requests) == 2


async def test_what_is_learned_is_logged_once(development: SpotifySandbox) -> None:
    catalogue = development.catalogue

    with captured_logs() as events:
        async with development.client() as client:
            for _ in range(2):
                await client.albums.get_several([catalogue.albums[0].id])
                await client.search.search("a", "track")

    learned = [event for event in events if event["event"] == "quota_learned"]
    assert [event["operation"] for event in learned] == ["get-multiple-albums", "search"]
    assert learned[0]["replacement"] == "get-an-album"
    assert learned[1]["max_limit"] == 10


# Limits, members and playlists


@for_each_client_mode
async def test_pages_are_as_long_as_development_mode_allows(mode: QuotaMode, development: SpotifySandbox) -> None:
    artist = development.catalogue.artists[-1].id

    async with client_of(development, mode) as client:
        for _ in range(2):
            found = await client.search.search("a", "track")
            albums = await client.artists.get_albums(artist)
            assert (found.tracks and found.tracks.limit, albums.limit) == (10, 10)

        assert client.quota.reduced == ({"search", "get-an-artists-albums"} if mode == "auto" else frozenset())
    assert [request.status for request in development.requests].count(400) == (2 if mode == "auto" else 0)


async def test_in_extended_quota_pages_are_as_long_as_ever(
    extended: SpotifySandbox,
) -> None:
    async with extended.client() as client:
        found = await client.search.search("a", "track")

        assert found.tracks is not None
        assert found.tracks.limit == 50
        assert client.quota.reduced == frozenset()


@dataclass(frozen=True)
class Members:
    """Members that development mode leaves out of the objects of a kind."""

    kind: str
    get: Act
    names: tuple[str, ...]


MEMBERS = [
    Members("album", lambda client, has: client.albums.get(has.albums[0].id), ("label", "popularity")),
    Members("artist", lambda client, has: client.artists.get(has.artists[0].id), ("followers", "popularity")),
    Members("track", lambda client, has: client.tracks.get(has.tracks[0].id), ("available_markets", "popularity")),
    Members("show", lambda client, has: client.shows.get(has.shows[0].id, "US"), ("publisher",)),
    Members("audiobook", lambda client, has: client.audiobooks.get(has.audiobooks[0].id, "US"), ("publisher",)),
    Members(
        "user",
        lambda client, has: client.users.get_current_profile(),
        ("country", "email", "explicit_content", "followers", "product"),
    ),
]


@pytest.mark.parametrize("members", MEMBERS, ids=lambda members: members.kind)
async def test_members_that_development_mode_leaves_out_are_none(
    members: Members, extended: SpotifySandbox, development: SpotifySandbox
) -> None:
    async with extended.client() as there, development.client() as here:
        full = await members.get(there, extended.catalogue)
        reduced = await members.get(here, development.catalogue)

    assert full.id == reduced.id
    for name in members.names:
        assert getattr(full, name) is not None, name
        assert not getattr(reduced, name), name


async def test_of_the_playlists_of_others_only_the_description_is_left(development: SpotifySandbox) -> None:
    playlist = development.catalogue.foreign_playlist

    async with development.client() as client:
        found = await client.playlists.get(playlist.id)
        with pytest.raises(ForbiddenError) as caught:
            await client.playlists.get_items(playlist.id)

    assert (found.name, found.items) == (playlist.name, None)
    assert not isinstance(caught.value, EndpointUnavailableError)


async def test_a_playlist_that_cannot_be_read_teaches_nothing(development: SpotifySandbox) -> None:
    async with development.client() as client:
        with pytest.raises(ForbiddenError):
            await client.playlists.get_items(development.catalogue.foreign_playlist.id)

        own = await client.playlists.get_items(development.catalogue.mixed_playlist.id)

    assert own.items
    assert client.quota.refused == frozenset()


async def test_an_album_that_does_not_exist_teaches_nothing(development: SpotifySandbox) -> None:
    async with development.client() as client:
        with pytest.raises(NotFoundError):
            await client.albums.get(UNKNOWN)

        assert client.quota.refused == frozenset()
