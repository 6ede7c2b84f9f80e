"""Artists, albums and tracks as JSON objects.

With a market, objects say whether they can be played there (`is_playable`, `restrictions`) and a
track may be replaced by the same recording that is licensed there (`linked_from`). Without one,
they list the `available_markets`.
"""

from __future__ import annotations

from spotify.testing.sandbox.catalogue import Album, Artist, MarketSet, Track
from spotify.testing.sandbox.http.messages import JsonObject
from spotify.testing.sandbox.shapes.base import Links, Remembers, page, remembered, web_player
from spotify.testing.sandbox.web_api.quota import Quota

_TRACKS_IN_ALBUM = 50


class MusicShapes(Remembers):
    """Writes artists, albums and tracks."""

    def __init__(self, links: Links, quota: Quota) -> None:
        """`links` knows where things are; `quota` which members come."""
        super().__init__()
        self._links = links
        self._quota = quota

    def artist(self, artist: Artist) -> JsonObject:
        """An `ArtistObject`."""
        return self._quota.kept(
            "artist",
            {
                "external_urls": web_player("artist", artist.id),
                "followers": {"href": None, "total": artist.followers},
                "genres": list(artist.genres),
                "href": self._links.href("artists", artist.id),
                "id": artist.id,
                "images": self._links.images(artist.image),
                "name": artist.name,
                "popularity": artist.popularity,
                "type": "artist",
                "uri": artist.uri,
            },
        )

    def simplified_artist(self, artist: Artist) -> JsonObject:
        """A `SimplifiedArtistObject`."""
        return {
            "external_urls": web_player("artist", artist.id),
            "href": self._links.href("artists", artist.id),
            "id": artist.id,
            "name": artist.name,
            "type": "artist",
            "uri": artist.uri,
        }

    @remembered
    def album(self, album: Album, market: str | None) -> JsonObject:
        """An `AlbumObject`: its first page of tracks included."""
        tracks = page(
            f"{self._links.href('albums', album.id)}/tracks",
            [self.simplified_track(track, market) for track in album.tracks[:_TRACKS_IN_ALBUM]],
            total=len(album.tracks),
            limit=_TRACKS_IN_ALBUM,
            offset=0,
            query=f"market={market}" if market else "",
        )
        year = album.release_date[:4]
        return self._quota.kept(
            "album",
            {
                **self.simplified_album(album, market),
                "tracks": tracks,
                "copyrights": [
                    {"text": f"© {year} {album.label}", "type": "C"},
                    {"text": f"℗ {year} {album.label}", "type": "P"},
                ],
                "external_ids": {"upc": album.upc},
                "genres": [],
                "label": album.label,
                "popularity": album.popularity,
            },
        )

    @remembered
    def simplified_album(self, album: Album, market: str | None) -> JsonObject:
        """A `SimplifiedAlbumObject`."""
        return self._quota.kept(
            "album",
            {
                "album_type": album.album_type,
                "total_tracks": len(album.tracks),
                **_availability(album.markets, market),
                "external_urls": web_player("album", album.id),
                "href": self._links.href("albums", album.id),
                "id": album.id,
                "images": self._links.images(album.image),
                "name": album.name,
                "release_date": album.release_date,
                "release_date_precision": album.release_date_precision,
                "type": "album",
                "uri": album.uri,
                "artists": [self.simplified_artist(artist) for artist in album.artists],
            },
        )

    def discography_album(self, album: Album, group: str, market: str | None) -> JsonObject:
        """An `ArtistDiscographyAlbumObject`: `group` is what the album is to the artist."""
        return self._quota.kept("album", {"album_group": group, **self.simplified_album(album, market)})

    @remembered
    def track(self, track: Track, market: str | None) -> JsonObject:
        """A `TrackObject`."""
        shown = _relinked(track, market)
        return self._quota.kept(
            "track",
            {
                "album": self.simplified_album(shown.album, market),
                **self._basics(shown, track, market),
                "external_ids": {"isrc": shown.isrc},
                "popularity": shown.popularity,
            },
        )

    @remembered
    def simplified_track(self, track: Track, market: str | None) -> JsonObject:
        """A `SimplifiedTrackObject`."""
        return self._basics(_relinked(track, market), track, market)

    def _basics(self, shown: Track, asked: Track, market: str | None) -> JsonObject:
        basics: JsonObject = {
            "artists": [self.simplified_artist(artist) for artist in shown.artists],
            **_availability(shown.markets, market),
            "disc_number": shown.disc_number,
            "duration_ms": shown.duration_ms,
            "explicit": shown.explicit,
            "external_urls": web_player("track", shown.id),
            "href": self._links.href("tracks", shown.id),
            "id": shown.id,
            "is_local": False,
            "name": shown.name,
            "preview_url": None,
            "track_number": shown.track_number,
            "type": "track",
            "uri": shown.uri,
        }
        if shown is not asked:
            basics["linked_from"] = {
                "external_urls": web_player("track", asked.id),
                "href": self._links.href("tracks", asked.id),
                "id": asked.id,
                "type": "track",
                "uri": asked.uri,
            }
        return self._quota.kept("track", basics)


def _relinked(track: Track, market: str | None) -> Track:
    if market is None or market in track.markets:
        return track
    other = track.alternative
    return other if other is not None and market in other.markets else track


def _availability(markets: MarketSet, market: str | None) -> JsonObject:
    if market is None:
        return {"available_markets": markets.codes}
    if market in markets:
        return {"is_playable": True}
    return {"is_playable": False, "restrictions": {"reason": "market"}}
