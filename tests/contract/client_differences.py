"""Compares the contract with the client: with `spotify.operations` and `spotify.models`."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import MISSING, fields, is_dataclass
from enum import Enum
from types import NoneType
from typing import Any, get_args, get_type_hints

from spotify import models, operations
from spotify.interfaces.operation import Operation
from tests.contract.changes import Difference, describe_type
from tests.contract.document import ContractDocument, Schema
from tests.contract.models import ERROR_RESPONSES, NO_MODEL, RESPONSES, SCHEMAS, UNDOCUMENTED
from tests.contract.operations import ContractOperation


def operation_table_differences(contract: Mapping[str, ContractOperation]) -> Iterator[Difference]:
    """Yield what to change in `spotify.operations`, operation by operation."""
    names = _constant_names()
    for name in sorted(operations.BY_ID.keys() | contract.keys()):
        if name not in contract:
            yield Difference(name, f"spotify.operations: remove {names[name]}")
        elif name not in operations.BY_ID:
            facts = {fact: value for fact, value in _table_facts(contract[name]).items() if value}
            arguments = ", ".join(f"{fact} {value!r}" for fact, value in facts.items())
            yield Difference(name, f"spotify.operations: add an Operation with id {name!r}, {arguments}")
        else:
            changes = _operation_differences(operations.BY_ID[name], contract[name])
            yield from (Difference(name, f"spotify.operations: {names[name]}: {change}") for change in changes)


def _operation_differences(operation: Operation, contract: ContractOperation) -> list[str]:
    """Return what to change in an operation of the table, fact by fact."""
    table = {
        "method": operation.method,
        "path": operation.path,
        "path_parameters": sorted(operation.path_parameters),
        "query": sorted(operation.query),
        "content_type": operation.content_type,
        "scopes": sorted(operation.scopes),
        "deprecated": operation.deprecated,
        "development_default_limit": operation.development_default_limit,
        "max_limit": operation.max_limit,
    }
    found = _table_facts(contract)
    return [f"{name}: {table[name]!r} → {found[name]!r}" for name in table if table[name] != found[name]]


def _table_facts(contract: ContractOperation) -> dict[str, Any]:
    limit = next((parameter.schema for parameter in contract.query_parameters if parameter.name == "limit"), {})
    return {
        "method": contract.method,
        "path": contract.path,
        "path_parameters": sorted(parameter.name for parameter in contract.path_parameters),
        "query": sorted(parameter.name for parameter in contract.query_parameters),
        "content_type": " or ".join(contract.request_body or ()) or None,
        "scopes": sorted(contract.scopes),
        "deprecated": contract.deprecated,
        # Apart from two maximums, which are amended, the contract has the page limits of development mode.
        "development_default_limit": limit.get("default"),
        "max_limit": limit.get("maximum"),
    }


def _constant_names() -> dict[str, str]:
    modules = [
        importlib.import_module(f"{operations.__name__}.{module.name}")
        for module in pkgutil.iter_modules(operations.__path__)
    ]
    return {
        value.id: name for module in modules for name, value in vars(module).items() if isinstance(value, Operation)
    }


def model_differences(document: ContractDocument) -> Iterator[Difference]:
    """Yield what to change in `spotify.models`, member by member."""
    yield from _table_differences("SCHEMAS", document.schemas, SCHEMAS.keys() | NO_MODEL.keys())
    yield from _table_differences("RESPONSES", document.responses, RESPONSES.keys() | ERROR_RESPONSES)
    for name in sorted(SCHEMAS.keys() & document.schemas.keys()):
        yield from _field_differences(name, SCHEMAS[name], document, document.schemas[name])
    for name in sorted(RESPONSES.keys() & document.responses.keys()):
        schema, model = document.responses[name], RESPONSES[name]
        # A response that is a named schema has been compared with the schema's model.
        if is_dataclass(model) and model is not SCHEMAS.get(describe_type(schema)):
            yield from _field_differences(name, model, document, schema)
    analysis = document.properties(document.schemas.get("AudioAnalysisObject", {}))
    for member, model in (("meta", models.AudioAnalysisMeta), ("track", models.AudioAnalysisTrack)):
        yield from _field_differences("AudioAnalysisObject", model, document, analysis.get(member, {}))


def _table_differences(table: str, found: Iterable[str], known: Iterable[str]) -> Iterator[Difference]:
    found, known = set(found), set(known)
    for name in sorted(found - known):
        yield Difference(name, f"tests.contract.models.{table}: add it with its model")
    for name in sorted(known - found):
        yield Difference(name, f"tests.contract.models.{table}: remove it, and its model if nothing else uses it")


def scope_differences(scopes: set[str]) -> Iterator[Difference]:
    """Yield what to change in `spotify.models.Scope`."""
    known = {scope.value for scope in models.Scope}
    yield from (Difference("scopes", f"spotify.models.Scope: add {scope!r}") for scope in sorted(scopes - known))
    yield from (Difference("scopes", f"spotify.models.Scope: remove {scope!r}") for scope in sorted(known - scopes))


def optional_member_differences(old: ContractDocument, new: ContractDocument) -> Iterator[Difference]:
    """Yield the fields without a default whose members became optional."""
    for name, model in SCHEMAS.items():
        if name in old.schemas and name in new.schemas:
            optional = old.required(old.schemas[name]) - new.required(new.schemas[name])
            for field in fields(model):
                if field.name in optional and field.default is MISSING and field.default_factory is MISSING:
                    yield Difference(name, f"spotify.models.{model.__name__}.{field.name}: add a default")


def _field_differences(
    subject: str, model: type[Any], document: ContractDocument, schema: Schema
) -> Iterator[Difference]:
    path = f"spotify.models.{model.__name__}"
    members = document.properties(schema)
    names = {field.name for field in fields(model)}
    hints = get_type_hints(model)
    for name in sorted(members.keys() - names):
        yield Difference(subject, f"{path}: add `{name}`: {describe_type(members[name])}")
    for name in sorted(names - members.keys()):
        if (model, name) not in UNDOCUMENTED:
            yield Difference(subject, f"{path}: remove `{name}`")
    for name in sorted(names & members.keys()):
        if members[name].get("nullable") and NoneType not in get_args(hints[name]):
            yield Difference(subject, f"{path}.{name}: allow None")
        for enum in _enums(hints[name]):
            for value in sorted(_enum_values(document, members[name]) - {member.value for member in enum}):
                yield Difference(subject, f"spotify.models.{enum.__name__}: add {value!r}")


def _enums(hint: Any) -> Iterator[type[Enum]]:
    if isinstance(hint, type) and issubclass(hint, Enum):
        yield hint
    for argument in get_args(hint):
        yield from _enums(argument)


def _enum_values(document: ContractDocument, schema: Schema) -> set[str]:
    schema = document.resolve(schema)
    values = {value for value in schema.get("enum", ()) if value is not None}
    parts = [*schema.get("allOf", ()), *([schema["items"]] if "items" in schema else [])]
    return values.union(*(_enum_values(document, part) for part in parts)) if parts else values
