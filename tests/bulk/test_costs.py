"""How many calls a method would make, known before it makes them."""

import pytest

from spotify import ClientConfig, PartialWriteError
from spotify.testing import Fault, SpotifySandbox

EXTENDED = ClientConfig(quota_mode="extended", max_retries=0)
DEVELOPMENT = ClientConfig(quota_mode="development")
URIS = [f"spotify:track:{number:022}" for number in range(250)]


@pytest.fixture
async def sandbox():
    async with SpotifySandbox() as sandbox:
        yield sandbox


def bulk_calls(client, sandbox):
    """Calls with the requests that they make: the method, its arguments, and the number."""
    playlist = sandbox.catalogue.big_playlist.id
    uris, users = (
        [track.uri for track in sandbox.catalogue.tracks[:250]],
        [user.id for user in sandbox.catalogue.users[:3]],
    )
    tracks = uris[:100]
    return [
        (client.albums.get, (sandbox.catalogue.albums[0].id,), {}, 1),
        (client.albums.get_several, ([album.id for album in sandbox.catalogue.albums[:45]],), {}, 3),
        (client.tracks.check_saved, (tracks,), {}, 3),
        (client.tracks.save, (tracks,), {}, 3),
        (client.library.remove_items, (tracks,), {}, 3),
        (client.playlists.check_follows, (playlist,), {"user_ids": users}, 3),
        (client.playlists.add_items, (playlist, uris), {}, 3),
        (client.playlists.add_items, (playlist, uris), {"verify": True}, 4),
        (client.playlists.replace_items, (playlist, uris), {}, 3),
        (client.playlists.remove_items, (playlist,), {"uris": uris}, 3),
        (client.playlists.change_details, (playlist,), {"name": "x"}, 1),
        (client.call, ("get-an-album",), {"id": sandbox.catalogue.albums[0].id}, 1),
    ]


async def test_the_cost_is_the_number_of_requests_and_sends_none(sandbox):
    async with sandbox.client(config=EXTENDED) as client:
        for method, arguments, options, expected in bulk_calls(client, sandbox):
            before = len(sandbox.requests)
            assert await client.cost(method, *arguments, **options) == expected, method
            assert len(sandbox.requests) == before
            await method(*arguments, **options)
            assert len(sandbox.requests) - before == expected, method


@pytest.mark.parametrize(("mode", "expected"), [("development", 45), ("extended", 3), ("auto", 46)])
async def test_the_cost_of_a_bulk_read_depends_on_the_quota_mode(sandbox, mode, expected):
    async with sandbox.client(config=ClientConfig(quota_mode=mode)) as client:
        albums = [album.id for album in sandbox.catalogue.albums[:45]]
        assert await client.cost(client.albums.get_several, albums) == expected
        if mode == "auto":
            await client.albums.get_several(albums)
            assert await client.cost(client.albums.get_several, albums) == 3


async def test_what_is_cached_costs_nothing_and_is_not_counted(sandbox):
    config = ClientConfig(cache="memory", cache_ttl={"album": 60}, quota_mode="extended")
    async with sandbox.client(config=config) as client:
        albums = [album.id for album in sandbox.catalogue.albums[:45]]
        await client.albums.get_several(albums[:30])
        cached = client.usage.total.cached
        assert await client.cost(client.albums.get_several, albums) == 1
        assert await client.cost(client.albums.get_several, albums[:30]) == 0
        assert await client.cost(client.albums.get, albums[0]) == 0
        assert await client.cost(client.albums.get, albums[40]) == 1
        assert client.usage.total.cached == cached


async def test_the_cost_of_resuming_a_write(sandbox):
    async with sandbox.client(config=EXTENDED) as client:
        sandbox.fail("PUT /me/library", Fault.status(500), after=1, times=1)
        with pytest.raises(PartialWriteError) as raised:
            await client.tracks.save(URIS[:100])
        assert await client.cost(client.resume, raised.value) == 2
        await client.resume(raised.value)


async def test_the_client_of_another_user_and_a_view_have_costs(sandbox):
    async with sandbox.client() as client:
        view = client.with_options(timeout=1.0)
        assert await view.cost(view.tracks.save, URIS[:41]) == 2
        with pytest.raises(TypeError, match="a method of this client"):
            await view.cost(client.tracks.save, URIS[:41])


async def test_a_list_refuses_and_names_the_way(sandbox):
    async with sandbox.client() as client:
        with pytest.raises(TypeError, match=r"Paginator\.cost"):
            await client.cost(client.albums.get_tracks, sandbox.catalogue.albums[0].id)
        with pytest.raises(TypeError, match="a method of this client"):
            await client.cost(sorted, [])


async def test_invalid_arguments_are_refused_as_by_the_method(sandbox):
    async with sandbox.client() as client:
        with pytest.raises(ValueError, match="not an album"):
            await client.cost(client.albums.get_several, ["x"])
    assert sandbox.requests == []
