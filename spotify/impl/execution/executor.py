"""The one loop that every call goes through: token, gate, send, classify, retry or decode."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from copy import copy
from inspect import iscoroutinefunction
from typing import TypeVar, cast

from spotify._checks import is_token
from spotify.config import ClientConfig
from spotify.credentials import Secret
from spotify.errors import ApiError, DecodeError, MissingScopeError, RateLimitError, SpotifyError, TransportError
from spotify.impl.execution.call_state import CallProgress, CallScope, Lifetime, closed_error
from spotify.impl.execution.requests import build_query, expand_path
from spotify.impl.execution.response_errors import error_for, error_in, pause_after, without_echo
from spotify.impl.execution.retry import RetryBudget
from spotify.impl.execution.shared_reads import Flight, SharedReads
from spotify.interfaces.auth import (
    AuthProvider,
    ClientComponents,
    SupportsBinding,
    SupportsClose,
    SupportsIdentity,
    SupportsInvalidate,
    SupportsScopes,
)
from spotify.interfaces.clock import Clock
from spotify.interfaces.executor import Argument, BodyRequired, Call
from spotify.interfaces.rate_limiter import Admission, Priority, RateLimiter
from spotify.interfaces.retry import Attempt, GiveUp, Retry, RetryPolicy
from spotify.interfaces.serializer import Serializer
from spotify.interfaces.token_store import TokenStore
from spotify.interfaces.transport import HttpRequest, HttpResponse, SupportsLookup, Transport
from spotify.logs import get_logger
from spotify.quota import Quota, unavailable

T = TypeVar("T")

_log = get_logger(__name__)


class RetryingExecutor:
    """`RequestExecutor` over the other components.

    Between calls it keeps the reads that are under way, the retry budget, and whether it is closed; all else is theirs.
    """

    __slots__ = (
        "_acts_for",
        "_auth",
        "_budget",
        "_clock",
        "_config",
        "_defaults",
        "_get_access_token",
        "_invalidate",
        "_lifetime",
        "_lookup",
        "_owned",
        "_policy",
        "_quota",
        "_rate_limiter",
        "_reads",
        "_serializer",
        "_token_store",
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
        token_store: TokenStore | None = None,
        owned: Sequence[SupportsClose] = (),
    ) -> None:
        """Take the components.

        Args:
            config: Of it `api_url`, `retry_budget`, and what `AsyncSpotifyClient.with_options` can change.
            transport: Carries the requests.
            auth_provider: Asked for a token before every attempt; first of all bound to these components.
            retry_policy: Asked after every attempt that failed.
            serializer: Encodes bodies and decodes answers.
            rate_limiter: Its slot is held around every send.
            clock: Time and sleep.
            quota: What is known of the application's quota mode, and where it is learned; None for nothing yet.
            token_store: Where an auth provider that was given none is to keep its tokens.
            owned: What `close` closes, in this order.
        """
        self._config = config
        self._defaults = _defaults(config)
        self._transport = transport
        self._lookup = transport.find if isinstance(transport, SupportsLookup) else _find_nothing
        self._auth = auth_provider
        self._get_access_token = _access_of(auth_provider)
        self._invalidate = _invalidation_of(auth_provider)
        self._acts_for = _identity_of(auth_provider)
        self._policy = retry_policy
        self._serializer = serializer
        self._rate_limiter = rate_limiter
        self._clock = clock
        self._quota = quota or Quota()
        self._token_store = token_store
        self._owned = tuple(owned)
        self._lifetime = Lifetime()
        self._reads = SharedReads()
        self._budget = RetryBudget(config.retry_budget)
        self._bind(auth_provider)

    async def execute(self, call: Call[T], /) -> T:
        """Execute the call and return its result.

        Raises:
            SpotifyError: Whatever went wrong on the way.
            ValueError: An argument cannot be put into a path.
        """
        operation = call.operation
        url, headers, body = self._prepare(call)
        progress = CallProgress(operation, call.idempotent, self._clock)
        invalidate = self._invalidate
        async with CallScope(self._config.deadline, self._lifetime, progress):
            while True:
                progress.begin()
                try:
                    token = _checked_token(await self._get_access_token())
                    request = HttpRequest(
                        method=operation.method,
                        url=url,
                        headers=headers,
                        authorization=Secret(f"Bearer {token.reveal()}"),
                        acts_for=self._acts_for,
                        body=body,
                        timeout=self._config.timeout,
                    )
                    async with self._flight(call, url, token) as flight:
                        # What needs no request needs no place at the rate limit.
                        flight.response = flight.response or await self._lookup(request)
                        if flight.response is None:
                            async with self._rate_limiter.slot(self._admission(call, progress)):
                                progress.send()
                                flight.response = await self._transport.send(request)
                                if flight.response.status == 429:
                                    await self._close_gate(flight.response, progress)
                    response = flight.landed
                except SpotifyError as exc:
                    error = _retryable(exc, progress)
                else:
                    if 200 <= response.status < 300:
                        progress.succeed(response)
                        self._budget.earn()
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
                delay = self._delay_or_raise(error, progress)
                progress.log.info("retry_scheduled", attempt=progress.number, delay=delay, error=type(error).__name__)
                await self._clock.sleep(delay)
                if self._lifetime.is_over:
                    raise closed_error(progress)
                progress.number += 1
                progress.waited += delay
        if (failure := error_in(response, operation, token, now=self._clock.time())) is not None:
            raise failure
        return self._decode(call, response)

    def for_user(self, auth_provider: AuthProvider, /) -> RetryingExecutor:
        """Return an executor over the same components for another user; its `close` leaves them open.

        Raises:
            ClientClosedError: This executor is closed.
        """
        if self._lifetime.is_over:
            raise closed_error()
        self._bind(auth_provider)
        return self._derived(
            _auth=auth_provider,
            _get_access_token=_access_of(auth_provider),
            _invalidate=_invalidation_of(auth_provider),
            _acts_for=_identity_of(auth_provider),
            _owned=(auth_provider,) if isinstance(auth_provider, SupportsClose) else (),
            _reads=SharedReads(),
        )

    def with_config(self, config: ClientConfig, /) -> RetryingExecutor:
        """Return an executor over the same components with other settings; its `close` leaves them open.

        Raises:
            ClientClosedError: This executor is closed.
        """
        return self._derived(_config=config, _defaults=_defaults(config), _owned=())

    async def close(self) -> None:
        """Refuse every later call, end those under way, and close what was made for this executor alone."""
        if not self._lifetime.end():
            return
        for component in self._owned:
            await component.close()
        _log.debug("client_closed")

    def _derived(self, **attributes: object) -> RetryingExecutor:
        """Return the same executor with some attributes changed, and a life inside this one's."""
        if self._lifetime.is_over:
            raise closed_error()
        derived = copy(self)
        for name, value in {"_lifetime": Lifetime(self._lifetime), **attributes}.items():
            setattr(derived, name, value)
        return derived

    def _bind(self, auth_provider: AuthProvider) -> None:
        if isinstance(auth_provider, SupportsBinding):
            auth_provider.bind_to_client(
                ClientComponents(
                    config=self._config, transport=self._transport, clock=self._clock, token_store=self._token_store
                )
            )

    def _prepare(self, call: Call[T]) -> tuple[str, dict[str, str], bytes | None]:
        if self._lifetime.is_over:
            raise closed_error()
        operation = call.operation
        if not self._quota.has(operation):
            raise unavailable(operation)
        url = self._config.api_url + expand_path(operation.path, call.arguments)
        if query := build_query(operation, call.arguments, self._defaults):
            url = f"{url}?{query}"
        headers = {"Accept": "application/json"}
        if call.fresh:
            headers["Cache-Control"] = "no-cache"
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

    def _admission(self, call: Call[T], progress: CallProgress) -> Admission:
        config = self._config
        max_wait = config.max_retry_wait
        if config.deadline is not None:
            max_wait = min(max_wait, max(0.0, config.deadline - progress.elapsed()))
        return Admission(
            operation=call.operation, priority=self._priority(call), since=progress.started, max_wait=max_wait
        )

    def _priority(self, call: Call[T]) -> Priority:
        return call.priority if self._config.priority == "auto" else self._config.priority

    def _flight(self, call: Call[T], url: str, token: Secret) -> Flight:
        if call.operation.method != "GET":
            return self._reads.write()
        # With the token, because a provider may give each task another one: nobody is shown another user's data. With
        # all that makes up patience, because whoever has more must not be told that it was too late, and whoever has
        # less must not wait for as long.
        config = self._config
        patience = config.timeout, config.deadline, config.max_retry_wait, self._priority(call)
        return self._reads.read((url, token, call.fresh, patience))

    def _delay_or_raise(self, error: ApiError | TransportError, progress: CallProgress) -> float:
        """Return the seconds to wait before the next attempt, or raise the error if there is to be none."""
        decision = self._decide(error, progress)
        # A time-out followed by a refusal: the first attempt may have done it all the same.
        progress.settle(may_have_been_executed=error.may_have_been_executed)
        error.may_have_been_executed = progress.may_have_been_executed
        if isinstance(decision, Retry):
            return decision.delay
        error.operation = progress.operation.id
        progress.log.warning(
            "request_failed", attempt=progress.number, error=type(error).__name__, reason=decision.reason
        )
        raise error

    def _decide(self, error: ApiError | TransportError, progress: CallProgress) -> Retry | GiveUp:
        config, elapsed = self._config, progress.elapsed()
        decision = self._policy.decide(
            Attempt(
                number=progress.number,
                operation=progress.operation,
                idempotent=progress.idempotent,
                error=error,
                may_have_been_executed=error.may_have_been_executed,
                elapsed=elapsed,
                max_retries=config.max_retries,
                max_retry_wait=config.max_retry_wait,
            )
        )
        if isinstance(decision, GiveUp):
            return decision
        if config.deadline is not None and decision.delay >= config.deadline - elapsed:
            return GiveUp("deadline")
        # Whoever was told when to come back is expected, and the gate keeps such retries apart.
        if not isinstance(error, RateLimitError) and not self._budget.spend():
            return GiveUp("retry_budget_spent")
        return decision

    def _name_granted_scopes(self, error: ApiError) -> None:
        if isinstance(error, MissingScopeError) and isinstance(self._auth, SupportsScopes):
            granted = self._auth.granted_scopes()
            error.granted_scopes = None if granted is None else tuple(sorted(granted))

    async def _close_gate(self, response: HttpResponse, progress: CallProgress) -> None:
        seconds = pause_after(response, now=self._clock.time())
        if seconds > 0.0:
            progress.log.warning("rate_limited", attempt=progress.number, paused=seconds)
            await self._rate_limiter.pause(seconds)


async def _find_nothing(_request: HttpRequest, /) -> HttpResponse | None:
    return None


def _defaults(config: ClientConfig) -> Mapping[str, Argument]:
    return {"market": config.market, "locale": config.locale}


def _access_of(auth_provider: AuthProvider) -> Callable[[], Awaitable[str]]:
    ask = auth_provider.get_access_token
    if iscoroutinefunction(ask):
        return ask  # as it should be, and as it costs no call anything

    def ask_warily() -> Awaitable[str]:
        given = cast("object", ask())
        if isinstance(given, Awaitable):
            return cast("Awaitable[str]", given)
        kind = type(given).__name__
        del given  # the token itself, as a rule
        raise TypeError(f"the auth provider's get_access_token must be an async function; it returned {kind}")

    return ask_warily


def _invalidation_of(auth_provider: AuthProvider) -> Callable[[str], Awaitable[None]] | None:
    return auth_provider.invalidate if isinstance(auth_provider, SupportsInvalidate) else None


def _identity_of(auth_provider: AuthProvider) -> str | None:
    return auth_provider.acts_for() if isinstance(auth_provider, SupportsIdentity) else None


def _retryable(error: SpotifyError, progress: CallProgress) -> ApiError | TransportError:
    """Return the error of an attempt for the retry policy to judge; raise it if there is nothing to judge."""
    if isinstance(error, TransportError):
        error.may_have_been_executed = progress.sent and error.sent
        return error
    if isinstance(error, ApiError):
        # Raised, not answered: the token endpoint or the limiter refused, and nothing was sent.
        error.may_have_been_executed = False
        return error
    # No token can be had, or the client is closed.
    error.may_have_been_executed = progress.may_have_been_executed
    raise error


def _checked_token(token: str) -> Secret:
    """Return the token wrapped, once it is sure that it cannot break out of its header line."""
    # Providers are the application's: the annotation is a wish, and None is what a forgotten `return` gives.
    if not isinstance(cast("object", token), str):
        raise TypeError(f"the auth provider must return the access token as str, not {type(token).__name__}")
    secret = Secret(token)
    if not is_token(token):
        del token  # a line end too many does not make it harmless in a traceback that shows locals
        raise ValueError("the auth provider returned an access token that is empty or not printable ASCII")
    return secret
