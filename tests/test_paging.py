import pytest
from hypothesis import given
from hypothesis import strategies as st

from spotify.errors import PagingError
from spotify.interfaces.operation import Operation
from spotify.models import SimplifiedTrack, SimplifiedTrackPage
from spotify.paging import Paginator, next_arguments

OPERATION = Operation(
    id="get-x", method="GET", path="/x/{id}/y", query=("market", "limit", "offset"), idempotent=True, max_limit=50
)
HOME = "https://api.spotify.com/v1/x/1/y"


def track(number):
    return SimplifiedTrack(id=str(number), type="track", uri=f"spotify:track:{number}")


class Pages:
    """Answers with the pages it was given, and writes down what it was asked for."""

    def __init__(self, *pages):
        self.pages = list(pages)
        self.asked = []

    async def __call__(self, arguments, /, *, clamp):
        self.asked.append(dict(arguments))
        items, following = self.pages.pop(0)
        return SimplifiedTrackPage(
            href=HOME, limit=2, offset=0, total=9, next=following, items=[track(number) for number in items]
        )

    def paginator(self, **arguments):
        return Paginator(OPERATION, {"id": "1", **arguments}, self)


async def test_awaiting_gives_one_page():
    pages = Pages(([1, 2], f"{HOME}?offset=2&limit=2"))
    page = await pages.paginator(limit=2)
    assert [item.id for item in page.items] == ["1", "2"]
    assert pages.asked == [{"id": "1", "limit": 2}]


async def test_nothing_is_asked_for_before_it_is_wanted():
    pages = Pages()
    pages.paginator()
    assert pages.asked == []


async def test_iterating_gives_every_item_of_every_page():
    pages = Pages(([1, 2], f"{HOME}?offset=2&limit=2"), ([], f"{HOME}?offset=4&limit=2"), ([5], None))
    assert [item.id async for item in pages.paginator(market="DE")] == ["1", "2", "5"]
    assert pages.asked[1:] == [
        {"id": "1", "market": "DE", "offset": "2", "limit": "2"},
        {"id": "1", "market": "DE", "offset": "4", "limit": "2"},
    ]


async def test_a_list_can_be_gone_through_twice():
    pages = Pages(([1], None), ([1], None))
    paginator = pages.paginator()
    for _ in range(2):
        assert [item.id async for item in paginator] == ["1"]


@pytest.mark.parametrize("loop", [1, 2])
async def test_pages_that_go_round_in_a_circle_are_noticed(loop):
    links = [f"{HOME}?offset={number % loop}" for number in range(1, 9)]
    pages = Pages(*(([1], link) for link in links))
    with pytest.raises(PagingError, match="get-x"):
        async for _ in pages.paginator(offset=0):
            pass
    assert len(pages.asked) <= 3


def test_a_next_link_gives_its_query_and_nothing_else():
    link = "https://evil.example/steal/{id}?offset=20&limit=50&id=2&access_token=x&unknown=1"
    assert next_arguments(OPERATION, {"id": "1", "offset": 0}, link) == {"id": "1", "offset": "20", "limit": "50"}


@given(st.text(max_size=60))
def test_no_link_changes_the_path_or_adds_a_parameter(link):
    try:
        arguments = next_arguments(OPERATION, {"id": "1"}, link)
    except PagingError:
        return
    assert arguments["id"] == "1"
    assert set(arguments) <= {"id", *OPERATION.query}
