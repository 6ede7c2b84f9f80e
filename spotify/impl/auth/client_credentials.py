"""The client credentials flow: a token for the application itself, which acts for no user."""

from __future__ import annotations

from spotify._checks import check_token
from spotify.config import ClientConfig
from spotify.errors import SpotifyError
from spotify.impl.auth.token_endpoint import TokenEndpoint
from spotify.impl.single_flight import SingleFlight
from spotify.interfaces.clock import Clock
from spotify.interfaces.transport import Transport
from spotify.logs import get_logger
from spotify.secret import Secret

_log = get_logger(__name__)


class ClientCredentialsAuth:
    """`AuthProvider` for client id and secret. RFC 6749, section 4.4.

    One token request is under way at most, however many calls wait for it; the token is renewed shortly before it
    expires, and replaced when the API refuses it.
    """

    def __init__(
        self,
        client_id: str,
        client_secret: str,
        *,
        config: ClientConfig | None = None,
        transport: Transport | None = None,
        clock: Clock | None = None,
    ) -> None:
        """Keep the credentials; nothing is requested yet.

        Args:
            client_id: The application's id.
            client_secret: The application's secret.
            config: Of it `accounts_url`, `timeout` and `token_expiry_skew`; None for the client's.
            transport: Carries the token requests, and stays the caller's; None for the client's.
            clock: Tells when a token expires; None for the client's.

        Raises:
            TypeError: An argument is of the wrong type.
            ValueError: The id or the secret is empty, or has a character that none has, such as a line end.
        """
        check_token("client_id", client_id)
        check_token("client_secret", client_secret)
        self._client_id = client_id
        self._client_secret = Secret(client_secret)
        self._endpoint = TokenEndpoint(config, transport, clock)
        self._requests: SingleFlight[Secret] = SingleFlight()
        self._token: Secret | None = None
        self._renew_at = 0.0

    async def get_access_token(self) -> str:
        """Return the token held, or a new one if it is about to expire.

        Raises:
            AuthenticationError: The accounts service does not accept the credentials.
            SpotifyError: It could not be asked, or did not answer sensibly.
        """
        token = self._token
        if token is None or self._endpoint.clock.monotonic() >= self._renew_at:
            token = await self._requests.run(self._renew)
        return token.reveal()

    async def invalidate(self, access_token: str, /) -> None:
        """Drop this token if it is the one held."""
        if self._token == Secret(access_token):
            self._token = None

    def bind_to_client(self, config: ClientConfig, transport: Transport, clock: Clock, /) -> None:
        """Use the client's components for whatever the constructor was not given."""
        self._endpoint.bind(config, transport, clock)

    async def close(self) -> None:
        """Close what was opened here."""
        await self._endpoint.close()

    async def _renew(self) -> Secret:
        try:
            granted = await self._endpoint.request(
                {"grant_type": "client_credentials"}, client_id=self._client_id, client_secret=self._client_secret
            )
        except SpotifyError as exc:
            _log.warning("token_refresh_failed", error=type(exc).__name__)
            raise
        # At most half of a short life is given up, or a token that lives less than the skew would never be used.
        skew = min(self._endpoint.config.token_expiry_skew, granted.expires_in / 2)
        self._renew_at = self._endpoint.clock.monotonic() + granted.expires_in - skew
        self._token = granted.access_token
        _log.info("token_refreshed", grant="client_credentials", expires_in=granted.expires_in)
        return granted.access_token
