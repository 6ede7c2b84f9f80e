import asyncio
import socket
import threading

import aiohttp
import pytest

from spotify.errors import LoginError, LoginRequiredError, TransportError
from spotify.impl.auth import PkceAuth
from spotify.testing import captured_logs
from tests.support.user_flow import ROUTE, Flow, granted, query_of


class Browser:
    """A browser whose user allows everything, unless told otherwise.

    It is called in a thread, and visits the redirect URI in the loop of the test.

    Attributes:
        pages: What it was shown: status and text.
    """

    def __init__(self, *addresses):
        """`addresses` are what it visits, with `{uri}` and `{state}`; by default, that of a user who allows it."""
        self._addresses = addresses or ("{uri}?code=HUSH-code&state={state}",)
        self._loop = asyncio.get_running_loop()
        self._visits = None
        self.pages = []
        self.query = {}
        self.was_in_a_thread = False

    def __call__(self, url):
        self.was_in_a_thread = threading.current_thread() is not threading.main_thread()
        self.query = query_of(url)
        self._visits = asyncio.run_coroutine_threadsafe(self._visit(), self._loop)

    async def done(self):
        await asyncio.wrap_future(self._visits)

    async def _visit(self):
        async with aiohttp.ClientSession() as session:
            for address in self._addresses:
                url = address.format(uri=self.query["redirect_uri"], state=self.query["state"])
                async with session.get(url) as response:
                    self.pages.append((response.status, await response.text()))


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def local_flow(uri="http://127.0.0.1:0/callback", **arguments):
    flow = Flow()
    flow.auth = PkceAuth("app", uri, transport=flow.transport, clock=flow.clock, store=flow.store, **arguments)
    return flow


async def is_listening(port, host="127.0.0.1"):
    try:
        _, writer = await asyncio.open_connection(host, port)
    except OSError:
        return False
    writer.close()
    return True


def port_of(browser):
    return int(browser.query["redirect_uri"].rpartition(":")[2].partition("/")[0])


async def test_the_user_is_logged_in_and_shown_a_page():
    flow, browser = local_flow(scopes=["streaming"]), Browser()
    flow.transport.answer(ROUTE, json=granted())
    token = await flow.auth.authorize_locally(open_browser=browser)
    await browser.done()
    assert token == await flow.store.load(flow.auth.key)
    assert await flow.auth.get_access_token() == "HUSH-access-1"
    assert browser.query["scope"] == "streaming"
    ((status, page),) = browser.pages
    assert status == 200
    assert "You are logged in" in page
    assert "HUSH" not in page


async def test_any_free_port_is_named_to_spotify_and_in_the_exchange():
    flow, browser = local_flow(), Browser()
    flow.transport.answer(ROUTE, json=granted())
    await flow.auth.authorize_locally(open_browser=browser)
    assert port_of(browser) > 0
    assert flow.forms()[0]["redirect_uri"] == browser.query["redirect_uri"]


async def test_a_port_that_is_named_is_listened_at():
    port = free_port()
    flow, browser = local_flow(f"http://127.0.0.1:{port}"), Browser("{uri}/?code=c&state={state}")
    flow.transport.answer(ROUTE, json=granted())
    await flow.auth.authorize_locally(open_browser=browser)
    assert port_of(browser) == port


async def test_the_other_loopback_address_is_listened_at_too():
    if not socket.has_ipv6 or not await can_bind("::1"):
        pytest.skip("this machine has no IPv6 loopback address")
    flow, browser = local_flow("http://[::1]:0/callback"), Browser()
    flow.transport.answer(ROUTE, json=granted())
    await flow.auth.authorize_locally(open_browser=browser)
    assert browser.query["redirect_uri"].startswith("http://[::1]:")


async def can_bind(host):
    try:
        server = await asyncio.start_server(lambda *_: None, host, 0)
    except OSError:
        return False
    server.close()
    await server.wait_closed()
    return True


async def test_the_browser_is_opened_in_a_thread():
    flow, browser = local_flow(), Browser()
    flow.transport.answer(ROUTE, json=granted())
    await flow.auth.authorize_locally(open_browser=browser)
    assert browser.was_in_a_thread


async def test_other_addresses_and_other_states_do_not_end_the_login():
    flow = local_flow()
    browser = Browser(
        "{uri}/favicon.ico", "{uri}?code=HUSH&state=guessed", "{uri}", "{uri}?code=HUSH-code&state={state}"
    )
    flow.transport.answer(ROUTE, json=granted())
    await flow.auth.authorize_locally(open_browser=browser)
    await browser.done()
    assert [status for status, _ in browser.pages] == [404, 400, 400, 200]
    assert len(flow.transport.requests) == 1


async def test_a_browser_that_asks_twice_at_once_spends_the_code_once():
    told, asked_twice = asyncio.Event(), asyncio.Event()

    async def wait(token):
        told.set()
        await asked_twice.wait()

    flow, browser = local_flow(on_token_change=wait), Browser()
    flow.transport.answer(ROUTE, json=granted())
    login = asyncio.create_task(flow.auth.authorize_locally(open_browser=browser))
    await told.wait()
    again = "{redirect_uri}?code=HUSH-code&state={state}".format_map(browser.query)
    async with aiohttp.ClientSession() as session, session.get(again) as response:
        assert response.status == 409
    asked_twice.set()
    await login
    await browser.done()
    assert len(flow.transport.requests) == 1


async def test_only_a_visit_ends_a_login_and_no_page_is_kept_or_framed():
    loop, posted = asyncio.get_running_loop(), []
    flow, browser = local_flow(), Browser()
    flow.transport.answer(ROUTE, json=granted())

    async def post(url):
        address = "{redirect_uri}?code=HUSH-code&state={state}".format_map(query_of(url))
        async with aiohttp.ClientSession() as session, session.post(address) as response:
            posted.append(response)
        browser(url)

    await flow.auth.authorize_locally(open_browser=lambda url: asyncio.run_coroutine_threadsafe(post(url), loop))
    await browser.done()
    assert posted[0].status == 404
    assert posted[0].headers["Cache-Control"] == "no-store"
    assert posted[0].headers["Connection"] == "close"
    assert posted[0].headers["Referrer-Policy"] == "no-referrer"
    assert "frame-ancestors 'none'" in posted[0].headers["Content-Security-Policy"]


async def test_a_user_who_refuses_is_shown_so_and_told():
    flow, browser = local_flow(), Browser("{uri}?error=access_denied&state={state}")
    with pytest.raises(LoginError, match="denied access"):
        await flow.auth.authorize_locally(open_browser=browser)
    await browser.done()
    assert browser.pages[0][0] == 400
    assert "denied access" in browser.pages[0][1]
    assert not await is_listening(port_of(browser))


async def test_what_comes_from_outside_is_escaped():
    flow, browser = local_flow(), Browser("{uri}?error=%3Cscript%3E&state={state}")
    with pytest.raises(LoginError):
        await flow.auth.authorize_locally(open_browser=browser)
    await browser.done()
    assert "<script" not in browser.pages[0][1]


async def test_an_exchange_that_fails_is_shown_and_raised():
    flow, browser = local_flow(), Browser()
    flow.transport.fail(ROUTE, TransportError("cut", sent=True))
    with pytest.raises(TransportError):
        await flow.auth.authorize_locally(open_browser=browser)
    await browser.done()
    assert browser.pages[0][0] == 400
    assert not await is_listening(port_of(browser))


@pytest.mark.parametrize("error", [RuntimeError("HUSH"), TimeoutError("HUSH")], ids=lambda error: type(error).__name__)
async def test_a_hook_that_fails_ends_the_login(error):
    async def fail(token):
        raise error

    flow, browser = local_flow(on_token_change=fail), Browser()
    flow.transport.answer(ROUTE, json=granted())
    with pytest.raises(type(error)) as caught:
        await flow.auth.authorize_locally(open_browser=browser)
    await browser.done()
    assert caught.value is error
    assert browser.pages[0][0] == 500
    assert "HUSH" not in browser.pages[0][1]
    assert not await is_listening(port_of(browser))
    assert await flow.auth.get_access_token() == "HUSH-access-1"


async def test_what_opens_the_browser_may_run_out_of_time_of_its_own():
    def open_browser(url):
        raise TimeoutError("no browser answers")

    with pytest.raises(TimeoutError, match="no browser answers"):
        await local_flow().auth.authorize_locally(open_browser=open_browser)


async def test_after_the_login_nobody_listens():
    flow, browser = local_flow(), Browser()
    flow.transport.answer(ROUTE, json=granted())
    await flow.auth.authorize_locally(open_browser=browser)
    assert not await is_listening(port_of(browser))


async def test_a_user_who_does_not_come_back_is_an_error_and_nobody_listens():
    urls = []
    with pytest.raises(LoginError, match="did not finish the login within") as caught:
        await local_flow().auth.authorize_locally(open_browser=urls.append, patience=0.05)
    assert caught.value.reason == "timeout"
    assert not await is_listening(int(query_of(urls[0])["redirect_uri"].split(":")[2].split("/")[0]))


async def test_a_user_who_came_back_in_time_is_not_too_late_because_the_exchange_takes_long(monkeypatch):
    loop = asyncio.get_running_loop()

    async def take_long(_token):
        now = loop.time
        monkeypatch.setattr(loop, "time", lambda: now() + 20.0)
        await asyncio.sleep(0)
        await asyncio.sleep(0)

    flow, browser = local_flow(on_token_change=take_long), Browser()
    flow.transport.answer(ROUTE, json=granted())
    assert await flow.auth.authorize_locally(open_browser=browser, patience=10.0)
    await browser.done()


async def test_who_comes_with_another_state_does_not_make_the_wait_longer():
    flow, browser = local_flow(), Browser("{uri}?code=c&state=another")
    with pytest.raises(LoginError, match="did not finish the login within"):
        async with asyncio.timeout(10):
            await flow.auth.authorize_locally(open_browser=browser, patience=0.3)
    await browser.done()
    assert [status for status, _ in browser.pages] == [400]


async def test_a_login_can_be_cancelled_and_nobody_listens():
    opened = asyncio.Event()
    loop, urls = asyncio.get_running_loop(), []

    def open_browser(url):
        urls.append(url)
        loop.call_soon_threadsafe(opened.set)

    login = asyncio.create_task(local_flow().auth.authorize_locally(open_browser=open_browser))
    await opened.wait()
    login.cancel()
    with pytest.raises(asyncio.CancelledError):
        await login
    assert not await is_listening(int(query_of(urls[0])["redirect_uri"].split(":")[2].split("/")[0]))


async def test_without_a_browser_another_way_is_named():
    with pytest.raises(LoginError, match="authorize_by_hand") as caught:
        await local_flow().auth.authorize_locally(open_browser=lambda url: False)
    assert caught.value.reason == "no_browser"


async def test_a_port_that_is_taken_is_an_error():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        uri = f"http://127.0.0.1:{taken.getsockname()[1]}/callback"
        with pytest.raises(LoginError, match="cannot listen") as caught:
            await local_flow(uri).auth.authorize_locally(open_browser=lambda url: None)
    assert caught.value.reason == "port_unavailable"


async def test_a_redirect_uri_elsewhere_is_refused():
    with pytest.raises(ValueError, match="on this machine"):
        await local_flow("https://example.org/callback").auth.authorize_locally()


async def test_neither_the_log_nor_the_page_shows_the_code(caplog):
    caplog.set_level("DEBUG")
    flow, browser = local_flow(), Browser()
    flow.transport.answer(ROUTE, json=granted())
    with captured_logs() as events:
        await flow.auth.authorize_locally(open_browser=browser)
    await browser.done()
    assert "HUSH" not in f"{events}{caplog.text}{browser.pages}"


async def test_by_hand_the_url_is_shown_and_the_address_asked_for():
    flow = Flow()
    flow.transport.answer(ROUTE, json=granted())
    shown = []

    def ask(question):
        assert "paste" in question
        query = query_of(shown[0].removeprefix("Log in at: "))
        return f"{query['redirect_uri']}?code=HUSH-code&state={query['state']}\n"

    await flow.auth.authorize_by_hand(show=shown.append, ask=ask)
    assert await flow.auth.get_access_token() == "HUSH-access-1"


async def test_by_hand_a_wrong_address_is_an_error():
    flow = Flow()
    with pytest.raises(LoginError, match="does not belong"):
        await flow.auth.authorize_by_hand(show=lambda line: None, ask=lambda question: "no")
    with pytest.raises(LoginRequiredError):
        await flow.auth.get_access_token()
