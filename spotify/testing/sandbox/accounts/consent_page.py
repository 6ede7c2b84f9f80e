"""The consent form: the user selects an account of the sandbox, and allows or cancels."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from string import Template
from typing import Final
from urllib.parse import urlsplit

from spotify.testing.sandbox.catalogue import User
from spotify.testing.sandbox.http.messages import Response

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


def consent_page(
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
    page = _PAGE.substitute(
        client_id=escape(client_id),
        scopes=_scopes(sorted(scopes)),
        users="\n".join(_option(user, is_selected=user is selected) for user in users),
        destination=escape(urlsplit(redirect_uri).netloc),
        action=escape(action),
    )
    return Response(body=page.encode(), content_type="text/html; charset=utf-8", headers=_HEADERS)


def _scopes(scopes: list[str]) -> str:
    if not scopes:
        return "<p>It requests no scopes: it can read public data only.</p>"
    items = "\n".join(f"<li><code>{escape(scope)}</code></li>" for scope in scopes)
    return f"<p>It requests these scopes:</p>\n<ul>\n{items}\n</ul>"


def _option(user: User, *, is_selected: bool) -> str:
    name = user.id if user.display_name is None else f"{user.display_name} ({user.id})"
    return f'<option value="{escape(user.id)}"{" selected" if is_selected else ""}>{escape(name)}</option>'
