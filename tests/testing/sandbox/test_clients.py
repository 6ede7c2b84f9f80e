"""Clients created by a sandbox."""

from __future__ import annotations

import pytest

from spotify.config import ClientConfig
from spotify.testing import SpotifySandbox


async def test_a_client_acts_for_the_default_user(sandbox: SpotifySandbox) -> None:
    async with sandbox.client() as client:
        profile = await client.users.get_current_profile()

    assert profile.id == sandbox.catalogue.default_user.id


async def test_a_client_can_act_for_any_user(sandbox: SpotifySandbox) -> None:
    odd = sandbox.catalogue.odd_user

    async with sandbox.client(user=odd.id, scopes=[]) as client:
        profile = await client.users.get_current_profile()

    assert profile.id == odd.id
    assert profile.email is None


async def test_a_client_can_use_the_sandboxs_credentials(sandbox: SpotifySandbox) -> None:
    async with sandbox.client(client_id=sandbox.client_id, client_secret=sandbox.client_secret) as client:
        album = await client.albums.get(sandbox.catalogue.albums[0].id)

    assert album.name == sandbox.catalogue.albums[0].name
    assert len(sandbox.token_requests) == 1


async def test_a_config_keeps_all_settings_but_the_urls(sandbox: SpotifySandbox) -> None:
    config = ClientConfig(market="US")

    async with sandbox.client(config=config) as client:
        await client.tracks.get(sandbox.catalogue.tracks[0].id)

    assert sandbox.requests[-1].query == "market=US"


async def test_user_cannot_be_combined_with_credentials(sandbox: SpotifySandbox) -> None:
    with pytest.raises(ValueError, match="user and scopes"):
        sandbox.client(user=sandbox.catalogue.default_user.id, access_token="token")
