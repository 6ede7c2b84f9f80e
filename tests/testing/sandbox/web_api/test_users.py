"""Users, their top items, and following."""

from __future__ import annotations

import pytest

from spotify.testing.sandbox import Catalogue
from tests.support.sandbox_http import Caller

UNKNOWN = "0" * 22


async def test_the_display_name_can_be_null(call: Caller, catalogue: Catalogue) -> None:
    unnamed = next(user for user in catalogue.users if user.display_name is None)

    profile = (await call.get(f"/users/{unnamed.id}")).json

    assert (profile["display_name"], profile["images"]) == (None, [])


async def test_each_time_range_has_different_top_tracks(call: Caller) -> None:
    ids_by_range = [
        [track["id"] for track in (await call.get(f"/me/top/tracks?time_range={time_range}")).json["items"]]
        for time_range in ("short_term", "medium_term", "long_term")
    ]

    assert len({tuple(ids) for ids in ids_by_range}) == 3


async def test_top_artists_are_paged(call: Caller, catalogue: Catalogue) -> None:
    first = (await call.get("/me/top/artists?limit=50")).json
    second = (await call.get("/me/top/artists?limit=50&offset=50")).json

    ids = {artist["id"] for artist in [*first["items"], *second["items"]]}
    assert ids == {artist.id for artist in catalogue.artists[:-1]}
    assert second["next"] is None


async def test_followed_artists_have_cursor_pages(call: Caller, catalogue: Catalogue) -> None:
    path: str | None = "/me/following?type=artist&limit=25"
    pages: list[list[str]] = []
    while path:
        page = (await call.get(path)).json["artists"]
        pages.append([artist["id"] for artist in page["items"]])
        path = page["next"] and page["next"].removeprefix(call.sandbox.api_url)

    assert [len(page) for page in pages] == [25, 25, 6]
    assert len({artist_id for page in pages for artist_id in page}) == page["total"] == 56
    assert page["cursors"] == {"after": None}


async def test_the_cursor_is_the_last_artist_of_the_page(call: Caller) -> None:
    page = (await call.get("/me/following?type=artist&limit=3")).json["artists"]

    assert page["cursors"]["after"] == page["items"][-1]["id"]


@pytest.mark.parametrize("in_body", [True, False])
async def test_artists_are_followed_and_unfollowed(call: Caller, catalogue: Catalogue, in_body: bool) -> None:
    artist = catalogue.artists[-1].id
    path = "/me/following?type=artist"

    if in_body:
        reply = await call("PUT", path, body={"ids": [artist]})
    else:
        reply = await call("PUT", f"{path}&ids={artist}")
    assert reply.status == 204
    assert (await call.get(f"/me/following/contains?type=artist&ids={artist},{UNKNOWN}")).json == [True, False]
    await call("DELETE", f"{path}&ids={artist}")
    assert (await call.get(f"/me/following/contains?type=artist&ids={artist}")).json == [False]


async def test_users_are_followed_by_ids_that_are_not_base62(call: Caller, catalogue: Catalogue) -> None:
    path = "/me/following?type=user&ids=dj.kettle,quiet-orchard"

    assert (await call("PUT", path)).status == 204
    assert (await call.get("/me/following/contains?type=user&ids=dj.kettle,unknown")).json == [True, False]


async def test_invalid_ids_to_follow_are_errors(call: Caller) -> None:
    assert (await call("PUT", "/me/following?type=artist&ids=dj.kettle")).message == "Invalid base62 id"
    assert (await call("PUT", "/me/following?type=artist")).message == "Missing required field: ids"
    too_many = ",".join(["a"] * 51)
    assert (await call("PUT", f"/me/following?type=user&ids={too_many}")).message == "Too many ids requested"


async def test_a_playlist_is_checked_for_one_user_at_a_time(call: Caller, catalogue: Catalogue) -> None:
    path = f"/playlists/{catalogue.foreign_playlist.id}/followers/contains"

    assert (await call.get(f"{path}?ids=unknown")).json == [False]
    assert (await call.get(f"{path}?ids=unknown,spotify")).message == "Too many ids requested"


async def test_the_uri_of_a_user_is_percent_encoded(call: Caller, catalogue: Catalogue) -> None:
    profile = (await call.acting(user=catalogue.odd_user.id).get("/me")).json

    assert profile["id"] == "björk fan/50%+1?"
    assert profile["uri"] == catalogue.odd_user.uri == "spotify:user:bj%C3%B6rk%20fan%2F50%25%2B1%3F"
    assert profile["external_urls"]["spotify"].endswith("/user/bj%C3%B6rk%20fan%2F50%25%2B1%3F")
