"""Tracks: https://developer.spotify.com/documentation/web-api/reference/get-track."""

from __future__ import annotations

from spotify.testing.sandbox.analysis import audio_analysis
from spotify.testing.sandbox.call import Call
from spotify.testing.sandbox.catalogue import Track
from spotify.testing.sandbox.errors import non_existing
from spotify.testing.sandbox.messages import Answer, JsonObject
from spotify.testing.sandbox.parameters import MARKET, ids, path_id
from spotify.testing.sandbox.recommender import audio_features
from spotify.testing.sandbox.routing import RouteTable

routes = RouteTable()

TRACK_ID = path_id()
TRACK_IDS = ids(50)
FEATURES_IDS = ids(100)


@routes.route("GET", "/tracks/{id}", "get-track", TRACK_ID, MARKET, caching="catalogue")
def get_track(call: Call) -> Answer:
    """One track; in a market that it is not licensed for, the one that is."""
    return Answer(body=call.shapes.music.track(_find(call), call.market))


@routes.route("GET", "/tracks", "get-several-tracks", TRACK_IDS, MARKET, caching="catalogue", development_refusal=403)
def get_tracks(call: Call) -> Answer:
    """Several tracks."""
    return call.several(
        "tracks", call[TRACK_IDS], call.catalogue.track_by_id, lambda track: call.shapes.music.track(track, call.market)
    )


@routes.route(
    "GET", "/audio-features/{id}", "get-audio-features", TRACK_ID, caching="catalogue", development_refusal=403
)
def get_audio_features(call: Call) -> Answer:
    """What listening to a track finds."""
    return Answer(body=_features(call, _find(call)))


@routes.route(
    "GET", "/audio-features", "get-several-audio-features", FEATURES_IDS, caching="catalogue", development_refusal=403
)
def get_several_audio_features(call: Call) -> Answer:
    """What listening to several tracks finds."""
    return call.several(
        "audio_features", call[FEATURES_IDS], call.catalogue.track_by_id, lambda track: _features(call, track)
    )


@routes.route(
    "GET", "/audio-analysis/{id}", "get-audio-analysis", TRACK_ID, caching="catalogue", development_refusal=403
)
def get_audio_analysis(call: Call) -> Answer:
    """Bars, beats and sections of a track."""
    return Answer(body=audio_analysis(_find(call)))


def _features(call: Call, track: Track) -> JsonObject:
    features: JsonObject = {name: value for name, value in audio_features(track).items() if name != "popularity"}
    return {
        **features,
        "analysis_url": call.shapes.links.href("audio-analysis", track.id),
        "id": track.id,
        "track_href": call.shapes.links.href("tracks", track.id),
        "type": "audio_features",
        "uri": track.uri,
    }


def _find(call: Call) -> Track:
    track = call.catalogue.track_by_id.get(call[TRACK_ID])
    if track is None:
        raise non_existing(f"spotify:track:{call[TRACK_ID]}")
    return track
