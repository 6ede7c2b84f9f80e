"""The loop that every call runs through: token, rate limit, request, response, then a result, a retry or an error."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeVar
from weakref import WeakSet

from spotify._checks import check_keywords, implements
from spotify._concurrency import UnfinishedTasks
from spotify._exceptions import hide_progress
from spotify.config import ClientConfig
from spotify.errors import AuthenticationError, DecodeError, MissingScopeError, SpotifyError
from spotify.impl.execution.call_state import CallState
from spotify.impl.execution.cancel_scope import CancelScope, Lifetime, closed_error
from spotify.impl.execution.components import Authorization, BearerToken, CachedReads, SharedComponents
from spotify.impl.execution.refusals import error_in_success
from spotify.impl.execution.requests import RequestParts, request_parts
from spotify.impl.execution.retry import RetryBudget, delay_before_retry, may_wait_longer
from spotify.impl.execution.sender import RequestSender
from spotify.impl.execution.shared_requests import FailedRequest, SharedRequests
from spotify.impl.execution.unsettled_writes import UnsettledWrites
from spotify.impl.observers.call_observers import CallObservers
from spotify.interfaces.auth import AuthProvider, SupportsClose
from spotify.interfaces.clock import Clock
from spotify.interfaces.executor import Argument, BodyRequired, Call, WriteOrder
from spotify.interfaces.observer import Observer
from spotify.interfaces.rate_limiter import RateLimiter
from spotify.interfaces.retry import RetryPolicy
from spotify.interfaces.serializer import Serializer
from spotify.interfaces.token_store import LOCK_TIMEOUT, TokenStore
from spotify.interfaces.transport import HttpRequest, HttpResponse, Transport
from spotify.logs import get_logger
from spotify.quota import Quota
from spotify.usage import Usage

T = TypeVar("T")

#: Bodies that say as little as none, and a size that they do not reach.
_EMPTY_BODIES: Final = frozenset({b"", b"null"})
_MAX_EMPTY: Final = 16

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
        "_origin",
        "_owned",
        "_sender",
        "_shared",
        "_unsettled",
        "_viewed",
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
        self._sender = RequestSender(
            components, config=config, auth=auth, shared=shared, unsettled=unsettled, lifetime=lifetime
        )
        self._shared = shared
        self._unsettled = unsettled
        self._lifetime = lifetime
        self._owned = list(owned)
        # Weak, so that an application can create one for each of its requests without closing it.
        self._derived: WeakSet[RetryingExecutor] | None = None
        self._origin: RetryingExecutor | None = None
        self._viewed: RetryingExecutor | None = None  # the executor of which this is a view with other settings

    async def execute(self, call: Call[T], /) -> T:
        """Execute the call and return its result.

        Raises:
            SpotifyError: The call failed.
            ValueError: An argument cannot be put into the path or the query.
        """
        operation, components, auth, sender = call.operation, self._components, self._auth, self._sender
        state = self._state_of(call)
        request: HttpRequest | None = None
        parts = self._request_parts(call)
        state.start()
        try:
            invalidate = auth.invalidate
            previous: FailedRequest | None = None
            with CancelScope(self._config.deadline, self._lifetime, state):
                if operation.changes is not None:
                    await self._unsettled.wait_in_call(call, state)
                while True:
                    state.start_attempt()
                    try:
                        bearer = auth.bearer(await auth.get_access_token())
                    except SpotifyError as exc:
                        error, failed, previous = exc, self._shared.failed_token_request(exc, components.clock), None
                        error.may_have_been_executed, error.is_about_token = False, True
                    else:
                        state.receive_token()
                        request = sender.request(operation, parts, bearer)
                        outcome = await sender.send(call, request, bearer, state, previous)
                        if not isinstance(outcome, FailedRequest):
                            response = outcome
                            state.succeed(response)
                            components.quota.confirm(operation)
                            break
                        if may_wait_longer(outcome, state, self._config):
                            previous = None
                            continue
                        failed = previous = outcome
                        if failed.error_type is AuthenticationError and invalidate is not None:
                            # A 401 was not executed, so any call may be sent again with another token.
                            state.fail_attempt(failed, may_have_been_executed=False)
                            state.schedule_retry(failed.error_type, 0.0)
                            await invalidate(bearer.token.reveal())
                            invalidate = None
                            continue
                        error = self._error(failed)
                    delay = delay_before_retry(
                        error,
                        failed,
                        state,
                        config=self._config,
                        policy=components.retry_policy,
                        budget=components.retry_budget,
                        clock=components.clock,
                    )
                    await self._wait_for_retry(delay, state)
            result = self._result(call, response, bearer)
        except BaseException as exc:
            hide_progress(exc)  # an error that is kept must not keep the response
            if (stale := await self._finish_or_replace(exc, call, state, request)) is None:
                raise
            (result,) = stale
        state.finish()
        return result

    async def _finish_or_replace(
        self, error: BaseException, call: Call[T], state: CallState, request: HttpRequest | None
    ) -> tuple[T] | None:
        stale: tuple[T] | None = None
        try:
            stale = await self._stale_result(error, call, state, request)
        finally:
            if stale is None:
                state.finish(error)
        return stale

    def _state_of(self, call: Call[T]) -> CallState:
        components, priority = self._components, self._sender.priority(call)
        return CallState(call, components.clock, components.observers, user=self._auth.user, priority=priority)

    async def cached_results(
        self, calls: Sequence[Call[T]], /, *, instead_of: SpotifyError | None = None, peek: bool = False
    ) -> Sequence[T | None]:
        """Return the results of reads whose responses are in the cache; None for each of the others.

        Args:
            calls: Calls of one operation that reads.
            instead_of: The error of a request for these objects: then stale responses are used too, if the settings
                allow that for this error. None for fresh responses only.
            peek: Whether the results are not used, and not counted.
        """
        cache, results = self._components.cached_reads, list[T | None]([None] * len(calls))
        if cache is None or not calls:
            return results
        operation = calls[0].operation
        if instead_of is not None and not cache.may_replace(instead_of, operation):
            return results
        components = self._components
        state = CallState(calls[0], components.clock, components.observers)
        try:
            with CancelScope(self._config.deadline, self._lifetime, state):
                bearer = self._auth.bearer(await self._auth.get_access_token())
                requests = [self._sender.request(operation, self._request_parts(call), bearer) for call in calls]
                found = await cache.find_many(requests, if_refused=instead_of is not None)
        except SpotifyError:
            return results  # it is raised by the calls
        for number, (call, response) in enumerate(zip(calls, found, strict=True)):
            if response is None or response.status != 200:
                continue
            try:
                results[number] = self._decode(call, response)
            except DecodeError:
                await cache.discard(requests[number])
                continue
            if not peek:
                components.usage.record_cached(operation)
                state = self._state_of(call)
                state.start()
                state.succeed(response)
                state.finish()
        return results

    @property
    def max_concurrency(self) -> int:
        """The number of requests that are sent at the same time."""
        return self._config.max_concurrency

    @property
    def write_order(self) -> WriteOrder:
        """The writes that may still be executed, for bulk writes."""
        return self._unsettled

    async def _stale_result(
        self, error: BaseException, call: Call[T], state: CallState, request: HttpRequest | None
    ) -> tuple[T] | None:
        """Return the result from the cache to use instead of the error of a call; None if there is none."""
        cache = self._components.cached_reads
        if cache is None:
            return None
        if isinstance(error, DecodeError) and request is not None:
            await cache.discard(request)  # the next call must not get this response
        if not cache.may_replace(error, call.operation) or self._lifetime.is_closed:
            return None
        request = request or self._sender.request(call.operation, self._request_parts(call), None)
        if (stale := await cache.find_stale(request)) is None:
            return None
        try:
            result = self._decode(call, stale)
        except DecodeError:
            await cache.discard(request)
            return None
        self._components.usage.record_cached(call.operation)
        state.replace_error(error, stale)
        return (result,)

    def _error(self, failed: FailedRequest) -> SpotifyError:
        """Return the error of a failed request."""
        error = failed.error()
        if isinstance(error, MissingScopeError):
            error.granted_scopes = self._auth.granted_scopes()
        return error

    async def _wait_for_retry(self, delay: float, state: CallState) -> None:
        await self._components.clock.sleep(delay)
        if self._lifetime.is_closed:
            raise closed_error(state)
        state.start_retry(delay)

    def _request_parts(self, call: Call[T]) -> RequestParts:
        if self._lifetime.refuses_calls:
            raise closed_error()
        if not self._components.quota.has(call.operation, self._auth.user):
            raise self._components.quota.unavailable(call.operation)
        return request_parts(
            call, api_url=self._config.api_url, defaults=self._defaults, serializer=self._components.serializer
        )

    def _result(self, call: Call[T], response: HttpResponse, bearer: BearerToken) -> T:
        """Return the result in a response with a status of 2xx."""
        now = self._components.clock.time()
        if (failure := error_in_success(response, call.operation, bearer.token, now=now)) is not None:
            raise failure
        return self._decode(call, response)

    def _decode(self, call: Call[T], response: HttpResponse) -> T:
        if call.into is type(None):
            return call.into()  # None; the body is ignored
        if len(response.body) < _MAX_EMPTY and response.body.strip() in _EMPTY_BODIES:
            if not isinstance(call.if_empty, BodyRequired):
                return call.if_empty
            if not response.body:
                raise DecodeError(f"The response ({response.status}) has no body", operation=call.operation.id)
        try:
            result = self._components.serializer().decode(response.body, call.into)
            if call.check is not None:
                call.check(result)
        except DecodeError as exc:
            exc.operation = call.operation.id
            # Without the serializer's frames: a traceback with locals would show the whole document.
            raise exc.with_traceback(None) from exc.__cause__
        return result

    @classmethod
    def create(
        cls,
        *,
        config: ClientConfig,
        transport: Transport,
        auth_provider: AuthProvider,
        retry_policy: RetryPolicy,
        serializer: Callable[[], Serializer],
        rate_limiter: RateLimiter,
        clock: Clock,
        quota: Quota | None = None,
        usage: Usage | None = None,
        observers: Sequence[Observer] = (),
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
            serializer: Returns what encodes request bodies and decodes response bodies, when that is first needed.
            rate_limiter: Provides a slot for each request.
            clock: Time and sleep.
            quota: What is known about the application's quota mode; None for nothing yet.
            usage: Counts the requests; None for a new one.
            observers: Observe the calls.
            token_store: For an auth provider that was created without one; None for none.
            owned: Closed by `close`, in this order.
        """
        exchanges = UnfinishedTasks(timeout=LOCK_TIMEOUT)
        check_keywords("rate_limiter.pause", rate_limiter.pause, ("operation", "reason"))
        usage = usage or Usage(now=clock.time)
        components = SharedComponents(
            transport=transport,
            cached_reads=CachedReads.of(transport),
            retry_policy=retry_policy,
            retry_budget=RetryBudget(config.retry_budget),
            serializer=serializer,
            rate_limiter=rate_limiter,
            clock=clock,
            quota=quota or Quota(),
            usage=usage,
            observers=CallObservers(observers, config=config, usage=usage),
            token_store=token_store,
            exchanges=exchanges,
        )
        components.lend_to(auth_provider, config)
        lifetime = Lifetime()
        return cls(
            components,
            config=config,
            auth=Authorization(auth_provider),
            shared=SharedRequests(),
            unsettled=UnsettledWrites(clock, config, lifetime, components.observers),
            lifetime=lifetime,
            owned=(exchanges, *(() if components.cached_reads is None else (components.cached_reads,)), *owned),
        )

    def for_user(self, auth_provider: AuthProvider, /) -> RetryingExecutor:
        """Return an executor over the same components for another user; its `close` leaves them open.

        Raises:
            ClientClosedError: This executor is closed.
        """
        if self._lifetime.refuses_calls:
            raise closed_error()
        self._components.lend_to(auth_provider, self._config)
        lifetime = Lifetime(self._lifetime)
        derived = RetryingExecutor(
            self._components,
            config=self._config,
            auth=Authorization(auth_provider),
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
        if self._lifetime.refuses_calls:
            raise closed_error()
        if self._viewed is not None:
            return self._viewed.with_config(config)  # so that views can be nested without limit
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
        derived._viewed = self
        return self._remember(derived)

    async def drain(self, seconds: float, /) -> None:
        """Refuse later calls, and wait until the running ones have ended."""
        await self._lifetime.drain(seconds)

    async def close(self) -> None:
        """Refuse later calls, cancel running ones, let token requests end, and close what belongs to this executor.

        This includes the executors derived from it that still exist. A second call continues where a first one was
        cancelled.
        """
        is_first = self._lifetime.close()
        error: Exception | None = None
        if self._derived:
            # At the same time, so that the time that they wait for token requests does not add up.
            results = await asyncio.gather(*[derived.close() for derived in self._derived], return_exceptions=True)
            error = next((result for result in results if isinstance(result, Exception)), None)
        while self._owned:
            try:
                await self._owned[0].close()
            except Exception as exc:  # noqa: BLE001  what follows is closed first
                error = error or exc
            del self._owned[:1]
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
