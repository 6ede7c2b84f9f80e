"""A list knows how many calls reading it to the end takes, once it has a page."""

import pytest

from spotify import ClientConfig
from spotify.testing import SpotifySandbox


@pytest.fixture
async def sandbox():
    async with SpotifySandbox() as sandbox:
        yield sandbox


@pytest.fixture
async def client(sandbox):
    async with sandbox.client() as client:
        yield client


async def test_the_cost_is_unknown_before_the_first_page(client, sandbox):
    entries = client.playlists.get_items(sandbox.catalogue.big_playlist.id)
    assert entries.cost is None
    assert sandbox.requests == []


@pytest.mark.parametrize(("limit", "offset"), [(None, None), (20, 4970), (49, 0), (50, 4950), (50, 4949), (10, 9000)])
async def test_the_cost_is_the_number_of_requests_that_the_rest_takes(client, sandbox, limit, offset):
    entries = client.playlists.get_items(sandbox.catalogue.big_playlist.id, limit=limit, offset=offset)
    page = await entries
    cost = entries.cost
    rest = entries.starting_with(page)
    assert rest.cost == cost
    before = len(sandbox.requests)
    items = await rest.collect()
    assert len(sandbox.requests) - before == cost
    assert items[: len(page.items)] == page.items
    assert rest.cost == 0


async def test_the_cost_falls_while_a_list_is_read(client, sandbox):
    entries = client.playlists.get_items(sandbox.catalogue.big_playlist.id, offset=4800)
    assert [entries.cost async for _ in entries.pages()] == [3, 2, 1, 0]


async def test_an_object_in_hand_says_what_the_rest_of_its_list_costs(client, sandbox):
    playlist = await client.playlists.get(sandbox.catalogue.big_playlist.id)
    entries = client.playlists.get_items(playlist.id).starting_with(playlist.items)
    assert (playlist.items.total, len(playlist.items.items)) == (5000, 100)
    assert entries.cost == 98  # the pages of `get_items` have at most 50


async def test_the_cost_of_a_list_by_cursor(client, sandbox):
    artists = client.users.get_followed_artists(limit=2)
    page = await artists
    before = len(sandbox.requests)
    cost = artists.cost
    assert cost == -(-(page.total - 2) // 2)
    await artists.starting_with(page).collect()
    assert len(sandbox.requests) - before == cost


async def test_a_list_without_a_total_does_not_know_its_cost(client):
    history = client.player.get_recently_played(limit=2)
    page = await history
    assert history.cost == (None if page.next else 0)


async def test_the_cost_of_a_search_ends_with_the_results_that_spotify_returns(client):
    results = client.search.results("a", "track", limit=50)
    page = await results
    assert results.cost <= 19
    assert page.next is None or results.cost > 0


async def test_pages_are_shorter_in_development_mode():
    config = ClientConfig(quota_mode="development")
    async with SpotifySandbox(quota_mode="development") as sandbox, sandbox.client(config=config) as client:
        albums = client.artists.get_albums(sandbox.catalogue.artists[0].id)
        page = await albums
        assert page.limit == 10
        assert albums.cost == max(0, -(-page.total // 10) - 1)
