"""Answers that Spotify should not give, and proxies and gateways do: over a socket, through both serializers.

Each comes to the right value, or to one of this library's errors.
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
    PagingError,
    RateLimitError,
    ResponseTooLargeError,
    SpotifyError,
    TransportError,
)
from spotify.models import Album, UnknownItem
from spotify.testing.captured_logs import captured_logs
from tests.support.payloads import album, page, playlist_item, simplified_track, track
from tests.support.raw_server import RawServer, raw_server

ID = "4aawyAB9vmqN3uQ7FjRGTy"

with_each_serializer = pytest.mark.parametrize("serializer", ["msgspec", "dataclasses-json"])

Act = Callable[[AsyncSpotifyClient], Awaitable[Any]]

GETS: dict[str, Act] = {
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


def client_of(server: RawServer, serializer: str, **settings: Any) -> AsyncSpotifyClient:
    config = ClientConfig(
        api_url=f"{server.origin}/v1",
        accounts_url=server.origin,
        serializer=serializer,  # type: ignore[arg-type]
        quota_mode="extended",
        max_retries=0,
        **settings,
    )
    return AsyncSpotifyClient("s3cret-token-of-somebody", config=config)


def answer(body: bytes = b"", status: str = "200 OK", *headers: str, length: int | None = None) -> bytes:
    lines = [f"HTTP/1.1 {status}", "Content-Type: application/json", *headers]
    lines.append(f"Content-Length: {len(body) if length is None else length}")
    return "\r\n".join([*lines, "", ""]).encode() + body


async def outcome(serializer: str, sent: bytes, act: Act, **settings: Any) -> Any:
    """Return what comes of a call that is answered with these bytes: its result, or the error."""
    async with raw_server(sent, closes=True) as server, client_of(server, serializer, **settings) as client:
        try:
            with captured_logs():
                return await act(client)
        except SpotifyError as error:
            return error


NOT_FOUND = json.dumps({"error": {"status": 404, "message": "Resource not found"}}).encode()
HTML = b"<!DOCTYPE html><html><head><title>502</title></head><body>Bad gateway</body></html>"

#: Answers of 200 that none of the calls above can make anything of.
NO_ANSWERS: dict[str, bytes] = {
    "HTML": answer(HTML),
    "an error": answer(b'{"error": {"status": 400, "message": "Invalid limit"}}'),
    "an error without a status": answer(b'{"error": {"message": "Invalid limit"}}'),
    "an error far behind": answer(b'{"trace": "%s", "error": "x"}' % (b"x" * 500)),
    "an error and its status": answer(b'{"status": 404, "error": "not_found", "message": "x"}'),
    "an error of the token endpoint": answer(b'{"error": "invalid_grant", "error_description": "x"}'),
    "an error that is null": answer(b'{"error": null}'),
    "spaces": answer(b" \n"),
    "null": answer(b"null"),
    "a text": answer(b'"x"'),
    "a number": answer(b"1"),
    "another number": answer(b"1e999"),
    "a number of 10 MB": answer(b"9" * 10_000_000),
    "not a number": answer(b"NaN"),
    "a boolean": answer(b"true"),
    "a list of nothing that it should be": answer(b'[null, "x", 1, {}, []]'),
    "plain text": answer(b"upstream connect error"),
    "cut": answer(b'{"uri": "spotify:'),
    "cut at a number": answer(b'{"total": 1'),
    "not UTF-8": answer(b'{"name": "\xff"}'),
    "UTF-16": answer('{"name": "x"}'.encode("utf-16")),
    "UTF-32": answer('{"name": "x"}'.encode("utf-32")),
    "nested 1,000 deep": answer(b"[" * 1_000 + b"]" * 1_000),
    "nested 100,000 deep": answer(b"[" * 100_000 + b"]" * 100_000),
    "objects 1,000 deep": answer(b'{"items":' * 1_000 + b"1" + b"}" * 1_000),
    "objects 100,000 deep": answer(b'{"items":' * 100_000 + b"1" + b"}" * 100_000),
    "an open list 100,000 deep": answer(b"[" * 100_000),
    "two documents": answer(b"{}{}"),
    "not gzip": answer(b"hello", "200 OK", "Content-Encoding: gzip"),
    "cut gzip": answer(gzip.compress(json.dumps(album()).encode())[:-20], "200 OK", "Content-Encoding: gzip"),
    "gzip with other contents": answer(gzip.compress(HTML), "200 OK", "Content-Encoding: gzip"),
    "not deflate": answer(b"hello", "200 OK", "Content-Encoding: deflate"),
    "an encoding that nobody asked for": answer(b"hello", "200 OK", "Content-Encoding: compress"),
    "shorter than it says": answer(b"{}", length=100),
    "no HTTP": b"hello\r\n\r\n",
    "a status that is none": b"HTTP/1.1 abc OK\r\n\r\n",
    "a header that is none": b"HTTP/1.1 200 OK\r\nno header\r\n\r\n",
    "a header of 100 KB": answer(b"{}", "200 OK", f"X-Long: {'x' * 100_000}"),
    "chunks that are none": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
    "nothing": b"",
}


@with_each_serializer
@pytest.mark.parametrize("sent", NO_ANSWERS)
async def test_what_is_no_answer_is_one_of_our_errors(sent: str, serializer: str) -> None:
    async with raw_server(NO_ANSWERS[sent], closes=True) as server, client_of(server, serializer) as client:
        for name, act in GETS.items():
            with captured_logs(), pytest.raises(SpotifyError) as caught:
                await act(client)
            printed = "".join(traceback.format_exception(caught.value))
            assert len(str(caught.value)) < 500, name
            assert "s3cret" not in printed, name


#: What Spotify may leave out everything of.
MAY_BE_EMPTY = {
    "player.get_playback_state",
    "player.get_currently_playing",
    "player.get_queue",
    "playlists.get(fields)",
    "playlists.get_items(fields)",
    "search.search",
}


@with_each_serializer
@pytest.mark.parametrize("name", sorted(GETS.keys() - MAY_BE_EMPTY))
async def test_an_object_without_members_is_no_empty_library(name: str, serializer: str) -> None:
    found = await outcome(serializer, answer(b"{}"), GETS[name])

    assert isinstance(found, SpotifyError)


@with_each_serializer
@pytest.mark.parametrize("damage", ['"items": null', '"items": {}', '"items": "x"', '"entries": []'])
async def test_a_page_of_a_playlist_whose_items_are_damaged_is_no_empty_page(damage: str, serializer: str) -> None:
    sent = answer(b'{"total": 5, "limit": 50, "offset": 0, "next": null, %s}' % damage.encode())

    assert isinstance(await outcome(serializer, sent, lambda c: c.playlists.get_items(ID).collect()), DecodeError)


@with_each_serializer
async def test_an_error_with_the_status_200_is_the_error_that_it_says(serializer: str) -> None:
    assert isinstance(await outcome(serializer, answer(NOT_FOUND), GETS["albums.get"]), NotFoundError)


#: Bodies of refusals. Each is the refusal that its status says, whatever is in it.
REFUSALS: dict[str, bytes] = {
    "nothing": b"",
    "HTML": HTML,
    "null": b"null",
    "a list": b"[]",
    "an error that is null": b'{"error": null}',
    "an error that is a number": b'{"error": 1e999}',
    "an error that is a list": b'{"error": [[]]}',
    "a message that is null": b'{"error": {"status": null, "message": null, "reason": null}}',
    "a message that is a number": b'{"error": {"status": "x", "message": 5, "reason": 5}}',
    "a message of 1 MB": json.dumps({"error": {"message": "x" * 1_000_000, "reason": "y" * 1_000_000}}).encode(),
    "a code of 1 MB": json.dumps({"error": "x" * 1_000_000, "error_description": "y" * 1_000_000}).encode(),
    "a message with half a character": b'{"error": {"message": "a\\ud800b", "reason": "\\udfff"}}',
    "a message that steers terminals": b'{"error": {"message": "a\\u001b[2Jb\\r\\nINFO\\u202e", "reason": "\\u0000"}}',
    "a message with the token": b'{"error": {"message": "Bearer s3cret-token-of-somebody is bad"}}',
    "not UTF-8": b'{"error": {"message": "\xff"}}',
    "UTF-16": '{"error": {"message": "x"}}'.encode("utf-16"),
    "a number of 10 MB": b'{"error": {"status": %s}}' % (b"9" * 10_000_000),
    "nested 1,000 deep": b'{"error":' * 1_000 + b"1" + b"}" * 1_000,
    "nested 100,000 deep": b'{"error":' * 100_000 + b"1" + b"}" * 100_000,
    "a list 100,000 deep": b"[" * 100_000,
    "cut": b'{"error": {"message": "x',
    "the token": b"s3cret-token-of-somebody " * 200,
}
STATUSES = {
    "400 Bad Request": 400,
    "404 Not Found": 404,
    "429 Too Many Requests": 429,
    "500 Internal Server Error": 500,
    "999 ": 999,
    "304 Not Modified": 304,
}


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("body", REFUSALS)
async def test_a_refusal_is_what_its_status_says_whatever_its_body(body: str, status: str) -> None:
    sent = b"" if status.startswith("304") else REFUSALS[body]

    found = await outcome("msgspec", answer(sent, status), GETS["albums.get"])

    assert isinstance(found, ApiError)
    assert found.status_code == STATUSES[status]
    assert len(str(found)) < 1_000
    assert str(found).isprintable()
    assert "s3cret" not in "".join(traceback.format_exception(found)) + found.response_body


#: Odd headers of a refusal to come back later.
RETRY_AFTER = ["", "soon", "-1", "0", "1e9", "9" * 100_000, "Wed, 99 Foo 2026 99:99:99 GMT", "\xff", "nan", "٣"]


@pytest.mark.parametrize("value", RETRY_AFTER, ids=lambda value: value[:9])
async def test_an_odd_retry_after_is_no_fault_of_the_callers(value: str) -> None:
    sent = answer(b"", "429 Too Many Requests").replace(b"Content-Type", f"Retry-After: {value}\r\nX".encode(), 1)

    found = await outcome("msgspec", sent, GETS["albums.get"], max_retry_wait=0.0)

    assert isinstance(found, RateLimitError | TransportError)
    assert len(str(found)) < 500


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"])
async def test_a_redirect_does_not_take_the_token_to_another_host(status: str) -> None:
    async with raw_server() as other:
        found = await outcome(
            "msgspec", answer(b"", status, f"Location: {other.origin}/v1/albums/{ID}"), GETS["albums.get"]
        )

    assert isinstance(found, ApiError)
    assert found.status_code == int(status[:3])
    assert other.requests == []


@with_each_serializer
async def test_no_link_takes_the_token_to_another_host(serializer: str) -> None:
    async with raw_server() as other:
        links = dict.fromkeys(("next", "href", "previous"), f"{other.origin}/v1/elsewhere?offset=1&limit=1")
        body = json.dumps(page([simplified_track(1)], total=2, limit=1, **links)).encode()
        async with raw_server(answer(body)) as server, client_of(server, serializer) as client:
            with pytest.raises(PagingError):
                [track async for track in client.albums.get_tracks(ID)]

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
async def test_a_link_that_leads_nowhere_is_one_of_our_errors(link: str) -> None:
    body = page([simplified_track(1)], total=2, limit=1, next=link)

    found = await outcome("msgspec", answer(json.dumps(body).encode()), lambda c: c.albums.get_tracks(ID).collect())

    assert isinstance(found, SpotifyError | list)
    if isinstance(found, SpotifyError):
        assert len(str(found)) < 500


@with_each_serializer
@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
async def test_a_body_that_grows_past_the_bound_when_it_is_unpacked_is_dropped(encoding: str, serializer: str) -> None:
    bomb = b" " * 50_000_000
    packed = gzip.compress(bomb) if encoding == "gzip" else zlib.compress(bomb)

    found = await outcome(
        serializer,
        answer(packed, "200 OK", f"Content-Encoding: {encoding}"),
        GETS["albums.get"],
        max_response_bytes=1_000_000,
    )

    assert isinstance(found, ResponseTooLargeError)


async def test_a_body_past_the_bound_is_dropped() -> None:
    found = await outcome("msgspec", answer(b" " * 1_000_001), GETS["albums.get"], max_response_bytes=1_000_000)

    assert isinstance(found, ResponseTooLargeError)


def written(payload: dict[str, Any], **texts: str) -> bytes:
    """Return a payload as JSON in which members have values that `json` would not write."""
    marked = json.dumps({**payload, **{name: f"<{name}>" for name in texts}})
    for name, text in texts.items():
        marked = marked.replace(f'"<{name}>"', text)
    return marked.encode()


#: A member of a track, what stands there, and what becomes of it.
ODD_VALUES: dict[str, tuple[str, str, object]] = {
    "a whole number as a fraction": ("duration_ms", "201000.0", 201_000),
    "a whole number with an exponent": ("duration_ms", "2.01e5", 201_000),
    "a fraction": ("duration_ms", "1.5", 0),
    "a huge exponent": ("duration_ms", "1e999", 0),
    "a huge negative exponent": ("duration_ms", "1e-999", 0),
    "minus nothing": ("duration_ms", "-0", 0),
    "more than 64 bits": ("duration_ms", str(2**64), 2**64),
    "a number of 10 MB": ("duration_ms", "9" * 10_000_000, 0),
    "a number of 10 MB, negative": ("duration_ms", "-" + "9" * 10_000_000, 0),
    "a fraction of 10 MB": ("duration_ms", "0." + "9" * 10_000_000, 1),
    "a text": ("duration_ms", '"201000"', 0),
    "a boolean": ("duration_ms", "true", 0),
    "null": ("duration_ms", "null", 0),
    "nested": ("duration_ms", "[" * 500 + "]" * 500, 0),
    "half a character": ("name", '"a\\ud800b"', ""),
    "a pair of halves": ("name", '"\\ud83c\\udfb5"', "🎵"),
    "NUL": ("name", '"a\\u0000b"', "a\0b"),
    "a text of 1 MB": ("name", f'"{"x" * 1_000_000}"', "x" * 1_000_000),
    "an object for a text": ("name", '{"a": 1}', ""),
    "a null for a list": ("artists", "null", []),
    "nulls in a list": ("artists", "[null, null]", []),
    "an unknown member": ("unheard_of", '{"a": [1e999, "\\ud800", null]}', None),
    "an unknown member of 10 MB": ("unheard_of", "9" * 10_000_000, None),
    "an unknown member nested deep": ("unheard_of", "[" * 500 + "]" * 500, None),
}


@with_each_serializer
@pytest.mark.parametrize("case", ODD_VALUES)
async def test_one_odd_value_comes_to_the_right_one_or_to_its_empty_value(case: str, serializer: str) -> None:
    name, text, expected = ODD_VALUES[case]

    found = await outcome(serializer, answer(written(track(), **{name: text})), GETS["tracks.get"])

    assert getattr(found, name, None) == expected
    assert (found.uri, found.popularity) == (track()["uri"], 42)


@with_each_serializer
async def test_a_byte_order_mark_is_no_damage(serializer: str) -> None:
    found = await outcome(serializer, answer(b"\xef\xbb\xbf" + written(track())), GETS["tracks.get"])

    assert found.name == "Track 1"


@with_each_serializer
@pytest.mark.parametrize("first", ['"a"', "5", "null", "1e999"])
async def test_of_a_member_that_comes_twice_the_last_one_counts(first: str, serializer: str) -> None:
    body = written(track()).replace(b'"name": "Track 1"', b'"name": %s, "name": "b"' % first.encode())

    assert (await outcome(serializer, answer(body), GETS["tracks.get"])).name == "b"


@with_each_serializer
@pytest.mark.parametrize("depth", [100, 300, 900, 2_000, 100_000])
async def test_what_is_nested_deep_in_an_unknown_item_can_be_written_again_or_is_an_error(
    depth: int, serializer: str
) -> None:
    deep = "[" * depth + "]" * depth
    entry = playlist_item(item={"type": "hologram", "uri": "spotify:hologram:1", "deep": 1})
    body = json.dumps(page([entry])).replace('"deep": 1', f'"deep": {deep}').encode()

    found = await outcome(serializer, answer(body), lambda c: c.playlists.get_items(ID))

    if depth > 200:
        assert isinstance(found, DecodeError)
    else:
        assert isinstance(found.items[0].item, UnknownItem)
        assert json.loads(found.to_json())["items"][0]["item"]["deep"] == json.loads(deep)


@with_each_serializer
@pytest.mark.parametrize("count", [2**63, 10**30, -(10**30), 10**4_000])
async def test_a_duration_of_ages_is_the_longest_there_is(count: int, serializer: str) -> None:
    found = await outcome(serializer, answer(written(track(), duration_ms=str(count))), GETS["tracks.get"])

    assert found.duration_ms == count
    assert found.duration == (timedelta.max if count > 0 else timedelta.min)


@with_each_serializer
async def test_an_album_is_whole_all_the_same(serializer: str) -> None:
    packed = gzip.compress(json.dumps(album()).encode())

    found = await outcome(serializer, answer(packed, "200 OK", "Content-Encoding: gzip"), GETS["albums.get"])

    assert isinstance(found, Album)
    assert found.tracks is not None
    assert len(found.tracks.items) == 2
