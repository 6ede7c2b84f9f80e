"""Artists: https://developer.spotify.com/documentation/web-api/reference/get-an-artist."""

from __future__ import annotations

from collections.abc import Iterator

from spotify.testing.sandbox.call import Call
from spotify.testing.sandbox.catalogue import Album, Artist
from spotify.testing.sandbox.errors import non_existing
from spotify.testing.sandbox.messages import Answer, JsonObject
from spotify.testing.sandbox.parameters import MARKET, OFFSET, choices, ids, limit_by_quota, path_id
from spotify.testing.sandbox.recommender import related_artists, top_tracks
from spotify.testing.sandbox.routing import RouteTable

routes = RouteTable()

ARTIST_ID = path_id()
ARTIST_IDS = ids(50)
ALBUMS_LIMIT = limit_by_quota(20, 50, development_default=5, development_most=10)
ALBUM_GROUPS = ("album", "single", "appears_on", "compilation")
INCLUDE_GROUPS = choices("include_groups", ALBUM_GROUPS)


@routes.route("GET", "/artists/{id}", "get-an-artist", ARTIST_ID, caching="catalogue")
def get_artist(call: Call) -> Answer:
    """One artist."""
    return Answer(body=call.shapes.music.artist(_find(call)))


@routes.route("GET", "/artists", "get-multiple-artists", ARTIST_IDS, caching="catalogue", development_refusal=403)
def get_artists(call: Call) -> Answer:
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
def get_artist_albums(call: Call) -> Answer:
    """The albums of an artist and those that the artist appears on, group by group."""
    artist, wanted = _find(call), call[INCLUDE_GROUPS]
    found = [pair for group in ALBUM_GROUPS if group in wanted for pair in _albums_of(artist, group)]

    def shape(pair: tuple[str, Album]) -> JsonObject:
        group, album = pair
        return call.shapes.music.discography_album(album, group, call.market)

    return Answer(body=call.page(found, shape, ALBUMS_LIMIT))


@routes.route(
    "GET",
    "/artists/{id}/top-tracks",
    "get-an-artists-top-tracks",
    ARTIST_ID,
    MARKET,
    caching="catalogue",
    development_refusal=403,
)
def get_top_tracks(call: Call) -> Answer:
    """The ten most popular tracks of an artist in the market, by default the user's own."""
    user = call.session.user
    market = call.market or (user.country if user else None)
    tracks = top_tracks(_find(call))
    return Answer(body={"tracks": [call.shapes.music.track(track, market) for track in tracks]})


@routes.route(
    "GET",
    "/artists/{id}/related-artists",
    "get-an-artists-related-artists",
    ARTIST_ID,
    caching="catalogue",
    development_refusal=403,
)
def get_related_artists(call: Call) -> Answer:
    """Twenty artists who share genres with an artist."""
    related = related_artists(_find(call), call.catalogue)
    return Answer(body={"artists": [call.shapes.music.artist(artist) for artist in related]})


def _albums_of(artist: Artist, group: str) -> Iterator[tuple[str, Album]]:
    if group == "appears_on":
        return ((group, album) for album in artist.appears_on)
    return ((group, album) for album in artist.albums if album.album_type == group)


def _find(call: Call) -> Artist:
    artist = call.catalogue.artist_by_id.get(call[ARTIST_ID])
    if artist is None:
        raise non_existing(f"spotify:artist:{call[ARTIST_ID]}")
    return artist
