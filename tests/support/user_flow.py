"""A user auth provider with fake components, and responses of the accounts service."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

from spotify.config import ClientConfig
from spotify.credentials import Secret
from spotify.impl.auth import AuthorizationCodeAuth, PkceAuth
from spotify.impl.token_stores import MemoryTokenStore
from spotify.interfaces import Token
from spotify.testing import FakeClock, FakeTransport

ROUTE = "POST /api/token"
REDIRECT_URI = "http://127.0.0.1:8000/callback"
INVALID_GRANT = {"error": "invalid_grant", "error_description": "Refresh token revoked"}


def granted(number=1, *, refresh=True, **members):
    rotated = {"refresh_token": f"HUSH-refresh-{number}"} if refresh else {}
    body = {
        "access_token": f"HUSH-access-{number}",
        "token_type": "Bearer",
        "expires_in": 3600,
        "scope": "user-top-read",
    }
    return {**body, **rotated, **members}


def query_of(url):
    return {name: value for name, (value,) in parse_qs(urlsplit(url).query).items()}


class Flow:
    """A provider with a fake clock and transport and a store in memory.

    Attributes:
        hook_tokens: The tokens that `on_token_change` was called with.
    """

    def __init__(self, kind=PkceAuth, *, store=None, transport=None, clock=None, token_expiry_skew=60.0, **arguments):
        self.transport = transport or FakeTransport()
        self.clock = clock or FakeClock()
        self.store = store or MemoryTokenStore()
        self.hook_tokens = []
        secret = {"client_secret": "HUSH-secret"} if kind is AuthorizationCodeAuth else {}
        self.auth = kind(
            client_id="app",
            redirect_uri=REDIRECT_URI,
            store=self.store,
            transport=self.transport,
            clock=self.clock,
            config=ClientConfig(token_expiry_skew=token_expiry_skew),
            **{"on_token_change": self.record, **secret, **arguments},
        )

    async def record(self, token):
        self.hook_tokens.append(token)

    def now(self):
        return datetime.fromtimestamp(self.clock.time(), UTC)

    def redirect(self, code="HUSH-code", **members):
        """Start a login and return its redirect."""
        state = query_of(self.auth.authorization_url())["state"]
        return f"{REDIRECT_URI}?code={code}&state={state}" + "".join(f"&{k}={v}" for k, v in members.items())

    async def log_in(self, **members):
        """Log in, with tokens of number 1."""
        self.transport.answer(ROUTE, json=granted(1, **members))
        return await self.auth.exchange_redirect(self.redirect())

    async def store_token(self, number=1, *, lifetime=3600, age=0, refresh=True, **changes):
        """Store a token that was issued `age` seconds ago."""
        issued_at = self.now() - timedelta(seconds=age)
        token = Token(
            **{
                "access_token": Secret(f"HUSH-access-{number}"),
                "refresh_token": Secret(f"HUSH-refresh-{number}") if refresh else None,
                "issued_at": issued_at,
                "expires_at": issued_at + timedelta(seconds=lifetime),
                "scopes": frozenset({"user-top-read"}),
                "authorized_at": issued_at,
                **changes,
            }
        )
        await self.store.save(self.auth.key, token)
        return token

    def forms(self):
        """The forms of the token requests, in order."""
        return [
            {name.decode(): value.decode() for name, (value,) in parse_qs(request.body).items()}
            for request in self.transport.requests
        ]
