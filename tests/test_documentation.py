"""Runs every code block of README.md and docs/, and checks their tables and links."""

import ast
import asyncio
import functools
import os
import re
import socket
import sys
import textwrap
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import get_args

import aiohttp
import pytest
from aiohttp import web
from cryptography.fernet import Fernet
from opentelemetry.sdk.trace import TracerProvider
from prometheus_client import CollectorRegistry
from typer.main import get_command
from yarl import URL

import spotify
from spotify import (
    AsyncSpotifyClient,
    ClientConfig,
    FileTokenStore,
    OpenTelemetryObserver,
    PartialWriteError,
    PkceAuth,
    RedisResponseCache,
    ServerError,
    SpotifyError,
)
from spotify.cli.app import app
from spotify.interfaces import Attempt, GiveUp, Operation, Retry
from spotify.logs import Event
from spotify.testing import FakeClock, FakeTransport, Fault, SpotifySandbox
from tests.support.raw_requests import MALFORMED, raw_status
from tests.support.socks_server import socks_server
from tests.support.tls_server import ALBUM, CertificateAuthority, https_server

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md", *sorted((ROOT / "docs").glob("*.md"))]
SPOTIFYS_ALBUM = "4aawyAB9vmqN3uQ7FjRGTy"


def page(name):
    return (ROOT / name).read_text()


def blocks(language, *pages):
    return [
        textwrap.dedent(code)
        for path in pages or PAGES
        for code in re.findall(rf"```{language}\n(.*?)```", path.read_text(), re.DOTALL)
    ]


def code_with(marker):
    """Return the one block of Python that contains the marker."""
    (code,) = [block for block in blocks("python") if marker in block]
    return code


def snippet(marker):
    """Run the one block of Python that contains the marker; return its names."""
    names = {"__name__": "documentation"}
    exec(compile(code_with(marker), "documentation", "exec"), names)
    return names


#: A string that identifies each block of Python. A block without a marker, and therefore without a test, is an error.
MARKERS = {
    "authenticate": "AsyncSpotifyClient.from_client_credentials()  # the same",
    "first calls": SPOTIFYS_ALBUM,
    "a faster event loop": "print(spotify.run(main()))",
    "a login": "async def favourite_artists",
    "bulk": "async def save_all",
    "fixtures": "async def test_the_profile",
    "copying a playlist": "async def copy_playlist",
    "lists": "async def page_and_all",
    "starting with a page": "async def all_tracks",
    "bulk reads": "async def titles",
    "partial playlists": "async def description",
    "quota modes": "async def similar_artists",
    "usage": "async def nightly(",
    "costs": "async def albums_and_items(",
    "errors": "async def title(",
    "options": "async def fetch_quickly",
    "bulk writes": "async def fill(",
    "settings": "max_retry_wait=5.0",
    "cache": "async def read_twice",
    "cache settings": "async def where_from",
    "retry policy": "class RetryReadsOnce",
    "container": "container.transport.override",
    "executor": "class CountingExecutor",
    "auth provider": "class VaultAuth",
    "OpenTelemetry": "def observed_client(",
    "trace context": "class TracedTransport",
    "Prometheus": "class PrometheusObserver",
    "TLS": "async def album_name(",
    "SOCKS": "async def artist_name(",
    "login in a line": 'spotify.login("playlist-modify-private")',
    "plans": "async def tidy(",
    "backup": "async def move(",
    "flat rows": "async def top_artists(",
    "playback changes": "async def print_changes(",
    "user login": "await auth.ensure_login(PlaylistsService.create, PlaylistsService.add_items)",
    "web logins": "def begin_login",
    "workers": "async def work(",
    "aiohttp.web": "from aiohttp import web",
    "logging": "logging.basicConfig",
    "sandbox": "async def test_saving_an_album",
    "own data": "async def test_a_library_of_my_own",
    "in thread": "def test_a_synchronous_program",
    "limits": "async def test_the_quota_of_a_day",
    "assertions": "async def test_what_was_sent",
    "faults": "async def test_a_lost_response",
    "fakes": "async def test_a_retry",
    "any operation": "async def headline",
    "exact lists": "async def exact_copy",
    "observers": "class SlowCalls",
    "tutorial": "limit=3)\n        for track in result",
    "tutorial lists": "async def favourites",
    "tutorial playlist": "async def mixtape",
    "tutorial errors": "async def title_of",
    "tutorial login": "async def my_mixtape",
    "a program for recipes": "async def use(client)",
    "search": "async def find(",
    "playback": "async def play_album",
    "saved music": "async def saved_titles",
    "JSON": "async def as_json",
    "rows": "async def table_of",
    "notebooks": "async def cells",
    "scripts": "async def names(",
    "containers": "async def lifespan(",
    "rotated secrets": "def rotating_client(",
    "from spotipy": "async def saved_with_dates",
    "from tekore": "async def album_titles",
    "token of tekore": "async def take_over",
    "from spotify-sdk": "async def first_title",
    "from spotifyaio": "class ApplicationToken",
}


def test_every_python_block_has_one_marker():
    for block in blocks("python"):
        assert len([name for name, marker in MARKERS.items() if marker in block]) == 1, block


def test_readme_begins_with_the_two_commands():
    first, second = blocks("sh", ROOT / "README.md")[:2]
    assert first.splitlines() == ["python -m pip install -q . && python examples/quickstart.py"]
    assert second.splitlines() == ['python -m pip install -q -e ".[dev]" && python -m pytest -q -n auto']


async def run(code, **environment):
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        code,
        env={**os.environ, **environment},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    assert process.returncode == 0, err.decode()
    return out.decode(), err.decode()


async def test_authenticate():
    code = code_with(MARKERS["authenticate"])
    await run(code, SPOTIFY_CLIENT_ID="i", SPOTIFY_CLIENT_SECRET="s")


async def test_first_calls():
    code = code_with(MARKERS["first calls"])
    async with SpotifySandbox() as sandbox:
        album = sandbox.catalogue.long_album
        out, err = await run(code.replace(SPOTIFYS_ALBUM, album.id), **sandbox.environment())
    lines = out.splitlines()
    assert err == ""
    assert lines[0].startswith(album.name)
    assert len(lines) == 1 + len(album.tracks) + 1
    assert lines[-1] == f"5 of {len(album.tracks)}"


def test_a_faster_event_loop(monkeypatch):
    names = snippet(MARKERS["a faster event loop"])
    with SpotifySandbox.in_thread() as sandbox:
        for name, value in sandbox.environment().items():
            monkeypatch.setenv(name, value)
        album = sandbox.catalogue.albums[0]
        main = code_with(MARKERS["a faster event loop"]).replace("2noRn2Aes5aoNVsU6iWThc", album.id)
        exec(compile(main, "documentation", "exec"), names)
        assert spotify.run(names["main"]()) == album.name


async def test_login_and_bulk_of_the_readme(monkeypatch, capsys):
    names = snippet(MARKERS["a login"]) | snippet(MARKERS["bulk"])
    async with SpotifySandbox() as sandbox, sandbox.client() as client:
        monkeypatch.setattr(spotify, "login", lambda *scopes: sandbox.client(scopes=scopes))
        assert len(await names["favourite_artists"]()) == (await client.users.get_top_artists("long_term")).total
        ids = [album.id for album in sandbox.catalogue.albums[:60]]
        assert await names["save_all"](client, [*ids, "0" * 22]) == ids
        assert await names["save_all"](client, ["0" * 22]) == []
        assert all(await client.albums.check_saved(ids))
        await client.albums.remove(ids)
        sandbox.fail("save-library-items", Fault.status(400), after=1, times=1)
        with pytest.raises(PartialWriteError) as caught:
            await names["save_all"](client, ids)
        assert capsys.readouterr().out.startswith("saved 40, left 20")
        await client.resume(caught.value)
        assert all(await client.albums.check_saved(ids))


def test_readme_is_short():
    assert len(page("README.md").splitlines()) <= 180


async def test_observers(capsys):
    observer = snippet(MARKERS["observers"])["SlowCalls"]()
    async with SpotifySandbox() as sandbox:
        sandbox.fail("get-an-album", Fault.status(503), times=1)
        config = ClientConfig(retry_base_delay=0.001)
        async with sandbox.client(observers=[observer], config=config) as client:
            await client.albums.get(sandbox.catalogue.albums[0].id)
    assert capsys.readouterr().out.startswith("get-an-album: attempt 1 failed, next in 0.0 s")


async def test_tutorial():
    out, err = await run(code_with(MARKERS["tutorial"]))
    assert err == ""
    assert all(" by " in line for line in out.splitlines())
    assert len(out.splitlines()) == 3


async def test_tutorial_parts(capsys):
    names = snippet(MARKERS["tutorial lists"]) | snippet(MARKERS["tutorial playlist"])
    title_of = snippet(MARKERS["tutorial errors"])["title_of"]
    async with SpotifySandbox() as sandbox, sandbox.client() as client:
        tracks, saved = await names["favourites"](client)
        assert len(await names["mixtape"](client, tracks)) == len(tracks) == 5
        assert saved
        album = sandbox.catalogue.albums[0]
        assert await title_of(client, album.id) == album.name
        assert await title_of(client, SPOTIFYS_ALBUM) is None
        sandbox.fail("get-an-album", Fault.status(403))
        with pytest.raises(SpotifyError):
            await title_of(client, album.id)
    assert capsys.readouterr().out.startswith("Spotify did not give the album: 403")


async def test_tutorial_login(monkeypatch):
    my_mixtape = snippet(MARKERS["tutorial login"])["my_mixtape"]
    async with SpotifySandbox() as sandbox:
        monkeypatch.setattr(spotify, "login", lambda *scopes: sandbox.client(scopes=scopes))
        my_mixtape.__globals__["mixtape"] = snippet(MARKERS["tutorial playlist"])["mixtape"]
        assert len(await my_mixtape()) == 20


async def test_recipes_begin_with_a_program():
    out, err = await run(code_with(MARKERS["a program for recipes"]))
    assert (out.partition("(")[0], err) == ("PrivateUser", "")


async def test_recipes():
    recipes = ("search", "playback", "saved music", "JSON", "rows", "notebooks", "scripts")
    names = {name: value for recipe in recipes for name, value in snippet(MARKERS[recipe]).items()}
    async with SpotifySandbox() as sandbox, sandbox.client() as client:
        track, album = sandbox.catalogue.tracks[0], sandbox.catalogue.long_album
        found = await names["find"](client, track.name, track.artists[0].name)
        assert track.id in {each.id for each in found}
        assert await names["play_album"](client, album.uri) == album.tracks[0].name
        assert len(await names["saved_titles"](client)) == (await client.tracks.get_saved()).total
        assert album.name in await names["as_json"](client, album.id)
        rows = await names["table_of"](client, sandbox.catalogue.mixed_playlist.id)
        assert set(rows[0]) == {"name", "artists", "added_at"}
        artists = sandbox.catalogue.artists[:3]
        assert await names["names"](client, [each.id for each in artists]) == [each.name for each in artists]
    assert (await names["cells"]()).name == sandbox.catalogue.albums[0].name


async def test_migration(monkeypatch, tmp_path):
    names = {}
    for block in ("from spotipy", "from tekore", "token of tekore", "from spotify-sdk", "from spotifyaio"):
        names |= snippet(MARKERS[block])
    async with SpotifySandbox() as sandbox, sandbox.client() as client:
        monkeypatch.setattr(spotify, "login", lambda *_scopes, **_options: sandbox.client())
        assert len(await names["saved_with_dates"]()) == (await client.tracks.get_saved()).total
        album, playlist = sandbox.catalogue.long_album, sandbox.catalogue.mixed_playlist
        assert await names["album_titles"](client, album.id) == [track.name for track in album.tracks]
        assert await names["first_title"](client, playlist.id)

        async def issued_token():
            return sandbox.issue_token()

        names["client_of"].__globals__["AsyncSpotifyClient"] = sandbox.client
        async with names["client_of"](issued_token) as other:
            assert (await other.albums.get(album.id)).id == album.id

        config = ClientConfig(api_url=sandbox.api_url, accounts_url=sandbox.accounts_url)
        first = PkceAuth(sandbox.client_id, "http://127.0.0.1:8000/callback", config=config, scopes=["user-top-read"])
        store = FileTokenStore(tmp_path)
        async with aiohttp.ClientSession() as browser:
            request = first.authorization_request()
            async with browser.get(request.url, allow_redirects=False) as answer:
                await first.exchange_redirect(answer.headers["Location"], request=request)
        token = await first.stored_token()
        await names["take_over"](store, sandbox.client_id, token.refresh_token.reveal(), token.scopes)
        second = PkceAuth(sandbox.client_id, "http://127.0.0.1:8000/callback", config=config, store=store)
        async with sandbox.client(auth_provider=second) as other:
            assert (await other.albums.get(album.id)).id == album.id
        await first.close()
        await second.close()


def test_rotated_secrets(tmp_path):
    (tmp_path / "redis-password").write_text("p")
    (tmp_path / "token-keys").write_text(f"{Fernet.generate_key().decode()}\n")
    (tmp_path / "client-secret").write_text("s3cret\n")
    names = {}
    exec(code_with(MARKERS["rotated secrets"]).replace("/run/secrets", str(tmp_path)), names)
    assert isinstance(names["rotating_client"]("id"), AsyncSpotifyClient)
    assert names["secret"]("client-secret")() == "s3cret"


async def test_container_of_a_service(monkeypatch):
    lifespan = snippet(MARKERS["containers"])["lifespan"]
    async with SpotifySandbox() as sandbox:
        for name, value in sandbox.environment().items():
            monkeypatch.setenv(name, value)

        async def work(client):
            assert (await client.albums.get(sandbox.catalogue.albums[0].id)).id == sandbox.catalogue.albums[0].id

        await lifespan(work)


async def test_copying_a_playlist():
    copy_playlist = snippet(MARKERS["copying a playlist"])["copy_playlist"]
    async with SpotifySandbox() as sandbox, sandbox.client() as client:
        source = await client.playlists.create("Source")
        uris = [track.uri for track in sandbox.catalogue.tracks[:120]]
        await client.playlists.add_items(source.id, uris)
        copy_id = await copy_playlist(client, source.id, "Copy")
        assert [entry.item.uri async for entry in client.playlists.get_items(copy_id)] == uris
        for playlist in sandbox.catalogue.playlists[:5]:  # one has local files and nulls, another no items
            await copy_playlist(client, playlist.id, "Copy")
        empty_id = await copy_playlist(client, (await client.playlists.create("Empty")).id, "Copy")
        assert (await client.playlists.get_items(empty_id)).total == 0


async def test_lists(capsys):
    page_and_all = snippet(MARKERS["lists"])["page_and_all"]
    async with SpotifySandbox() as sandbox, sandbox.client() as client:
        playlist = sandbox.catalogue.mixed_playlist
        total, entries = await page_and_all(client, playlist.id)
    assert total == len(entries) == len(playlist.entries)
    assert len(capsys.readouterr().out.splitlines()) == sum(entry.item is not None for entry in entries)


async def test_a_list_that_starts_with_a_page():
    all_tracks = snippet(MARKERS["starting with a page"])["all_tracks"]
    async with SpotifySandbox() as sandbox, sandbox.client() as client:
        album = sandbox.catalogue.long_album
        assert [track.id for track in await all_tracks(client, album.id)] == [track.id for track in album.tracks]
        assert len(sandbox.requests) == 2


async def test_exact_lists():
    exact_copy = snippet(MARKERS["exact lists"])["exact_copy"]
    async with SpotifySandbox() as sandbox, sandbox.client() as client:
        playlist = sandbox.catalogue.mixed_playlist
        assert len(await exact_copy(client, playlist.id)) == len(playlist.entries)


async def test_bulk_reads():
    titles = snippet(MARKERS["bulk reads"])["titles"]
    async with SpotifySandbox() as sandbox, sandbox.client() as client:
        albums = sandbox.catalogue.albums[:25]
        ids = [albums[0].id, "0" * 22, *[album.id for album in albums]]
        assert await titles(client, ids) == [albums[0].name, "no such album", *[album.name for album in albums]]


async def test_partial_playlists():
    description = snippet(MARKERS["partial playlists"])["description"]
    async with SpotifySandbox() as sandbox, sandbox.client() as client:
        plain = await client.playlists.create("Blue")
        described = await client.playlists.create("Blue", description="Songs of the sea")
        assert await description(client, plain.id) == "no description"
        assert await description(client, described.id) == "Songs of the sea"


async def test_quota_modes(capsys):
    similar_artists = snippet(MARKERS["quota modes"])["similar_artists"]
    transport = FakeTransport()
    transport.answer(
        "GET /artists/{id}/related-artists", status=403, json={"error": {"status": 403, "message": "Forbidden"}}
    )
    async with AsyncSpotifyClient("t", transport=transport) as client:
        assert await similar_artists(client, "0" * 22) == []
    said = capsys.readouterr().out
    assert "do not have this operation since 2024-11-27: nothing replaces it" in said
    assert "get-an-artists-related-artists" in said


async def test_usage(tmp_path, capsys):
    names = snippet(MARKERS["usage"])
    async with SpotifySandbox(daily_quota=4) as sandbox:
        names["config"] = replace(
            names["config"],
            api_url=sandbox.api_url,
            accounts_url=sandbox.accounts_url,
            usage_path=str(tmp_path / names["config"].usage_path),
        )
        ids = [album.id for album in sandbox.catalogue.albums[:20]]
        for _ in range(6):
            albums = await names["nightly"](sandbox.client_id, sandbox.client_secret, ids)
    assert albums == []
    said = capsys.readouterr().out.splitlines()
    assert said[1].startswith("1 call in 24 h (get-multiple-albums 1)")
    assert "False (Closure(operation='get-multiple-albums'" in said[-1]


async def test_costs():
    names = snippet(MARKERS["costs"])
    async with SpotifySandbox() as sandbox, sandbox.client() as client:
        ids, playlist = [album.id for album in sandbox.catalogue.albums[:60]], sandbox.catalogue.big_playlist.id
        albums, entries = await names["albums_and_items"](client, ids, playlist)
        assert (len(albums), len(entries), len(sandbox.requests)) == (60, 5000, 3 + 1 + 98)
        names["BUDGET"] = 150
        albums, entries = await names["albums_and_items"](client, ids, playlist)
        assert (len(albums), entries, len(sandbox.requests)) == (60, None, 102 + 3 + 1)


async def test_errors():
    title = snippet(MARKERS["errors"])["title"]
    transport = FakeTransport()
    transport.answer("GET /albums/{id}", status=404)
    transport.answer("GET /albums/{id}", status=429, headers={"Retry-After": "80000"})
    async with AsyncSpotifyClient("t", transport=transport) as client:
        assert await title(client, "0" * 22) == "no such album"
        assert (await title(client, "0" * 22)).startswith("retry in 80000.0 seconds, at 20")
    transport = FakeTransport()
    transport.answer("GET /albums/{id}", status=400)
    async with AsyncSpotifyClient("t", transport=transport) as client:
        assert await title(client, "0" * 22) == "failed: 400 Bad Request (get-an-album)"


def test_settings():
    assert snippet(MARKERS["settings"])["config"].deadline == 60.0


async def test_open_telemetry():
    client = snippet(MARKERS["OpenTelemetry"])["observed_client"]("t")
    await client.close()


async def test_trace_context():
    traced, inner = snippet(MARKERS["trace context"])["TracedTransport"], FakeTransport()
    inner.answer("GET /me/player", status=204, times=2)
    provider = TracerProvider()
    observer = OpenTelemetryObserver(tracer_provider=provider)
    for transport in (inner, traced(inner)):
        async with AsyncSpotifyClient("t", transport=transport, observers=[observer]) as client:
            await client.player.get_playback_state()
    provider.shutdown()
    assert ["traceparent" in request.headers for request in inner.requests] == [False, True]


async def test_prometheus():
    registry, transport = CollectorRegistry(), FakeTransport()
    observer = snippet(MARKERS["Prometheus"])["PrometheusObserver"](registry)
    transport.answer("GET /me/player", status=503)
    transport.answer("GET /me/player", status=204)
    config = ClientConfig(name="a")
    async with AsyncSpotifyClient(
        "t", config=config, transport=transport, clock=FakeClock(), observers=[observer]
    ) as client:
        await client.player.get_playback_state()
    operation = "get-information-about-the-users-current-playback"
    labels = {"client": "a", "operation": operation, "error": ""}
    assert registry.get_sample_value("spotify_call_seconds_count", labels) == 1
    assert registry.get_sample_value("spotify_retries_total", {**labels, "error": "ServerError"}) == 1
    assert registry.get_sample_value("spotify_active_calls", {"client": "a"}) == 0


async def test_tls(tmp_path):
    album_name = snippet(MARKERS["TLS"])["album_name"]
    authority = CertificateAuthority(tmp_path)
    async with https_server(authority.server_context(client_authority=authority)) as origin:
        config = ClientConfig(api_url=f"{origin}/v1")
        files = map(str, (authority.file, *authority.client_files()))
        assert await album_name(config, "t", *files, ALBUM["id"]) == ALBUM["name"]


async def test_socks():
    artist_name = snippet(MARKERS["SOCKS"])["artist_name"]
    async with SpotifySandbox() as sandbox, socks_server() as (url, targets):
        artist = sandbox.catalogue.artists[0]
        config = ClientConfig(api_url=sandbox.api_url)
        assert await artist_name(config, sandbox.issue_token(), url, artist.id) == artist.name
        assert [f"http://{target}/v1" for target in targets] == [sandbox.api_url]


async def test_many_workers(redis_server, monkeypatch):
    work = snippet(MARKERS["workers"])["work"]
    # On a slow machine, a cache that responds late counts as empty.
    monkeypatch.setattr("spotify.impl.caching.RedisResponseCache", functools.partial(RedisResponseCache, timeout=60.0))
    async with SpotifySandbox() as sandbox:
        for variable, value in sandbox.environment().items():
            monkeypatch.setenv(variable, value)
        albums = sandbox.catalogue.albums[:5]
        for _ in range(2):
            names = await work(redis_server.url, [album.id for album in albums])
            assert names == [album.name for album in albums]
        assert len(sandbox.token_requests) == 1
        assert len(sandbox.requests) == len(albums)


async def test_options_for_one_call(capsys):
    names = snippet(MARKERS["options"])
    async with SpotifySandbox() as sandbox, sandbox.client() as client:
        album = sandbox.catalogue.albums[0]
        assert (await names["fetch_quickly"](client, album.id)).name == album.name
        nightly = names["for_batch_jobs"](client)
        assert await nightly.albums.get_tracks(album.id).collect()
    assert capsys.readouterr().out.startswith("200 ")


async def test_bulk_writes(capsys):
    fill = snippet(MARKERS["bulk writes"])["fill"]
    async with SpotifySandbox() as sandbox, sandbox.client() as client:
        playlist = await client.playlists.create("Long")
        uris = [track.uri for track in sandbox.catalogue.tracks[:250]]
        sandbox.fail("add-items-to-playlist", Fault.reset(executed=True), times=1)
        sandbox.fail("add-items-to-playlist", Fault.status(400), times=1)
        await fill(client, playlist.id, uris)
        assert [entry.item.uri async for entry in client.playlists.get_items(playlist.id)] == uris
    assert capsys.readouterr().out == "100 added, 0 unknown, 150 not added\n"


async def test_response_cache(monkeypatch):
    read_twice = snippet(MARKERS["cache"])["read_twice"]
    async with SpotifySandbox() as sandbox:
        for name, value in {**sandbox.environment(), "SPOTIFY_CACHE": "memory"}.items():
            monkeypatch.setenv(name, value)
        album = sandbox.catalogue.albums[0]
        assert await read_twice(album.id) == (album.name, album.name)
        assert len(sandbox.requests) == 1


async def test_settings_of_the_response_cache():
    names = snippet(MARKERS["cache settings"])
    async with SpotifySandbox() as sandbox:
        token, album = sandbox.issue_token(user=sandbox.catalogue.default_user.id), sandbox.catalogue.albums[0]
        async with AsyncSpotifyClient(token, config=replace(names["config"], api_url=sandbox.api_url)) as client:
            assert await names["where_from"](client, album.id) == (False, False, 0.0)
            assert (await names["where_from"](client, album.id))[:2] == (True, False)


def test_custom_retry_policy():
    policy = snippet(MARKERS["retry policy"])["RetryReadsOnce"]()
    operation = Operation(id="x", method="GET", path="/x", idempotent=True)
    error = ServerError("x", status_code=500)
    decisions = [
        policy.decide(
            Attempt(
                number=number,
                operation=operation,
                idempotent=True,
                error=error,
                may_have_been_executed=True,
                elapsed=0.0,
                max_retries=3,
                max_retry_wait=30.0,
            )
        )
        for number in (1, 2)
    ]
    assert decisions == [Retry(1.0), GiveUp("not_retryable")]


def test_container():
    names = snippet(MARKERS["container"])
    assert isinstance(names["container"].transport(), FakeTransport)
    assert isinstance(names["client"], AsyncSpotifyClient)


async def test_executor():
    names = snippet(MARKERS["executor"])
    executor = names["container"].executor()
    assert isinstance(executor, names["CountingExecutor"])
    names["container"].client()
    async with SpotifySandbox() as sandbox:
        config = ClientConfig(api_url=sandbox.api_url, accounts_url=sandbox.accounts_url)
        container = spotify.build_container(sandbox.issue_token(), config=config)
        container.executor.override(executor := names["CountingExecutor"](container.executor()))
        async with container.client() as client:
            await client.artists.get(sandbox.catalogue.artists[0].id)
    assert executor.calls == 1


async def test_custom_auth_provider():
    names = snippet(MARKERS["auth provider"])
    async with SpotifySandbox() as sandbox:

        class Vault:
            def __init__(self):
                self.tokens = ["revoked", sandbox.issue_token()]

            async def read(self, _path):
                return self.tokens[0]

            async def refresh(self, _path):
                self.tokens.pop(0)

        artist = sandbox.catalogue.artists[0]
        async with sandbox.client(auth_provider=names["VaultAuth"](Vault())) as client:
            assert (await client.artists.get(artist.id)).name == artist.name


@pytest.mark.parametrize("block", ["login in a line", "user login"])
async def test_user_login(tmp_path, block):
    code = code_with(MARKERS[block]).replace('"tokens"', repr(str(tmp_path)))
    async with SpotifySandbox() as sandbox:
        (tmp_path / "browser.py").write_text("import sys, urllib.request; urllib.request.urlopen(sys.argv[1]).read()")
        environment = {
            **sandbox.environment(),
            "SPOTIFY_REDIRECT_URI": "http://127.0.0.1:0/callback",
            "BROWSER": f"{sys.executable} {tmp_path / 'browser.py'} %s",
            "XDG_STATE_HOME": str(tmp_path / "state"),
        }
        for logins in (1, 1):  # the second run finds the token
            out, _err = await run(code, **environment)
            assert out.startswith("Made in Python spotify:playlist:")
            assert len(sandbox.token_requests) == logins


async def test_web_logins():
    names, session = snippet(MARKERS["web logins"]), {}
    sandbox = SpotifySandbox()
    async with sandbox, aiohttp.ClientSession() as browser, sandbox.client() as client:
        config = ClientConfig(api_url=sandbox.api_url, accounts_url=sandbox.accounts_url)
        auth = PkceAuth(sandbox.client_id, "http://127.0.0.1:8000/callback", config=config)
        url = names["begin_login"](auth, session)
        async with browser.get(url, allow_redirects=False) as answer:
            await names["finish_login"](auth, session, answer.headers["Location"])
        assert await names["name_of"](client, auth) == sandbox.catalogue.default_user.display_name
        await auth.close()
    assert session == {}


@asynccontextmanager
async def aiohttp_app(monkeypatch, **variables):
    """The application with aiohttp.web, served: its address, and the sandbox where its users log in."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        async with SpotifySandbox() as sandbox:
            redirect_uri = {"SPOTIFY_REDIRECT_URI": f"{url}/callback"}
            for name, value in {**sandbox.environment(), **redirect_uri, **variables}.items():
                monkeypatch.setenv(name, value)
            app = snippet(MARKERS["aiohttp.web"])["make_app"]()
            runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
            await runner.setup()
            try:
                await web.SockSite(runner, listener).start()
                yield url, sandbox
            finally:
                await runner.cleanup()


def browser_at(url):
    return aiohttp.ClientSession(url, cookie_jar=aiohttp.CookieJar(unsafe=True))


async def seen(browser, path):
    async with browser.get(path) as answer:
        return answer.status, await answer.text()


async def test_aiohttp_app_logs_two_users_in_and_one_out(monkeypatch):
    async with aiohttp_app(monkeypatch) as (url, sandbox), browser_at(url) as first, browser_at(url) as second:
        sandbox.configure(rotate_refresh_tokens=True)  # so that a second refresh of a login would fail
        users = sandbox.catalogue.users[:2]
        for browser, user in zip((first, second), users, strict=True):
            sandbox.consent(user=user.id)
            assert await seen(browser, "/") == (200, user.display_name)  # redirected through the login
        sandbox.expire_all_tokens()
        pages = await asyncio.gather(*(seen(browser, "/") for _ in range(5) for browser in (first, second)))
        assert pages == [(200, user.display_name) for user in users] * 5

        async with first.post("/logout", allow_redirects=False) as answer:
            assert answer.headers["Location"] == "/login"
        async with first.get("/", allow_redirects=False) as answer:
            assert answer.headers["Location"] == "/login"
        assert await seen(second, "/") == (200, users[1].display_name)


async def located(browser, path, **cookies):
    """Return the status of a response, and the target of its redirect."""
    headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())} if cookies else {}
    async with browser.get(path, headers=headers, allow_redirects=False) as answer:
        return answer.status, answer.headers.get("Location")


def cookie_at(browser, url, name):
    return browser.cookie_jar.filter_cookies(URL(url))[name].value


@pytest.mark.parametrize("query", ["code=c&state=forged", "code=c", "error=access_denied&state=forged", ""])
async def test_aiohttp_app_refuses_forged_redirects_and_keeps_the_login(monkeypatch, query):
    async with aiohttp_app(monkeypatch) as (url, sandbox), browser_at(url) as browser:
        assert (await seen(browser, f"/callback?{query}"))[0] == 400
        status, authorize_url = await located(browser, "/login")
        assert status == 303
        assert (await seen(browser, f"/callback?{query}"))[0] == 400
        assert len(sandbox.token_requests) == 0
        assert (await seen(browser, authorize_url))[0] == 200


async def test_aiohttp_app_accepts_a_redirect_once_and_in_its_browser_only(monkeypatch):
    async with aiohttp_app(monkeypatch) as (url, _), browser_at(url) as browser, browser_at(url) as other:
        _, authorize_url = await located(browser, "/login")
        _, redirect = await located(browser, authorize_url)
        assert (await seen(other, redirect))[0] == 400
        assert (await seen(browser, redirect))[0] == 200
        assert (await seen(browser, redirect))[0] == 400
        assert (await located(browser, "/"))[0] == 200


async def test_aiohttp_app_reports_denied_consent(monkeypatch):
    async with aiohttp_app(monkeypatch) as (url, sandbox), browser_at(url) as browser:
        sandbox.refuse_consent()
        assert await seen(browser, "/") == (400, "the user denied access")
        assert await located(browser, "/") == (303, "/login")


async def test_aiohttp_app_keeps_the_session_until_a_second_login_ends_it(monkeypatch):
    async with aiohttp_app(monkeypatch) as (url, sandbox), browser_at(url) as browser, browser_at(url) as other:
        await seen(browser, "/")
        first = cookie_at(browser, url, "session")
        user = sandbox.catalogue.users[1]
        sandbox.consent(user=user.id)
        _, authorize_url = await located(browser, "/login")
        assert (await located(other, "/", session=first))[0] == 200
        assert await seen(browser, authorize_url) == (200, user.display_name)
        assert await located(other, "/", session=first) == (303, "/login")
        assert await seen(browser, "/") == (200, user.display_name)


async def test_aiohttp_app_prevents_session_fixation(monkeypatch):
    async with aiohttp_app(monkeypatch) as (url, _), browser_at(url) as browser, browser_at(url) as attacker:
        _, authorize_url = await located(browser, "/login")
        planted = cookie_at(browser, url, "login")
        await seen(browser, authorize_url)
        assert (await located(browser, "/"))[0] == 200
        assert await located(attacker, "/", session=planted) == (303, "/login")


async def test_aiohttp_app_logout_removes_the_cookie_and_makes_copies_useless(monkeypatch):
    async with aiohttp_app(monkeypatch) as (url, _), browser_at(url) as browser, browser_at(url) as thief:
        await seen(browser, "/")
        stolen = cookie_at(browser, url, "session")
        assert (await located(browser, "/logout"))[0] == 405
        assert (await located(thief, "/", session=stolen))[0] == 200
        async with browser.post("/logout", allow_redirects=False):
            pass
        assert "session" not in browser.cookie_jar.filter_cookies(URL(url))
        await seen(browser, "/")
        assert await located(thief, "/", session=stolen) == (303, "/login")


async def test_aiohttp_app_forbids_caching_and_protects_cookies(monkeypatch):
    async with aiohttp_app(monkeypatch) as (url, _), browser_at(url) as browser:
        async with browser.get("/") as answer:
            hops = [hop for hop in (*answer.history, answer) if str(hop.url).startswith(url)]
        for path in ("/callback", "/missing"):
            async with browser.get(path) as answer:
                hops.append(answer)
        async with browser.post("/logout", allow_redirects=False) as answer:
            hops.append(answer)
    assert [hop.status for hop in hops] == [303, 303, 303, 200, 400, 404, 303]
    assert {hop.headers["Cache-Control"] for hop in hops} == {"no-store"}
    cookies = [hop.headers["Set-Cookie"] for hop in hops[1:3]]
    assert all("HttpOnly" in cookie and "SameSite=Lax" in cookie and "Secure" not in cookie for cookie in cookies)


async def test_aiohttp_app_ignores_malformed_cookies(monkeypatch):
    async with aiohttp_app(monkeypatch) as (url, _):
        for value in MALFORMED:
            cookies = b"Cookie: session=" + value + b"; login=" + value
            assert await raw_status(url, b"/", cookies) == 303, value
            assert await raw_status(url, b"/callback?code=c&state=s", cookies) == 400, value


async def test_aiohttp_app_refuses_malformed_queries(monkeypatch):
    async with aiohttp_app(monkeypatch) as (url, _), browser_at(url) as browser:
        await located(browser, "/login")
        cookie = b"Cookie: login=" + cookie_at(browser, url, "login").encode()
        for value in MALFORMED:
            for query in (b"code=" + value, b"code=c&state=" + value, b"error=" + value + b"&state=s", value):
                assert await raw_status(url, b"/callback?" + query, cookie) == 400, query


async def test_aiohttp_app_sets_a_secure_cookie_for_an_https_redirect_uri(monkeypatch):
    redirect_uri = "https://music.example.org/callback"
    async with (
        aiohttp_app(monkeypatch, SPOTIFY_REDIRECT_URI=redirect_uri) as (url, _),
        browser_at(url) as browser,
        browser.get("/login", allow_redirects=False) as answer,
    ):
        assert "Secure" in answer.headers["Set-Cookie"]


async def test_logging():
    code = code_with(MARKERS["logging"])
    code += (
        "\nimport asyncio\nfrom spotify import AsyncSpotifyClient\nfrom spotify.testing import FakeTransport\n"
        "transport = FakeTransport()\n"
        "transport.answer('GET /albums/{id}', status=503, headers={'Retry-After': '0'})\n"
        "transport.answer('GET /albums/{id}', json={'id': '0' * 22, 'type': 'album', 'uri': 'x'})\n"
        "asyncio.run(AsyncSpotifyClient('hush', transport=transport).albums.get('0' * 22))\n"
    )
    out, err = await run(code)
    assert out == ""
    assert "INFO retry_scheduled operation=get-an-album method=GET route=/albums/{id} attempt=1 delay=" in err
    assert "hush" not in err


async def test_sandbox():
    await snippet(MARKERS["sandbox"])["test_saving_an_album"]()


async def test_fixtures():
    async with SpotifySandbox() as sandbox, sandbox.client() as client:
        await snippet(MARKERS["fixtures"])["test_the_profile"](sandbox, client)


async def test_own_data():
    await snippet(MARKERS["own data"])["test_a_library_of_my_own"]()


def test_in_thread():
    snippet(MARKERS["in thread"])["test_a_synchronous_program"]()


async def test_limits():
    await snippet(MARKERS["limits"])["test_the_quota_of_a_day"]()


async def test_assertions():
    await snippet(MARKERS["assertions"])["test_what_was_sent"]()


async def test_faults():
    await snippet(MARKERS["faults"])["test_a_lost_response"]()


async def test_fakes():
    await snippet(MARKERS["fakes"])["test_a_retry"]()


async def test_any_operation():
    headline = snippet(MARKERS["any operation"])["headline"]
    transport = FakeTransport()
    transport.answer("GET /browse/featured-playlists", json={"message": "God morgon!", "playlists": {"items": []}})
    async with AsyncSpotifyClient("t", transport=transport) as client:
        assert await headline(client) == "God morgon!"
    assert transport.requests[0].url.endswith("/browse/featured-playlists?locale=sv_SE&limit=1")


async def test_plans(capsys):
    tidy = snippet(MARKERS["plans"])["tidy"]
    async with SpotifySandbox() as sandbox, sandbox.client() as client:
        playlist = await client.playlists.create("Mix")
        await client.playlists.add_items(playlist.id, [sandbox.catalogue.tracks[0].uri] * 3)
        assert await tidy(client, playlist.id) == 1
        assert len(await client.playlists.get_items(playlist.id).collect()) == 1
    assert "3 → 1 items" in capsys.readouterr().out


async def test_backup_and_restore(tmp_path):
    move = snippet(MARKERS["backup"])["move"]
    async with SpotifySandbox() as sandbox:
        old, new = (user.id for user in sandbox.catalogue.users[3:5])
        async with sandbox.client(user=old) as old_account, sandbox.client(user=new) as new_account:
            await old_account.tracks.save([track.id for track in sandbox.catalogue.tracks[:3]])
            assert await move(old_account, new_account, tmp_path) == (3, 3)


async def test_flat_rows():
    top_artists = snippet(MARKERS["flat rows"])["top_artists"]
    async with SpotifySandbox() as sandbox, sandbox.client() as client:
        rows = await top_artists(client)
    assert list(rows[0]) == ["name", "genres", "popularity"]


async def test_playback_changes(capsys):
    print_changes = snippet(MARKERS["playback changes"])["print_changes"]
    async with SpotifySandbox() as sandbox, sandbox.client() as client:
        await print_changes(client, 1)
    assert capsys.readouterr().out.startswith("initial: ")


def test_command_line_page_lists_every_command():
    text = page("docs/command-line.md")
    group = get_command(app)
    names = {*group.commands, *group.commands["playlist"].commands}
    assert {name for name in names if not re.search(rf"`(playlist )?{name}\b", text)} == set()


def test_services_table_lists_every_public_method():
    table = dict(re.findall(r"^\| `client\.(\w+)` \| (.*) \|$", page("docs/services.md"), re.MULTILINE))
    client = AsyncSpotifyClient("t")
    for service, methods in table.items():
        kind = type(getattr(client, service))
        assert set(re.findall(r"`(\w+)`", methods)) == {name for name in dir(kind) if name[0] != "_"}, service
    assert len(table) == 13


def logged_events():
    """Yield each event that the code logs under its own name: the event, the level and the names of its fields."""
    for path in (ROOT / "spotify").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                level = node.func.attr if isinstance(node.func, ast.Attribute) else ""
                if level in {"debug", "info", "warning"} and node.args[0].value in get_args(Event):
                    yield node.args[0].value, level, {keyword.arg for keyword in node.keywords if keyword.arg}


def test_every_event_is_described_with_its_level_and_fields():
    table = re.findall(r"^\| `(\w+)` \| ([\w, ]+) \| .+ \| (.*) \|$", page("docs/logging.md"), re.MULTILINE)
    assert sorted(name for name, _, _ in table) == sorted(get_args(Event))
    described = {name: (set(re.findall(r"debug|info|warning", levels)), fields) for name, levels, fields in table}
    logged = list(logged_events())
    assert len(logged) > 30
    for event, level, fields in logged:
        assert level in described[event][0], event
        assert fields <= set(re.findall(r"`(\w+)`", described[event][1])), event


def test_every_error_is_listed():
    text = page("docs/errors.md")
    table = text[text.index("| error | meaning |") : text.index("## What is retried")]
    rare = {"SpotifyError", "ClientClosedError", "ReauthorizationRequiredError", "ResponseTooLargeError"}
    kinds = {name for name in spotify.__all__ if name.endswith("Error")} - rare
    assert kinds <= set(re.findall(r"`(\w+)`", table))


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_every_linked_file_and_heading_exists(path):
    for target in re.findall(r"\]\((?!https?:)([^)]+)\)", path.read_text()):
        name, _, heading = target.partition("#")
        linked = (path.parent / name) if name else path
        assert linked.exists(), target
        if heading:
            headings = re.findall(r"^#+ (.+)$", linked.read_text(), re.MULTILINE)
            slugs = [re.sub(r"[^\w -]", "", each).lower().replace(" ", "-") for each in headings]
            assert heading in slugs, target


def test_every_page_is_in_the_table_of_contents():
    entries = "\n".join(blocks(r"\{toctree\}", ROOT / "docs" / "index.md")).splitlines()
    listed = {entry for entry in entries if entry and entry[0] != ":"}
    written = {path.stem for path in (ROOT / "docs").glob("*.md")} - {"index"}
    assert {name for name in listed if "/" not in name} == written


def test_llms_txt_has_every_page():
    named = re.findall(r"/_sources/([\w-]+)\.md\.txt\)", page("docs/llms.txt"))
    assert sorted(named) == sorted(path.stem for path in (ROOT / "docs").glob("*.md"))


def test_changelog_begins_with_the_unreleased_changes_or_this_version():
    newest = re.search(r"^## \[(.+?)\]", page("CHANGELOG.md"), re.MULTILINE)[1]
    assert newest in {"Unreleased", spotify.__version__}
    sections = set(re.findall(r"^### (.+)$", page("CHANGELOG.md"), re.MULTILINE))
    assert sections <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


def test_architecture_page_names_files_and_classes_that_exist():
    text = page("docs/architecture.md")
    package = ROOT / "spotify"
    paths = set(re.findall(r"`([\w/]+\.py)`", text)) - {"pyproject.toml"}
    assert [path for path in paths if not (package / path).exists()] == []
    source = "\n".join(path.read_text() for path in package.rglob("*.py"))
    named = set(re.findall(r"`([A-Z]\w+)", text))
    assert [name for name in named if not re.search(rf"\b(class {name}\b|{name}: |{name} = )", source)] == []
    located = re.findall(r"`([\w.]+)`(?:,?\s+in|\s+\()\s*`([\w/]+\.py)`", text)
    assert len(located) > 30
    misplaced = [
        (name, path)
        for name, path in located
        if not re.search(rf"\b(class|def) {name.rpartition('.')[2]}\b", (package / path).read_text())
    ]
    assert misplaced == []
