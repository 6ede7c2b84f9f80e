"""An auth provider as the executor uses it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from inspect import iscoroutinefunction
from typing import TypeGuard

from spotify._checks import implements, is_token
from spotify.credentials import Secret
from spotify.interfaces.auth import AuthProvider, SupportsIdentity, SupportsInvalidate, SupportsLogins, SupportsScopes


@dataclass(frozen=True, slots=True, kw_only=True)
class Authorization:
    """An auth provider and its optional methods, looked up once instead of in every call.

    Attributes:
        provider: The auth provider.
        get_access_token: Its method. What it returns is not checked; see `as_secret`.
        invalidate: Its method; None if it cannot replace a token.
        acts_for: The name of the user or application that all its tokens act for; None if the provider has none.
        login_of: Its method; None if the provider does not distinguish logins.
        user: Identifies the user or application in this process: `acts_for`, or a new object.
    """

    provider: AuthProvider
    get_access_token: Callable[[], Awaitable[object]]
    invalidate: Callable[[str], Awaitable[None]] | None
    acts_for: str | None
    login_of: Callable[[str], str | None] | None
    user: object

    @classmethod
    def of(cls, provider: AuthProvider) -> Authorization:
        """Return the authorization by this provider."""
        optional: object = provider
        acts_for = optional.acts_for() if implements(optional, SupportsIdentity) else None
        return cls(
            provider=provider,
            get_access_token=_awaitable(provider.get_access_token),
            invalidate=optional.invalidate if implements(optional, SupportsInvalidate) else None,
            acts_for=acts_for,
            login_of=optional.login_of if implements(optional, SupportsLogins) else None,
            user=acts_for or object(),
        )

    def granted_scopes(self) -> tuple[str, ...] | None:
        """Return the scopes of the current token in alphabetical order; None if they are not known."""
        granted = self.provider.granted_scopes() if implements(self.provider, SupportsScopes) else None
        return None if granted is None else tuple(sorted(granted))


def as_secret(token: object) -> Secret:
    """Return an access token as a secret that can be put into a header line.

    Raises:
        TypeError: It is not a str: a provider without a `return` returns None.
        ValueError: It is empty or not printable ASCII.
    """
    if isinstance(token, str):
        if is_token(token):
            return Secret(token)
        del token  # tracebacks can show locals, and a token with a line end is still a token
        raise ValueError("the auth provider returned an access token that is empty or not printable ASCII")
    kind = type(token).__name__
    del token
    raise TypeError(f"the auth provider must return the access token as str, not {kind}")


def _awaitable(method: Callable[[], object]) -> Callable[[], Awaitable[object]]:
    """Return the method, with a check of what it returns unless it is an async function."""
    if iscoroutinefunction(method):
        return method

    def checked() -> Awaitable[object]:
        returned = method()
        if _is_awaitable(returned):
            return returned
        kind = type(returned).__name__
        del returned  # usually the token itself, which a traceback with locals would show
        raise TypeError(f"the auth provider's get_access_token must be an async function; it returned {kind}")

    return checked


def _is_awaitable(value: object) -> TypeGuard[Awaitable[object]]:
    return isinstance(value, Awaitable)
