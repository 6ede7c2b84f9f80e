"""The tokens of one user: loaded from the store, refreshed before they expire, saved before they are used."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from copy import copy
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Final, TypeAlias
from weakref import WeakKeyDictionary

from spotify._checks import check_awaitable, implements
from spotify._concurrency import SingleFlight, UnfinishedTasks
from spotify._event_loops import thread_lock
from spotify.credentials import Secret, SecretSource
from spotify.errors import (
    AuthenticationError,
    LoginError,
    LoginRequiredError,
    ReauthorizationRequiredError,
    RefreshUnfinishedError,
    SpotifyError,
    TokenStoreError,
    TokenSupersededError,
)
from spotify.impl.auth.token_endpoint import TokenEndpoint, TokenResponse
from spotify.impl.checked_parts import checked_token_store
from spotify.impl.token_stores.memory_token_store import MemoryTokenStore
from spotify.interfaces.token_store import LOCK_TIMEOUT, SupportsUnfinished, Token, TokenKey, TokenStore
from spotify.logs import get_logger

TokenHook: TypeAlias = Callable[[Token], Awaitable[None]]

_log = get_logger(__name__)

_REAUTHORIZATION_NOTICE: Final = timedelta(days=14)
_STORE_RETRY_INTERVAL: Final = timedelta(seconds=5)
_UNFINISHED_INTERVAL: Final = 1.0  # seconds between two looks for the token of another worker
_PRESUMED_DEAD: Final = 900.0  # seconds after which the user is asked to log in although a worker has not finished


# By user: a refresh token that was used, and the token it was exchanged for, which could not be saved.
_UnsavedTokens: TypeAlias = dict[TokenKey, tuple[Secret, Token]]

# They belong to the store, not to the object that requested the token: an application may drop that at any time.
_unsaved_by_store: Final[WeakKeyDictionary[TokenStore, _UnsavedTokens]] = WeakKeyDictionary()


def _unsaved_tokens(store: TokenStore) -> _UnsavedTokens:
    try:
        return _unsaved_by_store.setdefault(store, {})
    except TypeError:  # a store that cannot be a key, or not weakly
        return {}


class UserTokens:
    """Provides a valid access token: the one in memory, the one in the store, or a refreshed one.

    A refresh invalidates the refresh token it used, so two concurrent refreshes, or one whose response is lost, end the
    login. Therefore a refresh runs under the store's lock, after the store is read again; it is finished even if all
    callers are cancelled; and the new token is saved before any caller gets it. If it cannot be saved, it is kept in
    memory until it can, for all objects with the same store. Each event loop that needs a token reads the store under
    the lock, so that several threads refresh it once. Waiting for another worker ends with the last caller.

    While the token in memory is valid, a failing store raises no error: tokens are refreshed early enough for that.
    """

    def __init__(
        self,
        key: TokenKey,
        client_secret: SecretSource | None,
        *,
        store: TokenStore | None,
        endpoint: TokenEndpoint,
        on_token_change: TokenHook | None,
    ) -> None:
        """Keep the components; nothing is loaded yet. Without a store, the client's is used, else a memory store."""
        self._key = key
        self._client_secret = client_secret
        self._guard = thread_lock()
        self._chosen_store = store
        self._checked_store: TokenStore | None = None
        self._endpoint = endpoint
        self._on_token_change = on_token_change
        self._look_ups: SingleFlight[Token] = SingleFlight(on_cancel="continue")
        self._work: SingleFlight[Token] = SingleFlight(on_cancel="finish")  # logins by their code, and saves
        self._busy = UnfinishedTasks(timeout=LOCK_TIMEOUT)  # the tasks that hold the lock, or have held it
        self._own_unsaved: _UnsavedTokens | None = None
        self._token: Token | None = None
        self._store_failed_at: datetime | None = None  # the last time
        self._invalidated: Secret | None = None  # the last access token that the API rejected
        # A refresh token that the token endpoint rejected, and its error.
        self._rejected: tuple[Secret, ReauthorizationRequiredError] | None = None
        # When to stop waiting for the token of a worker that replaced that one, by the clock's `monotonic`.
        self._wait_until: float | None = None

    @property
    def current(self) -> Token | None:
        """The token in memory; None before the first use."""
        return self._token

    async def get(self) -> Token:
        """Return a token whose access token is valid.

        Raises:
            LoginRequiredError: The user has to log in.
            SpotifyError: The token could not be loaded or refreshed.
        """
        token = self._token
        if token is None or not (self._is_fresh(token) or (self._store_failed_recently() and self._is_valid(token))):
            try:
                token = await self._look_ups.run(self._look_up)
            except TokenStoreError:
                token = self._token
                if token is None or not self._is_valid(token):
                    raise
        return token

    async def exchange(self, form: dict[str, str | Secret], *, scopes: frozenset[str]) -> Token:
        """Exchange an authorization code for the first token of a login, and save it, even if the caller is cancelled.

        Args:
            form: The parameters of the token request, with the `code`.
            scopes: The requested scopes, used if the response does not state the granted ones.

        Raises:
            LoginError: Spotify does not accept the code.
            SpotifyError: The token request failed for another reason, or the token could not be saved.
        """
        return await self._work.run(partial(self._exchange, form, scopes), key=form["code"])

    async def _exchange(self, form: dict[str, str | Secret], scopes: frozenset[str]) -> Token:
        failure: TokenStoreError | None = None
        # A code can be used once: it is not used if the store is unavailable.
        async with self._store.lock(self._key):
            self._busy.add(asyncio.current_task())
            try:
                response = await self._request(form)
            except ReauthorizationRequiredError as exc:  # `invalid_grant`, which here is about the code
                raise LoginError(
                    f"Spotify does not accept the code ({exc.message}): a code can be used once and expires within "
                    "minutes; log in again",
                    reason="invalid_grant",
                ) from exc.with_traceback(None)
            token = response.to_token(now=self._endpoint.now(), scopes=scopes)
            try:
                await self._store.save(self._key, token)
            except TokenStoreError as exc:
                failure = exc  # raised after the lock is released: this worker saves nothing later
            else:
                self._token = token
                self._unsaved.pop(self._key, None)
        if failure is not None:
            try:
                raise failure
            finally:
                del failure  # no cycle of the error and this frame
        _log.info("user_authorized", scopes=sorted(token.scopes))
        await self._call_hook(token)
        return token

    async def stored(self) -> Token | None:
        """Return the token in the store, which may have expired; None if there is none."""
        return await self._store.load(self._key)

    async def add(self, token: Token) -> bool:
        """Store a token, unless one is stored already; return whether it was stored."""
        async with self._store.lock(self._key):
            if await self._store.load(self._key) is not None:
                return False
            await self._store.save(self._key, token)
        return True

    async def delete(self) -> None:
        """Delete the token from the store and from memory."""
        async with self._store.lock(self._key):
            await self._store.delete(self._key)
            self._token = None
            self._unsaved.pop(self._key, None)

    def invalidate(self, access_token: Secret) -> None:
        """Stop using this access token."""
        token = self._token  # another thread may replace it at any time
        if token is not None and token.access_token == access_token:
            self._token = None
            self._invalidated = access_token

    async def settle(self) -> None:
        """Wait for a refresh or login of this process, and try again to save a token that could not be saved.

        It does not wait for other workers, as a look-up of the token does, except to save such a token or to complete a
        login. It waits for at most `LOCK_TIMEOUT` seconds.
        """
        loop = asyncio.get_running_loop()
        ends_at = loop.time() + LOCK_TIMEOUT
        await self._busy.wait()
        await self._work.settle(limit=max(0.0, ends_at - loop.time()))  # a login that waits for the lock
        # Not by the property, which would choose a store.
        if self._own_unsaved is not None and (unsaved := self._own_unsaved.get(self._key)) is not None:
            with suppress(SpotifyError, TimeoutError):
                async with asyncio.timeout_at(ends_at):
                    await self._work.run(self._save_unsaved, key=unsaved[0])

    @property
    def _store(self) -> TokenStore:
        if self._checked_store is None:
            self._checked_store = checked_token_store(self._unchecked_store)
        return self._checked_store

    @property
    def _unchecked_store(self) -> TokenStore:
        store = self._chosen_store
        if store is None:
            with self._guard:  # two threads must not choose two memory stores
                store = self._chosen_store = self._chosen_store or self._endpoint.token_store or MemoryTokenStore()
        return store

    @property
    def _unsaved(self) -> _UnsavedTokens:
        if self._own_unsaved is None:
            self._own_unsaved = _unsaved_tokens(self._unchecked_store)
        return self._own_unsaved

    def _is_fresh(self, token: Token) -> bool:
        """Return whether the token can be used without a refresh."""
        skew = self._endpoint.config.token_expiry_skew
        return token.access_token != self._invalidated and token.is_fresh(self._endpoint.now(), skew=skew)

    def _is_valid(self, token: Token) -> bool:
        """Return whether the token has not expired, even if it is due for a refresh."""
        return token.access_token != self._invalidated and token.is_fresh(self._endpoint.now(), skew=0.0)

    def _store_failed_recently(self) -> bool:
        """Return whether to leave the store alone: a call that tries it can take seconds to fail."""
        failed_at = self._store_failed_at
        return failed_at is not None and self._endpoint.now() - failed_at < _STORE_RETRY_INTERVAL

    async def _look_up(self) -> Token:
        is_logged = False
        while not isinstance(found := await self._attempt(), Token):
            if found and not is_logged:
                _log.warning("send_delayed", reason="refresh_elsewhere", seconds=round(found, 3))
                is_logged = True
            await self._endpoint.clock.sleep(min(found, _UNFINISHED_INTERVAL))
        return found

    async def _attempt(self) -> Token | float:
        """Do the same as `_load_or_refresh` in a task, which is cancelled with this one only before it has the lock."""
        attempt = asyncio.create_task(self._load_or_refresh())
        attempt.add_done_callback(lambda done: done.cancelled() or done.exception())  # there may be no caller left
        try:
            await asyncio.wait((attempt,))
            return attempt.result()
        except asyncio.CancelledError:
            if attempt not in self._busy:
                attempt.cancel()
                self._busy.add(attempt)  # the store may have to release the lock
            raise
        finally:
            del attempt  # no cycle of its error and this frame

    async def _load_or_refresh(self) -> Token | float:
        """Return the stored token, refreshed if it is due; or the seconds after which to try again at the latest.

        Another worker may have stored a newer token during the refresh, as this one may have lost the lock: then that
        is at once, 0. Or one that lost the lock may still store its token: then it is the seconds left for that.
        """
        try:
            async with self._store.lock(self._key):
                self._busy.add(asyncio.current_task())
                found = await self._load_or_refresh_locked()
        except SpotifyError as exc:
            if type(exc) is not LoginRequiredError:  # without a login there is nothing to refresh
                _log.warning("token_refresh_failed", error=type(exc).__name__)
            if isinstance(exc, TokenStoreError):
                self._store_failed_at = self._endpoint.now()
            raise
        if not isinstance(found, tuple):
            return found
        token, is_new = found
        if (left := token.expires_by - self._endpoint.now()) <= _REAUTHORIZATION_NOTICE:
            _log.warning("reauthorization_due", expires_by=token.expires_by.isoformat(), days_left=left.days)
        if is_new:
            await self._call_hook(token)
        return token

    async def _load_or_refresh_locked(self) -> tuple[Token, bool] | float:
        """Return the stored token and whether it was refreshed; or when to try again, as `_load_or_refresh` does."""
        token = await self._load()
        is_new = not self._is_fresh(token)
        if is_new:
            try:
                token = await self._refresh(token)
            except ReauthorizationRequiredError as exc:
                # In this order: a worker that finishes in between has stored it.
                held_ago = await self._unfinished()
                latest = await self._store.load(self._key)
                if latest is None:
                    raise
                if latest.refresh_token != token.refresh_token or self._is_fresh(latest):
                    return 0.0
                if held_ago is None:
                    await self._store_as_expired(latest)
                    raise
                if (seconds := self._time_left(held_ago)) > 0.0:
                    return seconds
                raise _without_certainty(exc, held_ago) from None
            except TokenSupersededError:
                if await self._store.load(self._key) is None:
                    raise
                return 0.0
        self._token = token
        return token, is_new

    async def _store_as_expired(self, token: Token) -> None:
        """Store that the API rejected the access token, or else another process would use it until it expires.

        The refresh token stays, as services have been seen to reject valid ones for a while.
        """
        now = self._endpoint.now()
        if token.access_token == self._invalidated and now < token.expires_at:
            with suppress(TokenStoreError):  # the login has to be repeated in any case
                await self._store.save(self._key, replace(token, expires_at=max(now, token.issued_at)))

    async def _unfinished(self) -> float | None:
        store = self._store
        return await store.unfinished(self._key) if implements(store, SupportsUnfinished) else None

    def _time_left(self, held_ago: float) -> float:
        """Return the seconds to wait for an unfinished worker that last held the lock `held_ago` seconds ago."""
        now = self._endpoint.clock.monotonic()
        if self._wait_until is None:
            self._wait_until = now + LOCK_TIMEOUT
        # Not longer than that, even if the clock of the store's server was set back.
        return min(LOCK_TIMEOUT - held_ago, self._wait_until - now)

    async def _save_unsaved(self) -> Token:
        async with self._store.lock(self._key):
            self._busy.add(asyncio.current_task())
            return await self._load()

    async def _load(self) -> Token:
        token = await self._store.load(self._key)
        if (latest := self._unsaved.get(self._key)) is not None:
            used, unsaved = latest
            # The unsaved token is the latest, unless another worker saved a newer one or logged the user out.
            if token is not None and token.refresh_token == used and token.issued_at < unsaved.issued_at:
                await self._store.save(self._key, unsaved)
                token = unsaved
            self._unsaved.pop(self._key, None)
        if token is None:
            raise LoginRequiredError(
                "the user has not logged in yet: send them to `authorization_url`, then call `exchange_redirect` with "
                "the URL that they are redirected to"
            )
        return token

    async def _refresh(self, token: Token) -> Token:
        refresh_token = token.refresh_token
        if refresh_token is None:
            raise LoginRequiredError(
                "the access token has expired, and Spotify granted no refresh token; the user has to log in again"
            )
        if self._rejected is not None and self._rejected[0] == refresh_token:
            raise copy(self._rejected[1])  # a copy, so that tracebacks do not accumulate
        try:
            response = await self._request({"grant_type": "refresh_token", "refresh_token": refresh_token})
        except ReauthorizationRequiredError as exc:
            self._rejected, self._wait_until = (refresh_token, copy(exc)), None
            raise
        refreshed = response.to_token(now=self._endpoint.now(), previous=token, scopes=token.scopes)
        self._unsaved[self._key] = (refresh_token, refreshed)
        await self._store.save(self._key, refreshed)
        self._unsaved.pop(self._key, None)
        _log.info("token_refreshed", grant="refresh_token", expires_in=response.expires_in)
        return refreshed

    async def _request(self, form: dict[str, str | Secret]) -> TokenResponse:
        return await self._endpoint.exchange(form, client_id=self._key.client_id, client_secret=self._client_secret)

    async def _call_hook(self, token: Token) -> None:
        if self._on_token_change is not None:
            pending = self._on_token_change(token)
            check_awaitable("on_token_change", pending)
            await pending


def _without_certainty(refusal: ReauthorizationRequiredError, held_ago: float) -> AuthenticationError:
    """Return the error of a refused refresh token that another worker, which has not finished, may have replaced."""
    if held_ago < _PRESUMED_DEAD:
        return RefreshUnfinishedError(
            refusal.message,
            status_code=refusal.status_code,
            reason=refusal.reason,
            response_body=refusal.response_body,
        )
    error = copy(refusal)
    error.advice = (
        f"another worker began to refresh the token {held_ago / 60:.0f} minutes ago and has not finished: if it is "
        "frozen, calls work again when it continues; otherwise log in again"
    )
    return error
