"""The form of the authorize page, as a browser sees it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from html.parser import HTMLParser
from urllib.parse import urljoin

import aiohttp
import pytest
from yarl import URL

from spotify.testing import SpotifySandbox
from spotify.testing.sandbox.http.messages import FORM_CONTENT_TYPE, Request
from tests.support.sandbox_http import Caller
from tests.support.sandbox_oauth import PKCE, VERIFIER, OAuth, Page
from tests.testing.sandbox.conftest import NOW

ODD = SpotifySandbox().catalogue.odd_user


class Form(HTMLParser):
    """The form of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.action = ""
        self.users: list[str] = []
        self.selected: list[str] = []
        self.decisions: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        match tag:
            case "form":
                self.action = attributes["action"]
            case "option":
                self.users.append(attributes["value"])
                if "selected" in attributes:
                    self.selected.append(attributes["value"])
            case "button":
                self.decisions.append(attributes["value"])


@pytest.fixture
async def browser() -> AsyncIterator[OAuth]:
    """A browser with cookies, at a sandbox with the form."""
    jar = aiohttp.CookieJar(unsafe=True)
    async with (
        SpotifySandbox(consent="form", time=lambda: NOW) as sandbox,
        aiohttp.ClientSession(cookie_jar=jar) as session,
    ):
        yield OAuth(sandbox, session)


async def submit(browser: OAuth, page: Page, **fields: str) -> Page:
    """Submit the form of a page as a browser does."""
    url = urljoin(f"{browser.sandbox.accounts_url}/authorize", Form(page.text).action)
    async with browser.session.post(url, data=fields, allow_redirects=False) as response:
        return Page(response.status, response.headers, await response.text())


async def test_the_form_lists_users_scopes_and_both_decisions(browser: OAuth) -> None:
    page = await browser.open(scope="user-top-read streaming")

    form = Form(page.text)
    assert (page.status, page.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert form.users == [user.id for user in browser.sandbox.catalogue.users]
    assert form.selected == [browser.sandbox.catalogue.default_user.id]
    assert form.decisions == ["allow", "cancel"]
    assert "<code>streaming</code>" in page.text
    assert "<code>user-top-read</code>" in page.text
    assert "<strong>127.0.0.1:8888</strong>" in page.text


async def test_a_request_without_scopes_says_so(browser: OAuth) -> None:
    assert "requests no scopes" in (await browser.open()).text


async def test_consent_user_is_selected_at_first() -> None:
    async with SpotifySandbox(consent="form", consent_user=ODD.id) as sandbox, aiohttp.ClientSession() as session:
        page = await OAuth(sandbox, session).open()

    assert Form(page.text).selected == [ODD.id]


async def test_the_page_allows_no_scripts_and_no_frames(browser: OAuth) -> None:
    url = URL(f'{browser.page_url()}&state="><script>alert(1)</script>', encoded=True)
    async with browser.session.get(url) as response:
        page = Page(response.status, response.headers, await response.text())

    assert page.status == 200
    assert "<script" not in page.text
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
    assert page.headers["Cache-Control"] == "no-store"


async def test_allowing_redirects_with_a_code_of_the_selected_user(browser: OAuth) -> None:
    page = await browser.open(state='a "quoted" <state> & é', scope="user-read-email")

    redirect = await submit(browser, page, user=ODD.id, decision="allow")

    assert (redirect.status, redirect.parameters["state"]) == (303, 'a "quoted" <state> & é')
    _, body = await browser.redeem(redirect.parameters["code"], browser.in_body)
    profile = await Caller(browser.sandbox, browser.session, body["access_token"]).get("/me")
    assert (profile.json["id"], profile.json["email"]) == (ODD.id, ODD.email)


async def test_the_form_keeps_the_code_challenge(browser: OAuth) -> None:
    redirect = await submit(browser, await browser.open(**PKCE), user=ODD.id, decision="allow")

    status, _ = await browser.redeem(redirect.parameters["code"], browser.public, code_verifier=VERIFIER)

    assert status == 200


async def test_cancelling_redirects_with_access_denied(browser: OAuth) -> None:
    page = await browser.open(state="s")

    redirect = await submit(browser, page, user=ODD.id, decision="cancel")

    assert (redirect.status, redirect.parameters) == (303, {"error": "access_denied", "state": "s"})


@pytest.mark.parametrize(
    "fields", [{}, {"user": ODD.id}, {"user": "nobody", "decision": "allow"}, {"decision": "allow"}]
)
async def test_an_incomplete_form_gets_400_without_a_redirect(browser: OAuth, fields: dict[str, str]) -> None:
    reply = await submit(browser, await browser.open(), **fields)

    assert reply.status == 400
    assert "Location" not in reply.headers


async def test_submitting_the_form_checks_the_redirect_uri(browser: OAuth) -> None:
    form = {"user": ODD.id, "decision": "allow"}

    page = await browser.open(method="POST", form=form, redirect_uri="https://evil.example/")

    assert (page.status, page.text) == (400, "INVALID_CLIENT: Invalid redirect URI")


async def test_the_form_is_skipped_if_the_user_has_allowed_the_scopes(browser: OAuth) -> None:
    page = await browser.open(scope="user-top-read user-read-email")
    await submit(browser, page, user=ODD.id, decision="allow")

    second = await browser.open(scope="user-read-email", state="s")

    assert (second.status, second.parameters.keys()) == (302, {"code", "state"})
    _, body = await browser.redeem(second.parameters["code"], browser.in_body)
    profile = await Caller(browser.sandbox, browser.session, body["access_token"]).get("/me")
    assert (body["scope"], profile.json["id"]) == ("user-read-email", ODD.id)


async def test_consents_of_other_users_do_not_skip_the_form(browser: OAuth) -> None:
    async with aiohttp.ClientSession() as session:
        other = OAuth(browser.sandbox, session)
        await submit(other, await other.open(scope="streaming"), user="spotify", decision="allow")
    await submit(browser, await browser.open(), user=ODD.id, decision="allow")

    assert (await browser.open(scope="streaming")).status == 200


async def test_the_logged_in_user_is_selected_at_first(browser: OAuth) -> None:
    await submit(browser, await browser.open(), user=ODD.id, decision="allow")

    assert Form((await browser.open(scope="streaming")).text).selected == [ODD.id]


async def test_show_dialog_shows_the_form_again(browser: OAuth) -> None:
    await submit(browser, await browser.open(), user=ODD.id, decision="allow")

    assert (await browser.open(show_dialog="true")).status == 200
    assert (await browser.open(show_dialog="false")).status == 302


async def test_the_form_is_shown_again_after_revoke(browser: OAuth) -> None:
    await submit(browser, await browser.open(), user=ODD.id, decision="allow")
    browser.sandbox.revoke(ODD.id)

    assert (await browser.open()).status == 200


async def test_another_browser_gets_the_form(browser: OAuth) -> None:
    await submit(browser, await browser.open(), user=ODD.id, decision="allow")

    async with aiohttp.ClientSession() as session:
        page = await OAuth(browser.sandbox, session).open()

    assert page.status == 200


async def test_the_form_is_skipped_for_the_latest_1000_browsers(browser: OAuth) -> None:
    first = await submit(browser, await browser.open(), user=ODD.id, decision="allow")
    (exchange,) = [each for each in browser.sandbox.authorize_requests if each.method == "POST"]
    form = Request(
        method="POST",
        path=exchange.path,
        query=exchange.query,
        headers={"Content-Type": FORM_CONTENT_TYPE},
        body=exchange.request_body,
    )

    for _ in range(999):
        browser.sandbox._authorize_page.handle(form)
    assert (await browser.open()).status == 302
    browser.sandbox._authorize_page.handle(form)
    assert first.status == 303
    assert (await browser.open()).status == 200


async def test_cookies_are_not_logged(browser: OAuth) -> None:
    redirect = await submit(browser, await browser.open(), user=ODD.id, decision="allow")
    await browser.open()

    session_id = redirect.headers["Set-Cookie"].partition(";")[0].partition("=")[2]
    _, sent, returned = browser.sandbox.authorize_requests
    assert sent.response_headers["Set-Cookie"] == "***"
    assert returned.request_headers["Cookie"] == "***"
    assert session_id not in f"{sent.response_headers} {returned.request_headers}"


async def test_an_invalid_cookie_is_ignored(browser: OAuth) -> None:
    async with aiohttp.ClientSession(headers={"Cookie": "sandbox_session=\\;;=,"}) as session:
        page = await OAuth(browser.sandbox, session).open()

    assert page.status == 200


async def test_consent_skips_the_form(browser: OAuth) -> None:
    browser.sandbox.consent()

    assert (await browser.open()).status == 302
