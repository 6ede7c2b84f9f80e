"""The authorize page's form, as a browser sees it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from html.parser import HTMLParser
from urllib.parse import urljoin

import aiohttp
import pytest
from yarl import URL

from spotify.testing import SpotifySandbox
from tests.support.sandbox_http import Caller
from tests.support.sandbox_oauth import PKCE, VERIFIER, OAuth, Page
from tests.testing.sandbox.conftest import NOW

ODD = SpotifySandbox().catalogue.odd_user


class Form(HTMLParser):
    """What there is to fill in on a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.action = ""
        self.users: list[str] = []
        self.chosen: list[str] = []
        self.decisions: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        match tag:
            case "form":
                self.action = attributes["action"]
            case "option":
                self.users.append(attributes["value"])
                if "selected" in attributes:
                    self.chosen.append(attributes["value"])
            case "button":
                self.decisions.append(attributes["value"])


@pytest.fixture
async def person() -> AsyncIterator[OAuth]:
    """A browser with cookies at a sandbox that asks."""
    jar = aiohttp.CookieJar(unsafe=True)
    async with (
        SpotifySandbox(consent="form", time=lambda: NOW) as sandbox,
        aiohttp.ClientSession(cookie_jar=jar) as session,
    ):
        yield OAuth(sandbox, session)


async def fill_in(person: OAuth, page: Page, **fields: str) -> Page:
    """Send a page's form as a browser does."""
    url = urljoin(f"{person.sandbox.accounts_url}/authorize", Form(page.text).action)
    async with person.session.post(url, data=fields, allow_redirects=False) as response:
        return Page(response.status, response.headers, await response.text())


async def test_the_form_lets_choose_a_user_and_decide(person: OAuth) -> None:
    page = await person.open(scope="user-top-read streaming")

    form = Form(page.text)
    assert (page.status, page.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert form.users == [user.id for user in person.sandbox.catalogue.users]
    assert form.chosen == [person.sandbox.catalogue.default_user.id]
    assert form.decisions == ["allow", "cancel"]
    assert "<code>streaming</code>" in page.text
    assert "<code>user-top-read</code>" in page.text
    assert "<strong>127.0.0.1:8888</strong>" in page.text


async def test_a_request_without_scopes_says_so(person: OAuth) -> None:
    assert "requests no scopes" in (await person.open()).text


async def test_who_is_chosen_at_first_is_the_sandboxs_to_say() -> None:
    async with SpotifySandbox(consent="form", consent_user=ODD.id) as sandbox, aiohttp.ClientSession() as session:
        page = await OAuth(sandbox, session).open()

    assert Form(page.text).chosen == [ODD.id]


async def test_the_page_takes_no_script_and_no_frame(person: OAuth) -> None:
    url = URL(f'{person.page_url()}&state="><script>alert(1)</script>', encoded=True)
    async with person.session.get(url) as response:
        page = Page(response.status, response.headers, await response.text())

    assert page.status == 200
    assert "<script" not in page.text
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
    assert page.headers["Cache-Control"] == "no-store"


async def test_allowing_sends_back_with_a_code_of_the_chosen_user(person: OAuth) -> None:
    page = await person.open(state='a "quoted" <state> & é', scope="user-read-email")

    back = await fill_in(person, page, user=ODD.id, decision="allow")

    assert (back.status, back.parameters["state"]) == (303, 'a "quoted" <state> & é')
    _, answer = await person.redeem(back.parameters["code"], person.in_body)
    profile = await Caller(person.sandbox, person.session, answer["access_token"]).get("/me")
    assert (profile.json["id"], profile.json["email"]) == (ODD.id, ODD.email)


async def test_the_challenge_goes_through_the_form(person: OAuth) -> None:
    back = await fill_in(person, await person.open(**PKCE), user=ODD.id, decision="allow")

    status, _ = await person.redeem(back.parameters["code"], person.public, code_verifier=VERIFIER)

    assert status == 200


async def test_cancelling_sends_back_without_a_code(person: OAuth) -> None:
    page = await person.open(state="s")

    back = await fill_in(person, page, user=ODD.id, decision="cancel")

    assert (back.status, back.parameters) == (303, {"error": "access_denied", "state": "s"})


@pytest.mark.parametrize(
    "fields", [{}, {"user": ODD.id}, {"user": "nobody", "decision": "allow"}, {"decision": "allow"}]
)
async def test_a_form_that_decides_nothing_goes_nowhere(person: OAuth, fields: dict[str, str]) -> None:
    reply = await fill_in(person, await person.open(), **fields)

    assert reply.status == 400
    assert "Location" not in reply.headers


async def test_the_form_checks_where_it_sends_people(person: OAuth) -> None:
    form = {"user": ODD.id, "decision": "allow"}

    page = await person.open(method="POST", form=form, redirect_uri="https://evil.example/")

    assert (page.status, page.text) == (400, "INVALID_CLIENT: Invalid redirect URI")


async def test_who_has_allowed_it_before_is_not_asked_again(person: OAuth) -> None:
    page = await person.open(scope="user-top-read user-read-email")
    await fill_in(person, page, user=ODD.id, decision="allow")

    again = await person.open(scope="user-read-email", state="s")

    assert (again.status, again.parameters.keys()) == (302, {"code", "state"})
    _, answer = await person.redeem(again.parameters["code"], person.in_body)
    profile = await Caller(person.sandbox, person.session, answer["access_token"]).get("/me")
    assert (answer["scope"], profile.json["id"]) == ("user-read-email", ODD.id)


async def test_what_others_allowed_is_asked_for_again(person: OAuth) -> None:
    async with aiohttp.ClientSession() as session:
        other = OAuth(person.sandbox, session)
        await fill_in(other, await other.open(scope="streaming"), user="spotify", decision="allow")
    await fill_in(person, await person.open(), user=ODD.id, decision="allow")

    assert (await person.open(scope="streaming")).status == 200


async def test_who_is_logged_in_is_chosen_when_asked_again(person: OAuth) -> None:
    await fill_in(person, await person.open(), user=ODD.id, decision="allow")

    assert Form((await person.open(scope="streaming")).text).chosen == [ODD.id]


async def test_show_dialog_asks_again(person: OAuth) -> None:
    await fill_in(person, await person.open(), user=ODD.id, decision="allow")

    assert (await person.open(show_dialog="true")).status == 200
    assert (await person.open(show_dialog="false")).status == 302


async def test_who_revoked_is_asked_again(person: OAuth) -> None:
    await fill_in(person, await person.open(), user=ODD.id, decision="allow")
    person.sandbox.revoke(ODD.id)

    assert (await person.open()).status == 200


async def test_another_browser_is_asked_for_itself(person: OAuth) -> None:
    await fill_in(person, await person.open(), user=ODD.id, decision="allow")

    async with aiohttp.ClientSession() as session:
        page = await OAuth(person.sandbox, session).open()

    assert page.status == 200


async def test_cookies_are_not_recorded(person: OAuth) -> None:
    back = await fill_in(person, await person.open(), user=ODD.id, decision="allow")
    await person.open()

    session_id = back.headers["Set-Cookie"].partition(";")[0].partition("=")[2]
    _, sent, returned = person.sandbox.authorize_requests
    assert sent.response_headers["Set-Cookie"] == "***"
    assert returned.request_headers["Cookie"] == "***"
    assert session_id not in f"{sent.response_headers} {returned.request_headers}"


async def test_a_strange_cookie_is_nobodys(person: OAuth) -> None:
    async with aiohttp.ClientSession(headers={"Cookie": "sandbox_session=\\;;=,"}) as session:
        page = await OAuth(person.sandbox, session).open()

    assert page.status == 200


async def test_consent_ends_the_asking(person: OAuth) -> None:
    person.sandbox.consent()

    assert (await person.open()).status == 302
