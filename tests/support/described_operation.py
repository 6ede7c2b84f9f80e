"""What the API description says of one operation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.support.description_amendments import IDS_IN_QUERY_OR_BODY

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class DescribedParameter:
    """One path or query parameter of an operation."""

    name: str
    required: bool
    schema: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class DescribedOperation:
    """One operation of the description."""

    id: str
    method: str
    path: str
    path_parameters: tuple[DescribedParameter, ...]
    query_parameters: tuple[DescribedParameter, ...]
    scopes: frozenset[str]
    deprecated: bool
    request_body: Mapping[str, Any] | None
    """The schemas of the request body by media type; None where the operation takes no body."""
    request_body_required: bool
    ids_in_query_or_body: bool
    responses: Mapping[int, Mapping[str, Any]]
    """The schemas of each answer by media type, by status; an empty mapping: no body."""


def read_operations(document: dict[str, Any]) -> dict[str, DescribedOperation]:
    """Return every operation of a loaded description by its operation id."""
    found = (
        _read_operation(document, method.upper(), path, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    )
    return {operation.id: operation for operation in found}


def _read_operation(document: dict[str, Any], method: str, path: str, operation: dict[str, Any]) -> DescribedOperation:
    parameters = [_resolve(document, found) for found in operation.get("parameters", ())]

    def placed(where: str) -> tuple[DescribedParameter, ...]:
        return tuple(
            DescribedParameter(
                name=found["name"],
                required=found.get("required", False),
                schema=_resolve(document, found["schema"]),
            )
            for found in parameters
            if found["in"] == where
        )

    body = operation.get("requestBody")
    return DescribedOperation(
        id=operation["operationId"],
        method=method,
        path=path,
        path_parameters=placed("path"),
        query_parameters=placed("query"),
        scopes=frozenset(s for entry in operation["security"] for s in entry["oauth_2_0"]),
        deprecated=operation.get("deprecated", False),
        request_body=None if body is None else _schemas(body),
        request_body_required=body is not None and body.get("required", False),
        ids_in_query_or_body=operation.get(IDS_IN_QUERY_OR_BODY, False),
        responses={
            int(status): _schemas(_resolve(document, response)) for status, response in operation["responses"].items()
        },
    )


def _resolve(document: dict[str, Any], node: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in node:
        found: Any = document
        for part in node["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        node = found
    return node


def _schemas(described: Mapping[str, Any]) -> dict[str, Any]:
    return {name: media["schema"] for name, media in described.get("content", {}).items()}
