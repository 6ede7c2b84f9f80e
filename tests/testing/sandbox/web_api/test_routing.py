"""Finding the route of a path."""

from __future__ import annotations

import pytest

from spotify.testing.sandbox.http.messages import Response
from spotify.testing.sandbox.web_api.arguments import path_id
from spotify.testing.sandbox.web_api.errors import WebApiError
from spotify.testing.sandbox.web_api.routing import Router, RouteTable


def router(*paths: str) -> Router:
    table = RouteTable()
    for path in paths:
        table.route("GET", path, f"get {path}", path_id())(lambda call: Response())
    return Router([table])


@pytest.mark.parametrize("paths", [("/things/{id}", "/things/top"), ("/things/top", "/things/{id}")])
def test_a_fixed_segment_wins_over_a_parameter(paths: tuple[str, ...]) -> None:
    route, values = router(*paths).match("GET", "/things/top")

    assert (route.path, values) == ("/things/top", {})


def test_a_parameter_takes_over_where_the_fixed_segment_leads_nowhere() -> None:
    route, values = router("/things/top", "/things/{id}/parts").match("GET", "/things/top/parts")

    assert (route.path, values) == ("/things/{id}/parts", {"id": "top"})


def test_parameters_are_decoded_after_the_path_is_taken_apart() -> None:
    _, values = router("/users/{user_id}/playlists").match("GET", "/users/a%2Fb%20c/playlists")

    assert values == {"user_id": "a/b c"}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/things", 404), ("GET", "/", 404), ("GET", "/things/1/2", 404), ("PUT", "/things/1", 405)],
)
def test_what_there_is_not_is_refused(method: str, path: str, status: int) -> None:
    with pytest.raises(WebApiError) as refused:
        router("/things/{id}").match(method, path)

    assert refused.value.status == status


@pytest.mark.parametrize(
    ("method", "path", "scopes", "needs_user"),
    [
        ("GET", "/albums", (), False),
        ("GET", "/me", (), True),
        ("GET", "/albums", ("user-top-read",), True),
        ("PUT", "/playlists/{id}", (), True),
    ],
)
def test_what_is_a_users_needs_one(method: str, path: str, scopes: tuple[str, ...], needs_user: bool) -> None:
    table = RouteTable()
    table.route(method, path, "operation", scopes=scopes)(lambda call: Response())

    (route,) = table
    assert route.needs_user == needs_user
