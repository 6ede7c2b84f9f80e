"""The request log: exchanges, executions and faults."""

from __future__ import annotations

import contextlib
from dataclasses import replace

import aiohttp
import pytest

from spotify.testing import FakeClock, Fault, SpotifySandbox
from spotify.testing.sandbox.http.messages import EncodedResponse, Request
from spotify.testing.sandbox.http.request_log import (
    MAX_BODY_BYTES,
    MAX_EXCHANGES,
    Exchange,
    Exchanges,
    RequestLog,
    exchange_of,
)
from tests.contract.api_contract import ContractMismatch
from tests.contract.exchange_checker import ExchangeChecker
from tests.support.sandbox_http import Caller
from tests.support.sandbox_oauth import OAuth


async def save(call: Caller, album: int = 1) -> None:
    await call("PUT", f"/me/library?uris=spotify:album:{call.sandbox.catalogue.albums[album].id}")


async def test_an_exchange_has_its_arrival_time_and_is_executed() -> None:
    clock = FakeClock()
    async with SpotifySandbox(time=clock.time, sleep=clock.sleep) as sandbox, aiohttp.ClientSession() as session:
        sandbox.fail("*", Fault.delay(before=5.0))
        await Caller(sandbox, session, sandbox.issue_token()).get("/markets")

    (exchange,) = sandbox.requests
    assert (exchange.arrived_at, exchange.executed) == (clock.time() - 5.0, True)


async def test_an_error_response_is_not_an_execution(call: Caller) -> None:
    await call("PUT", "/me/library?uris=nonsense")

    (exchange,) = call.sandbox.requests
    assert (exchange.status, exchange.executed, exchange.fault) == (400, False, None)
    assert call.sandbox.executions == {}


async def test_a_304_is_an_execution(unchecked_call: Caller) -> None:
    call = unchecked_call
    path = f"/albums/{call.sandbox.catalogue.albums[0].id}"
    tag = (await call.get(path)).headers["ETag"]
    await call.get(path, headers={"If-None-Match": tag})

    assert [(each.status, each.executed) for each in call.sandbox.requests] == [(200, True), (304, True)]


@pytest.mark.parametrize(
    ("fault", "status", "executed"),
    [
        (Fault.status(503), 503, False),
        (Fault.status(504, executed=True), 504, True),
        (Fault.reset(), 0, False),
        (Fault.reset(executed=True), 0, True),
        (Fault.cut(), 200, True),
        (Fault.garbage("html"), 200, True),
        (Fault.redirect(), 302, False),
    ],
    ids=str,
)
async def test_an_exchange_has_its_fault(call: Caller, fault: Fault, status: int, executed: bool) -> None:
    call.sandbox.fail("*", fault)
    call.session._retry_connection = False
    with contextlib.suppress(aiohttp.ClientError):
        await save(call)

    (exchange,) = [each for each in call.sandbox.requests if each.path == "/me/library"]
    assert (exchange.operation_id, exchange.status) == ("save-library-items", status)
    assert (exchange.executed, exchange.fault) == (executed, str(fault))
    assert call.sandbox.executions["save-library-items"] == executed


async def test_without_a_response_body_and_headers_are_empty(call: Caller) -> None:
    call.sandbox.fail("*", Fault.reset(executed=True))
    call.session._retry_connection = False

    with pytest.raises(aiohttp.ClientError):
        await call.get("/me")

    (exchange,) = call.sandbox.requests
    assert (exchange.response_body, dict(exchange.response_headers)) == (b"", {})


async def test_executions_count_a_write_that_was_repeated(call: Caller) -> None:
    call.sandbox.fail("PUT *", Fault.status(502, executed=True), times=1)

    await save(call)
    await save(call)

    assert call.sandbox.executions["save-library-items"] == 2


def test_request_log_keeps_the_latest_exchanges() -> None:
    request = Request(method="GET", path="/me", query="", headers={}, body=b"")
    exchange = exchange_of(request, "get-an-album", EncodedResponse(200, {}, b""), arrived_at=0.0, executed=True)
    log = RequestLog()

    for number in range(MAX_EXCHANGES + 1):
        log.record("web_api", replace(exchange, query=str(number)))

    assert MAX_EXCHANGES / 2 < len(log.requests.entries) <= MAX_EXCHANGES
    assert [exchange.query for exchange in log.requests.entries[-2:]] == [str(MAX_EXCHANGES - 1), str(MAX_EXCHANGES)]


async def test_executions_stay_complete_when_exchanges_are_dropped(call: Caller) -> None:
    filler = call.sandbox.requests
    await save(call)
    filler.extend([filler[0]] * (MAX_EXCHANGES - 1))

    await save(call)

    assert len(call.sandbox.requests) < MAX_EXCHANGES
    assert call.sandbox.executions["save-library-items"] == 2


def exchange_with(request_body: bytes, response_body: bytes = b"") -> Exchange:
    request = Request(method="PUT", path="/me", query="", headers={}, body=request_body)
    return exchange_of(request, "get-an-album", EncodedResponse(200, {}, response_body), arrived_at=0.0, executed=True)


def stored_bytes(exchanges: list[Exchange]) -> int:
    bodies = {id(body): body for each in exchanges for body in (each.request_body, each.response_body)}
    return sum(map(len, bodies.values()))


def test_bodies_beyond_64_mib_are_dropped_and_the_rest_of_the_exchange_stays() -> None:
    log, size = RequestLog(), 256 * 1024

    for number in range(1_000):
        log.record("web_api", exchange_with(b"%d" % number, b"%d" % number * (size // len(b"%d" % number))))
        assert log.requests.body_bytes <= MAX_BODY_BYTES

    entries = log.requests.entries
    assert MAX_BODY_BYTES * 3 // 4 < stored_bytes(entries) == log.requests.body_bytes
    assert [(each.path, each.status) for each in entries] == [("/me", 200)] * 1_000
    assert [each.bodies_dropped for each in entries] == sorted((each.bodies_dropped for each in entries), reverse=True)
    assert [not each.response_body for each in entries] == [each.bodies_dropped for each in entries]
    assert log.executions["get-an-album"] == 1_000


async def test_a_long_running_sandbox_keeps_64_mib_of_bodies(unchecked_call: Caller) -> None:
    sandbox = unchecked_call.sandbox
    path = f"/playlists/{sandbox.catalogue.playlists[0].id}/images"

    for number in range(75):
        await unchecked_call("PUT", path, raw=b"%07d" % number * 140_000)

    assert len(sandbox.requests) == 75
    assert stored_bytes(sandbox.requests) <= MAX_BODY_BYTES
    assert sandbox.requests[0].bodies_dropped
    assert len(sandbox.requests[-1].request_body) == 980_000


def test_identical_bodies_are_stored_once() -> None:
    exchanges = Exchanges(max_body_bytes=1_000)

    for _ in range(100):
        exchanges.append(exchange_with(bytes(bytearray(300)), bytes(bytearray(500))))

    assert exchanges.body_bytes == stored_bytes(exchanges.entries) == 800
    assert not any(each.bodies_dropped for each in exchanges.entries)


def test_the_latest_exchange_keeps_bodies_of_any_size() -> None:
    exchanges = Exchanges(max_body_bytes=1_000)

    for body in (b"a" * 2_000, b"b" * 2_000):
        exchanges.append(exchange_with(body))

    assert [each.request_body for each in exchanges.entries] == [b"", b"b" * 2_000]
    assert exchanges.body_bytes == 2_000


@pytest.mark.parametrize("is_cleared", [False, True])
def test_bodies_of_removed_exchanges_are_removed(is_cleared: bool) -> None:
    exchanges = Exchanges()

    for number in range(4 * MAX_EXCHANGES):
        exchanges.append(exchange_with(b"%06d" % number))
        if is_cleared:
            exchanges.entries.clear()

    assert exchanges.body_bytes <= 6 * 3 * MAX_EXCHANGES


async def test_damaged_token_responses_are_logged_without_secrets(oauth: OAuth) -> None:
    sandbox = oauth.sandbox
    sandbox.fail("POST /api/token", Fault.garbage("broken-json"), times=1)
    form = {"grant_type": "client_credentials"}
    async with oauth.session.post(
        f"{sandbox.accounts_url}/api/token",
        data=form,
        headers=oauth.basic,
    ) as response:
        sent = await response.read()

    (exchange,) = sandbox.token_requests
    assert sent.startswith(b'{"access_token":"')
    assert (exchange.executed, exchange.fault, exchange.response_body) == (True, "garbage=broken-json", b"***")
    assert sandbox.executions == {"POST /api/token": 1}


class TestExchangeChecker:
    async def test_a_damaged_response_is_not_checked(self, call: Caller, checker: ExchangeChecker) -> None:
        call.sandbox.fail("*", Fault.garbage("nulls"))

        await call.get("/me")

        checker.assert_clean()

    async def test_an_executed_request_with_a_damaged_response_is_checked(self, unchecked_call: Caller) -> None:
        checker = ExchangeChecker(wrong_requests_may_be_refused=True)
        unchecked_call.sandbox.add_observer(checker)
        unchecked_call.sandbox.fail("*", Fault.garbage("nulls"))

        await unchecked_call.get("/me?colour=blue")

        with pytest.raises(ContractMismatch, match="'colour' is unknown"):
            checker.assert_clean()
