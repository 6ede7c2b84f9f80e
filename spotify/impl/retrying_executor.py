"""The one loop that every call goes through: token, gate, send, classify, retry or decode."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from types import TracebackType
from typing import Final, TypeVar, cast

from spotify.config import ClientConfig
from spotify.errors import (
    ApiError,
    ClientClosedError,
    DeadlineExceededError,
    DecodeError,
    MissingScopeError,
    QuotaExceededError,
    RateLimitError,
    SpotifyError,
    TransportError,
)
from spotify.impl.request_building import build_query, expand_path
from spotify.impl.response_errors import error_for, without_echo
from spotify.impl.shared_reads import Flight, SharedReads
from spotify.interfaces.auth import AuthProvider, SupportsBinding, SupportsClose, SupportsInvalidate, SupportsScopes
from spotify.interfaces.clock import Clock
from spotify.interfaces.executor import BodyRequired, Call
from spotify.interfaces.operation import Operation
from spotify.interfaces.rate_limiter import RateLimiter
from spotify.interfaces.retry import Attempt, GiveUp, Retry, RetryPolicy
from spotify.interfaces.serializer import Serializer
from spotify.interfaces.transport import HttpRequest, HttpResponse, Transport
from spotify.logs import EventLogger, get_logger
from spotify.quota import Quota, unavailable
from spotify.secret import Secret

T = TypeVar("T")

_log = get_logger(__name__)

_NO_DEADLINE: Final = nullcontext()


class RetryingExecutor:
    """`RequestExecutor` over the other components; it holds no state of its own between calls."""

    __slots__ = (
        "_auth",
        "_clock",
        "_closed",
        "_config",
        "_defaults",
        "_invalidate",
        "_owned",
        "_policy",
        "_quota",
        "_rate_limiter",
        "_reads",
        "_serializer",
        "_transport",
    )

    def __init__(
        self,
        *,
        config: ClientConfig,
        transport: Transport,
        auth_provider: AuthProvider,
        retry_policy: RetryPolicy,
        serializer: Serializer,
        rate_limiter: RateLimiter,
        clock: Clock,
        quota: Quota | None = None,
        owned: Sequence[SupportsClose] = (),
    ) -> None:
        """Take the components.

        Args:
            config: Of it `api_url`, `timeout`, `deadline`, `market` and `locale`.
            transport: Carries the requests.
            auth_provider: Asked for a token before every attempt; first of all bound to these components.
            retry_policy: Asked after every attempt that failed.
            serializer: Encodes bodies and decodes answers.
            rate_limiter: Its slot is held around every send.
            clock: Time and sleep.
            quota: What is known of the application's quota mode, and where it is learned; None for nothing yet.
            owned: What `close` closes, in this order.
        """
        self._config = config
        self._transport = transport
        self._auth = auth_provider
        self._invalidate = auth_provider.invalidate if isinstance(auth_provider, SupportsInvalidate) else None
        self._policy = retry_policy
        self._serializer = serializer
        self._rate_limiter = rate_limiter
        self._clock = clock
        self._quota = quota or Quota()
        self._owned = tuple(owned)
        self._closed = False
        self._reads = SharedReads()
        self._defaults = {"market": config.market, "locale": config.locale}
        if isinstance(auth_provider, SupportsBinding):
            auth_provider.bind_to_client(config, transport, clock)

    async def execute(self, call: Call[T], /) -> T:
        """Execute the call and return its result.

        Raises:
            SpotifyError: Whatever went wrong on the way.
            ValueError: An argument cannot be put into a path.
        """
        operation = call.operation
        url, headers, body = self._prepare(call)
        progress = _Progress(operation, started=self._clock.monotonic())
        invalidate = self._invalidate
        async with self._deadline(progress):
            while True:
                progress.begin(self._clock)
                try:
                    token = _checked_token(await self._auth.get_access_token())
                    async with self._flight(operation, url, token) as flight:
                        if flight.response is None:
                            async with self._rate_limiter.slot():
                                progress.sent = True
                                flight.response = await self._transport.send(
                                    HttpRequest(
                                        method=operation.method,
                                        url=url,
                                        headers=headers,
                                        authorization=Secret(f"Bearer {token.reveal()}"),
                                        body=body,
                                        timeout=self._config.timeout,
                                    )
                                )
                    response = flight.landed
                except SpotifyError as exc:
                    error = _retryable(exc, progress)
                else:
                    if 200 <= response.status < 300:
                        progress.succeed(self._clock, response.status)
                        self._quota.confirm(operation)
                        break
                    if response.status == 401 and invalidate is not None:
                        # A 401 means that the call was not executed: any call may be sent again, with another token.
                        progress.log.info("token_invalidated", attempt=progress.number)
                        await invalidate(token.reveal())
                        invalidate = None
                        continue
                    error = error_for(without_echo(response, token), operation, now=self._clock.time())
                    self._quota.learn(operation, error)
                    self._name_granted_scopes(error)
                delay = await self._delay_or_raise(error, progress)
                progress.log.info("retry_scheduled", attempt=progress.number, delay=delay, error=type(error).__name__)
                await self._clock.sleep(delay)
                if self._closed:
                    raise _closed_error(may_have_been_executed=progress.executed)
                progress.number += 1
        return self._decode(call, response)

    def for_user(self, auth_provider: AuthProvider, /) -> RetryingExecutor:
        """Return an executor over the same components for another user; its `close` leaves them open.

        Raises:
            ClientClosedError: This executor is closed.
        """
        if self._closed:
            raise _closed_error()
        return RetryingExecutor(
            config=self._config,
            transport=self._transport,
            auth_provider=auth_provider,
            retry_policy=self._policy,
            serializer=self._serializer,
            rate_limiter=self._rate_limiter,
            clock=self._clock,
            quota=self._quota,
            owned=(auth_provider,) if isinstance(auth_provider, SupportsClose) else (),
        )

    async def close(self) -> None:
        """Refuse every later call, and close what was made for this executor alone."""
        if self._closed:
            return
        self._closed = True
        for component in self._owned:
            await component.close()
        _log.debug("client_closed")

    def _prepare(self, call: Call[T]) -> tuple[str, dict[str, str], bytes | None]:
        if self._closed:
            raise _closed_error()
        operation = call.operation
        if not self._quota.has(operation):
            raise unavailable(operation)
        url = self._config.api_url + expand_path(operation.path, call.arguments)
        if query := build_query(operation, call.arguments, self._defaults):
            url = f"{url}?{query}"
        headers = {"Accept": "application/json"}
        body = call.content
        if body is None and call.json is not None:
            body = self._serializer.encode(call.json)
        if body is not None:
            headers["Content-Type"] = operation.content_type or "application/json"
        return url, headers, body

    def _decode(self, call: Call[T], response: HttpResponse) -> T:
        into: object = call.into
        if into is type(None):
            return cast("T", None)
        if not response.body:
            if isinstance(call.if_empty, BodyRequired):
                raise DecodeError(f"the answer ({response.status}) has no body", operation=call.operation.id)
            return call.if_empty
        try:
            return self._serializer.decode(response.body, call.into)
        except DecodeError as exc:
            exc.operation = call.operation.id
            # Without the serializer's frames: renderers that print locals would print the whole document.
            raise exc.with_traceback(None) from exc.__cause__

    def _flight(self, operation: Operation, url: str, token: Secret) -> Flight:
        # With the token, because a provider may give each task another one: nobody is shown another user's data.
        return self._reads.read(url, token) if operation.method == "GET" else self._reads.write()

    def _deadline(self, progress: _Progress) -> AbstractAsyncContextManager[None]:
        return _NO_DEADLINE if self._config.deadline is None else _Deadline(self._config.deadline, progress)

    async def _delay_or_raise(self, error: ApiError | TransportError, progress: _Progress) -> float:
        """Return the seconds to wait before the next attempt, or raise the error if there is to be none."""
        elapsed = self._clock.monotonic() - progress.started
        decision = self._policy.decide(
            Attempt(
                number=progress.number,
                operation=progress.operation,
                error=error,
                may_have_been_executed=error.may_have_been_executed,
                elapsed=elapsed,
            )
        )
        # A time-out followed by a refusal: the first attempt may have done it all the same.
        progress.executed = error.may_have_been_executed = progress.executed or error.may_have_been_executed
        if isinstance(error, RateLimitError) and error.operation is not None:
            await self._close_gate(error, decision, progress.log)
        if isinstance(decision, Retry) and self._config.deadline is not None:
            decision = _within(decision, self._config.deadline - elapsed)
        if isinstance(decision, Retry):
            return decision.delay
        error.operation = progress.operation.id
        progress.log.warning(
            "request_failed", attempt=progress.number, error=type(error).__name__, reason=decision.reason
        )
        raise error

    def _name_granted_scopes(self, error: ApiError) -> None:
        if isinstance(error, MissingScopeError) and isinstance(self._auth, SupportsScopes):
            granted = self._auth.granted_scopes()
            error.granted_scopes = None if granted is None else tuple(sorted(granted))

    async def _close_gate(self, error: RateLimitError, decision: Retry | GiveUp, log: EventLogger) -> None:
        if isinstance(error, QuotaExceededError):
            return  # waiting does not help, and other applications' accounts are not concerned
        seconds = error.retry_after
        if seconds is None:
            seconds = decision.delay if isinstance(decision, Retry) else 0.0
        log.warning("rate_limited", retry_after=error.retry_after, paused=seconds)
        await self._rate_limiter.pause(seconds)


class _Progress:
    """How far one call has come."""

    __slots__ = ("_began", "_is_verbose", "_log", "executed", "number", "operation", "sent", "started")

    def __init__(self, operation: Operation, *, started: float) -> None:
        self.operation = operation
        self.started = started
        self.number = 1
        self.sent = False  # whether this attempt may have reached the API
        self.executed = False  # whether an attempt before it may have had its effect
        self._began = started  # when this attempt did
        self._is_verbose = _log.is_enabled_for(logging.DEBUG)
        self._log: EventLogger | None = None

    @property
    def log(self) -> EventLogger:
        """The logger of this call, made when there is something to log: most calls have nothing to say."""
        if self._log is None:
            operation = self.operation
            self._log = _log.bind(operation=operation.id, method=operation.method, route=operation.path)
        return self._log

    def begin(self, clock: Clock) -> None:
        """Note that an attempt begins."""
        self.sent = False
        if self._is_verbose:
            self._began = clock.monotonic()
            self.log.debug("request_sent", attempt=self.number)

    def succeed(self, clock: Clock, status: int) -> None:
        """Note that the attempt was the last one."""
        if self._is_verbose:
            seconds = round(clock.monotonic() - self._began, 4)
            self.log.debug("request_succeeded", attempt=self.number, status=status, seconds=seconds)


class _Deadline:
    """Ends a call that takes too long, and says so in our own words."""

    __slots__ = ("_progress", "_seconds", "_timeout")

    def __init__(self, seconds: float, progress: _Progress) -> None:
        self._seconds = seconds
        self._progress = progress
        self._timeout = asyncio.timeout(seconds)

    async def __aenter__(self) -> None:
        await self._timeout.__aenter__()

    async def __aexit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        try:
            await self._timeout.__aexit__(kind, exc, traceback)
        except TimeoutError:
            progress = self._progress
            progress.log.warning(
                "request_failed", attempt=progress.number, error=DeadlineExceededError.__name__, reason="deadline"
            )
            late = DeadlineExceededError(
                f"The call was not over within its deadline of {self._seconds:g} s",
                sent=progress.sent,
                operation=progress.operation.id,
            )
            late.may_have_been_executed = progress.sent or progress.executed
            raise late from None


def _closed_error(*, may_have_been_executed: bool = False) -> ClientClosedError:
    error = ClientClosedError("the client is closed; make a new one, or close it later")
    error.may_have_been_executed = may_have_been_executed
    return error


def _retryable(error: SpotifyError, progress: _Progress) -> ApiError | TransportError:
    """Return the error of an attempt for the retry policy to judge; raise it if there is nothing to judge."""
    if isinstance(error, TransportError):
        error.may_have_been_executed = progress.sent and error.sent
        return error
    if isinstance(error, ApiError):
        # Raised, not answered: the token endpoint or the limiter refused, and nothing was sent.
        error.may_have_been_executed = False
        return error
    # No token can be had, or the client is closed.
    error.may_have_been_executed = progress.sent or progress.executed
    raise error


def _within(decision: Retry, remaining: float) -> Retry | GiveUp:
    """Return the decision, or the refusal of a wait that would end after the call's deadline."""
    return decision if decision.delay < remaining else GiveUp("deadline")


def _checked_token(token: str) -> Secret:
    """Return the token wrapped, once it is sure that it cannot break out of its header line."""
    # Providers are the application's: the annotation is a wish, and None is what a forgotten `return` gives.
    if not isinstance(cast("object", token), str):
        raise TypeError(f"the auth provider must return the access token as str, not {type(token).__name__}")
    secret = Secret(token)
    if not token or not token.isascii() or not token.isprintable() or " " in token:
        del token  # a line end too many does not make it harmless in a traceback that shows locals
        raise ValueError("the auth provider returned an access token that is empty or not printable ASCII")
    return secret
