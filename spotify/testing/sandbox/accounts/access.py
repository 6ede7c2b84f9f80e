"""Access of an application in development mode: its owner needs Premium, and its users must be on a list.

https://developer.spotify.com/documentation/web-api/concepts/quota-modes
"""

from __future__ import annotations

from spotify.testing.sandbox.catalogue import User
from spotify.testing.sandbox.http.errors import owner_premium_required, user_not_registered

MAX_USERS = 5


class Access:
    """Whether the Web API serves the application, and which of its users.

    Attributes:
        owner_premium: Whether the application's owner has Premium.
        allowlist: The ids of the users that the owner has added to the application; None to serve all.
    """

    def __init__(self) -> None:
        """Create access without restrictions."""
        self.owner_premium = True
        self.allowlist: frozenset[str] | None = None

    def check(self, user: User | None) -> None:
        """Check a call with a valid token of `user`, or of the application.

        Raises:
            WebApiError: 403, in plain text.
        """
        if not self.owner_premium:
            raise owner_premium_required()
        if self.allowlist is not None and user is not None and user.id not in self.allowlist:
            raise user_not_registered()
