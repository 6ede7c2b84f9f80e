"""The user's library by URI."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spotify.client import AsyncSpotifyClient
from spotify.errors import (
    AuthenticationError,
    DecodeError,
    MissingScopeError,
    PartialWriteError,
    RateLimitError,
    TransportError,
)
from spotify.interfaces.executor import Call
from spotify.services.library import LibraryService
from spotify.testing import SpotifySandbox
from tests.support.scripted_executor import ScriptedExecutor, track_uris

Method = Callable[[LibraryService, list[str]], Awaitable[object]]

for_each_write = pytest.mark.parametrize(
    "write", [LibraryService.save_items, LibraryService.remove_items], ids=["save_items", "remove_items"]
)
METHODS: list[Method] = [LibraryService.save_items, LibraryService.remove_items, LibraryService.check_contains]


def one_of_each_kind(sandbox: SpotifySandbox) -> list[str]:
    """Return URIs of items that are not in the library of the default user."""
    catalogue = sandbox.catalogue
    user = catalogue.users[-1]
    return [
        catalogue.tracks[1].uri,
        catalogue.albums[1].uri,
        catalogue.episodes[1].uri,
        catalogue.shows[1].uri,
        catalogue.audiobooks[1].uri,
        f"spotify:user:{user.id}",
        catalogue.foreign_private_playlist.uri,
    ]


async def test_items_of_every_kind_are_saved_and_removed(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    uris = one_of_each_kind(sandbox)
    assert await client.library.check_contains(uris) == [False] * len(uris)

    await client.library.save_items(uris)
    assert await client.library.check_contains(uris) == [True] * len(uris)

    await client.library.remove_items(uris)
    assert await client.library.check_contains(uris) == [False] * len(uris)


async def test_a_user_whose_id_needs_encoding_is_saved(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    odd = f"spotify:user:{sandbox.catalogue.odd_user.id}"
    await client.library.remove_items([odd])
    assert await client.library.check_contains([odd]) == [False]

    await client.library.save_items([odd])

    assert await client.library.check_contains([odd]) == [True]


async def test_items_saved_by_the_library_are_saved_in_the_services(
    client: AsyncSpotifyClient, sandbox: SpotifySandbox
) -> None:
    album = sandbox.catalogue.albums[1]

    await client.library.save_items([f"https://open.spotify.com/album/{album.id}"])

    assert await client.albums.check_saved([album.id]) == [True]


async def test_artists_are_checked(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    followed, not_followed = sandbox.catalogue.artists[0], sandbox.catalogue.artists[-1]

    assert await client.library.check_contains([not_followed.uri, followed.uri]) == [False, True]


@pytest.mark.parametrize(("count", "requests"), [(1, 1), (40, 1), (41, 2), (100, 3)])
async def test_a_request_has_at_most_40_uris(
    count: int, requests: int, client: AsyncSpotifyClient, sandbox: SpotifySandbox
) -> None:
    uris = [track.uri for track in sandbox.catalogue.tracks[:count]]

    await client.library.save_items(iter(uris))
    assert len(sandbox.requests) == requests
    assert await client.library.check_contains(iter(uris)) == [True] * count
    assert len(sandbox.requests) == 2 * requests
    await client.library.remove_items(iter(uris))
    assert len(sandbox.requests) == 3 * requests
    assert await client.library.check_contains(uris) == [False] * count


async def test_results_are_in_the_order_of_the_uris(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    tracks = sandbox.catalogue.tracks[:130]
    saved = {track.uri for track in tracks[::11]}

    assert await client.library.check_contains([track.uri for track in tracks]) == [t.uri in saved for t in tracks]


@given(count=st.integers(1, 300))
async def test_every_uri_is_sent_once_and_in_order(count: int) -> None:
    executor = ScriptedExecutor()

    await LibraryService(executor).save_items(track_uris(count))

    sent = [str(call.arguments["uris"]).split(",") for call in executor.calls]
    assert [uri for chunk in sent for uri in chunk] == track_uris(count)
    assert max(len(chunk) for chunk in sent) <= 40


@for_each_write
async def test_a_partial_write_names_the_applied_items(write: Method) -> None:
    cause, uris = TransportError("the connection broke", sent=True), track_uris(100)

    with pytest.raises(PartialWriteError) as caught:
        await write(LibraryService(ScriptedExecutor({1: cause})), uris)

    error = caught.value
    assert [list(error.applied), list(error.unknown), list(error.not_applied)] == [uris[:40], uris[40:80], uris[80:]]
    assert error.snapshot_id is None
    assert error.__cause__ is cause


@for_each_write
async def test_a_write_that_was_not_executed_has_no_unknown_items(write: Method) -> None:
    cause, uris = RateLimitError("slow down", status_code=429), track_uris(100)
    cause.may_have_been_executed = False

    with pytest.raises(PartialWriteError) as caught:
        await write(LibraryService(ScriptedExecutor({2: cause})), uris)

    error = caught.value
    assert [list(error.applied), list(error.unknown), list(error.not_applied)] == [uris[:80], [], uris[80:]]


@for_each_write
async def test_a_single_request_raises_its_own_error(write: Method) -> None:
    cause = TransportError("the connection broke", sent=True)

    with pytest.raises(TransportError) as caught:
        await write(LibraryService(ScriptedExecutor({0: cause})), track_uris(40))

    assert caught.value is cause


async def test_too_few_results_raise() -> None:
    class OneResult(ScriptedExecutor):
        def result_of(self, call: Call[object], number: int) -> object:
            return [True]

    with pytest.raises(DecodeError, match="1 results for 2 ids"):
        await LibraryService(OneResult()).check_contains(track_uris(2))


async def test_a_token_without_the_scopes_is_refused(sandbox: SpotifySandbox) -> None:
    async with sandbox.client(scopes=["playlist-modify-private"]) as client:
        for method in METHODS:
            with pytest.raises(MissingScopeError):
                await method(client.library, [sandbox.catalogue.tracks[0].uri])


async def test_an_application_has_no_library(app_client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    for method in METHODS:
        with pytest.raises(AuthenticationError):
            await method(app_client.library, [sandbox.catalogue.tracks[0].uri])


@pytest.mark.parametrize(
    ("uris", "message"),
    [
        ([], "at least one"),
        (["0" * 22], "does not name a kind"),
        ([*track_uris(1), "spotify:chapter:" + "0" * 22], r"\[1\]: .* is a chapter"),
        (["spotify:local:Artist::Take+1:61"], "is a local"),
        (["spotify:track:short"], "is not a track id"),
    ],
)
async def test_uris_that_cannot_be_saved_raise_before_a_request(uris: list[str], message: str) -> None:
    executor = ScriptedExecutor()

    for method in METHODS:
        with pytest.raises(ValueError, match=message):
            await method(LibraryService(executor), uris)

    assert executor.calls == []


async def test_a_str_instead_of_uris_raises_before_a_request() -> None:
    executor = ScriptedExecutor()

    for method in METHODS:
        with pytest.raises(TypeError, match="not one str"):
            await method(LibraryService(executor), track_uris(1)[0])  # type: ignore[arg-type]

    assert executor.calls == []
