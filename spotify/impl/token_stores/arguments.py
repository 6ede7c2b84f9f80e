"""What every token store is given."""

from __future__ import annotations

from spotify.interfaces.token_store import Token, TokenKey


def check_key(key: object) -> None:
    """Check that it can be said whose token it is.

    Raises:
        TypeError: It cannot.
    """
    if not isinstance(key, TokenKey):
        raise TypeError(f"key must be a TokenKey, such as an auth provider's `key`, not {type(key).__name__}")


def check_kept(token: object) -> None:
    """Check that it is a token that is to be kept.

    Raises:
        TypeError: It is something else.
    """
    if not isinstance(token, Token):
        kind = type(token).__name__
        del token
        raise TypeError(f"token must be a Token, not {kind}")
