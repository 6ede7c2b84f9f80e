"""Users: profiles, top artists and tracks, and followed artists and users."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal
from urllib.parse import parse_qsl

import pytest

from spotify.client import AsyncSpotifyClient
from spotify.errors import AuthenticationError, MissingScopeError, NotFoundError, PartialWriteError, TransportError
from spotify.services.users import UsersService
from spotify.testing import SpotifySandbox
from tests.support.scripted_executor import ScriptedExecutor

ARTIST = "0" * 22

FOLLOW_METHODS: list[Callable[..., Any]] = [
    UsersService.follow_artists_or_users,
    UsersService.unfollow_artists_or_users,
    UsersService.check_follows_artists_or_users,
]

for_each_top_list = pytest.mark.parametrize("name", ["get_top_artists", "get_top_tracks"])


async def test_the_current_profile_is_that_of_the_token_s_user(
    client: AsyncSpotifyClient, sandbox: SpotifySandbox
) -> None:
    user = sandbox.catalogue.default_user

    profile = await client.users.get_current_profile()

    assert (profile.id, profile.type, profile.display_name) == (user.id, "user", user.display_name)


@pytest.mark.extended_only("country, email and product")
async def test_the_current_profile_has_the_country(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    user = sandbox.catalogue.default_user

    profile = await client.users.get_current_profile()

    assert (profile.country, profile.email, profile.product) == (user.country, user.email, user.product)


async def test_an_application_has_no_profile(app_client: AsyncSpotifyClient) -> None:
    with pytest.raises(AuthenticationError):
        await app_client.users.get_current_profile()


@pytest.mark.extended_only("GET /users/{id}")
@pytest.mark.parametrize("form", ["{}", "spotify:user:{}"])
async def test_a_user_is_found_by_id_and_uri(form: str, client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    user = sandbox.catalogue.users[4]

    found = await client.users.get(form.format(user.id))

    assert (found.id, found.display_name) == (user.id, user.display_name)


@pytest.mark.extended_only("GET /users/{id}")
async def test_a_user_whose_id_needs_encoding_is_found(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    user = sandbox.catalogue.odd_user

    assert (await client.users.get(user.id)).id == user.id


@pytest.mark.extended_only("GET /users/{id}")
async def test_an_unknown_user_is_not_found(client: AsyncSpotifyClient) -> None:
    with pytest.raises(NotFoundError):
        await client.users.get("unknown-user")


@for_each_top_list
async def test_a_top_list_is_paged_through(name: str, client: AsyncSpotifyClient) -> None:
    top = getattr(client.users, name)

    page = await top(limit=50)
    every = [item.id async for item in top(limit=20)]

    assert page.total is not None
    assert [item.id for item in page.items] == every[:50]
    assert len(every) == len(set(every)) == page.total


@for_each_top_list
async def test_a_top_list_starts_at_its_offset(name: str, client: AsyncSpotifyClient) -> None:
    top = getattr(client.users, name)

    first, second = await top(limit=1, offset=0), await top(limit=1, offset=1)

    assert (first.offset, second.offset) == (0, 1)
    assert first.items != second.items


@for_each_top_list
async def test_a_top_list_sends_the_time_range(name: str, client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    for time_range in ("short_term", "medium_term", "long_term"):
        await getattr(client.users, name)(time_range)

        assert dict(parse_qsl(sandbox.requests[-1].query))["time_range"] == time_range


@for_each_top_list
async def test_a_top_list_needs_its_scope(name: str, sandbox: SpotifySandbox) -> None:
    async with sandbox.client(scopes=["user-library-read"]) as client:
        with pytest.raises(MissingScopeError, match="user-top-read"):
            await getattr(client.users, name)()


async def test_followed_artists_are_paged_through(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    followed = [artist.id for artist in sandbox.catalogue.artists[:-5]]

    page = await client.users.get_followed_artists(limit=20)
    every = [artist.id async for artist in client.users.get_followed_artists(limit=50)]

    assert [artist.id for artist in page.items] == followed[:20]
    assert page.cursors is not None
    assert page.cursors.after == followed[19]
    assert every == followed


async def test_the_default_limit_of_followed_artists_is_the_highest(client: AsyncSpotifyClient) -> None:
    assert len((await client.users.get_followed_artists()).items) == 50


async def test_followed_artists_start_after_an_artist(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    artists = sandbox.catalogue.artists

    for form in ("{}", "spotify:artist:{}", "https://open.spotify.com/artist/{}"):
        page = await client.users.get_followed_artists(form.format(artists[2].id), 2)

        assert [artist.id for artist in page.items] == [artists[3].id, artists[4].id]


async def test_iterating_followed_artists_after_an_artist(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    artists = sandbox.catalogue.artists[:-5]

    rest = [artist.id async for artist in client.users.get_followed_artists(artists[2].id, limit=7)]

    assert rest == [artist.id for artist in artists[3:]]


@pytest.mark.parametrize("type_", ["artist", "user"])
async def test_artists_and_users_can_be_followed_and_unfollowed(
    client: AsyncSpotifyClient, sandbox: SpotifySandbox, type_: Literal["artist", "user"]
) -> None:
    users, catalogue = client.users, sandbox.catalogue
    ids = [each.id for each in (catalogue.artists[-2:] if type_ == "artist" else catalogue.users[4:6])]
    assert await users.check_follows_artists_or_users(type_, ids) == [False, False]

    await users.follow_artists_or_users(type_, [ids[0], f"spotify:{type_}:{ids[1]}"])
    assert await users.check_follows_artists_or_users(type_, ids) == [True, True]

    await users.unfollow_artists_or_users(type_, ids[:1])
    assert await users.check_follows_artists_or_users(type_, ids) == [False, True]


async def test_check_follows_distinguishes_artists(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    artists = sandbox.catalogue.artists

    assert await client.users.check_follows_artists_or_users("artist", [artists[-1].id, artists[0].uri]) == [
        False,
        True,
    ]


@pytest.mark.parametrize("type_", ["artist", "user"])
async def test_following_uses_the_library_operations(type_: str) -> None:
    for method in FOLLOW_METHODS:
        executor = ScriptedExecutor()

        await method(UsersService(executor), type_, [ARTIST, f"spotify:{type_}:{ARTIST}"])

        (call,) = executor.calls
        assert call.operation.path.startswith("/me/library")
        assert call.arguments == {"uris": f"spotify:{type_}:{ARTIST},spotify:{type_}:{ARTIST}"}


async def test_a_partial_follow_names_the_applied_artists() -> None:
    ids = [f"{number:022}" for number in range(50)]
    executor = ScriptedExecutor({1: TransportError("the connection broke", sent=True)})

    with pytest.raises(PartialWriteError) as caught:
        await UsersService(executor).follow_artists_or_users("artist", ids)

    uris = [f"spotify:artist:{each}" for each in ids]
    assert (list(caught.value.applied), list(caught.value.unknown)) == (uris[:40], uris[40:])


@pytest.mark.parametrize(
    ("type_", "ids", "error", "message"),
    [
        ("album", [ARTIST], ValueError, "type_ must be one of artist, user, not 'album'"),
        (None, [ARTIST], TypeError, "type_ must be a str, not NoneType"),
        ("artist", [], ValueError, "at least one"),
        ("artist", ["spotify:user:someone"], ValueError, "is a user; expected an artist"),
        ("artist", [ARTIST, "short"], ValueError, r"\[1\]: "),
        ("user", ["spotify:artist:" + ARTIST], ValueError, "is an artist"),
        ("user", [".."], ValueError, "lead to other paths"),
    ],
)
async def test_invalid_follow_arguments_raise_before_a_request(
    type_: Any, ids: list[str], error: type[Exception], message: str
) -> None:
    executor = ScriptedExecutor()

    for method in FOLLOW_METHODS:
        with pytest.raises(error, match=message):
            await method(UsersService(executor), type_, ids)

    assert executor.calls == []


@pytest.mark.parametrize("id", ["", " ", "spotify:artist:" + ARTIST, "https://open.spotify.com/artist/" + ARTIST, ".."])
async def test_an_id_that_is_not_a_user_raises_before_a_request(id: str) -> None:
    executor = ScriptedExecutor()

    with pytest.raises(ValueError, match="user"):
        await UsersService(executor).get(id)

    assert executor.calls == []


@for_each_top_list
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"time_range": "forever"}, "time_range must be one of short_term, medium_term, long_term, not 'forever'"),
        ({"limit": 0}, "limit must be 1 or more, not 0"),
        ({"offset": -1}, "offset must be 0 or more"),
    ],
)
def test_invalid_arguments_of_a_top_list_raise_at_once(name: str, arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        getattr(UsersService(ScriptedExecutor()), name)(**arguments)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"after": "spotify:album:" + ARTIST}, "expected an artist"),
        ({"after": ""}, "artist"),
        ({"limit": 0}, "limit must be 1 or more, not 0"),
    ],
)
def test_invalid_arguments_of_followed_artists_raise_at_once(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        UsersService(ScriptedExecutor()).get_followed_artists(**arguments)


@pytest.mark.parametrize("name", ["get_top_artists", "get_top_tracks", "get_followed_artists"])
async def test_awaiting_a_list_with_a_limit_too_high_raises(name: str) -> None:
    executor = ScriptedExecutor()
    listing = getattr(UsersService(executor), name)(limit=51)

    with pytest.raises(ValueError, match="limit must be from 1 to 50, not 51"):
        await listing

    assert executor.calls == []
