"""`Archive`: the files of a backup: a manifest, and a file in JSON Lines and in CSV for each list."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final, Literal, TypeAlias, get_args

import msgspec

from spotify.models import JsonObject, JsonValue, SavedTrack, SpotifyModel, Track
from spotify.models.playlists import PlaylistItem
from spotify.rows import Row, to_rows


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


Section: TypeAlias = Literal["tracks", "albums", "episodes", "shows", "audiobooks", "artists", "playlists"]
SECTIONS: Final[tuple[Section, ...]] = get_args(Section)

_MANIFEST: Final = "manifest.json"


@dataclass(slots=True, kw_only=True)
class ListState:
    """What is known about a list of a backup."""

    items: int = 0
    """The number of items of the list in the backup."""
    is_complete: bool = False
    """Whether all items of the list are in the backup."""
    snapshot_id: str | None = None
    """The version of a playlist; None for another list."""
    error: str | None = None
    """Why the items of a playlist could not be read; None if they could."""


@dataclass(slots=True, kw_only=True)
class Manifest:
    """The content of a backup."""

    user: str
    """The id of the user."""
    started_at: datetime
    """When the backup was started."""
    finished_at: datetime | None = None
    """When the backup was finished; None if it is not."""
    sections: dict[Section, ListState] = field(default_factory=dict["Section", ListState])
    """The lists of the library."""
    playlists: dict[str, ListState] = field(default_factory=dict[str, ListState])
    """The playlists by id."""
    version: Literal[1] = 1
    """The version of the format."""


class Archive:
    """The directory of a backup."""

    def __init__(self, path: Path) -> None:
        """Use a directory, which is created when the first file is written."""
        self.path = path
        """The directory."""

    def read_manifest(self) -> Manifest | None:
        """Return the manifest; None if there is no backup.

        Raises:
            ValueError: It is damaged, or of another version.
            OSError: It cannot be read.
        """
        path = self.path / _MANIFEST
        try:
            return msgspec.json.decode(path.read_bytes(), type=Manifest)
        except FileNotFoundError:
            return None
        except msgspec.DecodeError as exc:
            raise ValueError(f"{path} is not the manifest of a backup of this version: {exc}") from None

    def write_manifest(self, manifest: Manifest) -> None:
        """Replace the manifest.

        Raises:
            OSError: It cannot be written.
        """
        write_atomically(self.path / _MANIFEST, json.dumps(_plain(asdict(manifest)), indent=1, ensure_ascii=False))

    def rows(self, name: str) -> list[JsonObject]:
        """Return the rows of a list, such as `tracks` or `playlists/ID`; none if there is no such list.

        Raises:
            ValueError: The file is damaged.
            OSError: It cannot be read.
        """
        return read_lines(self._file(name, "jsonl"))

    def has(self, name: str) -> bool:
        """Return whether a list is complete."""
        return self._file(name, "jsonl").exists()

    def part(self, name: str) -> list[JsonObject]:
        """Return the rows of a list that is being read."""
        return read_lines(self._file(name, "jsonl.part"))

    def append(self, name: str, models: Iterable[SpotifyModel | None]) -> int:
        """Append objects to a list that is being read; return their number."""
        rows = [row_of(model) for model in models]
        append_lines(self._file(name, "jsonl.part"), rows)
        return len(rows)

    def drop_part(self, name: str) -> None:
        """Discard what was read of a list."""
        self._file(name, "jsonl.part").unlink(missing_ok=True)

    def finish(self, name: str, rows: Iterable[Mapping[str, object]] | None = None) -> int:
        """Make the list that was read, or these rows, the list of the backup; return the number of rows."""
        part = self._file(name, "jsonl.part")
        if rows is not None:
            self.drop_part(name)
            append_lines(part, [_plain(row) for row in rows])
        complete = read_lines(part)
        part.parent.mkdir(parents=True, exist_ok=True)
        part.touch()
        write_atomically(self._file(name, "csv"), _csv_of(complete))
        part.replace(self._file(name, "jsonl"))
        return len(complete)

    def _file(self, name: str, suffix: str) -> Path:
        return self.path / f"{name}.{suffix}"


def row_of(model: SpotifyModel | None) -> JsonObject:
    """Return the row of an object as JSON data. A track has the URI under which the user saved or added it."""
    row = to_rows([model])[0] if model is not None else {}
    inner = model.track if isinstance(model, SavedTrack) else model.item if isinstance(model, PlaylistItem) else None
    if isinstance(inner, Track) and inner.linked_from is not None:
        row |= {"uri": inner.linked_from.uri, "id": inner.linked_from.id}
    return _plain(row)


def _plain(values: Mapping[str, object] | Row) -> JsonObject:
    data: JsonObject = msgspec.to_builtins(values)
    return data


def _csv_of(rows: Iterable[JsonObject]) -> str:
    rows = list(rows)
    columns = list(dict.fromkeys(name for row in rows for name in row))
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()
