"""One user's tokens: kept in a store, renewed before they end, and never lost between two refreshes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from copy import copy
from datetime import timedelta
from typing import Final, TypeAlias

from spotify.errors import LoginError, LoginRequiredError, ReauthorizationRequiredError, SpotifyError
from spotify.impl.auth.token_endpoint import TokenEndpoint
from spotify.impl.auth.token_response import TokenResponse
from spotify.impl.single_flight import SingleFlight
from spotify.interfaces.token_store import Token, TokenKey, TokenStore
from spotify.logs import get_logger
from spotify.secret import Secret

TokenHook: TypeAlias = Callable[[Token], Awaitable[None]]

_log = get_logger(__name__)

_NOTICE: Final = timedelta(days=14)


class UserTokens:
    """Finds a token that is valid now: in hand, in the store, or by a refresh.

    A refresh kills the refresh token that it was made with, so that two at once, or one whose answer is lost, end the
    session. Therefore it takes place under the store's lock, after another look into the store; it is finished even if
    nobody waits for it any more; and the new token is stored before anybody gets it.
    """

    def __init__(
        self,
        key: TokenKey,
        client_secret: Secret | None,
        *,
        store: TokenStore,
        endpoint: TokenEndpoint,
        on_token_change: TokenHook | None,
    ) -> None:
        """Take the components; nothing is loaded yet."""
        self._key = key
        self._client_secret = client_secret
        self._store = store
        self._endpoint = endpoint
        self._on_token_change = on_token_change
        self._work: SingleFlight[Token] = SingleFlight(must_finish=True)
        self._token: Token | None = None
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
        if token is None or not self._is_usable(token):
            token = await self._work.run(self._find)
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
        try:
            granted = await self._request(form)
        except ReauthorizationRequiredError as exc:  # to the token endpoint, a code is a grant like a refresh token
            raise LoginError(
                f"Spotify does not accept the code ({exc.message}): it is good once, for minutes; begin a new login",
                reason="invalid_grant",
            ) from exc.with_traceback(None)
        token = self._token_of(granted, before=None, scopes=scopes)
        async with self._store.lock(self._key):
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

    def _is_usable(self, token: Token) -> bool:
        skew = self._endpoint.config.token_expiry_skew
        return token.access_token != self._refused and token.is_fresh(self._endpoint.now(), skew=skew)

    async def _find(self) -> Token:
        try:
            async with self._store.lock(self._key):
                token = await self._stored()
                is_new = not self._is_usable(token)
                if is_new:
                    token = await self._refreshed(token)
                self._token = token
        except SpotifyError as exc:
            if type(exc) is not LoginRequiredError:  # nobody has logged in: there was nothing to refresh
                _log.warning("token_refresh_failed", error=type(exc).__name__)
            raise
        if (left := token.expires_by - self._endpoint.now()) <= _NOTICE:
            _log.warning("reauthorization_due", expires_by=token.expires_by.isoformat(), days_left=left.days)
        if is_new:
            await self._announce(token)
        return token

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
        renewed = self._token_of(granted, before=token, scopes=token.scopes)
        self._unsaved = (refresh_token, renewed)
        await self._store.save(self._key, renewed)
        self._unsaved = None
        _log.info("token_refreshed", grant="refresh_token", expires_in=granted.expires_in)
        return renewed

    async def _request(self, form: dict[str, str | Secret]) -> TokenResponse:
        return await self._endpoint.request(form, client_id=self._key.client_id, client_secret=self._client_secret)

    def _token_of(self, granted: TokenResponse, *, before: Token | None, scopes: frozenset[str]) -> Token:
        now = self._endpoint.now()
        return Token(
            access_token=granted.access_token,
            refresh_token=granted.refresh_token or (None if before is None else before.refresh_token),
            issued_at=now,
            expires_at=now + timedelta(seconds=min(granted.expires_in, timedelta(days=365).total_seconds())),
            scopes=scopes if granted.scopes is None else granted.scopes,
            authorized_at=now if before is None else before.authorized_at,
        )

    async def _announce(self, token: Token) -> None:
        if self._on_token_change is not None:
            await self._on_token_change(token)
