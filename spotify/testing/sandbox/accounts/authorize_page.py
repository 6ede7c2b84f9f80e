"""What an application asks for at the authorize page, read and checked."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape
from http.cookies import CookieError, SimpleCookie
from string import Template
from typing import Final, Literal
from urllib.parse import urlsplit

from spotify.testing.sandbox.accounts import pkce
from spotify.testing.sandbox.accounts.application import Application, Verdict, with_parameters
from spotify.testing.sandbox.accounts.grants import Grants
from spotify.testing.sandbox.accounts.oauth_errors import PageError
from spotify.testing.sandbox.accounts.token_endpoint import form_of, is_form
from spotify.testing.sandbox.accounts.tokens import SCOPES
from spotify.testing.sandbox.catalogue import Catalogue, User
from spotify.testing.sandbox.http.messages import EncodedResponse, Request, Response, encode

_REDIRECT_REFUSALS: Final[Mapping[Verdict, str]] = {
    "insecure": "INVALID_CLIENT: Insecure redirect URI",
    "invalid": "INVALID_CLIENT: Invalid redirect URI",
}


class RedirectError(Exception):
    """Ends the handling of a request by sending the person back to the application with an error.

    Attributes:
        location: Where to.
    """

    def __init__(self, location: str) -> None:
        """`location` is the redirect URI with the error."""
        super().__init__(location)
        self.location = location


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
        if self.challenge is None or not pkce.is_challenge(self.challenge):
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


_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
}
_PAGE: Final = Template("""\
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
<h1>An application asks to act for you</h1>
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
<p class="small">Either way you are sent back to <strong>$destination</strong>.
This is a sandbox: the users are invented, and no one is asked for a password.</p>
</main>
</body>
</html>
""")


def consent_page(
    *, client_id: str, scopes: Iterable[str], users: Iterable[User], chosen: User, redirect_uri: str, action: str
) -> Response:
    """The page.

    Args:
        client_id: Who asks.
        scopes: For what.
        users: Who there is to log in.
        chosen: Who is chosen at first.
        redirect_uri: Where people are sent back to.
        action: Where the form goes to.
    """
    page = _PAGE.substitute(
        client_id=escape(client_id),
        scopes=_scopes(sorted(scopes)),
        users="\n".join(_option(user, is_chosen=user is chosen) for user in users),
        destination=escape(urlsplit(redirect_uri).netloc),
        action=escape(action),
    )
    return Response(body=page.encode(), content_type="text/html; charset=utf-8", headers=_HEADERS)


def _scopes(scopes: list[str]) -> str:
    if not scopes:
        return "<p>It asks for no scopes: it sees what is public.</p>"
    items = "\n".join(f"<li><code>{escape(scope)}</code></li>" for scope in scopes)
    return f"<p>It asks for these scopes:</p>\n<ul>\n{items}\n</ul>"


def _option(user: User, *, is_chosen: bool) -> str:
    name = user.id if user.display_name is None else f"{user.display_name} ({user.id})"
    return f'<option value="{escape(user.id)}"{" selected" if is_chosen else ""}>{escape(name)}</option>'
