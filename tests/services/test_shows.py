"""Shows. `test_catalogue_services` has the behaviour that services share."""

from __future__ import annotations

import pytest

from spotify.client import AsyncSpotifyClient
from spotify.errors import NotFoundError
from spotify.testing import SpotifySandbox


async def test_a_show_has_its_details(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    known = sandbox.catalogue.shows[4]

    show = await client.shows.get(known.id)

    assert (show.name, show.description) == (known.name, known.description)
    assert (show.media_type, tuple(show.languages)) == (known.media_type, known.languages)


@pytest.mark.extended_only("publisher")
async def test_a_show_has_its_publisher(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    known = sandbox.catalogue.shows[4]

    assert (await client.shows.get(known.id)).publisher == known.publisher


async def test_a_show_has_the_first_page_of_its_episodes(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    known = sandbox.catalogue.long_show

    show = await client.shows.get(known.id)

    assert show.episodes is not None
    assert [episode.id for episode in show.episodes.items] == [episode.id for episode in known.episodes[:50]]
    assert (show.episodes.total, show.total_episodes) == (260, 260)


async def test_episodes_are_sorted_by_date(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    page = await client.shows.get_episodes(sandbox.catalogue.long_show.id, limit=50)

    dates = [episode.release_date or "" for episode in page.items if episode.release_date_precision == "day"]
    assert dates == sorted(dates, reverse=True)


async def test_an_unavailable_object_is_not_found(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    nordic, here = sandbox.catalogue.nordic_show, sandbox.catalogue.long_show

    with pytest.raises(NotFoundError):
        await client.shows.get(nordic.id)
    with pytest.raises(NotFoundError):
        await client.shows.get_episodes(nordic.id)
    several = await client.shows.get_several([nordic.id, here.id])

    assert [show and show.id for show in several] == [None, here.id]


async def test_an_object_is_available_in_its_market(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    nordic = sandbox.catalogue.nordic_show

    assert (await client.shows.get(nordic.id, market="NO")).id == nordic.id


async def test_an_application_needs_a_market(app_client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    known_id = sandbox.catalogue.shows[0].id

    with pytest.raises(NotFoundError):
        await app_client.shows.get(known_id)
    assert (await app_client.shows.get(known_id, market="DE")).id == known_id
