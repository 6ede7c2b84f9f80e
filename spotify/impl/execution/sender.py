"""Sends one request of a call: past the cache, shared with identical reads, through the rate limiter."""

from __future__ import annotations

import math
from collections.abc import Callable, Coroutine
from dataclasses import replace
from functools import partial
from typing import TypeVar

from spotify.config import ClientConfig
from spotify.errors import ApiError, SpotifyError, WaitTooLongError
from spotify.impl.execution.call_state import CallState
from spotify.impl.execution.cancel_scope import CancelScope, Lifetime
from spotify.impl.execution.components import Authorization, BearerToken, CachedReads, SharedComponents
from spotify.impl.execution.error_bodies import without_secrets
from spotify.impl.execution.refusals import Refusal, by_status, read_refusal
from spotify.impl.execution.requests import RequestParts, named_object
from spotify.impl.execution.shared_requests import FailedRequest, Outcome, SharedRequests
from spotify.impl.execution.unsettled_writes import UnsettledWrites
from spotify.interfaces.executor import Call
from spotify.interfaces.operation import Operation
from spotify.interfaces.rate_limiter import Admission, Priority
from spotify.interfaces.transport import CacheHit, HttpRequest, HttpResponse, is_unsent

T = TypeVar("T")


class RequestSender:
    """Sends the requests of an executor, each once. What a failed one means for the call is the executor's part."""

    __slots__ = ("_auth", "_components", "_config", "_lifetime", "_login_of", "_shared", "_unsettled")

    def __init__(
        self,
        components: SharedComponents,
        *,
        config: ClientConfig,
        auth: Authorization,
        shared: SharedRequests,
        unsettled: UnsettledWrites,
        lifetime: Lifetime,
    ) -> None:
        """Take the parts of an executor; see `RetryingExecutor`."""
        self._components = components
        self._config = config
        self._auth = auth
        self._login_of = None if components.cached_reads is None else auth.login_of
        self._shared = shared
        self._unsettled = unsettled
        self._lifetime = lifetime

    def request(self, operation: Operation, parts: RequestParts, bearer: BearerToken | None) -> HttpRequest:
        """Return the request of a call, without authorization if there is no token."""
        acts_for = self._auth.acts_for
        if bearer is not None and self._login_of is not None:
            acts_for = self._login_of(bearer.token.reveal())
        return HttpRequest(
            method=operation.method,
            url=parts.url,
            headers=parts.headers,
            authorization=None if bearer is None else bearer.header,
            acts_for=acts_for,
            body=parts.body,
            timeout=self._config.timeout,
            operation=operation,
        )

    def priority(self, call: Call[T]) -> Priority:
        """Return the priority of a call by the settings."""
        return call.priority if self._config.priority == "auto" else self._config.priority

    def send(
        self, call: Call[T], request: HttpRequest, bearer: BearerToken, state: CallState, previous: FailedRequest | None
    ) -> Coroutine[None, None, Outcome]:
        """Return the outcome of a request, which may repeat the failed `previous` one; identical reads share it."""
        config, priority = self._config, state.priority
        send = partial(self._send, call, request, bearer, state, priority)
        if request.method != "GET":
            return self._write(call, send, state)
        # The token is part of the key because a provider may return another user's token in each task. The settings are
        # part of it because a call must neither wait longer than its own allow nor fail by those of another call.
        settings = config.timeout, config.deadline, config.max_retry_wait, priority
        if self._components.cached_reads is not None:
            send = partial(self._cached, self._components.cached_reads, call, request, bearer, send)
        key = request.url, bearer.token, call.fresh, settings
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
        bearer: BearerToken,
        send: Callable[[], Coroutine[None, None, Outcome]],
    ) -> Outcome:
        """Return the outcome from the cache, which needs no slot of the rate limiter, or by sending the request."""
        if (cached := await cache.find(request)) is None:
            return await send()
        self._components.usage.record_cached(call.operation)
        if isinstance(cached, CacheHit) and cached.is_stale:
            background = CallState(call, self._components.clock, self._components.observers)
            scope = CancelScope(self._config.deadline, self._lifetime, background)
            refresh = partial(self._send, call, request, bearer, background, "bulk")
            cache.refresh(refresh, scope, key=(request.url, bearer.token))
        return self._outcome(cached, call, bearer)

    async def _send(
        self, call: Call[T], request: HttpRequest, bearer: BearerToken, state: CallState, priority: Priority
    ) -> Outcome:
        """Return the outcome of sending the request."""
        components = self._components
        try:
            async with components.rate_limiter.slot(self._admission(call, state, priority)):
                components.usage.record_sent(call.operation, priority, is_retry=state.attempt > 1)
                state.start_sending()
                response = await components.transport.send(request)
                outcome = self._outcome(response, call, bearer)
                if not isinstance(outcome, FailedRequest):
                    components.retry_budget.earn()
                elif outcome.refusal is not None and (pause := outcome.refusal.pause) > 0.0:
                    components.usage.record_refused(call.operation)
                    # Inside the slot, so that no other request is sent first.
                    await components.rate_limiter.pause(
                        pause, operation=outcome.refusal.paused_operation, reason=outcome.refusal.pause_reason
                    )
                return outcome
        except SpotifyError as exc:
            # An `ApiError` is raised by the rate limiter or the daily limit: nothing was sent.
            was_sent = exc.may_have_been_executed and not (is_unsent(exc) or isinstance(exc, ApiError))
            exc.may_have_been_executed = state.sent and was_sent
            return FailedRequest(exc, refused_to=state if isinstance(exc, WaitTooLongError) else None)
        except BaseException as exc:
            if is_unsent(exc):
                state.stop_sending()
            raise

    def _admission(self, call: Call[T], state: CallState, priority: Priority) -> Admission:
        config = self._config
        return Admission(
            operation=call.operation,
            priority=priority,
            since=state.started_at,
            max_wait=config.max_retry_wait,
            deadline=math.inf if config.deadline is None else state.started_at + config.deadline,
        )

    def _outcome(self, response: HttpResponse, call: Call[T], bearer: BearerToken) -> Outcome:
        if 200 <= response.status < 300:
            return response
        redacted = without_secrets(response, bearer.token)
        refusal = read_refusal(redacted, call.operation, now=self._components.clock.time())
        return FailedRequest(self._recorded(refusal, call))

    def _recorded(self, refusal: Refusal, call: Call[T]) -> Refusal:
        """Record what a refusal says about the quota mode; return it with the error type that follows from it."""
        quota = self._components.quota
        if refusal.restriction == "limit_too_high":
            limit = call.arguments.get("limit")
            quota.record_reduced_limit(refusal.operation, limit, status_code=refusal.status, message=refusal.message)
        elif refusal.restriction == "unavailable" and not quota.record_refusal(
            refusal.operation,
            user=self._auth.user,
            object_id=named_object(call),
            status_code=refusal.status,
            message=refusal.message,
        ):
            return replace(refusal, error_type=by_status(refusal.status))
        return refusal
