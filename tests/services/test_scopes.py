"""`scopes_for`: the scopes that methods need."""

from __future__ import annotations

import pytest

from spotify import AsyncSpotifyClient, Scope, scopes_for
from spotify.operations import ALL_OPERATIONS
from spotify.services import PlaylistsService

client = AsyncSpotifyClient("token")


def test_every_scope_of_the_operations_is_known():
    assert all(Scope(scope).is_known for operation in ALL_OPERATIONS for scope in operation.scopes)


def test_several_methods_need_the_union_of_their_scopes():
    assert scopes_for(client.playlists.create, client.player.start_playback) == {
        Scope.PLAYLIST_MODIFY_PUBLIC,
        Scope.PLAYLIST_MODIFY_PRIVATE,
        Scope.USER_MODIFY_PLAYBACK_STATE,
    }


def test_methods_without_a_user_need_no_scope():
    assert scopes_for(client.albums.get, client.search.search) == frozenset()


def test_no_methods_need_no_scopes():
    assert scopes_for() == frozenset()


def test_scopes_for_accepts_class_methods_and_operation_ids():
    assert scopes_for(PlaylistsService.add_items) == scopes_for(client.playlists.add_items)
    assert scopes_for("create-playlist") == scopes_for(client.playlists.create)


@pytest.mark.parametrize("odd", [print, client.close, "create-playlists", client, client.playlists])
def test_an_argument_that_is_not_a_service_method_raises(odd):
    with pytest.raises(ValueError, match=r"client\.playlists\.create"):
        scopes_for(odd)


def test_a_scope_equals_its_string():
    assert Scope("user-top-read") is Scope.USER_TOP_READ
    assert f"{Scope.USER_TOP_READ}" == "user-top-read"


def test_an_unknown_scope_is_accepted():
    assert Scope("user-read-mind") == "user-read-mind"
    assert not Scope("user-read-mind").is_known
