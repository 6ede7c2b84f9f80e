"""Strings that must not be displayed (`Secret`), and the application's credentials in the environment."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Final, Literal, NoReturn, TypeAlias

from spotify._checks import check_token, check_type, variable_in
from spotify._exceptions import ARGUMENTS_HIDDEN

MASK: Final = "***"


class Secret:
    """A string such as a token, client secret or code that `repr`, `str` and `format` do not show.

    It stays wrapped until it is sent, so that a log record, an exception, a debugger's list of locals or an f-string
    shows a mask instead. It cannot be pickled, for the same reason.
    """

    __slots__ = ("_value",)

    def __init__(self, value: str, /) -> None:
        self._value = value

    def reveal(self) -> str:
        """Return the string. Call this only where the string leaves the program."""
        return self._value

    def __repr__(self) -> str:
        return f"Secret('{MASK}')"

    def __str__(self) -> str:
        return MASK

    def __format__(self, _spec: str) -> str:
        return MASK

    def __bool__(self) -> bool:
        return bool(self._value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._value == other._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __reduce__(self) -> NoReturn:
        raise TypeError("a Secret cannot be pickled")


class SecretFunction:
    """A secret that a function returns each time it is needed, so that it can be replaced while the program runs."""

    __slots__ = ("_function", "_name")

    def __init__(self, name: str, function: Callable[[], str]) -> None:
        """Keep a function. `name` is for error messages."""
        self._name = name
        self._function = function

    @ARGUMENTS_HIDDEN
    def current(self) -> Secret:
        """Return the secret, which the function is asked for.

        Raises:
            TypeError: It is not a str.
            ValueError: It is empty or not printable ASCII.
        """
        value = self._function()
        check_token(f"{self._name}()", value)
        return Secret(value)


SecretSource: TypeAlias = Secret | SecretFunction


def secret_source(name: str, value: str | Callable[[], str]) -> SecretSource:
    """Return a checked secret, or a function that returns one. Neither the messages nor this frame show it.

    Raises:
        TypeError: It is neither a str nor a function.
        ValueError: It is empty or not printable ASCII.
    """
    if isinstance(value, str):
        check_token(name, value)
        return Secret(value)
    if not callable(value) or isinstance(value, type):
        raise TypeError(f"{name} must be a str, or a function that returns one, not {type(value).__name__}")
    return SecretFunction(name, value)


def check_secret(name: str, value: object) -> None:
    """Check that a value is a `Secret` that holds a non-empty str. Neither the message nor this frame shows it.

    Raises:
        TypeError: It is not a `Secret`, or does not hold a str.
        ValueError: It is empty.
    """
    if not isinstance(value, Secret):
        kind = type(value).__name__
        del value
        raise TypeError(f"{name} must be a Secret, not {kind}; write Secret(…)")
    check_type(f"the value of {name}", value.reveal(), str)
    if not value:
        raise ValueError(f"{name} must not be empty")


Credential: TypeAlias = Literal["client_id", "client_secret", "redirect_uri"]

# This library's own prefix first, then those of spotipy and spotify-sdk.
_PREFIXES: Final = ("SPOTIFY_", "SPOTIPY_", "SPOTIFY_SDK_")
_COUNTERPART: Final[Mapping[Credential, Credential]] = {
    "client_id": "client_secret",
    "client_secret": "client_id",
    "redirect_uri": "redirect_uri",
}


ACCESS_TOKEN_VARIABLE: Final = "SPOTIFY_ACCESS_TOKEN"  # noqa: S105  the name of a variable


class EnvironmentCredentials:
    """Reads `SPOTIFY_CLIENT_ID`, `SPOTIFY_CLIENT_SECRET` and `SPOTIFY_REDIRECT_URI`.

    If they are unset or empty, the variables of other clients are read: `SPOTIPY_CLIENT_ID`, `SPOTIFY_SDK_CLIENT_ID`
    and so on. Client id and secret belong together and are read with the same prefix. The redirect URI may have another
    prefix.
    """

    __slots__ = ("_environ",)

    def __init__(self, environ: Mapping[str, str] | None = None) -> None:
        """Keep the environment variables. Default: `os.environ`."""
        self._environ: Mapping[str, str] = os.environ if environ is None else environ

    @property
    def client_id(self) -> str:
        """The application's client id.

        Raises:
            ValueError: It is missing.
        """
        return self._required("client_id").reveal()

    @property
    def client_secret(self) -> Secret:
        """The application's client secret.

        Raises:
            ValueError: It is missing.
        """
        return self._required("client_secret")

    @property
    def redirect_uri(self) -> str:
        """The application's redirect URI.

        Raises:
            ValueError: It is missing.
        """
        return self._required("redirect_uri").reveal()

    @property
    def access_token(self) -> Secret:
        """The access token in `SPOTIFY_ACCESS_TOKEN`; empty if there is none."""
        return self._value(ACCESS_TOKEN_VARIABLE)

    def has(self, name: Credential) -> bool:
        """Return whether a credential is set."""
        return bool(self._value(self.variable(name)))

    def variable(self, name: Credential) -> str:
        """Return the name of the variable that is read for a credential, whether it is set or not."""
        return self._prefix(name) + name.upper()

    def _prefix(self, name: Credential) -> str:
        names = {name, _COUNTERPART[name]}
        in_use = (prefix for prefix in _PREFIXES if any(self._value(prefix + each.upper()) for each in names))
        return next(in_use, _PREFIXES[0])

    def _required(self, name: Credential) -> Secret:
        variable = self.variable(name)
        if value := self._value(variable):
            return value
        message = f"{name} is missing: pass it, or set the environment variable {variable}"
        counterpart = self.variable(_COUNTERPART[name])
        if self._value(counterpart):
            raise ValueError(f"{message}, because {counterpart} is set")
        alternatives = " and ".join(prefix + name.upper() for prefix in _PREFIXES[1:])
        raise ValueError(f"{message} ({alternatives} are also read)")

    @ARGUMENTS_HIDDEN
    def _value(self, variable: str) -> Secret:
        return Secret(variable_in(self._environ, variable))
