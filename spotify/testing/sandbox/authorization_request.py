"""What an application asks for at the authorize page, read and checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from spotify.testing.sandbox import pkce
from spotify.testing.sandbox.application import Application
from spotify.testing.sandbox.oauth_errors import PageRefusal
from spotify.testing.sandbox.redirect_uris import Verdict, with_parameters
from spotify.testing.sandbox.tokens import SCOPES

_REDIRECT_REFUSALS: Final[Mapping[Verdict, str]] = {
    "insecure": "INVALID_CLIENT: Insecure redirect URI",
    "invalid": "INVALID_CLIENT: Invalid redirect URI",
}


class SentBack(Exception):  # noqa: N818  an answer on its way, not a fault
    """Ends the handling of a request by sending the person back to the application with an error.

    Attributes:
        location: Where to.
    """

    def __init__(self, location: str) -> None:
        """`location` is the redirect URI with the error."""
        super().__init__(location)
        self.location = location


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorizationRequest:
    """A request that can be consented to.

    Attributes:
        redirect_uri: Where the answer goes.
        scopes: What it asks for.
        state: Goes back with the answer as it came; None for none.
        challenge: The code challenge of PKCE; None without it.
        show_dialog: Whether the person is asked again who has allowed all this before.
    """

    redirect_uri: str
    scopes: frozenset[str]
    state: str | None
    challenge: str | None
    show_dialog: bool

    @classmethod
    def read(cls, query: Mapping[str, str], application: Application) -> AuthorizationRequest:
        """Read the query of the authorize page's address.

        Raises:
            PageRefusal: It cannot be told who asks, or whether people may be sent there.
            SentBack: Anything else is wrong.
        """
        if query.get("client_id") != application.client_id:
            raise PageRefusal("INVALID_CLIENT: Invalid client")
        redirect_uri = query.get("redirect_uri", "")
        verdict = application.redirect_uris.verdict(redirect_uri)
        if verdict != "registered":
            raise PageRefusal(_REDIRECT_REFUSALS[verdict])
        if query.get("response_type") != "code":
            raise PageRefusal("response_type must be code")
        request = cls(
            redirect_uri=redirect_uri,
            scopes=frozenset(query.get("scope", "").split()),
            state=query.get("state"),
            challenge=query.get("code_challenge"),
            show_dialog=query.get("show_dialog") == "true",
        )
        request.check(query.get("code_challenge_method"))
        return request

    def check(self, challenge_method: str | None) -> None:
        """Refuse scopes that there are not, and challenges that S256 did not make.

        Raises:
            SentBack: There are such.
        """
        if not self.scopes <= SCOPES:
            raise SentBack(self.location(error="invalid_scope"))
        if self.challenge is None and challenge_method is None:
            return
        if challenge_method != "S256":
            raise SentBack(
                self.location(error="invalid_request", error_description="code_challenge_method must be S256")
            )
        if self.challenge is None or not pkce.is_challenge(self.challenge):
            raise SentBack(
                self.location(
                    error="invalid_request", error_description="code_challenge must be a SHA-256 in base64url"
                )
            )

    def location(self, **parameters: str) -> str:
        """The redirect URI with `parameters` and the state."""
        state = {} if self.state is None else {"state": self.state}
        return with_parameters(self.redirect_uri, parameters | state)
