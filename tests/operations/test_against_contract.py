"""The facts about operations against Spotify's API description, in both directions."""

from __future__ import annotations

import pytest

from spotify.interfaces.operation import Operation
from spotify.operations import ALL_OPERATIONS, BY_ID
from tests.contract.api_contract import ApiContract
from tests.contract.operations import ContractOperation

OPERATION = pytest.mark.parametrize("operation", ALL_OPERATIONS, ids=lambda operation: operation.id)


@pytest.fixture(scope="module")
def described() -> dict[str, ContractOperation]:
    return ApiContract.load().operations


def test_both_know_the_same_operations(described: dict[str, ContractOperation]) -> None:
    assert set(BY_ID) == set(described)


@OPERATION
def test_method_and_path(operation: Operation, described: dict[str, ContractOperation]) -> None:
    found = described[operation.id]

    assert (operation.method, operation.path) == (found.method, found.path)


@OPERATION
def test_parameters(operation: Operation, described: dict[str, ContractOperation]) -> None:
    found = described[operation.id]

    assert sorted(operation.query) == sorted(parameter.name for parameter in found.query_parameters)
    assert sorted(operation.path_parameters) == sorted(parameter.name for parameter in found.path_parameters)


@OPERATION
def test_scopes(operation: Operation, described: dict[str, ContractOperation]) -> None:
    assert sorted(operation.scopes) == sorted(described[operation.id].scopes)


@OPERATION
def test_deprecation(operation: Operation, described: dict[str, ContractOperation]) -> None:
    assert operation.deprecated == described[operation.id].deprecated


@OPERATION
def test_request_body(operation: Operation, described: dict[str, ContractOperation]) -> None:
    body = described[operation.id].request_body

    assert ([operation.content_type] if operation.content_type else []) == list(body or ())


@OPERATION
def test_page_limits(operation: Operation, described: dict[str, ContractOperation]) -> None:
    limit = next((found for found in described[operation.id].query_parameters if found.name == "limit"), None)

    # The description knows development mode's pages only, but for the highest limit of two operations: what extended
    # quota allows there is an amendment.
    default = limit.schema["default"] if limit else None
    assert operation.development_default_limit == default
    assert operation.max_limit == (limit.schema["maximum"] if limit else None)
