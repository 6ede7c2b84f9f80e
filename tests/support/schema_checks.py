"""JSON values against the schemas of an API description."""

from __future__ import annotations

import json
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from jsonschema import Draft4Validator
from jsonschema.validators import extend
from openapi_schema_validator import OAS30Validator, oas30_format_checker
from referencing import Registry
from referencing.jsonschema import DRAFT4

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from jsonschema import ValidationError
    from jsonschema.protocols import Validator

#: The name that schemas call the whole description by.
ROOT = "urn:spotify-web-api"

_SHOWN_CHARACTERS = 80
_MISSING = "is a required property"


def _ignored(*_: object) -> tuple[()]:
    return ()


class _Reference:
    """What follows a `$ref`, and remembers which values fit: the same tracks and artists come again in most answers."""

    def __init__(self) -> None:
        self._fits: set[bytes] = set()

    def __call__(self, validator: Any, ref: str, instance: Any, schema: Any) -> Iterator[ValidationError]:
        text = f"{ref} {json.dumps(instance)}"
        name = blake2b(text.encode(), digest_size=16).digest()
        if name in self._fits:
            return
        errors = list(OAS30Validator.VALIDATORS["$ref"](validator, ref, instance, schema))
        if not errors:
            self._fits.add(name)
        yield from errors


class SchemaChecks:
    """Validators for the schemas of one description, each compiled when it is first needed.

    Args:
        document: The whole description, which its schemas refer to.
    """

    def __init__(self, document: dict[str, Any]) -> None:
        self._registry: Registry[Any] = Registry().with_resource(ROOT, DRAFT4.create_resource(document))
        self._validators: dict[tuple[object, bool], Validator] = {}
        self._whole = extend(OAS30Validator, {"$ref": _Reference()})
        # A `fields` filter leaves out members that are required without it, the discriminating `type` among
        # them: what is left has to fit one of the alternatives.
        alternatives = Draft4Validator.VALIDATORS["anyOf"]
        self._partial = extend(OAS30Validator, {"$ref": _Reference(), "required": _ignored, "oneOf": alternatives})

    def problems(self, key: object, schema: Mapping[str, Any], value: Any, *, partial: bool = False) -> list[str]:
        """Return what is wrong with a value, each with its JSON path; nothing when it fits.

        Args:
            key: The name that the compiled schema is kept under.
            schema: What the value has to fit.
            value: Parsed JSON.
            partial: Members may be missing, required or not.
        """
        validator = self._validators.get((key, partial))
        if validator is None:
            kind = self._partial if partial else self._whole
            validator = kind(_rooted(schema), registry=self._registry, format_checker=oas30_format_checker)
            self._validators[key, partial] = validator
        problems = [_explain(error) for error in validator.iter_errors(value)]
        # A value that is wrong tells more than the members that are missing, which can be many.
        return sorted(problems, key=lambda problem: problem.endswith(_MISSING))


def shown(value: object) -> str:
    """Return a value's `repr`, cut to what a message can bear."""
    text = repr(value)
    return text if len(text) <= _SHOWN_CHARACTERS else f"{text[:_SHOWN_CHARACTERS]}…"


def _rooted(node: Any) -> Any:
    """Return a schema whose references name the document, so that it can stand outside of it."""
    if isinstance(node, dict):
        return {
            name: f"{ROOT}{value}" if name == "$ref" and value.startswith("#") else _rooted(value)
            for name, value in node.items()
        }
    return [_rooted(value) for value in node] if isinstance(node, list) else node


def _explain(error: ValidationError) -> str:
    """Return where a value is wrong and how: of the alternatives, the one that came furthest."""
    while error.context:
        error = max(error.context, key=lambda found: (len(found.absolute_path), found.validator != "enum"))
    if error.message.endswith(_MISSING):
        return f"{error.json_path}: {error.message}"
    expected = f"{error.validator} {shown(error.validator_value)}"
    return f"{error.json_path}: expected {expected}, found {shown(error.instance)}"
