"""The limits on calls to the Web API: the application's rate limit, limits of single operations, the daily quota."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Mapping
from typing import Final

from spotify.testing.sandbox.accounts.access import Tokens
from spotify.testing.sandbox.http.errors import WebApiError, quota_exceeded, rate_limit_exceeded
from spotify.testing.sandbox.http.messages import Request
from spotify.testing.sandbox.web_api.web_api import Destination


class RateLimit:
    """A limit on the calls of each client in any period of `window` seconds (a sliding window)."""

    def __init__(self, calls: int, window: float, *, penalty: bool = False) -> None:
        """Create a limit.

        Args:
            calls: The maximum number of calls of a client in a window, 1 or more.
            window: The window's length in seconds, more than 0.
            penalty: Whether rejected calls count too, so that calling again makes the wait longer.
        """
        self._window: Final = window
        self._penalty: Final = penalty
        self._max_calls: Final = calls
        self._calls: Final[dict[str, deque[float]]] = {}

    def admit(self, now: float, client_id: str = "") -> int | None:
        """Count a call, unless it is rejected and there is no penalty.

        Args:
            now: When it arrived, in seconds; not before the previous one.
            client_id: Who calls; the calls of others are not counted together with it.

        Returns:
            None if the call is admitted, else the value of `Retry-After`: the whole seconds after which a call is
            admitted if no other call counts until then.
        """
        is_full = self.retry_after(now, client_id) is not None
        if not is_full or self._penalty:
            self.count(now, client_id)
        return self._seconds_until_free(now, self._calls[client_id]) if is_full else None

    def retry_after(self, now: float, client_id: str = "") -> int | None:
        """Return what `admit` would return without the penalty, and count nothing."""
        calls = self._calls.get(client_id)
        if calls is None or len(calls) < self._max_calls or calls[0] + self._window <= now:
            return None
        return self._seconds_until_free(now, calls)

    def count(self, now: float, client_id: str = "") -> None:
        """Count a call."""
        # Only the latest calls matter: the first of them has to leave the window before another call fits.
        self._calls.setdefault(client_id, deque(maxlen=self._max_calls)).append(now)

    def _seconds_until_free(self, now: float, calls: deque[float]) -> int:
        free_at = calls[0] + self._window
        seconds = max(1, math.floor(free_at - now))
        while now + seconds < free_at:  # rounding of floats
            seconds += 1
        return seconds


class CallLimits:
    """Decides which calls are rejected with 429.

    The rate limit counts every call, rejected ones too with its penalty; a call with an unknown token counts for the
    first application. The others count the calls that no limit rejects, of known operations with a valid token.
    """

    def __init__(self, tokens: Tokens, first_client_id: str, rate_limited: list[float]) -> None:
        """Create no limits.

        Args:
            tokens: The issued access tokens.
            first_client_id: The client id of the first application.
            rate_limited: Where the times of calls are added that the rate limit rejects.
        """
        self.rate_limit: RateLimit | None = None
        """The limit of each application; None for no limit."""
        self.operation_limits: Mapping[str, RateLimit] = {}
        """The limits of single operations, for each application, by operation id."""
        self.daily_quota: Mapping[str, RateLimit] = {}
        """The limit of the bucket of each operation, for all applications together, by operation id."""
        self.quota_retry_after = True
        """Whether `Retry-After` is sent if the daily quota is exceeded."""
        self._tokens = tokens
        self._first_client_id = first_client_id
        self._rate_limited = rate_limited

    def admit(self, request: Request, now: float) -> WebApiError | None:
        """Count a call; return the error if a limit rejects it.

        Args:
            request: A request to the Web API.
            now: When it arrived, in seconds since the epoch.
        """
        client_id = self._tokens.client_id_of(request.headers.get("Authorization")) or self._first_client_id
        seconds = None if self.rate_limit is None else self.rate_limit.admit(now, client_id)
        if seconds is not None:
            self._rate_limited.append(now)
            return rate_limit_exceeded(seconds)
        if not (self.operation_limits or self.daily_quota):
            return None
        operation_id = Destination.of_web_api(request).operation_id
        if operation_id is None or not self._has_valid_token(request):
            return None
        limit, bucket = self.operation_limits.get(operation_id), self.daily_quota.get(operation_id)
        if limit is not None and (seconds := limit.retry_after(now, client_id)) is not None:
            return rate_limit_exceeded(seconds)
        if bucket is not None and (seconds := bucket.retry_after(now)) is not None:
            return quota_exceeded(seconds if self.quota_retry_after else None)
        if limit is not None:
            limit.count(now, client_id)
        if bucket is not None:
            bucket.count(now)
        return None

    def _has_valid_token(self, request: Request) -> bool:
        try:
            self._tokens.authenticate(request.headers.get("Authorization"))
        except WebApiError:
            return False
        return True
