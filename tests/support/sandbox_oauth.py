"""A minimal OAuth client for the accounts service of a sandbox."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
from yarl import URL

from spotify.testing import SpotifySandbox

REDIRECT_URI = "http://127.0.0.1:8888/callback"
VERIFIER = "a-verifier.of~just_the_right_length-0123456789"


def challenge_of(verifier: str) -> str:
    """Return the S256 code challenge of a verifier."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")


PKCE = {"code_challenge": challenge_of(VERIFIER), "code_challenge_method": "S256"}


@dataclass(frozen=True)
class Page:
    """A response of the authorize page."""

    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def location(self) -> str:
        """The URL of the redirect."""
        return self.headers["Location"]

    @property
    def parameters(self) -> dict[str, str]:
        """The query parameters of the redirect."""
        query = parse_qs(urlsplit(self.location).query, keep_blank_values=True, strict_parsing=True)
        return {name: value for name, (value,) in query.items()}


class OAuth:
    """Opens the authorize page and requests tokens."""

    def __init__(self, sandbox: SpotifySandbox, session: aiohttp.ClientSession) -> None:
        self.sandbox = sandbox
        self.session = session

    @property
    def basic(self) -> dict[str, str]:
        """The client id and secret as an `Authorization` header."""
        return {"Authorization": aiohttp.encode_basic_auth(self.sandbox.client_id, self.sandbox.client_secret)}

    @property
    def in_body(self) -> dict[str, str]:
        """The client id and secret as form fields."""
        return {"client_id": self.sandbox.client_id, "client_secret": self.sandbox.client_secret}

    @property
    def public(self) -> dict[str, str]:
        """The client id of a public client, without the secret."""
        return {"client_id": self.sandbox.client_id}

    def page_url(self, **parameters: str | None) -> URL:
        """Return the URL of the authorize page; a parameter of None is omitted."""
        defaults = {"client_id": self.sandbox.client_id, "response_type": "code", "redirect_uri": REDIRECT_URI}
        query = {name: value for name, value in {**defaults, **parameters}.items() if value is not None}
        return URL(f"{self.sandbox.accounts_url}/authorize").with_query(query)

    async def open(self, *, method: str = "GET", form: Any = None, **parameters: str | None) -> Page:
        """Request the authorize page, or submit its form, without following redirects."""
        url = self.page_url(**parameters)
        async with self.session.request(method, url, data=form, allow_redirects=False) as response:
            return Page(response.status, response.headers, await response.text())

    async def code(self, **parameters: str | None) -> str:
        """Log in and return the code."""
        return (await self.open(**parameters)).parameters["code"]

    async def token(self, form: Any = None, *, method: str = "POST", **options: Any) -> tuple[int, Any]:
        """Send a request to the token endpoint; return the status and the decoded body."""
        url = f"{self.sandbox.accounts_url}/api/token"
        async with self.session.request(method, url, data=form, **options) as response:
            return response.status, await response.json(content_type=None) if response.status != 405 else None

    async def redeem(self, code: str, credentials: Mapping[str, str], **fields: str) -> tuple[int, Any]:
        """Exchange a code."""
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT_URI}
        return await self.token({**form, **credentials, **fields})

    async def refresh(self, refresh_token: str, credentials: Mapping[str, str]) -> tuple[int, Any]:
        """Exchange a refresh token."""
        return await self.token({"grant_type": "refresh_token", "refresh_token": refresh_token, **credentials})

    async def log_in(self, **parameters: str | None) -> dict[str, Any]:
        """Log in with the client secret; return the body of the token response."""
        code = await self.code(**parameters)
        return _tokens(await self.redeem(code, self.in_body))

    async def log_in_publicly(self, **parameters: str | None) -> dict[str, Any]:
        """Log in with PKCE and without the secret; return the body of the token response."""
        code = await self.code(**PKCE, **parameters)
        return _tokens(await self.redeem(code, self.public, code_verifier=VERIFIER))

    async def status_of(self, access_token: str) -> int:
        """Return the status of `GET /me` with an access token."""
        headers = {"Authorization": f"Bearer {access_token}"}
        async with self.session.get(f"{self.sandbox.api_url}/me", headers=headers) as response:
            return response.status


def oauth_error(error: str, description: str) -> tuple[int, dict[str, str]]:
    """Return the status and body of an error of the token endpoint."""
    return 400, {"error": error, "error_description": description}


def _tokens(response: tuple[int, dict[str, Any]]) -> dict[str, Any]:
    status, body = response
    assert status == 200, body
    return body
