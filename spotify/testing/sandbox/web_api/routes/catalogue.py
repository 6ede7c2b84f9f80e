"""Albums: https://developer.spotify.com/documentation/web-api/reference/get-an-album."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from typing import Final

from spotify.testing.sandbox.catalogue import Album, Artist, Catalogue, Track
from spotify.testing.sandbox.http.messages import JsonObject, Response
from spotify.testing.sandbox.web_api.arguments import (
    LIMIT,
    MARKET,
    OFFSET,
    Parameter,
    checked_ids,
    choices,
    ids,
    limit,
    limit_by_quota,
    path_id,
    text,
)
from spotify.testing.sandbox.web_api.call import SandboxCall
from spotify.testing.sandbox.web_api.errors import bad_request, non_existing
from spotify.testing.sandbox.web_api.recommender import (
    FEATURES,
    WHOLE_FEATURES,
    audio_analysis,
    audio_features,
    nearest,
    pool_of_artist,
    pool_of_genre,
    related_artists,
    within,
)
from spotify.testing.sandbox.web_api.routing import RouteTable

routes = RouteTable()

ALBUM_ID = path_id()
ALBUM_IDS = ids(20)


@routes.route("GET", "/albums/{id}", "get-an-album", ALBUM_ID, MARKET, caching="catalogue")
def get_album(call: SandboxCall) -> Response:
    """One album with its first tracks."""
    return Response(body=call.shapes.music.album(_find(call), call.market))


@routes.route("GET", "/albums", "get-multiple-albums", ALBUM_IDS, MARKET, caching="catalogue", development_refusal=403)
def get_albums(call: SandboxCall) -> Response:
    """Several albums."""
    return call.several(
        "albums", call[ALBUM_IDS], call.catalogue.album_by_id, lambda album: call.shapes.music.album(album, call.market)
    )


@routes.route(
    "GET", "/albums/{id}/tracks", "get-an-albums-tracks", ALBUM_ID, MARKET, LIMIT, OFFSET, caching="catalogue"
)
def get_album_tracks(call: SandboxCall) -> Response:
    """The tracks of an album."""
    market = call.market
    return Response(body=call.page(_find(call).tracks, lambda track: call.shapes.music.simplified_track(track, market)))


@routes.route(
    "GET", "/browse/new-releases", "get-new-releases", LIMIT, OFFSET, caching="catalogue", development_refusal=403
)
def get_new_releases(call: SandboxCall) -> Response:
    """The latest albums, the newest first."""
    albums = call.page(
        _newest_first(call.catalogue), lambda album: call.shapes.music.simplified_album(album, call.market)
    )
    return Response(body={"albums": albums})


@functools.lru_cache(maxsize=4)
def _newest_first(catalogue: Catalogue) -> list[Album]:
    return sorted(catalogue.albums, key=lambda album: album.release_date, reverse=True)[:100]


def _find(call: SandboxCall) -> Album:
    album = call.catalogue.album_by_id.get(call[ALBUM_ID])
    if album is None:
        raise non_existing(f"spotify:album:{call[ALBUM_ID]}")
    return album


ARTIST_ID = path_id()
ARTIST_IDS = ids(50)
ALBUMS_LIMIT = limit_by_quota(20, 50, development_default=5, development_most=10)
ALBUM_GROUPS = ("album", "single", "appears_on", "compilation")
INCLUDE_GROUPS = choices("include_groups", ALBUM_GROUPS)


@routes.route("GET", "/artists/{id}", "get-an-artist", ARTIST_ID, caching="catalogue")
def get_artist(call: SandboxCall) -> Response:
    """One artist."""
    return Response(body=call.shapes.music.artist(_find_artist(call)))


@routes.route("GET", "/artists", "get-multiple-artists", ARTIST_IDS, caching="catalogue", development_refusal=403)
def get_artists(call: SandboxCall) -> Response:
    """Several artists."""
    return call.several("artists", call[ARTIST_IDS], call.catalogue.artist_by_id, call.shapes.music.artist)


@routes.route(
    "GET",
    "/artists/{id}/albums",
    "get-an-artists-albums",
    ARTIST_ID,
    INCLUDE_GROUPS,
    MARKET,
    ALBUMS_LIMIT,
    OFFSET,
    caching="catalogue",
)
def get_artist_albums(call: SandboxCall) -> Response:
    """The albums of an artist and those that the artist appears on, group by group."""
    artist, wanted = _find_artist(call), call[INCLUDE_GROUPS]
    found = [pair for group in ALBUM_GROUPS if group in wanted for pair in _albums_of(artist, group)]

    def shape(pair: tuple[str, Album]) -> JsonObject:
        group, album = pair
        return call.shapes.music.discography_album(album, group, call.market)

    return Response(body=call.page(found, shape, ALBUMS_LIMIT))


@routes.route(
    "GET",
    "/artists/{id}/top-tracks",
    "get-an-artists-top-tracks",
    ARTIST_ID,
    MARKET,
    caching="catalogue",
    development_refusal=403,
)
def get_top_tracks(call: SandboxCall) -> Response:
    """The ten most popular tracks of an artist in the market, by default the user's own."""
    user = call.session.user
    market = call.market or (user.country if user else None)
    tracks = _find_artist(call).top_tracks()
    return Response(body={"tracks": [call.shapes.music.track(track, market) for track in tracks]})


@routes.route(
    "GET",
    "/artists/{id}/related-artists",
    "get-an-artists-related-artists",
    ARTIST_ID,
    caching="catalogue",
    development_refusal=403,
)
def get_related_artists(call: SandboxCall) -> Response:
    """Twenty artists who share genres with an artist."""
    related = related_artists(_find_artist(call), call.catalogue)
    return Response(body={"artists": [call.shapes.music.artist(artist) for artist in related]})


def _albums_of(artist: Artist, group: str) -> Iterator[tuple[str, Album]]:
    if group == "appears_on":
        return ((group, album) for album in artist.appears_on)
    return ((group, album) for album in artist.albums if album.album_type == group)


def _find_artist(call: SandboxCall) -> Artist:
    artist = call.catalogue.artist_by_id.get(call[ARTIST_ID])
    if artist is None:
        raise non_existing(f"spotify:artist:{call[ARTIST_ID]}")
    return artist


TRACK_ID = path_id()
TRACK_IDS = ids(50)
FEATURES_IDS = ids(100)


@routes.route("GET", "/tracks/{id}", "get-track", TRACK_ID, MARKET, caching="catalogue")
def get_track(call: SandboxCall) -> Response:
    """One track; in a market that it is not licensed for, the one that is."""
    return Response(body=call.shapes.music.track(_find_track(call), call.market))


@routes.route("GET", "/tracks", "get-several-tracks", TRACK_IDS, MARKET, caching="catalogue", development_refusal=403)
def get_tracks(call: SandboxCall) -> Response:
    """Several tracks."""
    return call.several(
        "tracks", call[TRACK_IDS], call.catalogue.track_by_id, lambda track: call.shapes.music.track(track, call.market)
    )


@routes.route(
    "GET", "/audio-features/{id}", "get-audio-features", TRACK_ID, caching="catalogue", development_refusal=403
)
def get_audio_features(call: SandboxCall) -> Response:
    """What listening to a track finds."""
    return Response(body=_features(call, _find_track(call)))


@routes.route(
    "GET", "/audio-features", "get-several-audio-features", FEATURES_IDS, caching="catalogue", development_refusal=403
)
def get_several_audio_features(call: SandboxCall) -> Response:
    """What listening to several tracks finds."""
    return call.several(
        "audio_features", call[FEATURES_IDS], call.catalogue.track_by_id, lambda track: _features(call, track)
    )


@routes.route(
    "GET", "/audio-analysis/{id}", "get-audio-analysis", TRACK_ID, caching="catalogue", development_refusal=403
)
def get_audio_analysis(call: SandboxCall) -> Response:
    """Bars, beats and sections of a track."""
    return Response(body=audio_analysis(_find_track(call)))


def _features(call: SandboxCall, track: Track) -> JsonObject:
    features: JsonObject = {name: value for name, value in audio_features(track).items() if name != "popularity"}
    return {
        **features,
        "analysis_url": call.shapes.links.href("audio-analysis", track.id),
        "id": track.id,
        "track_href": call.shapes.links.href("tracks", track.id),
        "type": "audio_features",
        "uri": track.uri,
    }


def _find_track(call: SandboxCall) -> Track:
    track = call.catalogue.track_by_id.get(call[TRACK_ID])
    if track is None:
        raise non_existing(f"spotify:track:{call[TRACK_ID]}")
    return track


_MOST_SEEDS: Final = 5


def _seed_ids(name: str) -> Parameter[list[str]]:
    return Parameter(name, lambda given: checked_ids(given.split(","), _MOST_SEEDS) if given else [])


def _tunable(name: str) -> Parameter[float | None]:
    def read(given: str | None) -> float | None:
        if given is None:
            return None
        try:
            value = float(given)
        except ValueError:
            raise bad_request(f"Invalid value for {name}") from None
        if value != value or (name.partition("_")[2] in WHOLE_FEATURES and not value.is_integer()):  # noqa: PLR0124
            raise bad_request(f"Invalid value for {name}")
        return value

    return Parameter(name, read)


RECOMMENDATIONS_LIMIT = limit(default=20, most=100)
SEED_ARTISTS = _seed_ids("seed_artists")
SEED_TRACKS = _seed_ids("seed_tracks")
SEED_GENRES = text("seed_genres")
LEAST = {name: _tunable(f"min_{name}") for name in FEATURES}
MOST = {name: _tunable(f"max_{name}") for name in FEATURES}
TARGETS = {name: _tunable(f"target_{name}") for name in FEATURES}


@routes.route(
    "GET",
    "/recommendations",
    "get-recommendations",
    RECOMMENDATIONS_LIMIT,
    MARKET,
    SEED_ARTISTS,
    SEED_TRACKS,
    SEED_GENRES,
    *LEAST.values(),
    *MOST.values(),
    *TARGETS.values(),
    caching="catalogue",
    development_refusal=404,
)
def get_recommendations(call: SandboxCall) -> Response:
    """Tracks like the seeds, within the bounds of the tunable features and near their targets."""
    seeds = _seeds(call)
    if not seeds:
        raise bad_request("At least one seed is required: seed_artists, seed_genres or seed_tracks")
    if len(seeds) > _MOST_SEEDS:
        raise bad_request("At most five seeds are allowed")
    least, most, targets = (_given(call, parameters) for parameters in (LEAST, MOST, TARGETS))
    pool: list[Track] = []
    described: list[JsonObject] = []
    for type_, seed, href, tracks in seeds:
        chosen = within(tracks, least, most)
        pool += chosen
        described.append(
            {
                "initialPoolSize": len(tracks),
                "afterFilteringSize": len(chosen),
                "afterRelinkingSize": len(chosen),
                "id": seed,
                "type": type_,
                "href": href,
            }
        )
    market = call.market
    tracks = nearest(pool, targets, call[RECOMMENDATIONS_LIMIT])
    return Response(body={"tracks": [call.shapes.music.track(track, market) for track in tracks], "seeds": described})


@routes.route(
    "GET",
    "/recommendations/available-genre-seeds",
    "get-recommendation-genres",
    caching="catalogue",
    development_refusal=404,
)
def get_genre_seeds(call: SandboxCall) -> Response:
    """The genres that `seed_genres` takes."""
    return Response(body={"genres": call.catalogue.genres})


def _seeds(call: SandboxCall) -> list[tuple[str, str, str | None, list[Track]]]:
    """Type, id, address and pool of each seed; a seed that is not known has an empty pool."""
    catalogue, links = call.catalogue, call.shapes.links

    def of_artist(seed: str) -> list[Track]:
        artist = catalogue.artist_by_id.get(seed)
        return pool_of_artist(artist, catalogue) if artist else []

    def of_track(seed: str) -> list[Track]:
        track = catalogue.track_by_id.get(seed)
        return [each for each in pool_of_artist(track.artists[0], catalogue) if each is not track] if track else []

    genres = (call[SEED_GENRES] or "").split(",") if call[SEED_GENRES] else []
    sources: list[tuple[str, list[str], Callable[[str], str | None], Callable[[str], list[Track]]]] = [
        ("ARTIST", call[SEED_ARTISTS], lambda seed: links.href("artists", seed), of_artist),
        ("TRACK", call[SEED_TRACKS], lambda seed: links.href("tracks", seed), of_track),
        ("GENRE", genres, lambda _: None, lambda seed: pool_of_genre(seed, catalogue)),
    ]
    return [(type_, seed, href(seed), pool(seed)) for type_, seeds, href, pool in sources for seed in seeds]


def _given(call: SandboxCall, parameters: dict[str, Parameter[float | None]]) -> dict[str, float]:
    given = {name: call[parameter] for name, parameter in parameters.items()}
    return {name: value for name, value in given.items() if value is not None}
