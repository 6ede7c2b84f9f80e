"""The facts about operations are consistent, and agree with Spotify's announcements."""

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
from tests.support.failures import failures

# The operations that development mode lacks, with the paths of their replacements.
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
REMOVED_IN_2024 = {
    "/artists/{id}/related-artists",
    "/recommendations",
    "/recommendations/available-genre-seeds",
    "/audio-features",
    "/audio-features/{id}",
    "/audio-analysis/{id}",
    "/browse/featured-playlists",
    "/browse/categories/{category_id}/playlists",
}
NOT_IDEMPOTENT = {
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


def test_there_are_97_operations_with_different_ids_and_routes() -> None:
    assert len(ALL_OPERATIONS) == 97
    assert len(BY_ID) == 97
    assert len({(operation.method, operation.path) for operation in ALL_OPERATIONS}) == 97


def test_development_mode_lacks_48_operations() -> None:
    removed = {(operation.method, operation.path) for operation in ALL_OPERATIONS if not operation.development_mode}

    assert len(removed) == 48
    assert removed == set(REMOVED)


def test_replacements_have_the_same_method_and_another_path() -> None:
    def check(operation: Operation) -> None:
        replacement = BY_ID[operation.replacement] if operation.replacement else None

        assert (replacement and replacement.path) == REMOVED[operation.method, operation.path]
        if replacement:
            assert replacement.method == operation.method
            assert replacement.development_mode

    removed = {operation.id: operation for operation in ALL_OPERATIONS if not operation.development_mode}
    assert failures(check, removed) == {}


def test_removal_dates_are_those_that_spotify_announced() -> None:
    dates = {operation.path: operation.removed_on for operation in ALL_OPERATIONS if operation.removed_on}

    assert {path for path, removed_on in dates.items() if removed_on == date(2024, 11, 27)} == REMOVED_IN_2024
    assert set(dates.values()) == {date(2024, 11, 27), date(2026, 2, 11)}


def test_only_removed_operations_have_a_replacement() -> None:
    assert not [operation.id for operation in ALL_OPERATIONS if operation.replacement and operation.development_mode]


def test_operations_are_idempotent_except_those_with_further_effects() -> None:
    assert {operation.id for operation in ALL_OPERATIONS if not operation.idempotent} == NOT_IDEMPOTENT


def test_every_write_says_what_it_changes_except_player_commands_and_new_playlists() -> None:
    unordered = {
        operation.id
        for operation in ALL_OPERATIONS
        if operation.method != "GET" and operation.changes is None and not operation.path.startswith("/me/player")
    }

    assert unordered == {"create-playlist", "create-playlist-for-user"}
    assert not [operation.id for operation in ALL_OPERATIONS if operation.method == "GET" and operation.changes]


def test_saves_commute_and_removals_commute() -> None:
    commuting = {(operation.method, operation.path) for operation in ALL_OPERATIONS if operation.commutes}

    assert commuting == {
        *((method, f"/me/{kind}") for method in ("PUT", "DELETE") for kind in (*SAVED, "following", "library")),
        *(("DELETE", f"/playlists/{{playlist_id}}/{name}") for name in ("items", "tracks")),
    }


@pytest.mark.parametrize(
    ("kind", "max_ids"),
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
def test_max_ids_depends_on_the_kind_of_object(kind: str, max_ids: int) -> None:
    paths = {f"/{kind}", f"/me/{kind}", f"/me/{kind}/contains"}
    listing = [operation for operation in ALL_OPERATIONS if operation.path in paths and operation.max_ids is not None]

    assert listing
    assert {operation.max_ids for operation in listing} == {max_ids}


def test_max_uris_are_40_in_the_library_and_100_in_playlists() -> None:
    assert {operation.max_ids for operation in (SAVE_LIBRARY_ITEMS, REMOVE_LIBRARY_ITEMS, CHECK_LIBRARY_CONTAINS)} == {
        40
    }
    writes = [
        operation
        for operation in ALL_OPERATIONS
        if operation.path.endswith(("}/items", "}/tracks")) and operation.scopes
    ]
    assert {operation.max_ids for operation in writes if operation.method != "GET"} == {100}
    assert GET_SEVERAL_AUDIO_FEATURES.max_ids == 100


def test_operations_that_take_ids_have_max_ids() -> None:
    taking_ids = [operation for operation in ALL_OPERATIONS if {"ids", "uris"} & set(operation.query)]

    assert [operation.id for operation in taking_ids if operation.max_ids is None] == []


def test_operations_with_a_limit_have_all_limits_and_others_none() -> None:
    limits = {
        operation.id: [
            operation.default_limit,
            operation.max_limit,
            operation.development_default_limit,
            operation.development_max_limit,
        ]
        for operation in ALL_OPERATIONS
    }
    with_pages = {operation.id for operation in ALL_OPERATIONS if "limit" in operation.query}

    assert {id_ for id_, values in limits.items() if all(values)} == with_pages
    assert {id_ for id_, values in limits.items() if any(values)} == with_pages


@pytest.mark.parametrize("operation", [SEARCH, GET_ARTIST_ALBUMS])
def test_search_and_artist_albums_have_shorter_pages_in_development_mode(operation: Operation) -> None:
    assert (operation.default_limit, operation.max_limit) == (20, 50)
    assert (operation.development_default_limit, operation.development_max_limit) == (5, 10)


def test_other_pages_have_the_same_limits_in_development_mode() -> None:
    assert (GET_ALBUM_TRACKS.development_default_limit, GET_ALBUM_TRACKS.development_max_limit) == (20, 50)


def test_the_old_route_to_playlist_items_has_longer_pages() -> None:
    assert GET_PLAYLIST_TRACKS.max_limit == 100


def test_search_is_limited_to_a_thousand_results() -> None:
    assert SEARCH.max_results == 1000
    assert [operation for operation in ALL_OPERATIONS if operation.max_results] == [SEARCH]


def test_cover_images_are_sent_as_jpeg() -> None:
    assert UPLOAD_PLAYLIST_COVER_IMAGE.content_type == "image/jpeg"


def test_path_parameters_are_read_from_the_path() -> None:
    assert GET_SEVERAL_ALBUMS.path_parameters == ()
    assert GET_RELATED_ARTISTS.path_parameters == ("id",)
    assert GET_PLAYLIST_TRACKS.path_parameters == ("playlist_id",)


READS = [operation for operation in ALL_OPERATIONS if operation.method == "GET"]
WRITES = [operation for operation in ALL_OPERATIONS if operation.method != "GET"]


def test_reads_about_the_current_user_or_a_playlist_have_a_cache_area() -> None:
    with_area = {operation.path for operation in READS if operation.cache_area is not None}

    assert with_area == {
        operation.path
        for operation in READS
        if operation.path.split("/")[1] in {"me", "playlists"} or operation.path == "/users/{user_id}/playlists"
    }


def test_cache_areas_below_me_are_those_of_reads_below_me() -> None:
    personal = {operation.path for operation in READS if (operation.cache_area or "").startswith("/me")}

    assert personal == {operation.path for operation in READS if operation.path.split("/")[1] == "me"}


def test_only_writes_invalidate_and_only_reads_have_a_cache_area() -> None:
    assert [operation.id for operation in READS if operation.invalidates] == []
    assert [operation.id for operation in WRITES if not operation.invalidates or operation.cache_area] == []


def test_writes_invalidate_the_reads_of_their_own_path() -> None:
    def check(operation: Operation) -> None:
        own = {
            read.cache_area
            for read in READS
            if (read.path == operation.path or read.path.startswith(f"{operation.path}/")) and read.cache_area
        }

        assert own <= set(operation.invalidates)

    assert failures(check, {operation.id: operation for operation in WRITES}) == {}


def test_writes_invalidate_all_areas_except_the_profile_and_the_top_lists() -> None:
    invalidated = {area for operation in WRITES for area in operation.invalidates}

    assert invalidated == {read.cache_area for read in READS if read.cache_area} - {"/me", "/me/top"}


def test_player_commands_ignore_the_response_body() -> None:
    ignoring = {operation.id for operation in ALL_OPERATIONS if operation.ignores_response_body}

    assert ignoring == {operation.id for operation in WRITES if operation.path.startswith("/me/player")}


def test_writes_of_playlist_items_return_a_snapshot() -> None:
    returning = {operation.id for operation in ALL_OPERATIONS if operation.returns_snapshot}

    assert returning == {operation.id for operation in WRITES if operation.path.endswith(("}/items", "}/tracks"))}


def test_match_operation_finds_every_operation_and_its_path_parameters() -> None:
    for operation in ALL_OPERATIONS:
        parameters = dict.fromkeys(operation.path_parameters, "a%2Fb")

        assert match_operation(operation.method, operation.path.format(**parameters)) == (operation, parameters)


@pytest.mark.parametrize(
    ("method", "path"), [("GET", ""), ("GET", "albums/1"), ("GET", "/albums/1/"), ("GET", "/me/1"), ("PUT", "/albums")]
)
def test_match_operation_returns_none_for_other_requests(method: str, path: str) -> None:
    assert match_operation(method, path) is None
