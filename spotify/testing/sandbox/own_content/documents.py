"""`Documents`: the Spotify objects in files, with the libraries and playlists that they show."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final
from urllib.parse import unquote

import msgspec

from spotify._checks import is_json_array, is_json_object

JsonDict = dict[str, object]
_KINDS: Final = ("artist", "album", "track", "show", "episode", "audiobook", "chapter", "user", "playlist")
_SAVED: Final = ("track", "album", "episode", "show", "audiobook")
_PLAYLIST_ITEMS: Final = re.compile(r"/playlists/([^/?]+)/(?:items|tracks)\b")
_LISTS: Final = {"/me/following": "follows", "/me/playlists": "playlists"}


class Documents:
    """What JSON documents contain."""

    def __init__(self) -> None:
        """Contain nothing."""
        self.objects: Final[dict[str, dict[str, JsonDict]]] = {kind: {} for kind in _KINDS}
        """The objects by kind and id; what several documents say about one object is merged."""
        self.entries: Final[dict[str, dict[int, JsonDict]]] = {}
        """The entries of playlists by playlist id and position."""
        self.saved: Final[dict[str, str | None]] = {}
        """The URIs of saved and followed objects, with the time of saving if it is known, in order."""
        self.owner: str | None = None
        """The id of the user whose libraries the documents show, if they say it."""

    def read(self, path: Path) -> None:
        """Read a file of responses, a cassette, or the directory of a backup.

        Raises:
            ValueError: It is not JSON, or has no Spotify objects.
            OSError: It cannot be read.
        """
        if path.is_dir():
            self._read_backup(path)
        else:
            for document in _documents(path):
                self._walk(document)
        if not any(self.objects.values()):
            raise ValueError(f"{path} has no Spotify objects: give recorded responses, a cassette or a backup")

    def _walk(self, value: object) -> None:
        if is_json_array(value):
            for item in value:
                self._walk(item)
        elif is_json_object(value):
            self._walk_object(value)

    def _walk_object(self, value: JsonDict) -> None:
        self._add(value)
        self._add_saved(value)
        href, items = value.get("href"), value.get("items")
        if isinstance(href, str) and is_json_array(items):
            self._add_page(href, value, _objects(items))
        for member in value.values():
            self._walk(member)

    def _add(self, value: JsonDict) -> None:
        kind, object_id = value.get("type"), value.get("id")
        if not isinstance(kind, str) or not isinstance(object_id, str) or kind not in self.objects:
            return
        known = self.objects[kind].setdefault(object_id, {})
        known.update({name: member for name, member in value.items() if member is not None})
        if kind == "user" and value.keys() & {"product", "email", "explicit_content"}:
            self.owner = object_id

    def _add_saved(self, value: JsonDict) -> None:
        if "added_at" not in value or "added_by" in value:
            return
        for kind in _SAVED:
            saved = value.get(kind)
            if is_json_object(saved) and isinstance(saved.get("id"), str):
                added_at = value["added_at"]
                self.saved[f"spotify:{kind}:{saved['id']}"] = added_at if isinstance(added_at, str) else None

    def _add_page(self, href: str, page: JsonDict, items: list[JsonDict]) -> None:
        playlist = _PLAYLIST_ITEMS.search(href)
        if playlist is not None:
            entries = self.entries.setdefault(unquote(playlist[1]), {})
            start = page.get("offset")
            for index, item in enumerate(items):
                entries[(start if isinstance(start, int) else 0) + index] = item
        elif any(path in href for path in _LISTS):
            for item in items:
                if isinstance(item.get("uri"), str):
                    self.saved[str(item["uri"])] = None

    def _read_backup(self, path: Path) -> None:
        manifest = path / "manifest.json"
        if not manifest.is_file():
            for file in sorted(path.glob("*.json*")):
                for document in _documents(file):
                    self._walk(document)
            return
        owner = msgspec.json.decode(manifest.read_bytes(), type=dict[str, object]).get("user")
        self.owner = owner if isinstance(owner, str) else None
        for file in sorted(path.glob("*.jsonl")):
            for row in _objects(_documents(file)):
                kind = str(row.get("type"))
                self._walk(_object_of_row(row))
                if kind != "playlist" or not row.get("is_own"):
                    added_at = row.get("added_at")
                    self.saved[f"spotify:{kind}:{row.get('id')}"] = added_at if isinstance(added_at, str) else None
        for file in sorted((path / "playlists").glob("*.jsonl")):
            entries = self.entries.setdefault(file.stem, {})
            for index, row in enumerate(_objects(_documents(file))):
                item = _object_of_row(row)
                self._walk(item)
                entries[index] = {
                    "item": item,
                    "added_at": row.get("added_at"),
                    "added_by": {"id": row.get("added_by")},
                }


def _documents(path: Path) -> Iterator[object]:
    try:
        if path.suffix == ".jsonl":
            yield from (msgspec.json.decode(line) for line in path.read_bytes().splitlines() if line.strip())
        else:
            yield msgspec.json.decode(path.read_bytes())
    except msgspec.DecodeError as error:
        raise ValueError(f"{path} is not JSON: {error}") from None


def _objects(values: Iterable[object]) -> list[JsonDict]:
    return [value for value in values if is_json_object(value)]


def _object_of_row(row: JsonDict) -> JsonDict:
    """Return the object of the Web API that a row of a backup was made from."""
    shape: JsonDict = {**row}
    artists = [{"type": "artist", "id": artist, "name": name} for artist, name in _artists(row)]
    if row.get("album_id") is not None:
        shape["album"] = {
            "type": "album",
            "id": row["album_id"],
            "name": row.get("album"),
            "artists": artists[:1],
            "release_date": row.get("release_date"),
        }
    if row.get("show_id") is not None:
        shape["show"] = {"type": "show", "id": row["show_id"], "name": row.get("show")}
    shape["artists"] = artists
    shape["external_ids"] = {"isrc": row.get("isrc"), "upc": row.get("upc")}
    shape["genres"] = [genre for genre in str(row.get("genres") or "").split(", ") if genre]
    shape["authors"] = [{"name": name} for name in str(row.get("authors") or "").split(", ") if name]
    shape["narrators"] = [{"name": name} for name in str(row.get("narrators") or "").split(", ") if name]
    if row.get("type") == "playlist":
        shape["owner"] = {"type": "user", "id": row.get("owner")}
        shape["items"] = None
    return shape


def _artists(row: JsonDict) -> list[tuple[str, str]]:
    ids = [each for each in str(row.get("artist_ids") or "").split(", ") if each]
    names = str(row.get("artists") or "").split(", ")
    if len(names) != len(ids):  # a name has a comma
        names = [str(row.get("artists"))] * len(ids)
    return list(zip(ids, names, strict=True))
