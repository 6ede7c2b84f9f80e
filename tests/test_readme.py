"""Everything that the README shows is run here."""

import ast
import asyncio
import os
import re
import socket
import sys
import textwrap
from contextlib import asynccontextmanager
from pathlib import Path
from typing import get_args

import aiohttp
import pytest
from aiohttp import web

import spotify
from spotify import AsyncSpotifyClient, ClientConfig, PkceAuth, ServerError
from spotify.interfaces import Attempt, GiveUp, Operation, Retry
from spotify.logs import Event
from spotify.testing import FakeTransport, Fault, SpotifySandbox

README = Path(__file__).parent.parent / "README.md"
SPOTIFYS_ALBUM = "4aawyAB9vmqN3uQ7FjRGTy"


def blocks(language):
    return [textwrap.dedent(code) for code in re.findall(rf"```{language}\n(.*?)```", README.read_text(), re.DOTALL)]


def snippet(marker):
    """The one block of Python that contains the marker, as its names after it has run."""
    (code,) = [block for block in blocks("python") if marker in block]
    names = {"__name__": "readme"}
    exec(compile(code, "README.md", "exec"), names)
    return names


#: What each block of Python is recognised by; every block has to be here.
MARKERS = {
    "authenticate": "AsyncSpotifyClient.from_client_credentials()  # the same",
    "first calls": SPOTIFYS_ALBUM,
    "concurrency": "async def names",
    "lists": "async def newest_and_all",
    "pages in hand": "async def all_tracks",
    "many": "async def titles",
    "in part": "async def words",
    "quota modes": "async def similar",
    "errors": "async def title(",
    "options": "async def patient_and_hasty",
    "long writes": "async def fill(",
    "settings": "max_retry_wait=5.0",
    "cache": "async def read_twice",
    "retry policy": "class OnceMore",
    "container": "container.transport.override",
    "auth provider": "class VaultAuth",
    "logging in": "await auth.authorize_locally()",
    "web logins": "def begin_login",
    "workers": "async def work(",
    "aiohttp.web": "from aiohttp import web",
    "logging": "logging.basicConfig",
    "sandbox": "async def test_saving_an_album",
    "faults": "async def test_an_answer_that_got_lost",
    "fakes": "async def test_a_second_attempt",
    "any operation": "async def headline",
}


def test_every_block_is_run():
    for block in blocks("python"):
        assert [name for name, marker in MARKERS.items() if marker in block], block


@pytest.mark.parametrize("marker", MARKERS.values(), ids=MARKERS)
def test_every_block_is_valid_and_uses_names_that_exist(marker):
    (code,) = [block for block in blocks("python") if marker in block]
    ast.parse(code)


def test_the_two_commands_come_first_and_are_one_line_each():
    first, second = blocks("sh")[:2]
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
    (code,) = [block for block in blocks("python") if MARKERS["authenticate"] in block]
    await run(code, SPOTIFY_CLIENT_ID="i", SPOTIFY_CLIENT_SECRET="s")


async def test_first_calls():
    (code,) = [block for block in blocks("python") if MARKERS["first calls"] in block]
    async with SpotifySandbox() as sandbox:
        album = sandbox.catalogue.long_album
        out, err = await run(code.replace(SPOTIFYS_ALBUM, album.id), **sandbox.environment())
    lines = out.splitlines()
    assert err == ""
    assert lines[0].startswith(album.name)
    assert len(lines) == 1 + len(album.tracks) + 1
    assert lines[-1] == f"5 of {len(album.tracks)}"


async def test_concurrency():
    names = snippet(MARKERS["concurrency"])["names"]
    async with SpotifySandbox() as sandbox, sandbox.client() as client:
        artists = sandbox.catalogue.artists[:5]
        assert await names(client, [artist.id for artist in artists]) == [artist.name for artist in artists]


async def test_lists(capsys):
    newest_and_all = snippet(MARKERS["lists"])["newest_and_all"]
    async with SpotifySandbox() as sandbox, sandbox.client() as client:
        playlist = sandbox.catalogue.mixed_playlist
        total, entries = await newest_and_all(client, playlist.id)
    assert total == len(entries) == len(playlist.entries)
    assert len(capsys.readouterr().out.splitlines()) == sum(entry.item is not None for entry in entries)


async def test_pages_in_hand():
    all_tracks = snippet(MARKERS["pages in hand"])["all_tracks"]
    async with SpotifySandbox() as sandbox, sandbox.client() as client:
        album = sandbox.catalogue.long_album
        assert [track.id for track in await all_tracks(client, album.id)] == [track.id for track in album.tracks]
        assert len(sandbox.requests) == 2


async def test_many_objects_at_once():
    titles = snippet(MARKERS["many"])["titles"]
    async with SpotifySandbox() as sandbox, sandbox.client() as client:
        albums = sandbox.catalogue.albums[:25]
        ids = [albums[0].id, "0" * 22, *[album.id for album in albums]]
        assert await titles(client, ids) == [albums[0].name, "no such album", *[album.name for album in albums]]


async def test_playlists_in_part():
    words = snippet(MARKERS["in part"])["words"]
    async with SpotifySandbox() as sandbox, sandbox.client() as client:
        plain = await client.playlists.create("Blue")
        described = await client.playlists.create("Blue", description="Songs of the sea")
        assert await words(client, plain.id) == "no description"
        assert await words(client, described.id) == "Songs of the sea"


async def test_quota_modes(capsys):
    similar = snippet(MARKERS["quota modes"])["similar"]
    transport = FakeTransport()
    transport.answer("GET /artists/{id}/related-artists", status=403)
    async with AsyncSpotifyClient("t", transport=transport) as client:
        assert await similar(client, "0" * 22) == []
    said = capsys.readouterr().out
    assert "development mode on 2024-11-27: nothing replaces it" in said
    assert "get-an-artists-related-artists" in said


async def test_errors():
    title = snippet(MARKERS["errors"])["title"]
    transport = FakeTransport()
    transport.answer("GET /albums/{id}", status=404)
    transport.answer("GET /albums/{id}", status=429, headers={"Retry-After": "80000"})
    async with AsyncSpotifyClient("t", transport=transport) as client:
        assert await title(client, "0" * 22) == "no such album"
        assert (await title(client, "0" * 22)).startswith("come back in 80000.0 seconds, at 20")
    transport = FakeTransport()
    transport.answer("GET /albums/{id}", status=400)
    async with AsyncSpotifyClient("t", transport=transport) as client:
        assert await title(client, "0" * 22) == "failed: 400 Bad Request (get-an-album)"


def test_settings():
    assert snippet(MARKERS["settings"])["config"].deadline == 60.0


async def test_many_workers(redis_server, monkeypatch):
    work = snippet(MARKERS["workers"])["work"]
    async with SpotifySandbox() as sandbox:
        for variable, value in sandbox.environment().items():
            monkeypatch.setenv(variable, value)
        albums = sandbox.catalogue.albums[:5]
        for _ in range(2):
            names = await work(redis_server.url, [album.id for album in albums])
            assert names == [album.name for album in albums]
        assert len(sandbox.token_requests) == 1
        assert len(sandbox.requests) == 5


async def test_settings_for_one_call(capsys):
    names = snippet(MARKERS["options"])
    async with SpotifySandbox() as sandbox, sandbox.client() as client:
        album = sandbox.catalogue.albums[0]
        assert (await names["patient_and_hasty"](client, album.id)).name == album.name
        nightly = names["nightly"](client)
        assert await nightly.albums.get_tracks(album.id).collect()
    assert capsys.readouterr().out.startswith("200 ")


async def test_writes_of_any_length(capsys):
    fill = snippet(MARKERS["long writes"])["fill"]
    async with SpotifySandbox() as sandbox, sandbox.client() as client:
        playlist = await client.playlists.create("Long")
        uris = [track.uri for track in sandbox.catalogue.tracks[:250]]
        sandbox.fail("add-items-to-playlist", Fault.reset(executed=True), times=1)
        sandbox.fail("add-items-to-playlist", Fault.status(400), times=1)
        await fill(client, playlist.id, uris)
        assert [entry.item.uri async for entry in client.playlists.get_items(playlist.id)] == uris
    assert capsys.readouterr().out == "100 added, 0 unknown, 150 not added\n"


async def test_the_response_cache(monkeypatch):
    read_twice = snippet(MARKERS["cache"])["read_twice"]
    async with SpotifySandbox() as sandbox:
        for name, value in {**sandbox.environment(), "SPOTIFY_CACHE": "memory"}.items():
            monkeypatch.setenv(name, value)
        album = sandbox.catalogue.albums[0]
        assert await read_twice(album.id) == (album.name, album.name)
        assert len(sandbox.requests) == 1


def test_a_retry_policy_of_ones_own():
    policy = snippet(MARKERS["retry policy"])["OnceMore"]()
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
    assert decisions == [Retry(1.0), GiveUp("once is enough")]


def test_the_container():
    names = snippet(MARKERS["container"])
    assert isinstance(names["container"].transport(), FakeTransport)
    assert isinstance(names["client"], AsyncSpotifyClient)


async def test_an_auth_provider_of_ones_own():
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


async def test_logging_in(tmp_path):
    (code,) = [block for block in blocks("python") if MARKERS["logging in"] in block]
    code = code.replace('"tokens"', repr(str(tmp_path)))
    async with SpotifySandbox() as sandbox:
        (tmp_path / "browser.py").write_text("import sys, urllib.request; urllib.request.urlopen(sys.argv[1]).read()")
        environment = {
            **sandbox.environment(),
            "SPOTIFY_REDIRECT_URI": "http://127.0.0.1:0/callback",
            "BROWSER": f"{sys.executable} {tmp_path / 'browser.py'} %s",
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


async def test_an_application_with_aiohttp_logs_two_users_in_and_one_out(monkeypatch):
    async with aiohttp_app(monkeypatch) as (url, sandbox), browser_at(url) as first, browser_at(url) as second:
        users = sandbox.catalogue.users[:2]
        for browser, user in zip((first, second), users, strict=True):
            sandbox.consent(user=user.id)
            assert await seen(browser, "/") == (200, user.display_name)  # by the login, of which it knows nothing
        sandbox.expire_all_tokens()
        pages = await asyncio.gather(*(seen(browser, "/") for _ in range(5) for browser in (first, second)))
        assert pages == [(200, user.display_name) for user in users] * 5

        async with first.post("/logout", allow_redirects=False) as answer:
            assert answer.headers["Location"] == "/login"
        async with first.get("/", allow_redirects=False) as answer:
            assert answer.headers["Location"] == "/login"
        assert await seen(second, "/") == (200, users[1].display_name)


async def test_an_application_with_aiohttp_refuses_forged_and_refused_logins(monkeypatch):
    async with aiohttp_app(monkeypatch) as (url, sandbox), browser_at(url) as browser:
        assert (await seen(browser, "/callback?code=c&state=forged"))[0] == 400
        async with browser.get("/login", allow_redirects=False) as answer:
            assert "HttpOnly" in answer.headers["Set-Cookie"]
        assert (await seen(browser, "/callback?code=c&state=forged"))[0] == 400
        assert len(sandbox.token_requests) == 0
        async with browser.get("/", allow_redirects=True) as answer:
            again = answer.history[-1].url
        assert (await seen(browser, again))[0] == 400
        async with browser.post("/logout", allow_redirects=False):
            pass
        sandbox.refuse_consent()
        assert await seen(browser, "/") == (400, "the user denied access")


async def test_an_application_with_aiohttp_at_an_https_address_sends_its_cookie_over_https_only(monkeypatch):
    redirect_uri = "https://music.example.org/callback"
    async with (
        aiohttp_app(monkeypatch, SPOTIFY_REDIRECT_URI=redirect_uri) as (url, _),
        browser_at(url) as browser,
        browser.get("/login", allow_redirects=False) as answer,
    ):
        assert "Secure" in answer.headers["Set-Cookie"]


async def test_logging():
    (code,) = [block for block in blocks("python") if MARKERS["logging"] in block]
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


async def test_the_sandbox():
    await snippet(MARKERS["sandbox"])["test_saving_an_album"]()


async def test_the_faults():
    await snippet(MARKERS["faults"])["test_an_answer_that_got_lost"]()


async def test_the_fakes():
    await snippet(MARKERS["fakes"])["test_a_second_attempt"]()


async def test_any_operation():
    headline = snippet(MARKERS["any operation"])["headline"]
    transport = FakeTransport()
    transport.answer("GET /browse/featured-playlists", json={"message": "God morgon!", "playlists": {"items": []}})
    async with AsyncSpotifyClient("t", transport=transport) as client:
        assert await headline(client) == "God morgon!"
    assert transport.requests[0].url.endswith("/browse/featured-playlists?locale=sv_SE&limit=1")


def test_the_services_table_names_every_public_method():
    table = dict(re.findall(r"^\| `client\.(\w+)` \| (.*) \|$", README.read_text(), re.MULTILINE))
    client = AsyncSpotifyClient("t")
    for service, methods in table.items():
        kind = type(getattr(client, service))
        assert set(re.findall(r"`(\w+)`", methods)) == {name for name in dir(kind) if name[0] != "_"}, service
    assert len(table) == 13


def test_every_event_is_named():
    text = README.read_text()
    named = set(re.findall(r"`(\w+)`", text[text.index("Events: ") : text.index("No event, error or")]))
    assert named == set(get_args(Event))


def test_every_error_is_named():
    text = README.read_text()
    table = text[text.index("| error | when |") : text.index("Each has `may_have_been_executed`")]
    rare = {"SpotifyError", "ClientClosedError", "ReauthorizationRequiredError", "ResponseTooLargeError"}
    kinds = {name for name in spotify.__all__ if name.endswith("Error")} - rare
    assert kinds <= set(re.findall(r"`(\w+)`", table))


def test_every_file_that_it_links_to_exists():
    for target in re.findall(r"\]\((?!https?:|#)([^)]+)\)", README.read_text()):
        assert (README.parent / target).exists(), target
