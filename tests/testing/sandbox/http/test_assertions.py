"""`assert_called` and `assert_not_called`, and the decoded request log."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest

from spotify import AsyncSpotifyClient, SpotifyError
from spotify.testing import Fault, SpotifySandbox


@pytest.fixture
async def sandbox() -> AsyncIterator[SpotifySandbox]:
    async with SpotifySandbox() as sandbox:
        yield sandbox


@pytest.fixture
async def client(sandbox: SpotifySandbox) -> AsyncIterator[AsyncSpotifyClient]:
    async with sandbox.client(max_retries=0) as client:
        yield client


async def test_an_exchange_has_its_user_arguments_and_bodies_decoded(
    sandbox: SpotifySandbox, client: AsyncSpotifyClient
) -> None:
    playlist = sandbox.catalogue.empty_playlist
    uris = [track.uri for track in sandbox.catalogue.tracks[:2]]
    await client.playlists.add_items(playlist.id, uris, position=0)

    (exchange,) = sandbox.requests

    assert exchange.operation_id == "add-items-to-playlist"
    assert exchange.user == sandbox.catalogue.default_user.id
    assert exchange.arguments == {"playlist_id": playlist.id}
    assert exchange.request_json == {"uris": uris, "position": 0}
    assert list(exchange.response_json) == ["snapshot_id"]


async def test_arguments_are_decoded_from_the_path_and_the_query(
    sandbox: SpotifySandbox, client: AsyncSpotifyClient
) -> None:
    user = sandbox.catalogue.odd_user.id
    await client.users.get(user)
    await client.search.search("björk & co", ["album", "track"], limit=3)

    assert sandbox.requests[0].arguments == {"user_id": user}
    assert sandbox.requests[1].arguments == {"q": "björk & co", "type": "album,track", "limit": "3"}
    assert sandbox.requests[1].request_json is None
    sandbox.assert_called("search", arguments={"type": ["album", "track"], "limit": 3}, json=None)


async def test_application_tokens_have_no_user(sandbox: SpotifySandbox) -> None:
    async with sandbox.client(client_id=sandbox.client_id, client_secret=sandbox.client_secret) as client:
        await client.albums.get(sandbox.catalogue.albums[0].id)

    sandbox.assert_called("POST /api/token", times=1)
    assert sandbox.assert_called("get-an-album")[0].user is None


async def test_assert_called_returns_the_matching_exchanges(
    sandbox: SpotifySandbox, client: AsyncSpotifyClient
) -> None:
    first, second = sandbox.catalogue.albums[:2]
    await client.albums.get(first.id)
    await client.albums.get(second.id, market="DE")
    await client.albums.get(second.id)

    assert len(sandbox.assert_called("GET /albums/{id}", times=3)) == 3
    assert sandbox.assert_called(f"GET /albums/{second.id}", times=2) == sandbox.requests[1:]
    assert sandbox.assert_called("get-an-album", arguments={"market": "DE"}) == sandbox.requests[1:2]
    sandbox.assert_not_called("get-an-artist")
    sandbox.assert_not_called("PUT *")


async def test_the_message_lists_the_requests_that_came(sandbox: SpotifySandbox, client: AsyncSpotifyClient) -> None:
    track = sandbox.catalogue.tracks[0]
    await client.tracks.save([track.id])
    sandbox.fail("get-track", Fault.status(503))
    with pytest.raises(SpotifyError):
        await client.tracks.get(track.id)

    with pytest.raises(AssertionError) as caught:
        sandbox.assert_called("get-track", user="sandbox_listener", times=1, executed=True)

    lines = str(caught.value).splitlines()
    assert lines[0] == "expected 1 request to get-track with user='sandbox_listener', executed=True, found 0"
    assert lines[1] == "all requests:"
    assert lines[2].startswith(f"  save-library-items: PUT /me/library?uris={track.uri} by sandbox_listener → 200")
    assert lines[3] == f"  get-track: GET /tracks/{track.id} by sandbox_listener → 503, not executed, fault status=503"


def test_the_message_says_that_there_were_no_requests() -> None:
    with pytest.raises(AssertionError, match=r"at least one request to \*, found 0\nthere were no requests"):
        SpotifySandbox().assert_called("*")


def test_only_the_latest_requests_are_listed(sandbox_log: SpotifySandbox) -> None:
    with pytest.raises(AssertionError) as caught:
        sandbox_log.assert_not_called("get-an-album")
    lines = str(caught.value).splitlines()
    assert lines[2] == "  (10 earlier ones)"
    assert len(lines) == 3 + 20
    assert all(line.startswith("* get-an-album") for line in lines[3:])


@pytest.fixture
async def sandbox_log(sandbox: SpotifySandbox, client: AsyncSpotifyClient) -> SpotifySandbox:
    for album in sandbox.catalogue.albums[:30]:
        await client.albums.get(album.id)
    return sandbox


@pytest.mark.parametrize(
    "check",
    [
        lambda s: s.executions["get-an-albun"],
        lambda s: s.executions.get("get-an-albun"),
        lambda s: "get-an-albun" in s.executions,
        lambda s: s.executions["GET /albumz/{id}"],
        lambda s: s.executions["*"],
        lambda s: s.executions["GET /albums/0000000000000000000000"],
        lambda s: s.fail("get-an-albun", Fault.reset()),
        lambda s: s.assert_called("get-an-albun"),
        lambda s: s.assert_not_called("get-an-albun"),
        lambda s: s.assert_not_called("GET /albums/{id}/songs"),
        lambda s: s.assert_called("search", arguments={"query": "x"}),
        lambda s: s.assert_called("search", times=-1),
    ],
)
def test_a_name_that_does_not_exist_is_refused(check) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ValueError, match=r"there is no operation|is not one operation|has no parameter|times must be"):
        check(SpotifySandbox())


async def test_executions_are_counted_by_id_and_by_route(sandbox: SpotifySandbox, client: AsyncSpotifyClient) -> None:
    await client.albums.get(sandbox.catalogue.albums[0].id)

    assert sandbox.executions["get-an-album"] == sandbox.executions["GET /albums/{any}"] == 1
    assert sandbox.executions["get-an-artist"] == sandbox.executions["POST /api/token"] == 0
    assert sandbox.executions == {"get-an-album": 1}
    assert re.match(r"\{'get-an-album': 1\}", repr(sandbox.executions))


async def test_the_json_of_a_dropped_body_is_refused(sandbox: SpotifySandbox, client: AsyncSpotifyClient) -> None:
    await client.albums.get(sandbox.catalogue.albums[0].id)
    exchanges = sandbox._request_log.requests
    exchanges._max_body_bytes = 1
    await client.albums.get(sandbox.catalogue.albums[1].id)

    with pytest.raises(ValueError, match="dropped the bodies of GET /albums"):
        _ = sandbox.requests[0].response_json
