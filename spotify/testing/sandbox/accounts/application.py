"""Where the authorize page sends people back to: what may be registered, and what is.

https://developer.spotify.com/documentation/web-api/concepts/redirect_uri
"""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal
from urllib.parse import SplitResult, unquote_plus, urlencode, urlsplit

from spotify.testing.sandbox.accounts.errors import invalid_client

Verdict = Literal["registered", "insecure", "invalid"]

DEFAULT_REDIRECT_URI: Final = "http://127.0.0.1:8888/callback"
_LOOPBACK: Final = frozenset({"127.0.0.1", "::1"})


class RedirectUris:
    """The redirect URIs of an application: all of the loopback interface, and those that were registered.

    Attributes:
        first: One of them, to log in with.
    """

    def __init__(self, registered: Iterable[str] = ()) -> None:
        """Register URIs.

        Raises:
            ValueError: One is neither https nor of a loopback address.
        """
        uris = (registered,) if isinstance(registered, str) else tuple(registered)
        for uri in uris:
            _check(uri)
        self._registered: Final = frozenset(uris)
        self.first: Final = uris[0] if uris else DEFAULT_REDIRECT_URI

    def verdict(self, uri: str) -> Verdict:
        """Whether people may be sent to `uri`."""
        parts = _split(uri)
        if parts is None:
            return "invalid"
        if parts.scheme == "http":
            return "registered" if parts.hostname in _LOOPBACK else "insecure"
        return "registered" if uri in self._registered else "invalid"


def with_parameters(uri: str, parameters: dict[str, str]) -> str:
    """`uri` with more query parameters."""
    parts = urlsplit(uri)
    query = "&".join(filter(None, (parts.query, urlencode(parameters))))
    return parts._replace(query=query).geturl()


def _split(uri: str) -> SplitResult | None:
    """The parts of an absolute http or https URI without a user and a fragment; None for anything else."""
    # What is not printable ASCII would not survive the way into a header.
    if not all("!" <= character <= "~" for character in uri):
        return None
    try:
        parts = urlsplit(uri)
        port_is_possible = parts.port is None or parts.port > 0
    except ValueError:
        return None
    is_plain = parts.scheme in {"http", "https"} and bool(parts.hostname) and not {"@", "\\"} & set(parts.netloc)
    return parts if is_plain and port_is_possible and "#" not in uri else None


def _check(uri: str) -> None:
    parts = _split(uri)
    if parts is None:
        raise ValueError(f"the redirect URI {uri!r} must be an absolute http or https URI without user and fragment")
    if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
        raise ValueError(
            f"the redirect URI {uri!r} is not secure: use https or, on this machine, http://127.0.0.1:PORT or "
            f"http://[::1]:PORT (Spotify has refused `localhost` since 2025)"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """An application as its owner registered it.

    Attributes:
        client_id: Its public name.
        client_secret: Known to it and to the accounts service.
        redirect_uris: Where people who logged in may be sent.
    """

    client_id: str
    client_secret: str = field(repr=False)
    redirect_uris: RedirectUris

    def authenticate(self, header: str | None, form: Mapping[str, str]) -> bool:
        """Whether a request shows the secret, by HTTP Basic or in its form; apps without one only say who they are.

        Raises:
            OAuthError: It comes from another application, or shows a wrong secret.
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
    """The client id and secret of HTTP Basic, form-decoded as RFC 6749 section 2.3.1 wants it."""
    scheme, _, credentials = header.partition(" ")
    try:
        decoded = base64.b64decode(credentials, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        decoded = ""
    client_id, colon, secret = decoded.partition(":")
    if scheme.lower() != "basic" or not colon:
        raise invalid_client("Invalid client")
    return unquote_plus(client_id), unquote_plus(secret)
