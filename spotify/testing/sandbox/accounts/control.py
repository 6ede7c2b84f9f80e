"""`AccountControl`: the methods of the sandbox for applications, tokens and consent."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from spotify.testing.sandbox.accounts.access import SCOPES, Tokens, checked_scopes
from spotify.testing.sandbox.accounts.application import Application, Applications, RedirectUris
from spotify.testing.sandbox.accounts.authorize_page import AuthorizePage, Consent, ConsentMode
from spotify.testing.sandbox.accounts.token_endpoint import Grants, TokenEndpoint
from spotify.testing.sandbox.catalogue import CatalogueKind
from spotify.testing.sandbox.own_content import OwnContent


class AccountControl(OwnContent):
    """The accounts service of a sandbox."""

    def __init__(
        self,
        seed: int,
        catalogue: CatalogueKind,
        time: Callable[[], float],
        *,
        token_lifetime: float,
        consent: ConsentMode,
        consent_user: str | None,
        redirect_uris: Iterable[str],
    ) -> None:
        """See `SpotifySandbox` for the arguments."""
        super().__init__(seed, catalogue, time)
        self._applications = Applications(RedirectUris(redirect_uris))
        self.client_id: Final = self._applications.first.client_id
        """The client id of the first application."""
        self.client_secret: Final = self._applications.first.client_secret
        """The client secret of the first application, which protects nothing."""
        self.applications: Final[Sequence[Application]] = self._applications.registered
        """All applications of the developer; `register_application` adds one."""
        self._tokens = Tokens(time)
        self._grants = Grants(self._tokens, time, token_lifetime)
        self._first_consent: Final = consent, self._user(consent_user)
        self._consent = Consent(mode=consent, user=self._user(consent_user))
        self._authorize_page = AuthorizePage(self._applications, self._grants, self._consent, self.catalogue)
        self._token_endpoint = TokenEndpoint(self._applications, self._tokens, self._grants, token_lifetime)

    def _reset_accounts(self) -> None:
        """Revoke the tokens of users who were added, and consent as at first. Applications stay."""
        for user in self.catalogue.users[len(self._generated.users.entities) :]:
            self._grants.revoke(user)
        self._consent.mode, self._consent.user = self._first_consent
        self._consent.scopes = None

    def issue_token(
        self,
        *,
        user: str | None = None,
        scopes: Iterable[str] | None = None,
        expires_in: float = 3600.0,
        client_id: str | None = None,
    ) -> str:
        """Return a new access token.

        Args:
            user: The id of the user that it acts for; None for an application token.
            scopes: The scopes of a user's token; None for all.
            expires_in: Its lifetime in seconds.
            client_id: The client id of a registered application; None for `sandbox.client_id`.

        Raises:
            ValueError: The user, a scope or the application does not exist.
        """
        client_id = self.client_id if client_id is None else client_id
        if self._applications.find(client_id) is None:
            raise ValueError(f"there is no application {client_id!r}; see `register_application`")
        if user is None:
            if scopes is not None:
                raise ValueError("a token without a user has no scopes: name a user, or omit scopes")
            session_user, allowed = None, frozenset[str]()
        else:
            session_user, allowed = self._user(user), SCOPES if scopes is None else checked_scopes(scopes)
        with self._lock:
            return self._tokens.issue(session_user, allowed, expires_in, client_id=client_id)

    def expire_token(self, token: str) -> None:
        """Expire an access token now.

        Raises:
            KeyError: The sandbox did not issue the token.
        """
        with self._lock:
            self._tokens.expire(token)

    def expire_all_tokens(self) -> None:
        """Expire all access tokens issued so far; refresh tokens stay valid."""
        with self._lock:
            self._tokens.expire_all()

    def consent(self, *, user: str | None = None, scopes: Iterable[str] | None = None) -> None:
        """Let the authorize page redirect with a code at once from now on.

        Args:
            user: The id of the user who logs in; None for the default user.
            scopes: The scopes that are allowed if they are requested; None for all.

        Raises:
            ValueError: The user or a scope does not exist.
        """
        consenting, allowed = self._user(user), None if scopes is None else checked_scopes(scopes)
        self._consent.mode, self._consent.user, self._consent.scopes = "auto", consenting, allowed

    def refuse_consent(self) -> None:
        """Let the authorize page redirect with `error=access_denied` from now on."""
        self._consent.mode = "refuse"

    def revoke(self, user: str | None = None) -> None:
        """Revoke the application's access to a user's account, as users do on their account page.

        The user's codes, refresh tokens and access tokens (those of `issue_token` too) become invalid; the user can log
        in again.

        Args:
            user: The user's id; None for the default user.

        Raises:
            ValueError: The user does not exist.
        """
        with self._lock:
            self._grants.revoke(self._user(user))

    def register_application(self) -> Application:
        """Register another application of the same developer, and return its client id and secret.

        The daily quota is shared by the developer's applications; the other limits count for each application.

        Raises:
            ValueError: The developer has 25 applications.
        """
        with self._lock:
            return self._applications.register()
