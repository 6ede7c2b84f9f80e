"""One user's tokens: kept in a store, renewed before they end, and never lost between two refreshes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from copy import copy
from datetime import datetime, timedelta
from typing import Final, TypeAlias, cast

from spotify._concurrency import SingleFlight
from spotify.credentials import Secret
from spotify.errors import (
    LoginError,
    LoginRequiredError,
    ReauthorizationRequiredError,
    SpotifyError,
    TokenStoreError,
    TokenSupersededError,
)
from spotify.impl.auth.token_endpoint import TokenEndpoint, TokenResponse, token_of
from spotify.impl.token_stores.memory_token_store import MemoryTokenStore
from spotify.interfaces.token_store import Token, TokenKey, TokenStore
from spotify.logs import get_logger

TokenHook: TypeAlias = Callable[[Token], Awaitable[None]]

_log = get_logger(__name__)

_NOTICE: Final = timedelta(days=14)
_STORE_HOLIDAY: Final = timedelta(seconds=5)


class UserTokens:
    """Finds a token that is valid now: in hand, in the store, or by a refresh.

    A refresh kills the refresh token that it was made with, so that two at once, or one whose answer is lost, end the
    session. Therefore it takes place under the store's lock, after another look into the store; it is finished even if
    nobody waits for it any more; and the new token is stored before anybody gets it. If it cannot be stored, it is kept
    here until it can.

    A store that fails is no reason to fail for as long as the token in hand is good: the token is renewed early enough
    for that.
    """

    def __init__(
        self,
        key: TokenKey,
        client_secret: Secret | None,
        *,
        store: TokenStore | None,
        endpoint: TokenEndpoint,
        on_token_change: TokenHook | None,
    ) -> None:
        """Take the components; nothing is loaded yet. Without a store, the client's is used, or else the memory."""
        self._key = key
        self._client_secret = client_secret
        self._chosen_store = store
        self._endpoint = endpoint
        self._on_token_change = on_token_change
        self._work: SingleFlight[Token] = SingleFlight(must_finish=True)
        self._token: Token | None = None
        self._store_failed_at: datetime | None = None  # the last time
        self._refused: Secret | None = None  # the access token that the API refused last
        self._dead: tuple[Secret, ReauthorizationRequiredError] | None = (
            None  # a refresh token, and what was said of it
        )
        self._unsaved: tuple[Secret, Token] | None = (
            None  # a refresh token, and what came for it and could not be saved
        )

    @property
    def held(self) -> Token | None:
        """The token in hand; None before the first use."""
        return self._token

    async def get(self) -> Secret:
        """Return an access token that is valid now.

        Raises:
            LoginRequiredError: There is none without the user.
            SpotifyError: It could not be got.
        """
        token = self._token
        if token is None or not (self._is_usable(token) or (self._spares_store() and self._is_valid(token))):
            try:
                token = await self._work.run(self._find)
            except TokenStoreError:
                token = self._token
                if token is None or not self._is_valid(token):
                    raise
        return token.access_token

    async def grant(self, form: dict[str, str | Secret], *, scopes: frozenset[str]) -> Token:
        """Get the first token of a session, and store it.

        Args:
            form: What the token endpoint is asked.
            scopes: What the user was asked for, which counts where the answer does not say.

        Raises:
            LoginError: The code is not accepted.
            SpotifyError: It was not granted for another reason, or could not be stored.
        """
        # A code is good once: where the store is away, it is better not to spend it.
        async with self._store.lock(self._key):
            try:
                granted = await self._request(form)
            except ReauthorizationRequiredError as exc:  # to the token endpoint, a code is a grant like a refresh token
                raise LoginError(
                    f"Spotify does not accept the code ({exc.message}): it is good once, for minutes; log in anew",
                    reason="invalid_grant",
                ) from exc.with_traceback(None)
            token = token_of(granted, now=self._endpoint.now(), scopes=scopes)
            await self._store.save(self._key, token)
            self._token, self._unsaved = token, None
        _log.info("user_authorized", scopes=sorted(token.scopes))
        await self._announce(token)
        return token

    async def forget(self) -> None:
        """Remove the token from the store, and from here."""
        async with self._store.lock(self._key):
            await self._store.delete(self._key)
            self._token = self._unsaved = None

    def refuse(self, access_token: Secret) -> None:
        """Give this access token out no more."""
        if self._token is not None and self._token.access_token == access_token:
            self._token = None
            self._refused = access_token

    async def settle(self) -> None:
        """Wait for a refresh that is under way."""
        await self._work.settle()

    @property
    def _store(self) -> TokenStore:
        if self._chosen_store is None:
            self._chosen_store = self._endpoint.token_store or MemoryTokenStore()
        return self._chosen_store

    def _is_usable(self, token: Token) -> bool:
        skew = self._endpoint.config.token_expiry_skew
        return token.access_token != self._refused and token.is_fresh(self._endpoint.now(), skew=skew)

    def _is_valid(self, token: Token) -> bool:
        """Whether the token is good for now, though it is time to renew it."""
        return token.access_token != self._refused and token.is_fresh(self._endpoint.now(), skew=0.0)

    def _spares_store(self) -> bool:
        """Whether the store failed just now: not every call shall find that out for itself, which can take seconds."""
        return self._store_failed_at is not None and self._endpoint.now() - self._store_failed_at < _STORE_HOLIDAY

    async def _find(self) -> Token:
        try:
            async with self._store.lock(self._key):
                token, is_new = await self._renewed()
                self._token = token
        except SpotifyError as exc:
            if type(exc) is not LoginRequiredError:  # nobody has logged in: there was nothing to refresh
                _log.warning("token_refresh_failed", error=type(exc).__name__)
            if isinstance(exc, TokenStoreError):
                self._store_failed_at = self._endpoint.now()
            raise
        if (left := token.expires_by - self._endpoint.now()) <= _NOTICE:
            _log.warning("reauthorization_due", expires_by=token.expires_by.isoformat(), days_left=left.days)
        if is_new:
            await self._announce(token)
        return token

    async def _renewed(self) -> tuple[Token, bool]:
        """Return the stored token, refreshed if need be, and whether it was."""
        token = await self._stored()
        if self._is_usable(token):
            return token, False
        try:
            return await self._refreshed(token), True
        except (ReauthorizationRequiredError, TokenSupersededError):
            # A worker that loses the lock on the way, or gets it from one that did, may have been overtaken.
            latest = await self._usable_in_store()
            if latest is None:
                raise
            return latest, False

    async def _usable_in_store(self) -> Token | None:
        try:
            token = await self._store.load(self._key)
        except TokenStoreError:
            return None
        return token if token is not None and self._is_usable(token) else None

    async def _stored(self) -> Token:
        token = await self._store.load(self._key)
        if self._unsaved is not None:
            replaced, unsaved = self._unsaved
            # Unless somebody else got further, or logged the user out, what could not be saved is still what counts.
            if token is not None and token.refresh_token == replaced and token.issued_at < unsaved.issued_at:
                await self._store.save(self._key, unsaved)
                token = unsaved
            self._unsaved = None
        if token is None:
            raise LoginRequiredError(
                "nobody has logged in yet: send the user to `authorization_url`, and give `exchange_redirect` "
                "the address that they come back to"
            )
        return token

    async def _refreshed(self, token: Token) -> Token:
        refresh_token = token.refresh_token
        if refresh_token is None:
            raise LoginRequiredError("the access token is over, and Spotify granted no refresh token: log in again")
        if self._dead is not None and self._dead[0] == refresh_token:
            raise copy(self._dead[1])
        try:
            granted = await self._request({"grant_type": "refresh_token", "refresh_token": refresh_token})
        except ReauthorizationRequiredError as exc:
            self._dead = (refresh_token, copy(exc))
            raise
        renewed = token_of(granted, now=self._endpoint.now(), before=token, scopes=token.scopes)
        self._unsaved = (refresh_token, renewed)
        await self._store.save(self._key, renewed)
        self._unsaved = None
        _log.info("token_refreshed", grant="refresh_token", expires_in=granted.expires_in)
        return renewed

    async def _request(self, form: dict[str, str | Secret]) -> TokenResponse:
        return await self._endpoint.request(form, client_id=self._key.client_id, client_secret=self._client_secret)

    async def _announce(self, token: Token) -> None:
        if self._on_token_change is not None:
            told = self._on_token_change(token)
            if not isinstance(cast("object", told), Awaitable):
                raise TypeError(f"on_token_change must be an async function; it returned {type(told).__name__}")
            await told
