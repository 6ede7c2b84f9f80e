"""A text that must not be seen: tokens, client secrets, codes."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Final, Literal, NoReturn, TypeAlias

from spotify._checks import check_str, variable_in

MASK: Final = "***"


class Secret:
    """A text whose `repr` and `str` never show it.

    It stays wrapped until the very line that puts it on the wire, so that a log record, an exception, a debugger's
    list of locals or an f-string shows the mask instead. It refuses to be pickled, for the same reason.
    """

    __slots__ = ("_text",)

    def __init__(self, text: str, /) -> None:
        self._text = text

    def reveal(self) -> str:
        """Return the text itself. Call it where it leaves the program, nowhere else."""
        return self._text

    def __repr__(self) -> str:
        return f"Secret('{MASK}')"

    def __str__(self) -> str:
        return MASK

    def __format__(self, _spec: str) -> str:
        return MASK

    def __bool__(self) -> bool:
        return bool(self._text)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._text == other._text

    def __hash__(self) -> int:
        return hash((Secret, self._text))

    def __reduce__(self) -> NoReturn:
        raise TypeError("a Secret cannot be pickled or copied out of the process")


def check_secret(name: str, value: object) -> None:
    """Check that a value is a text that is wrapped, with something in it. The message never shows it.

    Raises:
        TypeError: It is something else, or what it wraps is.
        ValueError: It is empty.
    """
    if not isinstance(value, Secret):
        kind = type(value).__name__
        del value
        raise TypeError(f"{name} must be a Secret, not {kind}; write Secret(…)")
    check_str(f"what {name} holds", value.reveal())
    if not value:
        raise ValueError(f"{name} must not be empty")


Credential: TypeAlias = Literal["client_id", "client_secret", "redirect_uri"]

# Ours, which win, then those that spotipy and spotify-sdk read.
_PREFIXES: Final = ("SPOTIFY_", "SPOTIPY_", "SPOTIFY_SDK_")
_OTHER_HALF: Final[Mapping[Credential, Credential]] = {"client_id": "client_secret", "client_secret": "client_id"}


class EnvironmentCredentials:
    """Reads `SPOTIFY_CLIENT_ID`, `SPOTIFY_CLIENT_SECRET` and `SPOTIFY_REDIRECT_URI`.

    Where they are unset or empty, those of other clients count: `SPOTIPY_CLIENT_ID`, `SPOTIFY_SDK_CLIENT_ID`, and so
    on. Id and secret belong together, so both have the same prefix; the redirect URI may have another one.
    """

    __slots__ = ("_environ",)

    def __init__(self, environ: Mapping[str, str] | None = None) -> None:
        """Take the variables; None for the process' own."""
        self._environ: Mapping[str, str] = os.environ if environ is None else environ

    @property
    def client_id(self) -> str:
        """The application's id.

        Raises:
            ValueError: It is not there.
        """
        return self._required("client_id").reveal()

    @property
    def client_secret(self) -> Secret:
        """The application's secret.

        Raises:
            ValueError: It is not there.
        """
        return self._required("client_secret")

    @property
    def redirect_uri(self) -> str:
        """Where users come back to.

        Raises:
            ValueError: It is not there.
        """
        return self._required("redirect_uri").reveal()

    def variable(self, name: Credential) -> str:
        """Return the variable that counts for a credential, whether it is set or not."""
        return self._prefix(name) + name.upper()

    def _prefix(self, name: Credential) -> str:
        deciding = {name, _OTHER_HALF.get(name, name)}
        found = (prefix for prefix in _PREFIXES if any(self._value(prefix + each.upper()) for each in deciding))
        return next(found, _PREFIXES[0])

    def _required(self, name: Credential) -> Secret:
        variable = self.variable(name)
        if value := self._value(variable):
            return value
        wanted = f"{name} is missing: pass it, or set the environment variable {variable}"
        other_half = self.variable(_OTHER_HALF.get(name, name))
        if self._value(other_half):
            raise ValueError(f"{wanted}, which has to go with {other_half}")
        others = " and ".join(prefix + name.upper() for prefix in _PREFIXES[1:])
        raise ValueError(f"{wanted} ({others} are read as well)")

    def _value(self, variable: str) -> Secret:
        return Secret(variable_in(self._environ, variable))
