"""The user's library in the services of the catalogue: albums, audiobooks, episodes, shows and tracks."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

import pytest

from spotify.client import AsyncSpotifyClient
from spotify.errors import AuthenticationError, MissingScopeError
from spotify.testing import SpotifySandbox
from tests.support.catalogue_services import AREAS_IN_LIBRARY, UNKNOWN_ID, Area, offline, online
from tests.support.failures import async_failures


@online(AREAS_IN_LIBRARY)
async def test_saved_items_are_listed_newest_first_and_from_an_offset(
    area: Area, client: AsyncSpotifyClient, sandbox: SpotifySandbox
) -> None:
    page = await area.service(client).get_saved(limit=2)
    entries = [entry async for entry in area.service(client).get_saved(limit=50)]
    last = [entry async for entry in area.service(client).get_saved(limit=3, offset=len(entries) - 5)]

    ids = [getattr(entry, area.kind).id for entry in entries]
    assert len(set(ids)) == page.total > 5
    assert all(await area.service(client).check_saved(ids[-45:]))
    times = [entry.added_at for entry in entries]
    assert times == sorted(times, reverse=True)
    assert page.items == entries[:2]
    assert last == entries[-5:]


@offline(AREAS_IN_LIBRARY)
async def test_invalid_arguments_of_get_saved_raise_at_once(area: Area, client: AsyncSpotifyClient) -> None:
    for arguments in ({"limit": 0}, {"offset": -1}):
        with pytest.raises(ValueError, match="must be"):
            area.service(client).get_saved(**arguments)


@offline(AREAS_IN_LIBRARY)
async def test_awaiting_saved_items_with_a_limit_too_high_raises(area: Area, client: AsyncSpotifyClient) -> None:
    pages = area.service(client).get_saved(limit=51)

    with pytest.raises(ValueError, match=r"^limit must be from 1 to 50, not 51"):
        await pages


async def test_an_application_has_no_saved_items(app_client: AsyncSpotifyClient) -> None:
    async def check(area: Area) -> None:
        with pytest.raises(AuthenticationError):
            await area.service(app_client).get_saved()

    assert await async_failures(check, AREAS_IN_LIBRARY) == {}


async def test_saved_items_need_their_scope(sandbox: SpotifySandbox) -> None:
    async def check(area: Area) -> None:
        with pytest.raises(MissingScopeError) as caught:
            await area.service(client).get_saved()
        assert "user-library-read" in caught.value.required_scopes

    async with sandbox.client(scopes=["user-read-playback-position"]) as client:
        assert await async_failures(check, AREAS_IN_LIBRARY) == {}


@online(AREAS_IN_LIBRARY)
async def test_a_saved_item_can_be_removed_and_saved_again(
    area: Area, client: AsyncSpotifyClient, sandbox: SpotifySandbox
) -> None:
    service = area.service(client)
    saved = getattr((await service.get_saved(limit=1)).items[0], area.kind).id

    await service.remove([saved])
    after_remove = await service.check_saved([saved])
    await service.save(iter([f"spotify:{area.kind}:{saved}"]))
    after_save = await service.check_saved([saved])

    assert (after_remove, after_save) == ([False], [True])
    newest = (await service.get_saved(limit=1)).items[0]
    assert getattr(newest, area.kind).id == saved


@online(AREAS_IN_LIBRARY)
async def test_the_library_operations_take_uris(
    area: Area, client: AsyncSpotifyClient, sandbox: SpotifySandbox
) -> None:
    service, ids, before = area.service(client), area.ids(sandbox, 1), len(sandbox.requests)

    await service.save(ids)
    await service.check_saved(ids)
    await service.remove(ids)

    uri = f"spotify:{area.kind}:{ids[0]}"
    assert [
        (request.method, request.path, dict(parse_qsl(request.query))["uris"]) for request in sandbox.requests[before:]
    ] == [
        ("PUT", "/me/library", uri),
        ("GET", "/me/library/contains", uri),
        ("DELETE", "/me/library", uri),
    ]


@online(AREAS_IN_LIBRARY)
async def test_bools_are_in_the_order_of_the_ids(
    area: Area, client: AsyncSpotifyClient, sandbox: SpotifySandbox
) -> None:
    saved, not_saved = area.ids(sandbox, 2)
    await area.service(client).save([saved])
    await area.service(client).remove([not_saved])

    result = await area.service(client).check_saved([not_saved, saved, UNKNOWN_ID, saved])

    assert result == [False, True, False, True]


@offline(AREAS_IN_LIBRARY)
async def test_invalid_id_lists_raise_before_a_library_request(area: Area, client: AsyncSpotifyClient) -> None:
    invalid: list[tuple[Any, type[Exception], str]] = [
        ([], ValueError, "at least one"),
        ([f"spotify:user:{UNKNOWN_ID}"], ValueError, "is a user"),
        (UNKNOWN_ID, TypeError, "not one str"),
    ]

    for method in ("save", "remove", "check_saved"):
        for ids, error, message in invalid:
            with pytest.raises(error, match=message):
                await getattr(area.service(client), method)(ids)
