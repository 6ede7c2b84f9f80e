"""Albums, artists and tracks: https://developer.spotify.com/documentation/web-api/reference/get-an-album."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final, TypeVar

from spotify.testing.sandbox.catalogue import Album, Artist, Catalogue, Track
from spotify.testing.sandbox.http.errors import bad_request, non_existing
from spotify.testing.sandbox.http.messages import JsonObject, Response
from spotify.testing.sandbox.web_api.arguments import (
    LIMIT,
    MARKET,
    OFFSET,
    SEARCH_LIMIT,
    Parameter,
    check_ids,
    choices,
    ids,
    limit,
    path_id,
    string,
)
from spotify.testing.sandbox.web_api.operations import RouteTable, SandboxCall
from spotify.testing.sandbox.web_api.recommender import (
    FEATURES,
    INTEGER_FEATURES,
    Seed,
    artist_seed,
    audio_analysis,
    audio_features,
    genre_seed,
    nearest,
    related_artists,
    track_seed,
    within,
)

routes = RouteTable()

_MAX_SEEDS: Final = 5
_MAX_NEW_RELEASES: Final = 100
_ALBUM_GROUPS: Final = ("album", "single", "appears_on", "compilation")
_Entity = TypeVar("_Entity")


def _seed_ids(name: str) -> Parameter[list[str]]:
    return Parameter(name, lambda value: check_ids(value.split(","), _MAX_SEEDS) if value else [])


def _tunable(name: str, feature: str) -> Parameter[float | None]:
    def parse(value: str | None) -> float | None:
        if value is None:
            return None
        try:
            number = float(value)
        except ValueError:
            raise bad_request(f"Invalid value for {name}") from None
        if math.isnan(number) or (feature in INTEGER_FEATURES and not number.is_integer()):
            raise bad_request(f"Invalid value for {name}")
        return number

    return Parameter(name, parse)


ID = path_id()
ALBUM_IDS = ids(20)
ARTIST_IDS = ids(50)
TRACK_IDS = ids(50)
FEATURES_IDS = ids(100)
INCLUDE_GROUPS = choices("include_groups", _ALBUM_GROUPS)
RECOMMENDATIONS_LIMIT = limit(default=20, maximum=100)
SEED_ARTISTS = _seed_ids("seed_artists")
SEED_TRACKS = _seed_ids("seed_tracks")
SEED_GENRES = string("seed_genres")
MINIMA = {feature: _tunable(f"min_{feature}", feature) for feature in FEATURES}
MAXIMA = {feature: _tunable(f"max_{feature}", feature) for feature in FEATURES}
TARGETS = {feature: _tunable(f"target_{feature}", feature) for feature in FEATURES}


@routes.route("GET", "/albums/{id}", "get-an-album", ID, MARKET, caching="catalogue")
def get_album(call: SandboxCall) -> Response:
    """Return an album with its first page of tracks."""
    return Response(body=call.shapes.music.album(_find(call, call.catalogue.album_by_id, "album"), call.market))


@routes.route("GET", "/albums", "get-multiple-albums", ALBUM_IDS, MARKET, caching="catalogue", development_status=403)
def get_albums(call: SandboxCall) -> Response:
    """Return several albums."""
    return call.several(
        "albums", call[ALBUM_IDS], call.catalogue.album_by_id, lambda album: call.shapes.music.album(album, call.market)
    )


@routes.route("GET", "/albums/{id}/tracks", "get-an-albums-tracks", ID, MARKET, LIMIT, OFFSET, caching="catalogue")
def get_album_tracks(call: SandboxCall) -> Response:
    """Return a page of the tracks of an album."""
    tracks, market = call.catalogue.tracks_of(_find(call, call.catalogue.album_by_id, "album")), call.market
    return Response(body=call.page(tracks, lambda track: call.shapes.music.simplified_track(track, market)))


@routes.route(
    "GET", "/browse/new-releases", "get-new-releases", LIMIT, OFFSET, caching="catalogue", development_status=403
)
def get_new_releases(call: SandboxCall) -> Response:
    """Return a page of the latest albums, newest first."""
    albums = call.page(
        _new_releases(call.catalogue), lambda album: call.shapes.music.simplified_album(album, call.market)
    )
    return Response(body={"albums": albums})


@routes.route("GET", "/artists/{id}", "get-an-artist", ID, caching="catalogue")
def get_artist(call: SandboxCall) -> Response:
    """Return an artist."""
    return Response(body=call.shapes.music.artist(_find_artist(call)))


@routes.route("GET", "/artists", "get-multiple-artists", ARTIST_IDS, caching="catalogue", development_status=403)
def get_artists(call: SandboxCall) -> Response:
    """Return several artists."""
    return call.several("artists", call[ARTIST_IDS], call.catalogue.artist_by_id, call.shapes.music.artist)


@routes.route(
    "GET",
    "/artists/{id}/albums",
    "get-an-artists-albums",
    ID,
    INCLUDE_GROUPS,
    MARKET,
    SEARCH_LIMIT,
    OFFSET,
    caching="catalogue",
)
def get_artist_albums(call: SandboxCall) -> Response:
    """Return a page of the albums of an artist, group by group."""
    artist, included = _find_artist(call), call[INCLUDE_GROUPS]
    own_albums, appearances = call.catalogue.albums_of(artist), call.catalogue.appearances_of(artist)
    albums = [
        (group, album)
        for group in _ALBUM_GROUPS
        if group in included
        for album in (appearances if group == "appears_on" else own_albums)
        if group in {"appears_on", album.album_type}
    ]

    def build(pair: tuple[str, Album]) -> JsonObject:
        group, album = pair
        return call.shapes.music.discography_album(album, group, call.market)

    return Response(body=call.page(albums, build, SEARCH_LIMIT))


@routes.route(
    "GET",
    "/artists/{id}/top-tracks",
    "get-an-artists-top-tracks",
    ID,
    MARKET,
    caching="catalogue",
    development_status=403,
)
def get_top_tracks(call: SandboxCall) -> Response:
    """Return the ten most popular tracks of an artist, by default for the user's country."""
    market = call.market_or_country
    tracks = call.catalogue.top_tracks_of(_find_artist(call))
    return Response(body={"tracks": [call.shapes.music.track(track, market) for track in tracks]})


@routes.route(
    "GET",
    "/artists/{id}/related-artists",
    "get-an-artists-related-artists",
    ID,
    caching="catalogue",
    development_status=403,
)
def get_related_artists(call: SandboxCall) -> Response:
    """Return up to 20 artists that have genres in common with an artist."""
    artists = related_artists(_find_artist(call), call.catalogue)
    return Response(body={"artists": [call.shapes.music.artist(artist) for artist in artists]})


@routes.route("GET", "/tracks/{id}", "get-track", ID, MARKET, caching="catalogue")
def get_track(call: SandboxCall) -> Response:
    """Return a track, relinked for the market."""
    return Response(body=call.shapes.music.track(_find_track(call), call.market))


@routes.route("GET", "/tracks", "get-several-tracks", TRACK_IDS, MARKET, caching="catalogue", development_status=403)
def get_tracks(call: SandboxCall) -> Response:
    """Return several tracks."""
    return call.several(
        "tracks", call[TRACK_IDS], call.catalogue.track_by_id, lambda track: call.shapes.music.track(track, call.market)
    )


@routes.route("GET", "/audio-features/{id}", "get-audio-features", ID, caching="catalogue", development_status=403)
def get_audio_features(call: SandboxCall) -> Response:
    """Return the audio features of a track."""
    return Response(body=_features_object(call, _find_track(call)))


@routes.route(
    "GET", "/audio-features", "get-several-audio-features", FEATURES_IDS, caching="catalogue", development_status=403
)
def get_several_audio_features(call: SandboxCall) -> Response:
    """Return the audio features of several tracks."""
    return call.several(
        "audio_features", call[FEATURES_IDS], call.catalogue.track_by_id, lambda track: _features_object(call, track)
    )


@routes.route("GET", "/audio-analysis/{id}", "get-audio-analysis", ID, caching="catalogue", development_status=403)
def get_audio_analysis(call: SandboxCall) -> Response:
    """Return the audio analysis of a track."""
    return Response(body=audio_analysis(_find_track(call)))


@routes.route(
    "GET",
    "/recommendations",
    "get-recommendations",
    RECOMMENDATIONS_LIMIT,
    MARKET,
    SEED_ARTISTS,
    SEED_TRACKS,
    SEED_GENRES,
    *MINIMA.values(),
    *MAXIMA.values(),
    *TARGETS.values(),
    caching="catalogue",
    development_status=404,
)
def get_recommendations(call: SandboxCall) -> Response:
    """Return tracks of the seeds' pools that are within the bounds, the nearest to the targets first."""
    seeds = _seeds(call)
    if not seeds:
        raise bad_request("At least one seed is required: seed_artists, seed_genres or seed_tracks")
    if len(seeds) > _MAX_SEEDS:
        raise bad_request("At most five seeds are allowed")
    minimum, maximum, targets = (_tunables(call, parameters) for parameters in (MINIMA, MAXIMA, TARGETS))
    pool: list[Track] = []
    seed_objects: list[JsonObject] = []
    for seed in seeds:
        filtered = within(seed.pool, minimum, maximum)
        pool += filtered
        seed_objects.append(_seed_object(call, seed, len(filtered)))
    market = call.market
    tracks = nearest(pool, targets, call[RECOMMENDATIONS_LIMIT])
    return Response(
        body={"tracks": [call.shapes.music.track(track, market) for track in tracks], "seeds": seed_objects}
    )


@routes.route(
    "GET",
    "/recommendations/available-genre-seeds",
    "get-recommendation-genres",
    caching="catalogue",
    development_status=404,
)
def get_genre_seeds(call: SandboxCall) -> Response:
    """Return the genres that `seed_genres` accepts."""
    return Response(body={"genres": call.catalogue.genres})


def _find(call: SandboxCall, entities: Mapping[str, _Entity], kind: str) -> _Entity:
    """Return the entity with the id in the path."""
    entity = entities.get(call[ID])
    if entity is None:
        raise non_existing(f"spotify:{kind}:{call[ID]}")
    return entity


def _find_artist(call: SandboxCall) -> Artist:
    return _find(call, call.catalogue.artist_by_id, "artist")


def _find_track(call: SandboxCall) -> Track:
    return _find(call, call.catalogue.track_by_id, "track")


def _new_releases(catalogue: Catalogue) -> list[Album]:
    return sorted(catalogue.albums, key=lambda album: album.release_date, reverse=True)[:_MAX_NEW_RELEASES]


def _features_object(call: SandboxCall, track: Track) -> JsonObject:
    features: JsonObject = {name: value for name, value in audio_features(track).items() if name != "popularity"}
    return {
        **features,
        "analysis_url": call.shapes.links.href("audio-analysis", track.id),
        "id": track.id,
        "track_href": call.shapes.links.href("tracks", track.id),
        "type": "audio_features",
        "uri": track.uri,
    }


def _seeds(call: SandboxCall) -> list[Seed]:
    genres = (call[SEED_GENRES] or "").split(",") if call[SEED_GENRES] else []
    return [
        *(artist_seed(artist_id, call.catalogue) for artist_id in call[SEED_ARTISTS]),
        *(track_seed(track_id, call.catalogue) for track_id in call[SEED_TRACKS]),
        *(genre_seed(genre, call.catalogue) for genre in genres),
    ]


def _seed_object(call: SandboxCall, seed: Seed, filtered_size: int) -> JsonObject:
    return {
        "initialPoolSize": len(seed.pool),
        "afterFilteringSize": filtered_size,
        "afterRelinkingSize": filtered_size,
        "id": seed.id,
        "type": seed.type,
        "href": None if seed.type == "GENRE" else call.shapes.links.href(f"{seed.type.lower()}s", seed.id),
    }


def _tunables(call: SandboxCall, parameters: Mapping[str, Parameter[float | None]]) -> dict[str, float]:
    values = ((feature, call[parameter]) for feature, parameter in parameters.items())
    return {feature: value for feature, value in values if value is not None}
