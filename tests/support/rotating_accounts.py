"""An accounts service that rotates refresh tokens and refuses old ones, or keeps them."""

import asyncio
import json
from collections import defaultdict
from urllib.parse import parse_qs, urlsplit

from spotify.interfaces import HttpResponse


class RotatingAccounts:
    """A `Transport` to it, and to a Web API whose profile is that of the token's user.

    Attributes:
        refreshes: The number of refreshes by user.
        unknown_tokens: The number of calls with an unknown token.
    """

    def __init__(self, *, pauses=(), refused=(), rotates=True, expires_in=3600):
        """Start without refreshes.

        `pauses`: event loop iterations before and after each exchange. `refused`: whether each call gets a 401.
        `rotates`: whether a refresh replaces the refresh token. `expires_in`: seconds.
        """
        self.refreshes = defaultdict(int)
        self.unknown_tokens = 0
        self._pauses = iter(pauses)
        self._refused = iter(refused)
        self._rotates = rotates
        self._expires_in = expires_in

    def token(self, refresh_token):
        """Return status and body of a refresh. A refresh token is `user-number`."""
        user, _, number = refresh_token.rpartition("-")
        if int(number) != self.current(user):
            return 400, {"error": "invalid_grant", "error_description": "Refresh token revoked"}
        self.refreshes[user] += 1
        number = self.refreshes[user]
        return 200, {
            "access_token": f"access-{user}-{number}",
            **({"refresh_token": f"{user}-{number}"} if self._rotates else {}),
            "token_type": "Bearer",
            "expires_in": self._expires_in,
        }

    def current(self, user):
        """Return the number of the user's valid refresh token."""
        return self.refreshes[user] if self._rotates else 0

    async def send(self, request, /):
        for _ in range(next(self._pauses, 0)):
            await asyncio.sleep(0)
        if urlsplit(request.url).path == "/api/token":
            status, body = self.token(parse_qs(request.body)[b"refresh_token"][0].decode())
        else:
            status, body = self._profile(request.authorization.reveal())
        for _ in range(next(self._pauses, 0)):
            await asyncio.sleep(0)
        return HttpResponse(status=status, body=json.dumps(body).encode())

    async def close(self):
        pass

    def _profile(self, authorization):
        kind, user, number = authorization.removeprefix("Bearer ").split("-")
        if kind != "access" or int(number) > self.refreshes[user]:
            self.unknown_tokens += 1
        if next(self._refused, False):
            return 401, {"error": {"status": 401, "message": "The access token expired"}}
        return 200, {"id": user, "type": "user", "uri": f"spotify:user:{user}"}
