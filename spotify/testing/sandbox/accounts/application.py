"""The registered applications: their credentials and redirect URIs.

https://developer.spotify.com/documentation/web-api/concepts/redirect_uri
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal
from urllib.parse import SplitResult, unquote_plus, urlsplit

from spotify._checks import strings_of
from spotify.testing.sandbox.http.errors import invalid_client

RedirectUriStatus = Literal["registered", "insecure", "invalid"]

DEFAULT_REDIRECT_URI: Final = "http://127.0.0.1:8888/callback"
MAX_APPLICATIONS: Final = 25
_FIRST_CLIENT_ID: Final = "5a4db0c1151f7a11d3e571f135a4db0c"
_FIRST_CLIENT_SECRET: Final = "0ddc0ffee0ddba11a5bad5ec4e7f0c0a"  # noqa: S105  it protects nothing
# Browsers handle these themselves; any other one can be the scheme of an application.
_FOREIGN_SCHEMES: Final = frozenset({"data", "file", "ftp", "javascript", "ws", "wss"})
_LOOPBACK: Final = frozenset({"127.0.0.1", "::1"})


class RedirectUris:
    """The redirect URIs of applications: every loopback URI, and the registered URIs with https or a custom scheme."""

    def __init__(self, registered: Iterable[str] = ()) -> None:
        """Register URIs.

        Raises:
            ValueError: A URI is not https, not a loopback URI, and has no custom scheme.
        """
        uris = strings_of("redirect_uris", [registered] if isinstance(registered, str) else registered)
        for uri in uris:
            _check(uri)
        self._registered: Final = frozenset(uris)
        self.default: Final = uris[0] if uris else DEFAULT_REDIRECT_URI
        """A redirect URI to log in with: the first that was registered, or a loopback URI."""

    def status_of(self, uri: str) -> RedirectUriStatus:
        """Return whether `uri` is registered, and if not, how Spotify describes it."""
        parts = _split(uri)
        if parts is None:
            return "invalid"
        if parts.scheme == "http":
            return "registered" if parts.hostname in _LOOPBACK else "insecure"
        return "registered" if uri in self._registered else "invalid"


def _split(uri: str) -> SplitResult | None:
    """Split an absolute URI of a web site or of an application, without user and fragment; None for other strings."""
    # Only printable ASCII can be sent in a `Location` header as it is.
    if not all("!" <= character <= "~" for character in uri):
        return None
    try:
        parts = urlsplit(uri)
        port_is_valid = parts.port is None or parts.port > 0
    except ValueError:
        return None
    is_plain = (
        bool(parts.scheme and parts.hostname)
        and parts.scheme not in _FOREIGN_SCHEMES
        and not {"@", "\\"} & set(parts.netloc)
    )
    return parts if is_plain and port_is_valid and "#" not in uri else None


def _check(uri: str) -> None:
    parts = _split(uri)
    if parts is None:
        raise ValueError(
            f"the redirect URI {uri!r} must be an absolute URI (https or a custom scheme) without user and fragment"
        )
    if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
        raise ValueError(
            f"the redirect URI {uri!r} is not secure: use https or, on this machine, http://127.0.0.1:PORT or "
            f"http://[::1]:PORT (Spotify has rejected `localhost` since 2025)"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """An application as it is registered with Spotify."""

    client_id: str
    """The client id of the application, which is public."""
    client_secret: str = field(repr=False)
    """The client secret of the application."""


class Applications:
    """The applications of one developer. They have the same redirect URIs."""

    def __init__(self, redirect_uris: RedirectUris) -> None:
        """Register the first application."""
        self.first: Final = Application(client_id=_FIRST_CLIENT_ID, client_secret=_FIRST_CLIENT_SECRET)
        """The application that always exists."""
        self.redirect_uris: Final = redirect_uris
        """Where the authorize page may redirect to."""
        self.registered: Final = [self.first]
        """All applications, in the order of registration."""

    def register(self) -> Application:
        """Register another application; its id and secret depend only on the number of applications.

        Raises:
            ValueError: The developer has 25 applications.
        """
        number = len(self.registered)
        if number >= MAX_APPLICATIONS:
            raise ValueError(f"a developer has at most {MAX_APPLICATIONS} applications, as at Spotify")
        client_id, client_secret = (
            hashlib.blake2b(f"{name} {number}".encode(), digest_size=16).hexdigest() for name in ("id", "secret")
        )
        application = Application(client_id=client_id, client_secret=client_secret)
        self.registered.append(application)
        return application

    def find(self, client_id: str | None) -> Application | None:
        """Return the application with a client id."""
        return next((each for each in self.registered if each.client_id == client_id), None)

    def authenticate(self, header: str | None, form: Mapping[str, str]) -> AuthenticatedClient:
        """Return the client that sends a request with its id, and perhaps its secret, in HTTP Basic or in the form.

        A request with the client id alone is one of a public client, which uses PKCE.

        Raises:
            OAuthError: The client id is unknown, or the secret is wrong.
        """
        client_id, secret = _basic(header) if header else (form.get("client_id", ""), form.get("client_secret"))
        application = self.find(client_id)
        if application is None:
            raise invalid_client("Invalid client")
        if secret is None:
            return AuthenticatedClient(client_id, has_secret=False)
        if not hmac.compare_digest(secret.encode(), application.client_secret.encode()):
            raise invalid_client("Invalid client secret")
        return AuthenticatedClient(client_id, has_secret=True)


@dataclass(frozen=True, slots=True)
class AuthenticatedClient:
    """The client that sends a request to the token endpoint."""

    client_id: str
    """The client id of its application."""
    has_secret: bool = field(kw_only=True)
    """Whether it has the application's secret."""


def _basic(header: str) -> tuple[str, str]:
    """Return the client id and secret of HTTP Basic, form-decoded as RFC 6749 section 2.3.1 requires."""
    scheme, _, credentials = header.partition(" ")
    try:
        decoded = base64.b64decode(credentials, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        decoded = ""
    client_id, colon, secret = decoded.partition(":")
    if scheme.lower() != "basic" or not colon:
        raise invalid_client("Invalid client")
    return unquote_plus(client_id), unquote_plus(secret)
