"""Extracts the facts of an OpenAPI 3.0 description: `python -m tests.contract.extract PATH [-o FILE]`.

Only what is listed here is kept, so that no sentence, title, summary, example, tag or extension gets into the contract.
The result is OpenAPI apart from the texts that OpenAPI requires, such as the title and the responses' descriptions.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import yaml

Document = dict[str, Any]

_LINE_LENGTH: Final = 120

_METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_PARAMETER_FACTS: Final = ("name", "in", "required", "deprecated", "allowEmptyValue", "style", "explode")
_SCHEMA_FACTS: Final = (
    *("type", "format", "pattern", "nullable", "deprecated", "readOnly", "writeOnly", "default", "uniqueItems"),
    *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
    *("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"),
)
#: Facts that are false where they are missing.
_FLAGS: Final = frozenset(
    {"required", "deprecated", "nullable", "readOnly", "writeOnly", "uniqueItems", "allowEmptyValue"}
)
_FLOW_FACTS: Final = ("authorizationUrl", "tokenUrl", "refreshUrl")


def extract(description: Mapping[str, Any]) -> Document:
    """Return the facts of an API description, in an order that does not depend on the description's order."""
    components = description.get("components", {})
    shared = components.get("parameters", {})
    return _without_empty(
        {
            "openapi": description.get("openapi"),
            "info": _facts(description.get("info", {}), ("version",)),
            "servers": [_facts(server, ("url",)) for server in description.get("servers", ())],
            "paths": _each(description.get("paths", {}), lambda item: _path_item(item, shared)),
            "components": _without_empty(
                {
                    "parameters": _each(shared, _parameter),
                    "requestBodies": _each(components.get("requestBodies", {}), _body),
                    "responses": _each(components.get("responses", {}), _body),
                    "schemas": _each(components.get("schemas", {}), _schema),
                    "securitySchemes": _each(components.get("securitySchemes", {}), _security_scheme),
                }
            ),
        }
    )


def dumps(document: Document) -> str:
    """Return sorted JSON in lines of at most 120 characters where possible."""
    return f"{_render(document, 0, 0)}\n"


def load_description(path: Path) -> Document:
    """Read an API description, YAML or JSON."""
    text = path.read_text(encoding="utf-8")
    document: Document = json.loads(text) if path.suffix == ".json" else yaml.load(text, Loader=yaml.CSafeLoader)
    return document


def _path_item(item: Mapping[str, Any], shared: Mapping[str, Any]) -> Document:
    common = item.get("parameters", ())
    return {method: _operation(item[method], common, shared) for method in _METHODS if method in item}


def _operation(operation: Mapping[str, Any], common: Sequence[Any], shared: Mapping[str, Any]) -> Document:
    def key(parameter: Mapping[str, Any]) -> tuple[str, str]:
        target = shared[parameter["$ref"].rpartition("/")[2]] if "$ref" in parameter else parameter
        return target["in"], target["name"]

    # A parameter of the operation replaces the path's parameter of the same name.
    parameters = {key(parameter): parameter for parameter in (*common, *operation.get("parameters", ()))}
    return _without_empty(
        {
            **_facts(operation, ("operationId", "deprecated")),
            "parameters": [_parameter(parameters[name]) for name in sorted(parameters)],
            "requestBody": _body(operation.get("requestBody", {})),
            "responses": {str(status): _body(body) for status, body in operation.get("responses", {}).items()},
            "security": [
                {name: sorted(scopes) for name, scopes in entry.items()} for entry in operation.get("security", ())
            ],
        }
    )


def _parameter(parameter: Mapping[str, Any]) -> Document:
    if "$ref" in parameter:
        return _facts(parameter, ("$ref",))
    found = _facts(parameter, _PARAMETER_FACTS)
    if "schema" in parameter:
        found["schema"] = _schema(parameter["schema"])
    if "content" in parameter:
        found["content"] = _each(parameter["content"], _media_type)
    return found


def _body(body: Mapping[str, Any]) -> Document:
    """Return the facts of a request body or of a response."""
    if "$ref" in body:
        return _facts(body, ("$ref",))
    found = _facts(body, ("required",))
    found["content"] = _each(body.get("content", {}), _media_type)
    found["headers"] = _each(body.get("headers", {}), _parameter)
    return _without_empty(found)


def _media_type(media_type: Mapping[str, Any]) -> Document:
    return {"schema": _schema(media_type["schema"])} if "schema" in media_type else {}


def _schema(schema: Mapping[str, Any]) -> Document:
    if "$ref" in schema:
        return _facts(schema, ("$ref",))
    found = _facts(schema, _SCHEMA_FACTS)
    if "enum" in schema:
        found["enum"] = sorted(schema["enum"], key=json.dumps)
    if schema.get("required"):
        found["required"] = sorted(schema["required"])
    if "properties" in schema:
        found["properties"] = _each(schema["properties"], _schema)
    for name in ("items", "not", "additionalProperties"):
        if name in schema:
            value = schema[name]
            found[name] = _schema(value) if isinstance(value, Mapping) else value
    for name in ("allOf", "anyOf", "oneOf"):
        if name in schema:
            found[name] = [_schema(part) for part in schema[name]]
    if "discriminator" in schema:
        found["discriminator"] = _facts(schema["discriminator"], ("propertyName", "mapping"))
    return found


def _security_scheme(scheme: Mapping[str, Any]) -> Document:
    found = _facts(scheme, ("type", "scheme", "in", "name"))
    if "flows" in scheme:
        # Each scope's value is a sentence about it.
        found["flows"] = _each(
            scheme["flows"], lambda flow: {**_facts(flow, _FLOW_FACTS), "scopes": dict.fromkeys(flow["scopes"], "")}
        )
    return found


def _facts(node: Mapping[str, Any], names: Sequence[str]) -> Document:
    return {name: node[name] for name in names if name in node and not (name in _FLAGS and not node[name])}


def _each(nodes: Mapping[str, Any], extract_one: Callable[[Any], Document]) -> Document:
    """Extract every value of a mapping whose keys are names, so that a member named `title` is kept."""
    return {name: extract_one(node) for name, node in nodes.items()}


def _without_empty(node: Document) -> Document:
    return {name: value for name, value in node.items() if value not in (None, {}, [])}


def _render(value: Any, indent: int, used: int) -> str:
    line = json.dumps(value, sort_keys=True, ensure_ascii=False)
    if not value or not isinstance(value, dict | list) or indent + used + len(line) < _LINE_LENGTH:
        return line
    margin = " " * (indent + 2)
    if isinstance(value, list):
        entries = [_render(entry, indent + 2, 0) for entry in value]
    else:
        names = {name: json.dumps(name, ensure_ascii=False) for name in sorted(value)}
        entries = [f"{text}: {_render(value[name], indent + 2, len(text) + 2)}" for name, text in names.items()]
    first, last = "[]" if isinstance(value, list) else "{}"
    lines = f",\n{margin}".join(entries)
    return f"{first}\n{margin}{lines}\n{' ' * indent}{last}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Extract the contract of a description to a file or to the standard output."""
    parser = argparse.ArgumentParser(prog="python -m tests.contract.extract", description="Extract the API contract.")
    parser.add_argument("path", type=Path, help="the API description (OpenAPI 3.0, YAML or JSON)")
    parser.add_argument("-o", "--output", type=Path, help="the file to write; the standard output if omitted")
    options = parser.parse_args(arguments)
    text = dumps(extract(load_description(options.path)))
    if options.output is None:
        sys.stdout.write(text)
    else:
        options.output.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
