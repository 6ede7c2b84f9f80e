"""Operations on audiobooks: the catalogue's and the user's saved ones."""

from __future__ import annotations

from spotify.interfaces.operation import Operation
from spotify.operations._shared import JSON, RETIRED_IN_2026

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
    removed_on=RETIRED_IN_2026,
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
GET_SAVED_AUDIOBOOKS = Operation(
    id="get-users-saved-audiobooks",
    method="GET",
    path="/me/audiobooks",
    query=("limit", "offset"),
    scopes=("user-library-read",),
    idempotent=True,
    default_limit=20,
    max_limit=50,
)
SAVE_AUDIOBOOKS = Operation(
    id="save-audiobooks-user",
    method="PUT",
    path="/me/audiobooks",
    query=("ids",),
    scopes=("user-library-modify",),
    idempotent=True,
    removed_on=RETIRED_IN_2026,
    replacement="save-library-items",
    max_ids=50,
)
REMOVE_AUDIOBOOKS = Operation(
    id="remove-audiobooks-user",
    method="DELETE",
    path="/me/audiobooks",
    query=("ids",),
    scopes=("user-library-modify",),
    idempotent=True,
    removed_on=RETIRED_IN_2026,
    replacement="remove-library-items",
    max_ids=50,
)
CHECK_SAVED_AUDIOBOOKS = Operation(
    id="check-users-saved-audiobooks",
    method="GET",
    path="/me/audiobooks/contains",
    query=("ids",),
    scopes=("user-library-read",),
    idempotent=True,
    removed_on=RETIRED_IN_2026,
    replacement="check-library-contains",
    max_ids=50,
)


GET_CHAPTER = Operation(id="get-a-chapter", method="GET", path="/chapters/{id}", query=("market",), idempotent=True)
GET_SEVERAL_CHAPTERS = Operation(
    id="get-several-chapters",
    method="GET",
    path="/chapters",
    query=("ids", "market"),
    idempotent=True,
    removed_on=RETIRED_IN_2026,
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
    removed_on=RETIRED_IN_2026,
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
GET_SAVED_SHOWS = Operation(
    id="get-users-saved-shows",
    method="GET",
    path="/me/shows",
    query=("limit", "offset"),
    scopes=("user-library-read",),
    idempotent=True,
    default_limit=20,
    max_limit=50,
)
SAVE_SHOWS = Operation(
    id="save-shows-user",
    method="PUT",
    path="/me/shows",
    query=("ids",),
    content_type=JSON,
    scopes=("user-library-modify",),
    idempotent=True,
    removed_on=RETIRED_IN_2026,
    replacement="save-library-items",
    max_ids=50,
)
REMOVE_SHOWS = Operation(
    id="remove-shows-user",
    method="DELETE",
    path="/me/shows",
    query=("ids", "market"),
    content_type=JSON,
    scopes=("user-library-modify",),
    idempotent=True,
    removed_on=RETIRED_IN_2026,
    replacement="remove-library-items",
    max_ids=50,
)
CHECK_SAVED_SHOWS = Operation(
    id="check-users-saved-shows",
    method="GET",
    path="/me/shows/contains",
    query=("ids",),
    scopes=("user-library-read",),
    idempotent=True,
    removed_on=RETIRED_IN_2026,
    replacement="check-library-contains",
    max_ids=50,
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
    removed_on=RETIRED_IN_2026,
    replacement="get-an-episode",
    max_ids=50,
)
GET_SAVED_EPISODES = Operation(
    id="get-users-saved-episodes",
    method="GET",
    path="/me/episodes",
    query=("market", "limit", "offset"),
    scopes=("user-library-read", "user-read-playback-position"),
    idempotent=True,
    default_limit=20,
    max_limit=50,
)
SAVE_EPISODES = Operation(
    id="save-episodes-user",
    method="PUT",
    path="/me/episodes",
    query=("ids",),
    content_type=JSON,
    scopes=("user-library-modify",),
    idempotent=True,
    removed_on=RETIRED_IN_2026,
    replacement="save-library-items",
    max_ids=50,
)
REMOVE_EPISODES = Operation(
    id="remove-episodes-user",
    method="DELETE",
    path="/me/episodes",
    query=("ids",),
    content_type=JSON,
    scopes=("user-library-modify",),
    idempotent=True,
    removed_on=RETIRED_IN_2026,
    replacement="remove-library-items",
    max_ids=50,
)
CHECK_SAVED_EPISODES = Operation(
    id="check-users-saved-episodes",
    method="GET",
    path="/me/episodes/contains",
    query=("ids",),
    scopes=("user-library-read",),
    idempotent=True,
    removed_on=RETIRED_IN_2026,
    replacement="check-library-contains",
    max_ids=50,
)
