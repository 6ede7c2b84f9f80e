"""The choice between a login in the browser of this machine and one by hand."""

from __future__ import annotations

import os
import sys
import webbrowser
from collections.abc import Callable
from types import BuiltinFunctionType
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from spotify._checks import is_loopback
from spotify.errors import LoginError, LoginRequiredError
from spotify.interfaces.token_store import Token

if TYPE_CHECKING:
    from spotify.impl.auth.local_login import OpenBrowser
    from spotify.impl.auth.user_auth import UserAuth


def has_graphical_browser() -> bool:
    """Return whether the user chose a browser (`BROWSER`), or there is one that does not run in this terminal."""
    if os.environ.get("BROWSER"):
        return True
    try:
        browser = webbrowser.get()
    except webbrowser.Error:
        return False
    return type(browser) is not webbrowser.GenericBrowser  # the class of lynx, w3m and such


async def log_in(
    auth: UserAuth,
    required: frozenset[str],
    requested: frozenset[str],
    *,
    is_local: bool,
    patience: float,
    open_browser: OpenBrowser,
    show: Callable[[str], object],
    ask: Callable[[str], str],
) -> Token:
    """Log the user in, in the browser if that is possible, otherwise by hand.

    Args:
        auth: The user's auth provider.
        required: The scopes that have to be granted.
        requested: The scopes to ask for.
        is_local: Whether to try the browser.
        patience: Seconds to wait for the user in the browser.
        open_browser: Opens a URL; returns False if there is no browser.
        show: Prints a line.
        ask: Prints a prompt and returns a line of input.

    Raises:
        LoginRequiredError: There is neither a browser nor a terminal.
        LoginError: The login failed, or did not grant a required scope.
        SpotifyError: A token request failed.
    """
    token = None
    if is_local and _is_on_this_machine(auth.redirect_uri):
        try:
            token = await auth.authorize_locally(requested, patience=patience, open_browser=open_browser)
        except LoginError as exc:
            if exc.reason != "no_browser":
                raise
    if token is None:
        # Where `input` is replaced, as in a notebook, standard input need not be a terminal.
        if isinstance(ask, BuiltinFunctionType) and not _is_terminal():
            raise LoginRequiredError(
                "a login is required, but there is no browser and no terminal: log in once from a terminal "
                f"(scopes: {', '.join(sorted(requested)) or 'none'})"
            )
        token = await auth.authorize_by_hand(requested, show=show, ask=ask)
    if missing := required - token.scopes:
        raise LoginError(f"the login did not grant {', '.join(sorted(missing))}", reason="missing_scopes")
    return token


def _is_on_this_machine(redirect_uri: str) -> bool:
    parts = urlsplit(redirect_uri)
    return parts.scheme == "http" and is_loopback(parts.hostname or "")


def _is_terminal() -> bool:
    return sys.stdin is not None and not sys.stdin.closed and sys.stdin.isatty()  # pyright: ignore[reportUnnecessaryComparison]  None in a program without a console
