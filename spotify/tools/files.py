"""Files that are replaced as a whole, or grow by whole lines."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from spotify.models import JsonObject, JsonValue


def write_atomically(path: Path, text: str) -> None:
    """Replace a file. After a crash it has the old or the new content.

    Raises:
        OSError: It cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    pending = path.with_name(f"{path.name}.pending")
    pending.write_text(text, encoding="utf-8")
    pending.replace(path)


def append_lines(path: Path, objects: Iterable[Mapping[str, JsonValue]]) -> None:
    """Append objects to a file in the format JSON Lines.

    Raises:
        OSError: It cannot be written.
    """
    lines = [json.dumps(each, ensure_ascii=False, separators=(",", ":")) for each in objects]
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write("".join(f"{line}\n" for line in lines))


def read_lines(path: Path) -> list[JsonObject]:
    """Return the objects of a file in the format JSON Lines; none if it does not exist.

    A last line without an end, which a killed process leaves, is removed from the file.

    Raises:
        OSError: It cannot be read.
        ValueError: A line is not a JSON object.
    """
    with suppress(FileNotFoundError):
        content = path.read_bytes()
        complete = content[: content.rfind(b"\n") + 1]
        if complete != content:
            with path.open("r+b") as file:
                file.truncate(len(complete))
        return list(_objects(path, complete.decode("utf-8")))
    return []


def _objects(path: Path, text: str) -> Iterator[JsonObject]:
    for number, line in enumerate(text.split("\n"), 1):
        if line:
            try:
                value: JsonValue = json.loads(line)
            except ValueError:
                value = None
            if not isinstance(value, dict):
                raise ValueError(f"line {number} of {path} is not a JSON object")
            yield value
