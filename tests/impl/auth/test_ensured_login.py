"""`ensure_login` and `import_token` against the accounts service of the sandbox."""

import asyncio
import json
import webbrowser
from urllib.parse import parse_qs, urlsplit

import pytest

from spotify import ClientConfig, LoginError, LoginRequiredError, MemoryTokenStore, PkceAuth, Scope, TokenStoreError
from spotify.impl.auth import ensured_login
from spotify.services import PlaylistsService, UsersService
from spotify.testing import FakeClock, SpotifySandbox
from tests.impl.auth.test_against_sandbox import redirect_of
from tests.support.sandbox_browser import SandboxBrowser


class Login:
    """An auth provider of a sandbox, and a browser.

    Attributes:
        lines: What was shown.
    """

    def __init__(self, sandbox, *scopes, redirect_uri="http://127.0.0.1:0/callback", **arguments):
        self.browser = SandboxBrowser()
        self.lines = []
        config = ClientConfig(accounts_url=sandbox.accounts_url)
        options = {"store": MemoryTokenStore(), "config": config, **arguments}
        self.auth = PkceAuth(sandbox.client_id, redirect_uri, scopes=scopes, **options)

    async def ensure(self, *needs, **arguments):
        return await self.auth.ensure_login(*needs, open_browser=self.browser, show=self.lines.append, **arguments)

    def ask(self, prompt):
        """Enter the URL that the browser is redirected to."""
        url = self.lines[-1].removeprefix("Log in at: ")
        return asyncio.run(redirect_of(url))


@pytest.fixture
async def sandbox():
    async with SpotifySandbox() as sandbox:
        yield sandbox


async def test_the_first_login_opens_the_browser_and_later_calls_use_its_token(sandbox):
    login = Login(sandbox, "user-top-read")
    first = await login.ensure()
    second = await login.ensure()
    assert first == second
    assert first.scopes == {"user-top-read"}
    assert len(login.browser.urls) == 1
    await login.auth.close()


async def test_needs_are_methods_operation_ids_and_scopes(sandbox):
    login = Login(sandbox)
    token = await login.ensure(UsersService.get_top_artists, "get-followed", "streaming", scopes=["user-read-email"])
    assert token.scopes == {"user-top-read", "user-follow-read", "streaming", "user-read-email"}
    await login.auth.close()


async def test_a_missing_scope_is_asked_for_together_with_the_granted_ones(sandbox):
    login = Login(sandbox, "user-top-read")
    await login.ensure()
    token = await login.ensure(PlaylistsService.create)
    assert login.browser.scopes() == {"user-top-read", "playlist-modify-public", "playlist-modify-private"}
    assert token.scopes == login.browser.scopes()
    await login.ensure()
    assert len(login.browser.urls) == 2
    await login.auth.close()


async def test_a_stored_token_with_too_few_scopes_is_found_before_a_call(sandbox):
    store = MemoryTokenStore()
    earlier = Login(sandbox, "user-top-read", store=store)
    await earlier.ensure()
    later = Login(sandbox, "user-read-email", store=store)
    await later.ensure()
    assert later.browser.scopes() == {"user-top-read", "user-read-email"}
    assert sandbox.requests == []
    await earlier.auth.close()
    await later.auth.close()


async def test_an_expired_token_is_refreshed_without_the_user(sandbox):
    clock = FakeClock()
    login = Login(sandbox, "user-top-read", clock=clock)
    await login.ensure()
    clock.advance(3590)
    await login.ensure()
    assert len(login.browser.urls) == 1
    assert len(sandbox.token_requests) == 2
    await login.auth.close()


async def test_after_a_revocation_the_new_login_keeps_the_scopes(sandbox):
    clock = FakeClock()
    login = Login(sandbox, "user-top-read", clock=clock)
    await login.ensure("user-read-email")
    sandbox.revoke()
    clock.advance(3590)
    await login.ensure("user-top-read")
    assert login.browser.scopes() == {"user-top-read", "user-read-email"}
    await login.auth.close()


async def test_concurrent_calls_log_in_once(sandbox):
    login = Login(sandbox, "user-top-read")
    await asyncio.gather(*(login.ensure() for _ in range(5)))
    assert len(login.browser.urls) == 1
    await login.auth.close()


@pytest.mark.parametrize("opens", [False, None], ids=["no browser", "not on this machine"])
async def test_where_the_browser_cannot_be_used_the_login_is_by_hand(sandbox, opens):
    uri = "http://127.0.0.1:0/callback" if opens is False else "https://example.com/callback"
    sandbox_uri = SpotifySandbox(redirect_uris=["https://example.com/callback"])
    async with sandbox_uri:
        login = Login(sandbox_uri, "user-top-read", redirect_uri=uri)
        login.browser = lambda url: False
        token = await login.ensure(ask=login.ask)
        assert token.scopes == {"user-top-read"}
        query = parse_qs(urlsplit(login.lines[0]).query)
        assert query["redirect_uri"] == [uri.replace(":0", "")]
        await login.auth.close()


async def test_a_refused_scope_is_an_error(sandbox):
    sandbox.consent(scopes=["user-top-read"])
    login = Login(sandbox)
    with pytest.raises(LoginError, match="did not grant user-read-email") as raised:
        await login.ensure("user-read-email", "user-top-read")
    assert raised.value.reason == "missing_scopes"
    await login.auth.close()


async def test_another_failure_of_the_login_is_not_followed_by_one_by_hand(sandbox):
    sandbox.refuse_consent()
    login = Login(sandbox)
    with pytest.raises(LoginError) as raised:
        await login.ensure("user-top-read", ask=lambda _: pytest.fail("asked"))
    assert raised.value.reason == "access_denied"
    await login.auth.close()


async def test_without_browser_and_terminal_the_error_says_what_to_do(sandbox, monkeypatch):
    monkeypatch.setattr(ensured_login, "_is_terminal", lambda: False)
    login = Login(sandbox, "user-top-read")
    login.browser = lambda url: False
    with pytest.raises(LoginRequiredError, match=r"log in once from a terminal \(scopes: user-top-read\)"):
        await login.ensure()
    await login.auth.close()


def test_a_text_browser_counts_as_a_browser_only_if_it_was_chosen(monkeypatch):
    monkeypatch.delenv("BROWSER", raising=False)
    monkeypatch.setattr(webbrowser, "get", lambda: webbrowser.GenericBrowser("lynx"))
    assert not ensured_login.has_graphical_browser()
    monkeypatch.setattr(webbrowser, "get", lambda: webbrowser.BackgroundBrowser("firefox"))
    assert ensured_login.has_graphical_browser()
    monkeypatch.setattr(webbrowser, "get", lambda: webbrowser.GenericBrowser("lynx"))
    monkeypatch.setenv("BROWSER", "lynx")
    assert ensured_login.has_graphical_browser()


def test_without_any_browser_there_is_none(monkeypatch):
    def fail():
        raise webbrowser.Error("none")

    monkeypatch.delenv("BROWSER", raising=False)
    monkeypatch.setattr(webbrowser, "get", fail)
    assert not ensured_login.has_graphical_browser()


@pytest.mark.parametrize(
    ("scopes", "message"),
    [
        ("user-library-raed", "did you mean 'user-library-read'"),
        ("user-read-email,user-top-raed", "did you mean 'user-top-read'"),
        (["playlist_modify_public"], "did you mean 'playlist-modify-public'"),
    ],
)
async def test_a_misspelt_scope_is_an_error_with_the_right_one(sandbox, scopes, message):
    login = Login(sandbox)
    with pytest.raises(ValueError, match=message):
        await login.ensure(scopes=scopes)
    with pytest.raises(ValueError, match=message):
        Login(sandbox, *([scopes] if isinstance(scopes, str) else scopes))


async def test_a_scope_that_is_unknown_to_this_version_can_be_asked_for(sandbox):
    auth = Login(sandbox, Scope("user-library-reads"), "a-new-one", redirect_uri="http://127.0.0.1:1/").auth
    assert "a-new-one+user-library-reads" in auth.authorization_url()


def legacy_file(directory, token, **changes):
    path = directory / ".cache"
    path.write_text(json.dumps(token | changes))
    path.chmod(0o600)
    return path


async def legacy_token(sandbox, *scopes):
    """Return a token as spotipy and spotify-sdk store it."""
    login = Login(sandbox, *scopes)
    token = await login.ensure()
    await login.auth.close()
    return {
        "access_token": token.access_token.reveal(),
        "refresh_token": token.refresh_token.reveal(),
        "expires_at": int(token.expires_at.timestamp()),
        "scope": " ".join(scopes),
    }


async def test_a_token_file_of_another_client_is_used_once(sandbox, tmp_path):
    path = legacy_file(tmp_path, await legacy_token(sandbox, "user-top-read"))
    login = Login(sandbox, "user-top-read")
    assert await login.auth.import_token(path)
    assert (await login.ensure()).scopes == {"user-top-read"}
    assert login.browser.urls == []
    assert not await login.auth.import_token(path)
    await login.auth.close()


async def test_an_expired_token_of_another_client_is_refreshed(sandbox, tmp_path):
    path = legacy_file(tmp_path, await legacy_token(sandbox, "user-top-read"), expires_at=1_600_000_000)
    login = Login(sandbox, "user-top-read")
    await login.auth.import_token(path)
    await login.ensure()
    assert login.browser.urls == []
    assert len(sandbox.token_requests) == 2
    await login.auth.close()


@pytest.mark.parametrize(
    "content",
    ["", "[]", "{}", '{"access_token": "HUSH"', '{"access_token": 1}', '{"access_token": "HUSH HUSH"}', "\xff"],
)
async def test_a_file_that_is_no_token_file_is_refused(sandbox, tmp_path, content):
    path = tmp_path / ".cache"
    path.write_bytes(content.encode("latin-1"))
    path.chmod(0o600)
    with pytest.raises(TokenStoreError, match="is not a token file of spotipy or spotify-sdk") as raised:
        await Login(sandbox).auth.import_token(path)
    assert "HUSH" not in str(raised.value)


async def test_a_token_file_that_does_not_exist_is_named(sandbox, tmp_path):
    with pytest.raises(TokenStoreError, match="there is no token file"):
        await Login(sandbox).auth.import_token(tmp_path / "missing")
