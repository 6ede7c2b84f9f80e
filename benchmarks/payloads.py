"""Invented responses of the Web API with the size and structure of real ones, the same in every run."""

from __future__ import annotations

import hashlib
import json
from base64 import b32encode
from typing import TypeAlias

JsonObject: TypeAlias = dict[str, object]

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
# The number of markets that Spotify lists for a track that is available everywhere.
_MARKETS = [first + second for first in _LETTERS for second in _LETTERS[:8]][:185]


def full_album(number: int = 0, *, with_markets: bool = True) -> bytes:
    """Return an album of 42 tracks, with markets about 71 KB."""
    return _encoded(_album(number, track_count=42, with_markets=with_markets))


def small_album(number: int = 0) -> bytes:
    """Return an album of 12 tracks without markets, as in development mode."""
    return _encoded(_album(number, track_count=12, with_markets=False))


def tiny_album() -> bytes:
    """Return an album without any tracks, artists or images, which costs little to decode."""
    return _encoded({"type": "album", "id": ALBUM_ID, "uri": f"spotify:album:{ALBUM_ID}"})


def saved_tracks(first: int = 0, count: int = 50, *, with_markets: bool = True) -> bytes:
    """Return a page of distinct saved tracks."""
    items: list[JsonObject] = [
        {"added_at": _added_at(number), "track": _track(number, with_markets=with_markets)}
        for number in range(first, first + count)
    ]
    return _encoded(_page("https://api.spotify.com/v1/me/tracks", items))


def saved_track(number: int = 0) -> bytes:
    """Return an entry of a page of saved tracks, with markets about 4 KB."""
    return _encoded({"added_at": _added_at(number), "track": _track(number, with_markets=True)})


def playlist_items(page: int = 0, *, with_markets: bool = True) -> bytes:
    """Return a page of 50 entries of a playlist, all of them tracks."""
    items: list[JsonObject] = [
        {
            "added_at": _added_at(number),
            "added_by": _user(number % 3),
            "is_local": False,
            "item": _track(number, with_markets=with_markets),
            "primary_color": None,
            "video_thumbnail": {"url": None},
        }
        for number in range(50 * page, 50 * (page + 1))
    ]
    return _encoded(_page("https://api.spotify.com/v1/playlists/37i9dQZF1DX4UtSsGT1Sbe/items", items))


def search_result(page: int = 0, *, with_markets: bool = True) -> bytes:
    """Return a page of 20 tracks, 20 albums and 20 artists."""
    numbers = range(20 * page, 20 * (page + 1))
    href = "https://api.spotify.com/v1/search"
    return _encoded(
        {
            "tracks": _page(href, [_track(number, with_markets=with_markets) for number in numbers]),
            "albums": _page(href, [_simplified_album(number, with_markets=with_markets) for number in numbers]),
            "artists": _page(href, [_full_artist(number) for number in numbers]),
        }
    )


def _album(number: int, *, track_count: int, with_markets: bool) -> JsonObject:
    album = _simplified_album(number, with_markets=with_markets)
    tracks = [_simplified_track(number * 100 + index, index, with_markets=with_markets) for index in range(track_count)]
    return {
        **album,
        "tracks": _page(f"{album['href']}/tracks", tracks),
        "copyrights": [{"text": "℗ 2024 Long Play Records", "type": "P"}],
        "external_ids": {"upc": f"{number:012d}"},
        "genres": [],
        "label": "Long Play Records",
        "popularity": 57,
    }


def _track(number: int, *, with_markets: bool) -> JsonObject:
    return {
        **_simplified_track(number, number % 12, with_markets=with_markets),
        "album": _simplified_album(number // 12, with_markets=with_markets),
        "external_ids": {"isrc": f"DEABC{number:07d}"},
        "popularity": number % 100,
    }


def _simplified_album(number: int, *, with_markets: bool) -> JsonObject:
    return {
        **_identity("album", number, "The Long Way Round"),
        **({"available_markets": list(_MARKETS)} if with_markets else {}),
        "album_type": "album",
        "artists": [_artist(number)],
        "images": _images("album", number),
        "release_date": f"20{number % 24:02d}-03-0{number % 9 + 1}",
        "release_date_precision": "day",
        "total_tracks": 42,
    }


def _simplified_track(number: int, index: int, *, with_markets: bool) -> JsonObject:
    return {
        **_identity("track", number, "A Song About the Rain"),
        **({"available_markets": list(_MARKETS)} if with_markets else {}),
        "artists": [_artist(number)],
        "disc_number": 1,
        "duration_ms": 180_000 + number,
        "explicit": False,
        "is_local": False,
        "preview_url": None,
        "track_number": index + 1,
    }


def _full_artist(number: int) -> JsonObject:
    return {
        **_identity("artist", number, "Ada and the Engines"),
        "followers": {"href": None, "total": 1_000 + number},
        "genres": ["art pop", "chamber pop"],
        "images": _images("artist", number),
        "popularity": number % 100,
    }


def _artist(number: int) -> JsonObject:
    return _identity("artist", number // 12, "Ada and the Engines")


def _images(kind: str, number: int) -> list[JsonObject]:
    return [
        {"url": f"https://i.scdn.co/image/{_id(f'{kind} {size}', number)}", "height": size, "width": size}
        for size in (640, 300, 64)
    ]


def _user(number: int) -> JsonObject:
    name = f"user{number}"
    return {
        "type": "user",
        "id": name,
        "uri": f"spotify:user:{name}",
        "href": f"https://api.spotify.com/v1/users/{name}",
        "external_urls": {"spotify": f"https://open.spotify.com/user/{name}"},
    }


def _added_at(number: int) -> str:
    return f"2024-05-{number % 28 + 1:02d}T12:00:00Z"


def _identity(kind: str, number: int, name: str) -> JsonObject:
    identifier = _id(kind, number)
    return {
        "type": kind,
        "id": identifier,
        "uri": f"spotify:{kind}:{identifier}",
        "href": f"https://api.spotify.com/v1/{kind}s/{identifier}",
        "external_urls": {"spotify": f"https://open.spotify.com/{kind}/{identifier}"},
        "name": f"{name}, No. {number}",
    }


def _id(kind: str, number: int) -> str:
    return b32encode(hashlib.sha256(f"{kind} {number}".encode()).digest()).decode()[:22]


def _page(href: str, items: list[JsonObject]) -> JsonObject:
    return {
        "href": f"{href}?offset=0&limit=50",
        "items": items,
        "limit": 50,
        "next": None,
        "offset": 0,
        "previous": None,
        "total": len(items),
    }


def _encoded(document: JsonObject) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


ALBUM_ID = _id("album", 0)
"""The id of both albums."""
