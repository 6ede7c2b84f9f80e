"""Users: https://developer.spotify.com/documentation/web-api/reference/get-current-users-profile."""

from __future__ import annotations

from typing import Final

from spotify.testing.sandbox.http.messages import Response
from spotify.testing.sandbox.web_api.arguments import LIMIT, OFFSET, Parameter, checked_ids, choice, path_text, text
from spotify.testing.sandbox.web_api.call import SandboxCall
from spotify.testing.sandbox.web_api.errors import bad_request, not_found
from spotify.testing.sandbox.web_api.playlist_access import PLAYLIST_ID, find_playlist, require_modify_scope
from spotify.testing.sandbox.web_api.routing import RouteTable

routes = RouteTable()

USER_ID = path_text("user_id")
# How far apart the user's favourites stand in the catalogue: each range has others.
_STEPS: Final = {"short_term": 29, "medium_term": 17, "long_term": 11}
TIME_RANGE = choice("time_range", _STEPS, default="medium_term")


@routes.route("GET", "/me", "get-current-users-profile")
def get_current_profile(call: SandboxCall) -> Response:
    """The user, with what the scopes allow."""
    return Response(body=call.shapes.people.private_user(call.user, call.session.scopes))


@routes.route("GET", "/users/{user_id}", "get-users-profile", USER_ID, caching="catalogue", development_refusal=403)
def get_profile(call: SandboxCall) -> Response:
    """Any user's public profile."""
    user = call.catalogue.user_by_id.get(call[USER_ID])
    if user is None:
        raise not_found("No such user")
    return Response(body=call.shapes.people.public_user(user))


@routes.route("GET", "/me/top/artists", "get-users-top-artists", TIME_RANGE, LIMIT, OFFSET, scopes=("user-top-read",))
def get_top_artists(call: SandboxCall) -> Response:
    """The artists that the user heard most."""
    artists = call.catalogue.artists[:-1]
    step = _STEPS[call[TIME_RANGE]]
    favourites = [artists[place * step % len(artists)] for place in range(len(artists))]
    return Response(body=call.page(favourites, call.shapes.music.artist))


@routes.route("GET", "/me/top/tracks", "get-users-top-tracks", TIME_RANGE, LIMIT, OFFSET, scopes=("user-top-read",))
def get_top_tracks(call: SandboxCall) -> Response:
    """The tracks that the user heard most."""
    favourites = call.catalogue.tracks[:: _STEPS[call[TIME_RANGE]]]
    return Response(body=call.page(favourites, lambda track: call.shapes.music.track(track, None)))


_MOST: Final = 50


def _type(*types: str) -> Parameter[str]:
    def read(given: str | None) -> str:
        if given is None:
            raise bad_request("Missing parameter type")
        if given not in types:
            raise bad_request("Bad type specified")
        return given

    return Parameter("type", read)


def _ids(given: str | None) -> list[str]:
    return given.split(",") if given else []


TYPE_OF_LIST = _type("artist")
TYPE = _type("artist", "user")
# Users' ids are free text: what is checked depends on the type.
IDS = Parameter("ids", _ids)
AFTER = text("after")


@routes.route("GET", "/me/following", "get-followed", TYPE_OF_LIST, AFTER, LIMIT, scopes=("user-follow-read",))
def get_followed_artists(call: SandboxCall) -> Response:
    """Followed artists after the one with the id `after`, a cursor page."""
    followed, after, most = list(call.library.artists), call[AFTER], call[LIMIT]
    if after is not None:
        checked_ids([after], 1)
    start = followed.index(after) + 1 if after in call.library.artists else 0
    shown = followed[start : start + most]
    last = shown[-1] if start + most < len(followed) else None
    address = f"{call.url}?type=artist&limit={most}"
    artists = {
        "href": address + (f"&after={after}" if after else ""),
        "limit": most,
        "next": f"{address}&after={last}" if last else None,
        "cursors": {"after": last},
        "total": len(followed),
        "items": [call.shapes.music.artist(call.catalogue.artist_by_id[each]) for each in shown],
    }
    return Response(body={"artists": artists})


@routes.route(
    "PUT", "/me/following", "follow-artists-users", TYPE, IDS, scopes=("user-follow-modify",), development_refusal=403
)
def follow(call: SandboxCall) -> Response:
    """Follow artists or users."""
    followed = _followed(call)
    for each in _wanted(call):
        if call.catalogue.contains(call[TYPE], each):
            followed[each] = None
    return Response(status=204)


@routes.route(
    "DELETE",
    "/me/following",
    "unfollow-artists-users",
    TYPE,
    IDS,
    scopes=("user-follow-modify",),
    development_refusal=403,
)
def unfollow(call: SandboxCall) -> Response:
    """Unfollow artists or users."""
    followed = _followed(call)
    for each in _wanted(call):
        followed.pop(each, None)
    return Response(status=204)


@routes.route(
    "GET",
    "/me/following/contains",
    "check-current-user-follows",
    TYPE,
    IDS,
    scopes=("user-follow-read",),
    development_refusal=403,
)
def check_follows(call: SandboxCall) -> Response:
    """Whether the user follows each, in order."""
    followed = _followed(call)
    if not call[IDS]:
        raise bad_request("Missing required field: ids")
    return Response(body=[each in followed for each in _checked(call, call[IDS])])


@routes.route("PUT", "/playlists/{playlist_id}/followers", "follow-playlist", PLAYLIST_ID, development_refusal=403)
def follow_playlist(call: SandboxCall) -> Response:
    """Put a playlist into the user's list, shown on the profile unless `public` is false."""
    playlist = find_playlist(call)
    public = call.json().flag("public")
    public = True if public is None else public
    require_modify_scope(call, public=public)
    call.state.follow_playlist(call.user, playlist, public=public)
    return Response()


@routes.route("DELETE", "/playlists/{playlist_id}/followers", "unfollow-playlist", PLAYLIST_ID, development_refusal=403)
def unfollow_playlist(call: SandboxCall) -> Response:
    """Take a playlist out of the user's list."""
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
    development_refusal=403,
)
def check_follows_playlist(call: SandboxCall) -> Response:
    """Whether a user, by default the caller, has a playlist on the profile (the caller: in the list)."""
    playlist = find_playlist(call)
    wanted = call[IDS] or [call.user.id]
    if len(wanted) > 1:
        raise bad_request("Too many ids requested")
    user = call.catalogue.user_by_id.get(wanted[0])
    followed = call.state.library(user).playlists if user else {}
    return Response(body=[playlist.id in followed if user is call.user else followed.get(playlist.id, False)])


def _followed(call: SandboxCall) -> dict[str, None]:
    return call.library.artists if call[TYPE] == "artist" else call.library.users


def _wanted(call: SandboxCall) -> list[str]:
    found = call[IDS] or call.json().strings("ids")
    if not found:
        raise bad_request("Missing required field: ids")
    return _checked(call, found)


def _checked(call: SandboxCall, found: list[str]) -> list[str]:
    if call[TYPE] == "artist":
        return checked_ids(found, _MOST)
    if len(found) > _MOST:
        raise bad_request("Too many ids requested")
    return found
