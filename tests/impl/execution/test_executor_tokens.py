"""How the executor gets, replaces and hides access tokens."""

import contextlib

import pytest

from spotify.errors import AuthenticationError, AuthProviderError, BadRequestError, MissingScopeError, TransportError
from spotify.testing import captured_logs
from tests.support.error_text import all_text_of
from tests.support.executor_setup import OK, ExecutorSetup, NumberedTokens


async def test_after_a_401_the_call_is_sent_again_with_a_new_token():
    setup = ExecutorSetup()
    setup.transport.answer("POST /x", status=401)
    setup.transport.answer("POST /x", status=201)
    await setup.append()
    assert setup.auth.invalidated == ["token-1"]
    assert [request.authorization.reveal() for request in setup.transport.requests] == [
        "Bearer token-1",
        "Bearer token-2",
    ]
    assert setup.clock.sleeps == []


async def test_a_second_401_is_raised():
    setup = ExecutorSetup()
    setup.transport.answer("GET /x/{id}", status=401, times=2)
    with pytest.raises(AuthenticationError):
        await setup.read()
    assert setup.auth.invalidated == ["token-1"]


async def test_a_401_about_scopes_does_not_replace_the_token():
    setup = ExecutorSetup()
    body = {"error": {"status": 401, "message": "Permissions missing"}}
    setup.transport.answer("GET /x/{id}", status=401, json=body)
    with pytest.raises(MissingScopeError):
        await setup.read()
    assert setup.auth.invalidated == []
    assert len(setup.transport.requests) == 1


async def test_a_401_is_raised_if_the_provider_cannot_replace_its_token():
    class Fixed:
        async def get_access_token(self):
            return "fixed"

    setup = ExecutorSetup(auth_provider=Fixed())
    setup.transport.answer("GET /x/{id}", status=401)
    with pytest.raises(AuthenticationError):
        await setup.read()


@pytest.mark.parametrize(
    ("token", "kind"), [(None, TypeError), (b"x", TypeError), ("", ValueError), ("a\r\nb: c", ValueError)]
)
async def test_an_invalid_token_is_not_sent(token, kind):
    class Odd:
        async def get_access_token(self):
            return token

    setup = ExecutorSetup(auth_provider=Odd())
    with pytest.raises(kind, match="auth provider"):
        await setup.read()
    assert setup.transport.requests == []


async def test_a_failed_token_request_is_retried_even_for_a_write():
    class Flaky(NumberedTokens):
        async def get_access_token(self):
            self.number += 1
            if self.number == 2:
                raise TransportError("cut", sent=True)
            return "token"

    setup = ExecutorSetup(auth_provider=Flaky())
    setup.transport.answer("POST /x", status=201)
    await setup.append()
    assert len(setup.transport.requests) == 1


async def test_an_error_of_a_custom_provider_is_raised_unchanged():
    class Broken:
        async def get_access_token(self):
            raise LookupError("no vault")

    with pytest.raises(LookupError, match="no vault"):
        await ExecutorSetup(auth_provider=Broken()).read()


async def test_no_log_or_traceback_shows_the_token():
    setup = ExecutorSetup(max_retries=0)
    setup.transport.fail("GET /x/{id}", TransportError("cut", sent=True))
    with captured_logs() as events, pytest.raises(TransportError) as caught:
        await setup.read()
    assert "token-1" not in all_text_of(caught.value) + repr(events)


async def test_a_token_repeated_in_the_response_is_masked_in_the_error():
    class Fixed:
        async def get_access_token(self):
            return "BQ-an-access-token-of-some-length"

    setup = ExecutorSetup(auth_provider=Fixed())
    setup.transport.answer(
        "GET /x/{id}", status=400, json={"error": {"message": "no: Bearer BQ-an-access-token-of-some-length"}}
    )
    with pytest.raises(BadRequestError) as caught:
        await setup.read()
    assert str(caught.value) == "400 no: Bearer *** (get-x)"
    assert "BQ-an" not in repr(vars(caught.value))


@pytest.mark.parametrize("token", ["a-token\n", b"a-token"], ids=["line end", "bytes"])
async def test_the_error_of_an_invalid_token_does_not_show_it(token):
    class Odd:
        async def get_access_token(self):
            return token

    with pytest.raises((TypeError, ValueError), match="auth provider") as caught:
        await ExecutorSetup(auth_provider=Odd()).read()
    assert "a-token" not in all_text_of(caught.value)


@pytest.mark.parametrize(("granted", "scopes"), [(frozenset({"b", "a"}), ("a", "b")), (None, None)])
async def test_a_missing_scope_error_has_the_granted_scopes(granted, scopes):
    class Scoped(NumberedTokens):
        def granted_scopes(self):
            return granted

    setup = ExecutorSetup(auth_provider=Scoped())
    setup.transport.answer("GET /x/{id}", status=403, json={"error": {"message": "Insufficient client scope"}})
    with pytest.raises(MissingScopeError) as caught:
        await setup.read()
    assert caught.value.granted_scopes == scopes


@pytest.mark.parametrize(("transient", "attempts"), [(True, 3), (False, 1)])
async def test_a_transient_error_of_an_auth_provider_is_retried(transient, attempts):
    class Vault:
        asked = 0

        async def get_access_token(self):
            self.asked += 1
            if self.asked < 3:
                raise AuthProviderError("sealed", transient=transient)
            return "token"

    vault = Vault()
    setup = ExecutorSetup(auth_provider=vault)
    setup.transport.answer("GET /x/{id}", json=OK)
    with contextlib.nullcontext() if transient else pytest.raises(AuthProviderError, match="sealed") as failed:
        assert await setup.read() == OK
    assert vault.asked == attempts
    assert failed is None or failed.value.may_have_been_executed is False
