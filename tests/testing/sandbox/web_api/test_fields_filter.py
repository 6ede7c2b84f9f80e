"""The `fields` filter."""

from __future__ import annotations

import pytest

from spotify.testing.sandbox import Catalogue
from spotify.testing.sandbox.http.errors import WebApiError
from spotify.testing.sandbox.web_api.arguments import parse_fields
from tests.support.sandbox_http import Caller

PLAYLIST = {
    "name": "Mix",
    "owner": {"id": "me", "href": "h", "uri": "u"},
    "tracks": {
        "total": 2,
        "items": [
            {"added_at": "t", "track": {"name": "A", "album": {"name": "X", "id": "1"}}},
            {"added_at": "t", "track": None},
        ],
    },
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("name", {"name": "Mix"}),
        (" name , owner.id ", {"name": "Mix", "owner": {"id": "me"}}),
        ("owner(id,href)", {"owner": {"id": "me", "href": "h"}}),
        ("owner(!href,uri)", {"owner": {"id": "me"}}),
        ("!tracks,owner", {"name": "Mix"}),
        ("tracks.total", {"tracks": {"total": 2}}),
        ("tracks.items(track.name)", {"tracks": {"items": [{"track": {"name": "A"}}, {"track": None}]}}),
        (
            "tracks(items(track(album(!id)),added_at))",
            {
                "tracks": {
                    "items": [{"track": {"album": {"name": "X"}}, "added_at": "t"}, {"track": None, "added_at": "t"}]
                }
            },
        ),
        ("owner.id,owner.uri", {"owner": {"id": "me", "uri": "u"}}),
        ("owner.id,owner", {"owner": PLAYLIST["owner"]}),
        ("owner,owner.id", {"owner": PLAYLIST["owner"]}),
        ("unknown,name", {"name": "Mix"}),
    ],
)
def test_named_fields_are_included(text: str, expected: object) -> None:
    assert parse_fields(text).apply(PLAYLIST) == expected


@pytest.mark.parametrize("text", ["name,", "(", "owner(id", "owner)id", "a..b", "a(b)c", ",", "!", "a(" * 50])
def test_an_invalid_filter_is_an_error(text: str) -> None:
    with pytest.raises(WebApiError, match="Invalid fields"):
        parse_fields(text)


async def test_fields_filters_playlists_and_their_items(call: Caller, catalogue: Catalogue) -> None:
    playlist = catalogue.big_playlist

    whole = (await call.get(f"/playlists/{playlist.id}?fields=name,items(total,items(item(id)))")).json
    page = (await call.get(f"/playlists/{playlist.id}/tracks?limit=1&fields=total,items(track(name))")).json

    assert whole["name"] == playlist.name
    assert whole["items"]["total"] == 5_000
    assert set(whole["items"]["items"][0]["item"]) == {"id"}
    assert page == {"total": 5_000, "items": [{"track": {"name": playlist.entries[0].item.name}}]}  # type: ignore[union-attr]
