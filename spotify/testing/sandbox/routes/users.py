"""Users: https://developer.spotify.com/documentation/web-api/reference/get-current-users-profile."""

from __future__ import annotations

from typing import Final

from spotify.testing.sandbox.call import Call
from spotify.testing.sandbox.errors import not_found
from spotify.testing.sandbox.messages import Answer
from spotify.testing.sandbox.parameters import LIMIT, OFFSET, choice, path_text
from spotify.testing.sandbox.routing import RouteTable

routes = RouteTable()

USER_ID = path_text("user_id")
# How far apart the user's favourites stand in the catalogue: each range has others.
_STEPS: Final = {"short_term": 29, "medium_term": 17, "long_term": 11}
TIME_RANGE = choice("time_range", _STEPS, default="medium_term")


@routes.route("GET", "/me", "get-current-users-profile")
def get_current_profile(call: Call) -> Answer:
    """The user, with what the scopes allow."""
    return Answer(body=call.shapes.people.private_user(call.user, call.session.scopes))


@routes.route("GET", "/users/{user_id}", "get-users-profile", USER_ID, caching="catalogue", development_refusal=403)
def get_profile(call: Call) -> Answer:
    """Any user's public profile."""
    user = call.catalogue.user_by_id.get(call[USER_ID])
    if user is None:
        raise not_found("No such user")
    return Answer(body=call.shapes.people.public_user(user))


@routes.route("GET", "/me/top/artists", "get-users-top-artists", TIME_RANGE, LIMIT, OFFSET, scopes=("user-top-read",))
def get_top_artists(call: Call) -> Answer:
    """The artists that the user heard most."""
    artists = call.catalogue.artists[:-1]
    step = _STEPS[call[TIME_RANGE]]
    favourites = [artists[place * step % len(artists)] for place in range(len(artists))]
    return Answer(body=call.page(favourites, call.shapes.music.artist))


@routes.route("GET", "/me/top/tracks", "get-users-top-tracks", TIME_RANGE, LIMIT, OFFSET, scopes=("user-top-read",))
def get_top_tracks(call: Call) -> Answer:
    """The tracks that the user heard most."""
    favourites = call.catalogue.tracks[:: _STEPS[call[TIME_RANGE]]]
    return Answer(body=call.page(favourites, lambda track: call.shapes.music.track(track, None)))
