"""Invalid requests get the error responses of Spotify."""

from __future__ import annotations

import pytest

from tests.support.sandbox_http import Caller

UNKNOWN = "0" * 22
ALBUM = "/albums/{album}"


@pytest.mark.parametrize(
    ("path", "status", "message"),
    [
        ("/nowhere", 404, "Service not found"),
        ("/albums/x/y/z", 404, "Service not found"),
        ("//albums/short", 404, "Service not found"),
        ("/albums//short", 404, "Service not found"),
        ("/me//", 404, "Service not found"),
        (f"/albums?ids={UNKNOWN},{UNKNOWN}", 400, "Duplicate ids requested"),
        ("/albums/short", 400, "Invalid base62 id"),
        ("/albums/" + "%C3%A4" * 22, 400, "Invalid base62 id"),
        (f"/albums/{UNKNOWN}", 404, f"Non existing id: 'spotify:album:{UNKNOWN}'"),
        (f"/shows/{UNKNOWN}", 404, "Resource not found"),
        (f"/playlists/{UNKNOWN}", 404, "Resource not found"),
        ("/users/nobody", 404, "No such user"),
        ("/albums", 400, "Missing required field: ids"),
        ("/albums?ids=", 400, "Missing required field: ids"),
        ("/albums?ids=a,b", 400, "Invalid base62 id"),
        (f"/albums?ids={','.join([UNKNOWN] * 21)}", 400, "Too many ids requested"),
        (f"/tracks?ids={','.join([UNKNOWN] * 51)}", 400, "Too many ids requested"),
        (f"/audio-features?ids={','.join([UNKNOWN] * 101)}", 400, "Too many ids requested"),
        ("/browse/new-releases?limit=51", 400, "Invalid limit"),
        ("/browse/new-releases?limit=0", 400, "Invalid limit"),
        ("/browse/new-releases?limit=1_0", 400, "Invalid limit"),
        ("/browse/new-releases?limit=", 400, "Invalid limit"),
        ("/browse/new-releases?limit=%D9%A3", 400, "Invalid limit"),
        ("/browse/new-releases?offset=-1", 400, "Invalid offset"),
        ("/browse/new-releases?offset=x", 400, "Invalid offset"),
        (f"/tracks/{UNKNOWN}?market=XX", 400, "Invalid market code"),
        (f"/tracks/{UNKNOWN}?market=de", 400, "Invalid market code"),
        (f"/artists/{UNKNOWN}/albums?include_groups=lp", 400, "Invalid include_groups"),
        (f"/artists/{UNKNOWN}/albums?limit=51", 400, "Invalid limit"),
        ("/search?type=album", 400, "No search query"),
        ("/search?q=a", 400, "Missing parameter type"),
        ("/search?q=a&type=song", 400, "Bad search type field song"),
        ("/search?q=a&type=album&limit=51", 400, "Invalid limit"),
        ("/search?q=a&type=album&limit=50&offset=951", 400, "Invalid offset"),
        ("/me/top/artists?time_range=forever", 400, "Invalid time_range"),
        ("/me/following", 400, "Missing parameter type"),
        ("/me/following?type=user", 400, "Bad type specified"),
        ("/me/following/contains?type=artist", 400, "Missing required field: ids"),
        ("/me/library/contains", 400, "Missing required field: uris"),
        ("/me/library/contains?uris=track", 400, "Invalid uri: track"),
        (f"/me/library/contains?uris=spotify:chapter:{UNKNOWN}", 400, "Unsupported uri type: chapter"),
        (f"/me/library/contains?uris={','.join(['spotify:user:a'] * 41)}", 400, "Too many uris requested"),
        ("/recommendations", 400, "At least one seed is required: seed_artists, seed_genres or seed_tracks"),
        ("/recommendations?seed_genres=a,b,c,d,e,f", 400, "At most five seeds are allowed"),
        ("/recommendations?seed_genres=dub&min_energy=loud", 400, "Invalid value for min_energy"),
        ("/recommendations?seed_genres=dub&limit=101", 400, "Invalid limit"),
    ],
)
async def test_an_invalid_read_gets_an_error_object(call: Caller, path: str, status: int, message: str) -> None:
    reply = await call.get(path)

    assert reply.json == {"error": {"status": status, "message": message}}
    assert reply.status == status


async def test_another_method_gets_405(call: Caller) -> None:
    reply = await call("POST", "/me/tracks")

    assert (reply.status, reply.message) == (405, "Method not allowed")
    assert reply.headers["Allow"] == "DELETE, GET, PUT"


@pytest.mark.parametrize("raw", [b"{", b"[1]", b"\xff", b"null", b'"x"'])
async def test_a_body_that_is_not_a_json_object_gets_400(call: Caller, raw: bytes) -> None:
    reply = await call("POST", "/me/playlists", raw=raw)

    assert (reply.status, reply.message) == (400, "Error parsing JSON.")


@pytest.mark.parametrize(
    "body",
    [{"name": 3}, {"name": "x", "public": "yes"}, {"name": "x", "collaborative": 1}, {"name": "x", "description": []}],
)
async def test_a_member_of_the_wrong_type_gets_400(call: Caller, body: object) -> None:
    reply = await call("POST", "/me/playlists", body=body)

    assert reply.status == 400
    assert reply.message.startswith("Invalid value for field: ")


@pytest.mark.parametrize("path", ["/me/", "/me/tracks/?limit=1"])
async def test_one_trailing_slash_is_ignored(unchecked_call: Caller, path: str) -> None:
    assert (await unchecked_call.get(path)).status == 200
