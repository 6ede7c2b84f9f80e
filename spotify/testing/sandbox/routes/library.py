"""The library by URI, whatever the kind: https://developer.spotify.com/documentation/web-api/reference/save-library-items."""

from __future__ import annotations

from typing import Final

from spotify.testing.sandbox.call import Call
from spotify.testing.sandbox.errors import bad_request
from spotify.testing.sandbox.messages import Answer
from spotify.testing.sandbox.parameters import Parameter
from spotify.testing.sandbox.routing import RouteTable
from spotify.testing.sandbox.state import SAVED_KINDS, SavedKind
from spotify.testing.sandbox.uris import SpotifyUri

routes = RouteTable()

_MOST_URIS: Final = 40
# The reference of the two writes leaves artists out; the migration guide of February 2026 names them as what replaces
# `/me/following`, which development mode lacks.
_KINDS: Final = (*SAVED_KINDS, "artist", "user", "playlist")
_WRITE_SCOPES: Final = ("user-library-modify", "user-follow-modify", "playlist-modify-public")
_READ_SCOPES: Final = ("user-library-read", "user-follow-read", "playlist-read-private")


def _read_uris(given: str | None) -> list[SpotifyUri]:
    if not given:
        raise bad_request("Missing required field: uris")
    texts = given.split(",")
    if len(texts) > _MOST_URIS:
        raise bad_request("Too many uris requested")
    return [_checked(text) for text in texts]


def _checked(text: str) -> SpotifyUri:
    uri = SpotifyUri.parse(text)
    if uri is None:
        raise bad_request(f"Invalid uri: {text}")
    if uri.kind not in _KINDS:
        raise bad_request(f"Unsupported uri type: {uri.kind}")
    return uri


URIS = Parameter("uris", _read_uris)


@routes.route("PUT", "/me/library", "save-library-items", URIS, scopes=_WRITE_SCOPES)
def save_items(call: Call) -> Answer:
    """Save or follow each; what there is not is passed over."""
    now = call.state.now()
    for uri in call[URIS]:
        playlist = call.state.playlists.get(uri.id) if uri.kind == "playlist" else None
        saved_kind = _saved_kind(call, uri)
        if playlist is not None:
            call.state.follow_playlist(call.user, playlist, public=True)
        elif saved_kind is not None and call.catalogue.has(saved_kind, uri.id):
            call.library.saved[saved_kind].save(uri.id, now)
        elif uri.kind in _followed(call) and call.catalogue.has(uri.kind, uri.id):
            _followed(call)[uri.kind][uri.id] = None
    return Answer()


@routes.route("DELETE", "/me/library", "remove-library-items", URIS, scopes=_WRITE_SCOPES)
def remove_items(call: Call) -> Answer:
    """Remove or unfollow each; what is not there is passed over."""
    for uri in call[URIS]:
        playlist = call.state.playlists.get(uri.id) if uri.kind == "playlist" else None
        saved_kind = _saved_kind(call, uri)
        if playlist is not None:
            call.state.unfollow_playlist(call.user, playlist)
        elif saved_kind is not None:
            call.library.saved[saved_kind].remove(uri.id)
        elif uri.kind in _followed(call):
            _followed(call)[uri.kind].pop(uri.id, None)
    return Answer()


@routes.route("GET", "/me/library/contains", "check-library-contains", URIS, scopes=_READ_SCOPES)
def check_contains(call: Call) -> Answer:
    """Whether each is saved or followed, in order."""
    return Answer(body=[_contains(call, uri) for uri in call[URIS]])


def _contains(call: Call, uri: SpotifyUri) -> bool:
    saved_kind = _saved_kind(call, uri)
    if saved_kind is not None:
        return uri.id in call.library.saved[saved_kind]
    return uri.id in (call.library.playlists if uri.kind == "playlist" else _followed(call)[uri.kind])


def _followed(call: Call) -> dict[str, dict[str, None]]:
    return {"artist": call.library.artists, "user": call.library.users}


def _saved_kind(call: Call, uri: SpotifyUri) -> SavedKind | None:
    """The kind of what is saved; None for what is followed. Audiobooks' own URIs say `show`."""
    if uri.kind == "show" and call.catalogue.has("audiobook", uri.id):
        return "audiobook"
    return SAVED_KINDS.get(uri.kind)
