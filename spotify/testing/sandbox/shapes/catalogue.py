"""Artists, albums, tracks, shows, episodes, audiobooks and chapters as JSON objects.

With a market, objects have `is_playable` and `restrictions`, and a track can be relinked to the same recording that is
licensed there (`linked_from`). Without a market, they have `available_markets`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from spotify.testing.sandbox.catalogue import (
    Album,
    Artist,
    Audiobook,
    Catalogue,
    Chapter,
    Episode,
    MarketSet,
    Show,
    Track,
)
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


_ITEMS_IN_FIRST_PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class SpokenWordView:
    """The facts about a call on which shows, episodes, audiobooks and chapters depend."""

    market: str | None
    """The market of the call. Without one, nothing is available."""
    positions: Mapping[str, int] | None
    """Resume positions of episodes and chapters in milliseconds, by id; None to omit `resume_point`."""
    external: bool = False
    """Whether the client can play externally hosted audio (`include_external=audio`)."""

    def is_available(self, markets: MarketSet) -> bool:
        """Return whether content that is licensed for `markets` is available."""
        return self.market is not None and self.market in markets


class SpokenWordShapes:
    """Builds shows, episodes, audiobooks and chapters."""

    def __init__(self, links: Links, quota: Quota, catalogue: Catalogue) -> None:
        """`quota` removes the fields that the quota mode lacks; `catalogue` has episodes and chapters."""
        self._links = links
        self._quota = quota
        self._catalogue = catalogue

    def simplified_show(self, show: Show) -> JsonObject:
        """Return a `SimplifiedShowObject`."""
        return self._quota.filter_fields(
            "show",
            {
                "available_markets": show.markets.codes,
                "copyrights": [],
                "description": show.description,
                "html_description": f"<p>{show.description}</p>",
                "explicit": show.explicit,
                "external_urls": external_urls("show", show.id),
                "href": self._links.href("shows", show.id),
                "id": show.id,
                "images": self._links.images(show.image),
                "is_externally_hosted": False,
                "languages": list(show.languages),
                "media_type": show.media_type,
                "name": show.name,
                "publisher": show.publisher,
                "type": "show",
                "uri": show.uri,
                "total_episodes": len(self._catalogue.episodes_of(show)),
            },
        )

    def show(self, show: Show, view: SpokenWordView) -> JsonObject:
        """Return a `ShowObject` with its first page of episodes."""
        all_episodes = self._catalogue.episodes_of(show)
        episodes = first_page(
            f"{self._links.href('shows', show.id)}/episodes",
            [self.simplified_episode(episode, view) for episode in all_episodes[:_ITEMS_IN_FIRST_PAGE]],
            total=len(all_episodes),
            limit=_ITEMS_IN_FIRST_PAGE,
            market=view.market,
        )
        return {**self.simplified_show(show), "episodes": episodes}

    def episode(self, episode: Episode, view: SpokenWordView) -> JsonObject:
        """Return an `EpisodeObject`."""
        return {
            **self.simplified_episode(episode, view),
            "show": self.simplified_show(episode.show),
        }

    def simplified_episode(self, episode: Episode, view: SpokenWordView) -> JsonObject:
        """Return a `SimplifiedEpisodeObject`."""
        available = view.is_available(episode.markets)
        shape: JsonObject = {
            "audio_preview_url": None,
            "description": episode.description,
            "html_description": f"<p>{episode.description}</p>",
            "duration_ms": episode.duration_ms,
            "explicit": episode.explicit,
            "external_urls": external_urls("episode", episode.id),
            "href": self._links.href("episodes", episode.id),
            "id": episode.id,
            "images": self._links.images(episode.show.image),
            "is_externally_hosted": episode.externally_hosted,
            "is_playable": available and (view.external or not episode.externally_hosted),
            "language": episode.show.languages[0],
            "languages": list(episode.show.languages),
            "name": episode.name,
            "release_date": episode.release_date,
            "release_date_precision": episode.release_date_precision,
            "type": "episode",
            "uri": episode.uri,
        }
        if not available:
            shape["restrictions"] = {"reason": "market"}
        if view.positions is not None:
            shape["resume_point"] = _resume_point(view.positions, episode.id, episode.duration_ms)
        return shape

    def simplified_audiobook(self, audiobook: Audiobook) -> JsonObject:
        """Return a `SimplifiedAudiobookObject`. Its URI has the kind `show`, as at Spotify."""
        return self._quota.filter_fields(
            "audiobook",
            {
                "authors": [{"name": name} for name in audiobook.authors],
                "available_markets": audiobook.markets.codes,
                "copyrights": [{"text": f"© {audiobook.publisher}", "type": "C"}],
                "description": audiobook.description,
                "html_description": f"<p>{audiobook.description}</p>",
                "edition": audiobook.edition,
                "explicit": audiobook.explicit,
                "external_urls": external_urls("show", audiobook.id),
                "href": self._links.href("audiobooks", audiobook.id),
                "id": audiobook.id,
                "images": self._links.images(audiobook.image),
                "languages": list(audiobook.languages),
                "media_type": "audio",
                "name": audiobook.name,
                "narrators": [{"name": name} for name in audiobook.narrators],
                "publisher": audiobook.publisher,
                "type": "audiobook",
                "uri": f"spotify:show:{audiobook.id}",
                "total_chapters": len(self._catalogue.chapters_of(audiobook)),
            },
        )

    def audiobook(self, audiobook: Audiobook, view: SpokenWordView) -> JsonObject:
        """Return an `AudiobookObject` with its first page of chapters."""
        all_chapters = self._catalogue.chapters_of(audiobook)
        chapters = first_page(
            f"{self._links.href('audiobooks', audiobook.id)}/chapters",
            [self.simplified_chapter(chapter, view) for chapter in all_chapters[:_ITEMS_IN_FIRST_PAGE]],
            total=len(all_chapters),
            limit=_ITEMS_IN_FIRST_PAGE,
            market=view.market,
        )
        return {**self.simplified_audiobook(audiobook), "chapters": chapters}

    def chapter(self, chapter: Chapter, view: SpokenWordView) -> JsonObject:
        """Return a `ChapterObject`."""
        return {
            **self.simplified_chapter(chapter, view),
            "audiobook": self.simplified_audiobook(chapter.audiobook),
        }

    def simplified_chapter(self, chapter: Chapter, view: SpokenWordView) -> JsonObject:
        """Return a `SimplifiedChapterObject`. Its type is `chapter`; the API description says `episode`."""
        book = chapter.audiobook
        available = view.is_available(book.markets)
        shape: JsonObject = {
            "audio_preview_url": None,
            "available_markets": book.markets.codes,
            "chapter_number": chapter.number,
            "description": "",
            "html_description": "",
            "duration_ms": chapter.duration_ms,
            "explicit": book.explicit,
            "external_urls": external_urls("episode", chapter.id),
            "href": self._links.href("chapters", chapter.id),
            "id": chapter.id,
            "images": self._links.images(book.image),
            "is_playable": available,
            "languages": list(book.languages),
            "name": chapter.name,
            "release_date": book.release_date,
            "release_date_precision": book.release_date_precision,
            "type": "chapter",
            "uri": f"spotify:episode:{chapter.id}",
        }
        if not available:
            shape["restrictions"] = {"reason": "market"}
        if view.positions is not None:
            shape["resume_point"] = _resume_point(view.positions, chapter.id, chapter.duration_ms)
        return shape


def _resume_point(positions: Mapping[str, int], id: str, duration_ms: int) -> JsonObject:
    position = positions.get(id, 0)
    return {"fully_played": position >= duration_ms, "resume_position_ms": position % duration_ms}
