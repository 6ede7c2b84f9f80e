"""What changed between two versions of the contract."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from tests.contract.document import ContractDocument, Schema
from tests.contract.operations import ContractOperation, ContractParameter, read_operations

_FLAGS: Final = {"nullable": "nullable", "deprecated": "deprecated", "readOnly": "read-only", "writeOnly": "write-only"}
_CONSTRAINTS: Final = (
    *("default", "pattern", "uniqueItems", "discriminator"),
    *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
    *("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"),
)
_UNKNOWN_CHANGE: Final = "changed in a way that is not compared: see both files"


@dataclass(frozen=True, slots=True)
class Difference:
    """One line of the report.

    Attributes:
        subject: The operation, schema or constant.
        text: The difference, or the change to make.
    """

    subject: str
    text: str


class Version(NamedTuple):
    """A schema in one version of the contract."""

    document: ContractDocument
    schema: Schema


def contract_changes(old: ContractDocument, new: ContractDocument) -> Iterator[Difference]:
    """Yield what changed in operations, schemas and scopes."""
    yield from _operation_changes(old, new)
    yield from _schema_changes(old, new)
    yield from (Difference("scopes", change) for change in _set_changes("scope", scopes_of(old), scopes_of(new)))


def scopes_of(document: ContractDocument) -> set[str]:
    """Return the OAuth scopes that the security schemes list."""
    schemes = document.root["components"].get("securitySchemes", {}).values()
    return {scope for scheme in schemes for flow in scheme.get("flows", {}).values() for scope in flow["scopes"]}


def describe_type(schema: Mapping[str, Any]) -> str:
    """Return the type of a schema in a few words, such as `array of TrackObject`."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    for name, separator in (("oneOf", " or "), ("anyOf", " or "), ("allOf", " and ")):
        if name in schema:
            return separator.join(describe_type(part) for part in schema[name])
    if schema.get("type") == "array":
        return f"array of {describe_type(schema['items'])}"
    name = str(schema.get("type", "any type"))
    return f"{name} ({schema['format']})" if "format" in schema else name


def _operation_changes(old: ContractDocument, new: ContractDocument) -> Iterator[Difference]:
    before, after = read_operations(old), read_operations(new)
    for name in sorted(before.keys() | after.keys()):
        if name not in before:
            yield Difference(name, f"was added: {after[name].method} {after[name].path}")
        elif name not in after:
            yield Difference(name, f"was removed: {before[name].method} {before[name].path}")
        elif before[name] != after[name]:
            changes = list(_changes_of_operation(old, before[name], new, after[name]))
            yield from (Difference(name, change) for change in changes or [_UNKNOWN_CHANGE])


def _changes_of_operation(
    old: ContractDocument, before: ContractOperation, new: ContractDocument, after: ContractOperation
) -> Iterator[str]:
    if (before.method, before.path) != (after.method, after.path):
        yield f"{before.method} {before.path} → {after.method} {after.path}"
    if before.deprecated != after.deprecated:
        yield "became deprecated" if after.deprecated else "is no longer deprecated"
    yield from _set_changes("scope", before.scopes, after.scopes)
    yield from _parameter_changes("path", old, before.path_parameters, new, after.path_parameters)
    yield from _parameter_changes("query", old, before.query_parameters, new, after.query_parameters)
    if before.request_body_required != after.request_body_required:
        yield f"the request body became {_need(after.request_body_required)}"
    yield from _body_changes("request body", old, before.request_body or {}, new, after.request_body or {})
    yield from _set_changes("response", map(str, before.responses), map(str, after.responses))
    for status in sorted(before.responses.keys() & after.responses.keys()):
        yield from _body_changes(f"response {status}", old, before.responses[status], new, after.responses[status])


def _parameter_changes(
    location: str,
    old: ContractDocument,
    old_parameters: Iterable[ContractParameter],
    new: ContractDocument,
    new_parameters: Iterable[ContractParameter],
) -> Iterator[str]:
    before = {parameter.name: parameter for parameter in old_parameters}
    after = {parameter.name: parameter for parameter in new_parameters}
    for name in sorted(before.keys() | after.keys()):
        subject = f"{location} parameter `{name}`"
        if name not in before:
            yield f"{subject} was added: {describe_type(after[name].schema)}, {_need(after[name].required)}"
        elif name not in after:
            yield f"{subject} was removed"
        else:
            if before[name].required != after[name].required:
                yield f"{subject} became {_need(after[name].required)}"
            versions = Version(old, dict(before[name].schema)), Version(new, dict(after[name].schema))
            yield from _value_changes(subject, *versions, f"{name}.")


def _body_changes(
    body: str, old: ContractDocument, before: Mapping[str, Any], new: ContractDocument, after: Mapping[str, Any]
) -> Iterator[str]:
    yield from _set_changes(f"{body}: media type", before, after)
    for media_type in sorted(before.keys() & after.keys()):
        changes = _value_changes("the body", Version(old, before[media_type]), Version(new, after[media_type]), "")
        yield from (f"{body}: {change}" for change in changes)


def _schema_changes(old: ContractDocument, new: ContractDocument) -> Iterator[Difference]:
    for name in sorted(old.schemas.keys() | new.schemas.keys()):
        if name not in old.schemas:
            yield Difference(name, f"was added: {describe_type(new.schemas[name])}")
        elif name not in new.schemas:
            yield Difference(name, "was removed")
        else:
            before, after = Version(old, old.schemas[name]), Version(new, new.schemas[name])
            # The members include those of the bases, so that a change of a base is reported for each model.
            changes = [*_own_changes("the schema", before.schema, after.schema), *_member_changes(before, after, "")]
            if before.schema != after.schema and not changes:
                changes = [_UNKNOWN_CHANGE]
            yield from (Difference(name, change) for change in changes)


def _value_changes(subject: str, before: Version, after: Version, prefix: str) -> Iterator[str]:
    """Yield what changed in the schema of a value.

    Schemas that are referred to by name are compared by name only.

    Args:
        subject: The value in the text of the changes.
        before: The old schema.
        after: The new schema.
        prefix: The prefix of the names of the value's members.
    """
    yield from _own_changes(subject, before.schema, after.schema)
    if describe_type(before.schema) != describe_type(after.schema) or "$ref" in before.schema:
        return
    for name in ("items", "additionalProperties"):
        old, new = before.schema.get(name), after.schema.get(name)
        if isinstance(old, dict) and isinstance(new, dict):
            inner = Version(before.document, old), Version(after.document, new)
            yield from _value_changes(f"{subject}[]", *inner, f"{prefix.removesuffix('.')}[].")
        elif old != new:
            yield f"{subject}: {name} {old} → {new}"
    yield from _member_changes(_without_references(before), _without_references(after), prefix)


def _own_changes(subject: str, before: Schema, after: Schema) -> Iterator[str]:
    """Yield the changes that do not concern members and items."""
    if (old_type := describe_type(before)) != (new_type := describe_type(after)):
        yield f"{subject}: type {old_type} → {new_type}"
    for flag, word in _FLAGS.items():
        if before.get(flag, False) != after.get(flag, False):
            yield f"{subject} {'became' if after.get(flag) else 'is no longer'} {word}"
    yield from _set_changes(f"{subject}: value", map(str, before.get("enum", ())), map(str, after.get("enum", ())))
    for name in _CONSTRAINTS:
        if before.get(name) != after.get(name):
            yield f"{subject}: {name} {before.get(name, 'none')} → {after.get(name, 'none')}"


def _member_changes(before: Version, after: Version, prefix: str) -> Iterator[str]:
    """Yield what changed in the members of an object, including those of the schemas in its `allOf`."""
    old, new = (version.document.properties(version.schema) for version in (before, after))
    was_required, is_required = (version.document.required(version.schema) for version in (before, after))
    for name in sorted(old.keys() | new.keys()):
        subject = f"member `{prefix}{name}`"
        if name not in old:
            flags = [word for flag, word in _FLAGS.items() if new[name].get(flag)]
            yield f"{subject} was added: {', '.join([describe_type(new[name]), _need(name in is_required), *flags])}"
        elif name not in new:
            yield f"{subject} was removed"
        else:
            if (name in was_required) != (name in is_required):
                yield f"{subject} became {_need(name in is_required)}"
            versions = Version(before.document, old[name]), Version(after.document, new[name])
            yield from _value_changes(subject, *versions, f"{prefix}{name}.")


def _without_references(version: Version) -> Version:
    """Return a version without the named schemas in its `allOf`, whose members are compared elsewhere."""
    parts = [part for part in version.schema.get("allOf", ()) if "$ref" not in part]
    return Version(version.document, {**version.schema, "allOf": parts})


def _set_changes(kind: str, before: Iterable[str], after: Iterable[str]) -> Iterator[str]:
    before, after = set(before), set(after)
    yield from (f"{kind} `{name}` was added" for name in sorted(after - before))
    yield from (f"{kind} `{name}` was removed" for name in sorted(before - after))


def _need(required: bool) -> str:
    return "required" if required else "optional"
