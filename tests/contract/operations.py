"""One operation of the contract."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.contract.amendments import IDS_IN_QUERY_OR_BODY
from tests.contract.document import ContractDocument


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractParameter:
    """A path or query parameter of an operation."""

    name: str
    required: bool
    schema: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractOperation:
    """An operation of the contract.

    Attributes:
        id: The operation id.
        method: The HTTP method, in capitals.
        path: The path below `/v1`, with `{names}` for the path parameters.
        path_parameters: The path parameters.
        query_parameters: The query parameters.
        scopes: The OAuth scopes.
        deprecated: Whether Spotify has deprecated the operation.
        request_body: The schemas of the request body by media type; None if the operation takes no body.
        request_body_required: Whether a request without a body is invalid.
        ids_in_query_or_body: Whether `ids` must be in the query or in the body.
        responses: The schemas by media type, by status; an empty mapping for a response without a body.
    """

    id: str
    method: str
    path: str
    path_parameters: tuple[ContractParameter, ...]
    query_parameters: tuple[ContractParameter, ...]
    scopes: frozenset[str]
    deprecated: bool
    request_body: Mapping[str, Any] | None
    request_body_required: bool
    ids_in_query_or_body: bool
    responses: Mapping[int, Mapping[str, Any]]


def read_operations(document: ContractDocument) -> dict[str, ContractOperation]:
    """Return every operation by its operation id."""
    operations = (
        _read_operation(document, method.upper(), path, operation)
        for path, methods in document.root["paths"].items()
        for method, operation in methods.items()
    )
    return {operation.id: operation for operation in operations}


def _read_operation(document: ContractDocument, method: str, path: str, operation: dict[str, Any]) -> ContractOperation:
    parameters = [document.resolve(parameter) for parameter in operation.get("parameters", ())]

    def parameters_in(location: str) -> tuple[ContractParameter, ...]:
        return tuple(
            ContractParameter(
                name=parameter["name"],
                required=parameter.get("required", False),
                schema=document.resolve(parameter["schema"]),
            )
            for parameter in parameters
            if parameter["in"] == location
        )

    body = operation.get("requestBody")
    body = None if body is None else document.resolve(body)
    responses = operation.get("responses", {})
    return ContractOperation(
        id=operation["operationId"],
        method=method,
        path=path,
        path_parameters=parameters_in("path"),
        query_parameters=parameters_in("query"),
        scopes=frozenset(
            scope for entry in operation.get("security", ()) for scopes in entry.values() for scope in scopes
        ),
        deprecated=operation.get("deprecated", False),
        request_body=None if body is None else _schemas(body),
        request_body_required=body is not None and body.get("required", False),
        ids_in_query_or_body=operation.get(IDS_IN_QUERY_OR_BODY, False),
        responses={int(status): _schemas(document.resolve(response)) for status, response in responses.items()},
    )


def _schemas(body: Mapping[str, Any]) -> dict[str, Any]:
    return {name: media_type["schema"] for name, media_type in body.get("content", {}).items()}
