"""Shows, episodes, audiobooks and chapters."""

from __future__ import annotations

import pytest

from spotify.testing.sandbox import Catalogue
from tests.support.sandbox_http import Caller


async def test_without_a_market_an_application_finds_nothing(call: Caller, catalogue: Catalogue) -> None:
    application = call.as_application()
    show, book = catalogue.long_show, catalogue.long_audiobook

    for path in (
        f"/shows/{show.id}",
        f"/shows/{show.id}/episodes",
        f"/episodes/{show.episodes[0].id}",
        f"/audiobooks/{book.id}",
        f"/chapters/{book.chapters[0].id}",
    ):
        assert (await application.get(path)).status == 404, path
        assert (await application.get(f"{path}?market=GB")).status == 200, path
    assert (await application.get(f"/shows?ids={show.id}")).json == {"shows": [None]}


async def test_the_default_market_is_the_country_of_the_user(call: Caller, catalogue: Catalogue) -> None:
    nordic = catalogue.nordic_show
    icelander = call.acting(user=catalogue.odd_user.id)

    assert (await call.get(f"/shows/{nordic.id}")).status == 404
    assert (await icelander.get(f"/shows/{nordic.id}")).status == 200
    assert (await call.get(f"/shows/{nordic.id}?market=NO")).status == 200


async def test_audiobooks_are_not_found_in_other_markets(call: Caller, catalogue: Catalogue) -> None:
    book = catalogue.long_audiobook

    assert (await call.get(f"/audiobooks/{book.id}?market=DE")).status == 404
    assert (await call.get(f"/audiobooks?ids={book.id}&market=DE")).json == {"audiobooks": [None]}


async def test_several_episodes_are_null_where_not_available(call: Caller, catalogue: Catalogue) -> None:
    available, unavailable = catalogue.long_show, catalogue.nordic_show

    episodes = (await call.get(f"/episodes?ids={unavailable.episodes[0].id},{available.episodes[0].id}")).json[
        "episodes"
    ]

    assert [episode and episode["id"] for episode in episodes] == [None, available.episodes[0].id]


async def test_the_type_of_a_chapter_is_chapter(call: Caller, catalogue: Catalogue) -> None:
    chapter = (await call.get(f"/chapters/{catalogue.chapters[0].id}")).json

    assert chapter["type"] == "chapter"
    assert chapter["chapter_number"] == 0
    assert chapter["audiobook"]["total_chapters"] == 64


async def test_resume_points_need_a_scope(call: Caller, catalogue: Catalogue) -> None:
    path = f"/shows/{catalogue.long_show.id}/episodes?limit=50"

    with_scope = (await call.acting(scopes=("user-read-playback-position",)).get(path)).json["items"]
    without = (await call.acting(scopes=()).get(path)).json["items"]

    points = [episode["resume_point"] for episode in with_scope]
    assert any(point["fully_played"] for point in points)
    assert any(point["resume_position_ms"] for point in points)
    assert not any("resume_point" in episode for episode in without)


async def test_the_last_page_of_episodes_has_no_next(call: Caller, catalogue: Catalogue) -> None:
    page = (await call.get(f"/shows/{catalogue.long_show.id}/episodes?offset=250&limit=50")).json

    assert (page["total"], len(page["items"]), page["next"]) == (260, 10, None)


@pytest.mark.parametrize(("parameter", "playable"), [("", False), ("&include_external=audio", True)])
async def test_external_audio_is_playable_if_the_client_supports_it(
    call: Caller, catalogue: Catalogue, parameter: str, playable: bool
) -> None:
    external = next(e for e in catalogue.episodes if e.externally_hosted and "US" in e.show.markets)
    query_words = external.name.replace(" ", "+").replace("&", "%26")

    page = (await call.get(f"/search?q={query_words}&type=episode{parameter}")).json["episodes"]

    episode = next(episode for episode in page["items"] if episode["id"] == external.id)
    assert (episode["is_externally_hosted"], episode["is_playable"]) == (True, playable)
