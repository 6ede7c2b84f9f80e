"""Each operation that development mode lacks: the client sends another one, or raises."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from spotify.client import AsyncSpotifyClient
from spotify.config import ClientConfig, QuotaMode
from spotify.errors import EndpointUnavailableError, ForbiddenError, NotFoundError
from spotify.operations import ALL_OPERATIONS, BY_ID
from spotify.services._base import Service
from spotify.testing import SpotifySandbox, captured_logs
from tests.support.failures import async_failures, named
from tests.support.removed_operations import REPLACED, SEVERAL, UNAVAILABLE, Action

REMOVED = {operation.id for operation in ALL_OPERATIONS if not operation.development_mode}

for_each_client_mode = pytest.mark.parametrize("mode", ["auto", "development"])


@pytest.fixture
async def extended() -> AsyncIterator[SpotifySandbox]:
    """A sandbox for an application in extended quota."""
    async with SpotifySandbox(quota_mode="extended") as sandbox:
        yield sandbox


@pytest.fixture
async def development() -> AsyncIterator[SpotifySandbox]:
    """A sandbox for an application in development mode."""
    async with SpotifySandbox(quota_mode="development") as sandbox:
        yield sandbox


def client_of(sandbox: SpotifySandbox, mode: QuotaMode) -> AsyncSpotifyClient:
    return sandbox.client(config=ClientConfig(quota_mode=mode))


def removed_calls(sandbox: SpotifySandbox) -> list[str | None]:
    """Return the operations of the requests that development mode lacks."""
    return [request.operation_id for request in sandbox.requests if request.operation_id in REMOVED]


def test_every_removed_operation_is_tested_here() -> None:
    assert len(SEVERAL) + len(REPLACED) + len(UNAVAILABLE) == len(REMOVED) == 48
    assert SEVERAL.keys() | REPLACED.keys() | UNAVAILABLE.keys() == REMOVED


@for_each_client_mode
async def test_replacements_have_the_results_of_extended_quota_and_are_sent_alone(mode: QuotaMode) -> None:
    async def check(operation_id: str) -> None:
        async with SpotifySandbox(quota_mode="extended") as extended, extended.client() as client:
            expected = await REPLACED[operation_id](client, extended.catalogue)
        assert expected

        async with SpotifySandbox(quota_mode="development") as development, client_of(development, mode) as client:
            assert await REPLACED[operation_id](client, development.catalogue) == expected

            assert client.quota.refused == frozenset()
        assert removed_calls(development) == []
        assert {request.status // 100 for request in development.requests} == {2}

    assert await async_failures(check, named(REPLACED)) == {}


@for_each_client_mode
async def test_batch_reads_have_the_results_of_extended_quota_and_are_refused_twice(mode: QuotaMode) -> None:
    async def check(operation_id: str) -> None:
        refused = [operation_id] if mode == "auto" else []
        async with SpotifySandbox(quota_mode="extended") as extended, extended.client() as client:
            expected = await SEVERAL[operation_id](client, extended.catalogue)
        assert expected

        async with SpotifySandbox(quota_mode="development") as development, client_of(development, mode) as client:
            for _ in range(3):
                assert await SEVERAL[operation_id](client, development.catalogue) == expected

            assert client.quota.refused == set(refused)
        assert removed_calls(development) == refused * 2

    assert await async_failures(check, named(SEVERAL)) == {}


@for_each_client_mode
async def test_unavailable_operations_raise_with_advice_and_are_sent_at_most_twice(mode: QuotaMode) -> None:
    async def check(operation_id: str) -> None:
        operation, sent = BY_ID[operation_id], [operation_id] * 2 if mode == "auto" else []
        advice = (
            f"use {operation.replacement} instead" if operation.replacement else "extended quota to organisations only"
        )

        async with SpotifySandbox(quota_mode="development") as development, client_of(development, mode) as client:
            for number in range(2 if operation.path_parameters else 3):
                with pytest.raises(EndpointUnavailableError) as caught:
                    await UNAVAILABLE[operation_id](client, development.catalogue)

                error = caught.value
                assert (error.operation, error.removed_on) == (operation_id, operation.removed_on)
                assert f"do not have this operation since {operation.removed_on}" in str(error)
                assert advice in str(error)
                assert error.may_have_been_executed is False
                assert error.sent is (number < len(sent))
            # Two refusals for one object say nothing about another one.
            assert client.quota.refused == (set() if operation.path_parameters else set(sent))
        assert removed_calls(development) == sent

    assert await async_failures(check, named(UNAVAILABLE)) == {}


@for_each_client_mode
async def test_following_privately_or_checking_user_ids_is_unavailable(
    mode: QuotaMode, development: SpotifySandbox
) -> None:
    playlist, me = development.catalogue.foreign_playlist.id, development.catalogue.default_user.id

    async with client_of(development, mode) as client:
        with pytest.raises(EndpointUnavailableError, match="use save-library-items instead"):
            await client.playlists.follow(playlist, public=False)
        with pytest.raises(EndpointUnavailableError, match="use check-library-contains instead"):
            await client.playlists.check_follows(playlist, [me])

    assert len(removed_calls(development)) == (2 if mode == "auto" else 0)


async def test_with_quota_mode_extended_refusals_are_raised_and_not_remembered() -> None:
    async def check(operation_id: str) -> None:
        action = (SEVERAL | UNAVAILABLE)[operation_id]

        async with (
            SpotifySandbox(quota_mode="development") as development,
            client_of(development, "extended") as client,
        ):
            for _ in range(2):
                with pytest.raises(EndpointUnavailableError):
                    await action(client, development.catalogue)

            assert client.quota.refused == frozenset()
        assert len(removed_calls(development)) >= 2

    assert await async_failures(check, named(SEVERAL | UNAVAILABLE)) == {}


@pytest.mark.parametrize("mode", ["auto", "extended"])
async def test_extended_quota_reads_several_objects_in_one_request(mode: QuotaMode, extended: SpotifySandbox) -> None:
    async def check(operation_id: str) -> None:
        before = len(extended.requests)

        await SEVERAL[operation_id](client, extended.catalogue)

        assert {request.operation_id for request in extended.requests[before:]} == {operation_id}

    async with client_of(extended, mode) as client:
        assert await async_failures(check, named(SEVERAL)) == {}
        assert client.quota.refused == frozenset()


def test_all_services_share_the_quota() -> None:
    client = AsyncSpotifyClient("token")

    services = [value for name in dir(client) if isinstance(value := getattr(client, name), Service)]

    assert len(services) == 13
    assert all(service._quota is client.quota for service in services)


async def test_clients_do_not_share_refusals(development: SpotifySandbox) -> None:
    artist = development.catalogue.artists[0].id

    for _ in range(2):
        async with development.client() as client:
            with pytest.raises(EndpointUnavailableError):
                await client.artists.get_related(artist)

    assert len(development.requests) == 2


async def test_a_refusal_is_logged_once(development: SpotifySandbox) -> None:
    catalogue = development.catalogue

    with captured_logs() as events:
        async with development.client() as client:
            for _ in range(3):
                await client.albums.get_several([catalogue.albums[0].id])
                await client.search.search("a", "track")

    learned = [event for event in events if event["event"] == "quota_learned"]
    assert {event["operation"]: event for event in learned}.keys() == {"get-multiple-albums", "search"}
    assert [event.get("replacement") for event in learned] == [None, "get-an-album"]
    assert [event.get("max_limit") for event in learned] == [10, None]


@for_each_client_mode
async def test_pages_have_the_size_that_development_mode_allows(mode: QuotaMode, development: SpotifySandbox) -> None:
    artist = development.catalogue.artists[-1].id

    async with client_of(development, mode) as client:
        for _ in range(2):
            found = await client.search.search("a", "track")
            albums = await client.artists.get_albums(artist)
            assert (found.tracks and found.tracks.limit, albums.limit) == (10, 10)

        assert client.quota.reduced == ({"search", "get-an-artists-albums"} if mode == "auto" else frozenset())
    assert [request.status for request in development.requests].count(400) == (2 if mode == "auto" else 0)


async def test_pages_have_the_full_size_in_extended_quota(extended: SpotifySandbox) -> None:
    async with extended.client() as client:
        found = await client.search.search("a", "track")

        assert found.tracks is not None
        assert found.tracks.limit == 50
        assert client.quota.reduced == frozenset()


@dataclass(frozen=True)
class Members:
    """Members that objects of a kind lack in development mode."""

    kind: str
    get: Action
    names: tuple[str, ...]


MEMBERS = [
    Members("album", lambda client, catalogue: client.albums.get(catalogue.albums[0].id), ("label", "popularity")),
    Members(
        "artist", lambda client, catalogue: client.artists.get(catalogue.artists[0].id), ("followers", "popularity")
    ),
    Members(
        "track",
        lambda client, catalogue: client.tracks.get(catalogue.tracks[0].id),
        ("available_markets", "popularity"),
    ),
    Members("show", lambda client, catalogue: client.shows.get(catalogue.shows[0].id, "US"), ("publisher",)),
    Members(
        "audiobook", lambda client, catalogue: client.audiobooks.get(catalogue.audiobooks[0].id, "US"), ("publisher",)
    ),
    Members(
        "user",
        lambda client, catalogue: client.users.get_current_profile(),
        ("country", "email", "explicit_content", "followers", "product"),
    ),
]


@pytest.mark.parametrize("members", MEMBERS, ids=lambda members: members.kind)
async def test_members_missing_in_development_mode_are_empty(
    members: Members, extended: SpotifySandbox, development: SpotifySandbox
) -> None:
    async with extended.client() as extended_client, development.client() as development_client:
        full = await members.get(extended_client, extended.catalogue)
        reduced = await members.get(development_client, development.catalogue)

    assert full.id == reduced.id
    for name in members.names:
        assert getattr(full, name) is not None, name
        assert not getattr(reduced, name), name


async def test_playlists_of_other_users_have_no_items_in_development_mode(development: SpotifySandbox) -> None:
    playlist = development.catalogue.foreign_playlist

    async with development.client() as client:
        found = await client.playlists.get(playlist.id)
        with pytest.raises(ForbiddenError) as caught:
            await client.playlists.get_items(playlist.id)

    assert (found.name, found.items) == (playlist.name, None)
    assert not isinstance(caught.value, EndpointUnavailableError)


async def test_a_forbidden_playlist_does_not_mark_the_operation(development: SpotifySandbox) -> None:
    async with development.client() as client:
        with pytest.raises(ForbiddenError):
            await client.playlists.get_items(development.catalogue.foreign_playlist.id)

        own = await client.playlists.get_items(development.catalogue.mixed_playlist.id)

    assert own.items
    assert client.quota.refused == frozenset()


async def test_a_missing_album_does_not_mark_the_operation(development: SpotifySandbox) -> None:
    async with development.client() as client:
        with pytest.raises(NotFoundError):
            await client.albums.get("0" * 22)

        assert client.quota.refused == frozenset()
