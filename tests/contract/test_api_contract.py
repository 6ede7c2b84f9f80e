"""The checks of `ApiContract`: which requests and responses they accept, and what their messages say."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from tests.contract.amendments import EVIDENCE
from tests.contract.api_contract import ApiContract, ContractMismatch
from tests.contract.exchange_checker import ExchangeChecker

JSON = "application/json; charset=utf-8"


@pytest.fixture(scope="module")
def contract() -> ApiContract:
    return ApiContract.load()


@dataclass
class FakeExchange:
    """A valid exchange, apart from what a test changes."""

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


def check(contract: ApiContract, operation_id: str, value: object, *, status: int = 200) -> None:
    contract.check_response(operation_id, status, json.dumps(value).encode(), JSON)


def assert_rejected(contract: ApiContract, operation_id: str, value: object, expected: str) -> None:
    with pytest.raises(ContractMismatch, match=expected):
        check(contract, operation_id, value)


def test_the_contract_has_97_operations(contract: ApiContract) -> None:
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
def test_find_returns_the_operation_of_a_path(
    contract: ApiContract, method: str, path: str, operation_id: str | None
) -> None:
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
def test_valid_requests_are_accepted(contract: ApiContract, method: str, path: str, query: str, body: object) -> None:
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
def test_invalid_requests_are_rejected(
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


def test_the_message_has_the_path_of_the_invalid_value(contract: ApiContract) -> None:
    entry = {"added_at": "2024-01-01T00:00:00Z", "track": {"name": 7, "type": "track"}}

    assert_rejected(
        contract,
        "get-users-saved-tracks",
        page({}, entry),
        r"get-users-saved-tracks: response 200: \$\.items\[1\]\.track\.name: expected type 'string', found 7",
    )


def test_required_members_may_not_be_missing(contract: ApiContract) -> None:
    assert_rejected(contract, "get-an-albums-tracks", {"items": []}, "'href' is a required property")


def test_members_may_be_missing_in_a_partial_response(contract: ApiContract) -> None:
    body = b'{"items": [{"item": {"name": "Nude"}}]}'

    contract.check_response("get-playlists-items", 200, body, JSON, partial=True)
    with pytest.raises(ContractMismatch, match="name"):
        contract.check_response("get-playlists-items", 200, body.replace(b'"Nude"', b"1"), JSON, partial=True)


def test_date_times_are_checked(contract: ApiContract) -> None:
    assert_rejected(
        contract, "get-users-saved-tracks", page({"added_at": "yesterday"}), r"added_at: expected format 'date-time'"
    )


def test_a_status_that_the_contract_lacks_is_rejected(contract: ApiContract) -> None:
    with pytest.raises(ContractMismatch, match="response 302: the contract has no such status"):
        contract.check_response("get-an-album", 302, b"", None)


def test_a_body_is_rejected_if_the_response_has_none(contract: ApiContract) -> None:
    contract.check_response("save-albums-user", 200, b"", None)

    with pytest.raises(ContractMismatch, match="expected no body"):
        contract.check_response("save-albums-user", 200, b"{}", JSON)


@pytest.mark.parametrize("body", [b"", b"{", b'{"a": NaN}', b"\xff"])
def test_a_response_must_be_json(contract: ApiContract, body: bytes) -> None:
    with pytest.raises(ContractMismatch, match="expected JSON"):
        contract.check_response("get-an-artist", 200, body, JSON)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 429, 500, 503])
def test_every_operation_may_return_an_error(contract: ApiContract, status: int) -> None:
    contract.check_response("get-an-album", status, error(status), JSON)
    with pytest.raises(ContractMismatch):
        contract.check_response("get-an-album", status, b'{"status": 404, "message": "No"}', JSON)


def test_the_status_in_an_error_must_be_that_of_the_response(contract: ApiContract) -> None:
    with pytest.raises(ContractMismatch, match=r"\$\.error\.status: expected 404, found 400"):
        contract.check_response("get-an-album", 404, error(400), JSON)


def test_only_server_errors_may_have_other_bodies_than_json(contract: ApiContract) -> None:
    contract.check_response("get-an-album", 502, b"<html>", "text/html")

    with pytest.raises(ContractMismatch, match="Content-Type"):
        contract.check_response("get-an-album", 404, b"<html>", "text/html")


class TestAmendments:
    def test_chapters_have_the_type_chapter(self, contract: ApiContract) -> None:
        assert_rejected(
            contract, "get-audiobook-chapters", page({"type": "episode"}), r"type: expected enum \['chapter'\]"
        )

    def test_actions_are_nested(self, contract: ApiContract) -> None:
        operation_id = "get-information-about-the-users-current-playback"

        check(contract, operation_id, {"actions": {"disallows": {"pausing": True}}, "item": None})
        assert_rejected(contract, operation_id, {"actions": {"pausing": True}}, "'disallows' is a required property")

    def test_the_last_cursor_page_has_null(self, contract: ApiContract) -> None:
        check(contract, "get-followed", {"artists": {"items": [], "next": None, "cursors": {"after": None}}})
        check(contract, "get-recently-played", {"items": [], "next": None, "cursors": None})

    def test_library_errors_are_wrapped(self, contract: ApiContract) -> None:
        contract.check_response("check-library-contains", 400, error(400), JSON)

    def test_playlist_items_are_tracks_episodes_local_files_or_null(self, contract: ApiContract) -> None:
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

        check(contract, "get-playlists-items", page(*entries))
        assert_rejected(contract, "get-playlists-items", page({"item": {"type": "episode"}}), "is a required property")
        assert_rejected(contract, "get-playlists-items", page({"item": {"type": "track", "id": None}}), "item")

    def test_only_batches_have_null_entries(self, contract: ApiContract) -> None:
        artist = {"type": "artist", "name": "Radiohead"}

        check(contract, "get-multiple-artists", {"artists": [artist, None]})
        assert_rejected(contract, "get-an-artists-related-artists", {"artists": [artist, None]}, r"artists\[1\]")

    def test_only_search_pages_have_null_items(self, contract: ApiContract) -> None:
        check(contract, "search", {"playlists": page({"name": "Mornings"}, None)})
        assert_rejected(contract, "get-a-list-of-current-users-playlists", page(None), r"items\[0\]")

    def test_members_that_development_mode_lacks_are_optional(self, contract: ApiContract) -> None:
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

        check(contract, "get-an-album", album)
        del album["tracks"]
        assert_rejected(contract, "get-an-album", album, "'tracks' is a required property")

    def test_images_of_playlists_and_users_can_be_null(self, contract: ApiContract) -> None:
        check(contract, "get-a-list-of-current-users-playlists", page({"images": None}))
        check(contract, "get-current-users-profile", {"images": None})
        assert_rejected(contract, "get-an-artist", {"images": None}, r"\$\.images")

    def test_nothing_playing_is_204(self, contract: ApiContract) -> None:
        contract.check_response("get-the-users-currently-playing-track", 204, b"", None)


class TestExchanges:
    def test_a_valid_exchange_is_accepted(self, contract: ApiContract) -> None:
        contract.check_exchange(FakeExchange())

    @pytest.mark.parametrize(
        ("exchange", "expected"),
        [
            (FakeExchange(query="market=DE"), "get-an-artist: request: .*'market' is unknown"),
            (FakeExchange(operation_id="get-an-album"), "is get-an-artist, but was served as get-an-album"),
            (FakeExchange(response_headers={}), "Content-Type"),
            (FakeExchange(response_body=b'{"name": 1}'), r"\$\.name"),
            (FakeExchange(path="/x", operation_id=None), "no such operation, but the response was 200"),
            (FakeExchange(path="/x", operation_id=None, status=404), r"GET /x: response 404: .*'error'"),
        ],
    )
    def test_an_invalid_exchange_is_rejected(
        self, contract: ApiContract, exchange: FakeExchange, expected: str
    ) -> None:
        with pytest.raises(ContractMismatch, match=expected):
            contract.check_exchange(exchange)

    def test_an_unknown_path_may_return_404(self, contract: ApiContract) -> None:
        contract.check_exchange(FakeExchange(path="/x", operation_id=None, status=404, response_body=error(404)))

    def test_a_response_to_fields_is_partial(self, contract: ApiContract) -> None:
        exchange = FakeExchange(
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
    def test_mismatches_are_raised_by_assert_clean(self) -> None:
        checker = ExchangeChecker()
        checker(FakeExchange())
        checker.assert_clean()

        checker(FakeExchange(response_body=b"[]"))

        with pytest.raises(ContractMismatch, match="get-an-artist"):
            checker.assert_clean()

    def test_an_invalid_request_may_be_refused_if_the_test_allows_it(self) -> None:
        refused = FakeExchange(query="market=DE", status=400, response_body=error(400))
        strict = ExchangeChecker()
        lenient = ExchangeChecker(wrong_requests_may_be_refused=True)
        for checker in (strict, lenient):
            checker(refused)

        lenient.assert_clean()
        with pytest.raises(ContractMismatch, match="'market' is unknown"):
            strict.assert_clean()

    def test_an_invalid_request_may_never_succeed(self) -> None:
        checker = ExchangeChecker(wrong_requests_may_be_refused=True)

        checker(FakeExchange(query="market=DE"))

        with pytest.raises(ContractMismatch, match="'market' is unknown"):
            checker.assert_clean()

    def test_executed_operations_are_counted(self) -> None:
        checker = ExchangeChecker()
        checker(FakeExchange())
        checker(FakeExchange(operation_id="get-an-album", status=404))

        checker.assert_covers(["get-an-artist"])
        with pytest.raises(AssertionError, match="never executed: get-an-album"):
            checker.assert_covers(["get-an-artist", "get-an-album"])


@pytest.mark.parametrize("amendment", EVIDENCE, ids=lambda amendment: amendment.__name__)
def test_every_deviation_from_the_contract_has_a_link_as_evidence(amendment: Callable[..., None]) -> None:
    assert "https://" in EVIDENCE[amendment]
