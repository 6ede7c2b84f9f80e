"""The authorize page, and the form in which the user selects an account and allows or cancels.

It validates an authorization request and redirects the user back with a code or an error.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape
from http.cookies import CookieError, SimpleCookie
from string import Template
from typing import Final, Literal
from urllib.parse import urlencode, urlsplit

from spotify.testing.sandbox.accounts.access import SCOPES
from spotify.testing.sandbox.accounts.application import Applications, RedirectUriStatus
from spotify.testing.sandbox.accounts.token_endpoint import Grants, is_code_challenge
from spotify.testing.sandbox.catalogue import Catalogue, User
from spotify.testing.sandbox.http.errors import AuthorizePageError, RedirectError
from spotify.testing.sandbox.http.messages import EncodedResponse, Request, Response, encode, redirect

AUTHORIZE_PATH: Final = "/authorize"
_SESSION_COOKIE: Final = "sandbox_session"
_MAX_SESSIONS: Final = 1_000
_REDIRECT_URI_ERRORS: Final[Mapping[RedirectUriStatus, str]] = {
    "insecure": "INVALID_CLIENT: Insecure redirect URI",
    "invalid": "INVALID_CLIENT: Invalid redirect URI",
}

ConsentMode = Literal["auto", "form", "refuse"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorizationRequest:
    """A valid authorization request (RFC 6749 section 4.1.1)."""

    client_id: str
    """The client id of the application."""
    redirect_uri: str
    """Where the user is redirected to."""
    scopes: frozenset[str]
    """The requested scopes."""
    state: str | None
    """Returned to the application unchanged; None if it was not given."""
    challenge: str | None
    """The code challenge of PKCE; None without PKCE."""
    show_dialog: bool
    """Whether to show the form to a user who has already allowed the scopes."""

    @classmethod
    def parse(cls, query: Mapping[str, str], applications: Applications) -> AuthorizationRequest:
        """Parse the query parameters of the authorize page.

        Raises:
            AuthorizePageError: The application or the redirect URI is not registered, or no code is requested.
            RedirectError: A scope or the code challenge is invalid.
        """
        application = applications.find(query.get("client_id"))
        if application is None:
            raise AuthorizePageError("INVALID_CLIENT: Invalid client")
        redirect_uri = query.get("redirect_uri", "")
        status = applications.redirect_uris.status_of(redirect_uri)
        if status != "registered":
            raise AuthorizePageError(_REDIRECT_URI_ERRORS[status])
        if query.get("response_type") != "code":
            raise AuthorizePageError("response_type must be code")
        request = cls(
            client_id=application.client_id,
            redirect_uri=redirect_uri,
            scopes=frozenset(query.get("scope", "").split()),
            state=query.get("state"),
            challenge=query.get("code_challenge"),
            show_dialog=query.get("show_dialog") == "true",
        )
        if not request.scopes <= SCOPES:
            raise RedirectError(request.location(error="invalid_scope"))
        if complaint := _challenge_error(request.challenge, query.get("code_challenge_method")):
            raise RedirectError(request.location(error="invalid_request", error_description=complaint))
        return request

    def location(self, **parameters: str) -> str:
        """Return the redirect URI with `parameters` and the state added to its query."""
        if self.state is not None:
            parameters["state"] = self.state
        parts = urlsplit(self.redirect_uri)
        query = "&".join(filter(None, (parts.query, urlencode(parameters))))
        return parts._replace(query=query).geturl()


def _challenge_error(challenge: str | None, method: str | None) -> str | None:
    """Return the error in the PKCE parameters, None if they are valid. Spotify supports the method S256 only."""
    if challenge is None and method is None:
        return None
    if method != "S256":
        return "code_challenge_method must be S256"
    if challenge is None or not is_code_challenge(challenge):
        return "code_challenge must be a SHA-256 in base64url"
    return None


@dataclass(slots=True, kw_only=True)
class Consent:
    """How the authorize page decides; `SpotifySandbox.consent` and `refuse_consent` change it."""

    mode: ConsentMode
    """Allow at once (`auto`), show a form (`form`), or deny everything (`refuse`)."""
    user: User
    """The user who consents; in the form, the user who is selected at first."""
    scopes: frozenset[str] | None = None
    """The scopes that can be allowed; None for all."""


class AuthorizePage:
    """Redirects users back to the application with a code, or with the error `access_denied`."""

    def __init__(self, applications: Applications, grants: Grants, consent: Consent, catalogue: Catalogue) -> None:
        """Create a page for the users of `catalogue`."""
        self._applications = applications
        self._grants = grants
        self._consent = consent
        self._catalogue = catalogue
        self._logged_in: dict[str, User] = {}

    def handle(self, request: Request) -> EncodedResponse:
        """Respond to a request for the page (GET), or to its submitted form (POST)."""
        if request.method not in {"GET", "POST"}:
            return encode(Response(status=405, headers={"Allow": "GET, POST"}))
        try:
            authorization = AuthorizationRequest.parse(dict(request.query_pairs()), self._applications)
            respond = self._show if request.method == "GET" else self._submit
            response = respond(request, authorization)
        except (AuthorizePageError, RedirectError) as error:
            response = error.response()
        return encode(response, {"Cache-Control": "no-store"})

    def _show(self, request: Request, authorization: AuthorizationRequest) -> Response:
        match self._consent.mode:
            case "auto":
                return redirect(self._location_with_code(self._consent.user, authorization))
            case "refuse":
                return redirect(authorization.location(error="access_denied"))
            case "form":
                user = self._logged_in.get(_session_id(request))
                if (
                    user is not None
                    and not authorization.show_dialog
                    and self._grants.has_allowed(user, authorization.scopes, authorization.client_id)
                ):
                    return redirect(self._location_with_code(user, authorization))
                return _consent_page(
                    client_id=authorization.client_id,
                    scopes=authorization.scopes,
                    users=self._catalogue.users,
                    selected=user or self._consent.user,
                    redirect_uri=authorization.redirect_uri,
                    action=f"{AUTHORIZE_PATH}?{request.query}",
                )

    def _submit(self, request: Request, authorization: AuthorizationRequest) -> Response:
        form = request.form() if request.has_form() else {}
        if form.get("decision") == "cancel":
            return redirect(authorization.location(error="access_denied"), 303)
        user = self._catalogue.user_by_id.get(form.get("user", ""))
        if form.get("decision") != "allow" or user is None:
            raise AuthorizePageError("decision must be allow or cancel, and user the id of a user of the sandbox")
        session_id = secrets.token_urlsafe(16)
        self._logged_in[session_id] = user
        if len(self._logged_in) > _MAX_SESSIONS:
            del self._logged_in[next(iter(self._logged_in))]
        cookie = f"{_SESSION_COOKIE}={session_id}; Path={AUTHORIZE_PATH}; HttpOnly; SameSite=Lax"
        return redirect(self._location_with_code(user, authorization), 303, {"Set-Cookie": cookie})

    def _location_with_code(self, user: User, authorization: AuthorizationRequest) -> str:
        scopes = authorization.scopes
        if self._consent.scopes is not None:
            scopes &= self._consent.scopes
        code = self._grants.authorize(
            user,
            scopes,
            client_id=authorization.client_id,
            redirect_uri=authorization.redirect_uri,
            challenge=authorization.challenge,
        )
        return authorization.location(code=code)


def _session_id(request: Request) -> str:
    try:
        cookie = SimpleCookie(request.headers.get("Cookie", "")).get(_SESSION_COOKIE)
    except CookieError:
        return ""
    return "" if cookie is None else cookie.value


_FORM_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
}
_FORM_PAGE: Final = Template("""\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Log in to the Spotify sandbox</title>
<style>
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { display: grid; min-height: 100vh; margin: 0; place-items: center; }
main { box-sizing: border-box; max-width: 30rem; padding: 2rem; }
h1 { font-size: 1.4rem; }
label { display: block; font-weight: 600; }
select, button { box-sizing: border-box; width: 100%; padding: .7rem; font: inherit; border-radius: .5rem; }
button { margin-top: 1rem; border: 1px solid; background: none; cursor: pointer; }
button[value=allow] { border-color: #1a7f37; background: #1a7f37; color: #fff; font-weight: 600; }
.small { font-size: .875rem; overflow-wrap: anywhere; }
</style>
</head>
<body>
<main>
<h1>An application requests access to your account</h1>
<p class="small">Application <code>$client_id</code></p>
$scopes
<form method="post" action="$action">
<label for="user">Log in as</label>
<select id="user" name="user">
$users
</select>
<button id="allow" name="decision" value="allow">Allow</button>
<button id="cancel" name="decision" value="cancel">Cancel</button>
</form>
<p class="small">Both buttons redirect you to <strong>$destination</strong>.
This is a sandbox: its users are invented and have no passwords.</p>
</main>
</body>
</html>
""")


def _consent_page(
    *, client_id: str, scopes: Iterable[str], users: Iterable[User], selected: User, redirect_uri: str, action: str
) -> Response:
    """Return the page with the form.

    Args:
        client_id: The id of the application that requests access.
        scopes: The requested scopes.
        users: The users who can log in.
        selected: The user who is selected at first.
        redirect_uri: Where the user is redirected to; the page shows the host.
        action: The address that the form is submitted to.
    """
    page = _FORM_PAGE.substitute(
        client_id=escape(client_id),
        scopes=_scope_list(sorted(scopes)),
        users="\n".join(_user_option(user, is_selected=user is selected) for user in users),
        destination=escape(urlsplit(redirect_uri).netloc),
        action=escape(action),
    )
    return Response(body=page.encode(), content_type="text/html; charset=utf-8", headers=_FORM_HEADERS)


def _scope_list(scopes: list[str]) -> str:
    if not scopes:
        return "<p>It requests no scopes: it can read public data only.</p>"
    items = "\n".join(f"<li><code>{escape(scope)}</code></li>" for scope in scopes)
    return f"<p>It requests these scopes:</p>\n<ul>\n{items}\n</ul>"


def _user_option(user: User, *, is_selected: bool) -> str:
    name = user.id if user.display_name is None else f"{user.display_name} ({user.id})"
    return f'<option value="{escape(user.id)}"{" selected" if is_selected else ""}>{escape(name)}</option>'
