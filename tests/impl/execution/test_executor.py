"""The loop of the executor: requests, results, retries and errors."""

import pytest

from spotify.errors import DecodeError, NotFoundError, ServerError, TransportError
from spotify.testing import captured_logs
from tests.support.error_text import all_text_of
from tests.support.executor_setup import OK, ExecutorSetup


async def test_a_call_is_one_request():
    setup = ExecutorSetup(market="DE")
    setup.transport.answer("GET /x/{id}", json=OK)
    assert await setup.read() == OK
    (request,) = setup.transport.requests
    assert request.url == "https://api.spotify.com/v1/x/1?market=DE"
    assert request.headers == {"Accept": "application/json"}
    assert request.authorization.reveal() == "Bearer token-1"
    assert (request.body, request.timeout) == (None, 30.0)


async def test_a_json_body_is_encoded_with_its_content_type():
    setup = ExecutorSetup()
    setup.transport.answer("POST /x", status=201)
    assert await setup.append() is None
    (request,) = setup.transport.requests
    assert (request.body, request.headers["Content-Type"]) == (b'{"n":1}', "application/json")


async def test_the_body_is_ignored_if_no_result_is_expected():
    setup = ExecutorSetup()
    setup.transport.answer("POST /x", body=b"plain words")
    assert await setup.append() is None


async def test_an_empty_body_is_an_error_unless_the_call_has_a_result_for_it():
    setup = ExecutorSetup()
    setup.transport.answer("GET /x/{id}", status=204, times=2)
    assert await setup.read(if_empty={}) == {}
    with pytest.raises(DecodeError, match="no body") as caught:
        await setup.read()
    assert caught.value.operation == "get-x"


async def test_a_decode_error_has_the_operation():
    setup = ExecutorSetup()
    setup.transport.answer("GET /x/{id}", body=b"<html>")
    with pytest.raises(DecodeError) as caught:
        await setup.read()
    assert caught.value.operation == "get-x"


async def test_a_404_is_raised_without_a_retry():
    setup = ExecutorSetup()
    setup.transport.answer("GET /x/{id}", status=404, json={"error": {"status": 404, "message": "Gone"}})
    with pytest.raises(NotFoundError, match="Gone"):
        await setup.read()
    assert len(setup.transport.requests) == 1


async def test_5xx_responses_are_retried_with_growing_delays():
    setup = ExecutorSetup()
    setup.transport.answer("GET /x/{id}", status=502, times=3)
    setup.transport.answer("GET /x/{id}", json=OK)
    assert await setup.read() == OK
    assert setup.clock.sleeps == [1.0, 2.0, 4.0]


async def test_after_the_last_retry_the_error_is_raised():
    setup = ExecutorSetup(max_retries=1)
    setup.transport.answer("GET /x/{id}", status=502, times=2)
    with pytest.raises(ServerError):
        await setup.read()
    setup.transport.assert_all_answered()


async def test_a_write_that_may_have_been_executed_is_not_retried():
    setup = ExecutorSetup()
    setup.transport.fail("POST /x", TransportError("cut", sent=True))
    with pytest.raises(TransportError) as caught:
        await setup.append()
    assert caught.value.may_have_been_executed is True
    assert caught.value.operation == "append-x"


async def test_a_write_that_was_not_sent_is_retried():
    setup = ExecutorSetup()
    setup.transport.fail("POST /x", TransportError("refused", sent=False))
    setup.transport.answer("POST /x", status=201)
    await setup.append()
    setup.transport.assert_all_answered()


async def test_a_404_after_a_lost_response_may_have_been_executed():
    setup = ExecutorSetup()
    setup.transport.fail("GET /x/{id}", TransportError("cut", sent=True))
    setup.transport.answer("GET /x/{id}", status=404)
    with pytest.raises(NotFoundError) as caught:
        await setup.read()
    assert caught.value.may_have_been_executed is True


async def test_the_events_of_a_call():
    setup = ExecutorSetup()
    setup.transport.answer("GET /x/{id}", status=503)
    setup.transport.answer("GET /x/{id}", json=OK)
    with captured_logs() as events:
        await setup.read()
    assert [(event["event"], event["attempt"]) for event in events] == [
        ("request_sent", 1),
        ("retry_scheduled", 1),
        ("request_sent", 2),
        ("request_succeeded", 2),
    ]
    assert all(event["operation"] == "get-x" and event["route"] == "/x/{id}" for event in events)


async def test_no_traceback_shows_a_document_that_cannot_be_decoded():
    setup = ExecutorSetup()
    setup.transport.answer("GET /x/{id}", body=b"<html>private words</html>")
    with pytest.raises(DecodeError) as caught:
        await setup.read()
    assert "private words" not in all_text_of(caught.value)


async def test_the_retry_budget_limits_the_retries_of_all_calls():
    setup = ExecutorSetup(retry_budget=4)
    setup.transport.answer("GET /x/{id}", status=502, times=30)
    for _ in range(10):
        with pytest.raises(ServerError):
            await setup.read()
    assert len(setup.transport.requests) == 10 + 4


async def test_a_retry_after_a_429_does_not_use_the_budget():
    setup = ExecutorSetup(retry_budget=0)
    setup.transport.answer("GET /x/{id}", status=429, headers={"Retry-After": "1"})
    setup.transport.answer("GET /x/{id}", json=OK)
    assert await setup.read() == OK


async def test_an_idempotent_call_of_another_operation_is_retried():
    setup = ExecutorSetup()
    setup.transport.answer("POST /x", status=502)
    setup.transport.answer("POST /x", status=201)
    await setup.append(idempotent=True)
    setup.transport.assert_all_answered()
