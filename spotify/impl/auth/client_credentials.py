"""The client credentials flow: a token for the application itself, which acts for no user."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from spotify._checks import check_methods, check_token, check_type
from spotify._concurrency import SingleFlight
from spotify._event_loops import LoopIndependentLock
from spotify._exceptions import ARGUMENTS_HIDDEN
from spotify.config import ClientConfig
from spotify.credentials import Secret, secret_source
from spotify.errors import SpotifyError, TokenStoreError
from spotify.impl.auth.token_endpoint import TokenEndpoint
from spotify.interfaces.auth import ClientComponents
from spotify.interfaces.clock import Clock
from spotify.interfaces.token_store import Token, TokenKey, TokenStore
from spotify.interfaces.transport import Transport
from spotify.logs import get_logger

_log = get_logger(__name__)

_NO_USER: Final = "(the application)"


class ClientCredentialsAuth:
    """`AuthProvider` for a client id and secret. RFC 6749, section 4.4.

    ::

        auth = ClientCredentialsAuth("client-id", "client-secret")
        client = AsyncSpotifyClient(auth_provider=auth)  # or AsyncSpotifyClient(client_id=…, client_secret=…)

    Concurrent calls share one token request, in all event loops and threads of the process. The token is replaced
    shortly before it expires, and when the API rejects it. Workers that share a token store share the token. A failing
    store fails no call: a new token can be requested at any time.
    """

    @ARGUMENTS_HIDDEN
    def __init__(
        self,
        client_id: str,
        client_secret: str | Callable[[], str],
        *,
        store: TokenStore | None = None,
        config: ClientConfig | None = None,
        transport: Transport | None = None,
        clock: Clock | None = None,
    ) -> None:
        """Check and keep the settings; no token is requested yet.

        Args:
            client_id: The application's client id.
            client_secret: The application's client secret, or a function that returns it, which is called for
                each token request, and once more after a refusal, so that a running program gets a new secret.
            store: Where workers share the token. Default: the client's token store, if it has one.
            config: Provides `accounts_url`, `timeout` and `token_expiry_skew`. Default: the client's.
            transport: Sends the token requests; the caller closes it. Default: the client's.
            clock: The clock for the token's expiry. Default: the client's.

        Raises:
            TypeError: An argument has the wrong type.
            ValueError: The id or the secret is empty, or has an invalid character, such as a line end.
        """
        check_token("client_id", client_id)
        if store is not None:
            check_methods("store", store, ("load", "save", "delete", "lock"))
        self._key = TokenKey(client_id=client_id, user=_NO_USER)
        self._endpoint = TokenEndpoint(config, transport, clock)
        self._store = store
        self._client_secret = secret_source("client_secret", client_secret)
        self._lookups: SingleFlight[Token] = SingleFlight(on_cancel="continue")
        self._lock = LoopIndependentLock()
        self._token: Token | None = None
        self._invalidated: Secret | None = None  # the last token that the API rejected

    async def get_access_token(self) -> str:
        """Return the current token, or a new one if it is about to expire.

        Raises:
            AuthenticationError: The accounts service does not accept the credentials.
            SpotifyError: The token request failed, or its response is invalid.
        """
        token = self._current() or await self._lookups.run(self._look_up)
        return token.access_token.reveal()

    async def invalidate(self, access_token: str, /) -> None:
        """Discard this token if it is the current one.

        Raises:
            TypeError: It is not a str.
        """
        with ARGUMENTS_HIDDEN:
            check_type("access_token", access_token, str)
        rejected = Secret(access_token)
        token = self._token  # another thread may replace it at any time
        if token is not None and token.access_token == rejected:
            self._invalidated, self._token = rejected, None

    def acts_for(self) -> str:
        """Return a name for the application, for which all its tokens act."""
        return f"the application {self._key.client_id}"

    def bind_to_client(self, components: ClientComponents, /) -> None:
        """Use the client's components where the constructor was given none."""
        self._endpoint.bind(components)

    async def close(self) -> None:
        """Close the transport that this object opened, if any. It can be used again afterwards."""
        await self._endpoint.close()

    def _is_fresh(self, token: Token) -> bool:
        skew = self._endpoint.config.token_expiry_skew
        return token.access_token != self._invalidated and token.is_fresh(self._endpoint.now(), skew=skew)

    async def _look_up(self) -> Token:
        async with self._lock.held():
            if (current := self._current()) is not None:  # another event loop has requested it
                return current
            self._token = token = await self._new_token()
            return token

    async def _new_token(self) -> Token:
        store = self._store or self._endpoint.token_store
        if store is None:
            return await self._request()
        try:
            return await self._load_or_request(store)
        except TokenStoreError as exc:
            _log.warning("token_refresh_failed", error=type(exc).__name__)
            return self._current() or await self._request()

    def _current(self) -> Token | None:
        token = self._token
        return token if token is not None and self._is_fresh(token) else None

    async def _load_or_request(self, store: TokenStore) -> Token:
        async with store.lock(self._key):
            token = await store.load(self._key)
            if token is None or not self._is_fresh(token):
                # Kept in memory first, in case the store fails to save it.
                token = self._token = await self._request()
                await store.save(self._key, token)
            return token

    async def _request(self) -> Token:
        try:
            response = await self._endpoint.request(
                {"grant_type": "client_credentials"}, client_id=self._key.client_id, client_secret=self._client_secret
            )
        except SpotifyError as exc:
            _log.warning("token_refresh_failed", error=type(exc).__name__)
            raise
        _log.info("token_refreshed", grant="client_credentials", expires_in=response.expires_in)
        return response.to_token(now=self._endpoint.now())
