"""The arguments and the string form of `Fault`."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest

from spotify.testing import Fault

unchecked: Any = Fault


@pytest.mark.parametrize(
    ("create", "message"),
    [
        (lambda: Fault.status(199), "status must be 200 to 599, not 199"),
        (lambda: Fault.status(600), "status must be 200 to 599, not 600"),
        (lambda: Fault.status(404, executed=True), "404 says that the request was not executed"),
        (
            lambda: unchecked.status(503, body="xml"),
            "body must be one of json, text, json-string, html, empty, not 'xml'",
        ),
        (lambda: unchecked.status(503, retry_after_as="hours"), "retry_after_as must be one of seconds, date"),
        (lambda: Fault.status(503, retry_after="1\r\nX: y"), "retry_after must be printable"),
        (
            lambda: Fault.status(503, retry_after=10**5000),
            "retry_after must be a number of at most 300 digits",
        ),
        (
            lambda: Fault.status(503, retry_after=math.inf),
            "retry_after must be a number of at most 300 digits",
        ),
        (lambda: Fault.status(503, retry_after_as="date"), "retry_after must be seconds from now"),
        (lambda: Fault.status(503, retry_after="soon", retry_after_as="date"), "retry_after must be seconds from now"),
        (lambda: Fault.status(503, retry_after=1e11, retry_after_as="date"), "retry_after must be seconds from now"),
        (lambda: Fault.status(503, retry_after=math.nan), "retry_after must be a number"),
        (lambda: unchecked.cut("head"), "at must be one of length, chunked, gzip, not 'head'"),
        (lambda: unchecked.garbage("noise"), "body must be one of html, empty, .* not 'noise'"),
        (lambda: Fault.garbage("html", size=3), "'html' garbage has no size; deep-nesting, huge-number"),
        (lambda: Fault.garbage("oversized", size=0), "size must be 1 to 1073741824, not 0"),
        (lambda: Fault.redirect(status=304), "the status of a redirect must be one of .* not 304"),
        (lambda: Fault.redirect("elsewhere.example"), "must be the address of a host"),
        (lambda: Fault.redirect("https://elsewhere.example\r\nX: y"), "must be the address of a host"),
        (lambda: Fault.foreign_next("https://elsewhere.example/v1"), "must have no path"),
        (lambda: Fault.drip(piece=0), "piece must be 1 or more bytes, not 0"),
        (lambda: Fault.drip(pause=math.inf), "pause must be 0 or more seconds, not inf"),
        (lambda: Fault.surplus(pause=-1.0), "pause must be 0 or more seconds, not -1.0"),
        (lambda: Fault.reset().with_delay(before=-1.0), "delay_before must be 0 or more seconds, not -1.0"),
        (lambda: Fault.delay(after=math.nan), "delay_after must be 0 or more seconds, not nan"),
        (Fault.delay, "a fault needs an effect or a delay"),
        (lambda: Fault.reset().with_delay(execution=1.0), "only a status, a reset or a redirect with `executed`"),
        (lambda: Fault.cut().with_delay(execution=1.0), "only a status, a reset or a redirect with `executed`"),
    ],
)
def test_invalid_arguments_are_rejected(create: Callable[[], Fault], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        create()


@pytest.mark.parametrize(
    ("fault", "syntax"),
    [
        (Fault.status(503), "status=503"),
        (Fault.status(503, executed=True, retry_after=2), "status=503, retry_after=2, executed"),
        (Fault.status(500, message="Sorry, no"), 'status=500, message="Sorry, no"'),
        (Fault.status(200, executed=False), "status=200, executed=false"),
        (Fault.reset(executed=True).with_delay(before=1.5), "reset, executed, delay_before=1.5"),
        (Fault.cut(), "cut=length"),
        (Fault.garbage("gzip-bomb", size=5), "garbage=gzip-bomb, size=5"),
        (Fault.redirect(), "redirect=https://elsewhere.example"),
        (Fault.drip(piece=1), "drip, piece=1"),
        (Fault.surplus(), "surplus"),
        (Fault.surplus(pause=2.0), "surplus, pause=2.0"),
        (Fault.delay(before=1.0, after=2.0), "delay_before=1.0, delay_after=2.0"),
        (
            Fault.status(504, executed=True).with_delay(execution=40.0),
            "status=504, executed, delay_execution=40.0",
        ),
    ],
)
def test_str_is_the_syntax_of_the_command_line(fault: Fault, syntax: str) -> None:
    assert str(fault) == syntax


def test_with_delay_returns_a_new_fault() -> None:
    fault = Fault.reset(executed=True)

    assert fault.with_delay(after=1.0) == Fault(effect=fault.effect, executed=True, delay_after=1.0)
    assert fault == Fault.reset(executed=True)
