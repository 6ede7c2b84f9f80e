"""The application that the accounts service knows, and how it shows who it is."""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote_plus

from spotify.testing.sandbox.oauth_errors import invalid_client
from spotify.testing.sandbox.redirect_uris import RedirectUris


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
            OAuthRefusal: It comes from another application, or shows a wrong secret.
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
