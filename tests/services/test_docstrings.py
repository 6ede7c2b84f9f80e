"""The docstrings of service methods agree with the operations and with the parameters of the methods."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable

from spotify.interfaces.operation import Operation
from spotify.operations import ALL_OPERATIONS
from spotify.scopes import operations_of
from tests.support.service_methods import public_methods

Method = Callable[..., object]

HTTP = re.compile(r"HTTP: `([A-Z]+ /[^`?]*)[^`]*`")
# Methods name a parameter `id` that the operation names `playlist_id` or `user_id`.
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


def for_each_method(check: Callable[[Method], None]) -> Callable[[], None]:
    """Make one test of a check of a method: it runs for every method and reports all that fail."""

    def test() -> None:
        failures: list[str] = []
        for name, method in METHODS.items():
            try:
                check(method)
            except AssertionError as error:
                failures.append(f"{name}: {error}")
        assert not failures, "\n".join(failures)

    return test


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
    """Whether development mode has another operation that reads a single object."""
    return operation.method == "GET" and operation.max_ids is not None and operation.replacement is not None


def is_list(operation: Operation) -> bool:
    return operation.max_limit is not None and bool({"offset", "after"} & set(operation.query))


def test_public_methods_are_found() -> None:
    assert {"AlbumsService.get", "AlbumsService.save", "SearchService.search"} <= METHODS.keys()
    assert not [name for name in METHODS if "._" in name]


@for_each_method
def test_first_line_is_a_sentence(method: Method) -> None:
    first, blank, *_ = text_of(method).splitlines()

    assert first.endswith(".")
    assert not blank


@for_each_method
def test_http_line_names_the_operations(method: Method) -> None:
    text = PLACEHOLDER.sub("{}", in_one_line(method))
    main = HTTP.search(text)

    assert main, "there is no HTTP line"
    assert main[1] == http_line(operation_of(method))
    for other in operations_of(method)[1:]:
        assert f"`{http_line(other)}" in text


@for_each_method
def test_scopes_are_those_of_the_operation(method: Method) -> None:
    found = SCOPES.search(in_one_line(method))

    assert found, "there is no Scopes line before the one on development mode"
    scopes = operation_of(method).scopes
    assert found[1].startswith("none") == (not scopes)
    assert set(scopes) <= set(re.findall(r"`([a-z-]+)`", found[1]))


@for_each_method
def test_development_mode_and_removal_date_are_those_of_the_operation(method: Method) -> None:
    found, operation = DEVELOPMENT_MODE.search(in_one_line(method)), operation_of(method)

    assert found, "it says neither yes nor no"
    assert found[1] == ("yes" if operation.development_mode or is_read_one_by_one(operation) else "no")
    if operation.removed_on:
        assert operation.removed_on.isoformat() in found[2]


@for_each_method
def test_bulk_read_names_its_replacement_in_development_mode(method: Method) -> None:
    operation = operation_of(method)

    if is_read_one_by_one(operation):
        (one,) = [each for each in ALL_OPERATIONS if each.id == operation.replacement]
        assert f"Development mode: yes, with `{one.method} {one.path}` for each" in in_one_line(method)


@for_each_method
def test_method_missing_in_development_mode_raises_endpoint_unavailable(method: Method) -> None:
    operation, raises = operation_of(method), ARGUMENT.findall(sections_of(method)["Raises"])

    is_there = operation.development_mode or is_read_one_by_one(operation)
    assert ("EndpointUnavailableError" in raises) == (not is_there)


@for_each_method
def test_bulk_read_with_return_errors_raises_partial_read_error(method: Method) -> None:
    sections = sections_of(method)

    assert ("PartialReadError" in sections["Raises"]) == ("return_errors" in sections.get("Args", ""))


@for_each_method
def test_args_section_lists_exactly_the_parameters(method: Method) -> None:
    parameters = [name for name in inspect.signature(method).parameters if name != "self"]

    assert ARGUMENT.findall(sections_of(method).get("Args", "")) == parameters


@for_each_method
def test_bounds_of_limit_are_those_of_the_operation_in_both_quota_modes(method: Method) -> None:
    operation, described = operation_of(method), LIMIT.search(in_one_line(method))

    # `history` reads all plays that Spotify keeps.
    assert (described is None) == (operation.max_limit is None or method.__name__ == "history")
    if described:
        assert int(described["highest"]) == operation.max_limit
        assert int(described["there"] or described["highest"]) == operation.development_max_limit


@for_each_method
def test_default_of_limit_is_the_maximum_for_a_list(method: Method) -> None:
    operation, described = operation_of(method), LIMIT.search(in_one_line(method))

    if described:
        assert described["default"] == (None if is_list(operation) else str(operation.default_limit))


@for_each_method
def test_list_says_when_a_limit_is_refused(method: Method) -> None:
    if "Paginator" in str(inspect.signature(method).return_annotation):
        assert "too high is refused on awaiting a page, and lowered by `async for`" in in_one_line(method)


@for_each_method
def test_ids_per_request_are_those_of_the_operation(method: Method) -> None:
    described = re.search(r"(\d+) [\w ]+? (?:a|per) request|batches of (\d+)", in_one_line(method))

    if described:
        assert int(described[1] or described[2]) == operation_of(method).max_ids


@for_each_method
def test_every_method_raises_spotify_error(method: Method) -> None:
    assert "SpotifyError" in ARGUMENT.findall(sections_of(method)["Raises"])
