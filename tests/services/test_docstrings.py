"""What the docstrings of the services promise: held to the table of operations and to the methods' own parameters."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable

import pytest

from spotify.interfaces.operation import Operation
from spotify.operations import ALL_OPERATIONS
from spotify.services._operations import operations_of
from tests.support.service_methods import public_methods

Method = Callable[..., object]

HTTP = re.compile(r"HTTP: `([A-Z]+ /[^`?]*)[^`]*`")
# Methods call `id` what the table calls `playlist_id` or `user_id`.
PLACEHOLDER = re.compile(r"\{\w+\}")
SCOPES = re.compile(r"Scopes: (.+?)\. Development mode: ")
DEVELOPMENT_MODE = re.compile(r"Development mode: (yes|no)\b([^.]*)")
LIMIT = re.compile(
    r"limit: [^.]*?, 1 to (?P<highest>\d+)(?:, in development mode 1 to (?P<there>\d+))?; "
    r"None for (?:Spotify's default, (?P<default>\d+)|the most allowed)\."
)
ARGUMENT = re.compile(r"^ {4}\**(\w+): ", re.MULTILINE)
SECTION = re.compile(r"^(\w+):\n((?:(?: {4}.*)?\n)+)", re.MULTILINE)


METHODS: dict[str, Method] = {f"{service}.{name}": method for service, name, method in public_methods()}

for_each_method = pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)


def text_of(method: Method) -> str:
    return f"{inspect.getdoc(method)}\n"


def in_one_line(method: Method) -> str:
    return " ".join(text_of(method).split())


def sections_of(method: Method) -> dict[str, str]:
    return dict(SECTION.findall(text_of(method)))


def operation_of(method: Method) -> Operation:
    return operations_of(method)[0]


def http_line(operation: Operation) -> str:
    return f"{operation.method} {PLACEHOLDER.sub('{}', operation.path)}"


def is_read_one_by_one(operation: Operation) -> bool:
    """Whether development mode has something else that reads what the operation reads many of."""
    return operation.method == "GET" and operation.max_ids is not None and operation.replacement is not None


def is_list(operation: Operation) -> bool:
    return operation.max_limit is not None and bool({"offset", "after"} & set(operation.query))


def test_the_methods_are_found() -> None:
    assert {"AlbumsService.get", "AlbumsService.save", "SearchService.search"} <= METHODS.keys()
    assert not [name for name in METHODS if "._" in name]


@for_each_method
def test_the_first_line_is_a_sentence(method: Method) -> None:
    first, blank, *_ = text_of(method).splitlines()

    assert first.endswith(".")
    assert not blank


@for_each_method
def test_the_http_line_names_the_operations(method: Method) -> None:
    text = PLACEHOLDER.sub("{}", in_one_line(method))
    main = HTTP.search(text)

    assert main, "there is no HTTP line"
    assert main[1] == http_line(operation_of(method))
    for other in operations_of(method)[1:]:
        assert f"`{http_line(other)}" in text


@for_each_method
def test_the_scopes_are_those_of_the_operation(method: Method) -> None:
    found = SCOPES.search(in_one_line(method))

    assert found, "there is no Scopes line before the one on development mode"
    scopes = operation_of(method).scopes
    assert found[1].startswith("none") == (not scopes)
    assert set(scopes) <= set(re.findall(r"`([a-z-]+)`", found[1]))


@for_each_method
def test_development_mode_has_what_the_table_says_since_the_day_that_it_says(method: Method) -> None:
    found, operation = DEVELOPMENT_MODE.search(in_one_line(method)), operation_of(method)

    assert found, "it says neither yes nor no"
    assert found[1] == ("yes" if operation.development_mode or is_read_one_by_one(operation) else "no")
    if operation.removed_on:
        assert operation.removed_on.isoformat() in found[2]


@for_each_method
def test_what_is_read_one_by_one_in_development_mode_names_the_operation_that_reads_one(method: Method) -> None:
    operation = operation_of(method)

    if is_read_one_by_one(operation):
        (one,) = [each for each in ALL_OPERATIONS if each.id == operation.replacement]
        assert f"Development mode: yes, with `{one.method} {one.path}` for each" in in_one_line(method)


@for_each_method
def test_what_development_mode_lacks_raises_endpoint_unavailable(method: Method) -> None:
    operation, raises = operation_of(method), ARGUMENT.findall(sections_of(method)["Raises"])

    is_there = operation.development_mode or is_read_one_by_one(operation)
    assert ("EndpointUnavailableError" in raises) == (not is_there)


@for_each_method
def test_what_reads_many_objects_says_what_becomes_of_the_others_when_one_fails(method: Method) -> None:
    sections = sections_of(method)

    assert ("PartialReadError" in sections["Raises"]) == ("return_errors" in sections.get("Args", ""))


@for_each_method
def test_every_parameter_is_described_and_nothing_else(method: Method) -> None:
    parameters = [name for name in inspect.signature(method).parameters if name != "self"]

    assert ARGUMENT.findall(sections_of(method).get("Args", "")) == parameters


@for_each_method
def test_the_bounds_of_limit_are_those_of_the_operation_in_both_quota_modes(method: Method) -> None:
    operation, described = operation_of(method), LIMIT.search(in_one_line(method))

    assert (described is None) == (operation.max_limit is None)
    if described:
        assert int(described["highest"]) == operation.max_limit
        assert int(described["there"] or described["highest"]) == operation.development_max_limit


@for_each_method
def test_without_a_limit_a_list_has_the_longest_pages_and_all_else_spotifys_number(method: Method) -> None:
    operation, described = operation_of(method), LIMIT.search(in_one_line(method))

    if described:
        assert described["default"] == (None if is_list(operation) else str(operation.default_limit))


@for_each_method
def test_a_list_says_when_a_limit_that_is_too_high_is_refused(method: Method) -> None:
    if "Paginator" in str(inspect.signature(method).return_annotation):
        assert "too high is refused on awaiting a page, and lowered by `async for`" in in_one_line(method)


@for_each_method
def test_the_most_ids_a_request_are_those_of_the_operation(method: Method) -> None:
    described = re.search(r"(\d+) [\w ]+? (?:a|per) request|batches of (\d+)", in_one_line(method))

    if described:
        assert int(described[1] or described[2]) == operation_of(method).max_ids


@for_each_method
def test_a_method_that_can_fail_says_how(method: Method) -> None:
    assert "SpotifyError" in ARGUMENT.findall(sections_of(method)["Raises"])
