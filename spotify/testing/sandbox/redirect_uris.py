"""Where the authorize page sends people back to: what may be registered, and what is.

https://developer.spotify.com/documentation/web-api/concepts/redirect_uri
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Literal
from urllib.parse import SplitResult, urlencode, urlsplit

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
