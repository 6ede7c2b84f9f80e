"""Validates JSON values against the schemas of the contract."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import jsonschema_rs
from jsonschema import Draft4Validator
from jsonschema.validators import extend
from openapi_schema_validator import OAS30Validator, oas30_format_checker
from referencing import Registry
from referencing.jsonschema import DRAFT4

if TYPE_CHECKING:
    from jsonschema import ValidationError
    from jsonschema.protocols import Validator

#: The URI of the whole document in the references of its schemas.
ROOT = "urn:spotify-web-api"

_REPR_CHARACTERS = 80
_MISSING = "is a required property"
_NOTHING: Final = {"not": {}}  # the schema that no value matches


def _ignored(*_: object) -> tuple[()]:
    return ()


class SchemaValidation:
    """Validators for the schemas of one document, each compiled on first use.

    A compiled validator recognizes most valid values in a hundredth of the time. What it does not recognize is
    validated again, by the validator of OpenAPI, which has the problems.

    Args:
        document: The whole document, which its schemas refer to.
    """

    def __init__(self, document: dict[str, Any]) -> None:
        self._registry: Registry[Any] = Registry().with_resource(ROOT, DRAFT4.create_resource(document))
        self._compiled_registries = {
            partial: jsonschema_rs.Registry([(ROOT, _as_draft4(document, partial))], draft=jsonschema_rs.Draft4)
            for partial in (False, True)
        }
        self._validators: dict[tuple[object, bool], tuple[jsonschema_rs.Draft4Validator, Validator]] = {}
        # A `fields` filter omits required members, including the discriminator `type`: the rest has to match one of
        # the alternatives.
        any_of = Draft4Validator.VALIDATORS["anyOf"]
        self._partial = extend(OAS30Validator, {"required": _ignored, "oneOf": any_of})

    def problems(self, key: object, schema: Mapping[str, Any], value: Any, *, partial: bool = False) -> list[str]:
        """Return the problems of a value, each with its JSON path; none if it is valid.

        Args:
            key: The key of the compiled schema in the cache.
            schema: The schema.
            value: Parsed JSON.
            partial: Required members may be missing.
        """
        validators = self._validators.get((key, partial))
        if validators is None:
            validators = self._validators[key, partial] = self._compile(schema, partial)
        compiled, validator = validators
        if recognizes(compiled, value):
            return []
        problems = [_explain(error) for error in validator.iter_errors(value)]
        # An invalid value says more than missing members, which can be many.
        return sorted(problems, key=lambda problem: problem.endswith(_MISSING))

    def _compile(self, schema: Mapping[str, Any], partial: bool) -> tuple[jsonschema_rs.Draft4Validator, Validator]:
        schema = _rooted(schema)
        compiled = jsonschema_rs.Draft4Validator(
            _as_draft4(schema, partial),
            registry=self._compiled_registries[partial],
            formats={"date-time": lambda value: oas30_format_checker.conforms(value, "date-time")},
            validate_formats=True,
        )
        kind = self._partial if partial else OAS30Validator
        return compiled, kind(schema, registry=self._registry, format_checker=oas30_format_checker)


def recognizes(compiled: jsonschema_rs.Draft4Validator, value: Any) -> bool:
    """Return whether a value is valid for the compiled validator, which cannot read lone surrogates."""
    try:
        return compiled.is_valid(value)
    except UnicodeEncodeError:
        return False


def short_repr(value: object) -> str:
    """Return a value's `repr`, cut to 80 characters."""
    text = repr(value)
    return text if len(text) <= _REPR_CHARACTERS else f"{text[:_REPR_CHARACTERS]}…"


def _rooted(node: Any) -> Any:
    """Return a schema whose references include the document's URI, so that it can be used outside the document."""
    if isinstance(node, dict):
        return {
            name: f"{ROOT}{value}" if name == "$ref" and value.startswith("#") else _rooted(value)
            for name, value in node.items()
        }
    return [_rooted(value) for value in node] if isinstance(node, list) else node


def _as_draft4(node: Any, partial: bool) -> Any:
    """Return the schemas of OpenAPI 3.0 in a document or a schema as schemas of draft 4 that accept no more."""
    if isinstance(node, list):
        return [_as_draft4(value, partial) for value in node]
    if not isinstance(node, dict):
        return node
    schema = {name: _as_draft4(value, partial) for name, value in node.items()}
    if schema.get("nullable") is True and isinstance(schema.get("type"), str):
        schema["type"] = [schema["type"], "null"]
    if schema.get("format") == "int64":
        schema["allOf"] = [*schema.get("allOf", ()), {"minimum": -(2**63), "maximum": 2**63 - 1}]
    elif isinstance(schema.get("format"), str) and schema["format"] != "date-time":
        return _NOTHING
    if partial and isinstance(schema.get("required"), list):
        del schema["required"]
    if "oneOf" in schema and partial:
        schema["anyOf"] = schema.pop("oneOf")
    elif "discriminator" in schema:
        name, schemas = schema["discriminator"]["propertyName"], schema["discriminator"]["mapping"]
        del schema["oneOf"]
        schema["anyOf"] = [
            {"allOf": [{"$ref": ref}], "required": [name], "properties": {name: {"enum": [value]}}}
            for value, ref in schemas.items()
        ]
    return schema


def _explain(error: ValidationError) -> str:
    """Return where a value is invalid and why. Of several alternatives, the one that matched furthest is reported."""
    while error.context:
        error = max(error.context, key=lambda inner: (len(inner.absolute_path), inner.validator != "enum"))
    if error.message.endswith(_MISSING):
        return f"{error.json_path}: {error.message}"
    expected = f"{error.validator} {short_repr(error.validator_value)}"
    return f"{error.json_path}: expected {expected}, found {short_repr(error.instance)}"
