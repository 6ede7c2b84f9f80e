"""The request log keeps the latest exchanges."""

from __future__ import annotations

from dataclasses import replace

from spotify.testing.sandbox.http.messages import EncodedResponse, Request
from spotify.testing.sandbox.http.request_log import MAX_EXCHANGES, RequestLog, exchange_of


def test_request_log_keeps_the_latest_exchanges() -> None:
    request = Request(method="GET", path="/me", query="", headers={}, body=b"")
    exchange = exchange_of(request, "operation", EncodedResponse(200, {}, b""), arrived_at=0.0, executed=True)
    log = RequestLog()

    for number in range(MAX_EXCHANGES + 1):
        log.record("web_api", replace(exchange, query=str(number)))

    assert MAX_EXCHANGES / 2 < len(log.requests) <= MAX_EXCHANGES
    assert [exchange.query for exchange in log.requests[-2:]] == [str(MAX_EXCHANGES - 1), str(MAX_EXCHANGES)]
