"""Search."""

from __future__ import annotations

from typing import Any, TypeVar, cast
from urllib.parse import parse_qsl

import pytest

from spotify.client import AsyncSpotifyClient
from spotify.errors import DecodeError
from spotify.interfaces.executor import Call
from spotify.models import AlbumSearchPage, SearchResult
from spotify.services import SearchService
from spotify.testing import SpotifySandbox
from tests.support.failures import async_failures, named
from tests.support.scripted_executor import ScriptedExecutor

T = TypeVar("T")

TYPES = ["album", "artist", "playlist", "track", "show", "episode", "audiobook"]


def queries(sandbox: SpotifySandbox) -> list[dict[str, str]]:
    return [dict(parse_qsl(request.query)) for request in sandbox.requests]


async def test_each_type_is_found_by_name_and_has_the_only_page(
    client: AsyncSpotifyClient, sandbox: SpotifySandbox
) -> None:
    async def check(type: Any) -> None:
        known = getattr(sandbox.catalogue, f"{type}s")[0]

        result = await client.search.search(known.name, [type])

        assert [name for name in TYPES if getattr(result, f"{name}s") is not None] == [type]
        found = getattr(result, f"{type}s").present()
        assert known.id in {item.id for item in found}
        assert {item.type for item in found} == {type}

    assert await async_failures(check, named(TYPES)) == {}


async def test_types_are_sent_once_and_in_order(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    result = await client.search.search("a", iter(("track", "album", "track", "artist", "album")))

    assert queries(sandbox)[0]["type"] == "track,album,artist"
    assert result.tracks
    assert result.albums
    assert result.artists


async def test_the_query_is_sent_unchanged(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    query = 'artist:"Sigur Rós" & más + 100% year:1990-1999 ?#/'

    await client.search.search(query, "track")

    assert queries(sandbox)[0]["q"] == query


async def test_a_filter_in_the_query_is_applied(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    known = sandbox.catalogue.tracks[-1]

    result = await client.search.search(f"isrc:{known.isrc}", "track")

    assert result.tracks is not None
    assert [track.id for track in result.tracks.present()] == [known.id]


async def test_a_page_starts_at_its_offset(client: AsyncSpotifyClient) -> None:
    both = await client.search.search("a", "track", limit=10)
    second = await client.search.search("a", "track", limit=5, offset=5)

    assert both.tracks is not None
    assert second.tracks is not None
    assert second.tracks.items == both.tracks.items[5:]
    assert (second.tracks.limit, second.tracks.offset) == (5, 5)


async def test_hidden_results_are_none(client: AsyncSpotifyClient) -> None:
    result = await client.search.search("mix", "playlist")

    assert result.playlists is not None
    assert None in result.playlists.items
    assert None not in result.playlists.present()


async def test_search_results_are_those_of_the_market(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    nordic = sandbox.catalogue.nordic_show

    without_market = await client.search.search(nordic.name, "show")
    in_norway = await client.search.search(nordic.name, "show", market="NO")

    assert without_market.shows is not None
    assert in_norway.shows is not None
    assert nordic.id not in {show.id for show in without_market.shows.present()}
    assert nordic.id in {show.id for show in in_norway.shows.present()}


@pytest.mark.parametrize("include_external", [False, True])
async def test_include_external_makes_external_episodes_playable(
    include_external: bool, client: AsyncSpotifyClient, sandbox: SpotifySandbox
) -> None:
    external = next(episode for episode in sandbox.catalogue.episodes if episode.externally_hosted)

    result = await client.search.search(external.name, "episode", include_external=include_external)

    assert result.episodes is not None
    (found,) = [episode for episode in result.episodes.present() if episode.id == external.id]
    assert found.is_playable is include_external


@pytest.mark.parametrize(
    ("invalid", "error"),
    [
        ({"q": ""}, ValueError),
        ({"q": " \n"}, ValueError),
        ({"q": None}, TypeError),
        ({"types": []}, ValueError),
        ({"types": ["album", "movie"]}, ValueError),
        ({"types": "movie"}, ValueError),
        ({"types": "album,track"}, ValueError),
        ({"types": [None]}, TypeError),
        ({"types": None}, TypeError),
        ({"market": "Norway"}, ValueError),
        ({"limit": 0}, ValueError),
        ({"limit": 51}, ValueError),
        ({"offset": -1}, ValueError),
    ],
    ids=str,
)
async def test_an_invalid_argument_raises_with_its_name_before_a_request(
    invalid: dict[str, Any], error: type[Exception]
) -> None:
    (name,), executor = invalid, ScriptedExecutor()

    with pytest.raises(error, match=f"^{name}"):
        await SearchService(executor).search(**{"q": "a", "types": "album", **invalid})

    assert executor.calls == []


async def test_result_1000_can_be_read(client: AsyncSpotifyClient) -> None:
    result = await client.search.search("a", "track", limit=10, offset=990)

    assert result.tracks is not None
    assert result.tracks.offset == 990


@pytest.mark.parametrize(("limit", "offset"), [(50, 951), (1, 1000), (None, 1000)])
async def test_results_beyond_1000_raise_before_a_request(limit: int | None, offset: int) -> None:
    executor = ScriptedExecutor()

    with pytest.raises(ValueError, match=r"^offset \+ limit must be at most 1000, not 10[05][01]"):
        await SearchService(executor).search("a", "track", limit=limit, offset=offset)

    assert executor.calls == []


@pytest.mark.parametrize(("offset", "limit"), [(None, "50"), (950, "50"), (951, "49"), (999, "1")])
async def test_the_default_limit_of_search_is_the_highest_possible(
    offset: int | None, limit: str, client: AsyncSpotifyClient, sandbox: SpotifySandbox
) -> None:
    await client.search.search("a", "track", offset=offset)

    assert queries(sandbox)[0]["limit"] == limit
    assert queries(sandbox)[-1]["limit"] == (limit if sandbox.quota_mode == "extended" else str(min(int(limit), 10)))


async def test_results_of_one_type_can_be_listed(client: AsyncSpotifyClient) -> None:
    async def check(type: Any) -> None:
        expected = await client.search.search("a", type, limit=10)

        assert await client.search.results("a", type, limit=10) == getattr(expected, f"{type}s")

    assert await async_failures(check, named(TYPES)) == {}


async def test_results_can_continue_a_page_of_search(client: AsyncSpotifyClient, sandbox: SpotifySandbox) -> None:
    found = await client.search.search("a", ["album", "track"], limit=10)
    results = client.search.results("a", "track", limit=10).starting_with(found.tracks)

    tracks = await results.collect(max_items=30)

    assert found.tracks is not None
    assert tracks[:10] == found.tracks.items
    pages = [await client.search.results("a", "track", limit=10, offset=offset) for offset in (0, 10, 20)]
    assert tracks == [track for page in pages for track in page.items]
    assert [(query["type"], query["offset"]) for query in queries(sandbox)[1:3]] == [("track", "10"), ("track", "20")]


async def test_results_stop_at_the_last_one_that_spotify_returns(
    client: AsyncSpotifyClient, sandbox: SpotifySandbox
) -> None:
    results = client.search.results("a", "track", offset=930)

    assert len(await results.collect()) == 70
    succeeded = [dict(parse_qsl(request.query)) for request in sandbox.requests if request.status == 200]
    longest = 50 if sandbox.quota_mode == "extended" else 10
    assert sorted((int(query["offset"]), int(query["limit"])) for query in succeeded) == [
        (offset, min(longest, 1000 - offset)) for offset in range(930, 1000, longest)
    ]


@pytest.mark.parametrize(
    ("invalid", "error"),
    [({"q": ""}, ValueError), ({"type": "movie"}, ValueError), ({"type": ["album"]}, TypeError)],
    ids=str,
)
def test_an_invalid_argument_of_results_raises_with_its_name(invalid: dict[str, Any], error: type[Exception]) -> None:
    (name,) = invalid

    with pytest.raises(error, match=f"^{name}"):
        SearchService(OnePage()).results(**{"q": "a", "type": "album", **invalid})


async def test_a_response_without_the_requested_page_raises() -> None:
    with pytest.raises(DecodeError, match="the response has no page of"):
        await SearchService(OnePage()).results("a", "track")


class OnePage:
    """`RequestExecutor` that finds no albums for every search."""

    async def execute(self, call: Call[T], /) -> T:
        return cast("T", SearchResult(albums=AlbumSearchPage(items=[])))

    async def close(self) -> None:
        """Nothing to close."""
