"""Pictures of playlists: https://developer.spotify.com/documentation/web-api/reference/get-playlist-cover."""

from __future__ import annotations

import base64
import binascii
import hashlib
from typing import Final

from spotify.testing.sandbox.call import Call
from spotify.testing.sandbox.errors import Refusal, bad_request
from spotify.testing.sandbox.messages import Answer
from spotify.testing.sandbox.playlist_access import PLAYLIST_ID, own_playlist, readable_playlist
from spotify.testing.sandbox.routing import RouteTable

routes = RouteTable()

_MOST_BYTES: Final = 256 * 1024
_JPEG: Final = b"\xff\xd8\xff"


@routes.route("GET", "/playlists/{playlist_id}/images", "get-playlist-cover", PLAYLIST_ID)
def get_cover(call: Call) -> Answer:
    """The picture: the uploaded one, or the one that Spotify made of the items."""
    return Answer(body=call.shapes.people.playlist_images(readable_playlist(call)) or [])


@routes.route(
    "PUT",
    "/playlists/{playlist_id}/images",
    "upload-custom-playlist-cover",
    PLAYLIST_ID,
    scopes=("ugc-image-upload",),
)
def upload_cover(call: Call) -> Answer:
    """Replace the picture by a base64-encoded JPEG of at most 256 KB."""
    playlist = own_playlist(call, "upload an image to")
    if call.request.headers.get("Content-Type", "").partition(";")[0].strip().lower() != "image/jpeg":
        raise Refusal(415, "Content-Type must be image/jpeg")
    if len(call.request.body) > _MOST_BYTES:
        raise Refusal(413, "Image exceeds maximum file size of 256 KB")
    try:
        jpeg = base64.b64decode(call.request.body.strip(), validate=True)
    except binascii.Error:
        raise bad_request("Image is not base64 encoded") from None
    if not jpeg.startswith(_JPEG):
        raise bad_request("Image is not a JPEG")
    playlist.cover = f"cover-{hashlib.blake2b(jpeg, digest_size=20).hexdigest()}"
    call.state.covers[playlist.cover] = jpeg
    playlist.touch()
    return Answer(status=202)
