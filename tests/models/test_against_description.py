"""Every schema has a model with the same fields, and every answer a model."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Any

import pytest

from spotify import models
from tests.support.api_description import requires_description
from tests.support.described_models import ERROR_RESPONSES, NO_MODEL, RESPONSES, SCHEMAS, UNDESCRIBED
from tests.support.schema_payloads import SchemaPayloads

pytestmark = requires_description


@pytest.fixture(scope="module")
def description() -> SchemaPayloads:
    return SchemaPayloads.load()


def field_names(model: Any) -> set[str]:
    return {field.name for field in fields(model)}


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_model_has_the_fields_of_its_schema(name: str, description: SchemaPayloads) -> None:
    model = SCHEMAS[name]
    described = set(description.properties(description.schema(name)))

    assert field_names(model) == described | {field for owner, field in UNDESCRIBED if owner is model}


@pytest.mark.parametrize(("part", "model"), [("meta", models.AudioAnalysisMeta), ("track", models.AudioAnalysisTrack)])
def test_the_parts_of_an_analysis_have_the_fields_of_theirs(part: str, model: Any, description: SchemaPayloads) -> None:
    analysis = description.properties(description.schema("AudioAnalysisObject"))

    assert field_names(model) == set(description.properties(analysis[part]))


@pytest.mark.parametrize(
    "name", [name for name, model in RESPONSES.items() if is_dataclass(model) and name not in SCHEMAS]
)
def test_the_model_of_an_answer_has_the_fields_of_its_schema(name: str, description: SchemaPayloads) -> None:
    model = RESPONSES[name]
    described = set(description.properties(description.response(name)))

    assert field_names(model) == described | {field for owner, field in UNDESCRIBED if owner is model}


def test_every_schema_is_accounted_for(description: SchemaPayloads) -> None:
    assert set(description.schema_names()) == set(SCHEMAS) | set(NO_MODEL)


def test_every_answer_is_accounted_for(description: SchemaPayloads) -> None:
    assert set(description.response_names()) == set(RESPONSES) | ERROR_RESPONSES
