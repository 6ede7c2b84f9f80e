"""The FastAPI example, served by uvicorn and driven over HTTP as by a browser."""

import asyncio
import os
import re
import runpy
import signal
import socket
import sys
from contextlib import asynccontextmanager
from http.cookies import SimpleCookie
from pathlib import Path

import aiohttp
import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.support.expected_conditions import title_is
from selenium.webdriver.support.ui import WebDriverWait

from examples import fastapi_app
from spotify import RateLimitError
from spotify.testing import SpotifySandbox
from tests.support.chromium import chromium
from tests.support.raw_requests import MALFORMED, raw_status
from tests.support.redis_contents import everything

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]


class Site:
    """The served application.

    Attributes:
        sandbox: The sandbox its visitors log in with.
        url: The URL of the application.
    """

    def __init__(self, sandbox, url):
        self.sandbox = sandbox
        self.url = url

    def environ(self, **variables):
        return {**self.sandbox.environment(), "SPOTIFY_REDIRECT_URI": f"{self.url}/callback", **variables}


@asynccontextmanager
async def visitor(site):
    """A browser with an empty cookie jar."""
    async with aiohttp.ClientSession(site.url, cookie_jar=aiohttp.CookieJar(unsafe=True)) as browser:
        yield browser


@asynccontextmanager
async def serve_with(sandbox, *, port=0, **variables):
    with socket.create_server(("127.0.0.1", port)) as listener:
        site = Site(sandbox, f"http://127.0.0.1:{listener.getsockname()[1]}")
        async with fastapi_app.served(fastapi_app.create_app(site.environ(**variables)), listener):
            yield site


@asynccontextmanager
async def serve(*, consent="auto", **variables):
    async with SpotifySandbox(consent=consent) as sandbox, serve_with(sandbox, **variables) as site:
        yield site


@pytest.fixture
async def site():
    async with serve() as site:
        yield site


@pytest.fixture
async def browser(site):
    async with visitor(site) as browser:
        yield browser


async def get(browser, path, **arguments):
    async with browser.get(path, **arguments) as response:
        return response, await response.text()


def cookie_of(response):
    return SimpleCookie(response.headers["Set-Cookie"])["session"]


async def test_login_leads_back_to_the_requested_page(site, browser):
    response, page = await get(browser, "/me")
    user = site.sandbox.catalogue.default_user
    hops = [hop.url.path for hop in (*response.history, response)]
    assert hops == ["/me", "/login", "/authorize", "/callback", "/me"]
    assert response.status == 200
    assert f"<h1>{user.display_name}</h1>" in page
    assert re.search(r"<h2>Your \d+ playlists</h2><ul><li>\w", page)
    assert len(site.sandbox.token_requests) == 1


async def test_second_page_requires_no_login(site, browser):
    await get(browser, "/me")
    response, _ = await get(browser, "/me", allow_redirects=False)
    assert response.status == 200
    assert len(site.sandbox.token_requests) == 1


async def test_start_page_links_to_login_then_to_profile(browser):
    assert 'href="/login"' in (await get(browser, "/"))[1]
    await get(browser, "/me")
    assert 'href="/me"' in (await get(browser, "/"))[1]


async def test_login_uses_pkce_state_and_required_scopes(browser):
    response, _ = await get(browser, "/login", allow_redirects=False)
    assert response.status == 303
    assert "code_challenge_method=S256" in response.headers["Location"]
    assert "state=" in response.headers["Location"]
    assert "playlist-read-private" in response.headers["Location"]


async def test_login_with_consent_form():
    async with serve(consent="form") as site, visitor(site) as browser:
        response, _ = await get(browser, "/me")
        assert response.url.path == "/authorize"
        user = site.sandbox.catalogue.users[2]
        form = {"decision": "allow", "user": user.id}
        async with browser.post(response.url, data=form) as response:
            assert response.url.path == "/me"
            assert f"<h1>{user.display_name or user.id}</h1>" in await response.text()


async def test_login_and_logout_in_chromium(tmp_path):
    with chromium(tmp_path) as window:
        async with serve(consent="form") as site:
            name = site.sandbox.catalogue.default_user.display_name

            def log_in_and_out():
                window.get(f"{site.url}/")
                window.find_element(By.LINK_TEXT, "Log in").click()
                window.find_element(By.ID, "allow").click()
                WebDriverWait(window, 30).until(title_is(name))
                window.find_element(By.TAG_NAME, "button").click()
                WebDriverWait(window, 30).until(title_is("Playlists"))
                return window.get_cookies()

            assert await asyncio.to_thread(log_in_and_out) == []


async def test_concurrent_visitors_see_only_their_own_data(site):
    users = site.sandbox.catalogue.users[:2]
    async with visitor(site) as first, visitor(site) as second:
        for browser, user in zip((first, second), users, strict=True):
            site.sandbox.consent(user=user.id)
            await get(browser, "/me")
        site.sandbox.configure(rotate_refresh_tokens=True)  # so that a second refresh of a login would fail
        site.sandbox.expire_all_tokens()  # so that each needs a refresh
        responses = await asyncio.gather(*(get(browser, "/me") for _ in range(20) for browser in (first, second)))
    names = [re.search("<h1>(.*)</h1>", page)[1] for _, page in responses]
    assert names == [user.display_name or user.id for user in users] * 20


async def test_concurrent_logins_belong_to_their_visitors(site):
    sandbox = site.sandbox
    async with visitor(site) as first, visitor(site) as second:
        redirects = []
        for browser, user in zip((first, second), sandbox.catalogue.users[:2], strict=True):
            login, _ = await get(browser, "/login", allow_redirects=False)
            sandbox.consent(user=user.id)
            redirect, _ = await get(browser, login.headers["Location"], allow_redirects=False)
            redirects.append(redirect.headers["Location"])
        responses = await asyncio.gather(get(first, redirects[0]), get(second, redirects[1]))
    assert [re.search("<h1>(.*)</h1>", page)[1] for _, page in responses] == [
        user.display_name or user.id for user in sandbox.catalogue.users[:2]
    ]


async def test_logout_requires_new_login(site, browser):
    await get(browser, "/me")
    async with browser.post("/logout") as response:
        assert response.url.path == "/"
    response, _ = await get(browser, "/me", allow_redirects=False)
    assert (response.status, response.headers["Location"]) == (303, "/login")


async def test_logout_by_get_is_rejected(browser):
    assert (await get(browser, "/logout"))[0].status == 405


async def test_copied_cookie_is_useless_after_logout(site, browser):
    response, _ = await get(browser, "/me")
    stolen = {"session": cookie_of(response.history[-1]).value}
    async with visitor(site) as thief:
        thief.cookie_jar.update_cookies(stolen)
        assert (await get(thief, "/me", allow_redirects=False))[0].status == 200
        async with browser.post("/logout"):
            pass
        await get(browser, "/me")  # the same user logs in again
        response, _ = await get(thief, "/me", allow_redirects=False)
        assert (response.status, response.headers["Location"]) == (303, "/login")


async def test_cookie_from_before_the_login_is_not_logged_in(site, browser):
    before, _ = await get(browser, "/login", allow_redirects=False)
    await get(browser, "/me")
    async with visitor(site) as other:
        other.cookie_jar.update_cookies({"session": cookie_of(before).value})
        response, _ = await get(other, "/me", allow_redirects=False)
    assert response.status == 303


async def test_second_login_in_a_browser_ends_the_first(site, browser):
    users = site.sandbox.catalogue.users[:2]
    cookies = []
    for user in users:
        site.sandbox.consent(user=user.id)
        response, page = await get(browser, "/login")
        cookies.append(cookie_of(response.history[-1]).value)
        assert f"<h1>{user.display_name or user.id}</h1>" in page
    async with visitor(site) as other:
        other.cookie_jar.update_cookies({"session": cookies[0]})
        assert (await get(other, "/me", allow_redirects=False))[0].status == 303


@pytest.mark.parametrize("query", ["code=x&state=forged", "code=x", "error=access_denied&state=forged", ""])
async def test_forged_redirect_is_rejected_and_keeps_the_login(site, browser, query):
    login, _ = await get(browser, "/login", allow_redirects=False)
    response, page = await get(browser, f"/callback?{query}", allow_redirects=False)
    assert response.status == 400
    assert "does not belong to a login" in page
    assert len(site.sandbox.token_requests) == 0
    assert (await get(browser, login.headers["Location"]))[0].status == 200


async def test_redirect_of_another_visitors_login_is_rejected(site, browser):
    async with visitor(site) as attacker:
        login, _ = await get(attacker, "/login", allow_redirects=False)
        redirect, _ = await get(attacker, login.headers["Location"], allow_redirects=False)
    response, page = await get(browser, redirect.headers["Location"], allow_redirects=False)
    assert response.status == 400
    assert "no login was started" in page


async def test_redirect_can_be_used_once(browser):
    response, _ = await get(browser, "/me")
    callback = str(response.history[-1].url)
    response, page = await get(browser, callback, allow_redirects=False)
    assert response.status == 400
    assert "no login was started" in page


async def test_revoked_code_is_reported(site, browser):
    login, _ = await get(browser, "/login", allow_redirects=False)
    redirect, _ = await get(browser, login.headers["Location"], allow_redirects=False)
    site.sandbox.revoke()  # also revokes codes
    response, page = await get(browser, redirect.headers["Location"], allow_redirects=False)
    assert response.status == 400
    assert "does not accept the code" in page


async def test_denied_consent_is_reported(site, browser):
    site.sandbox.refuse_consent()
    response, page = await get(browser, "/me")
    assert (response.status, response.url.path) == (400, "/callback")
    assert "The login failed" in page
    assert "denied access" in page
    assert (await get(browser, "/me", allow_redirects=False))[0].status == 303


async def test_revoked_access_leads_to_new_login(site, browser):
    await get(browser, "/me")
    site.sandbox.revoke()
    response, _ = await get(browser, "/me")
    assert [hop.url.path for hop in response.history] == ["/me", "/login", "/authorize", "/callback"]
    assert response.status == 200


async def test_missing_scope_is_named(site, browser):
    site.sandbox.consent(scopes=[])
    response, page = await get(browser, "/me")
    assert response.status == 403
    assert "Permission missing" in page
    assert "user-top-read" in page


async def test_unreachable_spotify_is_reported():
    async with serve(SPOTIFY_MAX_RETRIES="0") as site, visitor(site) as browser:
        await get(browser, "/me")
        await site.sandbox.stop()
        response, page = await get(browser, "/me")
    assert response.status == 502
    assert "Spotify request failed" in page


async def test_token_store_error_is_logged_and_not_shown(tmp_path, capsys):
    (tmp_path / "tokens").write_text("a file instead of a directory")
    async with serve(TOKEN_DIRECTORY=str(tmp_path / "tokens")) as site, visitor(site) as browser:
        response, page = await get(browser, "/me")
    assert response.status == 500
    assert str(tmp_path) not in page
    assert str(tmp_path) in capsys.readouterr().err


async def test_logout_deletes_the_token_in_redis(redis_server, redis_client):
    async with serve(SPOTIFY_REDIS_URL=redis_server.url) as site, visitor(site) as browser:
        await get(browser, "/me")
        assert "access_token" in await everything(redis_client)
        async with browser.post("/logout"):
            pass
        assert "access_token" not in await everything(redis_client)


async def test_rate_limit_sets_retry_after():
    response = await fastapi_app.show_error(None, RateLimitError("Too many", status_code=429, retry_after=80.5))
    assert (response.status_code, response.headers["Retry-After"]) == (503, "81")


async def test_cookie_is_http_only_and_same_site(browser):
    response, _ = await get(browser, "/me")
    for hop in response.history:
        if "Set-Cookie" in hop.headers:
            cookie = cookie_of(hop)
            assert cookie["httponly"]
            assert cookie["samesite"] == "lax"
            assert cookie["path"] == "/"
            assert not cookie["secure"]  # the redirect URI is plain http on a loopback address


async def test_cookie_is_secure_behind_https():
    redirect_uri = "https://music.example.org/callback"  # that of the reverse proxy
    async with serve(SPOTIFY_REDIRECT_URI=redirect_uri) as site, visitor(site) as browser:
        response, _ = await get(browser, "/login", allow_redirects=False)
        assert cookie_of(response)["secure"]


async def test_tampered_cookie_is_ignored(site, browser):
    response, _ = await get(browser, "/me")
    data, _, signature = cookie_of(response.history[-1]).value.partition(".")
    async with visitor(site) as forger:
        forger.cookie_jar.update_cookies({"session": f"{data[:-4]}AAAA.{signature}"})
        assert (await get(forger, "/me", allow_redirects=False))[0].status == 303


async def test_malformed_cookies_are_ignored(site):
    for value in MALFORMED:
        cookie = b"Cookie: session=" + value
        assert await raw_status(site.url, b"/me", cookie) == 303, value
        assert await raw_status(site.url, b"/callback?code=c&state=s", cookie) == 400, value


async def test_malformed_queries_are_refused(site, browser):
    login, _ = await get(browser, "/login", allow_redirects=False)
    cookie = b"Cookie: session=" + cookie_of(login).value.encode()
    for value in MALFORMED:
        for query in (b"code=" + value, b"code=c&state=" + value, b"error=" + value + b"&state=s", value):
            assert await raw_status(site.url, b"/callback?" + query, cookie) == 400, query


async def test_all_responses_have_security_headers(site, browser):
    response, _ = await get(browser, "/me")
    responses = [hop for hop in (*response.history, response) if str(hop.url).startswith(site.url)]
    responses += [(await get(browser, path))[0] for path in ("/callback", "/missing")]
    async with browser.post("/logout", allow_redirects=False) as response:
        responses.append(response)
    assert [response.status for response in responses] == [303, 303, 303, 200, 400, 404, 303]
    for response in responses:
        assert response.headers["Cache-Control"] == "no-store"
        assert response.headers["Referrer-Policy"] == "no-referrer"
        assert "frame-ancestors 'none'" in response.headers["Content-Security-Policy"]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.mark.parametrize("variable", ["TOKEN_DIRECTORY", "SPOTIFY_REDIS_URL"])
async def test_login_survives_restart_with_secret_and_token_store(variable, tmp_path, request):
    is_directory = variable == "TOKEN_DIRECTORY"
    location = str(tmp_path / "tokens") if is_directory else request.getfixturevalue("redis_server").url
    settings = {"port": free_port(), "SESSION_SECRET": "for this test", variable: location}
    async with SpotifySandbox() as sandbox:
        async with serve_with(sandbox, **settings) as site:
            browser = aiohttp.ClientSession(site.url, cookie_jar=aiohttp.CookieJar(unsafe=True))
            await get(browser, "/me")
        async with browser, serve_with(sandbox, **settings):
            assert (await get(browser, "/me", allow_redirects=False))[0].status == 200
    assert len(sandbox.token_requests) == 1


def test_main_without_credentials_runs_the_demonstration(monkeypatch, capsys):
    monkeypatch.setenv("SPOTIFY_CLIENT_ID", "")
    fastapi_app.main()
    output = capsys.readouterr()
    assert output.err == ""
    assert "200" in output.out
    assert "code=" not in output.out


def test_main_names_a_missing_variable(monkeypatch):
    monkeypatch.setenv("SPOTIFY_CLIENT_ID", "app")
    monkeypatch.setenv("SPOTIFY_REDIRECT_URI", "")
    with pytest.raises(SystemExit, match="SPOTIFY_REDIRECT_URI"):
        fastapi_app.main()


def test_missing_requirement_names_the_extra(monkeypatch, tmp_path):
    (tmp_path / "uvicorn.py").write_text("raise ModuleNotFoundError(\"No module named 'uvicorn'\")")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "uvicorn")
    with pytest.raises(SystemExit) as caught:
        runpy.run_path(fastapi_app.__file__)
    assert caught.value.code == (
        "No module named 'uvicorn': this example requires: pip install 'async-spotify-client[examples]'"
    )


UVICORN = ("-m", "uvicorn", "--app-dir", "examples", "--factory", "fastapi_app:create_app", "--no-access-log")


@pytest.mark.parametrize("command", [("examples/fastapi_app.py",), UVICORN], ids=["script", "uvicorn"])
async def test_commands_of_the_docstring_serve_and_log_no_code(command):
    async with SpotifySandbox() as sandbox:
        port = free_port()
        site = Site(sandbox, f"http://127.0.0.1:{port}")
        arguments = ["--port", str(port)] if command is UVICORN else []
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *command,
            *arguments,
            cwd=ROOT,
            env={**os.environ, **site.environ()},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            while b"running on" not in (line := await process.stderr.readline()):
                assert line, "the process ended"
            async with visitor(site) as browser:
                assert (await get(browser, "/me"))[0].status == 200
        finally:
            if process.returncode is None:
                process.send_signal(signal.SIGINT)
            output = b"".join(await process.communicate())
    assert b"code=" not in output
