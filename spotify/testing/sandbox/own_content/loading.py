"""`OwnContent`: adds the content of files to a sandbox."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from os import PathLike
from typing import Final, Protocol

from spotify._checks import is_json_array, is_json_object, path_of
from spotify.testing.sandbox.catalogue import (
    Album,
    Artist,
    Audiobook,
    Episode,
    PlayableItem,
    PlaylistEntry,
    Show,
    Track,
    User,
)
from spotify.testing.sandbox.own_content.accounts import OwnAccounts
from spotify.testing.sandbox.own_content.additions import RELEASE_DATE
from spotify.testing.sandbox.own_content.documents import Documents, JsonDict
from spotify.testing.sandbox.state import SAVED_KINDS


class _AddPlaylist(Protocol):
    def __call__(
        self,
        name: str,
        *,
        owner: User,
        entries: tuple[PlaylistEntry, ...],
        description: str | None,
        public: bool,
        collaborative: bool,
        id: str | None,
    ) -> object: ...


class OwnContent(OwnAccounts):
    """Adds content to a sandbox, also from files."""

    def load(self, path: str | PathLike[str], *, user: str | None = None) -> None:
        """Add the content of a file: recorded responses, a cassette of `RecordingTransport`, or a backup.

        The objects keep their ids. Objects that the catalogue has already stay as they are.

        ::

            response = {"type": "artist", "id": "4tZwfgrHOc3mvqYlEYSvVi", "name": "Blue Hour", "genres": ["dream pop"]}
            (tmp_path / "artist.json").write_text(json.dumps(response))
            sandbox.load(tmp_path / "artist.json")
            assert (await client.artists.get("4tZwfgrHOc3mvqYlEYSvVi")).name == "Blue Hour"

        Args:
            path: A JSON file with the body of a response or with many (`.jsonl`: one in each line), a cassette, a
                directory of such files, or the directory of a backup of `spotify.tools.backup`.
            user: The id of the user who gets the saved and followed objects; None for the user whose profile or backup
                it is, or else the default user. The user is added if there is none.

        Raises:
            ValueError: The file is not JSON, or has no Spotify objects.
            OSError: It cannot be read.
        """
        documents = Documents()
        documents.read(path_of("path", path))
        with self._lock:
            loader = _Loader(self, documents, user or documents.owner, self._add_playlist)
            self._import_saved(loader.run(), documents.saved)

    def _import_saved(self, user: User, saved: Mapping[str, str | None]) -> None:
        for uri, added_at in saved.items():
            _, kind, item = uri.split(":", 2)
            # The URIs of audiobooks have the kind `show`.
            saved_kind = SAVED_KINDS.get("audiobook" if item in self.catalogue.audiobook_by_id else kind)
            if saved_kind is not None and self.catalogue.contains(saved_kind, item):
                self._state.library(user).saved[saved_kind].save_at(item, added_at or self._state.now())
            elif kind == "artist" and item in self.catalogue.artist_by_id:
                self._state.library(user).artists[item] = None
            elif kind == "playlist" and item in self._state.playlists:
                self._state.follow_playlist(user, self._state.playlists[item], public=True)
        self._state.revision += 1


class _Loader:
    """Adds the objects of documents to a sandbox."""

    def __init__(
        self, sandbox: OwnContent, documents: Documents, owner: str | None, add_playlist: _AddPlaylist
    ) -> None:
        self._sandbox: Final = sandbox
        self._catalogue: Final = sandbox.catalogue
        self._documents: Final = documents
        self._owner: Final = owner
        self._add_playlist: Final = add_playlist

    def run(self) -> User:
        """Add everything, and return the owner of the libraries."""
        objects = self._documents.objects
        adders: Mapping[str, Callable[[str], object]] = {
            "user": self._user,
            "artist": self._artist,
            "album": self._album,
            "track": self._track,
            "show": self._show,
            "episode": self._episode,
            "audiobook": self._audiobook,
            "playlist": self._playlist,
        }
        owner = self._user(self._owner) if self._owner is not None else self._catalogue.default_user
        for kind, add in adders.items():
            for each in list(objects[kind]):
                add(each)
        for each in self._documents.entries:
            self._playlist(each)
        return owner

    def _user(self, id: str) -> User:
        known = self._catalogue.user_by_id.get(id)
        shape = self._documents.objects["user"].get(id, {})
        return known or self._sandbox.add_user(
            _text(shape, "display_name") or None,
            country=_text(shape, "country") or "US",
            product="free" if shape.get("product") in {"free", "open"} else "premium",
            followers=_number(_nested(shape, "followers"), "total"),
            id=id,
        )

    def _artist(self, id: str) -> Artist:
        known = self._catalogue.artist_by_id.get(id)
        shape = self._documents.objects["artist"].get(id, {})
        return known or self._sandbox.add_artist(
            _name(shape),
            genres=[str(genre) for genre in _list(shape, "genres")],
            popularity=min(100, _number(shape, "popularity")),
            followers=_number(_nested(shape, "followers"), "total") or _number(shape, "followers"),
            id=id,
        )

    def _artists(self, shape: JsonDict) -> list[Artist | str]:
        found = [self._artist(str(each["id"])) for each in _members(shape, "artists")]
        return [*found] or ["Various Artists"]

    def _album(self, id: str) -> Album:
        known = self._catalogue.album_by_id.get(id)
        if known is not None:
            return known
        shape = self._documents.objects["album"].get(id, {})
        kind = shape.get("album_type")
        album = self._sandbox.add_album(
            _name(shape),
            artist=self._artists(shape),
            album_type="single" if kind == "single" else "compilation" if kind == "compilation" else "album",
            release_date=_text(shape, "release_date") or RELEASE_DATE,
            label=_text(shape, "label"),
            upc=_text(_nested(shape, "external_ids"), "upc") or None,
            popularity=min(100, _number(shape, "popularity")),
            markets=_markets(shape),
            id=id,
        )
        for track in _members(_nested(shape, "tracks"), "items"):
            self._documents.objects["track"].setdefault(str(track["id"]), {}).setdefault("album", {"id": id})
        return album

    def _track(self, id: str) -> Track:
        known = self._catalogue.track_by_id.get(id)
        if known is not None:
            return known
        shape = self._documents.objects["track"].get(id, {})
        album = _text(_nested(shape, "album"), "id")
        return self._sandbox.add_track(
            _name(shape),
            artist=self._artists(shape),
            album=self._album(album) if album else None,
            isrc=_text(_nested(shape, "external_ids"), "isrc") or None,
            duration=max(1, _number(shape, "duration_ms")) / 1000,
            explicit=shape.get("explicit") is True,
            popularity=min(100, _number(shape, "popularity")),
            disc_number=max(1, _number(shape, "disc_number")),
            track_number=_number(shape, "track_number") or None,
            markets=_markets(shape),
            id=id,
        )

    def _show(self, id: str) -> Show:
        known = self._catalogue.show_by_id.get(id)
        shape = self._documents.objects["show"].get(id, {})
        if known is not None:
            return known
        for episode in _members(_nested(shape, "episodes"), "items"):
            self._documents.objects["episode"].setdefault(str(episode["id"]), {}).setdefault("show", {"id": id})
        return self._sandbox.add_show(
            _name(shape),
            publisher=_text(shape, "publisher"),
            description=_text(shape, "description"),
            languages=[str(language) for language in _list(shape, "languages")] or ["en"],
            explicit=shape.get("explicit") is True,
            markets=_markets(shape),
            id=id,
        )

    def _episode(self, id: str) -> Episode:
        known = self._catalogue.episode_by_id.get(id)
        shape = self._documents.objects["episode"].get(id, {})
        show = _text(_nested(shape, "show"), "id")
        return known or self._sandbox.add_episode(
            _name(shape),
            show=self._show(show) if show else "Show",
            duration=max(1, _number(shape, "duration_ms")) / 1000,
            description=_text(shape, "description"),
            release_date=_text(shape, "release_date") or RELEASE_DATE,
            explicit=shape.get("explicit") is True,
            id=id,
        )

    def _audiobook(self, id: str) -> Audiobook:
        known = self._catalogue.audiobook_by_id.get(id)
        shape = self._documents.objects["audiobook"].get(id, {})
        chapters = [_name(chapter) for chapter in _members(_nested(shape, "chapters"), "items")]
        return known or self._sandbox.add_audiobook(
            _name(shape),
            chapters=chapters or [f"Chapter {number + 1}" for number in range(_number(shape, "total_chapters"))],
            authors=[_name(author) for author in _objects(shape, "authors")],
            narrators=[_name(narrator) for narrator in _objects(shape, "narrators")],
            publisher=_text(shape, "publisher"),
            description=_text(shape, "description"),
            explicit=shape.get("explicit") is True,
            markets=_markets(shape),
            id=id,
        )

    def _playlist(self, id: str) -> None:
        if id in self._catalogue.playlist_by_id:
            return
        shape = self._documents.objects["playlist"].get(id, {})
        owner = _text(_nested(shape, "owner"), "id") or self._owner
        user = self._catalogue.default_user if owner is None else self._user(owner)
        found = (self._entry(entry, user) for _, entry in sorted(self._documents.entries.get(id, {}).items()))
        self._add_playlist(
            _name(shape),
            owner=user,
            entries=tuple(entry for entry in found if entry is not None),
            description=_text(shape, "description") or None,
            public=shape.get("public") is not False,
            collaborative=shape.get("collaborative") is True,
            id=id,
        )

    def _entry(self, entry: JsonDict, owner: User) -> PlaylistEntry | None:
        shape = _nested(entry, "item") or _nested(entry, "track")
        item_id, added_by = _text(shape, "id"), _text(_nested(entry, "added_by"), "id")
        if not item_id:
            return None
        item: PlayableItem = self._episode(item_id) if shape.get("type") == "episode" else self._track(item_id)
        return PlaylistEntry(item, _text(entry, "added_at") or None, added_by or owner.id)


def _nested(shape: JsonDict, name: str) -> JsonDict:
    value = shape.get(name)
    return value if is_json_object(value) else {}


def _list(shape: JsonDict, name: str) -> list[object]:
    value = shape.get(name)
    return value if is_json_array(value) else []


def _objects(shape: JsonDict, name: str) -> list[JsonDict]:
    return [value for value in _list(shape, name) if is_json_object(value)]


def _members(shape: JsonDict, name: str) -> list[JsonDict]:
    """Return the objects in a list that have an id."""
    return [value for value in _objects(shape, name) if isinstance(value.get("id"), str)]


def _text(shape: JsonDict, name: str) -> str:
    value = shape.get(name)
    return value if isinstance(value, str) else ""


def _name(shape: JsonDict) -> str:
    return _text(shape, "name").strip() or "(no name)"


def _number(shape: JsonDict, name: str) -> int:
    value = shape.get(name)
    return max(0, value) if isinstance(value, int) and not isinstance(value, bool) else 0


def _markets(shape: JsonDict) -> list[str] | None:
    return [str(market) for market in _list(shape, "available_markets")] or None
