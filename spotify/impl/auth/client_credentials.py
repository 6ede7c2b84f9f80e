"""The client credentials flow: a token for the application itself, which acts for no user."""

from __future__ import annotations

from spotify.config import ClientConfig
from spotify.errors import SpotifyError
from spotify.impl.auth.token_response import TokenResponse, read_token_response, token_request
from spotify.impl.response_errors import without_echo
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
        self, client_id: str, client_secret: str, *, config: ClientConfig, transport: Transport, clock: Clock
    ) -> None:
        """Keep the credentials; nothing is requested yet.

        Args:
            client_id: The application's id.
            client_secret: The application's secret.
            config: Of it `accounts_url`, `timeout` and `token_expiry_skew`.
            transport: Carries the token requests; it stays the caller's.
            clock: Tells when a token expires.
        """
        self._client_id = client_id
        self._client_secret = Secret(client_secret)
        self._config = config
        self._transport = transport
        self._clock = clock
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
        if token is None or self._clock.monotonic() >= self._renew_at:
            token = await self._requests.run(self._renew)
        return token.reveal()

    async def invalidate(self, access_token: str, /) -> None:
        """Drop this token if it is the one held."""
        if self._token == Secret(access_token):
            self._token = None

    async def _renew(self) -> Secret:
        try:
            granted = await self._request()
        except SpotifyError as exc:
            _log.warning("token_refresh_failed", error=type(exc).__name__)
            raise
        # At most half of a short life is given up, or a token that lives less than the skew would never be used.
        skew = min(self._config.token_expiry_skew, granted.expires_in / 2)
        self._renew_at = self._clock.monotonic() + granted.expires_in - skew
        self._token = granted.access_token
        _log.info("token_refreshed", grant="client_credentials", expires_in=granted.expires_in)
        return granted.access_token

    async def _request(self) -> TokenResponse:
        request = token_request(
            self._config.accounts_url,
            {"grant_type": "client_credentials"},
            client_id=self._client_id,
            client_secret=self._client_secret,
            timeout=self._config.timeout,
        )
        response = await self._transport.send(request)
        if response.status != 200:
            response = without_echo(response, self._client_secret)
        return read_token_response(response, now=self._clock.time())
