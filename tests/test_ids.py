"""Ids, URIs and URLs: what is read, what is refused, and whether the message helps."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, cast

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from spotify.ids import (
    SpotifyUri,
    album_id,
    audiobook_id,
    category_id,
    chapter_id,
    id_of,
    ids_of,
    library_uri,
    library_uris,
    playable_uri,
    playlist_id,
    track_id,
    user_id,
)

ID = "4aawyAB9vmqN3uQ7FjRGTy"
CATALOGUE_KINDS = ["album", "artist", "track", "show", "episode", "audiobook", "chapter", "playlist"]

base62_ids = st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", min_size=22, max_size=22)
free_ids = (
    st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1)
    .map(str.strip)
    .filter(lambda text: text and not {".", ".."} & set(text.replace("\\", "/").split("/")))
)
local_parts = st.text("abcXYZ019+%-._~", max_size=6)


def uris() -> st.SearchStrategy[SpotifyUri]:
    return st.one_of(
        st.builds(SpotifyUri, st.sampled_from(CATALOGUE_KINDS), base62_ids),
        st.builds(SpotifyUri, st.sampled_from(["user", "collection", "genre", "concert_v2"]), free_ids),
        st.builds(SpotifyUri, st.just("local"), st.tuples(*[local_parts] * 4).map(":".join)),
    )


@pytest.mark.parametrize(
    "form",
    [
        "{id}",
        "spotify:{kind}:{id}",
        "https://open.spotify.com/{kind}/{id}",
        "https://open.spotify.com/{kind}/{id}/",
        "https://open.spotify.com/{kind}/{id}?si=0123456789abcdef&nd=1#play",
        "https://open.spotify.com/intl-de/{kind}/{id}",
        "https://open.spotify.com/intl-pt-BR/{kind}/{id}?si=1",
        "https://open.spotify.com/embed/{kind}/{id}",
        "https://open.spotify.com/embed-podcast/{kind}/{id}",
        "http://open.spotify.com/{kind}/{id}",
        "HTTPS://Open.Spotify.com/{kind}/{id}",
        "open.spotify.com/{kind}/{id}",
        "https://play.spotify.com/{kind}/{id}",
        "https://open.spotify.com:443/{kind}/{id}",
    ],
)
def test_the_id_of_every_form(form: str) -> None:
    assert [id_of(kind, form.format(kind=kind, id=ID)) for kind in CATALOGUE_KINDS] == [ID] * len(CATALOGUE_KINDS)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (f"spotify:user:émile:playlist:{ID}", ("playlist", ID)),
        (f"https://open.spotify.com/user/x/playlist/{ID}", ("playlist", ID)),
        ("spotify:user:some%20one", ("user", "some one")),
        ("https://open.spotify.com/user/a%2Fb?si=1", ("user", "a/b")),
        ("spotify:user:wizzler:collection", ("collection", "wizzler")),
        ("spotify:local:Some+Artist::A%3ATitle:183", ("local", "Some+Artist::A%3ATitle:183")),
        ("https://open.spotify.com/local/a/b/c/183", ("local", "a:b:c:183")),
        ("spotify:prerelease:5kGnFGzFLLSqGcXEDEGaxP", ("prerelease", "5kGnFGzFLLSqGcXEDEGaxP")),
    ],
)
def test_a_uri_is_parsed(value: str, expected: tuple[str, str]) -> None:
    parsed = SpotifyUri.parse(value)

    assert (parsed.kind, parsed.id) == expected


@pytest.mark.parametrize(
    ("parsed", "uri", "url"),
    [
        (SpotifyUri("album", ID), f"spotify:album:{ID}", f"https://open.spotify.com/album/{ID}"),
        (SpotifyUri("user", "a b:c"), "spotify:user:a%20b%3Ac", "https://open.spotify.com/user/a%20b%3Ac"),
        (SpotifyUri("collection", "x"), "spotify:user:x:collection", "https://open.spotify.com/user/x/collection"),
        (SpotifyUri("local", "a:b:c:1"), "spotify:local:a:b:c:1", "https://open.spotify.com/local/a/b/c/1"),
    ],
)
def test_uri_and_url(parsed: SpotifyUri, uri: str, url: str) -> None:
    assert (parsed.uri, parsed.url, str(parsed)) == (uri, url, uri)


@given(uris())
def test_uri_and_url_can_be_parsed(parsed: SpotifyUri) -> None:
    assert SpotifyUri.parse(parsed.uri) == parsed
    assert SpotifyUri.parse(parsed.url) == parsed


@given(free_ids.filter(lambda text: "://" not in text and not text.startswith("spotify:")))
def test_user_and_category_ids_are_free_form(text: str) -> None:
    assert user_id(text) == text
    assert category_id(text) == text


FUNCTIONS: list[Callable[[str], object]] = [
    SpotifyUri.parse,
    album_id,
    user_id,
    category_id,
    playable_uri,
    library_uri,
]


@pytest.mark.parametrize("function", FUNCTIONS)
@given(
    text=st.one_of(st.text(), st.text("spotify:/.%@?#[]\\0aA \n-"), st.text().map("https://open.spotify.com/{}".format))
)
@example(text="https://[::1")
@example(text="https://open.spotify.com:port/album/x")
@example(text="https://open.spotify.com/user/%ff")
@example(text="spotify:user:\ud800")
@example(text="https://open.spotify.com/")
@example(text="https://open.spotify.com/intl-de")
@example(text="//\u2100")
def test_any_string_is_accepted_or_refused_with_advice(function: Callable[[str], object], text: str) -> None:
    error: Exception | None = None
    try:
        function(text)
    except ValueError as caught:
        error = caught

    assert error is None or (type(error) is ValueError and "expected" in str(error))


@pytest.mark.parametrize("function", FUNCTIONS)
def test_other_types_raise_type_error(function: Callable[[Any], object]) -> None:
    for value in (None, 7, b"abc", ["abc"], SpotifyUri):
        with pytest.raises(TypeError, match=rf"as str, not {type(value).__name__}"):
            function(value)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("", "expected an album id, URI or URL, not an empty string"),
        (" \n", "not an empty string"),
        (f" {ID}", "has surrounding white space"),
        (f"{ID[:-1]}\x00", "contains control characters"),
        (ID[:-1], "expected 22 letters and digits, spotify:album:ID or https://open.spotify.com/album/ID"),
        (f"{ID}x", "22 letters and digits"),
        (f"{ID[:-1]}-", "22 letters and digits"),
        (f"{ID[:-1]}é", "22 letters and digits"),
        ("../../../../../../../..", "22 letters and digits"),
        (f"spotify:artist:{ID}", "is an artist; expected an album"),
        (f"https://open.spotify.com/track/{ID}", "is a track; expected an album"),
        ("spotify:album:", "expected an album id, not an empty string"),
        (f"spotify:album:{ID}:extra", "does not name one object"),
        (f"https://open.spotify.com/album/{ID}/tracks", "does not name one object"),
        ("https://open.spotify.com/", "does not name one object"),
        (f"https://open.spotify.com.example.org/album/{ID}", "not a URL of Spotify"),
        (f"https://open.spotify.com@example.org/album/{ID}", "not a URL of Spotify"),
        (f"https://open.spotify.com:8443/album/{ID}", "not a URL of Spotify"),
        (f"ftp://open.spotify.com/album/{ID}", "not a URL of Spotify"),
        ("https://spotify.link/abcdef", "is a short link"),
        (f"spotify:ALBUM:{ID}", "cannot be a kind"),
    ],
)
def test_other_values_than_albums_are_refused(value: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        album_id(value)


@pytest.mark.parametrize(
    "value", [".", "..", "a/../b", "..\\a", "spotify:user:%2e%2e", "https://open.spotify.com/user/.."]
)
def test_a_user_id_cannot_change_the_path(value: str) -> None:
    with pytest.raises(ValueError, match="lead to other paths"):
        user_id(value)


@pytest.mark.parametrize("value", ["spotify:collection:tracks", "spotify:local:a", "spotify:album", "spotify:a:b:c"])
def test_a_uri_of_no_single_object_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match="does not name one object"):
        SpotifyUri.parse(value)


def test_a_long_value_is_truncated_in_the_message() -> None:
    with pytest.raises(ValueError, match="22 letters") as caught:
        album_id("x" * 10_000)

    assert len(str(caught.value)) < 250


def test_audiobooks_and_chapters_are_accepted_as_shows_and_episodes() -> None:
    assert audiobook_id(f"spotify:show:{ID}") == ID
    assert chapter_id(f"spotify:episode:{ID}") == ID
    with pytest.raises(ValueError, match="is an audiobook; expected a show"):
        id_of("show", f"spotify:audiobook:{ID}")


def test_the_old_uri_of_a_playlist_is_accepted() -> None:
    assert playlist_id(f"spotify:user:someone:playlist:{ID}") == ID


class TestSeveral:
    @pytest.mark.parametrize("make", [list, tuple, iter, dict.fromkeys])
    def test_any_iterable_is_accepted_in_order(self, make: Callable[[list[str]], Iterator[str]]) -> None:
        other = ID[::-1]

        assert ids_of("track", make([f"spotify:track:{other}", ID])) == [other, ID]

    def test_repeated_ids_are_kept(self) -> None:
        assert ids_of("track", [ID, ID]) == [ID, ID]

    def test_a_str_is_refused(self) -> None:
        with pytest.raises(TypeError, match=rf"expected several track ids, not one str; write \['{ID}'\]"):
            ids_of("track", ID)

    def test_an_empty_iterable_is_refused(self) -> None:
        with pytest.raises(ValueError, match="expected track ids, but there are none"):
            ids_of("track", [])

    def test_the_index_of_a_wrong_value_is_named(self) -> None:
        with pytest.raises(ValueError, match=r"^\[1\]: 'x' is not a track id"):
            ids_of("track", [ID, "x"])
        with pytest.raises(TypeError, match=r"^\[0\]: expected a track id"):
            ids_of("track", cast("list[str]", [None]))

    def test_other_types_are_refused(self) -> None:
        with pytest.raises(TypeError, match="expected several track ids, such as a list, not int"):
            ids_of("track", cast("list[str]", 7))


class TestUris:
    def test_a_url_becomes_a_uri(self) -> None:
        assert playable_uri(f"https://open.spotify.com/intl-fr/episode/{ID}?si=1") == f"spotify:episode:{ID}"
        assert library_uri(f"spotify:user:x:playlist:{ID}") == f"spotify:playlist:{ID}"

    def test_the_name_of_a_user_stays_encoded(self) -> None:
        assert library_uri("https://open.spotify.com/user/a%20b") == "spotify:user:a%20b"

    def test_an_id_without_a_kind_is_refused(self) -> None:
        with pytest.raises(ValueError, match="expected a URI such as spotify:track:ID"):
            playable_uri(ID)

    def test_an_album_is_not_playable(self) -> None:
        with pytest.raises(ValueError, match="is an album; expected a track or episode"):
            playable_uri(f"spotify:album:{ID}")

    def test_a_local_file_is_not_playable(self) -> None:
        with pytest.raises(ValueError, match="is a local file, which the Web API neither adds nor removes"):
            playable_uri("spotify:local:a:b:c:183")

    @pytest.mark.parametrize("kind", ["track", "album", "episode", "show", "audiobook", "artist", "playlist"])
    def test_the_library_accepts(self, kind: str) -> None:
        assert library_uris([f"https://open.spotify.com/{kind}/{ID}"]) == [f"spotify:{kind}:{ID}"]

    def test_the_library_refuses_chapters(self) -> None:
        with pytest.raises(ValueError, match="is a chapter; expected"):
            library_uri(f"spotify:chapter:{ID}")


def test_the_id_of_a_track_uri() -> None:
    assert track_id(f"spotify:track:{ID}") == ID


@pytest.mark.parametrize(
    ("kind", "identifier"),
    [("album", "short"), ("", ID), ("Album", ID), ("embed", "x"), ("local", "a:b:c"), ("user", "")],
)
def test_a_uri_refuses_parts_that_cannot_be_parsed(kind: str, identifier: str) -> None:
    with pytest.raises(ValueError, match="expected"):
        SpotifyUri(kind, identifier)


class HasOnlyAUri:
    def __init__(self, uri: str | None, id: str | None = None) -> None:
        self.uri = uri
        self.id = id


@pytest.mark.parametrize(
    "value",
    [
        f"{ID}?si=0123456789abcdef",
        f"spotify:album:{ID}?si=0123456789abcdef",
        f"https://api.spotify.com/v1/albums/{ID}",
        SpotifyUri("album", ID),
        HasOnlyAUri(f"spotify:album:{ID}"),
        HasOnlyAUri(None, ID),
    ],
)
def test_what_names_an_album_beside_ids_uris_and_pages(value: Any) -> None:
    assert album_id(value) == ID
    is_plain_id = str(value).startswith(ID) or getattr(value, "id", None) == getattr(value, "uri", ID)
    if getattr(value, "uri", "") is not None and not is_plain_id:
        assert library_uris([value]) == [f"spotify:album:{ID}"]


@pytest.mark.parametrize(
    ("kind", "url"),
    [
        ("category", f"https://api.spotify.com/v1/browse/categories/{ID}"),
        ("user", "https://api.spotify.com/v1/users/some%20one"),
        ("show", f"https://api.spotify.com/v1/shows/{ID}"),
    ],
)
def test_an_address_of_the_api_names_its_object(kind: str, url: str) -> None:
    assert id_of(kind, url) == ("some one" if kind == "user" else ID)


@pytest.mark.parametrize("path", ["", "v1", "v1/me", f"v1/albums/{ID}/tracks", "v1/me/player/recently-played"])
def test_other_addresses_of_the_api_are_refused(path: str) -> None:
    with pytest.raises(ValueError, match=r"does not name one object|is an? [a-z]+; expected|cannot be a kind"):
        album_id(f"https://api.spotify.com/{path}")


@pytest.mark.parametrize("value", [HasOnlyAUri(None), HasOnlyAUri(5), HasOnlyAUri, 5, None, [f"spotify:album:{ID}"]])  # type: ignore[arg-type]
def test_objects_without_a_uri_are_refused(value: Any) -> None:
    with pytest.raises(TypeError, match="expected an album id, URI or URL as str, not"):
        album_id(value)
