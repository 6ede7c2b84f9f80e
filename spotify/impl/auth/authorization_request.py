"""How a user is sent to Spotify to log in, and how what they come back with is read. RFC 6749 section 4.1, RFC 7636."""

from __future__ import annotations

import hmac
import secrets
from base64 import urlsafe_b64encode
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Self, cast
from urllib.parse import parse_qsl, urlencode, urlsplit

from spotify._checks import check_text, each_of, is_loopback, is_text, shown
from spotify.credentials import EnvironmentCredentials, Secret, check_secret
from spotify.errors import LoginError


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorizationRequest:
    """One login that was begun.

    A web application keeps it from the page that sends the user away to the one that they come back to: `to_session`
    is for a server-side session, or a cookie that is signed and HttpOnly.

    Attributes:
        url: Where to send the user.
        state: What the redirect has to come back with, so that nobody can slip in a redirect of their own.
        code_verifier: What the code is exchanged with; None without PKCE.
        redirect_uri: Where the user comes back to.
        scopes: What they are asked for.
    """

    url: str = field(repr=False)
    state: Secret
    code_verifier: Secret | None = None
    redirect_uri: str
    scopes: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        """Check the types, and that there is a state: a redirect that has none must not fit.

        Raises:
            TypeError: A part is of the wrong type.
            ValueError: A part is empty.
        """
        check_text("url", self.url)
        check_text("redirect_uri", self.redirect_uri)
        check_secret("state", self.state)
        if self.code_verifier is not None:
            check_secret("code_verifier", self.code_verifier)
        if not isinstance(cast("object", self.scopes), frozenset):
            raise TypeError(f"scopes must be a frozenset, not {type(self.scopes).__name__}")

    def to_session(self) -> dict[str, str]:
        """Return the request as texts. They are secret: the user's browser may hold them, but must not show them."""
        verifier = {} if self.code_verifier is None else {"code_verifier": self.code_verifier.reveal()}
        return {
            "url": self.url,
            "state": self.state.reveal(),
            "redirect_uri": self.redirect_uri,
            "scopes": " ".join(sorted(self.scopes)),
            **verifier,
        }

    @classmethod
    def from_session(cls, session: Mapping[str, str] | None, /) -> Self:
        """Return the request that `to_session` gave.

        Args:
            session: What the session kept; None if it has nothing.

        Raises:
            LoginError: It is not there, or not whole: the session is over, or no login was begun in it.
            TypeError: It is something else.
        """
        if session is not None and not isinstance(cast("object", session), Mapping):
            kind = type(session).__name__
            del session
            raise TypeError(f"session must be the mapping that `to_session` returned, not {kind}")
        # Wrapped values: nothing in this frame shows them.
        kept = {name: Secret(text) for name, text in (session or {}).items() if isinstance(cast("object", text), str)}
        del session
        if not all(name in kept and kept[name].reveal().strip() for name in ("url", "state", "redirect_uri")):
            raise LoginError("no login was begun in this session; begin one", reason="state_mismatch")
        return cls(
            url=kept["url"].reveal(),
            state=kept["state"],
            code_verifier=kept.get("code_verifier") or None,
            redirect_uri=kept["redirect_uri"].reveal(),
            scopes=frozenset(kept["scopes"].reveal().split()) if "scopes" in kept else frozenset(),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RedirectAnswer:
    """What the user came back with.

    Attributes:
        code: What a token is got for; None if there is none.
        state: That of the request, if all is well.
        error: OAuth's error code; None if there is none.
    """

    code: Secret | None
    state: Secret
    error: str | None = None


def new_authorization_request(
    accounts_url: str, *, client_id: str, redirect_uri: str, scopes: frozenset[str], show_dialog: bool, pkce: bool
) -> AuthorizationRequest:
    """Return a new login, with a state, and for PKCE a verifier, that nobody can guess."""
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
    """Return the S256 challenge of a verifier. RFC 7636, section 4.2."""
    return urlsafe_b64encode(sha256(verifier.reveal().encode("ascii")).digest()).rstrip(b"=").decode()


def read_redirect(url: Secret) -> RedirectAnswer:
    """Return what a redirect says; of a URL, only what comes after the question mark matters."""
    # Wrapped values: nothing in this frame shows what came.
    pairs = [(name, Secret(value)) for name, value in parse_qsl(_query_of(url).reveal(), keep_blank_values=True)]
    # What is there twice is not there: it is not for us to choose. RFC 6749, section 3.1.
    times = Counter(name for name, _ in pairs)
    given = {name: value for name, value in pairs if times[name] == 1}
    error = given.get("error")
    return RedirectAnswer(
        code=given.get("code") or None,
        state=given.get("state") or Secret(""),
        error=None if error is None else error.reveal()[:64],
    )


def _query_of(url: Secret) -> Secret:
    head, mark, tail = url.reveal().strip().partition("#")[0].partition("?")
    # A query alone has parameters before a question mark, too: that one belongs to a value.
    is_query = not mark or ("=" in head and "/" not in head.partition("=")[0])
    return Secret(head + mark + tail if is_query else tail)


def matching_request(state: Secret, requests: Iterable[AuthorizationRequest]) -> AuthorizationRequest:
    """Return the request with this state, in a time that does not depend on how much of it is right.

    Raises:
        LoginError: None has it.
    """
    found: AuthorizationRequest | None = None
    for request in requests:
        if hmac.compare_digest(request.state.reveal().encode(), state.reveal().encode("utf-8", "surrogatepass")):
            found = request
    if found is None:
        raise LoginError(
            "the redirect does not belong to a login that was begun here, or that one is over; begin a new one",
            reason="state_mismatch",
        )
    return found


def checked_code(answer: RedirectAnswer) -> Secret:
    """Return the code.

    Raises:
        LoginError: There is none, because the user refused or for another reason.
    """
    if answer.error == "access_denied":
        raise LoginError("the user did not allow the access", reason="access_denied")
    if answer.error is not None:
        raise LoginError(f"the login was refused: {answer.error!r}", reason=answer.error)
    if not answer.code or not is_text(answer.code.reveal()):
        raise LoginError(
            "the redirect has no code, or several; give the whole address that the user came back to", reason="no_code"
        )
    return answer.code


def checked_scopes(scopes: Iterable[str]) -> frozenset[str]:
    """Return the scopes as a set; a single text holds them with spaces between.

    Raises:
        TypeError: One is not a text.
        ValueError: One is empty, or has spaces.
    """
    names = scopes.split() if isinstance(scopes, str) else list(each_of(scopes, "scopes must be several"))
    for name in names:
        if not isinstance(name, str):  # pyright: ignore[reportUnnecessaryIsInstance]  annotations are not checked
            raise TypeError(f"a scope must be a str, not {type(name).__name__}")
        if not name or not name.isascii() or not name.isprintable() or " " in name:
            raise ValueError(f"a scope must be a word such as 'user-library-read', not {shown(name)}")
    return frozenset(str.__str__(name) for name in names)


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
