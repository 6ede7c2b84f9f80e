"""The FastAPI example under a real uvicorn, driven over HTTP as a browser would."""

import asyncio
import os
import re
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
from tests.support.redis_contents import everything

ROOT = Path(__file__).parents[2]


class Site:
    """The application, served.

    Attributes:
        sandbox: Where its visitors log in.
        url: Where it is.
    """

    def __init__(self, sandbox, url):
        self.sandbox = sandbox
        self.url = url

    def environ(self, **variables):
        return {**self.sandbox.environment(), "SPOTIFY_REDIRECT_URI": f"{self.url}/callback", **variables}


@asynccontextmanager
async def visitor(site):
    """A browser with an empty jar of cookies."""
    async with aiohttp.ClientSession(site.url, cookie_jar=aiohttp.CookieJar(unsafe=True)) as browser:
        yield browser


@asynccontextmanager
async def serve(*, consent="auto", **variables):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        async with SpotifySandbox(consent=consent) as sandbox:
            site = Site(sandbox, f"http://127.0.0.1:{listener.getsockname()[1]}")
            async with fastapi_app.served(fastapi_app.create_app(site.environ(**variables)), listener):
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
    async with browser.get(path, **arguments) as answer:
        return answer, await answer.text()


def cookie_of(answer):
    return SimpleCookie(answer.headers["Set-Cookie"])["session"]


async def test_a_visitor_is_sent_through_the_whole_login_to_the_page_that_they_wanted(site, browser):
    answer, text = await get(browser, "/me")
    user = site.sandbox.catalogue.default_user
    assert [hop.url.path for hop in (*answer.history, answer)] == ["/me", "/login", "/authorize", "/callback", "/me"]
    assert answer.status == 200
    assert f"<h1>{user.display_name}</h1>" in text
    assert re.search(r"<h2>Your \d+ playlists</h2><ul><li>\w", text)
    assert len(site.sandbox.token_requests) == 1


async def test_the_second_page_needs_no_login(site, browser):
    await get(browser, "/me")
    answer, _ = await get(browser, "/me", allow_redirects=False)
    assert answer.status == 200
    assert len(site.sandbox.token_requests) == 1


async def test_the_first_page_says_where_to_log_in_and_then_where_to_go(browser):
    assert 'href="/login"' in (await get(browser, "/"))[1]
    await get(browser, "/me")
    assert 'href="/me"' in (await get(browser, "/"))[1]


async def test_a_login_is_asked_for_with_pkce_a_state_and_the_scopes_that_the_pages_need(browser):
    answer, _ = await get(browser, "/login", allow_redirects=False)
    assert answer.status == 303
    assert "code_challenge_method=S256" in answer.headers["Location"]
    assert "state=" in answer.headers["Location"]
    assert "playlist-read-private" in answer.headers["Location"]


async def test_a_person_consents_by_the_form():
    async with serve(consent="form") as site, visitor(site) as browser:
        answer, _ = await get(browser, "/me")
        assert answer.url.path == "/authorize"
        user = site.sandbox.catalogue.users[2]
        form = {"decision": "allow", "user": user.id}
        async with browser.post(answer.url, data=form) as answer:
            assert answer.url.path == "/me"
            assert f"<h1>{user.display_name or user.id}</h1>" in await answer.text()


async def test_a_person_logs_in_and_out_with_a_real_browser(tmp_path):
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


async def test_two_visitors_at_once_never_see_each_others_data(site):
    users = site.sandbox.catalogue.users[:2]
    async with visitor(site) as first, visitor(site) as second:
        for browser, user in zip((first, second), users, strict=True):
            site.sandbox.consent(user=user.id)
            await get(browser, "/me")
        site.sandbox.expire_all_tokens()  # so that each has a refresh to wait for
        answers = await asyncio.gather(*(get(browser, "/me") for _ in range(20) for browser in (first, second)))
    seen = [re.search("<h1>(.*)</h1>", text)[1] for _, text in answers]
    assert seen == [user.display_name or user.id for user in users] * 20


async def test_two_visitors_who_log_in_at_once_each_get_their_own_login(site):
    sandbox = site.sandbox
    async with visitor(site) as first, visitor(site) as second:
        redirects = []
        for browser, user in zip((first, second), sandbox.catalogue.users[:2], strict=True):
            begun, _ = await get(browser, "/login", allow_redirects=False)
            sandbox.consent(user=user.id)
            back, _ = await get(browser, begun.headers["Location"], allow_redirects=False)
            redirects.append(back.headers["Location"])
        (_, text), (_, other_text) = await asyncio.gather(get(first, redirects[0]), get(second, redirects[1]))
    assert [re.search("<h1>(.*)</h1>", each)[1] for each in (text, other_text)] == [
        user.display_name or user.id for user in sandbox.catalogue.users[:2]
    ]


async def test_who_logged_out_has_to_log_in_again(site, browser):
    await get(browser, "/me")
    async with browser.post("/logout") as answer:
        assert answer.url.path == "/"
    answer, _ = await get(browser, "/me", allow_redirects=False)
    assert (answer.status, answer.headers["Location"]) == (303, "/login")


async def test_a_logout_is_no_link(browser):
    assert (await get(browser, "/logout"))[0].status == 405


async def test_after_a_logout_a_copy_of_the_cookie_is_worth_nothing(site, browser):
    answer, _ = await get(browser, "/me")
    stolen = {"session": cookie_of(answer.history[-1]).value}
    async with visitor(site) as thief:
        thief.cookie_jar.update_cookies(stolen)
        assert (await get(thief, "/me", allow_redirects=False))[0].status == 200
        async with browser.post("/logout"):
            pass
        await get(browser, "/me")  # the same person logs in again
        answer, _ = await get(thief, "/me", allow_redirects=False)
        assert (answer.status, answer.headers["Location"]) == (303, "/login")


async def test_a_cookie_of_before_the_login_does_not_become_the_visitors(site, browser):
    before, _ = await get(browser, "/login", allow_redirects=False)
    answer, _ = await get(browser, "/me")
    async with visitor(site) as other:
        other.cookie_jar.update_cookies({"session": cookie_of(before).value})
        answer, _ = await get(other, "/me", allow_redirects=False)
    assert answer.status == 303


async def test_the_second_login_of_a_browser_ends_the_first(site, browser):
    users = site.sandbox.catalogue.users[:2]
    cookies = []
    for user in users:
        site.sandbox.consent(user=user.id)
        answer, text = await get(browser, "/login")
        cookies.append(cookie_of(answer.history[-1]).value)
        assert f"<h1>{user.display_name or user.id}</h1>" in text
    async with visitor(site) as other:
        other.cookie_jar.update_cookies({"session": cookies[0]})
        assert (await get(other, "/me", allow_redirects=False))[0].status == 303


@pytest.mark.parametrize("query", ["code=x&state=forged", "code=x", "error=access_denied&state=forged", ""])
async def test_a_redirect_with_a_forged_state_logs_nobody_in_and_ends_no_login(site, browser, query):
    begun, _ = await get(browser, "/login", allow_redirects=False)
    answer, text = await get(browser, f"/callback?{query}", allow_redirects=False)
    assert answer.status == 400
    assert "does not belong to a login" in text
    assert len(site.sandbox.token_requests) == 0
    assert (await get(browser, begun.headers["Location"]))[0].status == 200


async def test_a_redirect_of_somebody_elses_login_logs_nobody_in(site, browser):
    async with visitor(site) as attacker:
        begun, _ = await get(attacker, "/login", allow_redirects=False)
        back, _ = await get(attacker, begun.headers["Location"], allow_redirects=False)
    answer, text = await get(browser, back.headers["Location"], allow_redirects=False)
    assert answer.status == 400
    assert "no login was started" in text


async def test_a_redirect_is_good_once(browser):
    answer, _ = await get(browser, "/me")
    callback = str(answer.history[-1].url)
    answer, text = await get(browser, callback, allow_redirects=False)
    assert answer.status == 400
    assert "no login was started" in text


async def test_a_code_that_spotify_does_not_accept_is_told(site, browser):
    begun, _ = await get(browser, "/login", allow_redirects=False)
    back, _ = await get(browser, begun.headers["Location"], allow_redirects=False)
    site.sandbox.revoke()  # which ends codes, too
    answer, text = await get(browser, back.headers["Location"], allow_redirects=False)
    assert answer.status == 400
    assert "does not accept the code" in text


async def test_a_visitor_who_does_not_allow_it_is_told_so(site, browser):
    site.sandbox.refuse_consent()
    answer, text = await get(browser, "/me")
    assert (answer.status, answer.url.path) == (400, "/callback")
    assert "The login failed" in text
    assert "denied access" in text
    assert (await get(browser, "/me", allow_redirects=False))[0].status == 303


async def test_a_visitor_who_took_the_access_away_logs_in_again(site, browser):
    await get(browser, "/me")
    site.sandbox.revoke()
    answer, _ = await get(browser, "/me")
    assert [hop.url.path for hop in answer.history] == ["/me", "/login", "/authorize", "/callback"]
    assert answer.status == 200


async def test_a_scope_that_was_not_allowed_is_named(site, browser):
    site.sandbox.consent(scopes=[])
    answer, text = await get(browser, "/me")
    assert answer.status == 403
    assert "You have not allowed this" in text
    assert "user-top-read" in text


async def test_where_spotify_cannot_be_reached_the_visitor_is_told_so(site, browser):
    await get(browser, "/me")
    await site.sandbox.stop()
    answer, text = await get(browser, "/me")
    assert answer.status == 502
    assert "Spotify did not help" in text


async def test_where_tokens_are_kept_is_told_to_the_log_and_to_no_visitor(tmp_path, capsys):
    (tmp_path / "tokens").write_text("a file where a folder should be")
    async with serve(TOKEN_DIRECTORY=str(tmp_path / "tokens")) as site, visitor(site) as browser:
        answer, text = await get(browser, "/me")
    assert answer.status == 500
    assert str(tmp_path) not in text
    assert str(tmp_path) in capsys.readouterr().err


async def test_who_logs_out_leaves_no_token_in_redis(redis_server, redis_client):
    async with serve(SPOTIFY_REDIS_URL=redis_server.url) as site, visitor(site) as browser:
        await get(browser, "/me")
        assert "access_token" in await everything(redis_client)
        async with browser.post("/logout"):
            pass
        assert "access_token" not in await everything(redis_client)


async def test_a_rate_limit_says_when_to_come_back():
    answer = await fastapi_app.explain(None, RateLimitError("Too many", status_code=429, retry_after=80.5))
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "81")


async def test_the_cookie_is_not_for_scripts_and_not_for_other_sites(browser):
    answer, _ = await get(browser, "/me")
    for hop in answer.history:
        if "Set-Cookie" in hop.headers:
            cookie = cookie_of(hop)
            assert cookie["httponly"]
            assert cookie["samesite"] == "lax"
            assert cookie["path"] == "/"
            assert not cookie["secure"]  # this is plain http, on a loopback address


async def test_at_an_https_address_the_cookie_travels_over_https_only():
    redirect_uri = "https://music.example.org/callback"  # that of the proxy before it
    async with serve(SPOTIFY_REDIRECT_URI=redirect_uri) as site, visitor(site) as browser:
        answer, _ = await get(browser, "/login", allow_redirects=False)
        assert cookie_of(answer)["secure"]


async def test_a_cookie_that_was_tampered_with_is_nobodys(site, browser):
    answer, _ = await get(browser, "/me")
    data, _, signature = cookie_of(answer.history[-1]).value.partition(".")
    async with visitor(site) as forger:
        forger.cookie_jar.update_cookies({"session": f"{data[:-4]}AAAA.{signature}"})
        assert (await get(forger, "/me", allow_redirects=False))[0].status == 303


async def test_pages_are_neither_kept_nor_framed_and_tell_nobody_where_the_visitor_was(browser):
    answer, _ = await get(browser, "/me")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]


async def run(*command, **environment):
    return await asyncio.create_subprocess_exec(
        sys.executable,
        *command,
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


async def test_without_credentials_it_demonstrates_itself():
    process = await run("examples/fastapi_app.py", SPOTIFY_CLIENT_ID="")
    out, err = await process.communicate()
    assert (process.returncode, err) == (0, b"")
    assert b"200" in out
    assert b"code=" not in out


async def test_without_fastapi_it_says_what_to_install(tmp_path):
    (tmp_path / "uvicorn.py").write_text("raise ModuleNotFoundError(\"No module named 'uvicorn'\")")
    process = await run("examples/fastapi_app.py", PYTHONPATH=f"{tmp_path}{os.pathsep}{ROOT}")
    _, err = await process.communicate()
    assert process.returncode == 1
    assert err.decode().splitlines() == [
        "No module named 'uvicorn': install what this example needs by: pip install 'async-spotify-client[examples]'"
    ]


async def test_with_half_of_the_credentials_it_says_what_is_missing():
    process = await run("examples/fastapi_app.py", SPOTIFY_CLIENT_ID="app", SPOTIFY_REDIRECT_URI="")
    _, err = await process.communicate()
    assert process.returncode == 1
    assert len(err.decode().splitlines()) == 1
    assert b"SPOTIFY_REDIRECT_URI" in err


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@asynccontextmanager
async def process_of(site, *command, **variables):
    process = await run(*command, **site.environ(**variables))
    try:
        while b"running on" not in (line := await process.stderr.readline()):
            assert line, "it ended"
        yield
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGINT)
        output = b"".join(await process.communicate())
    assert b"code=" not in output


UVICORN = ["-m", "uvicorn", "--app-dir", "examples", "--factory", "fastapi_app:create_app", "--no-access-log"]


async def test_with_credentials_it_serves_whoever_comes():
    async with SpotifySandbox() as sandbox:
        site = Site(sandbox, f"http://127.0.0.1:{free_port()}")
        async with process_of(site, "examples/fastapi_app.py"), visitor(site) as browser:
            assert (await get(browser, "/me"))[0].status == 200


@pytest.mark.parametrize("place", ["TOKEN_DIRECTORY", "SPOTIFY_REDIS_URL"])
async def test_logins_outlive_the_server_by_the_secret_and_the_place_for_tokens(place, tmp_path, request):
    where = tmp_path / "tokens" if place == "TOKEN_DIRECTORY" else request.getfixturevalue("redis_server").url
    async with SpotifySandbox() as sandbox:
        port = free_port()
        site = Site(sandbox, f"http://127.0.0.1:{port}")
        command = [*UVICORN, "--port", str(port)]
        kept = {"SESSION_SECRET": "for this test", place: str(where)}
        async with visitor(site) as browser:
            async with process_of(site, *command, **kept):
                await get(browser, "/me")
            async with process_of(site, *command, **kept):
                assert (await get(browser, "/me", allow_redirects=False))[0].status == 200
    assert len(sandbox.token_requests) == 1
