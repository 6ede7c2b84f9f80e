"""Local logins with Chromium and the consent form of the sandbox."""

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.support.expected_conditions import title_is
from selenium.webdriver.support.ui import Select, WebDriverWait

from spotify import ClientConfig, LoginError, PkceAuth
from spotify.testing import SpotifySandbox
from tests.support.chromium import chromium

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def window(tmp_path_factory):
    with chromium(tmp_path_factory.mktemp("chromium")) as window:
        yield window


@pytest.fixture
async def sandbox():
    async with SpotifySandbox(consent="form") as sandbox:
        yield sandbox


@pytest.fixture
async def auth(sandbox):
    auth = PkceAuth(
        sandbox.client_id,
        "http://127.0.0.1:0/callback",
        scopes=["playlist-read-private"],
        config=ClientConfig(accounts_url=sandbox.accounts_url),
    )
    yield auth
    await auth.close()


class BrowserUser:
    """A user of a browser: opens a URL and presses a button of the consent form.

    Attributes:
        page: The text of the last page.
    """

    def __init__(self, window, button, *, user=None):
        self._window = window
        self._button = button
        self._user = user
        self.page = ""

    def __call__(self, url):
        self._window.get(url)
        if self._user is not None:
            Select(self._window.find_element(By.ID, "user")).select_by_value(self._user)
        self._window.find_element(By.ID, self._button).click()
        title = "You are logged in" if self._button == "allow" else "The login failed"
        WebDriverWait(self._window, 30).until(title_is(title))
        self.page = self._window.find_element(By.TAG_NAME, "body").text


async def test_login_in_chromium(window, sandbox, auth):
    user = BrowserUser(window, "allow")
    token = await auth.authorize_locally(open_browser=user)
    assert token.scopes == {"playlist-read-private"}
    assert user.page.splitlines()[1:] == [
        "You are logged in",
        "You can close this window and go back to the program.",
    ]


async def test_token_acts_for_the_selected_user(window, sandbox, auth):
    user = sandbox.catalogue.users[2]
    await auth.authorize_locally(open_browser=BrowserUser(window, "allow", user=user.id), show_dialog=True)
    async with sandbox.client(auth_provider=auth) as client:
        assert (await client.users.get_current_profile()).id == user.id


async def test_cancelled_consent_is_shown_and_raised(window, auth):
    user = BrowserUser(window, "cancel")
    with pytest.raises(LoginError, match="denied access"):
        await auth.authorize_locally(open_browser=user, show_dialog=True)
    assert user.page.splitlines()[1:] == [
        "The login failed",
        "The user denied access. You can close this window.",
    ]
