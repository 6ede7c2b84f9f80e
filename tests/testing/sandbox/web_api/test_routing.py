"""`Router` and `RouteTable`."""

from __future__ import annotations

import pytest

from spotify.testing.sandbox.http.errors import WebApiError
from spotify.testing.sandbox.http.messages import Response
from spotify.testing.sandbox.web_api.arguments import path_id
from spotify.testing.sandbox.web_api.operations import RouteTable
from spotify.testing.sandbox.web_api.web_api import Router


def router(*paths: str) -> Router:
    table = RouteTable()
    for path in paths:
        table.route("GET", path, f"get {path}", path_id())(lambda call: Response())
    return Router([table])


@pytest.mark.parametrize("paths", [("/things/{id}", "/things/top"), ("/things/top", "/things/{id}")])
def test_a_literal_segment_takes_precedence_over_a_parameter(paths: tuple[str, ...]) -> None:
    route, values = router(*paths).match("GET", "/things/top")

    assert (route.path, values) == ("/things/top", {})


def test_a_parameter_matches_where_the_literal_segment_has_no_route() -> None:
    route, values = router("/things/top", "/things/{id}/parts").match("GET", "/things/top/parts")

    assert (route.path, values) == ("/things/{id}/parts", {"id": "top"})


def test_path_parameters_are_decoded_after_splitting() -> None:
    _, values = router("/users/{user_id}/playlists").match("GET", "/users/a%2Fb%20c/playlists")

    assert values == {"user_id": "a/b c"}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/things", 404), ("GET", "/", 404), ("GET", "/things/1/2", 404), ("PUT", "/things/1", 405)],
)
def test_unknown_paths_and_methods_are_errors(method: str, path: str, status: int) -> None:
    with pytest.raises(WebApiError) as raised:
        router("/things/{id}").match(method, path)

    assert raised.value.status == status


@pytest.mark.parametrize(
    ("method", "path", "scopes", "needs_user"),
    [
        ("GET", "/albums", (), False),
        ("GET", "/me", (), True),
        ("GET", "/albums", ("user-top-read",), True),
        ("PUT", "/playlists/{id}", (), True),
    ],
)
def test_routes_for_users_need_a_user(method: str, path: str, scopes: tuple[str, ...], needs_user: bool) -> None:
    table = RouteTable()
    table.route(method, path, "operation", scopes=scopes)(lambda call: Response())

    (route,) = table
    assert route.needs_user == needs_user
