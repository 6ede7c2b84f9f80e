"""The rule for waits: a call that would wait too long fails at once, without a request."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from spotify.errors import QuotaExceededError, RateLimitError, WaitTooLongError
from spotify.interfaces.clock import Clock
from spotify.interfaces.rate_limiter import Admission, PauseReason

_CAUSES: Final[Mapping[PauseReason | None, str]] = {
    "rate_limit": "Spotify is rate limiting this application",
    "quota_exceeded": "Spotify refused an earlier call because of the quota",
    None: "the client has reached its rate_limit",
}


def check_wait(
    admission: Admission, *, next_wait: float, own_wait: float, paused: PauseReason | None, clock: Clock
) -> None:
    """Check that the wait of a request is not longer than its admission allows.

    An interactive call allows `max_wait` for its own request. Bulk calls wait for each other as long as it takes, so a
    bulk call allows `max_wait` for the next request of any of them. The deadline is that of the call, for both.

    Args:
        admission: The request.
        next_wait: The seconds until a request of its priority may be sent, as far as is known.
        own_wait: The seconds until this request may be sent, as far as is known.
        paused: Why Spotify accepts no requests now; None if the client waits for its own limit.
        clock: Time.

    Raises:
        WaitTooLongError: The wait is too long.
        QuotaExceededError: The wait is too long, and a quota is used up.
    """
    counted = next_wait if admission.priority == "bulk" else own_wait
    time_left = admission.deadline - clock.monotonic()
    if paused == "quota_exceeded" and counted > 0.0:
        seconds, bound = counted, "as long as a quota takes to become available"
    elif counted > admission.max_wait:
        seconds, bound = counted, f"longer than max_retry_wait ({admission.max_wait:g} s)"
    elif own_wait > 0.0 and own_wait >= time_left:
        seconds, bound = own_wait, f"longer than the time left of the call's deadline ({max(0.0, time_left):.3g} s)"
    else:
        return
    retry_at = datetime.fromtimestamp(clock.time(), UTC) + timedelta(seconds=seconds)
    error_type: type[RateLimitError] = QuotaExceededError if paused == "quota_exceeded" else WaitTooLongError
    error = error_type(
        f"{_CAUSES[paused]}, and the wait would be {bound}",
        status_code=429,
        reason="QUOTA_EXCEEDED" if paused == "quota_exceeded" else None,
        operation=admission.operation.id,
        retry_after=seconds,
    )
    error.sent = error.may_have_been_executed = False
    error.retry_at = retry_at
    raise error
