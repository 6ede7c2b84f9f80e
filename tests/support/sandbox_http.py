"""A minimal HTTP client for the Web API of a sandbox."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import aiohttp
from yarl import URL

from spotify.testing import SpotifySandbox


@dataclass(frozen=True)
class Reply:
    """A response with its complete body."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The decoded JSON body."""
        return json.loads(self.body)

    @property
    def message(self) -> str:
        """The message of the Web API's error object."""
        message: str = self.json["error"]["message"]
        return message


class Caller:
    """Calls the Web API of a sandbox with an access token; None sends no token."""

    def __init__(self, sandbox: SpotifySandbox, session: aiohttp.ClientSession, token: str | None) -> None:
        self.sandbox = sandbox
        self.session = session
        self.token = token

    async def __call__(
        self,
        method: str,
        path: str,
        *,
        body: object = None,
        raw: bytes | BytesIO | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """Send a request.

        Args:
            method: In capitals.
            path: The encoded path below `/v1`, with the query.
            body: The body, as a value to encode as JSON.
            raw: The body as bytes, instead of `body`.
            headers: Further headers.
        """
        all_headers = {"Authorization": f"Bearer {self.token}"} if self.token is not None else {}
        data = raw
        if body is not None:
            data = json.dumps(body).encode()
            all_headers["Content-Type"] = "application/json"
        all_headers.update(headers or {})
        url = URL(self.sandbox.api_url + path, encoded=True)
        async with self.session.request(method, url, data=data, headers=all_headers) as response:
            return Reply(response.status, response.headers, await response.read())

    async def get(self, path: str, **options: Any) -> Reply:
        """Send a GET."""
        return await self("GET", path, **options)

    def acting(self, *, user: str | None = None, scopes: tuple[str, ...] | None = None) -> Caller:
        """Return a caller with a token of `user` (None: the default user) with `scopes` (None: all)."""
        user = user or self.sandbox.catalogue.default_user.id
        return self.with_token(self.sandbox.issue_token(user=user, scopes=scopes))

    def as_application(self) -> Caller:
        """Return a caller with an application token."""
        return self.with_token(self.sandbox.issue_token())

    def with_token(self, token: str | None) -> Caller:
        """Return a caller with another token."""
        return Caller(self.sandbox, self.session, token)
