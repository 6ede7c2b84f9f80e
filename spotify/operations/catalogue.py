"""The catalogue, which is the same for every user: music, shows, audiobooks, search, browse, recommendations."""

from __future__ import annotations

from typing import Final

from spotify.interfaces.operation import REMOVED_IN_2024, REMOVED_IN_2026, Operation

#: The attributes that tune recommendations: each has a `min_`, a `max_` and a `target_` parameter.
TUNABLE_ATTRIBUTES: Final = (
    "acousticness",
    "danceability",
    "duration_ms",
    "energy",
    "instrumentalness",
    "key",
    "liveness",
    "loudness",
    "mode",
    "popularity",
    "speechiness",
    "tempo",
    "time_signature",
    "valence",
)

GET_ALBUM = Operation(id="get-an-album", method="GET", path="/albums/{id}", query=("market",), idempotent=True)
GET_SEVERAL_ALBUMS = Operation(
    id="get-multiple-albums",
    method="GET",
    path="/albums",
    query=("ids", "market"),
    idempotent=True,
    removed_on=REMOVED_IN_2026,
    replacement="get-an-album",
    max_ids=20,
    batch_of="get-an-album",
)
GET_ALBUM_TRACKS = Operation(
    id="get-an-albums-tracks",
    method="GET",
    path="/albums/{id}/tracks",
    query=("market", "limit", "offset"),
    idempotent=True,
    default_limit=20,
    max_limit=50,
)
GET_NEW_RELEASES = Operation(
    id="get-new-releases",
    method="GET",
    path="/browse/new-releases",
    query=("limit", "offset"),
    idempotent=True,
    removed_on=REMOVED_IN_2026,
    default_limit=20,
    max_limit=50,
)
GET_ARTIST = Operation(id="get-an-artist", method="GET", path="/artists/{id}", idempotent=True)
GET_SEVERAL_ARTISTS = Operation(
    id="get-multiple-artists",
    method="GET",
    path="/artists",
    query=("ids",),
    idempotent=True,
    removed_on=REMOVED_IN_2026,
    replacement="get-an-artist",
    max_ids=50,
    batch_of="get-an-artist",
)
GET_ARTIST_ALBUMS = Operation(
    id="get-an-artists-albums",
    method="GET",
    path="/artists/{id}/albums",
    query=("include_groups", "market", "limit", "offset"),
    idempotent=True,
    default_limit=20,
    max_limit=50,
    development_default_limit=5,
    development_max_limit=10,
)
GET_ARTIST_TOP_TRACKS = Operation(
    id="get-an-artists-top-tracks",
    method="GET",
    path="/artists/{id}/top-tracks",
    query=("market",),
    idempotent=True,
    removed_on=REMOVED_IN_2026,
)
GET_RELATED_ARTISTS = Operation(
    id="get-an-artists-related-artists",
    method="GET",
    path="/artists/{id}/related-artists",
    idempotent=True,
    removed_on=REMOVED_IN_2024,
)
GET_TRACK = Operation(
    id="get-track",
    method="GET",
    path="/tracks/{id}",
    query=("market",),
    idempotent=True,
)
GET_SEVERAL_TRACKS = Operation(
    id="get-several-tracks",
    method="GET",
    path="/tracks",
    query=("market", "ids"),
    idempotent=True,
    removed_on=REMOVED_IN_2026,
    replacement="get-track",
    max_ids=50,
    batch_of="get-track",
)
GET_AUDIO_FEATURES = Operation(
    id="get-audio-features",
    method="GET",
    path="/audio-features/{id}",
    idempotent=True,
    removed_on=REMOVED_IN_2024,
)
GET_SEVERAL_AUDIO_FEATURES = Operation(
    id="get-several-audio-features",
    method="GET",
    path="/audio-features",
    query=("ids",),
    idempotent=True,
    removed_on=REMOVED_IN_2024,
    max_ids=100,
    batch_of="get-audio-features",
)
GET_AUDIO_ANALYSIS = Operation(
    id="get-audio-analysis",
    method="GET",
    path="/audio-analysis/{id}",
    idempotent=True,
    removed_on=REMOVED_IN_2024,
)
GET_RECOMMENDATIONS = Operation(
    id="get-recommendations",
    method="GET",
    path="/recommendations",
    query=(
        "limit",
        "market",
        "seed_artists",
        "seed_genres",
        "seed_tracks",
        *(f"{bound}_{attribute}" for attribute in TUNABLE_ATTRIBUTES for bound in ("min", "max", "target")),
    ),
    idempotent=True,
    removed_on=REMOVED_IN_2024,
    default_limit=20,
    max_limit=100,
)
SEARCH = Operation(
    id="search",
    method="GET",
    path="/search",
    query=("q", "type", "market", "limit", "offset", "include_external"),
    idempotent=True,
    default_limit=20,
    max_limit=50,
    development_default_limit=5,
    development_max_limit=10,
    max_results=1000,
)
GET_CATEGORIES = Operation(
    id="get-categories",
    method="GET",
    path="/browse/categories",
    query=("locale", "limit", "offset"),
    idempotent=True,
    removed_on=REMOVED_IN_2026,
    default_limit=20,
    max_limit=50,
)
GET_CATEGORY = Operation(
    id="get-a-category",
    method="GET",
    path="/browse/categories/{category_id}",
    query=("locale",),
    idempotent=True,
    removed_on=REMOVED_IN_2026,
)
GET_CATEGORY_PLAYLISTS = Operation(
    id="get-a-categories-playlists",
    method="GET",
    path="/browse/categories/{category_id}/playlists",
    query=("limit", "offset"),
    idempotent=True,
    removed_on=REMOVED_IN_2024,
    default_limit=20,
    max_limit=50,
)
GET_FEATURED_PLAYLISTS = Operation(
    id="get-featured-playlists",
    method="GET",
    path="/browse/featured-playlists",
    query=("locale", "limit", "offset"),
    idempotent=True,
    removed_on=REMOVED_IN_2024,
    default_limit=20,
    max_limit=50,
)
GET_GENRE_SEEDS = Operation(
    id="get-recommendation-genres",
    method="GET",
    path="/recommendations/available-genre-seeds",
    idempotent=True,
    removed_on=REMOVED_IN_2024,
)
GET_MARKETS = Operation(
    id="get-available-markets",
    method="GET",
    path="/markets",
    idempotent=True,
    removed_on=REMOVED_IN_2026,
)


GET_AUDIOBOOK = Operation(
    id="get-an-audiobook",
    method="GET",
    path="/audiobooks/{id}",
    query=("market",),
    idempotent=True,
)
GET_SEVERAL_AUDIOBOOKS = Operation(
    id="get-multiple-audiobooks",
    method="GET",
    path="/audiobooks",
    query=("ids", "market"),
    idempotent=True,
    removed_on=REMOVED_IN_2026,
    replacement="get-an-audiobook",
    max_ids=50,
    batch_of="get-an-audiobook",
)
GET_AUDIOBOOK_CHAPTERS = Operation(
    id="get-audiobook-chapters",
    method="GET",
    path="/audiobooks/{id}/chapters",
    query=("market", "limit", "offset"),
    idempotent=True,
    default_limit=20,
    max_limit=50,
)
GET_CHAPTER = Operation(id="get-a-chapter", method="GET", path="/chapters/{id}", query=("market",), idempotent=True)
GET_SEVERAL_CHAPTERS = Operation(
    id="get-several-chapters",
    method="GET",
    path="/chapters",
    query=("ids", "market"),
    idempotent=True,
    removed_on=REMOVED_IN_2026,
    replacement="get-a-chapter",
    max_ids=50,
    batch_of="get-a-chapter",
)
GET_SHOW = Operation(
    id="get-a-show",
    method="GET",
    path="/shows/{id}",
    query=("market",),
    scopes=("user-read-playback-position",),
    idempotent=True,
)
GET_SEVERAL_SHOWS = Operation(
    id="get-multiple-shows",
    method="GET",
    path="/shows",
    query=("market", "ids"),
    idempotent=True,
    removed_on=REMOVED_IN_2026,
    replacement="get-a-show",
    max_ids=50,
)
GET_SHOW_EPISODES = Operation(
    id="get-a-shows-episodes",
    method="GET",
    path="/shows/{id}/episodes",
    query=("market", "limit", "offset"),
    scopes=("user-read-playback-position",),
    idempotent=True,
    default_limit=20,
    max_limit=50,
)
GET_EPISODE = Operation(
    id="get-an-episode",
    method="GET",
    path="/episodes/{id}",
    query=("market",),
    scopes=("user-read-playback-position",),
    idempotent=True,
)
GET_SEVERAL_EPISODES = Operation(
    id="get-multiple-episodes",
    method="GET",
    path="/episodes",
    query=("ids", "market"),
    scopes=("user-read-playback-position",),
    idempotent=True,
    removed_on=REMOVED_IN_2026,
    replacement="get-an-episode",
    max_ids=50,
    batch_of="get-an-episode",
)
