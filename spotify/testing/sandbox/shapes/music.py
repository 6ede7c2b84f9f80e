"""Artists, albums and tracks as JSON objects.

With a market, objects have `is_playable` and `restrictions`, and a track can be relinked to the same recording that is
licensed there (`linked_from`). Without a market, they have `available_markets`.
"""

from __future__ import annotations

from spotify.testing.sandbox.catalogue import Album, Artist, Catalogue, MarketSet, Track
from spotify.testing.sandbox.http.messages import JsonObject
from spotify.testing.sandbox.quota import Quota
from spotify.testing.sandbox.shapes.base import Links, ShapeCache, cached, external_urls, first_page

_TRACKS_IN_ALBUM = 50


class MusicShapes:
    """Builds artists, albums and tracks."""

    def __init__(self, links: Links, quota: Quota, catalogue: Catalogue) -> None:
        """`quota` removes the fields that the quota mode lacks; `catalogue` has the tracks of albums."""
        self.cache = ShapeCache()
        self._links = links
        self._quota = quota
        self._catalogue = catalogue

    def artist(self, artist: Artist) -> JsonObject:
        """Return an `ArtistObject`."""
        return self._quota.filter_fields(
            "artist",
            {
                "external_urls": external_urls("artist", artist.id),
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
        """Return a `SimplifiedArtistObject`."""
        return {
            "external_urls": external_urls("artist", artist.id),
            "href": self._links.href("artists", artist.id),
            "id": artist.id,
            "name": artist.name,
            "type": "artist",
            "uri": artist.uri,
        }

    @cached
    def album(self, album: Album, market: str | None) -> JsonObject:
        """Return an `AlbumObject` with its first page of tracks."""
        all_tracks = self._catalogue.tracks_of(album)
        tracks = first_page(
            f"{self._links.href('albums', album.id)}/tracks",
            [self.simplified_track(track, market) for track in all_tracks[:_TRACKS_IN_ALBUM]],
            total=len(all_tracks),
            limit=_TRACKS_IN_ALBUM,
            market=market,
        )
        year = album.release_date[:4]
        return self._quota.filter_fields(
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

    @cached
    def simplified_album(self, album: Album, market: str | None) -> JsonObject:
        """Return a `SimplifiedAlbumObject`."""
        return self._quota.filter_fields(
            "album",
            {
                "album_type": album.album_type,
                "total_tracks": len(self._catalogue.tracks_of(album)),
                **_availability(album.markets, market),
                "external_urls": external_urls("album", album.id),
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
        """Return an `ArtistDiscographyAlbumObject`; `group` is its `album_group`."""
        return self._quota.filter_fields("album", {"album_group": group, **self.simplified_album(album, market)})

    @cached
    def track(self, track: Track, market: str | None) -> JsonObject:
        """Return a `TrackObject`."""
        relinked = _relinked(track, market)
        return self._quota.filter_fields(
            "track",
            {
                "album": self.simplified_album(relinked.album, market),
                **self._track_fields(relinked, track, market),
                "external_ids": {"isrc": relinked.isrc},
                "popularity": relinked.popularity,
            },
        )

    @cached
    def simplified_track(self, track: Track, market: str | None) -> JsonObject:
        """Return a `SimplifiedTrackObject`."""
        return self._track_fields(_relinked(track, market), track, market)

    def _track_fields(self, track: Track, requested: Track, market: str | None) -> JsonObject:
        fields: JsonObject = {
            "artists": [self.simplified_artist(artist) for artist in track.artists],
            **_availability(track.markets, market),
            "disc_number": track.disc_number,
            "duration_ms": track.duration_ms,
            "explicit": track.explicit,
            "external_urls": external_urls("track", track.id),
            "href": self._links.href("tracks", track.id),
            "id": track.id,
            "is_local": False,
            "name": track.name,
            "preview_url": None,
            "track_number": track.track_number,
            "type": "track",
            "uri": track.uri,
        }
        if track is not requested:
            fields["linked_from"] = {
                "external_urls": external_urls("track", requested.id),
                "href": self._links.href("tracks", requested.id),
                "id": requested.id,
                "type": "track",
                "uri": requested.uri,
            }
        return self._quota.filter_fields("track", fields)


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
