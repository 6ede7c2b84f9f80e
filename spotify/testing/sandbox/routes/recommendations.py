"""Recommendations: https://developer.spotify.com/documentation/web-api/reference/get-recommendations."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from spotify.testing.sandbox.call import Call
from spotify.testing.sandbox.catalogue import Track
from spotify.testing.sandbox.errors import bad_request
from spotify.testing.sandbox.messages import Answer, JsonObject
from spotify.testing.sandbox.parameters import MARKET, Parameter, checked_ids, limit, text
from spotify.testing.sandbox.recommender import (
    FEATURES,
    WHOLE_FEATURES,
    nearest,
    pool_of_artist,
    pool_of_genre,
    within,
)
from spotify.testing.sandbox.routing import RouteTable

routes = RouteTable()

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
def get_recommendations(call: Call) -> Answer:
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
    return Answer(body={"tracks": [call.shapes.music.track(track, market) for track in tracks], "seeds": described})


@routes.route(
    "GET",
    "/recommendations/available-genre-seeds",
    "get-recommendation-genres",
    caching="catalogue",
    development_refusal=404,
)
def get_genre_seeds(call: Call) -> Answer:
    """The genres that `seed_genres` takes."""
    return Answer(body={"genres": call.catalogue.genres})


def _seeds(call: Call) -> list[tuple[str, str, str | None, list[Track]]]:
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


def _given(call: Call, parameters: dict[str, Parameter[float | None]]) -> dict[str, float]:
    given = {name: call[parameter] for name, parameter in parameters.items()}
    return {name: value for name, value in given.items() if value is not None}
