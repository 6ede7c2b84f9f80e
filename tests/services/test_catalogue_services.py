"""The behaviour that all services of the catalogue share: reading by id, many at once, and lists."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

import pytest

from spotify.client import AsyncSpotifyClient
from spotify.errors import NotFoundError
from spotify.testing import SpotifySandbox
from tests.support.catalogue_services import (
    AREAS,
    AREAS_WITH_MARKET,
    LISTINGS,
    UNKNOWN_ID,
    Area,
    Listing,
    offline,
    online,
)


@online(AREAS)
async def test_get_accepts_an_id_a_uri_and_a_url(
    area: Area, client: AsyncSpotifyClient, sandbox: SpotifySandbox
) -> None:
    (known,) = area.objects(sandbox, 1)

    for form in ("{id}", "spotify:{kind}:{id}", "https://open.spotify.com/{kind}/{id}?si=1"):
        found = await area.service(client).get(form.format(id=known.id, kind=area.kind))

        assert (found.id, found.type, found.name) == (known.id, area.kind, known.name)


@online(AREAS)
async def test_an_unknown_id_is_not_found(area: Area, client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    with pytest.raises(NotFoundError) as caught:
        await area.service(client).get(UNKNOWN_ID)

    assert caught.value.status_code == 404


@offline(AREAS)
async def test_an_id_of_another_kind_raises_before_a_request(area: Area, client: AsyncSpotifyClient) -> None:
    service = area.service(client)

    for form in ("spotify:playlist:{}", "https://open.spotify.com/user/{}", "{}!", ""):
        invalid = form.format(UNKNOWN_ID)
        with pytest.raises(ValueError, match=area.kind):
            await service.get(invalid)
        with pytest.raises(ValueError, match=rf"\[1\]: .*{area.kind}"):
            await service.get_several([UNKNOWN_ID, invalid])


@online(AREAS)
async def test_several_objects_are_in_order_with_none_for_unknown_ids(
    area: Area, client: AsyncSpotifyClient, sandbox: SpotifySandbox
) -> None:
    first, second = area.ids(sandbox, 2)

    found = await area.service(client).get_several([second, f"spotify:{area.kind}:{first}", UNKNOWN_ID, second])

    assert [item and item.id for item in found] == [second, first, None, second]


@pytest.mark.extended_only("GET /albums?ids= and the like")
@online(AREAS)
async def test_a_full_batch_is_one_request(area: Area, client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    before = len(sandbox.requests)

    await area.service(client).get_several(iter(area.ids(sandbox, area.max_ids)))

    assert len(sandbox.requests) - before == 1


@online(AREAS)
async def test_two_batches_are_one_list_in_order(
    area: Area, client: AsyncSpotifyClient, sandbox: SpotifySandbox
) -> None:
    ids, before = area.ids(sandbox, area.max_ids + 1)[::-1], len(sandbox.requests)

    found = await area.service(client).get_several(ids)

    known = [(item.id, requested_id) for item, requested_id in zip(found, ids, strict=True) if item]
    assert len(known) > 20
    assert all(found_id == requested_id for found_id, requested_id in known)
    assert len(sandbox.requests) - before == (2 if sandbox.quota_mode == "extended" else 1 + len(ids))


@online(AREAS)
async def test_repeated_ids_are_requested_once(area: Area, client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    known, before = area.ids(sandbox, 1)[0], len(sandbox.requests)

    found = await area.service(client).get_several([known, f"spotify:{area.kind}:{known}"] * area.max_ids)

    assert [item.id for item in found] == [known] * 2 * area.max_ids
    batch, *reads = sandbox.requests[before:]
    assert dict(parse_qsl(batch.query))["ids"] == known
    assert [request.path for request in reads] == (
        [] if sandbox.quota_mode == "extended" else [f"/{area.name}/{known}"]
    )


@offline(AREAS)
async def test_invalid_id_lists_raise_before_a_request(area: Area, client: AsyncSpotifyClient) -> None:
    invalid: list[tuple[Any, type[Exception]]] = [
        ([], ValueError),
        (UNKNOWN_ID, TypeError),
        ([None], TypeError),
        (1, TypeError),
    ]

    for ids, error in invalid:
        with pytest.raises(error):
            await area.service(client).get_several(ids)


@online(AREAS_WITH_MARKET)
async def test_the_market_is_sent(area: Area, client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    known, before = area.ids(sandbox, 1)[0], len(sandbox.requests)

    await area.service(client).get(known, market="CA")
    await area.service(client).get_several([known], market="CA")

    requests = sandbox.requests[before:]
    assert len(requests) == (2 if sandbox.quota_mode == "extended" else 3)
    assert {dict(parse_qsl(request.query))["market"] for request in requests} == {"CA"}


@offline(AREAS_WITH_MARKET)
async def test_an_invalid_market_raises_before_a_request(area: Area, client: AsyncSpotifyClient) -> None:
    invalid: list[tuple[Any, type[Exception]]] = [
        ("ca", ValueError),
        ("CAN", ValueError),
        ("", ValueError),
        (1, TypeError),
    ]

    for market, error in invalid:
        with pytest.raises(error, match="market"):
            await area.service(client).get(UNKNOWN_ID, market=market)
        with pytest.raises(error, match="market"):
            await area.service(client).get_several([UNKNOWN_ID], market=market)


@online(LISTINGS)
async def test_awaiting_a_list_gives_one_page(
    listing: Listing, client: AsyncSpotifyClient, sandbox: SpotifySandbox
) -> None:
    expected = listing.expected_ids(sandbox)

    page = await listing.call_parent(client, sandbox, limit=7, offset=3)

    assert [item.id for item in page.items] == expected[3:10]
    assert (page.total, page.limit, page.offset) == (len(expected), 7, 3)


@online(LISTINGS)
async def test_iterating_over_a_list_gives_every_item(
    listing: Listing, client: AsyncSpotifyClient, sandbox: SpotifySandbox
) -> None:
    items = [item.id async for item in listing.call_parent(client, sandbox, limit=10)]

    assert items == listing.expected_ids(sandbox)


@online(LISTINGS)
async def test_iterating_begins_at_the_offset(
    listing: Listing, client: AsyncSpotifyClient, sandbox: SpotifySandbox
) -> None:
    items = [item.id async for item in listing.call_parent(client, sandbox, offset=8)]

    assert items == listing.expected_ids(sandbox)[8:]


@online(LISTINGS)
async def test_the_market_is_sent_for_every_page(
    listing: Listing, client: AsyncSpotifyClient, sandbox: SpotifySandbox
) -> None:
    before = len(sandbox.requests)

    async for _ in listing.call_parent(client, sandbox, limit=50, market="CA"):
        pass

    assert {dict(parse_qsl(request.query))["market"] for request in sandbox.requests[before:]} == {"CA"}


@offline(LISTINGS)
async def test_invalid_arguments_of_a_list_raise_at_once(listing: Listing, client: AsyncSpotifyClient) -> None:
    invalid: list[tuple[str, Any, type[Exception]]] = [
        ("limit", 0, ValueError),
        ("limit", "10", TypeError),
        ("limit", True, TypeError),
        ("offset", -1, ValueError),
        ("offset", 1.5, TypeError),
        ("market", "Germany", ValueError),
    ]

    for name, value, error in invalid:
        with pytest.raises(error, match=f"^{name} must be"):
            listing.call(client, UNKNOWN_ID, **{name: value})


@online(LISTINGS)
async def test_the_default_limit_is_the_highest(
    listing: Listing, client: AsyncSpotifyClient, sandbox: SpotifySandbox
) -> None:
    assert (await listing.call_parent(client, sandbox)).limit == listing.max_limit(sandbox)


@offline(LISTINGS)
async def test_awaiting_a_list_with_a_limit_too_high_raises(listing: Listing, client: AsyncSpotifyClient) -> None:
    pages = listing.call(client, UNKNOWN_ID, limit=51)

    with pytest.raises(ValueError, match=r"^limit must be from 1 to 50, not 51"):
        await pages


@online(LISTINGS)
async def test_iterating_lowers_a_limit_that_is_too_high(
    listing: Listing, client: AsyncSpotifyClient, sandbox: SpotifySandbox
) -> None:
    before, max_limit = len(sandbox.requests), listing.max_limit(sandbox)

    items = [item.id async for item in listing.call_parent(client, sandbox, limit=51)]

    assert items == listing.expected_ids(sandbox)
    requests = sandbox.requests[before:]
    succeeded = [request for request in requests if request.status == 200]
    assert {dict(parse_qsl(request.query))["limit"] for request in succeeded} == {str(max_limit)}
    assert len(requests) - len(succeeded) == (1 if max_limit < 50 else 0)


@online(LISTINGS)
async def test_awaiting_the_list_of_an_unknown_id_is_not_found(
    listing: Listing, client: AsyncSpotifyClient, sandbox: SpotifySandbox
) -> None:
    with pytest.raises(NotFoundError):
        await listing.call(client, UNKNOWN_ID)


@offline(LISTINGS)
async def test_the_list_of_an_id_of_another_kind_raises_at_once(listing: Listing, client: AsyncSpotifyClient) -> None:
    with pytest.raises(ValueError, match="playlist"):
        listing.call(client, f"spotify:playlist:{UNKNOWN_ID}")
