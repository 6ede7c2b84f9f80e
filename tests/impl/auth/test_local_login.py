"""`authorize_locally` and `authorize_by_hand` with a simulated browser."""

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
    """A browser whose user grants access by default.

    It is called in a thread, and requests the redirect URI in the event loop of the test.

    Attributes:
        pages: Status and HTML of the responses.
        query: The query parameters of the authorization URL.
        was_in_a_thread: Whether it was opened outside the main thread.
    """

    def __init__(self, *addresses):
        """`addresses` are requested in order; `{uri}` and `{state}` are replaced by those of the login."""
        self._addresses = addresses or ("{uri}?code=HUSH-code&state={state}",)
        self._loop = asyncio.get_running_loop()
        self._opened = asyncio.Event()
        self._visits = None
        self.pages = []
        self.query = {}
        self.was_in_a_thread = False

    def __call__(self, url):
        self.was_in_a_thread = threading.current_thread() is not threading.main_thread()
        self.query = query_of(url)
        self._visits = asyncio.run_coroutine_threadsafe(self._visit(), self._loop)
        self._loop.call_soon_threadsafe(self._opened.set)

    async def done(self):
        """Wait until it is opened and has requested all addresses."""
        await self._opened.wait()
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


async def test_login_stores_the_token_and_shows_a_page():
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


async def test_port_0_sends_the_actual_port_to_spotify():
    flow, browser = local_flow(), Browser()
    flow.transport.answer(ROUTE, json=granted())
    await flow.auth.authorize_locally(open_browser=browser)
    assert port_of(browser) > 0
    assert flow.forms()[0]["redirect_uri"] == browser.query["redirect_uri"]


async def test_given_port_is_used():
    port = free_port()
    flow, browser = local_flow(f"http://127.0.0.1:{port}"), Browser("{uri}/?code=c&state={state}")
    flow.transport.answer(ROUTE, json=granted())
    await flow.auth.authorize_locally(open_browser=browser)
    assert port_of(browser) == port


async def test_ipv6_loopback_address_is_supported():
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


async def test_browser_is_opened_in_a_thread():
    flow, browser = local_flow(), Browser()
    flow.transport.answer(ROUTE, json=granted())
    await flow.auth.authorize_locally(open_browser=browser)
    assert browser.was_in_a_thread


async def test_other_paths_and_states_do_not_end_the_login():
    flow = local_flow()
    browser = Browser(
        "{uri}/favicon.ico", "{uri}?code=HUSH&state=guessed", "{uri}", "{uri}?code=HUSH-code&state={state}"
    )
    flow.transport.answer(ROUTE, json=granted())
    await flow.auth.authorize_locally(open_browser=browser)
    await browser.done()
    assert [status for status, _ in browser.pages] == [404, 400, 400, 200]
    assert len(flow.transport.requests) == 1


async def test_concurrent_duplicate_request_uses_the_code_once():
    exchanged, repeated = asyncio.Event(), asyncio.Event()

    async def wait(token):
        exchanged.set()
        await repeated.wait()

    flow, browser = local_flow(on_token_change=wait), Browser()
    flow.transport.answer(ROUTE, json=granted())
    login = asyncio.create_task(flow.auth.authorize_locally(open_browser=browser))
    await exchanged.wait()
    address = "{redirect_uri}?code=HUSH-code&state={state}".format_map(browser.query)
    async with aiohttp.ClientSession() as session, session.get(address) as response:
        assert response.status == 409
    repeated.set()
    await login
    await browser.done()
    assert len(flow.transport.requests) == 1


async def test_post_is_not_found_and_pages_have_security_headers():
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


async def test_denied_access_is_shown_and_raised():
    flow, browser = local_flow(), Browser("{uri}?error=access_denied&state={state}")
    with pytest.raises(LoginError, match="denied access"):
        await flow.auth.authorize_locally(open_browser=browser)
    await browser.done()
    assert browser.pages[0][0] == 400
    assert "denied access" in browser.pages[0][1]
    assert not await is_listening(port_of(browser))


async def test_error_code_is_escaped():
    flow, browser = local_flow(), Browser("{uri}?error=%3Cscript%3E&state={state}")
    with pytest.raises(LoginError):
        await flow.auth.authorize_locally(open_browser=browser)
    await browser.done()
    assert "<script" not in browser.pages[0][1]


async def test_failed_exchange_is_shown_and_raised():
    flow, browser = local_flow(), Browser()
    flow.transport.fail(ROUTE, TransportError("cut", sent=True))
    with pytest.raises(TransportError):
        await flow.auth.authorize_locally(open_browser=browser)
    await browser.done()
    assert browser.pages[0][0] == 400
    assert not await is_listening(port_of(browser))


@pytest.mark.parametrize("error", [RuntimeError("HUSH"), TimeoutError("HUSH")], ids=lambda error: type(error).__name__)
async def test_failing_hook_ends_the_login(error):
    async def fail(token):
        raise error

    flow, browser = local_flow(on_token_change=fail), Browser()
    flow.transport.answer(ROUTE, json=granted())
    with pytest.raises(type(error)) as caught:
        await flow.auth.authorize_locally(open_browser=browser)
    await browser.done()
    assert repr(caught.value) == repr(error)
    assert browser.pages[0][0] == 500
    assert "HUSH" not in browser.pages[0][1]
    assert not await is_listening(port_of(browser))
    assert await flow.auth.get_access_token() == "HUSH-access-1"


async def test_timeout_of_open_browser_is_raised_unchanged():
    def open_browser(url):
        raise TimeoutError("no browser")

    with pytest.raises(TimeoutError, match="no browser"):
        await local_flow().auth.authorize_locally(open_browser=open_browser)


async def test_listener_is_closed_after_the_login():
    flow, browser = local_flow(), Browser()
    flow.transport.answer(ROUTE, json=granted())
    await flow.auth.authorize_locally(open_browser=browser)
    assert not await is_listening(port_of(browser))


def advance(monkeypatch, seconds):
    """Advance the clock of the event loop."""
    loop = asyncio.get_running_loop()
    now = loop.time
    monkeypatch.setattr(loop, "time", lambda: now() + seconds)


@pytest.mark.parametrize(("address", "status"), [("{uri}/favicon.ico", 404), ("{uri}?code=c&state=another", 400)])
async def test_timeout_is_not_extended_and_closes_the_listener(address, status, monkeypatch):
    browser = Browser(address)
    login = asyncio.create_task(local_flow().auth.authorize_locally(open_browser=browser, patience=10.0))
    await browser.done()
    advance(monkeypatch, 10.0)
    with pytest.raises(LoginError, match="did not finish the login within 10 s") as caught:
        await asyncio.wait_for(login, 10)
    assert caught.value.reason == "timeout"
    assert browser.pages[0][0] == status
    assert not await is_listening(port_of(browser))


async def test_timeout_does_not_include_the_exchange(monkeypatch):
    async def take_long(_token):
        advance(monkeypatch, 20.0)
        await asyncio.sleep(0)
        await asyncio.sleep(0)

    flow, browser = local_flow(on_token_change=take_long), Browser()
    flow.transport.answer(ROUTE, json=granted())
    assert await flow.auth.authorize_locally(open_browser=browser, patience=10.0)
    await browser.done()


async def test_cancelled_login_closes_the_listener():
    browser = Browser("{uri}/favicon.ico")
    login = asyncio.create_task(local_flow().auth.authorize_locally(open_browser=browser))
    await browser.done()
    login.cancel()
    with pytest.raises(asyncio.CancelledError):
        await login
    assert not await is_listening(port_of(browser))


async def test_missing_browser_names_authorize_by_hand():
    with pytest.raises(LoginError, match="authorize_by_hand") as caught:
        await local_flow().auth.authorize_locally(open_browser=lambda url: False)
    assert caught.value.reason == "no_browser"


async def test_port_in_use_is_an_error():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        uri = f"http://127.0.0.1:{taken.getsockname()[1]}/callback"
        with pytest.raises(LoginError, match="cannot listen") as caught:
            await local_flow(uri).auth.authorize_locally(open_browser=lambda url: None)
    assert caught.value.reason == "port_unavailable"


async def test_remote_redirect_uri_is_rejected():
    with pytest.raises(ValueError, match="on this machine"):
        await local_flow("https://example.org/callback").auth.authorize_locally()


async def test_log_and_page_do_not_show_the_code(caplog):
    caplog.set_level("DEBUG")
    flow, browser = local_flow(), Browser()
    flow.transport.answer(ROUTE, json=granted())
    with captured_logs() as events:
        await flow.auth.authorize_locally(open_browser=browser)
    await browser.done()
    assert "HUSH" not in f"{events}{caplog.text}{browser.pages}"


async def test_authorize_by_hand_shows_the_url_and_asks_for_the_redirect():
    flow = Flow()
    flow.transport.answer(ROUTE, json=granted())
    shown = []

    def ask(question):
        assert "paste" in question
        query = query_of(shown[0].removeprefix("Log in at: "))
        return f"{query['redirect_uri']}?code=HUSH-code&state={query['state']}\n"

    await flow.auth.authorize_by_hand(show=shown.append, ask=ask)
    assert await flow.auth.get_access_token() == "HUSH-access-1"


async def test_authorize_by_hand_rejects_another_url():
    flow = Flow()
    with pytest.raises(LoginError, match="does not belong"):
        await flow.auth.authorize_by_hand(show=lambda line: None, ask=lambda question: "no")
    with pytest.raises(LoginRequiredError):
        await flow.auth.get_access_token()
