"""`spotify.login` against a sandbox."""

import json

import pytest

import spotify
from spotify import ClientConfig, LoginRequiredError, ReauthorizationRequiredError, TokenStoreError
from spotify.impl.token_stores.file_token_store import state_directory
from spotify.services import PlaylistsService
from spotify.testing import SpotifySandbox
from tests.impl.auth.test_ensured_login import legacy_file, legacy_token
from tests.support.sandbox_browser import SandboxBrowser


@pytest.fixture
async def sandbox(monkeypatch):
    for name in ("CLIENT_ID", "CLIENT_SECRET", "REDIRECT_URI"):
        for prefix in ("SPOTIFY_", "SPOTIPY_", "SPOTIFY_SDK_"):
            monkeypatch.delenv(prefix + name, raising=False)
    async with SpotifySandbox() as sandbox:
        yield sandbox


@pytest.fixture
def options(sandbox, tmp_path):
    """The arguments of `login` for the sandbox."""
    return {
        "client_id": sandbox.client_id,
        "directory": tmp_path / "state",
        "config": ClientConfig(api_url=sandbox.api_url, accounts_url=sandbox.accounts_url),
        "open_browser": SandboxBrowser(),
    }


async def test_one_line_logs_in_and_the_next_run_asks_for_nothing(options):
    for _ in range(2):
        async with spotify.login(PlaylistsService.create, **options) as client:
            await client.playlists.create("Made in Python", public=False)
    assert len(options["open_browser"].urls) == 1
    with pytest.raises(spotify.ClientClosedError):
        await client.users.get_current_profile()


async def test_the_run_after_a_call_with_a_revoked_login_logs_in_again(sandbox, options):
    async with spotify.login(PlaylistsService.create, **options) as client:
        sandbox.revoke(sandbox.catalogue.default_user.id)
        with pytest.raises(ReauthorizationRequiredError):
            await client.playlists.create("Made in Python", public=False)
    async with spotify.login(PlaylistsService.create, **options) as client:
        await client.playlists.create("Made in Python", public=False)
    assert len(options["open_browser"].urls) == 2


async def test_await_returns_a_client_to_close_later(options):
    client = await spotify.login("user-top-read", **options)
    assert await client.users.get_top_artists()
    await client.close()


async def test_a_larger_need_logs_in_again(options):
    async with spotify.login("user-top-read", **options):
        pass
    async with spotify.login("playlist-modify-private", **options) as client:
        await client.playlists.create("Made in Python", public=False)
    assert options["open_browser"].scopes() == {"user-top-read", "playlist-modify-private"}


async def test_the_client_id_is_asked_for_once_and_stored(options):
    client_id, lines = options.pop("client_id"), []
    for ask in (lambda prompt: f" {client_id}\n", lambda prompt: pytest.fail("asked again")):
        async with spotify.login("user-top-read", show=lines.append, ask=ask, **options):
            pass
    assert len(lines) == 1
    assert "http://127.0.0.1/callback" in lines[0]
    path = options["directory"] / "application.json"
    assert json.loads(path.read_text()) == {"client_id": client_id}
    assert path.stat().st_mode & 0o077 == 0


async def test_the_environment_has_the_client_id_and_the_redirect_uri(sandbox, options, monkeypatch):
    monkeypatch.setenv("SPOTIFY_CLIENT_ID", options.pop("client_id"))
    monkeypatch.setenv("SPOTIFY_REDIRECT_URI", "http://127.0.0.1:0/elsewhere")
    async with spotify.login("user-top-read", **options):
        pass
    assert "%2Felsewhere" in options["open_browser"].urls[0]


async def test_without_a_client_id_and_a_terminal_the_error_names_the_variable(options, monkeypatch):
    monkeypatch.setattr("sys.stdin", None)
    del options["client_id"]
    with pytest.raises(ValueError, match="SPOTIFY_CLIENT_ID"):
        await spotify.login("user-top-read", **options)


async def test_a_damaged_application_file_is_named(options):
    del options["client_id"]
    options["directory"].mkdir(mode=0o700)
    (options["directory"] / "application.json").write_text("{")
    with pytest.raises(TokenStoreError, match=r"application\.json is damaged; delete it"):
        await spotify.login(**options)


async def test_a_token_file_of_another_client_needs_no_login(sandbox, options, tmp_path):
    path = legacy_file(tmp_path, await legacy_token(sandbox, "user-top-read"))
    async with spotify.login("user-top-read", token_file=path, **options) as client:
        assert await client.users.get_top_artists()
    assert options["open_browser"].urls == []


async def test_a_failed_login_closes_the_client(sandbox, options):
    sandbox.refuse_consent()
    with pytest.raises(spotify.LoginError):
        await spotify.login("user-top-read", **options)
    options["open_browser"] = lambda url: False
    with pytest.raises(LoginRequiredError):
        await spotify.login("user-top-read", **{**options, "ask": input})


def test_wrong_arguments_are_refused_at_once():
    with pytest.raises(ValueError, match="did you mean"):
        spotify.login("user-library-raed")
    with pytest.raises(TypeError, match="ask must be a function"):
        spotify.login(ask=None)
    with pytest.raises(ValueError, match="user"):
        spotify.login(user="")
    assert "async with" in repr(spotify.login())


def test_the_default_directory_is_the_users_directory_for_state():
    assert state_directory().name == "async-spotify-client"
