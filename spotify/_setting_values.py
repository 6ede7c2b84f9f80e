"""Single settings: reading them from environment variables, and checking URLs."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import Final
from urllib.parse import SplitResult, unquote, urlsplit

from spotify._checks import is_loopback, shown, variable_in

_LATIN_1: Final = 256
_ENVIRONMENT_PREFIX: Final = "SPOTIFY_"
_SIMILARITY: Final = 0.8
# Without the prefix.
_CREDENTIALS: Final = frozenset(
    f"{prefix}{name}"
    for prefix in ("", "SDK_")
    for name in ("ACCESS_TOKEN", "CLIENT_ID", "CLIENT_SECRET", "REDIRECT_URI")
)
_BOOLEANS: Final = {
    "1": True,
    "true": True,
    "yes": True,
    "on": True,
    "0": False,
    "false": False,
    "no": False,
    "off": False,
}


def settings_in(environ: Mapping[str, str], kinds: Mapping[str, str]) -> dict[str, object]:
    """Return the settings that the environment has, by name. A variable with almost the name of one is warned of.

    Args:
        environ: The environment variables.
        kinds: The type of each setting, as it is written in the code.

    Raises:
        ValueError: A variable has the wrong format; the message names the variable.
        TypeError: `environ` is not a mapping of str to str.
    """
    settings: dict[str, object] = {}
    for name, kind in kinds.items():
        variable = _ENVIRONMENT_PREFIX + name.upper()
        if value := variable_in(environ, variable):
            settings[name] = _parsed(variable, value, kind)
    for variable, nearest in unknown_variables(environ, kinds, similarity=_SIMILARITY):
        if nearest is not None:
            message = f"the environment variable {variable} is not read: did you mean {nearest}?"
            warnings.warn(message, UserWarning, stacklevel=4)
    return settings


def unknown_variables(
    environ: Iterable[str], settings: Iterable[str], *, similarity: float
) -> Iterator[tuple[str, str | None]]:
    """Yield the variables with the prefix of the settings that are none, in alphabetical order.

    Args:
        environ: The names of the environment variables.
        settings: The names of the settings.
        similarity: From 0 to 1: how similar a variable has to be to count as the nearest.

    Yields:
        A variable, and the nearest one that is read; None if there is no similar one.
    """
    known = {name.upper() for name in settings} | _CREDENTIALS
    for variable in sorted(environ):
        name = variable.removeprefix(_ENVIRONMENT_PREFIX)
        if name != variable and name not in known:
            nearest = get_close_matches(name, sorted(known), n=1, cutoff=similarity)
            yield variable, _ENVIRONMENT_PREFIX + nearest[0] if nearest else None


def checked_url(name: str, url: str) -> str:
    """Return the base URL of an API without a slash at its end.

    Raises:
        ValueError: It is not an https URL, or an http URL of this machine, or it has more than a path.
    """
    parts = split_url(name, url)
    if parts.username is not None or parts.password is not None or parts.query or parts.fragment:
        raise ValueError(f"{name} must have no credentials, query or fragment")
    if parts.scheme == "https" and parts.hostname:
        return url.rstrip("/")
    if parts.scheme == "http" and parts.hostname and (parts.hostname == "localhost" or is_loopback(parts.hostname)):
        return url.rstrip("/")
    raise ValueError(
        f"{name} must be an https:// URL (http:// is accepted for 127.0.0.1, [::1] and localhost only), "
        f"not {shown(url)}"
    )


def split_url(name: str, url: str) -> SplitResult:
    """Return the parts of a URL.

    Raises:
        ValueError: It is invalid. The message does not show it.
    """
    # urlsplit drops line breaks and parses the port lazily. The messages do not show the URL: the URL of a proxy or of
    # Redis can contain a password.
    if not url.isascii() or not url.isprintable() or " " in url:
        raise ValueError(f"{name} must be a URL of printable ASCII without spaces; percent-encode other characters")
    try:
        parts = urlsplit(url)
        _ = parts.port
        (parts.hostname or "").encode("idna")
    except ValueError:
        pass  # the error may show part of a password: with a `/` in it, what precedes the `/` is parsed as the port
    else:
        return parts
    raise ValueError(f"{name} must be a valid URL; percent-encode special characters in the password")


def check_proxy(name: str, url: str | None) -> None:
    """Check the URL of a proxy. The message does not show it.

    Args:
        name: What to call it in the message.
        url: The URL; None for no proxy.

    Raises:
        ValueError: It is not an http or https URL, or its user or password cannot be sent.
    """
    if url is None:
        return
    parts = split_url(name, url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        socks = "; a SOCKS proxy needs a connector: see docs/network.md" if parts.scheme.startswith("socks") else ""
        raise ValueError(f"{name} must be an http:// or https:// URL{socks}")
    credentials = [unquote(part) for part in (parts.username, parts.password) if part is not None]
    # As HTTP's basic authentication sends them.
    if not all(part.isprintable() and ord(max(part, default="a")) < _LATIN_1 for part in credentials) or (
        credentials and ":" in credentials[0]
    ):
        raise ValueError(f"the user and the password in {name} must be printable Latin-1, the user without a colon")


def _parsed(variable: str, value: str, kind: str) -> object:
    parse, expected = _FORMATS.get(kind.removesuffix(" | None"), (str, ""))
    try:
        return parse(value)
    except (ValueError, KeyError):
        raise ValueError(f"the environment variable {variable} must be {expected}") from None


def _boolean(value: str) -> bool:
    return _BOOLEANS[value.lower()]


def _number_or_boolean(value: str) -> float | bool:
    return _boolean(value) if value.isalpha() and value.lower() in _BOOLEANS else float(value)


def _strings(value: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in value.split(",") if part.strip())


def _numbers(value: str) -> dict[str, float]:
    pairs = (part.partition("=") for part in _strings(value))
    return {name.strip(): float(number) for name, _, number in pairs}


def _daily_limit(value: str) -> int | dict[str, int]:
    if "=" not in value:
        return int(value)
    pairs = (part.partition("=") for part in _strings(value))
    return {name.strip(): int(limit) for name, _, limit in pairs}


# By the type of a field: how its environment variable is read, and what it must be.
_FORMATS: Final[Mapping[str, tuple[Callable[[str], object], str]]] = {
    "float": (float, "a number"),
    "int": (int, "an integer"),
    "bool": (_boolean, "true or false"),
    "float | bool": (_number_or_boolean, "a number, true or false"),
    "tuple[str, ...] | Callable[[], Iterable[str]]": (_strings, "strings separated by commas"),
    "int | Mapping[str, int]": (_daily_limit, "an integer, or such as get-an-album=500,*=2000"),
    "Mapping[str, float]": (_numbers, "numbers by name, such as album=86400,playlist=60"),
}
