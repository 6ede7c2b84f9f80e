"""Models as fields of pydantic models, and as results of FastAPI."""

import json
from datetime import UTC, datetime

import pytest
from fastapi import FastAPI
from pydantic import BaseModel, TypeAdapter, ValidationError

from spotify.models import Episode, PlayableItem, PlaylistItem, Track, UnknownItem

TRACK = Track(type="track", uri="spotify:track:x", name="So What")
ENTRY = PlaylistItem(added_at=datetime(2026, 1, 2, tzinfo=UTC), item=TRACK)


async def get(app, path):
    """Return the JSON of a response of an ASGI application."""
    sent = []

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "http_version": "1.1", "method": "GET", "path": path, "query_string": b"", "headers": []}
    await app({**scope, "raw_path": path.encode(), "scheme": "http", "root_path": ""}, receive, send)
    assert sent[0]["status"] == 200, sent
    return json.loads(b"".join(message.get("body", b"") for message in sent))


class Vote(BaseModel):
    entry: PlaylistItem
    item: PlayableItem


@pytest.mark.parametrize(
    "item", [TRACK, Episode(type="episode", id="e", uri="spotify:episode:e"), UnknownItem(raw={"type": "video"})]
)
def test_a_model_is_a_field_of_pydantic_that_round_trips(item):
    vote = Vote(entry=ENTRY, item=item)
    assert Vote.model_validate_json(vote.model_dump_json()) == vote
    assert vote.item is item


def test_what_is_no_model_is_refused():
    with pytest.raises(ValidationError, match="expected a Track or its JSON object"):
        TypeAdapter(Track).validate_python(5)
    with pytest.raises(ValidationError, match="the data is not that of a Track"):
        TypeAdapter(Track).validate_python({"artists": 5})


async def test_fastapi_returns_and_documents_models():
    app = FastAPI()

    @app.get("/entry")
    def entry() -> PlaylistItem:
        return ENTRY

    @app.get("/vote")
    def vote() -> Vote:
        return Vote(entry=ENTRY, item=TRACK)

    assert await get(app, "/entry") == ENTRY.to_dict()
    assert (await get(app, "/vote"))["item"] == TRACK.to_dict()
    assert "/entry" in (await get(app, "/openapi.json"))["paths"]
