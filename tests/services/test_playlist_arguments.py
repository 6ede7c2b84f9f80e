"""The longer arguments of playlist methods: filters, which are completed, and cover images."""

from __future__ import annotations

import base64
import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spotify.bulk.playlist_verification import ENTRY_FIELDS, STATE_FIELDS
from spotify.services._arguments import (
    ITEMS_PAGE,
    MAX_COVER_BYTES,
    PLAYLIST,
    Shape,
    complete_filter,
    encoded_cover,
)

JPEG = b"\xff\xd8\xff\xe0 a picture"
MAX_JPEG_BYTES = MAX_COVER_BYTES // 4 * 3


def members(text: str | None) -> dict[str, str | None]:
    """Return the members that a filter names, each with the filter inside it."""
    found: dict[str, str | None] = {}
    rest = text or ""
    while rest:
        match = re.match(r"!?\w+", rest)
        assert match, rest
        name, rest = match.group().lstrip("!"), rest[match.end() :]
        inner = None
        if rest.startswith("("):
            depth = 0
            for end, character in enumerate(rest):  # noqa: B007  (it is used after the loop)
                depth += {"(": 1, ")": -1}.get(character, 0)
                if depth == 0:
                    break
            inner, rest = rest[1:end], rest[end + 1 :]
        found[name] = inner
        assert not rest or rest[0] == ","
        rest = rest[1:]
    return found


def test_a_playlist_keeps_its_identity() -> None:
    assert complete_filter("name", PLAYLIST) == "name,id,type,uri"


def test_requested_members_are_not_added_twice() -> None:
    assert complete_filter("uri,id,name,type", PLAYLIST) == "uri,id,name,type"


def test_a_page_of_items_keeps_next() -> None:
    assert complete_filter("items(added_at)", ITEMS_PAGE) == "items(added_at),next"


def test_a_page_without_items_does_not_get_next() -> None:
    assert complete_filter("total,limit", ITEMS_PAGE) == "total,limit"


def test_an_item_keeps_its_identity_at_every_depth() -> None:
    item = "(name,album(name,id,type,uri),id,type,uri)"

    found = members(complete_filter("items(item(name,album(name)))", ITEMS_PAGE))

    assert members(found["items"])["item"] == item[1:-1]


@pytest.mark.parametrize("written", ["item", "track"])
def test_the_item_of_an_entry_is_requested_by_both_names(written: str) -> None:
    found = members(complete_filter(f"items({written}(name))", ITEMS_PAGE))

    assert members(found["items"]) == {"item": "name,id,type,uri", "track": "name,id,type,uri"}


@pytest.mark.parametrize("written", ["items", "tracks"])
def test_the_items_of_a_playlist_are_requested_by_both_names(written: str) -> None:
    found = members(complete_filter(f"{written}.total", PLAYLIST))

    assert (found["items"], found["tracks"]) == ("total", "total")


def test_both_names_keep_their_own_filters_if_both_are_given() -> None:
    found = members(complete_filter("items(total),tracks(limit)", PLAYLIST))

    assert (found["items"], found["tracks"]) == ("total", "limit")


def test_dots_are_equal_to_parentheses() -> None:
    assert complete_filter("items.item.album.name", ITEMS_PAGE) == complete_filter(
        "items(item(album(name)))", ITEMS_PAGE
    )


def test_filters_of_a_repeated_member_are_joined() -> None:
    assert complete_filter("owner.href,owner(display_name)", PLAYLIST) == complete_filter(
        "owner(href,display_name)", PLAYLIST
    )
    assert members(complete_filter("owner.href,owner", PLAYLIST))["owner"] is None


def test_exclusions_of_a_repeated_member_are_joined() -> None:
    assert complete_filter("owner(href),owner(!href)", PLAYLIST) == complete_filter("owner(!href)", PLAYLIST)


def test_added_by_keeps_its_identity() -> None:
    found = members(complete_filter("items(added_by.display_name)", ITEMS_PAGE))

    assert members(found["items"])["added_by"] == "display_name,id,type,uri"


def test_excluded_members_stay_excluded() -> None:
    assert complete_filter("!description,followers", PLAYLIST) == "!description,followers"


def test_exclusions_apply_to_both_names() -> None:
    assert complete_filter("!tracks", PLAYLIST) == "!tracks,items"


def test_nested_exclusions_keep_other_members() -> None:
    found = members(complete_filter("items.item.album(!external_urls,images)", ITEMS_PAGE))

    assert members(members(found["items"])["item"])["album"] == "!external_urls,images"


def test_the_identity_cannot_be_excluded() -> None:
    assert complete_filter("!uri,description,type", PLAYLIST) == "!description"
    assert members(complete_filter("owner(!id)", PLAYLIST))["owner"] is None


def test_next_of_a_page_cannot_be_excluded() -> None:
    assert complete_filter("!next,total", ITEMS_PAGE) == "!total"
    assert complete_filter("!next", ITEMS_PAGE) is None


def test_a_filter_that_excludes_nothing_is_none() -> None:
    assert complete_filter("!uri", PLAYLIST) is None


def test_an_image_keeps_its_url() -> None:
    assert members(complete_filter("images.width", PLAYLIST))["images"] == "width,url"


def test_white_space_is_ignored() -> None:
    assert complete_filter(" name,\n owner ( href ) ", PLAYLIST) == complete_filter("name,owner(href)", PLAYLIST)


@pytest.mark.parametrize(
    "fields",
    [
        "",
        " ",
        ",",
        "name,",
        "name,,uri",
        "items(",
        "items(name",
        "items)",
        "items()",
        "a..b",
        ".a",
        "!",
        "na-me",
        "a(b)c",
    ],
)
def test_an_invalid_filter_raises(fields: str) -> None:
    with pytest.raises(ValueError, match="fields is not a filter"):
        complete_filter(fields, PLAYLIST)


def test_a_filter_that_is_nested_too_deeply_raises() -> None:
    with pytest.raises(ValueError, match="fields is not a filter"):
        complete_filter("a(" * 10_000, PLAYLIST)


def test_a_list_of_names_raises() -> None:
    with pytest.raises(TypeError, match="not list"):
        complete_filter(["name"], PLAYLIST)  # type: ignore[arg-type]


names = st.sampled_from(["id", "uri", "name", "items", "item", "track", "tracks", "owner", "album", "next", "total"])
filters = st.recursive(
    names,
    lambda inner: st.builds("{}({})".format, names, inner) | st.lists(inner, min_size=1, max_size=3).map(",".join),
    max_leaves=8,
)


@given(filters, st.sampled_from([PLAYLIST, ITEMS_PAGE]))
def test_a_completed_filter_is_complete(fields: str, shape: Shape) -> None:
    once = complete_filter(fields, shape)

    assert once is not None
    assert complete_filter(once, shape) == once
    assert set(shape.required) <= members(once).keys()


def test_the_filters_of_the_verification_are_complete() -> None:
    assert complete_filter(STATE_FIELDS, PLAYLIST) == STATE_FIELDS
    assert complete_filter(ENTRY_FIELDS, ITEMS_PAGE) == ENTRY_FIELDS


def jpeg_of(size: int) -> bytes:
    return JPEG + bytes(size - len(JPEG))


def test_the_bytes_of_a_jpeg_are_encoded() -> None:
    assert base64.b64decode(encoded_cover(JPEG), validate=True) == JPEG


def test_base64_is_sent_unchanged() -> None:
    assert encoded_cover(base64.b64encode(JPEG).decode()) == base64.b64encode(JPEG)


def test_base64_may_have_line_breaks() -> None:
    assert encoded_cover(base64.encodebytes(jpeg_of(200)).decode()) == base64.b64encode(jpeg_of(200))


@given(st.binary())
def test_bytes_and_base64_give_the_same_body(picture: bytes) -> None:
    jpeg = JPEG + picture

    assert encoded_cover(jpeg) == encoded_cover(base64.b64encode(jpeg).decode())


def test_an_image_of_256_kb_in_base64_is_accepted() -> None:
    assert len(encoded_cover(jpeg_of(MAX_JPEG_BYTES))) == MAX_COVER_BYTES == 262_144


@pytest.mark.parametrize("image", [jpeg_of(MAX_JPEG_BYTES + 1), base64.b64encode(jpeg_of(MAX_JPEG_BYTES + 1)).decode()])
def test_a_larger_image_raises(image: bytes | str) -> None:
    with pytest.raises(ValueError, match="262148 bytes in base64, at most 262144"):
        encoded_cover(image)


@pytest.mark.parametrize(
    "image", [b"\x89PNG\r\n", b"", base64.b64encode(JPEG), base64.b64encode(b"GIF89a").decode(), ""]
)
def test_bytes_that_are_not_a_jpeg_raise(image: bytes | str) -> None:
    with pytest.raises(ValueError, match="not a JPEG"):
        encoded_cover(image)


@pytest.mark.parametrize("image", ["data:image/jpeg;base64,/9j/", "/9j/4", "cover.jpg", "/9j/é"])
def test_invalid_base64_raises(image: str) -> None:
    with pytest.raises(ValueError, match="not base64"):
        encoded_cover(image)


@pytest.mark.parametrize("image", [None, io.BytesIO(JPEG), bytearray(JPEG)])
def test_an_image_that_is_not_bytes_or_str_raises(image: object) -> None:
    with pytest.raises(TypeError, match=f"not {type(image).__name__}"):
        encoded_cover(image)  # type: ignore[arg-type]
