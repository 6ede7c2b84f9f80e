"""The record of exchanges."""

from __future__ import annotations

from dataclasses import replace

from spotify.testing.sandbox.http.messages import Request, WireAnswer
from spotify.testing.sandbox.http.request_log import MOST_EXCHANGES, Exchange, exchange_of, record


def test_the_record_keeps_the_latest() -> None:
    request = Request(method="GET", path="/me", query="", headers={}, body=b"")
    one = exchange_of(request, "operation", WireAnswer(200, {}, b""), arrived_at=0.0, executed=True)
    exchanges: list[Exchange] = []

    for number in range(MOST_EXCHANGES + 1):
        record(replace(one, query=str(number)), exchanges)

    assert len(exchanges) <= MOST_EXCHANGES
    assert [exchange.query for exchange in exchanges[-2:]] == [str(MOST_EXCHANGES - 1), str(MOST_EXCHANGES)]
    assert len(exchanges) > MOST_EXCHANGES / 2
