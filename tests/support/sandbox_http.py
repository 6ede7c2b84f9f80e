"""A bare HTTP client for a sandbox."""

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
    """An answer, read to its end."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)

    @property
    def message(self) -> str:
        """What an error object of the Web API says."""
        message: str = self.json["error"]["message"]
        return message


class Caller:
    """Calls the Web API of a sandbox with one token; None for no token."""

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
        """Send a request; `path` (with its query, encoded) is below `/v1`."""
        sent = {"Authorization": f"Bearer {self.token}"} if self.token is not None else {}
        data = raw
        if body is not None:
            data = json.dumps(body).encode()
            sent["Content-Type"] = "application/json"
        url = URL(self.sandbox.api_url + path, encoded=True)
        async with self.session.request(method, url, data=data, headers={**sent, **(headers or {})}) as response:
            return Reply(response.status, response.headers, await response.read())

    async def get(self, path: str, **options: Any) -> Reply:
        """Send a GET."""
        return await self("GET", path, **options)

    def acting(self, *, user: str | None = None, scopes: tuple[str, ...] | None = None) -> Caller:
        """The same with a token for `user` (None: the default user), who allowed `scopes` (None: all)."""
        user = user or self.sandbox.catalogue.default_user.id
        return Caller(self.sandbox, self.session, self.sandbox.issue_token(user=user, scopes=scopes))

    def as_application(self) -> Caller:
        """The same with a token of the application itself."""
        return Caller(self.sandbox, self.session, self.sandbox.issue_token())

    def with_token(self, token: str | None) -> Caller:
        """The same with another token."""
        return Caller(self.sandbox, self.session, token)
