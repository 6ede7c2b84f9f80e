"""The operations and models of the client match the contract. A difference says what to change."""

from __future__ import annotations

from tests.contract.api_contract import ApiContract
from tests.contract.changes import scopes_of
from tests.contract.client_differences import model_differences, operation_table_differences, scope_differences
from tests.contract.document import ContractDocument


def test_operations_match() -> None:
    assert list(operation_table_differences(ApiContract.load().operations)) == []


def test_models_match() -> None:
    assert list(model_differences(ContractDocument.load())) == []


def test_scopes_match() -> None:
    assert list(scope_differences(scopes_of(ContractDocument.load()))) == []
