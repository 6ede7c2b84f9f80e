"""Audiobooks, chapters, shows and episodes of the catalogue."""

from __future__ import annotations

from spotify.interfaces.operation import REMOVED_IN_2026, Operation

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
)
