import pytest

from spotify.impl.caching.invalidation import area_of, areas_changed_by, is_personal
from spotify.interfaces import ALL_RESPONSES
from spotify.operations import ALL_OPERATIONS


def filled(operation):
    return operation.path.replace("{user_id}", "ana").replace("{playlist_id}", "P").replace("{id}", "X")


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
def test_the_area_of_an_answer(path, area):
    assert area_of(path) == area


@pytest.mark.parametrize(
    ("path", "query", "reads"),
    [
        ("/me/library", "uris=spotify:track:1", ["/me/tracks", "/me/albums", "/me/library/contains", "/me/following"]),
        (
            "/me/library",
            "uris=spotify%3Aplaylist%3AP,spotify:track:1",
            ["/playlists/P/followers/contains", "/playlists/P"],
        ),
        ("/me/tracks", "ids=1", ["/me/tracks", "/me/tracks/contains", "/me/library/contains"]),
        ("/me/following", "type=artist", ["/me/following/contains", "/me/library/contains"]),
        ("/me/playlists", "", ["/me/playlists", "/users/ana/playlists", "/me/library/contains"]),
        ("/users/ana/playlists", "", ["/me/playlists", "/users/ana/playlists"]),
        ("/playlists/P", "", ["/playlists/P", "/playlists/P/items", "/me/playlists"]),
        ("/playlists/P/items", "", ["/playlists/P", "/playlists/P/tracks", "/me/playlists", "/users/ana/playlists"]),
        ("/playlists/P/followers", "", ["/playlists/P", "/me/playlists", "/me/library/contains"]),
        ("/me/player/play", "", ["/me/player", "/me/player/queue", "/me/player/recently-played"]),
    ],
)
def test_what_a_write_makes_obsolete(path, query, reads):
    assert {area_of(read) for read in reads} <= set(areas_changed_by(path, query))


@pytest.mark.parametrize(
    ("path", "reads"),
    [
        ("/playlists/P/items", ["/playlists/Q", "/me/tracks", "/me/player"]),
        ("/me/player/next", ["/me/tracks", "/me", "/playlists/P"]),
        ("/me/tracks", ["/me", "/me/top/artists", "/me/player", "/playlists/P"]),
    ],
)
def test_what_a_write_leaves(path, reads):
    assert not {area_of(read) for read in reads} & set(areas_changed_by(path, ""))


@pytest.mark.parametrize(
    "operation", [each for each in ALL_OPERATIONS if each.method != "GET"], ids=lambda each: each.id
)
def test_every_write_is_known_and_changes_its_own_path(operation):
    changed = areas_changed_by(filled(operation), "")
    assert ALL_RESPONSES not in changed
    assert area_of(filled(operation)) in changed


def test_a_write_that_is_not_known_changes_everything():
    assert areas_changed_by("/sleep-timers/1", "") == (ALL_RESPONSES,)


@pytest.mark.parametrize(
    "operation", [each for each in ALL_OPERATIONS if each.method == "GET"], ids=lambda each: each.id
)
def test_what_is_below_me_is_personal(operation):
    area = area_of(filled(operation))
    assert (area is not None and is_personal(area)) is (operation.path.split("/")[1] == "me")
