"""The judge itself: what it lets pass, what it refuses, and whether its message helps."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

import pytest

from tests.contract.api_contract import ApiContract, ContractMismatch
from tests.contract.exchange_checker import ExchangeChecker

JSON = "application/json; charset=utf-8"


@pytest.fixture(scope="module")
def contract() -> ApiContract:
    return ApiContract.load()


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


def accept(contract: ApiContract, operation_id: str, value: object, *, status: int = 200) -> None:
    contract.check_response(operation_id, status, json.dumps(value).encode(), JSON)


def refuse(contract: ApiContract, operation_id: str, value: object, expected: str) -> None:
    with pytest.raises(ContractMismatch, match=expected):
        accept(contract, operation_id, value)


def test_it_knows_all_operations(contract: ApiContract) -> None:
    assert len(contract.operations) == 97


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
def test_a_path_is_found(contract: ApiContract, method: str, path: str, operation_id: str | None) -> None:
    found = contract.find(method, path)

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
def test_requests_in_order_pass(contract: ApiContract, method: str, path: str, query: str, body: object) -> None:
    content = b"" if body is None else json.dumps(body).encode()

    contract.check_request(method, path, query, content, JSON if content else None)


@pytest.mark.parametrize(
    ("method", "path", "query", "body", "expected"),
    [
        ("GET", "/nothing", "", None, "no such operation"),
        ("GET", "/albums/1", "markt=DE", None, "'markt' is unknown"),
        ("GET", "/albums/1", "market=DE&market=SE", None, "'market' is repeated"),
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
    contract: ApiContract, method: str, path: str, query: str, body: object, expected: str
) -> None:
    content = b"" if body is None else json.dumps(body).encode()

    with pytest.raises(ContractMismatch, match=expected):
        contract.check_request(method, path, query, content, JSON if content else None)


def test_a_cover_image_is_base64_text(contract: ApiContract) -> None:
    contract.check_request("PUT", "/playlists/1/images", "", b"/9j/4AAQ", "image/jpeg")

    with pytest.raises(ContractMismatch, match="base64"):
        contract.check_request("PUT", "/playlists/1/images", "", b"\xff\xd8\xff", "image/jpeg")
    with pytest.raises(ContractMismatch, match="Content-Type image/jpeg"):
        contract.check_request("PUT", "/playlists/1/images", "", b"/9j/4AAQ", JSON)
    with pytest.raises(ContractMismatch, match="a body is required"):
        contract.check_request("PUT", "/playlists/1/images")


def test_an_answer_names_the_place_that_is_wrong(contract: ApiContract) -> None:
    entry = {"added_at": "2024-01-01T00:00:00Z", "track": {"name": 7, "type": "track"}}

    refuse(
        contract,
        "get-users-saved-tracks",
        page({}, entry),
        r"get-users-saved-tracks: response 200: \$\.items\[1\]\.track\.name: expected type 'string', found 7",
    )


def test_an_answer_must_hold_what_is_required(contract: ApiContract) -> None:
    refuse(contract, "get-an-albums-tracks", {"items": []}, "'href' is a required property")


def test_what_a_fields_filter_leaves_out_may_be_missing(contract: ApiContract) -> None:
    body = b'{"items": [{"item": {"name": "Nude"}}]}'

    contract.check_response("get-playlists-items", 200, body, JSON, partial=True)
    with pytest.raises(ContractMismatch, match="name"):
        contract.check_response("get-playlists-items", 200, body.replace(b'"Nude"', b"1"), JSON, partial=True)


def test_dates_are_checked(contract: ApiContract) -> None:
    refuse(
        contract, "get-users-saved-tracks", page({"added_at": "yesterday"}), r"added_at: expected format 'date-time'"
    )


def test_a_status_that_is_not_described_is_refused(contract: ApiContract) -> None:
    with pytest.raises(ContractMismatch, match="response 302: the contract has no such status"):
        contract.check_response("get-an-album", 302, b"", None)


def test_a_body_where_none_is_described_is_refused(contract: ApiContract) -> None:
    contract.check_response("save-albums-user", 200, b"", None)

    with pytest.raises(ContractMismatch, match="expected no body"):
        contract.check_response("save-albums-user", 200, b"{}", JSON)


@pytest.mark.parametrize("body", [b"", b"{", b'{"a": NaN}', b"\xff"])
def test_an_answer_must_be_json(contract: ApiContract, body: bytes) -> None:
    with pytest.raises(ContractMismatch, match="expected JSON"):
        contract.check_response("get-an-artist", 200, body, JSON)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 429, 500, 503])
def test_every_operation_can_fail_in_spotifys_way(contract: ApiContract, status: int) -> None:
    contract.check_response("get-an-album", status, error(status), JSON)
    with pytest.raises(ContractMismatch):
        contract.check_response("get-an-album", status, b'{"status": 404, "message": "No"}', JSON)


def test_an_error_must_not_contradict_its_status(contract: ApiContract) -> None:
    with pytest.raises(ContractMismatch, match=r"\$\.error\.status: expected 404, found 400"):
        contract.check_response("get-an-album", 404, error(400), JSON)


def test_only_a_gateway_answers_without_json(contract: ApiContract) -> None:
    contract.check_response("get-an-album", 502, b"<html>", "text/html")

    with pytest.raises(ContractMismatch, match="Content-Type"):
        contract.check_response("get-an-album", 404, b"<html>", "text/html")


class TestAmendments:
    def test_chapters(self, contract: ApiContract) -> None:
        refuse(contract, "get-audiobook-chapters", page({"type": "episode"}), r"type: expected enum \['chapter'\]")

    def test_actions(self, contract: ApiContract) -> None:
        operation_id = "get-information-about-the-users-current-playback"

        accept(contract, operation_id, {"actions": {"disallows": {"pausing": True}}, "item": None})
        refuse(contract, operation_id, {"actions": {"pausing": True}}, "'disallows' is a required property")

    def test_cursor_pages_end(self, contract: ApiContract) -> None:
        accept(contract, "get-followed", {"artists": {"items": [], "next": None, "cursors": {"after": None}}})
        accept(contract, "get-recently-played", {"items": [], "next": None, "cursors": None})

    def test_library_errors_are_wrapped(self, contract: ApiContract) -> None:
        contract.check_response("check-library-contains", 400, error(400), JSON)

    def test_a_playlist_holds_tracks_episodes_local_files_and_gaps(self, contract: ApiContract) -> None:
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

        accept(contract, "get-playlists-items", page(*entries))
        refuse(contract, "get-playlists-items", page({"item": {"type": "episode"}}), "is a required property")
        refuse(contract, "get-playlists-items", page({"item": {"type": "track", "id": None}}), "item")

    def test_batches_hold_gaps_and_others_do_not(self, contract: ApiContract) -> None:
        artist = {"type": "artist", "name": "Radiohead"}

        accept(contract, "get-multiple-artists", {"artists": [artist, None]})
        refuse(contract, "get-an-artists-related-artists", {"artists": [artist, None]}, r"artists\[1\]")

    def test_search_pages_hold_gaps_and_others_do_not(self, contract: ApiContract) -> None:
        accept(contract, "search", {"playlists": page({"name": "Mornings"}, None)})
        refuse(contract, "get-a-list-of-current-users-playlists", page(None), r"items\[0\]")

    def test_what_development_mode_took_away_is_optional(self, contract: ApiContract) -> None:
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

        accept(contract, "get-an-album", album)
        del album["tracks"]
        refuse(contract, "get-an-album", album, "'tracks' is a required property")

    def test_a_playlist_or_user_without_images(self, contract: ApiContract) -> None:
        accept(contract, "get-a-list-of-current-users-playlists", page({"images": None}))
        accept(contract, "get-current-users-profile", {"images": None})
        refuse(contract, "get-an-artist", {"images": None}, r"\$\.images")

    def test_nothing_playing(self, contract: ApiContract) -> None:
        contract.check_response("get-the-users-currently-playing-track", 204, b"", None)


class TestExchanges:
    def test_one_in_order_passes(self, contract: ApiContract) -> None:
        contract.check_exchange(SentAndAnswered())

    @pytest.mark.parametrize(
        ("exchange", "expected"),
        [
            (SentAndAnswered(query="market=DE"), "get-an-artist: request: .*'market' is unknown"),
            (SentAndAnswered(operation_id="get-an-album"), "is get-an-artist, but was served as get-an-album"),
            (SentAndAnswered(response_headers={}), "Content-Type"),
            (SentAndAnswered(response_body=b'{"name": 1}'), r"\$\.name"),
            (SentAndAnswered(path="/x", operation_id=None), "no such operation, but the response was 200"),
            (SentAndAnswered(path="/x", operation_id=None, status=404), r"GET /x: response 404: .*'error'"),
        ],
    )
    def test_a_wrong_one_is_refused(self, contract: ApiContract, exchange: SentAndAnswered, expected: str) -> None:
        with pytest.raises(ContractMismatch, match=expected):
            contract.check_exchange(exchange)

    def test_an_unknown_path_may_be_answered_with_404(self, contract: ApiContract) -> None:
        contract.check_exchange(SentAndAnswered(path="/x", operation_id=None, status=404, response_body=error(404)))

    def test_a_playlist_with_fields_is_partial(self, contract: ApiContract) -> None:
        exchange = SentAndAnswered(
            operation_id="get-playlists-items",
            path="/playlists/1/items",
            query="fields=items(item(name))",
            response_body=b'{"items": [{"item": {"name": "Nude"}}]}',
        )

        contract.check_exchange(exchange)
        exchange.query = ""
        with pytest.raises(ContractMismatch, match="required"):
            contract.check_exchange(exchange)


class TestExchangeChecker:
    def test_it_keeps_mismatches_for_the_test(self, contract: ApiContract) -> None:
        checker = ExchangeChecker()
        checker(SentAndAnswered())
        checker.assert_clean()

        checker(SentAndAnswered(response_body=b"[]"))

        with pytest.raises(ContractMismatch, match="get-an-artist"):
            checker.assert_clean()

    def test_a_refused_wrong_request_is_in_order_when_the_test_says_so(self, contract: ApiContract) -> None:
        refused = SentAndAnswered(query="market=DE", status=400, response_body=error(400))
        strict = ExchangeChecker()
        lenient = ExchangeChecker(wrong_requests_may_be_refused=True)
        for checker in (strict, lenient):
            checker(refused)

        lenient.assert_clean()
        with pytest.raises(ContractMismatch, match="'market' is unknown"):
            strict.assert_clean()

    def test_a_wrong_request_must_not_succeed(self, contract: ApiContract) -> None:
        checker = ExchangeChecker(wrong_requests_may_be_refused=True)

        checker(SentAndAnswered(query="market=DE"))

        with pytest.raises(ContractMismatch, match="'market' is unknown"):
            checker.assert_clean()

    def test_it_counts_what_succeeded(self, contract: ApiContract) -> None:
        checker = ExchangeChecker()
        checker(SentAndAnswered())
        checker(SentAndAnswered(operation_id="get-an-album", status=404))

        checker.assert_covers(["get-an-artist"])
        with pytest.raises(AssertionError, match="never executed: get-an-album"):
            checker.assert_covers(["get-an-artist", "get-an-album"])
