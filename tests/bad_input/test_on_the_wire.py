"""Any string as an argument arrives unchanged in exactly one request, or no request is sent."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qsl, quote, unquote

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from spotify import AsyncSpotifyClient, ClientConfig, SpotifyError
from tests.support.bad_input_methods import ARGUMENTS, CATEGORY, USER
from tests.support.bad_values import DEVICE, FREE_TEXT, ID, PLAYLIST_TEXT, TRACK_URI
from tests.support.raw_server import RawRequest, RawServer, raw_server

Call = Callable[[AsyncSpotifyClient, str], Any]
Read = Callable[[RawRequest], Any]

_HEADERS = {"host", "user-agent", "accept", "accept-encoding", "authorization"}
_BODY_HEADERS = {"content-type", "content-length"}


def query(name: str) -> Read:
    def read(request: RawRequest) -> Any:
        _, _, text = request.target.partition("?")
        return dict(parse_qsl(text, keep_blank_values=True, strict_parsing=True, errors="strict"))[name]

    return read


def user_uri(name: str) -> str:
    return f"spotify:user:{quote(name, safe='')}"


def user_in(name: str) -> Read:
    def read(request: RawRequest) -> Any:
        return unquote(str(query(name)(request)).removeprefix("spotify:user:"), errors="strict")

    return read


def segment(number: int) -> Read:
    def read(request: RawRequest) -> Any:
        path, _, _ = request.target.partition("?")
        return unquote(path.split("/")[number], errors="strict")

    return read


def member(*path: str | int) -> Read:
    def read(request: RawRequest) -> Any:
        found = json.loads(request.body)
        for step in path:
            found = found[step]
        return found

    return read


#: Each free-form argument: the call, how to read the value from the request, and the number of path segments with `v1`.
ARGUMENT_CALLS: dict[str, tuple[Call, Read, int]] = {
    "users.get(id)": (lambda c, value: c.users.get(value), segment(3), 3),
    "playlists.get_for_user(id)": (lambda c, value: c.playlists.get_for_user(value), segment(3), 4),
    "browse.get_category(id)": (lambda c, value: c.browse.get_category(value), segment(4), 4),
    "browse.get_category_playlists(id)": (lambda c, value: c.browse.get_category_playlists(value), segment(4), 5),
    "search.search(q)": (lambda c, value: c.search.search(value, "album"), query("q"), 2),
    "search.results(q)": (lambda c, value: c.search.results(value, "album"), query("q"), 2),
    "player.pause_playback(device_id)": (lambda c, value: c.player.pause_playback(value), query("device_id"), 4),
    "player.skip_to_next(device_id)": (lambda c, value: c.player.skip_to_next(value), query("device_id"), 4),
    "player.skip_to_previous(device_id)": (lambda c, value: c.player.skip_to_previous(value), query("device_id"), 4),
    "player.seek(device_id)": (lambda c, value: c.player.seek(1, value), query("device_id"), 4),
    "player.set_repeat_mode(device_id)": (
        lambda c, value: c.player.set_repeat_mode("off", value),
        query("device_id"),
        4,
    ),
    "player.set_volume(device_id)": (lambda c, value: c.player.set_volume(1, value), query("device_id"), 4),
    "player.set_shuffle(device_id)": (lambda c, value: c.player.set_shuffle(True, value), query("device_id"), 4),
    "player.add_to_queue(device_id)": (lambda c, value: c.player.add_to_queue(TRACK_URI, value), query("device_id"), 4),
    "player.start_playback(device_id)": (lambda c, value: c.player.start_playback(value), query("device_id"), 4),
    "player.start_playback(context_uri)": (
        lambda c, value: c.player.start_playback(context_uri=f"{user_uri(value)}:collection"),
        lambda request: unquote(member("context_uri")(request).split(":")[2]),
        4,
    ),
    "player.transfer_playback(device_id)": (
        lambda c, value: c.player.transfer_playback(value),
        member("device_ids", 0),
        3,
    ),
    "tracks.get_recommendations(seed_genres)": (
        lambda c, value: c.tracks.get_recommendations(seed_genres=[value]),
        query("seed_genres"),
        2,
    ),
    "playlists.create(name)": (lambda c, value: c.playlists.create(value), member("name"), 3),
    "playlists.create(description)": (
        lambda c, value: c.playlists.create("x", description=value),
        member("description"),
        3,
    ),
    "playlists.change_details(name)": (lambda c, value: c.playlists.change_details(ID, value), member("name"), 3),
    "playlists.change_details(description)": (
        lambda c, value: c.playlists.change_details(ID, description=value),
        member("description"),
        3,
    ),
    "playlists.remove_items(snapshot_id)": (
        lambda c, value: c.playlists.remove_items(ID, uris=[TRACK_URI], snapshot_id=value),
        member("snapshot_id"),
        4,
    ),
    "playlists.reorder_items(snapshot_id)": (
        lambda c, value: c.playlists.reorder_items(ID, 0, 2, snapshot_id=value),
        member("snapshot_id"),
        4,
    ),
    "playlists.reorder_or_replace_items(snapshot_id)": (
        lambda c, value: c.playlists.reorder_or_replace_items(ID, range_start=0, insert_before=2, snapshot_id=value),
        member("snapshot_id"),
        4,
    ),
    "playlists.check_follows(user_ids)": (lambda c, value: c.playlists.check_follows(ID, [value]), query("ids"), 5),
    "library.save_items(uris)": (lambda c, value: c.library.save_items([user_uri(value)]), user_in("uris"), 3),
    "users.follow_artists_or_users(ids)": (
        lambda c, value: c.users.follow_artists_or_users("user", [value]),
        user_in("uris"),
        3,
    ),
    "call(path)": (lambda c, value: c.call("get-an-album", id=value), segment(3), 3),
    "call(query)": (lambda c, value: c.call("search", q=value, type="album"), query("q"), 2),
    "call(json)": (lambda c, value: c.call("create-playlist", json={"x": [value]}), member("x", 0), 3),
}


class Wire:
    """A client and a server connected by a socket, in one event loop."""

    def __init__(self) -> None:
        self.runner = asyncio.Runner()
        self._server = raw_server()
        self.server: RawServer = self.runner.run(self._server.__aenter__())
        self.client = AsyncSpotifyClient(
            "token",
            config=ClientConfig(
                api_url=f"{self.server.origin}/v1",
                accounts_url=self.server.origin,
                quota_mode="extended",
                max_retries=0,
                retry_budget=None,
            ),
        )

    def send(self, call: Call, value: str) -> list[RawRequest]:
        """Make a call and return the requests that arrived."""
        self.server.requests.clear()

        async def act() -> None:
            try:
                await call(self.client, value)
            except SpotifyError:
                pass  # `{}` is not a valid response
            except (TypeError, ValueError):
                assert self.server.requests == []

        self.runner.run(act())
        assert self.server.leftover == b""
        return list(self.server.requests)

    def close(self) -> None:
        self.runner.run(self.client.close())
        self.runner.run(self._server.__aexit__(None, None, None))
        self.runner.close()


@pytest.fixture(scope="module")
def wire() -> Iterator[Wire]:
    wire = Wire()
    yield wire
    wire.close()


dangerous = st.sampled_from(
    [
        *("\r\n", "\n", "\0", "\t", "\x7f", "\x85", " ", "/", "\\", "?", "#", "&", "=", "%", "%2e", "..", ".", "+"),
        *(",", ":", ";", "@", '"', "'", "<", "{", "\u2028", "\u202e", "\ufeff", "\ud800", "ö", "🎵", "x"),
        *("HTTP/1.1", "X-Injected: 1"),
    ]
)
strings = st.lists(dangerous, max_size=6).map("".join) | st.text(max_size=12)


def test_every_free_form_argument_is_listed() -> None:
    free_form = [FREE_TEXT, PLAYLIST_TEXT, DEVICE, USER, CATEGORY]
    arguments = {
        f"{service.removesuffix('Service').lower()}.{method}({argument})"
        for service, methods in ARGUMENTS.items()
        for method, kinds in methods.items()
        for argument, kind in kinds.items()
        if any(kind is each for each in free_form)
    }

    assert len(arguments) > 20
    assert arguments <= set(ARGUMENT_CALLS)


@pytest.mark.parametrize("argument", ARGUMENT_CALLS)
def test_an_ordinary_string_arrives(argument: str, wire: Wire) -> None:
    call, read, _ = ARGUMENT_CALLS[argument]

    (request,) = wire.send(call, "some one")

    assert read(request) == "some one"


@pytest.mark.parametrize("argument", ARGUMENT_CALLS)
@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(value=strings)
@example(value="../me")
@example(value="%2e%2e")
@example(value="x HTTP/1.1\r\nHost: evil.example\r\n\r\nDELETE /v1/me/library?uris=x")
@example(value="x\r\nAuthorization: Bearer evil")
@example(value="a&market=DE#?b/../c;d")
def test_any_string_arrives_unchanged_in_one_request_or_none_is_sent(argument: str, value: str, wire: Wire) -> None:
    call, read, segments = ARGUMENT_CALLS[argument]

    requests = wire.send(call, value)

    if not requests:
        return
    (request,) = requests
    assert read(request) == value
    assert request.target.isascii()
    assert request.target.partition("?")[0].count("/") == segments
    names = [name for name, _ in request.headers]
    assert len(names) == len(set(names))
    assert _HEADERS <= set(names) <= _HEADERS | _BODY_HEADERS
    assert dict(request.headers)["authorization"] == "Bearer token"
