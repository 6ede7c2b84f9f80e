"""Users, their top items, and following artists, users and playlists.

https://developer.spotify.com/documentation/web-api/reference/get-current-users-profile
"""

from __future__ import annotations

from typing import Final

from spotify.testing.sandbox.catalogue import User
from spotify.testing.sandbox.http.errors import bad_request, missing_field, not_found
from spotify.testing.sandbox.http.messages import Response
from spotify.testing.sandbox.web_api.arguments import (
    LIMIT,
    OFFSET,
    Parameter,
    check_ids,
    choice,
    path_string,
    string,
)
from spotify.testing.sandbox.web_api.operations import RouteTable, SandboxCall
from spotify.testing.sandbox.web_api.playlist_access import PLAYLIST_ID, find_playlist, require_modify_scope

routes = RouteTable()

_MAX_IDS: Final = 50
_READ_FOLLOWED: Final = ("user-follow-read",)
_MODIFY_FOLLOWED: Final = ("user-follow-modify",)
# The top items are every n-th item of the catalogue, with another n for each time range.
_STEPS: Final = {"short_term": 29, "medium_term": 17, "long_term": 11}


def _type(*types: str) -> Parameter[str]:
    def parse(value: str | None) -> str:
        if value is None:
            raise bad_request("Missing parameter type")
        if value not in types:
            raise bad_request("Bad type specified")
        return value

    return Parameter("type", parse)


USER_ID = path_string("user_id")
TIME_RANGE = choice("time_range", _STEPS, default="medium_term")
ARTIST_TYPE = _type("artist")
TYPE = _type("artist", "user")
# Whether the ids are valid depends on the type: user ids can have any characters.
IDS = Parameter("ids", lambda value: value.split(",") if value else [])
AFTER = string("after")


def find_user(call: SandboxCall) -> User:
    """Return the user in the path."""
    user = call.catalogue.user_by_id.get(call[USER_ID])
    if user is None:
        raise not_found("No such user")
    return user


@routes.route("GET", "/me", "get-current-users-profile")
def get_current_profile(call: SandboxCall) -> Response:
    """Return the user of the token, with the fields that the scopes allow."""
    return Response(body=call.shapes.users.private_user(call.user, call.session.scopes))


@routes.route("GET", "/users/{user_id}", "get-users-profile", USER_ID, caching="catalogue", development_status=403)
def get_profile(call: SandboxCall) -> Response:
    """Return the public profile of a user."""
    return Response(body=call.shapes.users.public_user(find_user(call)))


@routes.route("GET", "/me/top/artists", "get-users-top-artists", TIME_RANGE, LIMIT, OFFSET, scopes=("user-top-read",))
def get_top_artists(call: SandboxCall) -> Response:
    """Return a page of the user's top artists."""
    artists = call.catalogue.artists[:-1]
    step = _STEPS[call[TIME_RANGE]]
    top = [artists[index * step % len(artists)] for index in range(len(artists))]
    return Response(body=call.page(top, call.shapes.music.artist))


@routes.route("GET", "/me/top/tracks", "get-users-top-tracks", TIME_RANGE, LIMIT, OFFSET, scopes=("user-top-read",))
def get_top_tracks(call: SandboxCall) -> Response:
    """Return a page of the user's top tracks."""
    top = call.catalogue.tracks[:: _STEPS[call[TIME_RANGE]]]
    return Response(body=call.page(top, lambda track: call.shapes.music.track(track, None)))


@routes.route("GET", "/me/following", "get-followed", ARTIST_TYPE, AFTER, LIMIT, scopes=_READ_FOLLOWED)
def get_followed_artists(call: SandboxCall) -> Response:
    """Return a cursor page of the followed artists: those after the artist with the id `after`."""
    followed, after, limit = list(call.library.artists), call[AFTER], call[LIMIT]
    if after is not None:
        check_ids([after], 1)
    start = followed.index(after) + 1 if after in call.library.artists else 0
    artist_ids = followed[start : start + limit]
    last = artist_ids[-1] if start + limit < len(followed) else None
    url = f"{call.url}?type=artist&limit={limit}"
    artists = {
        "href": url + (f"&after={after}" if after else ""),
        "limit": limit,
        "next": f"{url}&after={last}" if last else None,
        "cursors": {"after": last},
        "total": len(followed),
        "items": [call.shapes.music.artist(call.catalogue.artist_by_id[artist_id]) for artist_id in artist_ids],
    }
    return Response(body={"artists": artists})


@routes.route(
    "PUT", "/me/following", "follow-artists-users", TYPE, IDS, scopes=_MODIFY_FOLLOWED, development_status=403
)
def follow(call: SandboxCall) -> Response:
    """Follow artists or users. Unknown ids are ignored."""
    followed = _followed(call)
    for followed_id in _ids_of_query_or_body(call):
        if call.catalogue.contains(call[TYPE], followed_id):
            followed[followed_id] = None
    return Response(status=204)


@routes.route(
    "DELETE", "/me/following", "unfollow-artists-users", TYPE, IDS, scopes=_MODIFY_FOLLOWED, development_status=403
)
def unfollow(call: SandboxCall) -> Response:
    """Unfollow artists or users."""
    followed = _followed(call)
    for followed_id in _ids_of_query_or_body(call):
        followed.pop(followed_id, None)
    return Response(status=204)


@routes.route(
    "GET",
    "/me/following/contains",
    "check-current-user-follows",
    TYPE,
    IDS,
    scopes=_READ_FOLLOWED,
    development_status=403,
)
def check_follows(call: SandboxCall) -> Response:
    """Return whether the user follows each artist or user, in order."""
    followed = _followed(call)
    return Response(body=[followed_id in followed for followed_id in _check_ids(call, call[IDS])])


@routes.route("PUT", "/playlists/{playlist_id}/followers", "follow-playlist", PLAYLIST_ID, development_status=403)
def follow_playlist(call: SandboxCall) -> Response:
    """Add a playlist to the user's list; the profile lists it unless `public` is false."""
    playlist = find_playlist(call)
    public = call.json().boolean("public")
    public = True if public is None else public
    require_modify_scope(call, public=public)
    call.state.follow_playlist(call.user, playlist, public=public)
    return Response()


@routes.route("DELETE", "/playlists/{playlist_id}/followers", "unfollow-playlist", PLAYLIST_ID, development_status=403)
def unfollow_playlist(call: SandboxCall) -> Response:
    """Remove a playlist from the user's list."""
    playlist = find_playlist(call)
    require_modify_scope(call, public=call.library.playlists.get(playlist.id, True))
    call.state.unfollow_playlist(call.user, playlist)
    return Response()


@routes.route(
    "GET",
    "/playlists/{playlist_id}/followers/contains",
    "check-if-user-follows-playlist",
    PLAYLIST_ID,
    IDS,
    user=True,
    development_status=403,
)
def check_follows_playlist(call: SandboxCall) -> Response:
    """Return whether a user follows a playlist: the caller at all, another user publicly."""
    playlist = find_playlist(call)
    user_ids = call[IDS] or [call.user.id]
    if len(user_ids) > 1:
        raise bad_request("Too many ids requested")
    user = call.catalogue.user_by_id.get(user_ids[0])
    followed = call.state.library(user).playlists if user else {}
    return Response(body=[playlist.id in followed if user is call.user else followed.get(playlist.id, False)])


def _followed(call: SandboxCall) -> dict[str, None]:
    return call.library.artists if call[TYPE] == "artist" else call.library.users


def _ids_of_query_or_body(call: SandboxCall) -> list[str]:
    return _check_ids(call, call[IDS] or call.json().strings("ids"))


def _check_ids(call: SandboxCall, ids: list[str] | None) -> list[str]:
    if not ids:
        raise missing_field("ids")
    if call[TYPE] == "artist":
        return check_ids(ids, _MAX_IDS)
    if len(ids) > _MAX_IDS:
        raise bad_request("Too many ids requested")
    return ids
