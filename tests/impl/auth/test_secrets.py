"""Secrets are not shown by errors, tracebacks, logs or reprs. Each secret here contains HUSH."""

import asyncio
import logging
import pickle
from tempfile import TemporaryDirectory

import aiohttp
import pytest

from spotify import AsyncSpotifyClient
from spotify.credentials import Secret
from spotify.errors import SpotifyError, TokenStoreError, TransportError
from spotify.impl.auth import AuthorizationCodeAuth, PkceAuth
from spotify.impl.token_stores import FileTokenStore, MemoryTokenStore
from spotify.testing import captured_logs
from tests.support.error_text import all_text_of
from tests.support.user_flow import INVALID_GRANT, REDIRECT_URI, ROUTE, Flow, granted, query_of

KINDS = [PkceAuth, AuthorizationCodeAuth]


class BrokenStore(MemoryTokenStore):
    async def save(self, key, token, /):
        raise TokenStoreError("the disk is full")


async def failing_hook(token):
    raise TokenStoreError("the hook failed")


async def transport_error(flow):
    flow.transport.fail(ROUTE, TransportError("cut", sent=True))
    await flow.auth.exchange_redirect(flow.redirect())


async def code_rejected(flow):
    flow.transport.answer(ROUTE, status=400, json={"error": "invalid_grant", "error_description": "Invalid code"})
    await flow.auth.exchange_redirect(flow.redirect())


LONG = "HUSH" * 8  # as long as real secrets; shorter strings are not masked as echoes


async def code_echoed(flow):
    flow.transport.answer(ROUTE, status=400, json={"error": "invalid_grant", "error_description": f"{LONG} expired"})
    await flow.auth.exchange_redirect(flow.redirect(code=LONG))


async def refresh_token_echoed(flow):
    await flow.store_token(1, age=3600, refresh_token=Secret(LONG))
    flow.transport.answer(ROUTE, status=400, json={"error": "invalid_grant", "error_description": f"{LONG} expired"})
    await flow.auth.get_access_token()


async def code_rejected_by_exchange_code(flow):
    flow.transport.answer(ROUTE, status=400, json={"error": "invalid_grant"})
    await flow.auth.exchange_code("HUSH-code", flow.auth.authorization_request().state.reveal())


async def not_json(flow):
    flow.transport.answer(ROUTE, body=b'{"access_token": "HUSH-access", cut')
    await flow.auth.exchange_redirect(flow.redirect())


async def no_access_token(flow):
    flow.transport.answer(ROUTE, json={"refresh_token": "HUSH-refresh", "access_token": None})
    await flow.auth.exchange_redirect(flow.redirect())


async def other_state(flow):
    await flow.auth.exchange_redirect(f"{REDIRECT_URI}?code=HUSH-code&state=HUSH-state")


async def denied_by_user(flow):
    await flow.auth.exchange_redirect(flow.redirect(error="access_denied"))


async def failing_store(flow):
    flow.transport.answer(ROUTE, json=granted())
    await flow.auth.exchange_redirect(flow.redirect())


async def damaged_file(flow):
    with TemporaryDirectory() as folder:
        store = FileTokenStore(folder)
        await store.save(flow.auth.key, await flow.store_token(1))
        path = store.path(flow.auth.key)
        path.write_text(path.read_text().replace('"issued_at"', '"issued"'))
        await Flow(store=store).auth.get_access_token()


async def local_login_rejected(flow):
    flow.transport.answer(ROUTE, status=400, json={"error": "invalid_grant", "error_description": "Invalid code"})
    loop = asyncio.get_running_loop()

    async def redirect(url):
        query = query_of(url)
        address = f"{query['redirect_uri']}?code=HUSH-code&state={query['state']}"
        async with aiohttp.ClientSession() as session, session.get(address):
            pass

    flow.auth.redirect_uri = "http://127.0.0.1:0/callback"
    await flow.auth.authorize_locally(open_browser=lambda url: asyncio.run_coroutine_threadsafe(redirect(url), loop))


async def rejected_refresh_token(flow):
    await flow.store_token(1, age=3600)
    flow.transport.answer(ROUTE, status=400, json=INVALID_GRANT)
    try:
        await flow.auth.get_access_token()
    except SpotifyError:
        await flow.auth.get_access_token()


async def failing_refresh(flow):
    await flow.store_token(1, age=3600)
    flow.transport.answer(ROUTE, json={"refresh_token": "HUSH-refresh-2"})
    await flow.auth.get_access_token()


async def failing_call(flow):
    await flow.store_token(1)
    flow.transport.answer("GET /me", status=403)
    async with AsyncSpotifyClient(auth_provider=flow.auth, transport=flow.transport) as client:
        await client.users.get_current_profile()


async def expired_call(flow):
    await flow.store_token(1)
    flow.transport.answer("GET /me", status=401, times=2)
    flow.transport.answer(ROUTE, json=granted(2))
    async with AsyncSpotifyClient(auth_provider=flow.auth, transport=flow.transport) as client:
        await client.users.get_current_profile()


FAILURES = {
    "transport error": (transport_error, {}),
    "code rejected": (code_rejected, {}),
    "code rejected and echoed": (code_echoed, {}),
    "refresh token rejected and echoed": (refresh_token_echoed, {}),
    "code rejected by exchange_code": (code_rejected_by_exchange_code, {}),
    "truncated response": (not_json, {}),
    "response without an access token": (no_access_token, {}),
    "another state": (other_state, {}),
    "denied by the user": (denied_by_user, {}),
    "failing store": (failing_store, {"store": BrokenStore()}),
    "failing hook": (failing_store, {"on_token_change": failing_hook}),
    "damaged file": (damaged_file, {}),
    "local login rejected": (local_login_rejected, {}),
    "rejected refresh token": (rejected_refresh_token, {}),
    "refresh without an access token": (failing_refresh, {}),
    "failing call": (failing_call, {}),
    "call with an expired token": (expired_call, {}),
}


def assert_no_secret_in(output, flow):
    assert "HUSH" not in output
    for request in flow.auth._requests:
        assert request.state.reveal() not in output
        assert request.code_verifier is None or request.code_verifier.reveal() not in output


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("failure", FAILURES)
async def test_errors_show_no_secret(failure, kind):
    fail, arguments = FAILURES[failure]
    flow = Flow(kind, **arguments)
    with captured_logs() as events, pytest.raises(SpotifyError) as caught:
        await fail(flow)
    assert_no_secret_in(f"{all_text_of(caught.value)}\n{events!r}", flow)
    assert b"HUSH" not in pickle.dumps(caught.value)


@pytest.mark.parametrize(
    "invalid",
    [{"redirect_uri": "http://localhost/"}, {"user": " "}, {"client_id": ""}, {"scopes": ["two words"]}],
    ids=str,
)
def test_invalid_argument_shows_no_secret(invalid):
    arguments = {"client_id": "app", "client_secret": "HUSH-secret", "redirect_uri": REDIRECT_URI, **invalid}
    with pytest.raises(ValueError, match=r"redirect|user|client_id|scope") as caught:
        AuthorizationCodeAuth(**arguments)
    assert "HUSH" not in all_text_of(caught.value)


@pytest.mark.parametrize("kind", KINDS)
async def test_login_and_refresh_log_no_secret(kind, caplog):
    caplog.set_level(logging.DEBUG)
    flow = Flow(kind)
    with captured_logs() as events:
        await flow.log_in()
        flow.clock.advance(3600)
        flow.transport.answer(ROUTE, json=granted(2))
        await flow.auth.get_access_token()
    assert [event["event"] for event in events] == ["user_authorized", "token_refreshed"]
    assert_no_secret_in(f"{events!r}{caplog.text}", flow)


@pytest.mark.parametrize("kind", KINDS)
async def test_no_repr_shows_a_secret(kind):
    flow = Flow(kind)
    request = flow.auth.authorization_request()
    token = await flow.log_in()
    objects = [
        flow.auth,
        token,
        request,
        flow.store,
        flow.auth._tokens,
        flow.transport.requests,
        flow.auth._requests,
    ]
    assert_no_secret_in("\n".join(f"{each!r} {each}" for each in objects), flow)


@pytest.mark.parametrize("kind", KINDS)
async def test_objects_with_secrets_cannot_be_pickled(kind):
    flow = Flow(kind)
    request = flow.auth.authorization_request()
    token = await flow.log_in()
    for each in (flow.auth, token, request):
        # The type depends on which attribute is refused first.
        with pytest.raises((TypeError, AttributeError, pickle.PicklingError), match="pickle"):
            pickle.dumps(each)


def test_cancelled_login_shows_no_secret(tmp_path):
    class BlockingTransport:
        async def send(self, request, /):
            await asyncio.Event().wait()

        async def close(self):
            pass

    flow = Flow(store=FileTokenStore(tmp_path), transport=BlockingTransport())

    async def log_in():
        async with asyncio.timeout(0):
            await flow.auth.exchange_redirect(flow.redirect())

    with pytest.raises(TimeoutError) as caught:
        asyncio.run(log_in())
    assert_no_secret_in(all_text_of(caught.value), flow)


def test_pkce_rejects_a_client_secret_without_showing_it():
    with pytest.raises(TypeError, match="takes no client_secret") as caught:
        PkceAuth("app", REDIRECT_URI, client_secret="HUSH")
    assert "HUSH" not in all_text_of(caught.value)
