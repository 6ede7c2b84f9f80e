"""What the docstrings of the services promise: held to the table of operations and to the methods' own parameters."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator

import pytest

from spotify import services
from spotify.interfaces.operation import Operation
from spotify.operations import ALL_OPERATIONS
from spotify.services._base import Service

Method = Callable[..., object]

HTTP = re.compile(r"HTTP: `(?P<method>[A-Z]+) (?P<path>/[^`?]*)[^`]*`")
# Methods call `id` what the table calls `playlist_id` or `user_id`.
PLACEHOLDER = re.compile(r"\{\w+\}")
SCOPES = re.compile(r"Scopes: (.+?)\. Development mode: ")
DEVELOPMENT_MODE = re.compile(r"Development mode: (yes|no \((?:[^)]*?)(\d{4}-\d\d-\d\d))")
ARGUMENT = re.compile(r"^ {4}\**(\w+): ", re.MULTILINE)
SECTION = re.compile(r"^(\w+):\n((?:(?: {4}.*)?\n)+)", re.MULTILINE)


def public_methods() -> Iterator[tuple[str, Method]]:
    exported: list[object] = [getattr(services, name) for name in services.__all__]
    for service in exported:
        if isinstance(service, type) and issubclass(service, Service):
            for name, method in inspect.getmembers(service, inspect.isfunction):
                if not name.startswith("_"):
                    yield f"{service.__name__}.{name}", method


METHODS = dict(public_methods())

for_each_method = pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)


def text_of(method: Method) -> str:
    return f"{inspect.getdoc(method)}\n"


def in_one_line(method: Method) -> str:
    return " ".join(text_of(method).split())


def sections_of(method: Method) -> dict[str, str]:
    return dict(SECTION.findall(text_of(method)))


def operation_of(method: Method) -> Operation:
    found = HTTP.search(in_one_line(method))
    assert found, "there is no HTTP line"
    named = (found["method"], PLACEHOLDER.sub("{}", found["path"]))
    (operation,) = [each for each in ALL_OPERATIONS if (each.method, PLACEHOLDER.sub("{}", each.path)) == named]
    return operation


def test_the_methods_are_found() -> None:
    assert {"AlbumsService.get", "AlbumsService.save", "SearchService.search"} <= METHODS.keys()
    assert not [name for name in METHODS if "._" in name]


@for_each_method
def test_the_first_line_is_a_sentence(method: Method) -> None:
    first, blank, *_ = text_of(method).splitlines()

    assert first.endswith(".")
    assert not blank


@for_each_method
def test_the_http_line_names_one_of_the_operations(method: Method) -> None:
    assert operation_of(method)


@for_each_method
def test_the_scopes_are_those_of_the_operation(method: Method) -> None:
    found = SCOPES.search(in_one_line(method))

    assert found, "there is no Scopes line before the one on development mode"
    scopes = operation_of(method).scopes
    assert found[1].startswith("none") == (not scopes)
    assert set(scopes) <= set(re.findall(r"`([a-z-]+)`", found[1]))


@for_each_method
def test_development_mode_has_what_the_table_says_since_the_day_that_it_says(method: Method) -> None:
    found = DEVELOPMENT_MODE.search(in_one_line(method))

    assert found, "it says neither yes nor no, or no day"
    removed_on = operation_of(method).removed_on
    assert found[1].startswith("yes") == (removed_on is None)
    assert found[2] == (removed_on and removed_on.isoformat())


@for_each_method
def test_what_development_mode_lacks_raises_endpoint_unavailable(method: Method) -> None:
    raises = ARGUMENT.findall(sections_of(method)["Raises"])

    assert ("EndpointUnavailableError" in raises) == (not operation_of(method).development_mode)


@for_each_method
def test_every_parameter_is_described_and_nothing_else(method: Method) -> None:
    parameters = [name for name in inspect.signature(method).parameters if name != "self"]

    assert ARGUMENT.findall(sections_of(method).get("Args", "")) == parameters


@for_each_method
def test_the_bounds_of_limit_are_those_of_the_operation(method: Method) -> None:
    operation = operation_of(method)
    described = re.search(r"limit: [^.]*?, 1 to (\d+).*?; None for Spotify's (\d+)", in_one_line(method))

    assert (described is None) == (operation.max_limit is None)
    if described:
        assert [int(number) for number in described.groups()] == [operation.max_limit, operation.default_limit]


@for_each_method
def test_the_most_ids_a_request_are_those_of_the_operation(method: Method) -> None:
    described = re.search(r"(\d+) [\w ]+? a request", in_one_line(method))

    if described:
        assert int(described[1]) == operation_of(method).max_ids


@for_each_method
def test_a_method_that_can_fail_says_how(method: Method) -> None:
    assert "SpotifyError" in ARGUMENT.findall(sections_of(method)["Raises"])
