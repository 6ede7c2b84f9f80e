"""Episodes of shows. `test_catalogue_services` has the behaviour that services share."""

from __future__ import annotations

import pytest

from spotify.client import AsyncSpotifyClient
from spotify.errors import MissingScopeError, NotFoundError
from spotify.testing import SpotifySandbox


async def test_an_episode_has_its_show(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    known = sandbox.catalogue.episodes[5]

    episode = await client.episodes.get(known.id)

    assert (episode.name, episode.description) == (known.name, known.description)
    assert (episode.duration_ms, episode.release_date) == (known.duration_ms, known.release_date)
    assert episode.show is not None
    assert (episode.show.id, episode.show.name) == (known.show.id, known.show.name)


async def test_saved_episodes_have_their_shows(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    page = await client.episodes.get_saved(limit=5, market="US")

    shows = [entry.episode.show and entry.episode.show.id for entry in page.items]
    assert shows == [sandbox.catalogue.episode_by_id[entry.episode.id].show.id for entry in page.items]


@pytest.mark.parametrize(("market", "playable"), [(None, False), ("NO", True)])
async def test_saved_episodes_are_those_of_the_market(
    market: str | None, playable: bool, client: AsyncSpotifyClient, sandbox: SpotifySandbox
) -> None:
    await client.episodes.save([sandbox.catalogue.nordic_show.episodes[0].id])

    page = await client.episodes.get_saved(limit=1, market=market)

    assert [entry.episode.is_playable for entry in page.items] == [playable]


async def test_saved_episodes_need_two_scopes(sandbox: SpotifySandbox) -> None:
    async with sandbox.client(scopes=["user-library-read"]) as client:
        with pytest.raises(MissingScopeError, match="user-library-read, user-read-playback-position"):
            await client.episodes.get_saved()


async def test_the_resume_point_needs_a_scope(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    known_id = sandbox.catalogue.episodes[0].id

    known = await client.episodes.get(known_id)
    async with sandbox.client(scopes=[]) as another:
        unknown = await another.episodes.get(known_id)

    assert known.resume_point is not None
    assert unknown.resume_point is None


async def test_an_unavailable_object_is_not_found(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    nordic, here = sandbox.catalogue.nordic_show.episodes[0], sandbox.catalogue.episodes[0]

    with pytest.raises(NotFoundError):
        await client.episodes.get(nordic.id)
    several = await client.episodes.get_several([nordic.id, here.id])

    assert [episode and episode.id for episode in several] == [None, here.id]


async def test_an_object_is_available_in_its_market(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    nordic = sandbox.catalogue.nordic_show.episodes[0]

    assert (await client.episodes.get(nordic.id, market="NO")).id == nordic.id


async def test_an_application_needs_a_market(app_client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    known_id = sandbox.catalogue.episodes[0].id

    with pytest.raises(NotFoundError):
        await app_client.episodes.get(known_id)
    assert (await app_client.episodes.get(known_id, market="DE")).id == known_id
