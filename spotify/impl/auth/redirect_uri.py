"""What Spotify accepts as a redirect URI: https, or http on a loopback address that is written as a number."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

from spotify._checks import check_text, shown
from spotify.credentials import EnvironmentCredentials


def checked_redirect_uri(redirect_uri: str) -> str:
    """Return the redirect URI as it is: Spotify compares it letter by letter.

    Raises:
        TypeError: It is not a text.
        ValueError: Spotify would refuse it. The message says what to use instead.
    """
    check_text("redirect_uri", redirect_uri)
    # The parser drops line ends and tabs, which would be sent all the same.
    if not redirect_uri.isascii() or not redirect_uri.isprintable() or " " in redirect_uri:
        raise ValueError(f"redirect_uri must be printable ASCII without spaces, not {shown(redirect_uri)}")
    try:
        parts = urlsplit(redirect_uri)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise ValueError(f"redirect_uri must be a URL, not {shown(redirect_uri)}") from None
    if parts.fragment or parts.username is not None:
        raise ValueError("redirect_uri must have no fragment and no credentials")
    if parts.scheme == "http" and host == "localhost":
        mended = f"http://127.0.0.1{'' if port is None else f':{port}'}{parts.path}"
        raise ValueError(
            f"Spotify refuses http://localhost as a redirect_uri since 2025: use {shown(mended)}, here and in the "
            "application's settings in Spotify's developer dashboard"
        )
    if host and (parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host))):
        return redirect_uri
    raise ValueError(
        f"redirect_uri must be https://…, or http:// on 127.0.0.1 or [::1], such as "
        f"'http://127.0.0.1:8000/callback', not {shown(redirect_uri)}"
    )


def redirect_uri_from(credentials: EnvironmentCredentials) -> str:
    """Return the environment's redirect URI.

    Raises:
        ValueError: It is not there, or Spotify would refuse it. The message names the variable: other clients have told
            people for years to set it to an address at `localhost`.
    """
    redirect_uri = credentials.redirect_uri
    try:
        return checked_redirect_uri(redirect_uri)
    except ValueError as exc:
        raise ValueError(f"the environment variable {credentials.variable('redirect_uri')}: {exc}") from None


def is_loopback(host: str) -> bool:
    """Whether the host is a loopback address, written as a number."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
