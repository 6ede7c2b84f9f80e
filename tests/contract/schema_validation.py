"""Validates JSON values against the schemas of the contract."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

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
_ANNOTATIONS = {"type", "description", "example"}
_PORT = re.compile(r"(?<=http://127\.0\.0\.1):\d+")
_MISSING = "is a required property"


def _ignored(*_: object) -> tuple[()]:
    return ()


def _items(validator: Any, items: Mapping[str, Any], instance: Any, schema: Any) -> Iterator[ValidationError]:
    """Validates the items of an array; plain strings at once, because `available_markets` has 185 of them."""
    are_plain_strings = items.get("type") == "string" and items.keys() <= _ANNOTATIONS
    if not (are_plain_strings and isinstance(instance, list) and all(isinstance(item, str) for item in instance)):
        yield from OAS30Validator.VALIDATORS["items"](validator, items, instance, schema)


class _Reference:
    """Validates a `$ref`, and remembers valid values: most responses repeat the same tracks and artists."""

    def __init__(self) -> None:
        self._valid: set[bytes] = set()

    def __call__(self, validator: Any, ref: str, instance: Any, schema: Any) -> Iterator[ValidationError]:
        # The ports of sandboxes differ; without them, values of earlier sandboxes are recognized.
        value = _PORT.sub("", json.dumps(instance))
        digest = blake2b(f"{ref} {value}".encode(), digest_size=16).digest()
        if digest in self._valid:
            return
        errors = list(OAS30Validator.VALIDATORS["$ref"](validator, ref, instance, schema))
        if not errors:
            self._valid.add(digest)
        yield from errors


class SchemaValidation:
    """Validators for the schemas of one document, each compiled on first use.

    Args:
        document: The whole document, which its schemas refer to.
    """

    def __init__(self, document: dict[str, Any]) -> None:
        self._registry: Registry[Any] = Registry().with_resource(ROOT, DRAFT4.create_resource(document))
        self._validators: dict[tuple[object, bool], Validator] = {}
        self._complete = extend(OAS30Validator, {"$ref": _Reference(), "items": _items})
        # A `fields` filter omits required members, including the discriminator `type`: the rest has to match one of
        # the alternatives.
        any_of = Draft4Validator.VALIDATORS["anyOf"]
        self._partial = extend(
            OAS30Validator, {"$ref": _Reference(), "items": _items, "required": _ignored, "oneOf": any_of}
        )

    def problems(self, key: object, schema: Mapping[str, Any], value: Any, *, partial: bool = False) -> list[str]:
        """Return the problems of a value, each with its JSON path; none if it is valid.

        Args:
            key: The key of the compiled schema in the cache.
            schema: The schema.
            value: Parsed JSON.
            partial: Required members may be missing.
        """
        validator = self._validators.get((key, partial))
        if validator is None:
            kind = self._partial if partial else self._complete
            validator = kind(_rooted(schema), registry=self._registry, format_checker=oas30_format_checker)
            self._validators[key, partial] = validator
        problems = [_explain(error) for error in validator.iter_errors(value)]
        # An invalid value says more than missing members, which can be many.
        return sorted(problems, key=lambda problem: problem.endswith(_MISSING))


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


def _explain(error: ValidationError) -> str:
    """Return where a value is invalid and why. Of several alternatives, the one that matched furthest is reported."""
    while error.context:
        error = max(error.context, key=lambda inner: (len(inner.absolute_path), inner.validator != "enum"))
    if error.message.endswith(_MISSING):
        return f"{error.json_path}: {error.message}"
    expected = f"{error.validator} {short_repr(error.validator_value)}"
    return f"{error.json_path}: expected {expected}, found {short_repr(error.instance)}"
