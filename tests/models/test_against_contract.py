"""Every schema has a model with the same fields, and every answer a model."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Any

import pytest

from spotify import models
from tests.contract.document import ContractDocument
from tests.contract.models import ERROR_RESPONSES, NO_MODEL, RESPONSES, SCHEMAS, UNDOCUMENTED


@pytest.fixture(scope="module")
def contract() -> ContractDocument:
    return ContractDocument.load()


def field_names(model: Any) -> set[str]:
    return {field.name for field in fields(model)}


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_model_has_the_fields_of_its_schema(name: str, contract: ContractDocument) -> None:
    model = SCHEMAS[name]
    described = set(contract.properties(contract.schemas[name]))

    assert field_names(model) == described | {field for owner, field in UNDOCUMENTED if owner is model}


@pytest.mark.parametrize(("part", "model"), [("meta", models.AudioAnalysisMeta), ("track", models.AudioAnalysisTrack)])
def test_the_parts_of_an_analysis_have_the_fields_of_theirs(part: str, model: Any, contract: ContractDocument) -> None:
    analysis = contract.properties(contract.schemas["AudioAnalysisObject"])

    assert field_names(model) == set(contract.properties(analysis[part]))


@pytest.mark.parametrize(
    "name", [name for name, model in RESPONSES.items() if is_dataclass(model) and name not in SCHEMAS]
)
def test_the_model_of_an_answer_has_the_fields_of_its_schema(name: str, contract: ContractDocument) -> None:
    model = RESPONSES[name]
    described = set(contract.properties(contract.responses[name]))

    assert field_names(model) == described | {field for owner, field in UNDOCUMENTED if owner is model}


def test_every_schema_is_accounted_for(contract: ContractDocument) -> None:
    assert set(contract.schemas) == set(SCHEMAS) | set(NO_MODEL)


def test_every_answer_is_accounted_for(contract: ContractDocument) -> None:
    assert set(contract.responses) == set(RESPONSES) | ERROR_RESPONSES
