"""The player: playback state, devices, commands, the queue and recently played tracks."""

from __future__ import annotations

from typing import Final

from spotify.interfaces.operation import JSON, Operation

_READ_STATE: Final = ("user-read-playback-state",)
_MODIFY: Final = ("user-modify-playback-state",)

GET_PLAYBACK_STATE = Operation(
    id="get-information-about-the-users-current-playback",
    method="GET",
    path="/me/player",
    query=("market", "additional_types"),
    scopes=_READ_STATE,
    idempotent=True,
    cache_area="/me/player",
)
TRANSFER_PLAYBACK = Operation(
    id="transfer-a-users-playback",
    method="PUT",
    path="/me/player",
    content_type=JSON,
    scopes=_MODIFY,
    idempotent=True,
    max_ids=1,
    invalidates=("/me/player",),
    ignores_response_body=True,
)
GET_DEVICES = Operation(
    id="get-a-users-available-devices",
    method="GET",
    path="/me/player/devices",
    scopes=_READ_STATE,
    idempotent=True,
    cache_area="/me/player",
)
GET_CURRENTLY_PLAYING = Operation(
    id="get-the-users-currently-playing-track",
    method="GET",
    path="/me/player/currently-playing",
    query=("market", "additional_types"),
    scopes=("user-read-currently-playing",),
    idempotent=True,
    cache_area="/me/player",
)
# A second request starts the same item at the same position again.
START_PLAYBACK = Operation(
    id="start-a-users-playback",
    method="PUT",
    path="/me/player/play",
    query=("device_id",),
    content_type=JSON,
    scopes=_MODIFY,
    idempotent=True,
    invalidates=("/me/player",),
    ignores_response_body=True,
)
PAUSE_PLAYBACK = Operation(
    id="pause-a-users-playback",
    method="PUT",
    path="/me/player/pause",
    query=("device_id",),
    scopes=_MODIFY,
    idempotent=True,
    invalidates=("/me/player",),
    ignores_response_body=True,
)
SKIP_TO_NEXT = Operation(
    id="skip-users-playback-to-next-track",
    method="POST",
    path="/me/player/next",
    query=("device_id",),
    scopes=_MODIFY,
    idempotent=False,
    invalidates=("/me/player",),
    ignores_response_body=True,
)
SKIP_TO_PREVIOUS = Operation(
    id="skip-users-playback-to-previous-track",
    method="POST",
    path="/me/player/previous",
    query=("device_id",),
    scopes=_MODIFY,
    idempotent=False,
    invalidates=("/me/player",),
    ignores_response_body=True,
)
# The position is absolute: a second request seeks to the same one.
SEEK = Operation(
    id="seek-to-position-in-currently-playing-track",
    method="PUT",
    path="/me/player/seek",
    query=("position_ms", "device_id"),
    scopes=_MODIFY,
    idempotent=True,
    invalidates=("/me/player",),
    ignores_response_body=True,
)
SET_REPEAT_MODE = Operation(
    id="set-repeat-mode-on-users-playback",
    method="PUT",
    path="/me/player/repeat",
    query=("state", "device_id"),
    scopes=_MODIFY,
    idempotent=True,
    invalidates=("/me/player",),
    ignores_response_body=True,
)
SET_VOLUME = Operation(
    id="set-volume-for-users-playback",
    method="PUT",
    path="/me/player/volume",
    query=("volume_percent", "device_id"),
    scopes=_MODIFY,
    idempotent=True,
    invalidates=("/me/player",),
    ignores_response_body=True,
)
# Spotify calls it a toggle, but `state` sets it on or off.
SET_SHUFFLE = Operation(
    id="toggle-shuffle-for-users-playback",
    method="PUT",
    path="/me/player/shuffle",
    query=("state", "device_id"),
    scopes=_MODIFY,
    idempotent=True,
    invalidates=("/me/player",),
    ignores_response_body=True,
)
GET_RECENTLY_PLAYED = Operation(
    id="get-recently-played",
    method="GET",
    path="/me/player/recently-played",
    query=("limit", "after", "before"),
    scopes=("user-read-recently-played",),
    idempotent=True,
    default_limit=20,
    max_limit=50,
    cache_area="/me/player",
)
GET_QUEUE = Operation(
    id="get-queue",
    method="GET",
    path="/me/player/queue",
    scopes=("user-read-currently-playing", "user-read-playback-state"),
    idempotent=True,
    cache_area="/me/player",
)
ADD_TO_QUEUE = Operation(
    id="add-to-queue",
    method="POST",
    path="/me/player/queue",
    query=("uri", "device_id"),
    scopes=_MODIFY,
    idempotent=False,
    invalidates=("/me/player",),
    ignores_response_body=True,
)
