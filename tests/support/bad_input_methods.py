"""The kind of each argument of each public method. A test fails if one is missing."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from spotify.services._recommendation_attributes import RecommendationAttributes
from tests.support.bad_values import (
    COUNT,
    DEVICE,
    FIELDS,
    FLAG,
    FREE_TEXT,
    ID,
    IMAGE,
    INDEX,
    LIMIT_50,
    LIMIT_100,
    LOCALE,
    MARKET,
    MILLISECONDS,
    OFFSET,
    PERCENT,
    PLAYLIST_TEXT,
    REMOVALS,
    TIMESTAMP,
    TRACK_URI,
    Kind,
    a_choice,
    a_name,
    a_uri,
    an_attribute,
    an_id,
    an_integer,
    choices,
    several,
)

ALBUM, ARTIST, AUDIOBOOK = an_id("album"), an_id("artist", "album"), an_id("audiobook")
CHAPTER, EPISODE, PLAYLIST = an_id("chapter"), an_id("episode"), an_id("playlist")
SHOW, TRACK = an_id("show"), an_id("track")
USER, CATEGORY = a_name("user"), a_name("category")
PLAYABLE = a_uri("track", "episode", others=("album", "chapter", "local", "user"))
PLAYABLES, ANY_PLAYABLES = several(PLAYABLE), several(PLAYABLE, may_be_empty=True)
LIBRARY = several(
    a_uri("track", "album", "episode", "show", "audiobook", "artist", "user", "playlist", others=("chapter", "local")),
)
ENTRIES = several(a_uri("track", "episode", others=("album", "local", "user")))
CONTEXT = a_uri("album", "artist", "playlist", "show", "audiobook", others=("track", "episode"))
CONTEXT = CONTEXT.but(unusual={"liked songs": "spotify:user:ana:collection"})
PLAYABLE_TYPES = choices("track", "episode", or_one=True)
SEARCH_TYPES = ("album", "artist", "playlist", "track", "show", "episode", "audiobook")
FOLLOWED_TYPE = a_choice("artist")
TIME_RANGE = a_choice("short_term", "medium_term", "long_term")
GENRES = several(FREE_TEXT, may_be_empty=True, named="seed_genres")
GENRES = Kind(
    good=["pop"],
    named="seed_",
    wrong={**GENRES.wrong, "two in one": ["pop,rock"], "six": ["pop"] * 6},
    unusual={"letters of all kinds": ["Zoë 🎵 +&=#%"], "a line end": ["a\nb"]},
)
SEARCH_OFFSET = an_integer(5, at_least=0, at_most=999)
START = Kind(
    good=0,
    named="offset",
    wrong={
        "bytes": b"1",
        "a float": 0.0,
        "a boolean": True,
        "a list": [0],
        "an object": object(),
        "negative": -1,
        "past the end": 1,
        "huge": 10**5_000,
        "empty": "",
        "not among them": f"spotify:episode:{ID}",
        "another kind": f"spotify:album:{ID}",
        "a plain id": ID,
        "a header": f"{TRACK_URI}\r\nX-Injected: 1",
        "long": "x" * 1_000_000,
    },
    unusual={"a URI": TRACK_URI, "a URL": f"https://open.spotify.com/track/{ID}"},
)

Arguments = Mapping[str, Kind]


def _listed(**more: Kind) -> dict[str, Kind]:
    return {**more, "limit": LIMIT_50, "offset": OFFSET}


def _library(kind: Kind) -> dict[str, dict[str, Kind]]:
    return {name: {"ids": several(kind)} for name in ("save", "remove", "check_saved")}


def _several(kind: Kind, *, market: bool = True) -> dict[str, Kind]:
    return {"ids": several(kind), "return_errors": FLAG, **({"market": MARKET} if market else {})}


def _attributes() -> dict[str, Kind]:
    shares = ("acousticness", "danceability", "energy", "instrumentalness", "liveness", "speechiness", "valence")
    kinds = {
        **dict.fromkeys(shares, an_attribute(0.5, at_least=0, at_most=1)),
        "duration_ms": an_attribute(1_000, at_least=0, at_most=None, whole=True),
        "key": an_attribute(3, at_least=0, at_most=11, whole=True),
        "loudness": an_attribute(-10, at_least=None, at_most=None),
        "mode": an_attribute(1, at_least=0, at_most=1, whole=True),
        "popularity": an_attribute(50, at_least=0, at_most=100, whole=True),
        "tempo": an_attribute(120, at_least=0, at_most=None),
        "time_signature": an_attribute(4, at_least=0, at_most=11, whole=True),
    }
    return {name: kinds[name.partition("_")[2]] for name in RecommendationAttributes.__annotations__}


_DEVICE: Final = {"device_id": DEVICE}
_FOLLOW: Final = {"type_": FOLLOWED_TYPE, "ids": several(ARTIST)}
_SEARCH: Final = {
    "q": FREE_TEXT,
    "market": MARKET,
    "limit": LIMIT_50,
    "offset": SEARCH_OFFSET,
    "include_external": FLAG,
}
_DETAILS: Final = {"public": FLAG, "collaborative": FLAG, "description": PLAYLIST_TEXT}

ARGUMENTS: Final[Mapping[str, Mapping[str, Arguments]]] = {
    "AlbumsService": {
        "get": {"id": ALBUM, "market": MARKET},
        "get_several": _several(ALBUM),
        "get_tracks": _listed(id=ALBUM, market=MARKET),
        "get_saved": _listed(market=MARKET),
        "get_new_releases": _listed(),
        **_library(ALBUM),
    },
    "ArtistsService": {
        "get": {"id": ARTIST},
        "get_several": _several(ARTIST, market=False),
        "get_albums": _listed(
            id=ARTIST, include_groups=choices("album", "single", "appears_on", "compilation"), market=MARKET
        ),
        "get_top_tracks": {"id": ARTIST, "market": MARKET},
        "get_related": {"id": ARTIST},
    },
    "AudiobooksService": {
        "get": {"id": AUDIOBOOK, "market": MARKET},
        "get_several": _several(AUDIOBOOK),
        "get_chapters": _listed(id=AUDIOBOOK, market=MARKET),
        "get_saved": _listed(),
        **_library(AUDIOBOOK),
    },
    "BrowseService": {
        "get_categories": _listed(locale=LOCALE),
        "get_category": {"id": CATEGORY, "locale": LOCALE},
        "get_category_playlists": _listed(id=CATEGORY),
        "get_featured_playlists": _listed(locale=LOCALE),
        "get_genre_seeds": {},
        "get_markets": {},
    },
    "ChaptersService": {"get": {"id": CHAPTER, "market": MARKET}, "get_several": _several(CHAPTER)},
    "EpisodesService": {
        "get": {"id": EPISODE, "market": MARKET},
        "get_several": _several(EPISODE),
        "get_saved": _listed(market=MARKET),
        **_library(EPISODE),
    },
    "LibraryService": {name: {"uris": LIBRARY} for name in ("save_items", "remove_items", "check_contains")},
    "PlayerService": {
        "get_playback_state": {"market": MARKET, "additional_types": PLAYABLE_TYPES},
        "transfer_playback": {**_DEVICE, "play": FLAG},
        "get_devices": {},
        "get_currently_playing": {"market": MARKET, "additional_types": PLAYABLE_TYPES},
        "start_playback": {
            **_DEVICE,
            "context_uri": CONTEXT,
            "uris": PLAYABLES,
            "offset": START,
            "position_ms": MILLISECONDS,
        },
        "pause_playback": _DEVICE,
        "skip_to_next": _DEVICE,
        "skip_to_previous": _DEVICE,
        "seek": {**_DEVICE, "position_ms": MILLISECONDS},
        "set_repeat_mode": {**_DEVICE, "state": a_choice("track", "context", "off")},
        "set_volume": {**_DEVICE, "volume_percent": PERCENT},
        "set_shuffle": {**_DEVICE, "state": FLAG},
        "get_recently_played": {"limit": LIMIT_50, "after": TIMESTAMP, "before": TIMESTAMP},
        "watch": {},
        "history": {"since": TIMESTAMP, "follow": replace(FLAG, good=False, unusual={})},
        "get_queue": {},
        "add_to_queue": {**_DEVICE, "uri": PLAYABLE},
    },
    "PlaylistsService": {
        "get": {"id": PLAYLIST, "market": MARKET, "fields": FIELDS, "additional_types": PLAYABLE_TYPES},
        "get_items": _listed(id=PLAYLIST, market=MARKET, fields=FIELDS, additional_types=PLAYABLE_TYPES),
        "get_for_current_user": _listed(),
        "get_for_user": _listed(id=USER),
        "create": {"name": PLAYLIST_TEXT, **_DETAILS},
        "change_details": {"id": PLAYLIST, "name": PLAYLIST_TEXT, **_DETAILS},
        "add_items": {"id": PLAYLIST, "uris": PLAYABLES, "position": INDEX, "verify": FLAG},
        "remove_items": {"id": PLAYLIST, "uris": ENTRIES, "items": REMOVALS, "snapshot_id": FREE_TEXT},
        "replace_items": {"id": PLAYLIST, "uris": ANY_PLAYABLES},
        "reorder_items": {
            "id": PLAYLIST,
            "range_start": INDEX,
            "insert_before": INDEX,
            "range_length": COUNT,
            "snapshot_id": FREE_TEXT,
        },
        "reorder_or_replace_items": {
            "id": PLAYLIST,
            "uris": ANY_PLAYABLES.but(wrong={"too many": [TRACK_URI] * 101}),
            "range_start": INDEX,
            "insert_before": INDEX,
            "range_length": COUNT,
            "snapshot_id": FREE_TEXT,
        },
        "get_cover_image": {"id": PLAYLIST},
        "upload_cover_image": {"id": PLAYLIST, "image": IMAGE},
        "follow": {"id": PLAYLIST, "public": FLAG},
        "unfollow": {"id": PLAYLIST},
        "check_follows": {"id": PLAYLIST, "user_ids": several(USER)},
    },
    "SearchService": {
        "search": {**_SEARCH, "types": choices(*SEARCH_TYPES, or_one=True)},
        "results": {**_SEARCH, "type": a_choice(*SEARCH_TYPES)},
    },
    "ShowsService": {
        "get": {"id": SHOW, "market": MARKET},
        "get_several": _several(SHOW),
        "get_episodes": _listed(id=SHOW, market=MARKET),
        "get_saved": _listed(),
        **_library(SHOW),
    },
    "TracksService": {
        "get": {"id": TRACK, "market": MARKET},
        "get_several": _several(TRACK),
        "get_saved": _listed(market=MARKET),
        **_library(TRACK),
        "get_audio_features": {"id": TRACK},
        "get_several_audio_features": _several(TRACK, market=False),
        "get_audio_analysis": {"id": TRACK},
        "get_recommendations": {
            "seed_artists": several(ARTIST, may_be_empty=True).but(wrong={"six": [ID] * 6}),
            "seed_genres": GENRES,
            "seed_tracks": several(TRACK, may_be_empty=True).but(wrong={"six": [ID] * 6}),
            "limit": LIMIT_100,
            "market": MARKET,
            **_attributes(),
        },
    },
    "UsersService": {
        "get_current_profile": {},
        "get": {"id": USER},
        "get_top_artists": _listed(time_range=TIME_RANGE),
        "get_top_tracks": _listed(time_range=TIME_RANGE),
        "get_followed_artists": {"after": ARTIST, "limit": LIMIT_50},
        "follow_artists_or_users": _FOLLOW,
        "unfollow_artists_or_users": _FOLLOW,
        "check_follows_artists_or_users": _FOLLOW,
    },
}

#: The other arguments of a call, by method and argument; an empty argument name means any other argument.
OTHER_ARGUMENTS: Final[Mapping[tuple[str, str], Mapping[str, Any]]] = {
    ("history", ""): {"follow": False},  # or else it never ends
    ("start_playback", "offset"): {"uris": [TRACK_URI]},
    ("change_details", ""): {"name": "New"},
    ("remove_items", ""): {"uris": [TRACK_URI]},
    ("remove_items", "items"): {},
    ("reorder_or_replace_items", ""): {"range_start": 0, "insert_before": 1},
    ("reorder_or_replace_items", "uris"): {},
    ("reorder_or_replace_items", "id"): {"uris": [TRACK_URI]},
    ("create", "collaborative"): {"public": False},
    ("change_details", "collaborative"): {"public": False},
    ("get_recommendations", ""): {"seed_genres": ["pop"]},
    ("get_recommendations", "seed_artists"): {"seed_genres": ["pop"]},
    ("get_recommendations", "seed_genres"): {},
}


def argument_names(method: Callable[..., Any]) -> set[str]:
    """Return the names of all arguments of a method, including those of `**attributes`."""
    parameters = inspect.signature(method).parameters.values()
    names = {
        parameter.name
        for parameter in parameters
        if parameter.name != "self" and parameter.kind is not parameter.VAR_KEYWORD
    }
    takes_attributes = any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters)
    return names | (set(RecommendationAttributes.__annotations__) if takes_attributes else set())


def allows_none(method: Callable[..., Any], argument: str) -> bool:
    """Return whether None is the default of an argument."""
    parameter = inspect.signature(method).parameters.get(argument)
    return parameter is not None and parameter.default is None


def other_arguments(method: Callable[..., Any], kinds: Arguments, argument: str) -> dict[str, Any]:
    """Return the arguments that a call of the method needs beside one argument."""
    parameters = inspect.signature(method).parameters
    required = {
        name: kind.good
        for name, kind in kinds.items()
        if name != argument and name in parameters and parameters[name].default is inspect.Parameter.empty
    }
    name = method.__name__
    more = OTHER_ARGUMENTS.get((name, argument), OTHER_ARGUMENTS.get((name, ""), {}))
    return {**required, **{other: value for other, value in more.items() if other != argument}}
