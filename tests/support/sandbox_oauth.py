"""A bare OAuth client for a sandbox's accounts service."""

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
    """What S256 makes of a verifier."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")


PKCE = {"code_challenge": challenge_of(VERIFIER), "code_challenge_method": "S256"}


@dataclass(frozen=True)
class Page:
    """What a browser gets from the authorize page."""

    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def location(self) -> str:
        """Where it is sent to."""
        return self.headers["Location"]

    @property
    def parameters(self) -> dict[str, str]:
        """The query parameters that it is sent back with."""
        query = parse_qs(urlsplit(self.location).query, keep_blank_values=True, strict_parsing=True)
        return {name: value for name, (value,) in query.items()}


class OAuth:
    """Opens the authorize page and asks for tokens."""

    def __init__(self, sandbox: SpotifySandbox, session: aiohttp.ClientSession) -> None:
        self.sandbox = sandbox
        self.session = session

    @property
    def basic(self) -> dict[str, str]:
        """The header with the application's credentials."""
        return {"Authorization": aiohttp.encode_basic_auth(self.sandbox.client_id, self.sandbox.client_secret)}

    @property
    def in_body(self) -> dict[str, str]:
        """The same as form fields."""
        return {"client_id": self.sandbox.client_id, "client_secret": self.sandbox.client_secret}

    @property
    def public(self) -> dict[str, str]:
        """Who an application without a secret says it is."""
        return {"client_id": self.sandbox.client_id}

    def page_url(self, **changed: str | None) -> URL:
        """The authorize page's address; what is changed to None is left out."""
        query = {"client_id": self.sandbox.client_id, "response_type": "code", "redirect_uri": REDIRECT_URI} | changed
        wanted = {name: value for name, value in query.items() if value is not None}
        return URL(f"{self.sandbox.accounts_url}/authorize").with_query(wanted)

    async def open(self, *, method: str = "GET", form: Any = None, **changed: str | None) -> Page:
        """Open the authorize page as a browser that follows no redirect, or send its form."""
        url = self.page_url(**changed)
        async with self.session.request(method, url, data=form, allow_redirects=False) as response:
            return Page(response.status, response.headers, await response.text())

    async def code(self, **changed: str | None) -> str:
        """Log in."""
        return (await self.open(**changed)).parameters["code"]

    async def token(self, form: Any = None, *, method: str = "POST", **options: Any) -> tuple[int, Any]:
        """Ask the token endpoint; gives the status and the JSON."""
        url = f"{self.sandbox.accounts_url}/api/token"
        async with self.session.request(method, url, data=form, **options) as response:
            return response.status, await response.json(content_type=None) if response.status != 405 else None

    async def redeem(self, code: str, credentials: Mapping[str, str], **changed: str) -> tuple[int, Any]:
        """Exchange a code."""
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT_URI}
        return await self.token({**form, **credentials, **changed})

    async def refresh(self, refresh_token: str, credentials: Mapping[str, str]) -> tuple[int, Any]:
        """Exchange a refresh token."""
        return await self.token({"grant_type": "refresh_token", "refresh_token": refresh_token, **credentials})

    async def log_in(self, **changed: str | None) -> dict[str, Any]:
        """Log in with the secret; gives the token endpoint's answer."""
        status, answer = await self.redeem(await self.code(**changed), self.in_body)
        assert status == 200, answer
        return answer  # type: ignore[no-any-return]

    async def log_in_publicly(self, **changed: str | None) -> dict[str, Any]:
        """Log in with PKCE and without the secret; gives the token endpoint's answer."""
        status, answer = await self.redeem(await self.code(**PKCE, **changed), self.public, code_verifier=VERIFIER)
        assert status == 200, answer
        return answer  # type: ignore[no-any-return]

    async def status_of(self, access_token: str) -> int:
        """What the Web API answers to `GET /me` with an access token."""
        headers = {"Authorization": f"Bearer {access_token}"}
        async with self.session.get(f"{self.sandbox.api_url}/me", headers=headers) as response:
            return response.status


def oauth_error(error: str, description: str) -> tuple[int, dict[str, str]]:
    """What the token endpoint refuses with."""
    return 400, {"error": error, "error_description": description}
