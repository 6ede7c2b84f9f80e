"""The registered application: its credentials and redirect URIs.

https://developer.spotify.com/documentation/web-api/concepts/redirect_uri
"""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal
from urllib.parse import SplitResult, unquote_plus, urlsplit

from spotify.testing.sandbox.http.errors import invalid_client

RedirectUriStatus = Literal["registered", "insecure", "invalid"]

DEFAULT_REDIRECT_URI: Final = "http://127.0.0.1:8888/callback"
_LOOPBACK: Final = frozenset({"127.0.0.1", "::1"})


class RedirectUris:
    """The redirect URIs of an application: every loopback URI, and the registered https URIs.

    Attributes:
        default: A redirect URI to log in with: the first that was registered, or a loopback URI.
    """

    def __init__(self, registered: Iterable[str] = ()) -> None:
        """Register URIs.

        Raises:
            ValueError: A URI is neither https nor a loopback URI.
        """
        uris = (registered,) if isinstance(registered, str) else tuple(registered)
        for uri in uris:
            _check(uri)
        self._registered: Final = frozenset(uris)
        self.default: Final = uris[0] if uris else DEFAULT_REDIRECT_URI

    def status_of(self, uri: str) -> RedirectUriStatus:
        """Return whether `uri` is registered, and if not, how Spotify describes it."""
        parts = _split(uri)
        if parts is None:
            return "invalid"
        if parts.scheme == "http":
            return "registered" if parts.hostname in _LOOPBACK else "insecure"
        return "registered" if uri in self._registered else "invalid"


def _split(uri: str) -> SplitResult | None:
    """Split an absolute http or https URI without user and fragment; return None for any other string."""
    # Only printable ASCII can be sent in a `Location` header as it is.
    if not all("!" <= character <= "~" for character in uri):
        return None
    try:
        parts = urlsplit(uri)
        port_is_valid = parts.port is None or parts.port > 0
    except ValueError:
        return None
    is_plain = parts.scheme in {"http", "https"} and bool(parts.hostname) and not {"@", "\\"} & set(parts.netloc)
    return parts if is_plain and port_is_valid and "#" not in uri else None


def _check(uri: str) -> None:
    parts = _split(uri)
    if parts is None:
        raise ValueError(f"the redirect URI {uri!r} must be an absolute http or https URI without user and fragment")
    if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
        raise ValueError(
            f"the redirect URI {uri!r} is not secure: use https or, on this machine, http://127.0.0.1:PORT or "
            f"http://[::1]:PORT (Spotify has rejected `localhost` since 2025)"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """An application as it is registered with Spotify.

    Attributes:
        client_id: Its public id.
        client_secret: Its secret.
        redirect_uris: Where the authorize page may redirect to.
    """

    client_id: str
    client_secret: str = field(repr=False)
    redirect_uris: RedirectUris

    def authenticate(self, header: str | None, form: Mapping[str, str]) -> bool:
        """Return whether a request has the client secret, in HTTP Basic or in the form.

        A request with the client id alone is one of a public client, which uses PKCE.

        Raises:
            OAuthError: The client id is unknown, or the secret is wrong.
        """
        client_id, secret = _basic(header) if header else (form.get("client_id", ""), form.get("client_secret"))
        if client_id != self.client_id:
            raise invalid_client("Invalid client")
        if secret is None:
            return False
        if not hmac.compare_digest(secret.encode(), self.client_secret.encode()):
            raise invalid_client("Invalid client secret")
        return True


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
