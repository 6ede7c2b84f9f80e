"""`python -m spotify.testing.sandbox`: serves the sandbox to programs in any language.

With `--scenario`, a TOML file has the settings, data files and faults.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from os import PathLike
from typing import Any, Final, get_args

from spotify._checks import is_json_array, is_json_object, path_of, strings_of
from spotify.testing.sandbox.accounts.application import MAX_APPLICATIONS
from spotify.testing.sandbox.accounts.authorize_page import ConsentMode
from spotify.testing.sandbox.faults.fault_syntax import FaultOption
from spotify.testing.sandbox.http.listener import HOST
from spotify.testing.sandbox.quota import QuotaMode
from spotify.testing.sandbox.server import SpotifySandbox
from spotify.testing.sandbox.settings import SandboxArguments, parse_daily_quota, parse_operation_limits

# In the order in which they are added: entries refer to those of earlier tables.
_ADDERS: Final = {
    "artists": "add_artist",
    "albums": "add_album",
    "tracks": "add_track",
    "shows": "add_show",
    "episodes": "add_episode",
    "audiobooks": "add_audiobook",
    "users": "add_user",
    "playlists": "add_playlist",
}
_LIMITS: Final[Mapping[str, Callable[[Iterable[str]], object]]] = {
    "daily_quota": parse_daily_quota,
    "operation_limits": parse_operation_limits,
}
_TABLES: Final = frozenset({"sandbox", "load", "faults", *_ADDERS})


def sandbox_of(path: str | PathLike[str], overrides: SandboxArguments) -> SpotifySandbox:
    """Create the sandbox that a TOML file describes.

    ::

        load = ["backup/"]                        # files for `SpotifySandbox.load`, from the directory of this file
        faults = ["PUT /me/library: status=503, retry_after=2, times=1"]

        [sandbox]                                 # arguments of `SpotifySandbox`
        catalogue = "empty"
        quota_mode = "development"
        daily_quota = ["GET /me, get-an-album: 500", "3000"]         # as `--daily-quota`, or a table
        operation_limits = ["PUT /me/library: 100/3600"]             # as `--operation-limit`, or a table

        [[tracks]]                                # arguments of `SpotifySandbox.add_track`
        name = "Dawn"
        artist = "Blue Hour"

    Args:
        path: The file. `artists`, `albums`, `shows`, `episodes`, `audiobooks`, `users` and `playlists` are like
            `tracks`.
        overrides: Arguments of `SpotifySandbox` that take precedence.

    Raises:
        ValueError: It is not TOML, or a table, name or value in it is invalid.
        TypeError: A value has the wrong type, or there is no such argument.
        OSError: A file cannot be read.
    """
    file = path_of("path", path)
    try:
        document: Mapping[str, object] = tomllib.loads(file.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{file} is not TOML: {error}") from None
    if unknown := document.keys() - _TABLES:
        raise ValueError(f"{file} has an unknown table {min(unknown)!r}; known are {', '.join(sorted(_TABLES))}")
    arguments = document.get("sandbox", {})
    if not is_json_object(arguments):
        raise ValueError(f"{file}: sandbox must be a table")
    merged: Any = {**arguments, **overrides}  # the constructor checks names and types
    for name, parse in _LIMITS.items():
        if is_json_array(merged.get(name)):
            merged[name] = parse(strings_of(name, merged[name]))
    sandbox = SpotifySandbox(**merged)
    for name in strings_of("load", _list(document, "load")):
        sandbox.load(file.parent / name)
    _add(sandbox, document)
    for fault in strings_of("faults", _list(document, "faults")):
        option = FaultOption.parse(fault)
        sandbox.fail(
            option.target, option.fault, times=option.times, probability=option.probability, after=option.after
        )
    return sandbox


def _add(sandbox: SpotifySandbox, document: Mapping[str, object]) -> None:
    for table, method in _ADDERS.items():
        add: Callable[..., object] = getattr(sandbox, method)
        for number, entry in enumerate(_list(document, table), start=1):
            if not is_json_object(entry):
                raise ValueError(f"{table} must be tables: [[{table}]]")
            try:
                add(**entry)
            except (TypeError, ValueError) as error:
                raise ValueError(f"[[{table}]] number {number}: {error}") from None


def _list(document: Mapping[str, object], name: str) -> list[Any]:
    value = document.get(name, [])
    if not is_json_array(value):
        raise ValueError(f"{name} must be an array")
    return value


# What the options have if they are not given: then the scenario decides.
_DEFAULTS: Final[SandboxArguments] = {
    "host": HOST,
    "port": 0,
    "seed": 0,
    "latency": 0.0,
    "quota_mode": "extended",
    "consent": "auto",
    "rate_window": 30.0,
    "rate_penalty": True,
    "fault_seed": 0,
    "quota_retry_after": True,
    "owner_premium": True,
    "rotate_refresh_tokens": False,
}
_PROGRAM: Final = "python -m spotify.testing.sandbox"
_TOKEN_SECONDS: Final = 30 * 24 * 3600.0
_WELCOME: Final = """\
Spotify sandbox at {sandbox.url} in {sandbox.quota_mode} quota mode. Ctrl-C stops it.

Environment variables for a client:
  export SPOTIFY_API_URL={sandbox.api_url}
  export SPOTIFY_ACCOUNTS_URL={sandbox.accounts_url}
  export SPOTIFY_CLIENT_ID={sandbox.client_id}
  export SPOTIFY_CLIENT_SECRET={sandbox.client_secret}
  export SPOTIFY_REDIRECT_URI={redirect_uri}
Each start needs a new login: the tokens of an earlier one are not valid.

A token of the user {user.id}, with all scopes, valid for 30 days:
  curl -H 'Authorization: Bearer {token}' {sandbox.api_url}/me

In a coroutine, or in `python -m asyncio`, with the variables above:

from spotify import AsyncSpotifyClient, ClientConfig

async with AsyncSpotifyClient("{token}", config=ClientConfig.from_env()) as client:
    print(await client.albums.get("{album}"))
"""

_FAULT_HELP: Final = """\
add a fault; may be repeated, and a request gets the first that applies. TARGET: an operation id, a method and a path
('PUT /me/library'), 'GET *', '*', or 'POST /api/token'. KIND: status=503, reset, cut=length|chunked|gzip,
garbage=html|…, redirect=https://…, foreign_next=https://…, drip, surplus, or only delays. OPTION: times, probability,
after, executed, delay_before, delay_after, and options of the kind, such as retry_after. Example: 'PUT /me/library:
status=503, retry_after=2, times=1'. See the documentation of spotify.testing.Fault
"""


def main(arguments: Sequence[str] | None = None, *, program: str = _PROGRAM) -> int:
    """Serve the sandbox until Ctrl-C, and return the exit status; `program` is the name in the help."""
    try:
        asyncio.run(_serve(create_sandbox(arguments, program=program)))
    except KeyboardInterrupt:
        return 0
    except (OSError, ValueError, TypeError, OverflowError) as error:
        sys.stderr.write(f"cannot serve the sandbox: {error}\n")
        return 1
    return 0


def create_sandbox(arguments: Sequence[str] | None, *, program: str = _PROGRAM) -> SpotifySandbox:
    """Create the sandbox that command line arguments describe; None for those of the process.

    Raises:
        ValueError: An argument is out of bounds, or the scenario is invalid.
        TypeError: A value in the scenario has the wrong type, or there is no such argument.
        OSError: A file cannot be read.
    """
    options = _parser(program).parse_args(arguments)
    given: SandboxArguments = {
        "host": options.host,
        "port": options.port,
        "seed": options.seed,
        "latency": options.latency,
        "quota_mode": options.quota_mode,
        "consent": options.consent,
        "redirect_uris": options.redirect_uri,
        "rate_limit": options.rate_limit,
        "rate_window": options.rate_window,
        "rate_penalty": options.rate_penalty,
        "fault_seed": options.fault_seed,
        "daily_quota": parse_daily_quota(options.daily_quota),
        "quota_retry_after": options.quota_retry_after,
        "operation_limits": parse_operation_limits(options.operation_limit),
        "owner_premium": options.owner_premium,
        "allowlist": options.allow_user,
        "rotate_refresh_tokens": options.rotate_refresh_tokens,
    }
    if options.scenario is None:
        sandbox = SpotifySandbox(**given)
    else:
        changed: Any = {name: value for name, value in given.items() if value not in (_DEFAULTS.get(name), None, [])}
        sandbox = sandbox_of(options.scenario, changed)
    if not 1 <= options.applications <= MAX_APPLICATIONS:
        raise ValueError(f"applications must be from 1 to {MAX_APPLICATIONS}, not {options.applications}")
    for _ in range(1, options.applications):
        sandbox.register_application()
    for argument in options.fault:
        option = FaultOption.parse(argument)
        sandbox.fail(
            option.target, option.fault, times=option.times, probability=option.probability, after=option.after
        )
    return sandbox


def _parser(program: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=program,
        description="Serve an invented Spotify (Web API and accounts service) on the loopback interface.",
    )
    parser.add_argument(
        "--scenario",
        metavar="FILE",
        help="a TOML file with arguments, data files and faults; see the documentation. Other options take precedence",
    )
    parser.add_argument(
        "--host",
        default=HOST,
        help="the interface to listen on (default: 127.0.0.1); 0.0.0.0 in a container. Tokens protect nothing",
    )
    parser.add_argument("--port", type=int, default=0, help="the port to listen on; 0, the default, for any free port")
    parser.add_argument("--seed", type=int, default=0, help="the seed of the catalogue (default: 0)")
    parser.add_argument("--latency", type=float, default=0.0, help="seconds added to each response")
    parser.add_argument(
        "--quota-mode",
        choices=get_args(QuotaMode),
        default="extended",
        help="the application's quota mode (default: extended)",
    )
    parser.add_argument(
        "--consent",
        choices=get_args(ConsentMode),
        default="auto",
        help="whether the authorize page allows everything at once, shows a form, or denies everything (default: auto)",
    )
    parser.add_argument(
        "--redirect-uri",
        action="append",
        default=[],
        metavar="URI",
        help="register an https redirect URI; loopback URIs are always registered; may be repeated",
    )
    parser.add_argument(
        "--rate-limit",
        type=int,
        metavar="CALLS",
        help="the maximum number of Web API calls in any window; more get a 429 (default: no limit)",
    )
    parser.add_argument(
        "--rate-window", type=float, default=30.0, metavar="SECONDS", help="the window's length (default: 30)"
    )
    parser.add_argument(
        "--rate-penalty",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="whether rejected calls count too (default: yes)",
    )
    _add_settings(parser)
    parser.add_argument(
        "--fault",
        action="append",
        default=[],
        metavar="'TARGET: KIND, OPTION, …'",
        help=_FAULT_HELP,
    )
    parser.add_argument("--fault-seed", type=int, default=0, help="the seed of faults with a probability (default: 0)")
    return parser


def _add_settings(parser: argparse.ArgumentParser) -> None:
    """Add the options for `ApplicationSettings`."""
    parser.add_argument(
        "--daily-quota",
        action="append",
        default=[],
        metavar="'[TARGET, …:] CALLS'",
        help="the maximum number of calls in 24 hours, of all operations or of a bucket of operations; more get a 429 "
        "with the reason QUOTA_EXCEEDED; may be repeated, and a call counts in the first bucket that has its operation "
        "(default: no quota)",
    )
    parser.add_argument(
        "--quota-retry-after",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="whether that 429 has Retry-After (default: yes)",
    )
    parser.add_argument(
        "--operation-limit",
        action="append",
        default=[],
        metavar="'TARGET: CALLS[/SECONDS]'",
        help="the maximum number of calls of one operation in 24 hours, or in another period; may be repeated",
    )
    parser.add_argument(
        "--applications",
        type=int,
        default=1,
        metavar="NUMBER",
        help="the number of applications of the developer, 1 to 25; the daily quota is for all, other limits for each "
        "(default: 1)",
    )
    parser.add_argument(
        "--owner-premium",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="whether the application's owner has Premium; if not, all calls get a 403 (default: yes)",
    )
    parser.add_argument(
        "--allow-user",
        action="append",
        metavar="USER",
        help="serve only this user; others get a 403; may be repeated for up to five users (default: all users)",
    )
    parser.add_argument(
        "--rotate-refresh-tokens",
        action=argparse.BooleanOptionalAction,
        default=False,
        help="whether refreshing with PKCE replaces the refresh token, as until June 2026 (default: no)",
    )


async def _serve(sandbox: SpotifySandbox) -> None:
    async with sandbox:
        user = sandbox.catalogue.default_user
        token = sandbox.issue_token(user=user.id, expires_in=_TOKEN_SECONDS)
        album = next(iter(sandbox.catalogue.albums), None)
        redirect_uri = sandbox.environment()["SPOTIFY_REDIRECT_URI"]
        sys.stdout.write(
            _WELCOME.format(
                sandbox=sandbox,
                redirect_uri=redirect_uri,
                user=user,
                token=token,
                album="" if album is None else album.id,
            )
        )
        for application in sandbox.applications[1:]:
            sys.stdout.write(
                f"\nAnother application of the developer: {application.client_id}, "
                f"with the secret {application.client_secret}\n"
            )
        sys.stdout.flush()
        await asyncio.Event().wait()


if __name__ == "__main__":
    sys.exit(main())
