"""The form in which a person chooses a user, and allows or cancels."""

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
