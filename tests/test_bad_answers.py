"""Answers that Spotify should not give, and proxies and gateways do: over a socket, through both serializers.

Each comes to the right value, or to one of this library's errors.
"""

from __future__ import annotations

import gzip
import json
import traceback
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from spotify import (
    AsyncSpotifyClient,
    ClientConfig,
    DecodeError,
    SpotifyError,
)
from spotify.testing.captured_logs import captured_logs
from tests.support.payloads import album
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
@pytest.mark.parametrize("name", GETS.keys() - MAY_BE_EMPTY)
async def test_an_object_without_members_is_no_empty_library(name: str, serializer: str) -> None:
    found = await outcome(serializer, answer(b"{}"), GETS[name])

    assert isinstance(found, SpotifyError)


@with_each_serializer
@pytest.mark.parametrize("damage", ['"items": null', '"items": {}', '"items": "x"', '"entries": []'])
async def test_a_page_of_a_playlist_whose_items_are_damaged_is_no_empty_page(damage: str, serializer: str) -> None:
    sent = answer(b'{"total": 5, "limit": 50, "offset": 0, "next": null, %s}' % damage.encode())

    assert isinstance(await outcome(serializer, sent, lambda c: c.playlists.get_items(ID).collect()), DecodeError)
