"""The judge itself: what it lets pass, what it refuses, and whether its message helps."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

import pytest

from tests.support.api_description import ApiDescription, DescriptionMismatch, requires_description
from tests.support.exchange_checker import ExchangeChecker

pytestmark = requires_description

JSON = "application/json; charset=utf-8"


@pytest.fixture(scope="module")
def description() -> ApiDescription:
    return ApiDescription.load()


@dataclass
class SentAndAnswered:
    """An exchange in order, but for what a test sets."""

    operation_id: str | None = "get-an-artist"
    method: str = "GET"
    path: str = "/artists/4Z8W4fKeB5YxbusRsdQVPb"
    query: str = ""
    request_headers: dict[str, str] = field(default_factory=dict)
    request_body: bytes = b""
    status: int = 200
    fault: str | None = None
    response_headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": JSON})
    response_body: bytes = b'{"name": "Radiohead", "type": "artist"}'

    @property
    def executed(self) -> bool:
        return self.status < 400


def page(*items: object) -> dict[str, object]:
    return {"href": "", "items": items, "limit": 20, "next": None, "offset": 0, "previous": None, "total": len(items)}


def error(status: int) -> bytes:
    return json.dumps({"error": {"status": status, "message": "No"}}).encode()


def accept(description: ApiDescription, operation_id: str, value: object, *, status: int = 200) -> None:
    description.check_response(operation_id, status, json.dumps(value).encode(), JSON)


def refuse(description: ApiDescription, operation_id: str, value: object, expected: str) -> None:
    with pytest.raises(DescriptionMismatch, match=expected):
        accept(description, operation_id, value)


def test_it_knows_all_operations(description: ApiDescription) -> None:
    assert len(description.operations) == 97


@pytest.mark.parametrize(
    ("method", "path", "operation_id"),
    [
        ("GET", "/albums/4aawyAB9vmqN3uQ7FjRGTy", "get-an-album"),
        ("get", "/me/albums/contains", "check-users-saved-albums"),
        ("GET", "/recommendations/available-genre-seeds", "get-recommendation-genres"),
        ("DELETE", "/playlists/1/followers", "unfollow-playlist"),
        ("PATCH", "/me", None),
        ("GET", "/albums/", None),
        ("GET", "/albums/1/tracks/2", None),
    ],
)
def test_a_path_is_found(description: ApiDescription, method: str, path: str, operation_id: str | None) -> None:
    found = description.find(method, path)

    assert (found and found.id) == operation_id


@pytest.mark.parametrize(
    ("method", "path", "query", "body"),
    [
        ("GET", "/search", "q=a%26b&type=album,track&limit=50&offset=1000", None),
        ("GET", "/recommendations", "seed_genres=ambient&target_energy=0.5&min_key=0", None),
        ("PUT", "/me/player/shuffle", "state=true", None),
        ("PUT", "/me/following", "type=artist&ids=1,2", None),
        ("PUT", "/me/following", "type=artist", {"ids": ["1"]}),
        ("POST", "/me/playlists", "", {"name": "Mornings", "public": False}),
        ("PUT", "/playlists/1/items", "", {"range_start": 1, "insert_before": 0}),
    ],
)
def test_requests_in_order_pass(description: ApiDescription, method: str, path: str, query: str, body: object) -> None:
    content = b"" if body is None else json.dumps(body).encode()

    description.check_request(method, path, query, content, JSON if content else None)


@pytest.mark.parametrize(
    ("method", "path", "query", "body", "expected"),
    [
        ("GET", "/nothing", "", None, "no such operation"),
        ("GET", "/albums/1", "markt=DE", None, "'markt' is unknown"),
        ("GET", "/albums/1", "market=DE&market=SE", None, "'market' is given twice"),
        ("GET", "/albums/1", "", {"a": 1}, "takes no body"),
        ("GET", "/search", "q=a", None, "'type' is required"),
        ("GET", "/search", "q=a&type=album,artists", None, "'type'.*'artists'"),
        ("GET", "/search", "q=a&type=album&limit=51", None, "'limit'.*maximum 50"),
        ("GET", "/me/albums", "limit=0", None, "'limit'.*minimum 1"),
        ("GET", "/me/albums", "limit=many", None, "'limit'.*'integer'"),
        ("GET", "/me/albums", "limit=", None, "'limit'.*'integer'"),
        ("PUT", "/me/player/shuffle", "state=True", None, "'state'.*'boolean'"),
        ("PUT", "/me/following", "type=artist", None, "`ids` in the query or in the body"),
        ("PUT", "/me/following", "type=album&ids=1", None, "'type'.*enum"),
        ("PUT", "/me/albums", "", {"ids": ["1"]}, "'ids' is required"),
        ("POST", "/me/playlists", "", {"public": True}, r"\$: 'name' is a required property"),
        ("POST", "/me/playlists", "", {"name": None}, r"\$\.name: expected type 'string', found None"),
        ("DELETE", "/playlists/1/items", "", {"items": [{"uri": 1}]}, r"\$\.items\[0\]\.uri"),
    ],
)
def test_wrong_requests_are_refused(
    description: ApiDescription, method: str, path: str, query: str, body: object, expected: str
) -> None:
    content = b"" if body is None else json.dumps(body).encode()

    with pytest.raises(DescriptionMismatch, match=expected):
        description.check_request(method, path, query, content, JSON if content else None)


def test_a_cover_image_is_base64_text(description: ApiDescription) -> None:
    description.check_request("PUT", "/playlists/1/images", "", b"/9j/4AAQ", "image/jpeg")

    with pytest.raises(DescriptionMismatch, match="base64"):
        description.check_request("PUT", "/playlists/1/images", "", b"\xff\xd8\xff", "image/jpeg")
    with pytest.raises(DescriptionMismatch, match="Content-Type image/jpeg"):
        description.check_request("PUT", "/playlists/1/images", "", b"/9j/4AAQ", JSON)
    with pytest.raises(DescriptionMismatch, match="a body is required"):
        description.check_request("PUT", "/playlists/1/images")


def test_an_answer_names_the_place_that_is_wrong(description: ApiDescription) -> None:
    entry = {"added_at": "2024-01-01T00:00:00Z", "track": {"name": 7, "type": "track"}}

    refuse(
        description,
        "get-users-saved-tracks",
        page({}, entry),
        r"get-users-saved-tracks: answer 200: \$\.items\[1\]\.track\.name: expected type 'string', found 7",
    )


def test_an_answer_must_hold_what_is_required(description: ApiDescription) -> None:
    refuse(description, "get-an-albums-tracks", {"items": []}, "'href' is a required property")


def test_what_a_fields_filter_leaves_out_may_be_missing(description: ApiDescription) -> None:
    body = b'{"items": [{"item": {"name": "Nude"}}]}'

    description.check_response("get-playlists-items", 200, body, JSON, partial=True)
    with pytest.raises(DescriptionMismatch, match="name"):
        description.check_response("get-playlists-items", 200, body.replace(b'"Nude"', b"1"), JSON, partial=True)


def test_dates_are_checked(description: ApiDescription) -> None:
    refuse(
        description, "get-users-saved-tracks", page({"added_at": "yesterday"}), r"added_at: expected format 'date-time'"
    )


def test_a_status_that_is_not_described_is_refused(description: ApiDescription) -> None:
    with pytest.raises(DescriptionMismatch, match="answer 302: this status is not described"):
        description.check_response("get-an-album", 302, b"", None)


def test_a_body_where_none_is_described_is_refused(description: ApiDescription) -> None:
    description.check_response("save-albums-user", 200, b"", None)

    with pytest.raises(DescriptionMismatch, match="expected no body"):
        description.check_response("save-albums-user", 200, b"{}", JSON)


@pytest.mark.parametrize("body", [b"", b"{", b'{"a": NaN}', b"\xff"])
def test_an_answer_must_be_json(description: ApiDescription, body: bytes) -> None:
    with pytest.raises(DescriptionMismatch, match="expected JSON"):
        description.check_response("get-an-artist", 200, body, JSON)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 429, 500, 503])
def test_every_operation_can_fail_in_spotifys_way(description: ApiDescription, status: int) -> None:
    description.check_response("get-an-album", status, error(status), JSON)
    with pytest.raises(DescriptionMismatch):
        description.check_response("get-an-album", status, b'{"status": 404, "message": "No"}', JSON)


def test_an_error_must_not_contradict_its_status(description: ApiDescription) -> None:
    with pytest.raises(DescriptionMismatch, match=r"\$\.error\.status: expected 404, found 400"):
        description.check_response("get-an-album", 404, error(400), JSON)


def test_only_a_gateway_answers_without_json(description: ApiDescription) -> None:
    description.check_response("get-an-album", 502, b"<html>", "text/html")

    with pytest.raises(DescriptionMismatch, match="Content-Type"):
        description.check_response("get-an-album", 404, b"<html>", "text/html")


class TestAmendments:
    def test_chapters(self, description: ApiDescription) -> None:
        refuse(description, "get-audiobook-chapters", page({"type": "episode"}), r"type: expected enum \['chapter'\]")

    def test_actions(self, description: ApiDescription) -> None:
        operation_id = "get-information-about-the-users-current-playback"

        accept(description, operation_id, {"actions": {"disallows": {"pausing": True}}, "item": None})
        refuse(description, operation_id, {"actions": {"pausing": True}}, "'disallows' is a required property")

    def test_cursor_pages_end(self, description: ApiDescription) -> None:
        accept(description, "get-followed", {"artists": {"items": [], "next": None, "cursors": {"after": None}}})
        accept(description, "get-recently-played", {"items": [], "next": None, "cursors": None})

    def test_library_errors_are_wrapped(self, description: ApiDescription) -> None:
        description.check_response("check-library-contains", 400, error(400), JSON)

    def test_a_playlist_holds_tracks_episodes_local_files_and_gaps(self, description: ApiDescription) -> None:
        local = {
            "id": None,
            "href": None,
            "type": "track",
            "is_local": True,
            "uri": "spotify:local:a:b:c:180",
            "album": {"name": "b", "id": None, "release_date": None},
            "artists": [{"name": "a", "id": None, "href": None, "uri": None}],
        }
        entries = [
            {"item": {"type": "track", "name": "Nude"}, "added_by": None, "added_at": None},
            {"item": local, "track": local},
            {"item": None},
        ]

        accept(description, "get-playlists-items", page(*entries))
        refuse(description, "get-playlists-items", page({"item": {"type": "episode"}}), "is a required property")
        refuse(description, "get-playlists-items", page({"item": {"type": "track", "id": None}}), "item")

    def test_batches_hold_gaps_and_others_do_not(self, description: ApiDescription) -> None:
        artist = {"type": "artist", "name": "Radiohead"}

        accept(description, "get-multiple-artists", {"artists": [artist, None]})
        refuse(description, "get-an-artists-related-artists", {"artists": [artist, None]}, r"artists\[1\]")

    def test_search_pages_hold_gaps_and_others_do_not(self, description: ApiDescription) -> None:
        accept(description, "search", {"playlists": page({"name": "Mornings"}, None)})
        refuse(description, "get-a-list-of-current-users-playlists", page(None), r"items\[0\]")

    def test_what_development_mode_took_away_is_optional(self, description: ApiDescription) -> None:
        album = {
            "album_type": "album",
            "total_tracks": 0,
            "external_urls": {},
            "href": "",
            "id": "1",
            "images": [],
            "name": "Kid A",
            "release_date": "2000",
            "release_date_precision": "year",
            "type": "album",
            "uri": "spotify:album:1",
            "artists": [],
            "tracks": page(),
            "copyrights": [],
        }

        accept(description, "get-an-album", album)
        del album["tracks"]
        refuse(description, "get-an-album", album, "'tracks' is a required property")

    def test_a_playlist_or_user_without_images(self, description: ApiDescription) -> None:
        accept(description, "get-a-list-of-current-users-playlists", page({"images": None}))
        accept(description, "get-current-users-profile", {"images": None})
        refuse(description, "get-an-artist", {"images": None}, r"\$\.images")

    def test_nothing_playing(self, description: ApiDescription) -> None:
        description.check_response("get-the-users-currently-playing-track", 204, b"", None)


class TestExchanges:
    def test_one_in_order_passes(self, description: ApiDescription) -> None:
        description.check_exchange(SentAndAnswered())

    @pytest.mark.parametrize(
        ("exchange", "expected"),
        [
            (SentAndAnswered(query="market=DE"), "get-an-artist: request: .*'market' is unknown"),
            (SentAndAnswered(operation_id="get-an-album"), "is get-an-artist, but was served as get-an-album"),
            (SentAndAnswered(response_headers={}), "Content-Type"),
            (SentAndAnswered(response_body=b'{"name": 1}'), r"\$\.name"),
            (SentAndAnswered(path="/x", operation_id=None), "no such operation, but it was answered with 200"),
            (SentAndAnswered(path="/x", operation_id=None, status=404), r"GET /x: answer 404: .*'error'"),
        ],
    )
    def test_a_wrong_one_is_refused(
        self, description: ApiDescription, exchange: SentAndAnswered, expected: str
    ) -> None:
        with pytest.raises(DescriptionMismatch, match=expected):
            description.check_exchange(exchange)

    def test_an_unknown_path_may_be_answered_with_404(self, description: ApiDescription) -> None:
        description.check_exchange(SentAndAnswered(path="/x", operation_id=None, status=404, response_body=error(404)))

    def test_a_playlist_with_fields_is_partial(self, description: ApiDescription) -> None:
        exchange = SentAndAnswered(
            operation_id="get-playlists-items",
            path="/playlists/1/items",
            query="fields=items(item(name))",
            response_body=b'{"items": [{"item": {"name": "Nude"}}]}',
        )

        description.check_exchange(exchange)
        exchange.query = ""
        with pytest.raises(DescriptionMismatch, match="required"):
            description.check_exchange(exchange)


class TestExchangeChecker:
    def test_it_keeps_mismatches_for_the_test(self, description: ApiDescription) -> None:
        checker = ExchangeChecker(description)
        checker(SentAndAnswered())
        checker.assert_clean()

        checker(SentAndAnswered(response_body=b"[]"))

        with pytest.raises(DescriptionMismatch, match="get-an-artist"):
            checker.assert_clean()

    def test_a_refused_wrong_request_is_in_order_when_the_test_says_so(self, description: ApiDescription) -> None:
        refused = SentAndAnswered(query="market=DE", status=400, response_body=error(400))
        strict = ExchangeChecker(description)
        lenient = ExchangeChecker(description, wrong_requests_may_be_refused=True)
        for checker in (strict, lenient):
            checker(refused)

        lenient.assert_clean()
        with pytest.raises(DescriptionMismatch, match="'market' is unknown"):
            strict.assert_clean()

    def test_a_wrong_request_must_not_succeed(self, description: ApiDescription) -> None:
        checker = ExchangeChecker(description, wrong_requests_may_be_refused=True)

        checker(SentAndAnswered(query="market=DE"))

        with pytest.raises(DescriptionMismatch, match="'market' is unknown"):
            checker.assert_clean()

    def test_it_counts_what_succeeded(self, description: ApiDescription) -> None:
        checker = ExchangeChecker(description)
        checker(SentAndAnswered())
        checker(SentAndAnswered(operation_id="get-an-album", status=404))

        checker.assert_covers(["get-an-artist"])
        with pytest.raises(AssertionError, match="never executed: get-an-album"):
            checker.assert_covers(["get-an-artist", "get-an-album"])

    def test_without_a_description_it_only_counts(self) -> None:
        checker = ExchangeChecker(None)

        checker(SentAndAnswered(response_body=b"[]"))

        checker.assert_clean()
        assert checker.seen == {"get-an-artist": 1}
