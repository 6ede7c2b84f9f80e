"""Both user flows over sockets, against the accounts service of the sandbox."""

import asyncio
import logging
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest

from spotify import (
    AuthorizationCodeAuth,
    AuthorizationRequest,
    ClientConfig,
    FileTokenStore,
    LoginError,
    MissingScopeError,
    PkceAuth,
    ReauthorizationRequiredError,
    scopes_for,
)
from spotify.services import PlaylistsService, UsersService
from spotify.testing import SpotifySandbox

REDIRECT_URI = "http://127.0.0.1:8000/callback"
SCOPES = scopes_for(PlaylistsService.create, UsersService.get_current_profile)


@pytest.fixture
async def sandbox():
    async with SpotifySandbox() as sandbox:
        yield sandbox


@pytest.fixture(params=["pkce", "pkce with rotation", "secret"])
def make_auth(request, sandbox):
    sandbox.configure(rotate_refresh_tokens=request.param == "pkce with rotation")

    def make(redirect_uri=REDIRECT_URI, **arguments):
        options = {"scopes": SCOPES, "config": ClientConfig(accounts_url=sandbox.accounts_url), **arguments}
        if request.param != "secret":
            return PkceAuth(sandbox.client_id, redirect_uri, **options)
        return AuthorizationCodeAuth(sandbox.client_id, sandbox.client_secret, redirect_uri, **options)

    return make


async def redirect_of(url):
    """Return the URL that the authorize page of the sandbox redirects to."""
    async with aiohttp.ClientSession() as session, session.get(url, allow_redirects=False) as response:
        return response.headers["Location"]


async def log_in(auth):
    await auth.exchange_redirect(await redirect_of(auth.authorization_url()))
    return auth


async def test_login_then_create_playlist(sandbox, make_auth):
    auth = make_auth()
    async with sandbox.client(auth_provider=auth) as client:
        await log_in(auth)
        playlist = await client.playlists.create("Mine")
        mine = await client.playlists.get_for_current_user()
    assert playlist.id in {each.id for each in mine.items}


async def test_login_by_authorize_locally(sandbox, make_auth):
    loop, visits = asyncio.get_running_loop(), []

    async def visit(url):
        async with aiohttp.ClientSession() as session, session.get(url) as response:
            return response.status, await response.text()

    auth = make_auth("http://127.0.0.1:0/callback")
    await auth.authorize_locally(
        open_browser=lambda url: visits.append(asyncio.run_coroutine_threadsafe(visit(url), loop))
    )
    status, page = await asyncio.wrap_future(visits[0])
    assert (status, "You are logged in" in page) == (200, True)
    await auth.close()


async def test_login_by_authorize_by_hand(make_auth):
    auth, shown = make_auth(), []
    loop = asyncio.get_running_loop()

    def ask(_question):  # in a thread, as `input` would
        url = shown[0].removeprefix("Log in at: ")
        return asyncio.run_coroutine_threadsafe(redirect_of(url), loop).result()

    await auth.authorize_by_hand(show=shown.append, ask=ask)
    assert await auth.get_access_token()
    await auth.close()


async def test_no_logger_of_any_library_shows_a_secret(sandbox, make_auth, caplog, tmp_path):
    caplog.set_level(logging.DEBUG)
    store, secrets = FileTokenStore(tmp_path), [sandbox.client_secret]
    auth = make_auth(store=store)
    request = auth.authorization_request()
    secrets += [value.reveal() for value in (request.state, request.code_verifier) if value is not None]
    redirect = await redirect_of(request.url)
    secrets += parse_qs(urlsplit(redirect).query)["code"]
    async with sandbox.client() as client, client.for_user(auth) as user:
        await auth.exchange_redirect(redirect)
        for _ in range(2):
            token = await store.load(auth.key)
            secrets += [token.access_token.reveal(), token.refresh_token.reveal()]
            sandbox.expire_all_tokens()
            await user.users.get_current_profile()
    assert {"user_authorized", "token_refreshed", "token_invalidated"} <= {
        getattr(record, "event", "") for record in caplog.records
    }
    # `vars`, because a formatter may show any attribute of a record.
    shown = "\n".join(f"{record.getMessage()} {vars(record)!r}" for record in caplog.records)
    assert [secret for secret in secrets if secret in shown] == []


async def test_two_users_of_one_client(sandbox, make_auth):
    ana, bo = sandbox.catalogue.users[:2]
    async with sandbox.client() as client:
        users = []
        for user in (ana, bo):
            sandbox.consent(user=user.id)
            users.append(client.for_user(await log_in(make_auth(user=user.id))))
        profiles = await asyncio.gather(*(user.users.get_current_profile() for user in users))
        for user in users:
            await user.close()
    assert [profile.id for profile in profiles] == [ana.id, bo.id]


async def test_expired_token_is_refreshed_within_the_call(sandbox, make_auth):
    async with sandbox.client() as client:
        user = client.for_user(await log_in(make_auth()))
        for _ in range(3):
            sandbox.expire_all_tokens()
            await user.users.get_current_profile()
        await user.close()


@pytest.mark.parametrize("known_to", ["provider", "API"])
async def test_concurrent_calls_with_an_expired_token_send_one_refresh(sandbox, make_auth, known_to):
    async with sandbox.client() as client:
        auth = await log_in(make_auth())
        user = client.for_user(auth)
        if known_to == "provider":
            await auth.invalidate(await auth.get_access_token())
        else:
            sandbox.expire_all_tokens()
        before = len(sandbox.token_requests)
        albums = sandbox.catalogue.albums
        await asyncio.gather(*(user.albums.get(albums[number % len(albums)].id) for number in range(100)))
        await user.close()
    assert len(sandbox.token_requests) - before == 1


async def test_token_in_a_file_is_used_by_another_provider(sandbox, make_auth, tmp_path):
    async with sandbox.client() as client:
        first = await log_in(make_auth(store=FileTokenStore(tmp_path)))
        second = make_auth(store=FileTokenStore(tmp_path))
        sandbox.expire_all_tokens()
        profile = await client.for_user(second).users.get_current_profile()
        assert profile.id == sandbox.catalogue.default_user.id
        await first.close()
        await second.close()


async def test_revoked_access_requires_a_new_login(sandbox, make_auth):
    async with sandbox.client() as client:
        auth = await log_in(make_auth())
        user = client.for_user(auth)
        sandbox.revoke()
        for _ in range(2):
            with pytest.raises(ReauthorizationRequiredError):
                await user.users.get_current_profile()
        await log_in(auth)
        await user.users.get_current_profile()
        await user.close()


async def test_denied_consent_is_a_login_error(sandbox, make_auth):
    auth = make_auth()
    sandbox.refuse_consent()
    with pytest.raises(LoginError, match="denied access"):
        await log_in(auth)
    await auth.close()


async def test_missing_scopes_are_those_not_granted(sandbox, make_auth):
    sandbox.consent(scopes=["playlist-modify-public"])
    async with sandbox.client() as client:
        user = client.for_user(await log_in(make_auth()))
        with pytest.raises(MissingScopeError) as caught:
            await user.playlists.create("Mine", public=False)
        await user.close()
    assert caught.value.missing_scopes == ("playlist-modify-private",)


async def test_code_can_be_used_once(sandbox, make_auth):
    auth = make_auth()
    request = auth.authorization_request()
    url = await redirect_of(request.url)
    restored = AuthorizationRequest.from_session(request.to_session())
    await auth.exchange_redirect(url, request=restored)
    with pytest.raises(LoginError, match="does not accept the code"):
        await auth.exchange_redirect(url, request=restored)
    await auth.close()


async def test_verifier_of_another_login_is_rejected(sandbox):
    auth = PkceAuth(sandbox.client_id, REDIRECT_URI, config=ClientConfig(accounts_url=sandbox.accounts_url))
    request = auth.authorization_request()
    other = {**request.to_session(), "code_verifier": auth.authorization_request().code_verifier.reveal()}
    with pytest.raises(LoginError, match="does not accept the code"):
        await auth.exchange_redirect(await redirect_of(request.url), request=AuthorizationRequest.from_session(other))
    await auth.close()
