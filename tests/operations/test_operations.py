"""The facts about operations agree with each other and with what is known of the Web API."""

from __future__ import annotations

from datetime import date

import pytest

from spotify.interfaces.operation import Operation
from spotify.operations import ALL_OPERATIONS, BY_ID, match_operation
from spotify.operations.catalogue import (
    GET_ALBUM_TRACKS,
    GET_ARTIST_ALBUMS,
    GET_RELATED_ARTISTS,
    GET_SEVERAL_ALBUMS,
    GET_SEVERAL_AUDIO_FEATURES,
    SEARCH,
)
from spotify.operations.library import CHECK_LIBRARY_CONTAINS, REMOVE_LIBRARY_ITEMS, SAVE_LIBRARY_ITEMS
from spotify.operations.playlists import GET_PLAYLIST_TRACKS, UPLOAD_PLAYLIST_COVER_IMAGE

OPERATION = pytest.mark.parametrize("operation", ALL_OPERATIONS, ids=lambda operation: operation.id)

# A row of the table of what development mode lacks: methods, paths, and the paths of what replaces them.
MEDIA = ("albums", "artists", "tracks", "shows", "episodes", "audiobooks", "chapters")
SAVED = ("albums", "tracks", "episodes", "shows", "audiobooks")
REMOVED: dict[tuple[str, str], str | None] = {
    **{("GET", f"/{kind}"): f"/{kind}/{{id}}" for kind in MEDIA},
    **{(method, f"/me/{kind}"): "/me/library" for method in ("PUT", "DELETE") for kind in (*SAVED, "following")},
    **{("GET", f"/me/{kind}/contains"): "/me/library/contains" for kind in (*SAVED, "following")},
    ("PUT", "/playlists/{playlist_id}/followers"): "/me/library",
    ("DELETE", "/playlists/{playlist_id}/followers"): "/me/library",
    ("GET", "/playlists/{playlist_id}/followers/contains"): "/me/library/contains",
    **{
        (method, "/playlists/{playlist_id}/tracks"): "/playlists/{playlist_id}/items"
        for method in ("GET", "POST", "PUT", "DELETE")
    },
    ("POST", "/users/{user_id}/playlists"): "/me/playlists",
    ("GET", "/users/{user_id}/playlists"): "/me/playlists",
    **dict.fromkeys(
        [
            ("GET", "/users/{user_id}"),
            ("GET", "/artists/{id}/top-tracks"),
            ("GET", "/markets"),
            ("GET", "/browse/categories"),
            ("GET", "/browse/categories/{category_id}"),
            ("GET", "/browse/new-releases"),
            ("GET", "/artists/{id}/related-artists"),
            ("GET", "/recommendations"),
            ("GET", "/recommendations/available-genre-seeds"),
            ("GET", "/audio-features"),
            ("GET", "/audio-features/{id}"),
            ("GET", "/audio-analysis/{id}"),
            ("GET", "/browse/featured-playlists"),
            ("GET", "/browse/categories/{category_id}/playlists"),
        ]
    ),
}
GONE_SINCE_2024 = {
    "/artists/{id}/related-artists",
    "/recommendations",
    "/recommendations/available-genre-seeds",
    "/audio-features",
    "/audio-features/{id}",
    "/audio-analysis/{id}",
    "/browse/featured-playlists",
    "/browse/categories/{category_id}/playlists",
}
NOT_TO_BE_REPEATED = {
    "create-playlist",
    "create-playlist-for-user",
    "add-items-to-playlist",
    "add-tracks-to-playlist",
    "reorder-or-replace-playlists-items",
    "reorder-or-replace-playlists-tracks",
    "remove-items-playlist",
    "remove-tracks-playlist",
    "skip-users-playback-to-next-track",
    "skip-users-playback-to-previous-track",
    "add-to-queue",
}


def test_there_are_97_and_no_two_share_an_id_or_a_route() -> None:
    assert len(ALL_OPERATIONS) == 97
    assert len(BY_ID) == 97
    assert len({(operation.method, operation.path) for operation in ALL_OPERATIONS}) == 97


def test_development_mode_lacks_48() -> None:
    lacking = {(operation.method, operation.path) for operation in ALL_OPERATIONS if not operation.development_mode}

    assert len(lacking) == 48
    assert lacking == set(REMOVED)


@pytest.mark.parametrize(("route", "path"), REMOVED.items())
def test_what_replaces_it_is_the_same_method_elsewhere(route: tuple[str, str], path: str | None) -> None:
    operation = next(found for found in ALL_OPERATIONS if (found.method, found.path) == route)
    replacement = BY_ID[operation.replacement] if operation.replacement else None

    assert (replacement and replacement.path) == path
    if replacement:
        assert replacement.method == operation.method
        assert replacement.development_mode


@OPERATION
def test_it_was_removed_when_spotify_said(operation: Operation) -> None:
    if operation.path in GONE_SINCE_2024:
        assert operation.removed_on == date(2024, 11, 27)
    else:
        assert operation.removed_on in {None, date(2026, 2, 11)}


def test_only_what_development_mode_lacks_has_a_replacement() -> None:
    assert not [found.id for found in ALL_OPERATIONS if found.replacement and found.development_mode]


@OPERATION
def test_it_may_be_repeated_unless_that_does_more(operation: Operation) -> None:
    assert operation.idempotent == (operation.id not in NOT_TO_BE_REPEATED)


@pytest.mark.parametrize(
    ("kind", "most"),
    [
        ("albums", 20),
        ("artists", 50),
        ("tracks", 50),
        ("shows", 50),
        ("episodes", 50),
        ("audiobooks", 50),
        ("chapters", 50),
        ("following", 50),
    ],
)
def test_ids_a_call_are_those_of_the_kind(kind: str, most: int) -> None:
    paths = {f"/{kind}", f"/me/{kind}", f"/me/{kind}/contains"}
    listing = [found for found in ALL_OPERATIONS if found.path in paths and found.max_ids is not None]

    assert listing
    assert {found.max_ids for found in listing} == {most}


def test_uris_a_call_are_40_in_the_library_and_100_in_playlists() -> None:
    assert {found.max_ids for found in (SAVE_LIBRARY_ITEMS, REMOVE_LIBRARY_ITEMS, CHECK_LIBRARY_CONTAINS)} == {40}
    writes = [found for found in ALL_OPERATIONS if found.path.endswith(("}/items", "}/tracks")) and found.scopes]
    assert {found.max_ids for found in writes if found.method != "GET"} == {100}
    assert GET_SEVERAL_AUDIO_FEATURES.max_ids == 100


@OPERATION
def test_whatever_takes_a_list_says_how_many(operation: Operation) -> None:
    if {"ids", "uris"} & set(operation.query):
        assert operation.max_ids is not None


@OPERATION
def test_whatever_has_pages_says_how_long(operation: Operation) -> None:
    limits = (
        operation.default_limit,
        operation.max_limit,
        operation.development_default_limit,
        operation.development_max_limit,
    )

    assert all(limits) if "limit" in operation.query else not any(limits)


@pytest.mark.parametrize("operation", [SEARCH, GET_ARTIST_ALBUMS])
def test_development_mode_has_shorter_pages_of_results(operation: Operation) -> None:
    assert (operation.default_limit, operation.max_limit) == (20, 50)
    assert (operation.development_default_limit, operation.development_max_limit) == (5, 10)


def test_other_pages_are_as_long_in_development_mode() -> None:
    assert (GET_ALBUM_TRACKS.development_default_limit, GET_ALBUM_TRACKS.development_max_limit) == (20, 50)


def test_the_old_route_to_playlist_items_has_longer_pages() -> None:
    assert GET_PLAYLIST_TRACKS.max_limit == 100


def test_search_ends_at_a_thousand_results() -> None:
    assert SEARCH.max_results == 1000
    assert [found for found in ALL_OPERATIONS if found.max_results] == [SEARCH]


def test_a_cover_is_sent_as_jpeg() -> None:
    assert UPLOAD_PLAYLIST_COVER_IMAGE.content_type == "image/jpeg"


def test_path_parameters_are_read_from_the_path() -> None:
    assert GET_SEVERAL_ALBUMS.path_parameters == ()
    assert GET_RELATED_ARTISTS.path_parameters == ("id",)
    assert GET_PLAYLIST_TRACKS.path_parameters == ("playlist_id",)


READS = [operation for operation in ALL_OPERATIONS if operation.method == "GET"]
WRITES = [operation for operation in ALL_OPERATIONS if operation.method != "GET"]


@pytest.mark.parametrize("operation", READS, ids=lambda operation: operation.id)
def test_reads_about_the_current_user_or_a_playlist_have_a_cache_area(operation: Operation) -> None:
    first = operation.path.split("/")[1]
    has_area = first in {"me", "playlists"} or operation.path == "/users/{user_id}/playlists"

    assert (operation.cache_area is not None) is has_area
    assert (first == "me") is (operation.cache_area or "").startswith("/me")
    assert not operation.invalidates


@pytest.mark.parametrize("operation", WRITES, ids=lambda operation: operation.id)
def test_writes_invalidate_the_reads_of_their_own_path(operation: Operation) -> None:
    own = {
        read.cache_area
        for read in READS
        if (read.path == operation.path or read.path.startswith(f"{operation.path}/")) and read.cache_area
    }

    assert own <= set(operation.invalidates)
    assert operation.invalidates
    assert operation.cache_area is None


@pytest.mark.parametrize("operation", WRITES, ids=lambda operation: operation.id)
def test_writes_invalidate_areas_that_reads_have(operation: Operation) -> None:
    assert set(operation.invalidates) <= {read.cache_area for read in READS}


def test_the_profile_and_the_top_lists_are_the_only_areas_that_no_write_changes() -> None:
    changed = {area for operation in WRITES for area in operation.invalidates}

    assert {read.cache_area for read in READS if read.cache_area} - changed == {"/me", "/me/top"}


def test_player_commands_ignore_the_response_body() -> None:
    ignoring = {operation for operation in ALL_OPERATIONS if operation.ignores_response_body}

    assert ignoring == {operation for operation in WRITES if operation.path.startswith("/me/player")}


@OPERATION
def test_match_operation_finds_an_operation_and_its_path_parameters(operation: Operation) -> None:
    path = operation.path.format(**dict.fromkeys(operation.path_parameters, "a%2Fb"))

    assert match_operation(operation.method, path) == (
        operation,
        dict.fromkeys(operation.path_parameters, "a%2Fb"),
    )


@pytest.mark.parametrize(
    ("method", "path"), [("GET", ""), ("GET", "albums/1"), ("GET", "/albums/1/"), ("GET", "/me/1"), ("PUT", "/albums")]
)
def test_match_operation_returns_none_for_other_requests(method: str, path: str) -> None:
    assert match_operation(method, path) is None
