"""The behaviour that catalogue services share: reading by id, several objects, lists, and the user's library."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

import pytest

from spotify.client import AsyncSpotifyClient
from spotify.errors import AuthenticationError, MissingScopeError, NotFoundError
from spotify.testing import SpotifySandbox

UNKNOWN = "0" * 22


@dataclass(frozen=True)
class Area:
    """A catalogue service. `name` is its attribute of the client, and that of its objects in the sandbox catalogue."""

    name: str
    kind: str
    most_ids: int
    saved: bool = True
    market: bool = True

    def service(self, client: AsyncSpotifyClient) -> Any:
        return getattr(client, self.name)

    def objects(self, sandbox: SpotifySandbox, count: int = 3) -> list[Any]:
        """Return objects of the sandbox catalogue."""
        return list(getattr(sandbox.catalogue, self.name)[:count])

    def ids(self, sandbox: SpotifySandbox, count: int) -> list[str]:
        """Return `count` different ids. The last ones are unknown if the catalogue has too few."""
        known = [item.id for item in self.objects(sandbox, count)]
        return known + [f"{number:022}" for number in range(count - len(known))]


AREAS = [
    Area("albums", "album", 20),
    Area("artists", "artist", 50, saved=False, market=False),
    Area("audiobooks", "audiobook", 50),
    Area("chapters", "chapter", 50, saved=False),
    Area("episodes", "episode", 50),
    Area("shows", "show", 50),
    Area("tracks", "track", 50),
]

in_each_area = pytest.mark.parametrize("area", AREAS, ids=lambda area: area.name)
in_each_saved_area = pytest.mark.parametrize("area", [area for area in AREAS if area.saved], ids=lambda area: area.name)
in_each_area_with_a_market = pytest.mark.parametrize(
    "area", [area for area in AREAS if area.market], ids=lambda area: area.name
)


@dataclass(frozen=True)
class Listing:
    """A method that lists the parts of an object with more than one page of them."""

    name: str
    call: Callable[..., Any]
    expected: Callable[[SpotifySandbox], list[str]]
    development_max_limit: int = 50

    def longest(self, sandbox: SpotifySandbox) -> int:
        """Return the highest limit of the quota mode."""
        return 50 if sandbox.quota_mode == "extended" else self.development_max_limit


LISTINGS = [
    Listing(
        "albums.get_tracks",
        lambda client, sandbox, **given: client.albums.get_tracks(sandbox.catalogue.long_album.id, **given),
        lambda sandbox: [track.id for track in sandbox.catalogue.long_album.tracks],
    ),
    Listing(
        "audiobooks.get_chapters",
        lambda client, sandbox, **given: client.audiobooks.get_chapters(sandbox.catalogue.long_audiobook.id, **given),
        lambda sandbox: [chapter.id for chapter in sandbox.catalogue.long_audiobook.chapters],
    ),
    Listing(
        "shows.get_episodes",
        lambda client, sandbox, **given: client.shows.get_episodes(sandbox.catalogue.long_show.id, **given),
        lambda sandbox: [episode.id for episode in sandbox.catalogue.long_show.episodes],
    ),
    Listing(
        "artists.get_albums",
        lambda client, sandbox, **given: client.artists.get_albums(
            sandbox.catalogue.artists[-1].id, include_groups=["compilation"], **given
        ),
        lambda sandbox: [album.id for album in sandbox.catalogue.artists[-1].albums],
        development_max_limit=10,
    ),
]

for_each_listing = pytest.mark.parametrize("listing", LISTINGS, ids=lambda listing: listing.name)


@in_each_area
@pytest.mark.parametrize(
    "form", ["{id}", "spotify:{kind}:{id}", "https://open.spotify.com/{kind}/{id}?si=1"], ids=["id", "uri", "url"]
)
async def test_get_accepts_an_id_a_uri_and_a_url(
    area: Area, form: str, client: AsyncSpotifyClient, sandbox: SpotifySandbox
) -> None:
    (item,) = area.objects(sandbox, 1)

    found = await area.service(client).get(form.format(id=item.id, kind=area.kind))

    assert (found.id, found.type, found.name) == (item.id, area.kind, item.name)


@in_each_area
async def test_an_unknown_id_is_not_found(area: Area, client: AsyncSpotifyClient) -> None:
    with pytest.raises(NotFoundError) as caught:
        await area.service(client).get(UNKNOWN)

    assert caught.value.status_code == 404


@in_each_area
@pytest.mark.parametrize("wrong", ["spotify:playlist:{}", "https://open.spotify.com/user/{}", "{}!", ""])
async def test_an_id_of_another_kind_raises_before_a_request(
    area: Area, wrong: str, client: AsyncSpotifyClient, sandbox: SpotifySandbox
) -> None:
    service, good = area.service(client), area.objects(sandbox, 1)[0].id

    with pytest.raises(ValueError, match=area.kind):
        await service.get(wrong.format(good))
    with pytest.raises(ValueError, match=rf"\[1\]: .*{area.kind}"):
        await service.get_several([good, wrong.format(good)])

    assert sandbox.requests == []


@in_each_area
async def test_several_objects_are_in_order_with_none_for_unknown_ids(
    area: Area, client: AsyncSpotifyClient, sandbox: SpotifySandbox
) -> None:
    one, other, _ = (item.id for item in area.objects(sandbox))

    found = await area.service(client).get_several([other, f"spotify:{area.kind}:{one}", UNKNOWN, other])

    assert [item and item.id for item in found] == [other, one, None, other]


@in_each_area
async def test_a_full_batch_is_one_request_or_is_read_one_by_one(
    area: Area, client: AsyncSpotifyClient, sandbox: SpotifySandbox
) -> None:
    await area.service(client).get_several(iter(area.ids(sandbox, area.most_ids)))

    assert len(sandbox.requests) == (1 if sandbox.quota_mode == "extended" else 1 + area.most_ids)


@in_each_area
async def test_two_batches_are_one_list_in_order(
    area: Area, client: AsyncSpotifyClient, sandbox: SpotifySandbox
) -> None:
    ids = area.ids(sandbox, area.most_ids + 1)[::-1]

    found = await area.service(client).get_several(ids)

    assert len(found) == len(ids)
    known = [(item.id, item_id) for item, item_id in zip(found, ids, strict=True) if item]
    assert len(known) > 20
    assert all(actual == expected for actual, expected in known)
    assert len(sandbox.requests) == (2 if sandbox.quota_mode == "extended" else 1 + len(ids))


@in_each_area
async def test_repeated_ids_are_requested_once(area: Area, client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    (item,) = area.objects(sandbox, 1)

    found = await area.service(client).get_several([item.id, f"spotify:{area.kind}:{item.id}"] * area.most_ids)

    assert [each.id for each in found] == [item.id] * 2 * area.most_ids
    tried, *read = sandbox.requests
    assert dict(parse_qsl(tried.query))["ids"] == item.id
    assert [request.path for request in read] == (
        [] if sandbox.quota_mode == "extended" else [f"/{area.name}/{item.id}"]
    )


@in_each_area
@pytest.mark.parametrize(
    ("ids", "error"), [([], ValueError), (UNKNOWN, TypeError), ([None], TypeError), (1, TypeError)]
)
async def test_invalid_id_lists_raise_before_a_request(
    area: Area, ids: Any, error: type[Exception], client: AsyncSpotifyClient, sandbox: SpotifySandbox
) -> None:
    with pytest.raises(error):
        await area.service(client).get_several(ids)

    assert sandbox.requests == []


@in_each_area_with_a_market
async def test_the_market_is_sent(area: Area, client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    (item,) = area.objects(sandbox, 1)

    await area.service(client).get(item.id, market="CA")
    await area.service(client).get_several([item.id], market="CA")

    assert len(sandbox.requests) == (2 if sandbox.quota_mode == "extended" else 3)
    assert {dict(parse_qsl(request.query))["market"] for request in sandbox.requests} == {"CA"}


@in_each_area_with_a_market
@pytest.mark.parametrize(
    ("market", "error"), [("ca", ValueError), ("CAN", ValueError), ("", ValueError), (1, TypeError)]
)
async def test_an_invalid_market_raises_before_a_request(
    area: Area, market: Any, error: type[Exception], client: AsyncSpotifyClient, sandbox: SpotifySandbox
) -> None:
    (item,) = area.objects(sandbox, 1)

    with pytest.raises(error, match="market"):
        await area.service(client).get(item.id, market=market)
    with pytest.raises(error, match="market"):
        await area.service(client).get_several([item.id], market=market)

    assert sandbox.requests == []


@for_each_listing
async def test_awaiting_a_list_gives_one_page(
    listing: Listing, client: AsyncSpotifyClient, sandbox: SpotifySandbox
) -> None:
    everything = listing.expected(sandbox)

    page = await listing.call(client, sandbox, limit=7, offset=3)

    assert [item.id for item in page.items] == everything[3:10]
    assert (page.total, page.limit, page.offset) == (len(everything), 7, 3)


@for_each_listing
async def test_iterating_over_a_list_gives_every_item(
    listing: Listing, client: AsyncSpotifyClient, sandbox: SpotifySandbox
) -> None:
    assert [item.id async for item in listing.call(client, sandbox, limit=10)] == listing.expected(sandbox)


@for_each_listing
async def test_iterating_begins_at_the_offset(
    listing: Listing, client: AsyncSpotifyClient, sandbox: SpotifySandbox
) -> None:
    assert [item.id async for item in listing.call(client, sandbox, offset=8)] == listing.expected(sandbox)[8:]


@for_each_listing
async def test_the_market_is_sent_for_every_page(
    listing: Listing, client: AsyncSpotifyClient, sandbox: SpotifySandbox
) -> None:
    async for _ in listing.call(client, sandbox, limit=50, market="CA"):
        pass

    assert {dict(parse_qsl(request.query))["market"] for request in sandbox.requests} == {"CA"}


@for_each_listing
@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"limit": 0}, ValueError),
        ({"limit": "10"}, TypeError),
        ({"limit": True}, TypeError),
        ({"offset": -1}, ValueError),
        ({"offset": 1.5}, TypeError),
        ({"market": "Germany"}, ValueError),
    ],
    ids=str,
)
async def test_invalid_arguments_of_a_list_raise_at_once(
    listing: Listing, wrong: dict[str, Any], error: type[Exception], client: AsyncSpotifyClient, sandbox: SpotifySandbox
) -> None:
    (name,) = wrong

    with pytest.raises(error, match=f"^{name} must be"):
        listing.call(client, sandbox, **wrong)

    assert sandbox.requests == []


@for_each_listing
async def test_the_default_limit_is_the_highest(
    listing: Listing, client: AsyncSpotifyClient, sandbox: SpotifySandbox
) -> None:
    assert (await listing.call(client, sandbox)).limit == listing.longest(sandbox)


@for_each_listing
async def test_awaiting_a_list_with_a_limit_too_high_raises(
    listing: Listing, client: AsyncSpotifyClient, sandbox: SpotifySandbox
) -> None:
    pages = listing.call(client, sandbox, limit=51)

    with pytest.raises(ValueError, match=r"^limit must be from 1 to 50, not 51"):
        await pages

    assert sandbox.requests == []


@for_each_listing
async def test_iterating_lowers_a_limit_that_is_too_high(
    listing: Listing, client: AsyncSpotifyClient, sandbox: SpotifySandbox
) -> None:
    assert [item.id async for item in listing.call(client, sandbox, limit=51)] == listing.expected(sandbox)

    answered = [request for request in sandbox.requests if request.status == 200]
    assert {dict(parse_qsl(request.query))["limit"] for request in answered} == {str(listing.longest(sandbox))}
    assert len(sandbox.requests) - len(answered) == (1 if listing.longest(sandbox) < 50 else 0)


@pytest.mark.parametrize(
    "method", ["albums.get_tracks", "artists.get_albums", "audiobooks.get_chapters", "shows.get_episodes"]
)
async def test_awaiting_the_list_of_an_unknown_id_is_not_found(method: str, client: AsyncSpotifyClient) -> None:
    service, _, name = method.partition(".")
    listing = getattr(getattr(client, service), name)(UNKNOWN)

    with pytest.raises(NotFoundError):
        await listing


@pytest.mark.parametrize(
    "method", ["albums.get_tracks", "artists.get_albums", "audiobooks.get_chapters", "shows.get_episodes"]
)
async def test_the_list_of_an_id_of_another_kind_raises_at_once(
    method: str, client: AsyncSpotifyClient, sandbox: SpotifySandbox
) -> None:
    service, _, name = method.partition(".")

    with pytest.raises(ValueError, match="playlist"):
        getattr(getattr(client, service), name)(f"spotify:playlist:{UNKNOWN}")

    assert sandbox.requests == []


@in_each_saved_area
async def test_saved_items_are_listed_newest_first(
    area: Area, client: AsyncSpotifyClient, sandbox: SpotifySandbox
) -> None:
    page = await area.service(client).get_saved(limit=2)
    entries = [entry async for entry in area.service(client).get_saved(limit=50)]

    ids = [getattr(entry, area.kind).id for entry in entries]
    assert len(set(ids)) == page.total > 5
    assert all(await area.service(client).check_saved(ids))
    moments = [entry.added_at for entry in entries]
    assert moments == sorted(moments, reverse=True)
    assert page.items == entries[:2]


@in_each_saved_area
async def test_saved_items_are_listed_from_the_offset(area: Area, client: AsyncSpotifyClient) -> None:
    everything = [entry async for entry in area.service(client).get_saved()]

    assert [entry async for entry in area.service(client).get_saved(limit=3, offset=2)] == everything[2:]


@in_each_saved_area
@pytest.mark.parametrize("wrong", [{"limit": 0}, {"offset": -1}], ids=str)
async def test_invalid_arguments_of_get_saved_raise_at_once(
    area: Area, wrong: dict[str, int], client: AsyncSpotifyClient, sandbox: SpotifySandbox
) -> None:
    with pytest.raises(ValueError, match="must be"):
        area.service(client).get_saved(**wrong)

    assert sandbox.requests == []


@in_each_saved_area
async def test_awaiting_saved_items_with_a_limit_too_high_raises(
    area: Area, client: AsyncSpotifyClient, sandbox: SpotifySandbox
) -> None:
    pages = area.service(client).get_saved(limit=51)

    with pytest.raises(ValueError, match=r"^limit must be from 1 to 50, not 51"):
        await pages

    assert sandbox.requests == []


@in_each_saved_area
async def test_an_application_has_no_saved_items(area: Area, app_client: AsyncSpotifyClient) -> None:
    with pytest.raises(AuthenticationError):
        await area.service(app_client).get_saved()


@in_each_saved_area
async def test_saved_items_need_their_scope(area: Area, sandbox: SpotifySandbox) -> None:
    async with sandbox.client(scopes=["user-read-playback-position"]) as client:
        with pytest.raises(MissingScopeError) as caught:
            await area.service(client).get_saved()

    assert "user-library-read" in caught.value.required_scopes


@in_each_saved_area
async def test_a_saved_item_can_be_removed_and_saved_again(
    area: Area, client: AsyncSpotifyClient, sandbox: SpotifySandbox
) -> None:
    service = area.service(client)
    saved = getattr((await service.get_saved(limit=1)).items[0], area.kind).id

    await service.remove([saved])
    gone = await service.check_saved([saved])
    await service.save(f"spotify:{area.kind}:{each}" for each in [saved])
    back = await service.check_saved([saved])

    assert (gone, back) == ([False], [True])
    newest = (await service.get_saved(limit=1)).items[0]
    assert getattr(newest, area.kind).id == saved


@in_each_saved_area
async def test_the_library_operations_take_uris(
    area: Area, client: AsyncSpotifyClient, sandbox: SpotifySandbox
) -> None:
    service, (item,) = area.service(client), area.objects(sandbox, 1)

    await service.save([item.id])
    await service.check_saved([item.id])
    await service.remove([item.id])

    asked = [(request.method, request.path, dict(parse_qsl(request.query))["uris"]) for request in sandbox.requests]
    uri = f"spotify:{area.kind}:{item.id}"
    assert asked == [
        ("PUT", "/me/library", uri),
        ("GET", "/me/library/contains", uri),
        ("DELETE", "/me/library", uri),
    ]


@in_each_saved_area
async def test_bools_are_in_the_order_of_the_ids(
    area: Area, client: AsyncSpotifyClient, sandbox: SpotifySandbox
) -> None:
    one, other, _ = (item.id for item in area.objects(sandbox))
    await area.service(client).save([one])
    await area.service(client).remove([other])

    assert await area.service(client).check_saved([other, one, UNKNOWN, one]) == [False, True, False, True]


@in_each_saved_area
@pytest.mark.parametrize("method", ["save", "remove", "check_saved"])
@pytest.mark.parametrize("ids", [[], [f"spotify:user:{UNKNOWN}"], UNKNOWN], ids=["none", "a user", "one text"])
async def test_invalid_id_lists_raise_before_a_library_request(
    area: Area, method: str, ids: Any, client: AsyncSpotifyClient, sandbox: SpotifySandbox
) -> None:
    with pytest.raises((TypeError, ValueError)):
        await getattr(area.service(client), method)(ids)

    assert sandbox.requests == []
