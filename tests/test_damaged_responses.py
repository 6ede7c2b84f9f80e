"""Invalid responses, as proxies and gateways send them, over a socket and with both serializers.

Each results in the correct value or in an error of this library.
"""

from __future__ import annotations

import gzip
import json
import traceback
import zlib
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from spotify import (
    ApiError,
    AsyncSpotifyClient,
    ClientConfig,
    DecodeError,
    NotFoundError,
    RateLimitError,
    ResponseTooLargeError,
    SpotifyError,
    TransportError,
)
from spotify.models import (
    Album,
    CursorPage,
    Page,
    PlaybackQueue,
    PlaylistItemPage,
    Recommendations,
    SearchResult,
    UnknownItem,
)
from spotify.testing.log_capture import captured_logs
from tests.support.payloads import album, page, playlist_item, simplified_track, track
from tests.support.raw_server import RawServer, raw_server

ID = "4aawyAB9vmqN3uQ7FjRGTy"

with_each_serializer = pytest.mark.parametrize("serializer", ["msgspec", "dataclasses-json"])

Method = Callable[[AsyncSpotifyClient], Awaitable[Any]]

GETS: dict[str, Method] = {
    "albums.get": lambda c: c.albums.get(ID),
    "albums.get_several": lambda c: c.albums.get_several([ID]),
    "albums.get_tracks": lambda c: c.albums.get_tracks(ID),
    "albums.get_saved": lambda c: c.albums.get_saved(),
    "albums.get_new_releases": lambda c: c.albums.get_new_releases(),
    "albums.check_saved": lambda c: c.albums.check_saved([ID]),
    "artists.get": lambda c: c.artists.get(ID),
    "artists.get_albums": lambda c: c.artists.get_albums(ID),
    "artists.get_top_tracks": lambda c: c.artists.get_top_tracks(ID),
    "artists.get_related": lambda c: c.artists.get_related(ID),
    "audiobooks.get": lambda c: c.audiobooks.get(ID),
    "audiobooks.get_chapters": lambda c: c.audiobooks.get_chapters(ID),
    "audiobooks.get_saved": lambda c: c.audiobooks.get_saved(),
    "browse.get_categories": lambda c: c.browse.get_categories(),
    "browse.get_category": lambda c: c.browse.get_category("x"),
    "browse.get_category_playlists": lambda c: c.browse.get_category_playlists("x"),
    "browse.get_featured_playlists": lambda c: c.browse.get_featured_playlists(),
    "browse.get_genre_seeds": lambda c: c.browse.get_genre_seeds(),
    "browse.get_markets": lambda c: c.browse.get_markets(),
    "chapters.get": lambda c: c.chapters.get(ID),
    "episodes.get": lambda c: c.episodes.get(ID),
    "episodes.get_saved": lambda c: c.episodes.get_saved(),
    "library.check_contains": lambda c: c.library.check_contains([f"spotify:album:{ID}"]),
    "player.get_playback_state": lambda c: c.player.get_playback_state(),
    "player.get_devices": lambda c: c.player.get_devices(),
    "player.get_currently_playing": lambda c: c.player.get_currently_playing(),
    "player.get_recently_played": lambda c: c.player.get_recently_played(),
    "player.get_queue": lambda c: c.player.get_queue(),
    "playlists.get": lambda c: c.playlists.get(ID),
    "playlists.get(fields)": lambda c: c.playlists.get(ID, fields="name"),
    "playlists.get_items": lambda c: c.playlists.get_items(ID),
    "playlists.get_items(fields)": lambda c: c.playlists.get_items(ID, fields="total"),
    "playlists.get_for_current_user": lambda c: c.playlists.get_for_current_user(),
    "playlists.get_for_user": lambda c: c.playlists.get_for_user("x"),
    "playlists.get_cover_image": lambda c: c.playlists.get_cover_image(ID),
    "playlists.check_follows": lambda c: c.playlists.check_follows(ID),
    "search.search": lambda c: c.search.search("x", ["album"]),
    "search.results": lambda c: c.search.results("x", "album"),
    "shows.get": lambda c: c.shows.get(ID),
    "shows.get_episodes": lambda c: c.shows.get_episodes(ID),
    "shows.get_saved": lambda c: c.shows.get_saved(),
    "tracks.get": lambda c: c.tracks.get(ID),
    "tracks.get_saved": lambda c: c.tracks.get_saved(),
    "tracks.get_audio_features": lambda c: c.tracks.get_audio_features(ID),
    "tracks.get_several_audio_features": lambda c: c.tracks.get_several_audio_features([ID]),
    "tracks.get_audio_analysis": lambda c: c.tracks.get_audio_analysis(ID),
    "tracks.get_recommendations": lambda c: c.tracks.get_recommendations(seed_genres=["x"]),
    "users.get_current_profile": lambda c: c.users.get_current_profile(),
    "users.get": lambda c: c.users.get("x"),
    "users.get_top_artists": lambda c: c.users.get_top_artists(),
    "users.get_top_tracks": lambda c: c.users.get_top_tracks(),
    "users.get_followed_artists": lambda c: c.users.get_followed_artists(),
}


def client_of(server: RawServer, serializer: Any, **settings: Any) -> AsyncSpotifyClient:
    config = ClientConfig(
        api_url=f"{server.origin}/v1",
        accounts_url=server.origin,
        serializer=serializer,
        quota_mode="extended",
        max_retries=0,
        **settings,
    )
    return AsyncSpotifyClient("s3cret-access-token-of-a-user", config=config)


def http_response(body: bytes = b"", status: str = "200 OK", *headers: str, length: int | None = None) -> bytes:
    lines = [f"HTTP/1.1 {status}", "Content-Type: application/json", *headers]
    lines.append(f"Content-Length: {len(body) if length is None else length}")
    return "\r\n".join([*lines, "", ""]).encode() + body


async def outcome(serializer: str, response: bytes, method: Method, **settings: Any) -> Any:
    """Return the result of a call that receives these bytes, or its error."""
    async with raw_server(response, closes=True) as server, client_of(server, serializer, **settings) as client:
        try:
            with captured_logs():
                return await method(client)
        except SpotifyError as error:
            return error


NOT_FOUND = json.dumps({"error": {"status": 404, "message": "Resource not result"}}).encode()
HTML = b"<!DOCTYPE html><html><head><title>502</title></head><body>Bad gateway</body></html>"

#: Responses with status 200 and a body that is not a valid result of any of the methods.
INVALID_BODIES: dict[str, bytes] = {
    "HTML": HTML,
    "error": b'{"error": {"status": 400, "message": "Invalid limit"}}',
    "error without status": b'{"error": {"message": "Invalid limit"}}',
    "error after 500 bytes": b'{"trace": "%s", "error": "x"}' % (b"x" * 500),
    "error beside its status": b'{"status": 404, "error": "not_found", "message": "x"}',
    "error of the token endpoint": b'{"error": "invalid_grant", "error_description": "x"}',
    "error null": b'{"error": null}',
    "string": b'"x"',
    "integer": b"1",
    "infinite number": b"1e999",
    "number of 1 MB": b"9" * 1_000_000,
    "NaN": b"NaN",
    "bool": b"true",
    "list of other types": b'[null, "x", 1, {}, []]',
    "plain text": b"upstream connect error",
    "incomplete string": b'{"uri": "spotify:',
    "incomplete number": b'{"total": 1',
    "not UTF-8": b'{"name": "\xff"}',
    "UTF-16": '{"name": "x"}'.encode("utf-16"),
    "UTF-32": '{"name": "x"}'.encode("utf-32"),
    "lists nested 100,000 deep": b"[" * 100_000 + b"]" * 100_000,
    "objects nested 100,000 deep": b'{"items":' * 100_000 + b"1" + b"}" * 100_000,
    "100,000 open lists": b"[" * 100_000,
    "two documents": b"{}{}",
}

#: Bodies that no parser of JSON accepts, whatever type is expected.
NO_JSON = {
    *("HTML", "plain text", "incomplete string", "incomplete number", "not UTF-8", "UTF-16", "UTF-32", "two documents"),
    *("lists nested 100,000 deep", "objects nested 100,000 deep", "100,000 open lists"),
}
#: A method for each kind of result: an object, several, a page, bools, a list, None, a part, images, pages, a dict.
RESULT_KINDS = (
    *("albums.get", "albums.get_several", "albums.get_tracks", "albums.check_saved", "browse.get_markets"),
    *("player.get_playback_state", "playlists.get(fields)", "playlists.get_cover_image", "search.search"),
    *("tracks.get_audio_features", "tracks.get_audio_analysis", "users.get_followed_artists"),
)

#: Responses that are not valid HTTP, or whose body cannot be read.
INVALID_RESPONSES: dict[str, bytes] = {
    "not gzip": http_response(b"hello", "200 OK", "Content-Encoding: gzip"),
    "incomplete gzip": http_response(
        gzip.compress(json.dumps(album()).encode())[:-20], "200 OK", "Content-Encoding: gzip"
    ),
    "gzip of HTML": http_response(gzip.compress(HTML), "200 OK", "Content-Encoding: gzip"),
    "not deflate": http_response(b"hello", "200 OK", "Content-Encoding: deflate"),
    "unknown encoding": http_response(b"hello", "200 OK", "Content-Encoding: compress"),
    "shorter than its Content-Length": http_response(b"{}", length=100),
    "not HTTP": b"hello\r\n\r\n",
    "invalid status": b"HTTP/1.1 abc OK\r\n\r\n",
    "invalid header": b"HTTP/1.1 200 OK\r\nno header\r\n\r\n",
    "header of 100 KB": http_response(b"{}", "200 OK", f"X-Long: {'x' * 100_000}"),
    "invalid chunks": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
    "nothing": b"",
}


def check_error(error: object) -> None:
    """Check that a failed call raised a short error of this library that does not show the token."""
    assert isinstance(error, SpotifyError)
    assert len(str(error)) < 500
    assert "s3cret" not in "".join(traceback.format_exception(error))


@with_each_serializer
@pytest.mark.parametrize("body", INVALID_BODIES)
async def test_an_invalid_body_raises_an_error_in_each_method(body: str, serializer: str) -> None:
    response = http_response(INVALID_BODIES[body])
    methods = {name: GETS[name] for name in RESULT_KINDS} if body in NO_JSON else GETS
    async with raw_server(response) as server, client_of(server, serializer) as client:
        for name, method in methods.items():
            if (body, name) == ("list of other types", "playlists.get_cover_image"):
                continue  # drops damaged items
            with captured_logs(), pytest.raises(SpotifyError) as caught:
                await method(client)
            check_error(caught.value)


@with_each_serializer
@pytest.mark.parametrize(
    "body", [b"[" * 1_000 + b"]" * 1_000, b'{"items":' * 1_000 + b"1" + b"}" * 1_000], ids=["lists", "objects"]
)
async def test_a_body_nested_1000_deep_raises_no_other_error(body: bytes, serializer: str) -> None:
    # Whether it can be parsed depends on the version of Python; if it can, some methods have an empty result.
    async with raw_server(http_response(body)) as server, client_of(server, serializer) as client:
        for method in GETS.values():
            with captured_logs():
                try:
                    await method(client)
                except SpotifyError as error:
                    check_error(error)


@pytest.mark.parametrize("response", INVALID_RESPONSES)
async def test_an_invalid_response_raises_an_error(response: str) -> None:
    check_error(await outcome("msgspec", INVALID_RESPONSES[response], GETS["albums.get"]))


#: Methods whose result needs a body: an object, or something for each id.
NEEDS_BODY = {
    *("albums.get", "artists.get", "audiobooks.get", "chapters.get", "episodes.get", "shows.get", "tracks.get"),
    *("albums.get_several", "albums.check_saved", "library.check_contains", "playlists.check_follows"),
    *("browse.get_category", "playlists.get", "playlists.get(fields)", "users.get", "users.get_current_profile"),
    *("tracks.get_audio_features", "tracks.get_several_audio_features", "tracks.get_audio_analysis"),
}
EMPTY_RESPONSES: dict[str, bytes] = {
    "204": b"HTTP/1.1 204 No Content\r\n\r\n",
    "no body": http_response(b""),
    "white space": http_response(b" \n"),
    "null": http_response(b"null"),
}


@with_each_serializer
@pytest.mark.parametrize("response", EMPTY_RESPONSES)
async def test_an_empty_response_is_none_or_an_empty_list_or_page(response: str, serializer: str) -> None:
    async with raw_server(EMPTY_RESPONSES[response]) as server, client_of(server, serializer) as client:
        for name, method in GETS.items():
            if name in NEEDS_BODY:
                with pytest.raises(SpotifyError) as caught:
                    await method(client)
                check_error(caught.value)
            else:
                assert is_empty(await method(client)), name


def is_empty(result: Any) -> bool:
    if isinstance(result, SearchResult):
        return result.albums is not None and result.albums.items == []
    if isinstance(result, Page | CursorPage):
        result = result.items
    return result in (None, [], PlaybackQueue(), Recommendations(tracks=[]))


WRITES: dict[str, Method] = {
    "add_items": lambda c: c.playlists.add_items(ID, [f"spotify:track:{ID}"]),
    "remove_items": lambda c: c.playlists.remove_items(ID, uris=[f"spotify:track:{ID}"]),
    "replace_items": lambda c: c.playlists.replace_items(ID, [f"spotify:track:{ID}"]),
    "reorder_items": lambda c: c.playlists.reorder_items(ID, 0, 1),
    "save": lambda c: c.albums.save([ID]),
}


@with_each_serializer
@pytest.mark.parametrize("response", ["{}", *EMPTY_RESPONSES])
async def test_a_write_with_an_empty_response_is_a_success(response: str, serializer: str) -> None:
    content = EMPTY_RESPONSES.get(response, http_response(b"{}", "201 Created"))
    async with raw_server(content) as server, client_of(server, serializer) as client:
        results = [await method(client) for method in WRITES.values()]
        created = await client.playlists.create("Blue")

    assert results == [None] * len(WRITES)
    assert created.id is None


#: Methods that need a member in the body, at least an empty list.
NEEDS_MEMBER = {
    *("albums.get_several", "albums.get_tracks", "albums.get_saved", "albums.get_new_releases", "albums.check_saved"),
    *("artists.get_albums", "artists.get_top_tracks", "artists.get_related", "audiobooks.get_chapters"),
    *("audiobooks.get_saved", "browse.get_categories", "browse.get_genre_seeds", "episodes.get_saved"),
    *("library.check_contains", "player.get_devices", "playlists.get_items", "playlists.get_for_current_user"),
    *("playlists.get_for_user", "playlists.get_cover_image", "playlists.check_follows", "search.results"),
    *("shows.get_episodes", "shows.get_saved", "tracks.get_saved", "tracks.get_several_audio_features"),
    *("tracks.get_recommendations", "users.get_top_artists", "users.get_top_tracks", "users.get_followed_artists"),
}


@with_each_serializer
async def test_an_empty_object_is_not_an_empty_list(serializer: str) -> None:
    async with raw_server(http_response(b"{}")) as server, client_of(server, serializer) as client:
        for name in NEEDS_MEMBER:
            with captured_logs(), pytest.raises(SpotifyError):
                await GETS[name](client)


@with_each_serializer
async def test_damaged_items_of_a_list_are_dropped(serializer: str) -> None:
    response = http_response(b'[null, "x", {"url": "u"}]')

    images = await outcome(serializer, response, GETS["playlists.get_cover_image"])

    assert [image.url for image in images] == ["u"]


@with_each_serializer
@pytest.mark.parametrize("damage", ['"items": {}', '"items": "x"', '"entries": []'])
async def test_a_playlist_page_with_damaged_items_raises_an_error(damage: str, serializer: str) -> None:
    response = http_response(b'{"total": 5, "limit": 50, "offset": 0, "next": null, %s}' % damage.encode())

    error = await outcome(serializer, response, lambda c: c.playlists.get_items(ID).collect())

    assert isinstance(error, DecodeError)
    assert error.partial == PlaylistItemPage(items=[], total=5, limit=50, items_damaged=True)
    assert "get-playlists-items" in str(error)


@with_each_serializer
async def test_recommendations_with_damaged_tracks_raise_an_error_with_the_seeds(serializer: str) -> None:
    response = http_response(b'{"tracks": "x", "seeds": [{"id": "a"}]}')

    error = await outcome(serializer, response, GETS["tracks.get_recommendations"])

    assert isinstance(error, DecodeError)
    assert (error.path, [seed.id for seed in error.partial.seeds]) == ("$.tracks", ["a"])
    assert "get-recommendations" in str(error)


@with_each_serializer
@pytest.mark.parametrize("method", ["get_featured_playlists", "get_category_playlists"])
async def test_a_damaged_page_of_playlists_raises_an_error_with_the_message(method: str, serializer: str) -> None:
    response = http_response(b'{"playlists": "x", "message": "Popular"}')

    error = await outcome(serializer, response, GETS[f"browse.{method}"])

    assert isinstance(error, DecodeError)
    assert error.partial.message == "Popular"


@with_each_serializer
async def test_a_list_requests_its_first_page_again_if_that_is_damaged(serializer: str) -> None:
    whole = http_response(json.dumps(page([playlist_item()])).encode())
    damaged = PlaylistItemPage(items=[], total=0, items_damaged=True)

    items = await outcome(serializer, whole, lambda c: c.playlists.get_items(ID).starting_with(damaged).collect())

    assert len(items) == 1


@with_each_serializer
@pytest.mark.parametrize(("total", "events"), [(0, []), (5, ["list_incomplete"])])
async def test_a_page_with_null_items_is_empty(total: int, events: list[str], serializer: str) -> None:
    response = http_response(b'{"total": %d, "limit": 50, "offset": 0, "next": null, "items": null}' % total)

    with captured_logs() as log:
        result = await outcome(serializer, response, lambda c: c.playlists.get_items(ID).collect())

    assert result == []
    assert [event["event"] for event in log if event["level"] == "warning"] == events


@with_each_serializer
async def test_an_error_object_with_status_200_raises_its_error(serializer: str) -> None:
    assert isinstance(await outcome(serializer, http_response(NOT_FOUND), GETS["albums.get"]), NotFoundError)


#: Bodies of refused requests.
REFUSALS: dict[str, bytes] = {
    "nothing": b"",
    "HTML": HTML,
    "null": b"null",
    "list": b"[]",
    "error null": b'{"error": null}',
    "error number": b'{"error": 1e999}',
    "error list": b'{"error": [[]]}',
    "message null": b'{"error": {"status": null, "message": null, "reason": null}}',
    "message number": b'{"error": {"status": "x", "message": 5, "reason": 5}}',
    "message of 1 MB": json.dumps({"error": {"message": "x" * 1_000_000, "reason": "y" * 1_000_000}}).encode(),
    "code of 1 MB": json.dumps({"error": "x" * 1_000_000, "error_description": "y" * 1_000_000}).encode(),
    "message with a lone surrogate": b'{"error": {"message": "a\\ud800b", "reason": "\\udfff"}}',
    "message with control characters": b'{"error": {"message": "a\\u001b[2Jb\\r\\nINFO\\u202e", "reason": "\\u0000"}}',
    "message with the token": b'{"error": {"message": "Bearer s3cret-access-token-of-a-user is bad"}}',
    "not UTF-8": b'{"error": {"message": "\xff"}}',
    "UTF-16": '{"error": {"message": "x"}}'.encode("utf-16"),
    "number of 2 MB": b'{"error": {"status": %s}}' % (b"9" * 2_000_000),
    "objects nested 1,000 deep": b'{"error":' * 1_000 + b"1" + b"}" * 1_000,
    "objects nested 100,000 deep": b'{"error":' * 100_000 + b"1" + b"}" * 100_000,
    "100,000 open lists": b"[" * 100_000,
    "incomplete": b'{"error": {"message": "x',
    "the token": b"s3cret-access-token-of-a-user " * 200,
}
STATUSES = {
    "400 Bad Request": 400,
    "404 Not Found": 404,
    "429 Too Many Requests": 429,
    "500 Internal Server Error": 500,
    "999 ": 999,
    "304 Not Modified": 304,
}


def check_refusal(error: object, status: int) -> None:
    assert isinstance(error, ApiError)
    assert error.status_code == status
    assert len(str(error)) < 1_000
    assert str(error).isprintable()
    assert "s3cret" not in "".join(traceback.format_exception(error)) + error.response_body


@pytest.mark.parametrize("body", REFUSALS)
async def test_the_status_decides_the_error_for_any_body(body: str) -> None:
    response = http_response(REFUSALS[body], "400 Bad Request")

    check_refusal(await outcome("msgspec", response, GETS["albums.get"]), 400)


@pytest.mark.parametrize("status", STATUSES)
async def test_any_status_other_than_2xx_raises_its_error(status: str) -> None:
    response = http_response(b"" if status.startswith("304") else HTML, status)

    check_refusal(await outcome("msgspec", response, GETS["albums.get"]), STATUSES[status])


#: Values of `Retry-After`.
RETRY_AFTER = ["", "soon", "-1", "0", "1e9", "9" * 100_000, "Wed, 99 Foo 2026 99:99:99 GMT", "\xff", "nan", "٣"]


@pytest.mark.parametrize("value", RETRY_AFTER, ids=lambda value: value[:9])
async def test_an_invalid_retry_after_does_not_break_the_error(value: str) -> None:
    response = http_response(b"", "429 Too Many Requests").replace(
        b"Content-Type", f"Retry-After: {value}\r\nX".encode(), 1
    )

    result = await outcome("msgspec", response, GETS["albums.get"], max_retry_wait=0.0)

    assert isinstance(result, RateLimitError | TransportError)
    assert len(str(result)) < 500


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"])
async def test_a_redirect_does_not_send_the_token_to_another_host(status: str) -> None:
    async with raw_server() as other:
        result = await outcome(
            "msgspec", http_response(b"", status, f"Location: {other.origin}/v1/albums/{ID}"), GETS["albums.get"]
        )

    assert isinstance(result, ApiError)
    assert result.status_code == int(status[:3])
    assert other.requests == []


@with_each_serializer
async def test_a_next_link_does_not_send_the_token_to_another_host(serializer: str) -> None:
    async with raw_server() as other:
        links = dict.fromkeys(("next", "href", "previous"), f"{other.origin}/v1/elsewhere?offset=1&limit=1")
        body = json.dumps(page([simplified_track(1)], total=2, limit=1, **links)).encode()
        async with raw_server(http_response(body)) as server, client_of(server, serializer) as client:
            tracks = [track.id async for track in client.albums.get_tracks(ID)]

    assert set(tracks) == {simplified_track(1)["id"]}

    assert other.requests == []
    assert [request.target.split("?")[0] for request in server.requests] == [f"/v1/albums/{ID}/tracks"] * 2


@pytest.mark.parametrize(
    "link",
    [
        "",
        "http://[",
        "https://x.example:port/?offset=1",
        "\ud800",
        "?offset=" + "9" * 10_000,
        "?offset=-1",
        "x" * 10**6,
    ],
    ids=lambda link: repr(link[:9]),
)
async def test_an_invalid_next_link_ends_the_list_or_raises_an_error(link: str) -> None:
    body = page([simplified_track(1)], total=2, limit=1, next=link)

    result = await outcome(
        "msgspec", http_response(json.dumps(body).encode()), lambda c: c.albums.get_tracks(ID).collect()
    )

    assert isinstance(result, SpotifyError | list)
    if isinstance(result, SpotifyError):
        assert len(str(result)) < 500


@with_each_serializer
@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
async def test_a_decompressed_body_above_the_size_limit_is_discarded(encoding: str, serializer: str) -> None:
    bomb = b" " * 10_000_000
    packed = gzip.compress(bomb) if encoding == "gzip" else zlib.compress(bomb)

    result = await outcome(
        serializer,
        http_response(packed, "200 OK", f"Content-Encoding: {encoding}"),
        GETS["albums.get"],
        max_response_bytes=1_000_000,
    )

    assert isinstance(result, ResponseTooLargeError)


async def test_a_body_above_the_size_limit_is_discarded() -> None:
    result = await outcome("msgspec", http_response(b" " * 1_000_001), GETS["albums.get"], max_response_bytes=1_000_000)

    assert isinstance(result, ResponseTooLargeError)


def as_json(payload: dict[str, Any], **literals: str) -> bytes:
    """Return a payload as JSON, in which some members are literals that `json` would not write."""
    document = json.dumps({**payload, **{name: f"<{name}>" for name in literals}})
    for name, literal in literals.items():
        document = document.replace(f'"<{name}>"', literal)
    return document.encode()


#: A member of a track, its JSON literal, and the value in the model.
UNUSUAL_VALUES: dict[str, tuple[str, str, object]] = {
    "integer as fraction": ("duration_ms", "201000.0", 201_000),
    "integer with exponent": ("duration_ms", "2.01e5", 201_000),
    "fraction": ("duration_ms", "1.5", 0),
    "huge exponent": ("duration_ms", "1e999", 0),
    "huge negative exponent": ("duration_ms", "1e-999", 0),
    "minus zero": ("duration_ms", "-0", 0),
    "more than 64 bits": ("duration_ms", str(2**64), 2**64),
    "number of 2 MB": ("duration_ms", "9" * 2_000_000, 0),
    "negative number of 2 MB": ("duration_ms", "-" + "9" * 2_000_000, 0),
    "fraction of 2 MB": ("duration_ms", "0." + "9" * 2_000_000, 1),
    "string": ("duration_ms", '"201000"', 0),
    "bool": ("duration_ms", "true", 0),
    "null": ("duration_ms", "null", 0),
    "nested": ("duration_ms", "[" * 500 + "]" * 500, 0),
    "lone surrogate": ("name", '"a\\ud800b"', ""),
    "surrogate pair": ("name", '"\\ud83c\\udfb5"', "🎵"),
    "NUL": ("name", '"a\\u0000b"', "a\0b"),
    "string of 1 MB": ("name", f'"{"x" * 1_000_000}"', "x" * 1_000_000),
    "object for a string": ("name", '{"a": 1}', ""),
    "null for a list": ("artists", "null", []),
    "nulls in a list": ("artists", "[null, null]", []),
    "unknown member": ("unheard_of", '{"a": [1e999, "\\ud800", null]}', None),
    "unknown member of 2 MB": ("unheard_of", "9" * 2_000_000, None),
    "deeply nested unknown member": ("unheard_of", "[" * 500 + "]" * 500, None),
}


@with_each_serializer
@pytest.mark.parametrize("case", UNUSUAL_VALUES)
async def test_an_unusual_value_is_read_or_replaced_by_an_empty_one(case: str, serializer: str) -> None:
    name, literal, expected = UNUSUAL_VALUES[case]

    result = await outcome(serializer, http_response(as_json(track(), **{name: literal})), GETS["tracks.get"])

    assert getattr(result, name, None) == expected
    assert (result.uri, result.popularity) == (track()["uri"], 42)


@with_each_serializer
async def test_a_byte_order_mark_is_ignored(serializer: str) -> None:
    result = await outcome(serializer, http_response(b"\xef\xbb\xbf" + as_json(track())), GETS["tracks.get"])

    assert result.name == "Track 1"


@with_each_serializer
@pytest.mark.parametrize("first", ['"a"', "5", "null", "1e999"])
async def test_the_last_of_two_members_with_the_same_name_counts(first: str, serializer: str) -> None:
    body = as_json(track()).replace(b'"name": "Track 1"', b'"name": %s, "name": "b"' % first.encode())

    assert (await outcome(serializer, http_response(body), GETS["tracks.get"])).name == "b"


@with_each_serializer
@pytest.mark.parametrize("depth", [100, 300, 900, 2_000, 100_000])
async def test_a_deeply_nested_unknown_item_round_trips_or_raises_an_error(depth: int, serializer: str) -> None:
    deep = "[" * depth + "]" * depth
    entry = playlist_item(item={"type": "hologram", "uri": "spotify:hologram:1", "deep": 1})
    body = json.dumps(page([entry])).replace('"deep": 1', f'"deep": {deep}').encode()

    result = await outcome(serializer, http_response(body), lambda c: c.playlists.get_items(ID))

    if depth > 200:
        assert isinstance(result, DecodeError)
    else:
        assert isinstance(result.items[0].item, UnknownItem)
        assert json.loads(result.to_json())["items"][0]["item"]["deep"] == json.loads(deep)


@with_each_serializer
@pytest.mark.parametrize("count", [2**63, 10**30, -(10**30), 10**4_000])
async def test_a_huge_duration_is_clamped_to_the_longest_timedelta(count: int, serializer: str) -> None:
    result = await outcome(serializer, http_response(as_json(track(), duration_ms=str(count))), GETS["tracks.get"])

    assert result.duration_ms == count
    assert result.duration == (timedelta.max if count > 0 else timedelta.min)


@with_each_serializer
async def test_a_compressed_album_is_read_completely(serializer: str) -> None:
    packed = gzip.compress(json.dumps(album()).encode())

    result = await outcome(serializer, http_response(packed, "200 OK", "Content-Encoding: gzip"), GETS["albums.get"])

    assert isinstance(result, Album)
    assert result.tracks is not None
    assert len(result.tracks.items) == 2
