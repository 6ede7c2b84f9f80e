"""The client credentials flow: a token for the application itself, which acts for no user."""

from __future__ import annotations

from typing import Final

from spotify._checks import check_methods, check_str, check_token
from spotify._concurrency import SingleFlight
from spotify.config import ClientConfig
from spotify.credentials import Secret
from spotify.errors import SpotifyError, TokenStoreError
from spotify.impl.auth.token_endpoint import TokenEndpoint, token_of
from spotify.interfaces.auth import ClientComponents
from spotify.interfaces.clock import Clock
from spotify.interfaces.token_store import Token, TokenKey, TokenStore
from spotify.interfaces.transport import Transport
from spotify.logs import get_logger

_log = get_logger(__name__)

_NO_USER: Final = "(the application)"


class ClientCredentialsAuth:
    """`AuthProvider` for client id and secret. RFC 6749, section 4.4.

    One token request is under way at most, however many calls wait for it; the token is renewed shortly before it
    expires, and replaced when the API refuses it. Workers that share a token store share the token. A store that fails
    makes no call fail: this token can be had again at any time.
    """

    def __init__(
        self,
        client_id: str,
        client_secret: str,
        *,
        store: TokenStore | None = None,
        config: ClientConfig | None = None,
        transport: Transport | None = None,
        clock: Clock | None = None,
    ) -> None:
        """Keep the credentials; nothing is requested yet.

        Args:
            client_id: The application's id.
            client_secret: The application's secret.
            store: Where the token is kept for other workers; None for the client's, or nowhere.
            config: Of it `accounts_url`, `timeout` and `token_expiry_skew`; None for the client's.
            transport: Carries the token requests, and stays the caller's; None for the client's.
            clock: Tells when a token expires; None for the client's.

        Raises:
            TypeError: An argument is of the wrong type.
            ValueError: The id or the secret is empty, or has a character that none has, such as a line end.
        """
        check_token("client_id", client_id)
        check_token("client_secret", client_secret)
        if store is not None:
            check_methods("store", store, ("load", "save", "delete", "lock"))
        self._key = TokenKey(client_id=client_id, user=_NO_USER)
        self._client_secret = Secret(client_secret)
        self._endpoint = TokenEndpoint(config, transport, clock)
        self._store = store
        self._work: SingleFlight[Token] = SingleFlight()
        self._token: Token | None = None
        self._refused: Secret | None = None  # the token that the API refused last

    async def get_access_token(self) -> str:
        """Return the token held, or a new one if it is about to expire.

        Raises:
            AuthenticationError: The accounts service does not accept the credentials.
            SpotifyError: It could not be asked, or did not answer sensibly.
        """
        token = self._token
        if token is None or not self._is_usable(token):
            token = await self._work.run(self._find)
        return token.access_token.reveal()

    async def invalidate(self, access_token: str, /) -> None:
        """Drop this token if it is the one held.

        Raises:
            TypeError: It is not a text.
        """
        check_str("access_token", access_token)
        if self._token is not None and self._token.access_token == Secret(access_token):
            self._refused, self._token = self._token.access_token, None

    def acts_for(self) -> str:
        """Name the application, which all its tokens act for."""
        return f"the application {self._key.client_id}"

    def bind_to_client(self, components: ClientComponents, /) -> None:
        """Use the client's components for whatever the constructor was not given."""
        self._endpoint.bind(components)

    async def close(self) -> None:
        """Close what was opened here."""
        await self._endpoint.close()

    def _is_usable(self, token: Token) -> bool:
        skew = self._endpoint.config.token_expiry_skew
        return token.access_token != self._refused and token.is_fresh(self._endpoint.now(), skew=skew)

    async def _find(self) -> Token:
        store = self._store or self._endpoint.token_store
        if store is None:
            self._token = await self._granted()
            return self._token
        try:
            self._token = await self._shared(store)
        except TokenStoreError as exc:
            _log.warning("token_refresh_failed", error=type(exc).__name__)
            self._token = await self._granted()
        return self._token

    async def _shared(self, store: TokenStore) -> Token:
        """Return the token that is in the store, or put one there."""
        async with store.lock(self._key):
            token = await store.load(self._key)
            if token is None or not self._is_usable(token):
                # Held already, should the store fail to keep it.
                token = self._token = await self._granted()
                await store.save(self._key, token)
            return token

    async def _granted(self) -> Token:
        if self._token is not None and self._is_usable(self._token):
            return self._token
        try:
            granted = await self._endpoint.request(
                {"grant_type": "client_credentials"}, client_id=self._key.client_id, client_secret=self._client_secret
            )
        except SpotifyError as exc:
            _log.warning("token_refresh_failed", error=type(exc).__name__)
            raise
        _log.info("token_refreshed", grant="client_credentials", expires_in=granted.expires_in)
        return token_of(granted, now=self._endpoint.now())
