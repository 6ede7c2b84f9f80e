"""The login by redirect: authorization URL, code exchange, state and PKCE."""

import json
from base64 import b64encode, urlsafe_b64encode
from hashlib import sha256

import pytest

from spotify.config import ClientConfig
from spotify.errors import AuthenticationError, LoginError, LoginRequiredError, TokenStoreError, TransportError
from spotify.impl.auth import AuthorizationCodeAuth, AuthorizationRequest, PkceAuth
from spotify.impl.token_stores import MemoryTokenStore
from tests.support.error_text import all_text_of
from tests.support.user_flow import REDIRECT_URI, ROUTE, Flow, granted, query_of

KINDS = [PkceAuth, AuthorizationCodeAuth]


def test_authorization_url_requests_a_code():
    url = Flow(AuthorizationCodeAuth, scopes=["user-top-read", "playlist-read-private"]).auth.authorization_url()
    query = query_of(url)
    assert url.startswith("https://accounts.spotify.com/authorize?")
    assert len(query.pop("state")) >= 32
    assert query == {
        "client_id": "app",
        "response_type": "code",
        "redirect_uri": REDIRECT_URI,
        "scope": "playlist-read-private user-top-read",
    }


def test_scopes_of_a_login_replace_those_of_the_constructor():
    auth = Flow(scopes=["user-top-read"]).auth
    assert query_of(auth.authorization_url(["streaming"]))["scope"] == "streaming"
    assert "scope" not in query_of(auth.authorization_url([]))
    assert query_of(auth.authorization_url("streaming user-top-read"))["scope"] == "streaming user-top-read"


def test_show_dialog_is_sent():
    assert query_of(Flow().auth.authorization_url(show_dialog=True))["show_dialog"] == "true"


def test_each_login_has_a_unique_state_and_verifier():
    auth = Flow().auth
    requests = [auth.authorization_request() for _ in range(50)]
    assert len({request.state for request in requests}) == 50
    assert len({request.code_verifier for request in requests}) == 50


def test_challenge_is_the_hash_of_the_verifier():
    request = Flow().auth.authorization_request()
    verifier = request.code_verifier.reveal()
    query = query_of(request.url)
    assert 43 <= len(verifier) <= 128
    assert query["code_challenge_method"] == "S256"
    assert query["code_challenge"] == urlsafe_b64encode(sha256(verifier.encode()).digest()).decode().rstrip("=")


async def test_pkce_exchange_sends_the_verifier():
    flow = Flow()
    request = flow.auth.authorization_request()
    flow.transport.answer(ROUTE, json=granted())
    await flow.auth.exchange_redirect(f"{REDIRECT_URI}?code=HUSH-code&state={request.state.reveal()}")
    assert flow.forms() == [
        {
            "grant_type": "authorization_code",
            "code": "HUSH-code",
            "redirect_uri": REDIRECT_URI,
            "code_verifier": request.code_verifier.reveal(),
            "client_id": "app",
        }
    ]
    assert flow.transport.requests[0].authorization is None


async def test_confidential_exchange_sends_the_secret():
    flow = Flow(AuthorizationCodeAuth)
    await flow.log_in()
    assert flow.forms() == [{"grant_type": "authorization_code", "code": "HUSH-code", "redirect_uri": REDIRECT_URI}]
    credentials = b64encode(b"app:HUSH-secret").decode()
    assert flow.transport.requests[0].authorization.reveal() == f"Basic {credentials}"


@pytest.mark.parametrize("kind", KINDS)
async def test_login_stores_the_token_and_calls_the_hook(kind):
    flow = Flow(kind)
    token = await flow.log_in()
    assert await flow.auth.get_access_token() == "HUSH-access-1"
    assert await flow.store.load(flow.auth.key) == token
    assert flow.hook_tokens == [token]
    assert (token.authorized_at, token.scopes) == (flow.now(), {"user-top-read"})
    assert (token.expires_at - token.issued_at).total_seconds() == 3600


async def test_missing_scope_field_means_the_requested_scopes():
    flow = Flow(scopes=["streaming"])
    body = granted()
    del body["scope"]
    flow.transport.answer(ROUTE, json=body)
    assert (await flow.auth.exchange_redirect(flow.redirect())).scopes == {"streaming"}


@pytest.mark.parametrize(
    "form", ["{url}", "  {url}\n", "{query}", "{url}#_=_", "{url}#a?b", "{url}&c=?", "{query}&c=?"]
)
async def test_redirect_is_accepted_in_pasted_forms(form):
    flow = Flow()
    flow.transport.answer(ROUTE, json=granted())
    url = flow.redirect()
    await flow.auth.exchange_redirect(form.format(url=url, query=url.partition("?")[2]))
    assert flow.forms()[0]["code"] == "HUSH-code"


@pytest.mark.parametrize("address", [f"{REDIRECT_URI};a=b?", "127.0.0.1:8000/callback?", "?", ""])
async def test_code_may_contain_a_question_mark(address):
    flow = Flow()
    flow.transport.answer(ROUTE, json=granted())
    query = flow.redirect(code="HUSH?code").partition("?")[2]
    await flow.auth.exchange_redirect(f"{address}{query}")
    assert flow.forms()[0]["code"] == "HUSH?code"


@pytest.mark.parametrize("member", ["code", "state"])
async def test_repeated_parameter_counts_as_missing(member):
    flow = Flow()
    with pytest.raises(LoginError, match="more than one" if member == "code" else "does not belong"):
        await flow.auth.exchange_redirect(f"{flow.redirect()}&{member}=HUSH-other")
    assert not flow.transport.requests


async def test_exchange_code_takes_code_and_state():
    flow = Flow()
    flow.transport.answer(ROUTE, json=granted())
    await flow.auth.exchange_code("HUSH-code", query_of(flow.redirect())["state"])
    assert await flow.auth.get_access_token() == "HUSH-access-1"


@pytest.mark.parametrize("state", ["", "&state=", "&state=HUSH-guess", "&state=%ff", "&state=%F0%9F%8E%B5"])
async def test_wrong_state_is_rejected_without_a_request(state):
    flow = Flow()
    flow.auth.authorization_url()
    with pytest.raises(LoginError, match="does not belong") as caught:
        await flow.auth.exchange_redirect(f"{REDIRECT_URI}?code=HUSH-code{state}")
    assert caught.value.reason == "state_mismatch"
    assert not flow.transport.requests


async def test_redirect_can_be_used_once():
    flow = Flow()
    flow.transport.answer(ROUTE, json=granted())
    url = flow.redirect()
    await flow.auth.exchange_redirect(url)
    with pytest.raises(LoginError, match="does not belong"):
        await flow.auth.exchange_redirect(url)


async def test_logins_in_two_tabs_are_independent():
    flow = Flow()
    first, _ = flow.redirect(), flow.redirect()
    flow.transport.answer(ROUTE, json=granted())
    await flow.auth.exchange_redirect(first)


async def test_denied_access_has_its_own_reason():
    flow = Flow()
    url = flow.redirect().replace("code=HUSH-code", "error=access_denied")
    with pytest.raises(LoginError, match="denied access") as caught:
        await flow.auth.exchange_redirect(url)
    assert caught.value.reason == "access_denied"


async def test_other_error_code_is_named():
    flow = Flow()
    with pytest.raises(LoginError, match="invalid_scope"):
        await flow.auth.exchange_redirect(flow.redirect(error="invalid_scope"))


async def test_redirect_without_code_says_what_to_pass():
    flow = Flow()
    with pytest.raises(LoginError, match="whole URL"):
        await flow.auth.exchange_redirect(flow.redirect(code=""))


async def test_code_with_a_lone_surrogate_counts_as_missing():
    flow = Flow()
    state = query_of(flow.redirect())["state"]
    with pytest.raises(LoginError, match="no code") as caught:
        await flow.auth.exchange_redirect(f"?code=HUSH\ud800&state={state}")
    assert "HUSH" not in all_text_of(caught.value)


@pytest.mark.parametrize("kind", KINDS)
async def test_another_object_completes_the_login_of_a_session(kind):
    started = Flow(kind).auth.authorization_request(["streaming"])
    session = json.loads(json.dumps(started.to_session()))
    flow = Flow(kind)
    flow.transport.answer(ROUTE, json=granted())
    request = AuthorizationRequest.from_session(session)
    assert request == started
    await flow.auth.exchange_redirect(f"{REDIRECT_URI}?code=c&state={started.state.reveal()}", request=request)
    assert await flow.auth.get_access_token() == "HUSH-access-1"


async def test_state_of_the_session_is_checked():
    started = Flow().auth.authorization_request()
    flow = Flow()
    with pytest.raises(LoginError, match="does not belong"):
        await flow.auth.exchange_redirect(flow.redirect(), request=started)


@pytest.mark.parametrize("missing", ["url", "state", "redirect_uri"])
def test_incomplete_session_is_rejected(missing):
    session = Flow().auth.authorization_request().to_session()
    del session[missing]
    with pytest.raises(LoginError, match="no login was started"):
        AuthorizationRequest.from_session(session)


async def test_rejected_code_is_a_login_error():
    flow = Flow()
    flow.transport.answer(ROUTE, status=400, json={"error": "invalid_grant", "error_description": "Invalid code"})
    with pytest.raises(LoginError, match="Invalid code") as caught:
        await flow.auth.exchange_redirect(flow.redirect())
    assert caught.value.reason == "invalid_grant"
    assert flow.hook_tokens == []


async def test_rejected_application_is_an_authentication_error():
    flow = Flow()
    flow.transport.answer(ROUTE, status=400, json={"error": "invalid_client", "error_description": "Invalid client"})
    with pytest.raises(AuthenticationError, match="Invalid client"):
        await flow.auth.exchange_redirect(flow.redirect())


async def test_redirect_can_be_retried_after_a_transport_error():
    flow = Flow()
    flow.transport.fail(ROUTE, TransportError("no route", sent=False))
    flow.transport.answer(ROUTE, json=granted())
    url = flow.redirect()
    with pytest.raises(TransportError):
        await flow.auth.exchange_redirect(url)
    await flow.auth.exchange_redirect(url)


class FullStore(MemoryTokenStore):
    async def save(self, key, token, /):
        raise TokenStoreError("the disk is full")


async def test_token_that_cannot_be_stored_is_not_used():
    flow = Flow(store=FullStore())
    flow.transport.answer(ROUTE, json=granted())
    with pytest.raises(TokenStoreError, match="full"):
        await flow.auth.exchange_redirect(flow.redirect())
    assert flow.hook_tokens == []
    with pytest.raises(LoginRequiredError):
        await flow.auth.get_access_token()


def test_port_0_has_no_authorization_url():
    auth = PkceAuth("app", "http://127.0.0.1:0/callback")
    with pytest.raises(ValueError, match="port 0"):
        auth.authorization_url()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"client_id": " "}, "client_id must not be empty"),
        ({"user": ""}, "user must not be empty"),
        ({"scopes": ["a b"]}, "a scope must be a single word"),
        ({"scopes": [""]}, "a scope must be a single word"),
        ({"redirect_uri": "http://localhost:1/"}, "localhost"),
    ],
)
def test_invalid_arguments_are_rejected(arguments, message):
    with pytest.raises(ValueError, match=message):
        PkceAuth(**{"client_id": "app", "redirect_uri": REDIRECT_URI, **arguments})


@pytest.mark.parametrize("arguments", [{"client_id": None}, {"user": 7}, {"scopes": [7]}])
def test_arguments_of_the_wrong_type_are_rejected(arguments):
    with pytest.raises(TypeError, match="must be a str"):
        PkceAuth(**{"client_id": "app", "redirect_uri": REDIRECT_URI, **arguments})


def test_empty_secret_is_rejected():
    with pytest.raises(ValueError, match="PkceAuth"):
        AuthorizationCodeAuth("app", "", REDIRECT_URI)


def test_config_sets_the_accounts_service():
    auth = PkceAuth("app", REDIRECT_URI, config=ClientConfig(accounts_url="http://127.0.0.1:9"))
    assert auth.authorization_url().startswith("http://127.0.0.1:9/authorize?")
