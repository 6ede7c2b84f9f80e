"""The extracted contract has the facts of a description and none of its prose."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.contract.document import CONTRACT_PATH
from tests.contract.extract import dumps, extract, load_description, main

PROSE: Final = "A sentence about it."

DESCRIPTION: Final = """
openapi: 3.0.3
info: {title: A music API, version: 2030.1.2, contact: {name: Someone}, license: {name: MIT}}
servers: [{url: "https://api.example/v1", description: Production}]
tags: [{name: Songs, description: All about songs}]
paths:
  /songs/{id}:
    summary: One song
    parameters:
    - {name: id, in: path, required: true, description: Its id, schema: {type: string, example: abc def}}
    - {name: language, in: query, required: false, schema: {type: string}}
    put:
      operationId: change-song
      tags: [Songs]
      summary: Change a song
      deprecated: true
      parameters:
      - {$ref: "#/components/parameters/Volume", description: How loud}
      - {name: language, in: query, required: true, schema: {type: string, enum: [sv, en]}}
      requestBody:
        description: What to change
        required: true
        content: {application/json: {schema: {$ref: "#/components/schemas/Song"}, example: {title: A long title}}}
      responses:
        200:
          description: It worked
          headers: {Retry-After: {description: When to retry, schema: {type: integer}}}
          content: {application/json: {schema: {$ref: "#/components/schemas/Song"}}}
        "204": {description: Nothing changed}
      security: [{oauth: [write, read]}]
components:
  parameters:
    Volume: {name: volume, in: query, schema: {title: Volume, type: integer, minimum: 0, maximum: 11, default: 5}}
  schemas:
    Song:
      title: Song
      type: object
      required: [title, id]
      additionalProperties: {description: Anything else, type: string}
      properties:
        title: {type: string, nullable: true, description: The title}
        id: {type: string, nullable: false}
        cover:
          anyOf: [{$ref: "#/components/schemas/Song"}, {type: string, title: A link}]
          not: {title: A small number, type: integer, maximum: 3}
          discriminator: {propertyName: type, mapping: {song: "#/components/schemas/Song"}, x-note: Choose}
        description: {type: string, title: Description}
        x-note: {allOf: [{$ref: "#/components/schemas/Song"}], deprecated: true, x-internal: Not for you}
  securitySchemes:
    oauth:
      type: oauth2
      description: How to log in
      flows: {authorizationCode: {tokenUrl: "https://a.example", scopes: {write: Change songs, read: Read songs}}}
"""

CONTRACT: Final = {
    "openapi": "3.0.3",
    "info": {"version": "2030.1.2"},
    "servers": [{"url": "https://api.example/v1"}],
    "paths": {
        "/songs/{id}": {
            "put": {
                "operationId": "change-song",
                "deprecated": True,
                "parameters": [
                    {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}},
                    {
                        "name": "language",
                        "in": "query",
                        "required": True,
                        "schema": {"type": "string", "enum": ["en", "sv"]},
                    },
                    {"$ref": "#/components/parameters/Volume"},
                ],
                "requestBody": {
                    "required": True,
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Song"}}},
                },
                "responses": {
                    "200": {
                        "headers": {"Retry-After": {"schema": {"type": "integer"}}},
                        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Song"}}},
                    },
                    "204": {},
                },
                "security": [{"oauth": ["read", "write"]}],
            }
        }
    },
    "components": {
        "parameters": {
            "Volume": {
                "name": "volume",
                "in": "query",
                "schema": {"type": "integer", "minimum": 0, "maximum": 11, "default": 5},
            }
        },
        "schemas": {
            "Song": {
                "type": "object",
                "required": ["id", "title"],
                "additionalProperties": {"type": "string"},
                "properties": {
                    "title": {"type": "string", "nullable": True},
                    "id": {"type": "string"},
                    "cover": {
                        "anyOf": [{"$ref": "#/components/schemas/Song"}, {"type": "string"}],
                        "not": {"type": "integer", "maximum": 3},
                        "discriminator": {"propertyName": "type", "mapping": {"song": "#/components/schemas/Song"}},
                    },
                    "description": {"type": "string"},
                    "x-note": {"allOf": [{"$ref": "#/components/schemas/Song"}], "deprecated": True},
                },
            }
        },
        "securitySchemes": {
            "oauth": {
                "type": "oauth2",
                "flows": {"authorizationCode": {"tokenUrl": "https://a.example", "scopes": {"write": "", "read": ""}}},
            }
        },
    },
}

# The structure of OpenAPI 3.0: the kind of each child node, "*" for every member of a map, a list for its entries.
CHILDREN: Final[dict[str, dict[str, Any]]] = {
    "root": {"info": "info", "servers": ["server"], "paths": {"*": "path"}, "components": "components"},
    "components": {
        "parameters": {"*": "parameter"},
        "responses": {"*": "body"},
        "schemas": {"*": "schema"},
        "securitySchemes": {"*": "security"},
    },
    "path": dict.fromkeys(("get", "put", "post", "delete"), "operation"),
    "operation": {"parameters": ["parameter"], "requestBody": "body", "responses": {"*": "body"}},
    "parameter": {"schema": "schema"},
    "body": {"content": {"*": "media"}, "headers": {"*": "parameter"}},
    "media": {"schema": "schema"},
    "schema": {
        "properties": {"*": "schema"},
        "items": "schema",
        "additionalProperties": "schema",
        **{name: ["schema"] for name in ("allOf", "anyOf", "oneOf")},
    },
}
# Where OpenAPI 3.0 allows prose, apart from extensions, which it allows everywhere.
PROSE_MEMBERS: Final[dict[str, dict[str, Any]]] = {
    "root": {"tags": [{"name": PROSE, "description": PROSE}], "externalDocs": {"description": PROSE, "url": "a"}},
    "info": {
        "title": PROSE,
        "description": PROSE,
        "termsOfService": PROSE,
        "contact": {"name": PROSE, "email": PROSE},
        "license": {"name": PROSE},
    },
    "server": {"description": PROSE, "variables": {"a": {"default": PROSE, "description": PROSE}}},
    "components": {"examples": {"a": {"summary": PROSE, "value": PROSE}}, "links": {"a": {"description": PROSE}}},
    "path": {"summary": PROSE, "description": PROSE, "servers": [{"description": PROSE}]},
    "operation": {
        "summary": PROSE,
        "description": PROSE,
        "tags": [PROSE],
        "externalDocs": {"description": PROSE},
        "callbacks": {"a": {"b": {"summary": PROSE}}},
        "servers": [{"description": PROSE}],
    },
    "parameter": {"description": PROSE, "example": PROSE, "examples": {"a": {"summary": PROSE, "value": [PROSE]}}},
    "body": {"description": PROSE, "links": {"a": {"description": PROSE}}},
    "media": {"example": {"a": PROSE}, "examples": {"a": {"value": PROSE}}, "encoding": {"a": {"x-a": PROSE}}},
    "schema": {
        "title": PROSE,
        "description": PROSE,
        "example": {"description": [PROSE]},
        "externalDocs": {"description": PROSE},
        "xml": {"name": PROSE},
    },
    "security": {"description": PROSE},
}


def with_prose(node: Any, kind: str, include: Callable[[], bool]) -> Any:
    """Return an extracted node with prose in its places, of which `include` selects some."""
    prose = {**PROSE_MEMBERS[kind], "x-note": PROSE, "x-notes": {"type": PROSE, "name": [PROSE]}}
    described = {name: value for name, value in prose.items() if include()}
    children = CHILDREN.get(kind, {})
    for name, child in node.items():
        described[name] = with_prose_in_child(child, children[name], include) if name in children else child
    return described


def with_prose_in_child(child: Any, kind: Any, include: Callable[[], bool]) -> Any:
    if isinstance(kind, list):
        return [with_prose(entry, kind[0], include) for entry in child]
    if isinstance(kind, dict):
        return {name: with_prose(entry, kind["*"], include) for name, entry in child.items()}
    return with_prose(child, kind, include) if isinstance(child, dict) else child


def strings(node: Any) -> Iterator[str]:
    """Yield every string value."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict | list):
        for child in node.values() if isinstance(node, dict) else node:
            yield from strings(child)


NAMES = st.sampled_from(["id", "title", "description", "summary", "example", "tags", "x-note", "required", "$"])
SCHEMAS = st.recursive(
    st.sampled_from(
        [
            {"type": "string", "format": "date-time", "nullable": True},
            {"type": "integer", "minimum": 1, "maximum": 50, "default": 20},
            {"type": "string", "enum": ["a", "b"], "deprecated": True},
            {"$ref": "#/components/schemas/Song"},
        ]
    ),
    lambda inner: st.one_of(
        inner.map(lambda schema: {"type": "array", "items": schema}),
        st.lists(inner, min_size=1, max_size=2).map(lambda parts: {"allOf": parts}),
        st.lists(inner, min_size=1, max_size=2).map(lambda parts: {"oneOf": parts}),
        st.dictionaries(NAMES, inner, min_size=1, max_size=3).map(
            lambda members: {"type": "object", "properties": members, "required": [min(members)]}
        ),
    ),
    max_leaves=5,
)
PARAMETERS = st.builds(lambda name, schema: {"in": "query", "name": name, "schema": schema}, NAMES, SCHEMAS)
BODIES = SCHEMAS.map(lambda schema: {"content": {"application/json": {"schema": schema}}})
OPERATIONS = st.fixed_dictionaries(
    {"operationId": NAMES, "responses": st.dictionaries(st.sampled_from(["200", "404"]), BODIES, min_size=1)},
    optional={
        "parameters": PARAMETERS.map(lambda parameter: [parameter]),
        "requestBody": BODIES,
        "deprecated": st.just(True),
        "security": st.just([{"oauth": ["read"]}]),
    },
)
CONTRACTS = st.fixed_dictionaries(
    {
        "openapi": st.just("3.0.3"),
        "info": st.just({"version": "1"}),
        "servers": st.just([{"url": "https://api.example"}]),
        "paths": st.dictionaries(
            st.sampled_from(["/a", "/b/{id}"]),
            st.dictionaries(st.sampled_from(["get", "post"]), OPERATIONS, min_size=1),
            min_size=1,
        ),
        "components": st.fixed_dictionaries({"schemas": st.dictionaries(NAMES, SCHEMAS, min_size=1, max_size=3)}),
    }
)


def test_facts_are_kept_and_prose_is_left_out() -> None:
    assert extract(yaml.safe_load(DESCRIPTION)) == CONTRACT


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(contract=CONTRACTS, data=st.data())
def test_no_prose_survives(contract: dict[str, Any], data: st.DataObject) -> None:
    description = with_prose(contract, "root", lambda: data.draw(st.booleans()))

    assert extract(description) == contract


def test_no_prose_survives_in_any_part_of_the_contract() -> None:
    contract = load_description(CONTRACT_PATH)
    description = with_prose(contract, "root", lambda: True)

    assert sum(text == PROSE for text in strings(description)) > 10_000
    assert extract(description) == contract


def test_no_value_of_the_contract_has_spaces() -> None:
    assert [text for text in strings(load_description(CONTRACT_PATH)) if any(map(str.isspace, text))] == []


def test_extracting_the_contract_from_itself_changes_nothing() -> None:
    assert dumps(extract(load_description(CONTRACT_PATH))) == CONTRACT_PATH.read_text(encoding="utf-8")


def test_the_order_of_the_description_does_not_matter() -> None:
    def reverse(node: Any, name: str = "") -> Any:
        if isinstance(node, dict):
            return {key: reverse(value, key) for key, value in reversed(node.items())}
        if isinstance(node, list) and name in {"parameters", "required", "enum", "oauth"}:
            return [reverse(entry) for entry in reversed(node)]
        return node

    description = yaml.safe_load(DESCRIPTION)

    assert dumps(extract(reverse(description))) == dumps(extract(description))


def test_extracting_does_not_change_the_description() -> None:
    description = yaml.safe_load(DESCRIPTION)
    before = copy.deepcopy(description)

    extract(description)

    assert description == before


def test_the_text_is_sorted_json_in_short_lines() -> None:
    text = dumps({"b": [{"name": "x" * 90, "value": "y" * 30}, 1], "a": {}})

    assert text == (
        '{\n  "a": {},\n  "b": [\n    {\n      "name": "' + "x" * 90 + '",\n      "value": "' + "y" * 30 + '"\n    },\n'
        "    1\n  ]\n}\n"
    )
    assert json.loads(text) == {"b": [{"name": "x" * 90, "value": "y" * 30}, 1], "a": {}}


@pytest.mark.parametrize(
    ("name", "render"), [("api.yml", str), ("api.json", lambda text: json.dumps(yaml.safe_load(text)))]
)
def test_the_command_reads_yaml_and_json(name: str, render: Callable[[str], str], tmp_path: Path) -> None:
    path, output = tmp_path / name, tmp_path / "contract.json"
    path.write_text(render(DESCRIPTION), encoding="utf-8")

    assert main([str(path), "-o", str(output)]) == 0

    assert json.loads(output.read_text(encoding="utf-8")) == CONTRACT


def test_the_command_writes_to_the_standard_output() -> None:
    command = [sys.executable, "-m", "tests.contract.extract", str(CONTRACT_PATH)]

    result = subprocess.run(command, capture_output=True, check=True, cwd=Path(__file__).parents[2], encoding="utf-8")

    assert result.stdout == CONTRACT_PATH.read_text(encoding="utf-8")
