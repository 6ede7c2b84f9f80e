"""The targets of faults."""

from __future__ import annotations

from typing import Any

import pytest

from spotify.testing.sandbox.http.messages import Request
from spotify.testing.sandbox.web_api.web_api import WEB_API, Destination, Target

ID = "0" * 22


def web_api(line: str) -> Destination:
    method, path = line.split(" ")
    return Destination.of_web_api(Request(method=method, path=path, query="", headers={}, body=b""))


def token_endpoint(method: str = "POST") -> Destination:
    return Destination.of_token_endpoint(Request(method=method, path="/api/token", query="", headers={}, body=b""))


@pytest.mark.parametrize(
    ("target", "matching", "other"),
    [
        ("get-an-album", f"GET /albums/{ID}", f"GET /albums/{ID}/tracks"),
        ("GET /albums/{id}", f"GET /albums/{ID}", "GET /albums"),
        ("GET /albums/{any_name}", f"GET /albums/{ID}", f"GET /artists/{ID}"),
        (f"GET /albums/{ID}", f"GET /albums/{ID}", f"GET /albums/{'1' * 22}"),
        ("GET /users/bj%C3%B6rk", "GET /users/björk", "GET /users/bjork"),
        ("PUT /me/library", "PUT /me/library", "DELETE /me/library"),
        ("GET *", "GET /me", "PUT /me/library"),
        ("GET *", "GET /no/such/path", "PATCH /me"),
    ],
)
def test_a_target_matches_its_requests_only(target: str, matching: str, other: str) -> None:
    parsed = Target.parse(target)

    assert parsed.matches(web_api(matching))
    assert not parsed.matches(web_api(other))


@pytest.mark.parametrize("route", WEB_API.routes, ids=lambda route: route.operation_id)
def test_operation_id_and_path_are_the_same_target(route: Any) -> None:
    assert Target.parse(route.operation_id) == Target.parse(f"{route.method} {route.path}")


def test_a_star_matches_all_of_the_web_api_only() -> None:
    everything = Target.parse("*")

    assert everything.matches(web_api("DELETE /me/albums"))
    assert everything.matches(web_api("GET /no/such/path"))
    assert not everything.matches(token_endpoint())
    assert not Target.parse("POST *").matches(token_endpoint())


def test_the_token_endpoint_is_a_separate_target() -> None:
    target = Target.parse("POST /api/token")

    assert target.matches(token_endpoint())
    assert not target.matches(token_endpoint("GET"))
    assert not target.matches(web_api("POST /me/playlists"))


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("", "there is no operation ''"),
        ("add-item-to-playlist", "there is no operation 'add-item-to-playlist': did you mean 'add-items-to-playlist'?"),
        ("get *", "there is no operation 'get \\*'"),
        ("PATCH *", "there is no operation 'PATCH \\*'"),
        ("GET /nowhere", "there is no operation 'GET /nowhere' below the Web API's /v1"),
        ("GET /v1/me", "there is no operation 'GET /v1/me'"),
        ("POST /me/library", "there is no operation 'POST /me/library'"),
        ("GET /albums/1?market=DE", "must not have a query"),
        ("GET /api/token", "there is no operation 'GET /api/token'"),
    ],
)
def test_unknown_targets_are_rejected(target: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Target.parse(target)
