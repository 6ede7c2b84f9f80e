"""Whose answers are whose."""

from __future__ import annotations

from hashlib import sha256
from typing import Final

from cachetools import LRUCache

from spotify.errors import SpotifyError
from spotify.impl.auth.token_response import read_token_response
from spotify.interfaces.transport import HttpRequest, HttpResponse
from spotify.secret import Secret

SHARED: Final = "shared"
"""The partition of answers that are the same for everybody."""

_APPLICATION_GRANT: Final = b"grant_type=client_credentials"
_MOST_TOKENS: Final = 64


class Partitions:
    """Names the partition of the cache that an authorization has to itself. The name tells nothing of the token.

    A token has a partition of its own. A user's next one has another: nothing in a request says that both are the same
    user's, and a guess that fails shows one user's answers to another. What the user reads often is there again soon.

    The tokens of an application itself, which act for no user, have one partition together, in all processes. That
    they are the same application's says the accounts service: it gave them for the same credentials, in an answer that
    passed here.
    """

    __slots__ = ("_applications", "_token_url")

    def __init__(self, accounts_url: str) -> None:
        """Begin with no token known.

        Args:
            accounts_url: The base address of the accounts service.
        """
        self._token_url = f"{accounts_url}/api/token"
        self._applications: LRUCache[str, str] = LRUCache(_MOST_TOKENS)

    def of(self, authorization: Secret | None) -> str:
        """Return the partition of a value of the `Authorization` header."""
        name = "anonymous" if authorization is None else _digest(authorization)
        return self._applications.get(name, name)

    def learn(self, request: HttpRequest, response: HttpResponse) -> None:
        """Note whose token an answer of the accounts service holds, if it is an application's."""
        if (
            request.url != self._token_url
            or request.body != _APPLICATION_GRANT
            or request.authorization is None
            or response.status != 200
        ):
            return
        try:
            granted = read_token_response(response, now=0.0)
        except SpotifyError:
            return
        self._applications[_digest(Secret(f"Bearer {granted.access_token.reveal()}"))] = _digest(request.authorization)


def _digest(authorization: Secret) -> str:
    # An encoding that never fails: the error would show the token.
    return sha256(b"partition of " + authorization.reveal().encode(errors="surrogatepass")).hexdigest()
