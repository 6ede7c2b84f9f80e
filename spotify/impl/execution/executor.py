"""The loop that every call runs through: token, rate limit, request, response, then a result, a retry or an error."""

from __future__ import annotations

import math
from asyncio import CancelledError
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TypeVar
from weakref import WeakSet

from spotify._checks import check_keywords, implements
from spotify._concurrency import UnfinishedTasks
from spotify._tracebacks import hide_internals
from spotify.config import ClientConfig
from spotify.credentials import Secret
from spotify.errors import (
    ApiError,
    AuthenticationError,
    DecodeError,
    MissingScopeError,
    RateLimitError,
    SpotifyError,
    TransportError,
    WaitTooLongError,
)
from spotify.impl.execution.authorization import Authorization, as_secret
from spotify.impl.execution.cached_reads import CachedReads
from spotify.impl.execution.call_state import CallState, CancelScope, Lifetime, closed_error
from spotify.impl.execution.redaction import without_secrets
from spotify.impl.execution.refusals import Refusal, by_status, error_in_success, read_refusal
from spotify.impl.execution.requests import RequestParts, named_object, request_parts
from spotify.impl.execution.retry import RetryBudget
from spotify.impl.execution.shared_components import SharedComponents
from spotify.impl.execution.shared_requests import FailedRequest, Outcome, SharedRequests
from spotify.impl.execution.unsettled_writes import UnsettledWrites
from spotify.interfaces.auth import AuthProvider, SupportsClose
from spotify.interfaces.clock import Clock
from spotify.interfaces.executor import Argument, BodyRequired, Call
from spotify.interfaces.rate_limiter import Admission, Priority, RateLimiter
from spotify.interfaces.retry import Attempt, GiveUp, Retry, RetryPolicy
from spotify.interfaces.serializer import Serializer
from spotify.interfaces.token_store import LOCK_TIMEOUT, TokenStore
from spotify.interfaces.transport import CacheHit, HttpRequest, HttpResponse, Transport
from spotify.interfaces.write_order import WriteOrder
from spotify.logs import get_logger
from spotify.quota import Quota
from spotify.usage import Usage

T = TypeVar("T")

_log = get_logger(__name__)


class RetryingExecutor:
    """`RequestExecutor` over the other components."""

    __slots__ = (
        "__weakref__",
        "_auth",
        "_components",
        "_config",
        "_defaults",
        "_derived",
        "_lifetime",
        "_login_of",
        "_origin",
        "_owned",
        "_shared",
        "_unsettled",
    )

    def __init__(
        self,
        components: SharedComponents,
        *,
        config: ClientConfig,
        auth: Authorization,
        shared: SharedRequests,
        unsettled: UnsettledWrites,
        lifetime: Lifetime,
        owned: Sequence[SupportsClose],
    ) -> None:
        """Take the parts; `create` makes the first executor of a client, `for_user` and `with_config` derive others.

        Args:
            components: Shared by all executors of a client.
            config: The settings of this executor's calls.
            auth: Provides the access tokens.
            shared: The requests in progress for this user.
            unsettled: The writes that may still be executed.
            lifetime: Ends with `close`.
            owned: Closed by `close`, in this order.
        """
        self._components = components
        self._config = config
        self._defaults: Mapping[str, Argument] = {"market": config.market, "locale": config.locale}
        self._auth = auth
        self._login_of = None if components.cached_reads is None else auth.login_of
        self._shared = shared
        self._unsettled = unsettled
        self._lifetime = lifetime
        self._owned = list(owned)
        # Weak, so that an application can create one for each of its requests without closing it.
        self._derived: WeakSet[RetryingExecutor] | None = None
        self._origin: RetryingExecutor | None = None

    async def execute(self, call: Call[T], /) -> T:
        """Execute the call and return its result.

        Raises:
            SpotifyError: The call failed.
            ValueError: An argument cannot be put into the path or the query.
        """
        operation, components, auth = call.operation, self._components, self._auth
        state = CallState(operation, call.idempotent, components.clock)
        request: HttpRequest | None = None
        try:
            parts = self._request_parts(call)
            invalidate = auth.invalidate
            previous: FailedRequest | None = None
            async with CancelScope(self._config.deadline, self._lifetime, state):
                if operation.changes is not None:
                    await self._unsettled.wait_in_call(call, state)
                while True:
                    state.start_attempt()
                    try:
                        token = as_secret(await auth.get_access_token())
                    except SpotifyError as exc:
                        error, failed, previous = exc, self._shared.failed_token_request(exc, components.clock), None
                        error.may_have_been_executed = False
                    else:
                        request = self._request(operation.method, parts, token)
                        outcome = await self._exchange(call, request, token, state, previous)
                        if not isinstance(outcome, FailedRequest):
                            response = outcome
                            state.succeed(response)
                            components.quota.confirm(operation)
                            break
                        failed = previous = outcome
                        if failed.error_type is AuthenticationError and invalidate is not None:
                            # A 401 was not executed, so any call may be sent again with another token.
                            if not failed.is_logged("token_invalidated"):
                                state.log.info("token_invalidated", attempt=state.attempt)
                            await invalidate(token.reveal())
                            invalidate = None
                            continue
                        error = self._error(failed)
                    delay = self._delay_or_raise(error, failed, state)
                    await self._wait_for_retry(delay, state)
            return self._result(call, response, token)
        except (SpotifyError, CancelledError) as exc:
            hide_internals(exc)  # an error that is kept must not keep the response
            if (
                components.cached_reads is None
                or (stale := await self._stale_response(exc, call, state, request)) is None
            ):
                raise
        return self._decode(call, stale)

    @property
    def write_order(self) -> WriteOrder:
        """The writes that may still be executed, for bulk writes."""
        return self._unsettled

    def _exchange(
        self, call: Call[T], request: HttpRequest, token: Secret, state: CallState, previous: FailedRequest | None
    ) -> Coroutine[None, None, Outcome]:
        """Return the outcome of a request, which may repeat the failed `previous` one; identical reads share it."""
        priority = self._priority(call)
        send = partial(self._send, call, request, token, state, priority)
        if request.method != "GET":
            return self._write(call, send, state)
        # The token is part of the key because a provider may return another user's token in each task. The settings are
        # part of it because a call must neither wait longer than its own allow nor fail by those of another call.
        config = self._config
        settings = config.timeout, config.deadline, config.max_retry_wait, priority
        if self._components.cached_reads is not None:
            send = partial(self._cached, self._components.cached_reads, call, request, token, send)
        key = request.url, token, call.fresh, settings
        return self._shared.read(send, key=key) if previous is None else self._shared.repeat(previous, send, key=key)

    async def _write(
        self, call: Call[T], send: Callable[[], Coroutine[None, None, Outcome]], state: CallState
    ) -> Outcome:
        is_unsettled = True
        try:
            outcome = await send()
            is_unsettled = isinstance(outcome, FailedRequest) and outcome.may_still_be_executed
        finally:
            if is_unsettled and state.sent:
                self._unsettled.add(call)
            self._shared.forget_reads()
        return outcome

    async def _cached(
        self,
        cache: CachedReads,
        call: Call[T],
        request: HttpRequest,
        token: Secret,
        send: Callable[[], Coroutine[None, None, Outcome]],
    ) -> Outcome:
        """Return the outcome from the cache, which needs no slot of the rate limiter, or by sending the request."""
        if (cached := await cache.find(request)) is None:
            return await send()
        self._components.usage.record_cached(call.operation)
        if isinstance(cached, CacheHit) and cached.is_stale:
            background = CallState(call.operation, call.idempotent, self._components.clock)
            scope = CancelScope(self._config.deadline, self._lifetime, background)
            refresh = partial(self._send, call, request, token, background, "bulk")
            cache.refresh(refresh, scope, key=(request.url, token))
        return self._outcome(cached, call, token)

    async def _stale_response(
        self, error: BaseException, call: Call[T], state: CallState, request: HttpRequest | None
    ) -> HttpResponse | None:
        """Return the response from the cache to use instead of the error of a call; None if there is none."""
        cache = self._components.cached_reads
        if cache is None or not cache.may_replace(error, call.operation) or self._lifetime.is_closed:
            return None
        stale = await cache.find_stale(request or self._request("GET", self._request_parts(call), None))
        if stale is not None:
            self._components.usage.record_cached(call.operation)
            state.log.info("cache_stale", error=type(error).__name__)
            state.succeed(stale)
        return stale

    async def _send(
        self, call: Call[T], request: HttpRequest, token: Secret, state: CallState, priority: Priority
    ) -> Outcome:
        """Return the outcome of sending the request."""
        components = self._components
        try:
            async with components.rate_limiter.slot(self._admission(call, state, priority)):
                state.start_sending()
                components.usage.record_sent(call.operation, is_retry=state.attempt > 1)
                response = await components.transport.send(request)
                outcome = self._outcome(response, call, token)
                if not isinstance(outcome, FailedRequest):
                    state.log_success(response.status)
                    components.retry_budget.earn()
                elif outcome.refusal is not None and (pause := outcome.refusal.pause) > 0.0:
                    components.usage.record_refused(call.operation)
                    # Inside the slot, so that no other request is sent first.
                    state.log.warning("rate_limited", attempt=state.attempt, paused=pause)
                    await components.rate_limiter.pause(
                        pause, operation=outcome.refusal.paused_operation, reason=outcome.refusal.pause_reason
                    )
                return outcome
        except SpotifyError as exc:
            # An `ApiError` is raised by the rate limiter: nothing was sent.
            was_sent = exc.sent if isinstance(exc, TransportError) else not isinstance(exc, ApiError)
            exc.may_have_been_executed = state.sent and was_sent
            return FailedRequest(exc)

    def _outcome(self, response: HttpResponse, call: Call[T], token: Secret) -> Outcome:
        if 200 <= response.status < 300:
            return response
        refusal = read_refusal(without_secrets(response, token), call.operation, now=self._components.clock.time())
        return FailedRequest(self._recorded(refusal, call))

    def _recorded(self, refusal: Refusal, call: Call[T]) -> Refusal:
        """Record what a refusal says about the quota mode; return it with the error type that follows from it."""
        quota = self._components.quota
        if refusal.restriction == "limit_too_high":
            quota.record_reduced_limit(refusal.operation)
        elif refusal.restriction == "unavailable" and not quota.record_refusal(
            refusal.operation,
            user=self._auth.user,
            object_id=named_object(call),
            status_code=refusal.status,
            message=refusal.message,
        ):
            return replace(refusal, error_type=by_status(refusal.status))
        return refusal

    def _error(self, failed: FailedRequest) -> SpotifyError:
        """Return the error of a failed request."""
        error = failed.error()
        if isinstance(error, MissingScopeError):
            error.granted_scopes = self._auth.granted_scopes()
        return error

    def _delay_or_raise(self, error: SpotifyError, failed: FailedRequest, state: CallState) -> float:
        """Return the seconds to wait before the next attempt; raise the error if there is to be none."""
        if not isinstance(error, ApiError | TransportError):
            # There is no token, or the client is closed.
            error.may_have_been_executed = error.may_have_been_executed or state.may_have_been_executed
            raise error
        decision = self._decide(error, failed, state)
        # An earlier attempt that timed out may have been executed, although this one was refused.
        state.fail_attempt(may_have_been_executed=error.may_have_been_executed)
        error.may_have_been_executed = state.may_have_been_executed
        if isinstance(decision, Retry):
            return decision.delay
        error.operation = state.operation.id
        if not failed.is_logged("request_failed"):
            state.log.warning(
                "request_failed", attempt=state.attempt, error=type(error).__name__, reason=decision.reason
            )
        raise error

    def _decide(self, error: ApiError | TransportError, failed: FailedRequest, state: CallState) -> Retry | GiveUp:
        if isinstance(error, WaitTooLongError):
            return GiveUp("wait_too_long")  # a retry would be the wait that the call does not allow
        config, elapsed = self._config, state.elapsed()
        decision = self._components.retry_policy.decide(
            Attempt(
                number=state.attempt,
                operation=state.operation,
                idempotent=state.idempotent,
                error=error,
                may_have_been_executed=error.may_have_been_executed,
                elapsed=elapsed,
                max_retries=config.max_retries,
                max_retry_wait=config.max_retry_wait,
            )
        )
        if isinstance(decision, GiveUp):
            return decision
        now = self._components.clock.monotonic()
        delay = decision.delay if failed.retry_at is None else max(0.0, failed.retry_at - now)
        if config.deadline is not None and delay >= config.deadline - elapsed:
            return GiveUp("deadline")
        if failed.retry_at is None:
            # After a 429 the delay comes from `Retry-After`, and the limiter spreads the retries.
            if not isinstance(error, RateLimitError) and not self._components.retry_budget.spend():
                return GiveUp("retry_budget_spent")
            failed.retry_at = now + delay
            state.log.info("retry_scheduled", attempt=state.attempt, delay=delay, error=type(error).__name__)
        return Retry(delay)

    async def _wait_for_retry(self, delay: float, state: CallState) -> None:
        await self._components.clock.sleep(delay)
        if self._lifetime.is_closed:
            raise closed_error(state)
        state.schedule_retry(delay)

    def _request_parts(self, call: Call[T]) -> RequestParts:
        if self._lifetime.is_closed:
            raise closed_error()
        if not self._components.quota.has(call.operation, self._auth.user):
            raise self._components.quota.unavailable(call.operation)
        return request_parts(
            call, api_url=self._config.api_url, defaults=self._defaults, serializer=self._components.serializer
        )

    def _request(self, method: str, parts: RequestParts, token: Secret | None) -> HttpRequest:
        return HttpRequest(
            method=method,
            url=parts.url,
            headers=parts.headers,
            authorization=None if token is None else Secret(f"Bearer {token.reveal()}"),
            acts_for=self._auth.acts_for if self._login_of is None or token is None else self._login_of(token.reveal()),
            body=parts.body,
            timeout=self._config.timeout,
        )

    def _admission(self, call: Call[T], state: CallState, priority: Priority) -> Admission:
        config = self._config
        return Admission(
            operation=call.operation,
            priority=priority,
            since=state.started_at,
            max_wait=config.max_retry_wait,
            deadline=math.inf if config.deadline is None else state.started_at + config.deadline,
        )

    def _priority(self, call: Call[T]) -> Priority:
        return call.priority if self._config.priority == "auto" else self._config.priority

    def _result(self, call: Call[T], response: HttpResponse, token: Secret) -> T:
        """Return the result in a response with a status of 2xx."""
        now = self._components.clock.time()
        if (failure := error_in_success(response, call.operation, token, now=now)) is not None:
            raise failure
        return self._decode(call, response)

    def _decode(self, call: Call[T], response: HttpResponse) -> T:
        if call.into is type(None):
            return call.into()  # None; the body is ignored
        if not response.body:
            if isinstance(call.if_empty, BodyRequired):
                raise DecodeError(f"The response ({response.status}) has no body", operation=call.operation.id)
            return call.if_empty
        try:
            return self._components.serializer.decode(response.body, call.into)
        except DecodeError as exc:
            exc.operation = call.operation.id
            # Without the serializer's frames: a traceback with locals would show the whole document.
            raise exc.with_traceback(None) from exc.__cause__

    @classmethod
    def create(
        cls,
        *,
        config: ClientConfig,
        transport: Transport,
        auth_provider: AuthProvider,
        retry_policy: RetryPolicy,
        serializer: Serializer,
        rate_limiter: RateLimiter,
        clock: Clock,
        quota: Quota | None = None,
        usage: Usage | None = None,
        token_store: TokenStore | None = None,
        owned: Sequence[SupportsClose] = (),
    ) -> RetryingExecutor:
        """Create the executor of a client.

        Args:
            config: The settings; used are `api_url`, `retry_budget` and those that `AsyncSpotifyClient.with_options`
                can change.
            transport: Sends the requests.
            auth_provider: Provides a token for each attempt. It is bound to these components first.
            retry_policy: Decides after each failed attempt.
            serializer: Encodes request bodies and decodes response bodies.
            rate_limiter: Provides a slot for each request.
            clock: Time and sleep.
            quota: What is known about the application's quota mode; None for nothing yet.
            usage: Counts the requests; None for a new one.
            token_store: For an auth provider that was created without one; None for none.
            owned: Closed by `close`, in this order.
        """
        exchanges = UnfinishedTasks(timeout=LOCK_TIMEOUT)
        check_keywords("rate_limiter.pause", rate_limiter.pause, ("operation", "reason"))
        components = SharedComponents(
            transport=transport,
            cached_reads=CachedReads.of(transport),
            retry_policy=retry_policy,
            retry_budget=RetryBudget(config.retry_budget),
            serializer=serializer,
            rate_limiter=rate_limiter,
            clock=clock,
            quota=quota or Quota(),
            usage=usage or Usage(now=clock.time),
            token_store=token_store,
            exchanges=exchanges,
        )
        components.lend_to(auth_provider, config)
        lifetime = Lifetime()
        return cls(
            components,
            config=config,
            auth=Authorization.of(auth_provider),
            shared=SharedRequests(),
            unsettled=UnsettledWrites(clock, config, lifetime),
            lifetime=lifetime,
            owned=(exchanges, *(() if components.cached_reads is None else (components.cached_reads,)), *owned),
        )

    def for_user(self, auth_provider: AuthProvider, /) -> RetryingExecutor:
        """Return an executor over the same components for another user; its `close` leaves them open.

        Raises:
            ClientClosedError: This executor is closed.
        """
        if self._lifetime.is_closed:
            raise closed_error()
        self._components.lend_to(auth_provider, self._config)
        lifetime = Lifetime(self._lifetime)
        derived = RetryingExecutor(
            self._components,
            config=self._config,
            auth=Authorization.of(auth_provider),
            shared=SharedRequests(),
            unsettled=self._unsettled.for_user(lifetime),
            lifetime=lifetime,
            owned=(auth_provider,) if implements(auth_provider, SupportsClose) else (),
        )
        return self._remember(derived)

    def with_config(self, config: ClientConfig, /) -> RetryingExecutor:
        """Return an executor over the same components with other settings; its `close` leaves them open.

        Raises:
            ClientClosedError: This executor is closed.
        """
        if self._lifetime.is_closed:
            raise closed_error()
        lifetime = Lifetime(self._lifetime)
        derived = RetryingExecutor(
            self._components,
            config=config,
            auth=self._auth,
            shared=self._shared,
            unsettled=self._unsettled.with_config(config, lifetime),
            lifetime=lifetime,
            owned=(),
        )
        return self._remember(derived)

    async def close(self) -> None:
        """Refuse later calls, cancel running ones, let token requests end, and close what belongs to this executor.

        This includes the executors derived from it that still exist. A second call continues where a first one was
        cancelled.
        """
        is_first = self._lifetime.close()
        error: Exception | None = None
        for part in (*(self._derived or ()), *self._owned):
            try:
                await part.close()
            except Exception as exc:  # noqa: BLE001  what follows is closed first
                error = error or exc
            if part in self._owned:
                self._owned.remove(part)
        if is_first:
            _log.debug("client_closed")
        if error is not None:
            raise error

    def _remember(self, derived: RetryingExecutor) -> RetryingExecutor:
        if self._derived is None:
            self._derived = WeakSet()
        self._derived.add(derived)
        derived._origin = self  # a view of a user's client keeps that client, which closes the provider
        return derived
