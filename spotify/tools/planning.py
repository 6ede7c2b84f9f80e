"""The plans that users make: remove duplicates, merge, sort, copy, and make one playlist like another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Final, Literal, TypeAlias, cast, get_args

from spotify._checks import check_choice, check_flag, check_text, check_type, strings_of
from spotify.client import AsyncSpotifyClient
from spotify.ids import playable_uris
from spotify.tools.plans import NewPlaylist, Plan
from spotify.tools.playlist_content import Entry, PlaylistContent, read_playlist
from spotify.tools.steps import is_addable, steps_between

DuplicateKey: TypeAlias = Literal["id", "isrc", "title"]
SortKey: TypeAlias = Literal["added_at", "album", "artist", "duration", "name", "popularity", "release_date"]

_SORT_KEYS: Final[Mapping[str, Callable[[Entry], object]]] = {
    "added_at": lambda entry: entry.added_at.timestamp() if entry.added_at is not None else 0.0,
    "album": lambda entry: (entry.album.casefold(), entry.release_date),
    "artist": lambda entry: tuple(artist.casefold() for artist in entry.artists),
    "duration": lambda entry: entry.duration_ms,
    "name": lambda entry: entry.name.casefold(),
    "popularity": lambda entry: entry.popularity,
    "release_date": lambda entry: entry.release_date,
}


async def plan_dedupe(
    client: AsyncSpotifyClient,
    playlist: str,
    *,
    by: DuplicateKey = "id",
    keep: Literal["first", "last"] = "first",
    keep_dates: bool = False,
) -> Plan:
    """Plan the removal of duplicates from a playlist.

    HTTP: `GET /playlists/{id}` and `GET /playlists/{id}/items`. Scopes: `playlist-read-private` for a private playlist.
    Development mode: yes, for playlists that the user owns or collaborates on.

    Local files and items that are no longer in the catalogue stay: Spotify does not remove them by URI.

    Args:
        client: The client.
        playlist: The playlist's id, URI or URL.
        by: What makes two items duplicates: the same `id`; the same recording (`isrc`), also on another album, or else
            the same id; or the same `title` and artists, without regard to case and accents.
        keep: Which of them stays.
        keep_dates: Whether to avoid replacing all items, which takes fewer calls and resets the dates of adding.

    Raises:
        ValueError: `by` or `keep` is not one of these, or `playlist` is not a playlist id, URI or URL.
        SpotifyError: The playlist could not be read.
    """
    _check(client, keep_dates)
    check_choice("by", by, get_args(DuplicateKey))
    check_choice("keep", keep, ("first", "last"))
    content = await read_playlist(client, playlist)
    entries = list(enumerate(content.entries))
    first_of: dict[object, int] = {}
    dropped: dict[int, int] = {}
    for position, entry in entries if keep == "first" else reversed(entries):
        if entry.is_addable and (kept := first_of.setdefault(_identity(entry, by), position)) != position:
            dropped[position] = kept
    return _plan(
        "dedupe",
        content,
        [entry.uri for position, entry in entries if position not in dropped],
        changes=[
            f"- {position}: {content.entries[position]} (same {by} as {dropped[position]})"
            for position in sorted(dropped)
        ],
        keep_dates=keep_dates,
    )


async def plan_sort(
    client: AsyncSpotifyClient,
    playlist: str,
    key: SortKey | Callable[[Entry], object] = "added_at",
    *,
    reverse: bool = False,
    keep_dates: bool = False,
) -> Plan:
    """Plan to sort a playlist. Items with equal keys keep their order.

    HTTP, scopes and development mode: as for `plan_dedupe`.

    Args:
        client: The client.
        playlist: The playlist's id, URI or URL.
        key: What to sort by, or a function that returns something comparable for an entry.
        reverse: Whether the largest comes first.
        keep_dates: Whether to move items, which keeps the dates of adding, instead of replacing all of them, if that
            takes more calls.

    Raises:
        ValueError: `key` is not one of these, or `playlist` is not a playlist id, URI or URL.
        SpotifyError: The playlist could not be read.
    """
    _check(client, keep_dates)
    check_flag("reverse", reverse)
    if not callable(key):
        check_choice("key", key, tuple(_SORT_KEYS))
    function = key if callable(key) else _SORT_KEYS[key]
    content = await read_playlist(client, playlist)
    # The type of a key cannot be stated: anything that can be compared.
    ordered = sorted(content.entries, key=cast("Callable[[Entry], float]", function), reverse=reverse)
    moved = sum(1 for entry, other in zip(content.entries, ordered, strict=True) if entry is not other)
    order = f"by {key}" if isinstance(key, str) else "by a function"
    return _plan(
        "sort",
        content,
        [entry.uri for entry in ordered],
        changes=[f"{moved} items change their position: {order}{', the largest first' if reverse else ''}"]
        if moved
        else [],
        keep_dates=keep_dates,
    )


async def plan_merge(
    client: AsyncSpotifyClient, target: str, sources: Iterable[str], *, by: DuplicateKey | None = "id"
) -> Plan:
    """Plan to add the items of other playlists to the end of a playlist.

    HTTP, scopes and development mode: as for `plan_dedupe`.

    Args:
        client: The client.
        target: The id, URI or URL of the playlist that is changed.
        sources: The ids, URIs or URLs of the playlists to read, in order; at least one.
        by: Which items are not added a second time, as for `plan_dedupe`; None to add all.

    Raises:
        ValueError: `by` is not one of these, there are no sources, or one is not a playlist id, URI or URL.
        SpotifyError: A playlist could not be read.
    """
    _check(client)
    names = strings_of("sources", sources)
    if not names:
        raise ValueError("sources must have at least one playlist")
    if by is not None:
        check_choice("by", by, get_args(DuplicateKey))
    content = await read_playlist(client, target)
    known: set[object] = {_identity(entry, by) for entry in content.entries} if by is not None else set()
    added: list[Entry] = []
    skipped: list[str] = []
    duplicates = 0
    for name in names:
        source = await read_playlist(client, name)
        for entry in source.entries:
            identity = _identity(entry, by) if by is not None else None
            if not entry.is_addable:
                skipped.append(f"{entry} of {source.name!r} cannot be added: a local file or not in the catalogue")
            elif identity is not None and identity in known:
                duplicates += 1
            else:
                known.add(identity)
                added.append(entry)
    return _plan(
        "merge",
        content,
        [*content.uris, *(entry.uri for entry in added)],
        changes=[f"+ {entry}" for entry in added],
        notes=[*skipped, *([f"{duplicates} items are in the playlist already"] if duplicates else [])],
        keep_dates=True,
    )


async def plan_copy(
    client: AsyncSpotifyClient, source: str, *, name: str | None = None, public: bool | None = None
) -> Plan:
    """Plan to copy a playlist to a new one of the user.

    HTTP: `GET /playlists/{id}` and `GET /playlists/{id}/items`. Scopes: `playlist-read-private` for a private playlist.
    Development mode: yes, for playlists that the user owns or collaborates on.

    Args:
        client: The client.
        source: The id, URI or URL of the playlist to copy.
        name: The name of the copy; None for that of the source.
        public: Whether the copy is on the user's profile; None for the same as the source.

    Raises:
        ValueError: `name` is empty, or `source` is not a playlist id, URI or URL.
        SpotifyError: The playlist could not be read.
    """
    _check(client)
    check_flag("public", public, optional=True)
    if name is not None:
        check_text("name", name)
    content = await read_playlist(client, source)
    copied = [entry for entry in content.entries if entry.is_addable]
    uris = tuple(entry.uri for entry in copied)
    new = NewPlaylist(
        name=name or content.name or "Copy",
        description=content.description or None,
        public=content.public if public is None else public,
    )
    return Plan(
        action="copy",
        name=new.name,
        playlist=None,
        snapshot_id=None,
        before=(),
        after=uris,
        changes=tuple(f"+ {entry}" for entry in copied),
        notes=tuple(
            f"{entry} cannot be added: a local file or not in the catalogue"
            for entry in content.entries
            if not entry.is_addable
        ),
        steps=steps_between((), uris, keep_dates=True),
        create=new,
    )


def plan_import(uris: Iterable[str], *, name: str, public: bool | None = None) -> Plan:
    """Plan to create a playlist of tracks and episodes.

    Args:
        uris: URIs or URLs, in order. Local files and empty strings are left out.
        name: The name of the playlist.
        public: Whether it is on the user's profile; None for Spotify's default.

    Raises:
        ValueError: `name` is empty, or a URI is not that of a track or an episode.
    """
    check_text("name", name)
    check_flag("public", public, optional=True)
    given = strings_of("uris", uris)
    kept = [uri for uri in given if uri and not uri.startswith("spotify:local:")]
    added = tuple(playable_uris(kept)) if kept else ()
    left_out = len(given) - len(kept)
    return Plan(
        action="import",
        name=name,
        playlist=None,
        snapshot_id=None,
        before=(),
        after=added,
        changes=tuple(f"+ {uri}" for uri in added),
        notes=(f"{left_out} local files or missing items are left out",) if left_out else (),
        steps=steps_between((), added, keep_dates=True),
        create=NewPlaylist(name=name, public=public),
    )


async def plan_diff(client: AsyncSpotifyClient, playlist: str, other: str, *, keep_dates: bool = False) -> Plan:
    """Compare two playlists; `apply` makes `playlist` like `other`.

    HTTP, scopes and development mode: as for `plan_dedupe`.

    Args:
        client: The client.
        playlist: The id, URI or URL of the playlist that `apply` changes.
        other: The id, URI or URL of the playlist to compare with.
        keep_dates: Whether to avoid replacing all items, which takes fewer calls and resets the dates of adding.

    Raises:
        ValueError: `playlist` or `other` is not a playlist id, URI or URL.
        SpotifyError: A playlist could not be read.
    """
    _check(client, keep_dates)
    content, wanted = await read_playlist(client, playlist), await read_playlist(client, other)
    has_unmovable = not all(map(is_addable, content.uris))
    after = [entry.uri for entry in wanted.entries if entry.is_addable]
    notes = [
        f"{entry} is in {wanted.name!r} only and cannot be added: a local file or not in the catalogue"
        for entry in wanted.entries
        if not entry.is_addable
    ]
    if has_unmovable:
        notes.append(f"local files and missing items of {content.name!r} are removed")
    missing, surplus = _without(content, wanted), _without(wanted, content)
    changes = [f"- {entry}" for entry in missing] + [f"+ {entry}" for entry in surplus]
    if not changes and list(content.uris) != after:
        changes = ["the same items in another order"]
    return _plan("diff", content, after, changes=changes, notes=notes, keep_dates=keep_dates and not has_unmovable)


def _plan(
    action: str,
    content: PlaylistContent,
    after: list[str],
    *,
    changes: Iterable[str],
    notes: Iterable[str] = (),
    keep_dates: bool,
) -> Plan:
    return Plan(
        action=action,
        name=content.name,
        playlist=content.id,
        snapshot_id=content.snapshot_id,
        before=content.uris,
        after=tuple(after),
        changes=tuple(changes),
        notes=tuple(notes),
        steps=steps_between(content.uris, after, keep_dates=keep_dates),
    )


def _identity(entry: Entry, by: DuplicateKey) -> object:
    if by == "title" and entry.name:
        return entry.title_key
    if by == "isrc" and entry.isrc:
        return entry.isrc.upper()
    return entry.uri


def _without(content: PlaylistContent, other: PlaylistContent) -> list[Entry]:
    """Return the entries of `content` that `other` does not have, or has less often."""
    left = Counter(other.uris)
    only: list[Entry] = []
    for entry in content.entries:
        if left[entry.uri]:
            left[entry.uri] -= 1
        else:
            only.append(entry)
    return only


def _check(client: object, keep_dates: object = False) -> None:
    check_type("client", client, AsyncSpotifyClient)
    check_flag("keep_dates", keep_dates)
