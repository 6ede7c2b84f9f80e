"""Operations on the chapters of audiobooks."""

from __future__ import annotations

from spotify.interfaces.operation import Operation
from spotify.operations._shared import RETIRED_IN_2026

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
