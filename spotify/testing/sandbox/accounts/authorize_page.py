"""What an application asks for at the authorize page, read and checked."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import Final, Literal

from spotify.testing.sandbox.accounts.application import Application, Verdict, with_parameters
from spotify.testing.sandbox.accounts.consent_page import consent_page
from spotify.testing.sandbox.accounts.errors import PageError, RedirectError
from spotify.testing.sandbox.accounts.grants import Grants, is_code_challenge
from spotify.testing.sandbox.accounts.token_endpoint import form_of, is_form
from spotify.testing.sandbox.accounts.tokens import SCOPES
from spotify.testing.sandbox.catalogue import Catalogue, User
from spotify.testing.sandbox.http.messages import EncodedResponse, Request, Response, encode

_REDIRECT_REFUSALS: Final[Mapping[Verdict, str]] = {
    "insecure": "INVALID_CLIENT: Insecure redirect URI",
    "invalid": "INVALID_CLIENT: Invalid redirect URI",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorizationRequest:
    """A request that can be consented to.

    Attributes:
        redirect_uri: Where the answer goes.
        scopes: What it asks for.
        state: Goes back with the answer as it came; None for none.
        challenge: The code challenge of PKCE; None without it.
        show_dialog: Whether the person is asked again who has allowed all this before.
    """

    redirect_uri: str
    scopes: frozenset[str]
    state: str | None
    challenge: str | None
    show_dialog: bool

    @classmethod
    def read(cls, query: Mapping[str, str], application: Application) -> AuthorizationRequest:
        """Read the query of the authorize page's address.

        Raises:
            PageError: It cannot be told who asks, or whether people may be sent there.
            RedirectError: Anything else is wrong.
        """
        if query.get("client_id") != application.client_id:
            raise PageError("INVALID_CLIENT: Invalid client")
        redirect_uri = query.get("redirect_uri", "")
        verdict = application.redirect_uris.verdict(redirect_uri)
        if verdict != "registered":
            raise PageError(_REDIRECT_REFUSALS[verdict])
        if query.get("response_type") != "code":
            raise PageError("response_type must be code")
        request = cls(
            redirect_uri=redirect_uri,
            scopes=frozenset(query.get("scope", "").split()),
            state=query.get("state"),
            challenge=query.get("code_challenge"),
            show_dialog=query.get("show_dialog") == "true",
        )
        request.check(query.get("code_challenge_method"))
        return request

    def check(self, challenge_method: str | None) -> None:
        """Refuse scopes that there are not, and challenges that S256 did not make.

        Raises:
            RedirectError: There are such.
        """
        if not self.scopes <= SCOPES:
            raise RedirectError(self.location(error="invalid_scope"))
        if self.challenge is None and challenge_method is None:
            return
        if challenge_method != "S256":
            raise RedirectError(
                self.location(error="invalid_request", error_description="code_challenge_method must be S256")
            )
        if self.challenge is None or not is_code_challenge(self.challenge):
            raise RedirectError(
                self.location(
                    error="invalid_request", error_description="code_challenge must be a SHA-256 in base64url"
                )
            )

    def location(self, **parameters: str) -> str:
        """The redirect URI with `parameters` and the state."""
        state = {} if self.state is None else {"state": self.state}
        return with_parameters(self.redirect_uri, parameters | state)


AUTHORIZE_PATH: Final = "/authorize"
_COOKIE: Final = "sandbox_session"

ConsentMode = Literal["auto", "form", "refuse"]


@dataclass(slots=True, kw_only=True)
class Consent:
    """How the page comes to its decision.

    Attributes:
        mode: Whether it allows everything at once (`auto`), asks a person (`form`), or refuses everything (`refuse`).
        user: Who allows it; in the form, who is chosen at first.
        scopes: What is allowed at most; None for whatever is asked for.
    """

    mode: ConsentMode
    user: User
    scopes: frozenset[str] | None = None


class AuthorizePage:
    """Sends people back to the application with a code, or with the reason why there is none."""

    def __init__(self, application: Application, grants: Grants, consent: Consent, catalogue: Catalogue) -> None:
        """Decide by `consent`, as it is at the moment; the users are those of `catalogue`."""
        self._application = application
        self._grants = grants
        self._consent = consent
        self._catalogue = catalogue
        self._logged_in: dict[str, User] = {}

    def handle(self, request: Request) -> EncodedResponse:
        """The answer to opening the page (GET), or to its form (POST)."""
        if request.method not in {"GET", "POST"}:
            return encode(Response(status=405, headers={"Allow": "GET, POST"}))
        try:
            wanted = AuthorizationRequest.read(dict(request.query_pairs()), self._application)
            answer = self._opened(request, wanted) if request.method == "GET" else self._decided(request, wanted)
        except PageError as error:
            answer = error.response()
        except RedirectError as back:
            answer = _redirect(back.location)
        return encode(answer, {"Cache-Control": "no-store"})

    def _opened(self, request: Request, wanted: AuthorizationRequest) -> Response:
        match self._consent.mode:
            case "auto":
                return _redirect(self._with_code(self._consent.user, wanted))
            case "refuse":
                return _redirect(wanted.location(error="access_denied"))
            case "form":
                user = self._logged_in.get(_session_id(request))
                if user is not None and not wanted.show_dialog and self._grants.has_allowed(user, wanted.scopes):
                    return _redirect(self._with_code(user, wanted))
                return consent_page(
                    client_id=self._application.client_id,
                    scopes=wanted.scopes,
                    users=self._catalogue.users,
                    chosen=user or self._consent.user,
                    redirect_uri=wanted.redirect_uri,
                    action=f"{AUTHORIZE_PATH}?{request.query}",
                )

    def _decided(self, request: Request, wanted: AuthorizationRequest) -> Response:
        form = form_of(request) if is_form(request) else {}
        if form.get("decision") == "cancel":
            return _redirect(wanted.location(error="access_denied"), 303)
        user = self._catalogue.user_by_id.get(form.get("user", ""))
        if form.get("decision") != "allow" or user is None:
            raise PageError("decision must be allow or cancel, and user one of the sandbox's users")
        session_id = secrets.token_urlsafe(16)
        self._logged_in[session_id] = user
        cookie = f"{_COOKIE}={session_id}; Path={AUTHORIZE_PATH}; HttpOnly; SameSite=Lax"
        return _redirect(self._with_code(user, wanted), 303, {"Set-Cookie": cookie})

    def _with_code(self, user: User, wanted: AuthorizationRequest) -> str:
        most = self._consent.scopes
        allowed = wanted.scopes if most is None else wanted.scopes & most
        code = self._grants.authorize(user, allowed, redirect_uri=wanted.redirect_uri, challenge=wanted.challenge)
        return wanted.location(code=code)


def _session_id(request: Request) -> str:
    try:
        cookie = SimpleCookie(request.headers.get("Cookie", "")).get(_COOKIE)
    except CookieError:
        return ""
    return "" if cookie is None else cookie.value


def _redirect(location: str, status: int = 302, headers: dict[str, str] | None = None) -> Response:
    return Response(status=status, headers={"Location": location, **(headers or {})})
