"""Builders of response bodies, and lists of the shapes that Spotify sends."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from spotify import models

Payload = dict[str, Any]

NOTHING: Any = object()
"""An override that removes the member."""


def payload(base: Payload, overrides: Payload) -> Payload:
    return {key: value for key, value in {**base, **overrides}.items() if value is not NOTHING}


def _identity(kind: str, number: int) -> Payload:
    spotify_id = f"{number:022d}"
    return {
        "type": kind,
        "id": spotify_id,
        "uri": f"spotify:{kind}:{spotify_id}",
        "href": f"https://api.spotify.com/v1/{kind}s/{spotify_id}",
        "external_urls": {"spotify": f"https://open.spotify.com/{kind}/{spotify_id}"},
    }


def image(**overrides: Any) -> Payload:
    return payload({"url": "https://i.scdn.co/image/1", "height": 640, "width": 640}, overrides)


def simplified_artist(number: int = 1, **overrides: Any) -> Payload:
    return payload({**_identity("artist", number), "name": f"Artist {number}"}, overrides)


def artist(number: int = 1, **overrides: Any) -> Payload:
    more = {"followers": {"href": None, "total": 10}, "genres": ["rock"], "images": [image()], "popularity": 50}
    return payload({**simplified_artist(number), **more}, overrides)


def simplified_album(number: int = 1, **overrides: Any) -> Payload:
    more = {
        "name": f"Album {number}",
        "album_type": "album",
        "artists": [simplified_artist()],
        "available_markets": ["DE", "US"],
        "images": [image()],
        "release_date": "1981-12-01",
        "release_date_precision": "day",
        "total_tracks": 2,
    }
    return payload({**_identity("album", number), **more}, overrides)


def simplified_track(number: int = 1, **overrides: Any) -> Payload:
    more = {
        "name": f"Track {number}",
        "artists": [simplified_artist()],
        "available_markets": ["DE", "US"],
        "disc_number": 1,
        "duration_ms": 201_000,
        "explicit": False,
        "is_local": False,
        "preview_url": None,
        "track_number": number,
    }
    return payload({**_identity("track", number), **more}, overrides)


def track(number: int = 1, **overrides: Any) -> Payload:
    more = {"album": simplified_album(), "external_ids": {"isrc": "USUM71703861"}, "popularity": 42}
    return payload({**simplified_track(number), **more}, overrides)


def album(number: int = 1, **overrides: Any) -> Payload:
    more = {
        "tracks": page([simplified_track(1), simplified_track(2)]),
        "copyrights": [{"text": "(C) 1981", "type": "C"}],
        "external_ids": {"upc": "5099749994324"},
        "genres": [],
        "label": "A label",
        "popularity": 42,
    }
    return payload({**simplified_album(number), **more}, overrides)


def local_track(**overrides: Any) -> Payload:
    nameless = {"id": None, "uri": None, "href": None, "external_urls": {}}
    base = track(
        id=None,
        uri="spotify:local:Artist:Album:Title:123",
        href=None,
        external_urls={},
        external_ids={},
        is_local=True,
        available_markets=[],
        disc_number=0,
        track_number=0,
        popularity=0,
        artists=[simplified_artist(name="Artist", **nameless)],
        album=simplified_album(
            name="Album",
            album_type=None,
            artists=[],
            images=[],
            release_date=None,
            release_date_precision=None,
            total_tracks=NOTHING,
            **nameless,
        ),
    )
    return payload(base, overrides)


def _spoken(kind: str, number: int) -> Payload:
    return {
        **_identity(kind, number),
        "name": f"{kind} {number}",
        "description": "About it",
        "html_description": "<p>About it</p>",
        "audio_preview_url": None,
        "duration_ms": 1_686_230,
        "explicit": False,
        "images": [image()],
        "is_playable": True,
        "languages": ["en"],
        "release_date": "2020-05",
        "release_date_precision": "month",
        "resume_point": {"fully_played": False, "resume_position_ms": 5},
    }


def simplified_episode(number: int = 1, **overrides: Any) -> Payload:
    return payload({**_spoken("episode", number), "is_externally_hosted": False, "language": "en"}, overrides)


def show(number: int = 1, **overrides: Any) -> Payload:
    more = {
        "name": f"Show {number}",
        "available_markets": ["DE"],
        "copyrights": [],
        "description": "About it",
        "html_description": "<p>About it</p>",
        "explicit": False,
        "images": [image()],
        "is_externally_hosted": None,
        "languages": ["en"],
        "media_type": "audio",
        "publisher": "A publisher",
        "total_episodes": 3,
    }
    return payload({**_identity("show", number), **more}, overrides)


def episode(number: int = 1, **overrides: Any) -> Payload:
    return payload({**simplified_episode(number), "show": show()}, overrides)


def audiobook(number: int = 1, **overrides: Any) -> Payload:
    more = {
        "name": f"Book {number}",
        "authors": [{"name": "An author"}],
        "narrators": [{"name": "A narrator"}],
        "edition": "Unabridged",
        "total_chapters": 1,
    }
    dropped = {"is_externally_hosted": NOTHING, "total_episodes": NOTHING}
    return payload({**show(), **dropped, **_identity("audiobook", number), **more}, overrides)


def chapter(number: int = 1, **overrides: Any) -> Payload:
    more = {"chapter_number": number, "audiobook": audiobook(), "available_markets": ["DE"]}
    return payload({**_spoken("chapter", number), **more}, overrides)


def playlist_item(**overrides: Any) -> Payload:
    base = {
        "added_at": "2024-01-31T22:22:22Z",
        "added_by": {**_identity("user", 1), "id": "someone"},
        "is_local": False,
        "item": track(),
    }
    return payload(base, overrides)


def simplified_playlist(number: int = 1, **overrides: Any) -> Payload:
    more = {
        "name": f"Playlist {number}",
        "description": None,
        "collaborative": False,
        "public": True,
        "owner": {**_identity("user", 1), "id": "someone", "display_name": None},
        "images": [image(height=None, width=None)],
        "snapshot_id": "AAAAAA",
        "items": {"href": "https://api.spotify.com/v1/playlists/1/items", "total": 3},
    }
    return payload({**_identity("playlist", number), **more}, overrides)


def playlist(number: int = 1, **overrides: Any) -> Payload:
    more = {"items": page([playlist_item()]), "followers": {"href": None, "total": 1}}
    return payload({**simplified_playlist(number), **more}, overrides)


def device(**overrides: Any) -> Payload:
    base = {
        "type": "computer",
        "id": "74ASZWbe4lXaubB36ztrGX",
        "name": "Kitchen",
        "is_active": True,
        "is_private_session": False,
        "is_restricted": False,
        "volume_percent": 59,
        "supports_volume": True,
    }
    return payload(base, overrides)


def playback(**overrides: Any) -> Payload:
    base = {
        "device": device(),
        "repeat_state": "off",
        "shuffle_state": False,
        "smart_shuffle": False,
        "context": {"type": "album", "uri": "spotify:album:1", "href": None, "external_urls": {}},
        "timestamp": 1_700_000_000_000,
        "progress_ms": 44_272,
        "is_playing": True,
        "item": track(),
        "currently_playing_type": "track",
        "actions": {"disallows": {"resuming": True}},
    }
    return payload(base, overrides)


def play_history(**overrides: Any) -> Payload:
    return payload({"track": track(), "played_at": "2024-01-31T22:22:22.123Z", "context": None}, overrides)


def page(items: list[Any], **overrides: Any) -> Payload:
    base = {
        "href": "https://api.spotify.com/v1/page",
        "items": items,
        "limit": 20,
        "next": None,
        "offset": 0,
        "previous": None,
        "total": len(items),
    }
    return payload(base, overrides)


def cursor_page(items: list[Any], **overrides: Any) -> Payload:
    base = {
        "href": "https://api.spotify.com/v1/page",
        "items": items,
        "limit": 20,
        "next": None,
        "cursors": {"after": "2", "before": "1"},
        "total": len(items),
    }
    return payload(base, overrides)


@dataclass(frozen=True)
class Shape:
    """A body that Spotify sends.

    Attributes:
        name: Its special property.
        into: The type to decode it into.
        payload: The body as plain data.
    """

    name: str
    into: Any
    payload: Any

    @property
    def data(self) -> bytes:
        """The body as bytes."""
        return json.dumps(self.payload).encode()


_ENTRIES = [
    ("entry removed from the catalogue", playlist_item(item=None)),
    ("entry with an episode", playlist_item(item=episode())),
    ("entry with a local file", playlist_item(item=local_track(), is_local=True)),
    ("entry of an unknown kind", playlist_item(item={"type": "hologram", "uri": "spotify:hologram:1"})),
    ("entry without a type", playlist_item(item={"name": "chosen by fields"})),
    ("entry with the old name", playlist_item(item=NOTHING, track=track())),
    ("entry with both names", playlist_item(track=track(2))),
    ("entry with both names, the new one null", playlist_item(item=None, track=episode())),
    ("entry without added_by", playlist_item(added_by=None)),
    ("entry added by an empty id", playlist_item(added_by={"id": ""})),
    ("entry without added_at", playlist_item(added_at=None)),
    ("entry added in 1970", playlist_item(added_at="1970-01-01T00:00:00Z")),
    ("empty entry", {}),
]

KNOWN_SHAPES = [
    *(Shape(name, models.PlaylistItemPage, page([playlist_item(), entry])) for name, entry in _ENTRIES),
    Shape("playlist", models.Playlist, playlist()),
    Shape("playlist with the old name", models.Playlist, playlist(items=NOTHING, tracks=page([playlist_item()]))),
    Shape("playlist with both names", models.Playlist, playlist(tracks=page([]))),
    Shape("playlist without items", models.Playlist, playlist(items=NOTHING)),
    Shape("playlist with an empty page", models.Playlist, playlist(items=page([]))),
    Shape("playlist with null images", models.Playlist, playlist(images=None)),
    Shape(
        "simplified playlist with the old name",
        models.SimplifiedPlaylist,
        simplified_playlist(items=NOTHING, tracks={"total": 1}),
    ),
    Shape("search with nulls", models.SearchResult, {"playlists": page([None, simplified_playlist(), None])}),
    Shape(
        "search for several types", models.SearchResult, {"tracks": page([track()]), "artists": page([artist(), None])}
    ),
    Shape("batch with an unknown id", models.SeveralAlbums, {"albums": [album(1), None, album(2)]}),
    Shape("album", models.Album, album()),
    Shape("album with a year only", models.Album, album(release_date="1981", release_date_precision="year")),
    Shape("album with the year 0000", models.Album, album(release_date="0000", release_date_precision="year")),
    Shape("album of an unknown type", models.Album, album(album_type="ep")),
    Shape("album in capitals", models.Album, album(album_type="ALBUM")),
    Shape(
        "old album",
        models.SimplifiedAlbum,
        simplified_album(artists=NOTHING, release_date=NOTHING, total_tracks=NOTHING),
    ),
    Shape(
        "album in development mode",
        models.Album,
        album(available_markets=NOTHING, external_ids=NOTHING, label=NOTHING, popularity=NOTHING),
    ),
    Shape("artist in development mode", models.Artist, artist(followers=NOTHING, popularity=NOTHING, genres=NOTHING)),
    Shape("image without size", list[models.Image], [image(height=None, width=None), image(height=NOTHING)]),
    Shape("integers as floats", models.Track, track(duration_ms=201_000.0, popularity=42.0)),
    Shape("followers in scientific notation", models.Artist, artist(followers={"total": 4.9022656e7})),
    Shape("floats as integers", models.AudioFeatures, {**_identity("audio_features", 1), "tempo": 118, "key": 9.0}),
    Shape(
        "episode among saved tracks", models.SavedTrackPage, page([{"added_at": None, "track": track(type="episode")}])
    ),
    Shape("chapter", models.Chapter, chapter()),
    Shape("chapter of the type episode", models.Chapter, chapter(type="episode")),
    Shape("saved audiobooks without a wrapper", models.SavedAudiobookPage, page([audiobook()])),
    Shape("saved audiobooks", models.SavedAudiobookPage, page([{"added_at": None, "audiobook": audiobook()}])),
    Shape("playback", models.PlaybackState, playback()),
    Shape("playback with flat actions", models.PlaybackState, playback(actions={"resuming": True})),
    Shape("playback without actions", models.PlaybackState, playback(actions=NOTHING, smart_shuffle=NOTHING)),
    Shape(
        "playback of nothing", models.PlaybackState, playback(item=None, context=None, progress_ms=None, device=None)
    ),
    Shape(
        "playback of the collection", models.PlaybackState, playback(context={"type": "collection", "uri": "spotify:x"})
    ),
    Shape("playback in an unknown repeat state", models.PlaybackState, playback(repeat_state="smart")),
    Shape("device without id and volume", models.Devices, {"devices": [device(id=None, volume_percent=None)]}),
    Shape("device of an unknown type", models.Devices, {"devices": [device(type="Computer"), device(type="Fridge")]}),
    Shape("undeclared members", models.CurrentlyPlaying, playback(undeclared={"a": [1, None]})),
    Shape("queue of both kinds", models.PlaybackQueue, {"currently_playing": None, "queue": [track(), episode()]}),
    Shape("history", models.PlayHistoryPage, cursor_page([play_history(), play_history(track=episode())])),
    Shape("cursor page without cursors", models.PlayHistoryPage, cursor_page([], cursors=None, total=NOTHING)),
    Shape("last cursor page", models.FollowedArtists, {"artists": cursor_page([artist()], cursors={"after": None})}),
    Shape("bools", list[bool], [True, False]),
    Shape("empty library", models.SavedTrackPage, page([])),
    Shape("artist without type", models.Track, track(artists=[simplified_artist(type=NOTHING), simplified_artist(2)])),
    Shape("saved track without track", models.SavedTrackPage, page([{"added_at": None, "track": None}])),
    Shape("saved track without uri", models.SavedTrackPage, page([{"track": track(uri=NOTHING)}, {"track": track()}])),
    Shape("track without uri in a playlist", models.PlaylistItemPage, page([playlist_item(item=track(uri=None))])),
    Shape("device without type", models.PlaybackState, playback(device=device(type=None))),
    Shape("artist without id", models.Artist, artist(id=NOTHING, type=NOTHING)),
    Shape("references without totals", models.SimplifiedPlaylist, simplified_playlist(items={"total": None})),
    Shape("followers without a number", models.Artist, artist(followers={"total": None})),
    Shape("copyrights without text", models.Album, album(copyrights=[{"type": "C"}, {"text": None}])),
    Shape("authors without names", models.Audiobook, audiobook(authors=[{}, {"name": None}], narrators=[{}])),
    Shape("cursor page without items", models.PlayHistoryPage, {"next": None}),
    Shape("taken-down episode", models.SavedEpisodePage, page([{"episode": episode(id=None, uri=None)}])),
    Shape("no snapshot id", models.PlaylistSnapshot, {}),
    Shape(
        "local file with an object for its duration", models.Track, local_track(duration_ms={"totalMilliseconds": 1})
    ),
    Shape("timestamp of digits", models.AudioAnalysis, {"meta": {"timestamp": "1495193577"}, "track": {}}),
    Shape("playback at a timestamp of digits", models.PlaybackState, playback(timestamp="1495193577000")),
    Shape("featured playlists with a message", models.FeaturedPlaylists, {"message": "Popular"}),
]
"""Bodies that Spotify is known to send: decoded in full, also if strict, without a warning."""

NULL_SHAPES = [
    Shape("items null", models.SavedTrackPage, {**page([]), "items": None}),
    Shape("items null in a playlist", models.Playlist, playlist(items={**page([]), "items": None})),
    Shape("page null", models.NewReleases, {"albums": None}),
]
"""Bodies in which null stands for an empty list. `from_dict` does not accept them."""

DAMAGED_SHAPES = [
    Shape("null for a str", models.Track, track(name=None)),
    Shape("str for an int", models.Track, track(duration_ms="201000")),
    Shape("fraction for an int", models.Track, track(popularity=4.5)),
    Shape("int for a bool", models.Track, track(explicit=1)),
    Shape("str for a bool", models.Track, track(explicit="true")),
    Shape("bool for an int", models.Track, track(track_number=True)),
    Shape("int for a datetime", models.SavedTrackPage, page([{"added_at": 1_700_000_000, "track": track()}])),
    Shape("invalid datetime", models.SavedTrackPage, page([{"added_at": "yesterday", "track": track()}])),
    Shape("object for a list", models.Track, track(artists={})),
    Shape("list for an object", models.Track, track(album=[])),
    Shape("lone surrogate", models.Track, track(name="\ud800")),
    Shape("image without url", models.Album, album(images=[image(), image(url=None)])),
    Shape("damaged track in a batch", models.SeveralTracks, {"tracks": [track(uri=5), track(2)]}),
    Shape("damaged track in a queue", models.PlaybackQueue, {"queue": [track(uri=None), None, 5, track()]}),
    Shape("int for an entry", models.PlaylistItemPage, page([5, playlist_item()])),
    Shape("int for an item", models.PlaylistItem, playlist_item(item=5)),
    Shape("null in the history", models.PlayHistoryPage, cursor_page([None, play_history()])),
    Shape("int for an enumeration", models.Album, album(album_type=3)),
    Shape(
        "vector with null",
        models.AudioAnalysis,
        {"track": {}, "segments": [{"start": 0, "duration": 1, "timbre": [1, None]}]},
    ),
]
"""Bodies that Spotify should not send: repaired with a warning, an error if strict."""
