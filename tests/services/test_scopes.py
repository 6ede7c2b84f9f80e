"""Which scopes calls need, asked without calling."""

from __future__ import annotations

import pytest

from spotify import AsyncSpotifyClient, Scope, scopes_for
from spotify.operations import ALL_OPERATIONS
from spotify.services import PlaylistsService

client = AsyncSpotifyClient("token")


def test_the_scopes_of_every_operation_are_known():
    assert all(Scope(scope).is_known for operation in ALL_OPERATIONS for scope in operation.scopes)


def test_several_calls_need_the_scopes_of_all_of_them_and_no_more():
    assert scopes_for(client.playlists.create, client.player.start_playback) == {
        Scope.PLAYLIST_MODIFY_PUBLIC,
        Scope.PLAYLIST_MODIFY_PRIVATE,
        Scope.USER_MODIFY_PLAYBACK_STATE,
    }


def test_what_needs_no_user_needs_no_scope():
    assert scopes_for(client.albums.get, client.search.search) == frozenset()


def test_nothing_needs_nothing():
    assert scopes_for() == frozenset()


def test_a_method_of_the_class_and_an_operation_id_will_do():
    assert scopes_for(PlaylistsService.add_items) == scopes_for(client.playlists.add_items)
    assert scopes_for("create-playlist") == scopes_for(client.playlists.create)


@pytest.mark.parametrize("odd", [print, client.close, "create-playlists", client, client.playlists])
def test_what_is_no_method_of_a_service_is_refused(odd):
    with pytest.raises(ValueError, match=r"client\.playlists\.create"):
        scopes_for(odd)


def test_a_scope_is_its_text():
    assert Scope("user-top-read") is Scope.USER_TOP_READ
    assert f"{Scope.USER_TOP_READ}" == "user-top-read"


def test_a_scope_of_the_future_is_one_too():
    assert Scope("user-read-mind") == "user-read-mind"
    assert not Scope("user-read-mind").is_known
