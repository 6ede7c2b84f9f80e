"""The accounts service's authorize page: whether an application may act for a user.

https://developer.spotify.com/documentation/web-api/tutorials/code-flow
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import Final, Literal

from spotify.testing.sandbox.accounts import form_of, is_form
from spotify.testing.sandbox.answers import WireAnswer, encode
from spotify.testing.sandbox.application import Application
from spotify.testing.sandbox.authorization_request import AuthorizationRequest, SentBack
from spotify.testing.sandbox.catalogue import Catalogue, User
from spotify.testing.sandbox.consent_page import consent_page
from spotify.testing.sandbox.grants import Grants
from spotify.testing.sandbox.messages import Answer, Request
from spotify.testing.sandbox.oauth_errors import PageRefusal

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

    def answer(self, request: Request) -> WireAnswer:
        """The answer to opening the page (GET), or to its form (POST)."""
        if request.method not in {"GET", "POST"}:
            return encode(Answer(status=405, headers={"Allow": "GET, POST"}))
        try:
            wanted = AuthorizationRequest.read(dict(request.query_pairs()), self._application)
            answer = self._opened(request, wanted) if request.method == "GET" else self._decided(request, wanted)
        except PageRefusal as refusal:
            answer = refusal.answer()
        except SentBack as back:
            answer = _redirect(back.location)
        return encode(answer, {"Cache-Control": "no-store"})

    def _opened(self, request: Request, wanted: AuthorizationRequest) -> Answer:
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

    def _decided(self, request: Request, wanted: AuthorizationRequest) -> Answer:
        form = form_of(request) if is_form(request) else {}
        if form.get("decision") == "cancel":
            return _redirect(wanted.location(error="access_denied"), 303)
        user = self._catalogue.user_by_id.get(form.get("user", ""))
        if form.get("decision") != "allow" or user is None:
            raise PageRefusal("decision must be allow or cancel, and user one of the sandbox's users")
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


def _redirect(location: str, status: int = 302, headers: dict[str, str] | None = None) -> Answer:
    return Answer(status=status, headers={"Location": location, **(headers or {})})
