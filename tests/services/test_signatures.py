"""The names of the service methods, and the names and the order of their arguments, do not change."""

from __future__ import annotations

import inspect
import re

import pytest

from spotify import services
from tests.support.service_methods import service_types

SIGNATURES = {
    "AlbumsService": """
        get(id, market) get_several(ids, market, return_errors) get_tracks(id, market, limit, offset)
        get_saved(limit, offset, market) get_new_releases(limit, offset) save(ids) remove(ids) check_saved(ids)
    """,
    "ArtistsService": """
        get(id) get_several(ids, return_errors) get_albums(id, include_groups, market, limit, offset)
        get_top_tracks(id, market) get_related(id)
    """,
    "AudiobooksService": """
        get(id, market) get_several(ids, market, return_errors) get_chapters(id, market, limit, offset)
        get_saved(limit, offset) save(ids) remove(ids) check_saved(ids)
    """,
    "BrowseService": """
        get_categories(locale, limit, offset) get_category(id, locale) get_category_playlists(id, limit, offset)
        get_featured_playlists(locale, limit, offset) get_genre_seeds() get_markets()
    """,
    "ChaptersService": "get(id, market) get_several(ids, market, return_errors)",
    "EpisodesService": """
        get(id, market) get_several(ids, market, return_errors) get_saved(limit, offset, market)
        save(ids) remove(ids) check_saved(ids)
    """,
    "LibraryService": "save_items(uris) remove_items(uris) check_contains(uris)",
    "PlayerService": """
        get_playback_state(market, additional_types) transfer_playback(device_id, play) get_devices()
        get_currently_playing(market, additional_types)
        start_playback(device_id, context_uri, uris, offset, position_ms) pause_playback(device_id)
        skip_to_next(device_id) skip_to_previous(device_id) seek(position_ms, device_id)
        set_repeat_mode(state, device_id) set_volume(volume_percent, device_id) set_shuffle(state, device_id)
        get_recently_played(limit, after, before) get_queue() add_to_queue(uri, device_id)
        watch() history(since, follow)
    """,
    "PlaylistsService": """
        get(id, market, fields, additional_types) get_items(id, market, fields, limit, offset, additional_types)
        get_for_current_user(limit, offset) get_for_user(id, limit, offset)
        create(name, public, collaborative, description)
        change_details(id, name, public, collaborative, description) add_items(id, uris, position, verify)
        remove_items(id, uris, items, snapshot_id) replace_items(id, uris)
        reorder_items(id, range_start, insert_before, range_length, snapshot_id)
        reorder_or_replace_items(id, uris, range_start, insert_before, range_length, snapshot_id)
        get_cover_image(id) upload_cover_image(id, image) follow(id, public) unfollow(id)
        check_follows(id, user_ids)
    """,
    "SearchService": """
        search(q, types, market, limit, offset, include_external)
        results(q, type, market, limit, offset, include_external)
    """,
    "ShowsService": """
        get(id, market) get_several(ids, market, return_errors) get_episodes(id, market, limit, offset)
        get_saved(limit, offset) save(ids) remove(ids) check_saved(ids)
    """,
    "TracksService": """
        get(id, market) get_several(ids, market, return_errors) get_saved(limit, offset, market)
        save(ids) remove(ids) check_saved(ids) get_audio_features(id) get_several_audio_features(ids, return_errors)
        get_audio_analysis(id)
        get_recommendations(seed_artists, seed_genres, seed_tracks, limit, market, attributes)
    """,
    "UsersService": """
        get_current_profile() get(id) get_top_artists(time_range, limit, offset)
        get_top_tracks(time_range, limit, offset) get_followed_artists(after, limit)
        follow_artists_or_users(type_, ids) unfollow_artists_or_users(type_, ids)
        check_follows_artists_or_users(type_, ids)
    """,
}


def signatures(service: type) -> set[str]:
    return {
        f"{name}({', '.join(parameter for parameter in inspect.signature(method).parameters if parameter != 'self')})"
        for name, method in inspect.getmembers(service, inspect.isfunction)
        if not name.startswith("_")
    }


def test_every_service_is_listed() -> None:
    assert {service.__name__ for service in service_types()} == set(SIGNATURES)


@pytest.mark.parametrize("service", SIGNATURES)
def test_a_service_has_the_documented_methods(service: str) -> None:
    listed = re.findall(r"\w+\(.*?\)", " ".join(SIGNATURES[service].split()))

    assert signatures(getattr(services, service)) == set(listed)
