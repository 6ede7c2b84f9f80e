"""The syntax of the command line's `--fault`."""

from __future__ import annotations

import math
from typing import get_args

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from spotify.testing import Fault
from spotify.testing.sandbox.faults.fault import BodyFormat, CutPoint, GarbageKind
from spotify.testing.sandbox.faults.fault_syntax import FaultOption

SECONDS = st.floats(0, 1e6)
TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1)
NUMBERS = st.integers() | st.floats(-1e300, 1e300)


def is_not_a_number(value: str) -> bool:
    """The command line cannot tell a number from a str that looks like one."""
    try:
        return not math.isfinite(float(value))
    except ValueError:
        return True


statuses = st.builds(
    Fault.status,
    st.integers(500, 599) | st.integers(200, 399),
    message=st.none() | TEXT,
    reason=st.none() | TEXT,
    body=st.sampled_from([None, *get_args(BodyFormat)]),
    retry_after=st.none() | NUMBERS | TEXT.filter(str.isprintable).filter(is_not_a_number),
    executed=st.sampled_from([None, True, False]),
)
faults = (
    statuses
    | st.builds(Fault.status, st.just(429), retry_after=st.integers(-100, 100), retry_after_as=st.just("date"))
    | st.builds(Fault.reset, executed=st.booleans(), graceful=st.booleans())
    | st.builds(Fault.cut, st.sampled_from(get_args(CutPoint)))
    | st.builds(Fault.garbage, st.sampled_from(get_args(GarbageKind)), executed=st.booleans())
    | st.builds(Fault.garbage, st.just("huge-number"), size=st.integers(1, 2**30))
    | st.builds(Fault.redirect, status=st.sampled_from([301, 302, 303, 307, 308]), executed=st.booleans())
    | st.builds(Fault.foreign_next, st.just("http://127.0.0.1:9"))
    | st.builds(Fault.drip, piece=st.integers(1), pause=SECONDS)
    | st.builds(Fault.surplus, pause=SECONDS)
)
delayed_faults = st.builds(
    lambda fault, before, after: fault.with_delay(before=before, after=after), faults, SECONDS, SECONDS
)


late_faults = st.builds(
    lambda fault, seconds: fault.with_delay(execution=seconds),
    st.builds(Fault.reset, executed=st.just(True)) | st.builds(Fault.redirect, executed=st.just(True)),
    SECONDS,
)


@given(delayed_faults | late_faults | st.builds(Fault.delay, before=SECONDS.filter(bool), after=SECONDS))
@example(Fault.status(500, message="a, 'b' \"c\" \\ = d", reason="'"))
@example(Fault.status(503, retry_after="2,5"))
@example(Fault.status(503, retry_after="inf"))
def test_str_of_a_fault_is_parsed_as_that_fault(fault: Fault) -> None:
    assert FaultOption.parse(f"*: {fault}").fault == fault


def test_target_and_options_of_fail_are_parsed() -> None:
    option = FaultOption.parse(" PUT /me/library :times=3,  status=503, after = 1,retry_after=2, probability=0.5")

    assert option == FaultOption(
        target="PUT /me/library", fault=Fault.status(503, retry_after=2), times=3, probability=0.5, after=1
    )


@pytest.mark.parametrize(
    ("argument", "message"),
    [
        ("reset", "'reset' is not a fault: write a target, a colon and a kind, such as '*: reset'"),
        ("*: explode", "there is no 'explode': begin with one of status, reset, cut"),
        ("*: status", "'status' needs a value: status=…"),
        ("*: status=high", "'status' must be an integer, not 'high'"),
        ("*: status=99", "status must be 200 to 599, not 99"),
        ("*: reset=hard", "'reset' takes no value, but has 'hard'"),
        ("*: reset, retry_after=2", "'reset' has no option 'retry_after'; it has executed, graceful, delay_before"),
        ("*: reset, executed=maybe", "'executed' must be true or false, or have no value, not 'maybe'"),
        ("*: reset, times", "'times' needs a value: times=…"),
        ("*: reset, probability=often", "'probability' must be a number, not 'often'"),
        ("*: reset, times=1, times=2", "'times' is given twice"),
        ("*: status=500, message='no end", "No closing quotation"),
        ("*: reset, =3", "a name is missing"),
        ("*:", "a fault needs an effect or a delay"),
        ("*: garbage", "'garbage' needs a value: garbage=…"),
        ("*: garbage=noise", "body must be one of html"),
    ],
)
def test_errors_name_the_argument_and_the_reason(argument: str, message: str) -> None:
    with pytest.raises(ValueError, match="fault") as caught:
        FaultOption.parse(argument)

    assert message in str(caught.value)
    assert repr(argument) in str(caught.value)
