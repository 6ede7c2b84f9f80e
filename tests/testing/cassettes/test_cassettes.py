"""`RecordingTransport` and `ReplayTransport`: what a cassette has, what it leaves out, and how it is matched."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from spotify import AsyncSpotifyClient, ClientConfig, TransportError
from spotify.impl.transport.aiohttp_transport import AiohttpTransport
from spotify.interfaces.transport import HttpRequest, HttpResponse
from spotify.testing import Fault, RecordingTransport, ReplayTransport, SpotifySandbox, UnrecordedRequestError


@asynccontextmanager
async def recording(
    sandbox: SpotifySandbox, path: Path, *, anonymize: bool = True, user: str | None = None
) -> AsyncIterator[AsyncSpotifyClient]:
    config = ClientConfig(api_url=sandbox.api_url, accounts_url=sandbox.accounts_url)
    async with (
        RecordingTransport(AiohttpTransport(config), path, anonymize=anonymize) as transport,
        sandbox.client(transport=transport, user=user, max_retries=0) as client,
    ):
        yield client


@asynccontextmanager
async def replaying(path: Path, **options: bool) -> AsyncIterator[tuple[AsyncSpotifyClient, ReplayTransport]]:
    async with (
        ReplayTransport(path, **options) as transport,
        AsyncSpotifyClient("any", transport=transport, max_retries=0) as client,
    ):
        yield client, transport


@pytest.fixture
async def sandbox() -> AsyncIterator[SpotifySandbox]:
    async with SpotifySandbox() as sandbox:
        yield sandbox


async def test_a_recorded_session_is_replayed_with_equal_results(sandbox: SpotifySandbox, tmp_path: Path) -> None:
    path = tmp_path / "cassettes" / "session.json"
    album, tracks = sandbox.catalogue.long_album, sandbox.catalogue.tracks[:3]

    async def session(client: AsyncSpotifyClient) -> list[object]:
        playlist = await client.playlists.create("Blue", description="é")
        await client.playlists.add_items(playlist.id, [track.uri for track in tracks])
        return [
            [track async for track in client.albums.get_tracks(album.id)],
            [entry.item async for entry in client.playlists.get_items(playlist.id)],
            await client.search.search("a", ["artist"], limit=2),
        ]

    async with recording(sandbox, path) as client:
        recorded = await session(client)
    async with replaying(path) as (client, transport):
        replayed = await session(client)
        transport.assert_all_requested()

    # Links to images have another host.
    assert str(replayed) == str(recorded).replace(sandbox.url, "https://api.spotify.com")
    assert transport.drift == []


async def test_a_cassette_has_no_token_address_name_or_id_of_a_user(sandbox: SpotifySandbox, tmp_path: Path) -> None:
    odd = sandbox.add_user("Ana Secretname", id="björk fan/50%+1!", email="ana@secret.example", playlists={"P": []})
    path = tmp_path / "c.json"
    async with recording(sandbox, path, user=odd.id) as client:
        profile = await client.users.get_current_profile()
        assert profile.display_name == "Ana Secretname"
        await client.users.get(odd.id)
        await client.playlists.get_for_user(odd.id).collect()
        await client.playlists.get_for_current_user().collect()
        await client.library.check_contains([odd.uri])

    text = path.read_text()
    for secret in ("BQ", "Secretname", "secret.example", "björk", "bj%C3%B6rk", "Bearer", odd.account_id, sandbox.url):
        assert secret not in text, secret
    async with replaying(path) as (client, _):
        replayed = await client.users.get_current_profile()
        assert (replayed.id, replayed.display_name, replayed.email) == ("user-1", "user-1", "user@example.com")
        (playlist,) = await client.playlists.get_for_user("user-1").collect()
        assert playlist.owner.id == "user-1"


async def test_users_are_recorded_if_asked_for_and_tokens_never(sandbox: SpotifySandbox, tmp_path: Path) -> None:
    path = tmp_path / "c.json"
    config = ClientConfig(api_url=sandbox.api_url, accounts_url=sandbox.accounts_url)
    async with (
        RecordingTransport(AiohttpTransport(config), path, anonymize=False) as transport,
        AsyncSpotifyClient(
            client_id=sandbox.client_id, client_secret=sandbox.client_secret, config=config, transport=transport
        ) as client,
    ):
        await client.users.get(sandbox.catalogue.default_user.id)

    text = path.read_text()
    assert "Sandbox Listener" in text
    assert sandbox.client_secret not in text
    assert "BQ" not in text
    async with (
        ReplayTransport(path) as replay,
        AsyncSpotifyClient(client_id="i", client_secret="s", transport=replay) as client,
    ):
        assert (await client.users.get(sandbox.catalogue.default_user.id)).display_name == "Sandbox Listener"


async def test_two_recordings_of_the_same_session_are_equal(sandbox: SpotifySandbox, tmp_path: Path) -> None:
    albums = sandbox.catalogue.albums[:12]
    for name in ("first.json", "second.json"):
        async with recording(sandbox, tmp_path / name) as client:
            await asyncio.gather(*(client.albums.get(album.id) for album in albums))

    first, second = ((tmp_path / name).read_text() for name in ("first.json", "second.json"))
    assert first == second
    assert first.startswith('{\n  "exchanges": [\n    {\n      "operation": "get-an-album"')
    assert [each["request"]["path"] for each in json.loads(first)["exchanges"]] == [f"/albums/{a.id}" for a in albums]


async def test_exchanges_are_written_in_the_order_of_sending_and_without_cancelled_ones(tmp_path: Path) -> None:
    gates = [asyncio.Event() for _ in range(3)]

    class Gated:
        async def send(self, request: HttpRequest, /) -> HttpResponse:
            number = int(request.url[-1])
            await gates[number].wait()
            return HttpResponse(status=200, body=b"%d" % number)

        async def close(self) -> None:
            """Nothing to close."""

    path = tmp_path / "c.json"
    transport = RecordingTransport(Gated(), path)
    requests = [HttpRequest(method="GET", url=f"https://api.spotify.com/v1/albums/{n}") for n in range(3)]
    tasks = [asyncio.create_task(transport.send(request)) for request in requests]
    await asyncio.sleep(0)
    gates[2].set()
    await tasks[2]
    assert json.loads(path.read_text())["exchanges"] == []
    tasks[0].cancel()
    await asyncio.wait(tasks[:1])
    gates[1].set()
    await tasks[1]

    assert [each["response"]["body"] for each in json.loads(path.read_text())["exchanges"]] == [1, 2]


async def test_errors_of_the_transport_are_recorded_and_raised(sandbox: SpotifySandbox, tmp_path: Path) -> None:
    path, album = tmp_path / "c.json", sandbox.catalogue.albums[0]
    sandbox.fail("get-an-album", Fault.reset(), times=1)
    sandbox.fail("get-an-album", Fault.status(404), times=1, after=1)
    outcomes = []

    async def read(client: AsyncSpotifyClient) -> None:
        for _ in range(2):
            with pytest.raises(Exception) as caught:  # noqa: PT011  compared below
                await client.albums.get(album.id)
            outcomes.append((type(caught.value), getattr(caught.value, "sent", None)))

    async with recording(sandbox, path) as client:
        await read(client)
    async with replaying(path) as (client, _):
        await read(client)

    assert outcomes[0][0] is TransportError
    assert outcomes[:2] == outcomes[2:]


@pytest.fixture
async def albums_cassette(sandbox: SpotifySandbox, tmp_path: Path) -> Path:
    path = tmp_path / "albums.json"
    first, second = sandbox.catalogue.albums[:2]
    async with recording(sandbox, path) as client:
        await client.albums.get(first.id, market="DE")
        await client.albums.get(second.id)
    return path


async def test_a_request_without_a_recording_shows_the_nearest_one(
    sandbox: SpotifySandbox, albums_cassette: Path
) -> None:
    first = sandbox.catalogue.albums[0].id
    async with replaying(albums_cassette) as (client, transport):
        with pytest.raises(UnrecordedRequestError) as caught:
            await client.albums.get(first, market="FR")
        assert f"GET /albums/{first}?market=FR is not recorded in {albums_cassette}" in str(caught.value)
        assert f"The nearest is GET /albums/{first}?market=DE:\n  market: 'FR' instead of 'DE'" in str(caught.value)
        await client.albums.get(first, market="DE")
        with pytest.raises(UnrecordedRequestError, match=r"is recorded once .* and was requested once more"):
            await client.albums.get(first, market="DE")
        with pytest.raises(AssertionError, match=r"but not requested:\n  GET /albums/"):
            transport.assert_all_requested()


async def test_the_order_matters_only_if_asked_for(sandbox: SpotifySandbox, albums_cassette: Path) -> None:
    first, second = sandbox.catalogue.albums[:2]
    async with replaying(albums_cassette) as (client, _):
        assert (await client.albums.get(second.id)).id == second.id
        assert (await client.albums.get(first.id, market="DE")).id == first.id
    async with replaying(albums_cassette, in_order=True) as (client, _):
        with pytest.raises(UnrecordedRequestError, match=r"has another request next: GET /albums/.*market=DE"):
            await client.albums.get(second.id)


async def test_bodies_are_compared_too(sandbox: SpotifySandbox, tmp_path: Path) -> None:
    path, playlist = tmp_path / "c.json", sandbox.catalogue.empty_playlist.id
    track, other = (each.uri for each in sandbox.catalogue.tracks[:2])
    async with recording(sandbox, path) as client:
        await client.playlists.add_items(playlist, [track])
    async with replaying(path) as (client, _):
        with pytest.raises(UnrecordedRequestError, match=r"body: .*instead of"):
            await client.playlists.add_items(playlist, [other])
    async with replaying(path) as (client, _):
        await client.playlists.add_items(playlist, [track])


async def test_replay_reports_where_a_recording_differs_from_the_models(
    sandbox: SpotifySandbox, albums_cassette: Path
) -> None:
    text = albums_cassette.read_text()  # noqa: ASYNC240
    albums_cassette.write_text(text.replace('"total_tracks": 72', '"total_tracks": "seventy-two"', 1))  # noqa: ASYNC240
    async with replaying(albums_cassette) as (client, transport):
        await client.albums.get(sandbox.catalogue.albums[0].id, market="DE")
        assert len(transport.drift) == 1
        assert "total_tracks" in transport.drift[0]


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"exchanges": {}}', '{"exchanges": [{}]}', '{"exchanges": [1]}'])
def test_a_file_that_is_not_a_cassette_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "c.json"
    path.write_text(content)
    with pytest.raises(ValueError, match="is not a cassette"):
        ReplayTransport(path)


async def test_bodies_of_any_kind_are_replayed(tmp_path: Path) -> None:
    bodies = [b"", b"null", b"plain text", b"\xff\xd8\xff", b'{"text":"x"}', b'{"a":1,"base64":"x"}', b'"s"', b"NaN"]

    class Bodies:
        async def send(self, request: HttpRequest, /) -> HttpResponse:
            return HttpResponse(status=200, body=bodies[int(request.url[-1])])

        async def close(self) -> None:
            """Nothing to close."""

    requests = [HttpRequest(method="GET", url=f"https://api.spotify.com/v1/x/{n}") for n in range(len(bodies))]
    async with RecordingTransport(Bodies(), tmp_path / "c.json") as transport:
        for request in requests:
            await transport.send(request)
    async with ReplayTransport(tmp_path / "c.json") as replay:
        assert [(await replay.send(request)).body for request in requests] == bodies


async def test_a_cassette_is_loaded_into_a_sandbox(sandbox: SpotifySandbox, tmp_path: Path) -> None:
    path = tmp_path / "c.json"
    playlist = sandbox.catalogue.collaborative_playlist
    ids = [entry.item.id for entry in playlist.entries]
    async with recording(sandbox, path) as client:
        await client.users.get_current_profile()
        saved = [each.track.id async for each in client.tracks.get_saved()]
        await client.playlists.get(playlist.id)
        assert [each.item.id async for each in client.playlists.get_items(playlist.id)] == ids

    async with SpotifySandbox(catalogue="empty") as other:
        other.load(path)
        async with other.client(user="user-1") as client:
            assert [each.track.id async for each in client.tracks.get_saved()] == saved
            assert [each.item.id async for each in client.playlists.get_items(playlist.id)] == ids
            assert (await client.playlists.get(playlist.id)).name == playlist.name
            found = await client.search.search(f"isrc:{sandbox.catalogue.track_by_id[saved[0]].isrc}", ["track"])
            assert saved[0] in [each.id for each in found.tracks.items]
