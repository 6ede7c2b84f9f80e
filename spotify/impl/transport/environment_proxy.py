"""The proxy that the environment names: `HTTPS_PROXY`, `HTTP_PROXY`, `NO_PROXY` and the credentials in `.netrc`.

aiohttp's `trust_env` is not used: it also sends entries of `.netrc` to Spotify, writes to stderr, and raises errors of
many kinds.
"""

from __future__ import annotations

import os
from netrc import NetrcParseError, netrc
from pathlib import Path
from stat import S_ISREG
from urllib.parse import quote, urlsplit
from urllib.request import getproxies, proxy_bypass

from spotify._exceptions import reason_of
from spotify._setting_values import check_proxy
from spotify.errors import TransportError


def environment_proxy(url: str) -> str | None:
    """Return the URL of the proxy for a request, with its credentials; None for a direct connection.

    Args:
        url: The URL of the request.

    Raises:
        TransportError: The variable is not the URL of a proxy, or its credentials in `.netrc` cannot be used.
    """
    target = urlsplit(url)
    proxy = getproxies().get(target.scheme)
    if not proxy or proxy_bypass(target.hostname or ""):
        return None
    variable = f"the environment variable {target.scheme.upper()}_PROXY"
    try:
        check_proxy(variable, proxy)
    except ValueError as exc:
        problem = str(exc)
    else:
        return _with_credentials(proxy)
    raise TransportError(f"{problem}; correct it, or set trust_env=False", sent=False)


def _with_credentials(proxy: str) -> str:
    parts = urlsplit(proxy)
    if parts.username is not None or (entry := _entry_of(parts.hostname or "")) is None:
        return proxy
    user, password = (quote(value, safe="") for value in entry)
    with_credentials = parts._replace(netloc=f"{user}:{password}@{parts.netloc}").geturl()
    try:
        check_proxy("it", with_credentials)
    except ValueError:
        pass  # about the credentials, as the rest was checked before
    else:
        return with_credentials
    raise _unusable(_path(), f"the login or the password for {parts.hostname} has characters that HTTP does not allow")


def _entry_of(host: str) -> tuple[str, str] | None:
    """Return the user and the password for a host in `.netrc`; None if there is no file or no entry."""
    path = _path()
    if path is None:
        return None
    try:
        if not S_ISREG(path.stat().st_mode):  # a FIFO would block
            raise _unusable(path, "it is not a regular file")
        entry = netrc(str(path)).authenticators(host)
    except FileNotFoundError:
        return None
    except NetrcParseError as exc:
        problem = f"it is malformed at line {exc.lineno}"
    except UnicodeDecodeError:
        problem = "it is not UTF-8"
    except OSError as exc:
        problem = reason_of(exc)
    else:
        return None if entry is None else (entry[0] or entry[1] or "", entry[2] or "")
    raise _unusable(path, problem)


def _path() -> Path | None:
    if chosen := os.environ.get("NETRC"):
        return Path(chosen)
    try:
        return Path.home() / ("_netrc" if os.name == "nt" else ".netrc")
    except RuntimeError:
        return None


def _unusable(path: Path | None, problem: str) -> TransportError:
    return TransportError(
        f"{path}, which may have the proxy's password, cannot be used: {problem}; correct it, or put the user and the "
        "password in the URL of the proxy",
        sent=False,
    )
