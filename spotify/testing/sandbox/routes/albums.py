"""Albums: https://developer.spotify.com/documentation/web-api/reference/get-an-album."""

from __future__ import annotations

import functools

from spotify.testing.sandbox.call import Call
from spotify.testing.sandbox.catalogue import Album, Catalogue
from spotify.testing.sandbox.errors import non_existing
from spotify.testing.sandbox.messages import Answer
from spotify.testing.sandbox.parameters import LIMIT, MARKET, OFFSET, ids, path_id
from spotify.testing.sandbox.routing import RouteTable

routes = RouteTable()

ALBUM_ID = path_id()
ALBUM_IDS = ids(20)


@routes.route("GET", "/albums/{id}", "get-an-album", ALBUM_ID, MARKET, caching="catalogue")
def get_album(call: Call) -> Answer:
    """One album with its first tracks."""
    return Answer(body=call.shapes.music.album(_find(call), call.market))


@routes.route("GET", "/albums", "get-multiple-albums", ALBUM_IDS, MARKET, caching="catalogue", development_refusal=403)
def get_albums(call: Call) -> Answer:
    """Several albums."""
    return call.several(
        "albums", call[ALBUM_IDS], call.catalogue.album_by_id, lambda album: call.shapes.music.album(album, call.market)
    )


@routes.route(
    "GET", "/albums/{id}/tracks", "get-an-albums-tracks", ALBUM_ID, MARKET, LIMIT, OFFSET, caching="catalogue"
)
def get_album_tracks(call: Call) -> Answer:
    """The tracks of an album."""
    market = call.market
    return Answer(body=call.page(_find(call).tracks, lambda track: call.shapes.music.simplified_track(track, market)))


@routes.route(
    "GET", "/browse/new-releases", "get-new-releases", LIMIT, OFFSET, caching="catalogue", development_refusal=403
)
def get_new_releases(call: Call) -> Answer:
    """The latest albums, the newest first."""
    albums = call.page(
        _newest_first(call.catalogue), lambda album: call.shapes.music.simplified_album(album, call.market)
    )
    return Answer(body={"albums": albums})


@functools.lru_cache(maxsize=4)
def _newest_first(catalogue: Catalogue) -> list[Album]:
    return sorted(catalogue.albums, key=lambda album: album.release_date, reverse=True)[:100]


def _find(call: Call) -> Album:
    album = call.catalogue.album_by_id.get(call[ALBUM_ID])
    if album is None:
        raise non_existing(f"spotify:album:{call[ALBUM_ID]}")
    return album
