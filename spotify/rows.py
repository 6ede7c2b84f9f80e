"""Rows: flat, typed dictionaries of tracks, entries, plays and other objects, for tables, CSV files and data frames."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from difflib import get_close_matches
from functools import singledispatch
from typing import Final, TypeAlias

from spotify._checks import each_of, shown, strings_of
from spotify.models import (
    Album,
    Artist,
    Episode,
    PlayHistory,
    Playlist,
    PlaylistBase,
    PlaylistItem,
    PrivateUser,
    PublicUser,
    SavedAlbum,
    SavedAudiobook,
    SavedEpisode,
    SavedShow,
    SavedTrack,
    SimplifiedAlbum,
    SimplifiedArtist,
    SimplifiedAudiobook,
    SimplifiedPlaylist,
    SimplifiedShow,
    SimplifiedTrack,
    SpokenItem,
    SpotifyModel,
    Track,
    UnknownItem,
)

Value: TypeAlias = str | int | float | bool | datetime | None
Row: TypeAlias = dict[str, Value]
"""One row: values by the name of the column."""


def to_rows(models: Iterable[SpotifyModel | None], columns: Iterable[str] | None = None) -> list[Row]:
    """Return one flat row per object.

    ::

        tracks = await client.tracks.get_saved().collect()
        to_rows(tracks, columns=["added_at", "artists", "name", "isrc"])

    The columns of entries are those of the entry (`added_at`, `added_by`, `played_at` …) and of the object in it. Names
    of several artists are joined with commas. A column that an object does not have is None.

    Args:
        models: Tracks, episodes, albums, artists, shows, audiobooks, playlists or users; or entries of them: saved
            objects, entries of playlists, plays. Kinds can be mixed. None, as Spotify returns for unknown objects, is
            left out.
        columns: The columns, in order; None for all that one of the objects has.

    Raises:
        TypeError: An object is of another kind.
        ValueError: No kind of object has such a column.
    """
    rows = [_row(model) for model in each_of(models, "models must be several") if model is not None]
    names = list(dict.fromkeys(name for row in rows for name in row))
    if columns is not None:
        names = strings_of("columns", columns)
        _check_columns(names)
    return [{name: row.get(name) for name in names} for row in rows]


_COLUMNS: Final = frozenset(
    {
        *("type", "id", "uri", "name", "url"),
        *("added_at", "added_by", "is_local", "played_at", "context"),
        *("artists", "artist_ids", "album", "album_id", "track_number", "disc_number", "isrc", "is_playable"),
        *("duration_ms", "explicit", "popularity", "release_date", "show", "show_id"),
        *("album_type", "total_tracks", "label", "upc", "genres", "followers"),
        *("publisher", "authors", "narrators", "total_episodes", "total_chapters"),
        *("owner", "public", "collaborative", "description", "items", "snapshot_id"),
        *("display_name", "country", "product"),
    }
)


def _check_columns(names: Iterable[str]) -> None:
    for name in names:
        if name not in _COLUMNS:
            near = get_close_matches(name, _COLUMNS, n=1)
            advice = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(sorted(_COLUMNS))}"
            raise ValueError(f"there is no column {shown(name)}; {advice}")


@singledispatch
def _row(model: object) -> Row:
    """Return the row of an object; each kind has a function of its own."""
    raise TypeError(
        f"{type(model).__name__} has no row; pass tracks, episodes, albums, artists, shows, audiobooks, playlists, "
        "users, or entries of them, such as page.items"
    )


def _item(item: SpotifyModel | None) -> Row:
    """Return the row of the item of an entry, which may be missing in the catalogue."""
    return {"uri": None, "name": None} if item is None else _row(item)


@_row.register
def _(play: PlayHistory) -> Row:
    context = None if play.context is None else play.context.uri
    return {"played_at": play.played_at, "context": context, **_item(play.track)}


@_row.register
def _(entry: PlaylistItem) -> Row:
    added_by = entry.added_by.id or None if entry.added_by is not None else None
    return {"added_at": entry.added_at, "added_by": added_by, "is_local": entry.is_local, **_item(entry.item)}


@_row.register
def _(entry: SavedTrack) -> Row:
    return {"added_at": entry.added_at, **_row(entry.track)}


@_row.register
def _(entry: SavedAlbum) -> Row:
    return {"added_at": entry.added_at, **_row(entry.album)}


@_row.register
def _(entry: SavedEpisode) -> Row:
    return {"added_at": entry.added_at, **_row(entry.episode)}


@_row.register
def _(entry: SavedShow) -> Row:
    return {"added_at": entry.added_at, **_row(entry.show)}


@_row.register
def _(entry: SavedAudiobook) -> Row:
    return {"added_at": entry.added_at, **_row(entry.audiobook)}


@_row.register
def _(track: SimplifiedTrack) -> Row:
    row: Row = {
        **_head(track),
        "artists": _joined(artist.name for artist in track.artists),
        "artist_ids": _joined(artist.id for artist in track.artists if artist.id),
        "track_number": track.track_number,
        "disc_number": track.disc_number,
        "duration_ms": track.duration_ms,
        "explicit": track.explicit,
        "is_playable": track.is_playable,
    }
    if isinstance(track, Track):
        row |= {
            "album": track.album.name,
            "album_id": track.album.id,
            "release_date": track.album.release_date,
            "isrc": None if track.external_ids is None else track.external_ids.isrc,
            "popularity": track.popularity,
        }
    return row


@_row.register
def _(item: SpokenItem) -> Row:
    row: Row = {
        **_head(item),
        "duration_ms": item.duration_ms,
        "explicit": item.explicit,
        "release_date": item.release_date,
        "is_playable": item.is_playable,
    }
    if isinstance(item, Episode) and item.show is not None:
        row |= {"show": item.show.name, "show_id": item.show.id}
    return row


@_row.register
def _(album: SimplifiedAlbum) -> Row:
    row: Row = {
        **_head(album),
        "artists": _joined(artist.name for artist in album.artists),
        "artist_ids": _joined(artist.id for artist in album.artists if artist.id),
        "album_type": None if album.album_type is None else str(album.album_type),
        "release_date": album.release_date,
        "total_tracks": album.total_tracks,
    }
    if isinstance(album, Album):
        upc = None if album.external_ids is None else album.external_ids.upc
        row |= {"label": album.label, "popularity": album.popularity, "upc": upc}
    return row


@_row.register
def _(artist: SimplifiedArtist) -> Row:
    row = _head(artist)
    if isinstance(artist, Artist):
        row |= {
            "genres": _joined(artist.genres),
            "followers": None if artist.followers is None else artist.followers.total,
            "popularity": artist.popularity,
        }
    return row


@_row.register
def _(show: SimplifiedShow) -> Row:
    return {
        **_head(show),
        "publisher": show.publisher,
        "total_episodes": show.total_episodes,
        "explicit": show.explicit,
    }


@_row.register
def _(audiobook: SimplifiedAudiobook) -> Row:
    return {
        **_head(audiobook),
        "authors": _joined(author.name or "" for author in audiobook.authors),
        "narrators": _joined(narrator.name or "" for narrator in audiobook.narrators),
        "publisher": audiobook.publisher,
        "total_chapters": audiobook.total_chapters,
        "explicit": audiobook.explicit,
    }


@_row.register
def _(playlist: PlaylistBase) -> Row:
    items = playlist.items if isinstance(playlist, Playlist | SimplifiedPlaylist) else None
    return {
        **_head(playlist),
        "owner": None if playlist.owner is None else playlist.owner.id,
        "public": playlist.public,
        "collaborative": playlist.collaborative,
        "description": playlist.description,
        "items": None if items is None else items.total,
        "snapshot_id": playlist.snapshot_id,
    }


@_row.register
def _(user: PublicUser) -> Row:
    row: Row = {
        "type": user.type,
        "id": user.id,
        "uri": user.uri,
        "display_name": user.display_name,
        "followers": None if user.followers is None else user.followers.total,
        "url": user.external_urls.spotify,
    }
    if isinstance(user, PrivateUser):
        row |= {"country": user.country, "product": user.product}
    return row


@_row.register
def _(item: UnknownItem) -> Row:
    return {"type": item.type, "uri": item.uri, "name": item.name}


def _head(
    model: SimplifiedTrack
    | SpokenItem
    | SimplifiedAlbum
    | SimplifiedArtist
    | SimplifiedShow
    | SimplifiedAudiobook
    | PlaylistBase,
) -> Row:
    return {
        "type": model.type,
        "id": model.id,
        "uri": model.uri,
        "name": model.name,
        "url": model.external_urls.spotify,
    }


def _joined(names: Iterable[str]) -> str:
    return ", ".join(names)
