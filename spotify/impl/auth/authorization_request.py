"""The authorization request that starts a login, and the redirect that completes it. RFC 6749 section 4.1, RFC 7636."""

from __future__ import annotations

import hmac
import secrets
from base64 import urlsafe_b64encode
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final, Self
from urllib.parse import parse_qsl, urlencode, urlsplit

from spotify._checks import check_text, check_type, is_loopback, is_mapping, is_text, shown
from spotify._exceptions import ARGUMENTS_HIDDEN, hides_arguments
from spotify.credentials import EnvironmentCredentials, Secret, check_secret
from spotify.errors import LoginError

# Schemes that browsers handle themselves, so that no application receives the redirect.
_FOREIGN_SCHEMES: Final = frozenset(
    {"about", "blob", "data", "file", "ftp", "javascript", "mailto", "spotify", "view-source", "ws", "wss"}
)


@hides_arguments
@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorizationRequest:
    """A login in progress.

    ::

        request = auth.authorization_request()
        session["login"] = request.to_session()  # then redirect the user to request.url
        request = AuthorizationRequest.from_session(session.pop("login"))
        await auth.exchange_redirect(url, request=request)

    A web application keeps it between the page that redirects the user to Spotify and the page that Spotify redirects
    to. `to_session` returns a form for a server-side session, or for a signed HttpOnly cookie.
    """

    url: str = field(repr=False)
    """The URL to send the user to."""
    state: Secret
    """The value that the redirect must repeat, so that a forged redirect is detected."""
    code_verifier: Secret | None = None
    """The PKCE code verifier; None without PKCE."""
    redirect_uri: str
    """The URI that Spotify redirects the user to."""
    scopes: frozenset[str] = frozenset()
    """The requested scopes."""

    def __post_init__(self) -> None:
        """Check the types, and that `state` is not empty: a redirect without a state must not match.

        Raises:
            TypeError: A field has the wrong type.
            ValueError: A field is empty.
        """
        check_text("url", self.url)
        check_text("redirect_uri", self.redirect_uri)
        check_secret("state", self.state)
        if self.code_verifier is not None:
            check_secret("code_verifier", self.code_verifier)
        check_type("scopes", self.scopes, frozenset)

    def to_session(self) -> dict[str, str]:
        """Return the fields as strings, unmasked. The user's browser may store them but must not display them."""
        verifier = {} if self.code_verifier is None else {"code_verifier": self.code_verifier.reveal()}
        return {
            "url": self.url,
            "state": self.state.reveal(),
            "redirect_uri": self.redirect_uri,
            "scopes": " ".join(sorted(self.scopes)),
            **verifier,
        }

    @classmethod
    @ARGUMENTS_HIDDEN
    def from_session(cls, session: Mapping[str, str] | None, /) -> Self:
        """Return the request that `to_session` serialized.

        Args:
            session: The value stored in the session; None if the session has none.

        Raises:
            LoginError: The value is missing or incomplete: the session has expired, or no login was started in it.
            TypeError: `session` is not a mapping.
        """
        fields = _wrapped_strings(session)
        if fields is None:
            raise TypeError(f"session must be the mapping that `to_session` returned, not {type(session).__name__}")
        if not all(name in fields and fields[name].reveal().strip() for name in ("url", "state", "redirect_uri")):
            raise LoginError("no login was started in this session; start one", reason="state_mismatch")
        return cls(
            url=fields["url"].reveal(),
            state=fields["state"],
            code_verifier=fields.get("code_verifier") or None,
            redirect_uri=fields["redirect_uri"].reveal(),
            scopes=frozenset(fields["scopes"].reveal().split()) if "scopes" in fields else frozenset(),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorizationResponse:
    """The parameters of a redirect. RFC 6749, section 4.1.2."""

    code: Secret | None
    """The authorization code; None if missing."""
    state: Secret
    """The state; empty if missing."""
    error: str | None = None
    """OAuth's error code; None if there is none."""


def new_authorization_request(
    accounts_url: str, *, client_id: str, redirect_uri: str, scopes: frozenset[str], show_dialog: bool, pkce: bool
) -> AuthorizationRequest:
    """Return a new request with a random state and, for PKCE, a random code verifier."""
    state = Secret(secrets.token_urlsafe(32))
    verifier = Secret(secrets.token_urlsafe(64)) if pkce else None
    query = {
        "client_id": client_id,
        "response_type": "code",
        "redirect_uri": redirect_uri,
        **({"scope": " ".join(sorted(scopes))} if scopes else {}),
        **({} if verifier is None else {"code_challenge_method": "S256", "code_challenge": code_challenge(verifier)}),
        **({"show_dialog": "true"} if show_dialog else {}),
    }
    return AuthorizationRequest(
        url=f"{accounts_url}/authorize?{urlencode(query)}&{urlencode({'state': state.reveal()})}",
        state=state,
        code_verifier=verifier,
        redirect_uri=redirect_uri,
        scopes=scopes,
    )


def code_challenge(verifier: Secret) -> str:
    """Return the S256 challenge of a code verifier. RFC 7636, section 4.2."""
    return urlsafe_b64encode(sha256(verifier.reveal().encode("ascii")).digest()).rstrip(b"=").decode()


def parse_redirect(url: Secret) -> AuthorizationResponse:
    """Parse the URL of a redirect, or its query string alone."""
    # The values are wrapped, so this frame shows none of them.
    pairs = [(name, Secret(value)) for name, value in parse_qsl(_query_of(url).reveal(), keep_blank_values=True)]
    # A repeated parameter is invalid and treated as missing. RFC 6749, section 3.1.
    counts = Counter(name for name, _ in pairs)
    parameters = {name: value for name, value in pairs if counts[name] == 1}
    error = parameters.get("error")
    return AuthorizationResponse(
        code=parameters.get("code") or None,
        state=parameters.get("state") or Secret(""),
        error=None if error is None else error.reveal()[:64],
    )


def matching_request(state: Secret, requests: Iterable[AuthorizationRequest]) -> AuthorizationRequest:
    """Return the request with this state. The comparison takes constant time.

    Raises:
        LoginError: No request has this state.
    """
    matched: AuthorizationRequest | None = None
    for request in requests:
        if hmac.compare_digest(request.state.reveal().encode(), state.reveal().encode("utf-8", "surrogatepass")):
            matched = request
    if matched is None:
        raise LoginError(
            "the redirect does not belong to a login that was started here, or that login has expired; start a new one",
            reason="state_mismatch",
        )
    return matched


def checked_code(response: AuthorizationResponse) -> Secret:
    """Return the authorization code.

    Raises:
        LoginError: The response has no code: the user denied access, or Spotify reports another error.
    """
    if response.error == "access_denied":
        raise LoginError("the user denied access", reason="access_denied")
    if response.error is not None:
        raise LoginError(f"Spotify refused the login: {response.error!r}", reason=response.error)
    if not response.code or not is_text(response.code.reveal()):
        raise LoginError(
            "the redirect has no code, or more than one; pass the whole URL that the user was redirected to",
            reason="no_code",
        )
    return response.code


def checked_redirect_uri(redirect_uri: str) -> str:
    """Return the redirect URI unchanged: Spotify compares it character by character.

    Raises:
        TypeError: It is not a str.
        ValueError: Spotify does not accept it. The message names an alternative.
    """
    check_text("redirect_uri", redirect_uri)
    # `urlsplit` removes line ends and tabs, but the URI is sent with them.
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
        alternative = f"http://127.0.0.1{'' if port is None else f':{port}'}{parts.path}"
        raise ValueError(
            f"Spotify refuses http://localhost as a redirect_uri since 2025: use {shown(alternative)}, here and in the "
            "application's settings in Spotify's developer dashboard"
        )
    if host and (parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host))):
        return redirect_uri
    is_own_scheme = parts.scheme not in {"", "http", "https", *_FOREIGN_SCHEMES}
    if is_own_scheme and redirect_uri[len(parts.scheme) :].startswith("://") and (host or parts.path.strip("/")):
        return redirect_uri
    raise ValueError(
        f"redirect_uri must be https://…, http:// on 127.0.0.1 or [::1], such as 'http://127.0.0.1:8000/callback', or "
        f"of the application's own scheme, such as 'myapp://callback', not {shown(redirect_uri)}"
    )


def redirect_uri_from(credentials: EnvironmentCredentials) -> str:
    """Return the redirect URI of the environment.

    Raises:
        ValueError: It is missing, or Spotify does not accept it. The message names the variable: other clients
            recommended an address at `localhost` for years.
    """
    redirect_uri = credentials.redirect_uri
    try:
        return checked_redirect_uri(redirect_uri)
    except ValueError as exc:
        raise ValueError(f"the environment variable {credentials.variable('redirect_uri')}: {exc}") from None


def _query_of(url: Secret) -> Secret:
    head, mark, tail = url.reveal().strip().partition("#")[0].partition("?")
    # If there are parameters before the question mark, the whole is a query and the mark belongs to a value.
    is_query = not mark or ("=" in head and "/" not in head.partition("=")[0])
    return Secret(head + mark + tail if is_query else tail)


def _wrapped_strings(session: object) -> dict[str, Secret] | None:
    """Return the str values of a mapping as secrets; none for None; None if it is not a mapping."""
    if session is None:
        return {}
    if not is_mapping(session):
        return None
    return {str(name): Secret(value) for name, value in session.items() if isinstance(value, str)}
