"""A token that somebody else got."""

from __future__ import annotations

from spotify._checks import check_token
from spotify.credentials import Secret


class StaticTokenAuth:
    """`AuthProvider` that always gives out the same access token, and never renews it."""

    __slots__ = ("_token",)

    def __init__(self, access_token: str) -> None:
        """Keep the token.

        Raises:
            TypeError: It is not a text.
            ValueError: It is empty, or has a character that no token has, such as a line end.
        """
        check_token("access_token", access_token)
        self._token = Secret(access_token)

    async def get_access_token(self) -> str:
        """Return the token."""
        return self._token.reveal()
