"""An access token obtained elsewhere."""

from __future__ import annotations

from spotify._checks import check_token
from spotify._exceptions import ARGUMENTS_HIDDEN
from spotify.credentials import Secret


class StaticTokenAuth:
    """`AuthProvider` that always returns the same access token and never refreshes it.

    ::

        user = client.for_user(StaticTokenAuth("access-token"))
    """

    __slots__ = ("_token",)

    @ARGUMENTS_HIDDEN
    def __init__(self, access_token: str) -> None:
        """Keep the token.

        Raises:
            TypeError: It is not a str.
            ValueError: It is empty, or has a character that is invalid in a token, such as a line end.
        """
        check_token("access_token", access_token)
        self._token = Secret(access_token)

    async def get_access_token(self) -> str:
        """Return the token."""
        return self._token.reveal()
