"""Reads the TOML file of `python -m spotify.testing.sandbox --scenario`: settings, data files and faults."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Mapping
from os import PathLike
from typing import Any, Final

from spotify._checks import is_json_array, is_json_object, path_of, strings_of
from spotify.testing.sandbox.faults.fault_syntax import FaultOption
from spotify.testing.sandbox.limit_options import parse_daily_quota, parse_operation_limits
from spotify.testing.sandbox.server import SpotifySandbox
from spotify.testing.sandbox.settings import SandboxArguments

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
