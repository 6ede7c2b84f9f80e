"""Which cached reads a write invalidates."""

import pytest

from spotify.impl.caching.policy import area_of, invalidated_areas
from spotify.interfaces import ALL_RESPONSES
from spotify.operations import ALL_OPERATIONS, match_operation


def areas(*paths):
    return {area_of(*match_operation("GET", path)) for path in paths}


@pytest.mark.parametrize(
    ("path", "area"),
    [
        ("/me", "/me"),
        ("/me/tracks", "/me/tracks"),
        ("/me/tracks/contains", "/me/tracks"),
        ("/me/player/currently-playing", "/me/player"),
        ("/playlists/P", "/playlists/P"),
        ("/playlists/P/items", "/playlists/P"),
        ("/users/ana/playlists", "/users/*/playlists"),
        ("/users/ana", None),
        ("/albums/X", None),
        ("/search", None),
    ],
)
def test_area_of_a_read(path, area):
    assert areas(path) == {area}


@pytest.mark.parametrize(
    ("method", "path", "query", "reads"),
    [
        ("PUT", "/me/library", "", ["/me/tracks", "/me/albums", "/me/library/contains", "/me/following"]),
        (
            "PUT",
            "/me/library",
            "uris=spotify%3Aplaylist%3AP,spotify:track:1",
            ["/playlists/P/followers/contains", "/playlists/P"],
        ),
        ("DELETE", "/me/library", "uris=spotify:track:1,spotify:playlist:P", ["/playlists/P", "/me/tracks"]),
        ("PUT", "/me/tracks", "ids=1", ["/me/tracks", "/me/tracks/contains", "/me/library/contains"]),
        ("PUT", "/me/following", "type=artist", ["/me/following/contains", "/me/library/contains"]),
        ("POST", "/me/playlists", "", ["/me/playlists", "/users/ana/playlists", "/me/library/contains"]),
        ("POST", "/users/ana/playlists", "", ["/me/playlists", "/users/ana/playlists"]),
        ("PUT", "/playlists/P", "", ["/playlists/P", "/playlists/P/items", "/me/playlists"]),
        (
            "POST",
            "/playlists/P/items",
            "",
            ["/playlists/P", "/playlists/P/tracks", "/me/playlists", "/users/ana/playlists"],
        ),
        ("DELETE", "/playlists/P/followers", "", ["/playlists/P", "/me/playlists", "/me/library/contains"]),
        ("PUT", "/me/player/play", "", ["/me/player", "/me/player/queue", "/me/player/recently-played"]),
    ],
)
def test_a_write_invalidates_the_reads_it_affects(method, path, query, reads):
    assert areas(*reads) <= set(invalidated_areas(method, path, query))


@pytest.mark.parametrize(
    ("method", "path", "reads"),
    [
        ("POST", "/playlists/P/items", ["/playlists/Q", "/me/tracks", "/me/player"]),
        ("POST", "/me/player/next", ["/me/tracks", "/me", "/playlists/P"]),
        ("PUT", "/me/tracks", ["/me", "/me/top/artists", "/me/player", "/playlists/P"]),
    ],
)
def test_a_write_does_not_invalidate_other_reads(method, path, reads):
    assert not areas(*reads) & set(invalidated_areas(method, path, ""))


def test_no_known_write_invalidates_all_responses():
    writes = [operation for operation in ALL_OPERATIONS if operation.method != "GET"]
    assert not [write.id for write in writes if ALL_RESPONSES in invalidated_areas(write.method, write.path, "")]


@pytest.mark.parametrize(("method", "path"), [("POST", "/sleep-timers/1"), ("PATCH", "/playlists/P")])
def test_an_unknown_write_invalidates_all_responses(method, path):
    assert invalidated_areas(method, path, "") == (ALL_RESPONSES,)
