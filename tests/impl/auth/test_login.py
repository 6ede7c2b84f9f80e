import json
from base64 import b64encode, urlsafe_b64encode
from hashlib import sha256

import pytest

from spotify.config import ClientConfig
from spotify.errors import AuthenticationError, LoginError, LoginRequiredError, TokenStoreError, TransportError
from spotify.impl.auth import AuthorizationCodeAuth, AuthorizationRequest, PkceAuth
from spotify.impl.token_stores import MemoryTokenStore
from tests.support.shown import everything_in
from tests.support.user_flow import REDIRECT_URI, ROUTE, Flow, granted, query_of

KINDS = [PkceAuth, AuthorizationCodeAuth]


def test_the_url_asks_for_a_code():
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


def test_the_scopes_of_one_login_take_the_place_of_the_constructors():
    auth = Flow(scopes=["user-top-read"]).auth
    assert query_of(auth.authorization_url(["streaming"]))["scope"] == "streaming"
    assert "scope" not in query_of(auth.authorization_url([]))
    assert query_of(auth.authorization_url("streaming user-top-read"))["scope"] == "streaming user-top-read"


def test_the_dialog_is_shown_again_on_demand():
    assert query_of(Flow().auth.authorization_url(show_dialog=True))["show_dialog"] == "true"


def test_each_login_has_a_state_and_a_verifier_of_its_own():
    auth = Flow().auth
    requests = [auth.authorization_request() for _ in range(50)]
    assert len({request.state for request in requests}) == 50
    assert len({request.code_verifier for request in requests}) == 50


def test_the_challenge_is_the_hash_of_the_verifier():
    request = Flow().auth.authorization_request()
    verifier = request.code_verifier.reveal()
    query = query_of(request.url)
    assert 43 <= len(verifier) <= 128
    assert query["code_challenge_method"] == "S256"
    assert query["code_challenge"] == urlsafe_b64encode(sha256(verifier.encode()).digest()).decode().rstrip("=")


async def test_the_code_is_exchanged_with_the_verifier():
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


async def test_the_code_is_exchanged_with_the_secret():
    flow = Flow(AuthorizationCodeAuth)
    await flow.log_in()
    assert flow.forms() == [{"grant_type": "authorization_code", "code": "HUSH-code", "redirect_uri": REDIRECT_URI}]
    credentials = b64encode(b"app:HUSH-secret").decode()
    assert flow.transport.requests[0].authorization.reveal() == f"Basic {credentials}"


@pytest.mark.parametrize("kind", KINDS)
async def test_after_the_login_the_token_is_there_stored_and_told(kind):
    flow = Flow(kind)
    token = await flow.log_in()
    assert await flow.auth.get_access_token() == "HUSH-access-1"
    assert await flow.store.load(flow.auth.key) == token
    assert flow.told == [token]
    assert (token.authorized_at, token.scopes) == (flow.now(), {"user-top-read"})
    assert (token.expires_at - token.issued_at).total_seconds() == 3600


async def test_where_the_answer_names_no_scopes_they_are_those_asked_for():
    flow = Flow(scopes=["streaming"])
    body = granted()
    del body["scope"]
    flow.transport.answer(ROUTE, json=body)
    assert (await flow.auth.exchange_redirect(flow.redirect())).scopes == {"streaming"}


@pytest.mark.parametrize(
    "form", ["{url}", "  {url}\n", "{query}", "{url}#_=_", "{url}#a?b", "{url}&c=?", "{query}&c=?"]
)
async def test_the_redirect_is_taken_as_people_paste_it(form):
    flow = Flow()
    flow.transport.answer(ROUTE, json=granted())
    url = flow.redirect()
    await flow.auth.exchange_redirect(form.format(url=url, query=url.partition("?")[2]))
    assert flow.forms()[0]["code"] == "HUSH-code"


@pytest.mark.parametrize("address", [f"{REDIRECT_URI};a=b?", "127.0.0.1:8000/callback?", "?", ""])
async def test_a_code_may_have_a_question_mark(address):
    flow = Flow()
    flow.transport.answer(ROUTE, json=granted())
    query = flow.redirect(code="HUSH?code").partition("?")[2]
    await flow.auth.exchange_redirect(f"{address}{query}")
    assert flow.forms()[0]["code"] == "HUSH?code"


@pytest.mark.parametrize("member", ["code", "state"])
async def test_what_a_redirect_says_twice_it_does_not_say(member):
    flow = Flow()
    with pytest.raises(LoginError, match="more than one" if member == "code" else "does not belong"):
        await flow.auth.exchange_redirect(f"{flow.redirect()}&{member}=HUSH-other")
    assert not flow.transport.requests


async def test_code_and_state_are_taken_apart_too():
    flow = Flow()
    flow.transport.answer(ROUTE, json=granted())
    await flow.auth.exchange_code("HUSH-code", query_of(flow.redirect())["state"])
    assert await flow.auth.get_access_token() == "HUSH-access-1"


@pytest.mark.parametrize("state", ["", "&state=", "&state=HUSH-guess", "&state=%ff", "&state=%F0%9F%8E%B5"])
async def test_a_redirect_with_another_state_is_refused_before_any_request(state):
    flow = Flow()
    flow.auth.authorization_url()
    with pytest.raises(LoginError, match="does not belong") as caught:
        await flow.auth.exchange_redirect(f"{REDIRECT_URI}?code=HUSH-code{state}")
    assert caught.value.reason == "state_mismatch"
    assert not flow.transport.requests


async def test_a_redirect_is_good_once():
    flow = Flow()
    flow.transport.answer(ROUTE, json=granted())
    url = flow.redirect()
    await flow.auth.exchange_redirect(url)
    with pytest.raises(LoginError, match="does not belong"):
        await flow.auth.exchange_redirect(url)


async def test_a_login_in_one_tab_does_not_end_the_one_in_another():
    flow = Flow()
    first, _ = flow.redirect(), flow.redirect()
    flow.transport.answer(ROUTE, json=granted())
    await flow.auth.exchange_redirect(first)


async def test_a_user_who_refuses_is_an_error_of_its_own():
    flow = Flow()
    url = flow.redirect().replace("code=HUSH-code", "error=access_denied")
    with pytest.raises(LoginError, match="denied access") as caught:
        await flow.auth.exchange_redirect(url)
    assert caught.value.reason == "access_denied"


async def test_another_refusal_is_named():
    flow = Flow()
    with pytest.raises(LoginError, match="invalid_scope"):
        await flow.auth.exchange_redirect(flow.redirect(error="invalid_scope"))


async def test_a_redirect_without_a_code_says_what_to_give():
    flow = Flow()
    with pytest.raises(LoginError, match="whole URL"):
        await flow.auth.exchange_redirect(flow.redirect(code=""))


async def test_a_code_that_cannot_be_sent_is_none():
    flow = Flow()
    state = query_of(flow.redirect())["state"]
    with pytest.raises(LoginError, match="no code") as caught:
        await flow.auth.exchange_redirect(f"?code=HUSH\ud800&state={state}")
    assert "HUSH" not in everything_in(caught.value)


@pytest.mark.parametrize("kind", KINDS)
async def test_another_object_ends_the_login_with_what_the_session_kept(kind):
    begun = Flow(kind).auth.authorization_request(["streaming"])
    kept = json.loads(json.dumps(begun.to_session()))
    flow = Flow(kind)
    flow.transport.answer(ROUTE, json=granted())
    request = AuthorizationRequest.from_session(kept)
    assert request == begun
    await flow.auth.exchange_redirect(f"{REDIRECT_URI}?code=c&state={begun.state.reveal()}", request=request)
    assert await flow.auth.get_access_token() == "HUSH-access-1"


async def test_the_state_of_the_session_is_checked_too():
    begun = Flow().auth.authorization_request()
    flow = Flow()
    with pytest.raises(LoginError, match="does not belong"):
        await flow.auth.exchange_redirect(flow.redirect(), request=begun)


@pytest.mark.parametrize("missing", ["url", "state", "redirect_uri"])
def test_a_session_without_a_login_says_so(missing):
    session = Flow().auth.authorization_request().to_session()
    del session[missing]
    with pytest.raises(LoginError, match="no login was started"):
        AuthorizationRequest.from_session(session)


async def test_a_code_that_is_not_accepted_is_an_error():
    flow = Flow()
    flow.transport.answer(ROUTE, status=400, json={"error": "invalid_grant", "error_description": "Invalid code"})
    with pytest.raises(LoginError, match="Invalid code") as caught:
        await flow.auth.exchange_redirect(flow.redirect())
    assert caught.value.reason == "invalid_grant"
    assert flow.told == []


async def test_an_application_that_is_not_accepted_is_another_error():
    flow = Flow()
    flow.transport.answer(ROUTE, status=400, json={"error": "invalid_client", "error_description": "Invalid client"})
    with pytest.raises(AuthenticationError, match="Invalid client"):
        await flow.auth.exchange_redirect(flow.redirect())


async def test_after_a_broken_connection_the_same_redirect_can_be_tried_again():
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


async def test_a_token_that_cannot_be_stored_is_an_error_and_not_used():
    flow = Flow(store=FullStore())
    flow.transport.answer(ROUTE, json=granted())
    with pytest.raises(TokenStoreError, match="full"):
        await flow.auth.exchange_redirect(flow.redirect())
    assert flow.told == []
    with pytest.raises(LoginRequiredError):
        await flow.auth.get_access_token()


def test_a_port_that_is_not_known_has_no_url():
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
def test_bad_arguments_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        PkceAuth(**{"client_id": "app", "redirect_uri": REDIRECT_URI, **arguments})


@pytest.mark.parametrize("arguments", [{"client_id": None}, {"user": 7}, {"scopes": [7]}])
def test_arguments_of_another_type_are_refused(arguments):
    with pytest.raises(TypeError, match="must be a str"):
        PkceAuth(**{"client_id": "app", "redirect_uri": REDIRECT_URI, **arguments})


def test_an_empty_secret_is_refused():
    with pytest.raises(ValueError, match="PkceAuth"):
        AuthorizationCodeAuth("app", "", REDIRECT_URI)


def test_the_settings_name_the_accounts_service():
    auth = PkceAuth("app", REDIRECT_URI, config=ClientConfig(accounts_url="http://127.0.0.1:9"))
    assert auth.authorization_url().startswith("http://127.0.0.1:9/authorize?")
