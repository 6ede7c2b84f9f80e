"""The API contract: checks requests and responses."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Mapping
from functools import cache, cached_property
from typing import Any, Protocol
from urllib.parse import parse_qsl

from tests.contract.amendments import amend
from tests.contract.document import ContractDocument
from tests.contract.operations import ContractOperation, read_operations
from tests.contract.schema_validation import ROOT, SchemaValidation, short_repr

#: Error statuses of every operation, listed in the contract or not.
_GENERIC_ERRORS = frozenset({400, 401, 403, 404, 405, 429, *range(500, 600)})
_ERROR_SCHEMA = {
    "type": "object",
    "required": ["error"],
    "properties": {"error": {"$ref": f"{ROOT}#/components/schemas/ErrorObject"}},
}
_MAX_PROBLEMS = 3


class ContractMismatch(AssertionError):  # noqa: N818  a failed assertion, not an error
    """A request or a response that the contract does not allow."""


class Exchange(Protocol):
    """A request to the sandbox and its response."""

    @property
    def operation_id(self) -> str | None: ...
    @property
    def method(self) -> str: ...
    @property
    def path(self) -> str: ...
    @property
    def query(self) -> str: ...
    @property
    def request_headers(self) -> Mapping[str, str]: ...
    @property
    def request_body(self) -> bytes: ...
    @property
    def executed(self) -> bool: ...
    @property
    def fault(self) -> str | None: ...
    @property
    def status(self) -> int: ...
    @property
    def response_headers(self) -> Mapping[str, str]: ...
    @property
    def response_body(self) -> bytes: ...


class ApiContract:
    """The amended contract, with a validator for each request and response body.

    Args:
        document: The contract without the amendments, which are applied in place.
    """

    def __init__(self, document: ContractDocument) -> None:
        amend(document.root)
        self.document = document
        """The amended document."""
        self.operations = read_operations(document)
        """Every operation by its operation id."""
        self._validation = SchemaValidation(document.root)

    @classmethod
    @cache
    def load(cls) -> ApiContract:
        """Load the contract, once per process."""
        return cls(ContractDocument.load())

    def find(self, method: str, path: str) -> ContractOperation | None:
        """Return the operation of a method and a path below `/v1`, None if there is none."""
        for pattern, operation in self._routes:
            if operation.method == method.upper() and pattern.fullmatch(path):
                return operation
        return None

    def check_request(
        self,
        method: str,
        path: str,
        query_string: str = "",
        body: bytes = b"",
        content_type: str | None = None,
    ) -> ContractOperation:
        """Check a request and return its operation.

        Raises:
            ContractMismatch: There is no such operation, or it does not allow the request.
        """
        operation = self.find(method, path)
        if operation is None:
            raise ContractMismatch(f"{method} {path}: no such operation")
        problems = [*self._query_problems(operation, query_string)]
        problems += self._request_body_problems(operation, body, content_type)
        if operation.ids_in_query_or_body and not (body or "ids=" in query_string):
            problems.append("expected `ids` in the query or in the body")
        _raise_for(operation.id, "request", problems)
        return operation

    def check_response(
        self,
        operation_id: str,
        status: int,
        body: bytes,
        content_type: str | None,
        *,
        partial: bool = False,
    ) -> None:
        """Check a response.

        Args:
            operation_id: The operation.
            status: The HTTP status.
            body: The decompressed body.
            content_type: The `Content-Type` header, with its parameters.
            partial: The request has `fields`: required members may be missing.

        Raises:
            ContractMismatch: The operation does not allow the response.
        """
        problems = self._response_problems(operation_id, status, body, content_type, partial)
        _raise_for(operation_id, f"response {status}", problems)

    def check_request_of(self, exchange: Exchange) -> ContractOperation:
        """Check the request of an exchange and return its operation. The response is ignored.

        Raises:
            ContractMismatch: There is no such operation, or it does not allow the request.
        """
        content_type = _header(exchange.request_headers, "content-type")
        return self.check_request(exchange.method, exchange.path, exchange.query, exchange.request_body, content_type)

    def check_exchange(self, exchange: Exchange, *, wrong_request_may_be_refused: bool = False) -> None:
        """Check a request, its response, and that both belong to the same operation.

        Args:
            exchange: The request and its response.
            wrong_request_may_be_refused: The request may be invalid if the response is an error.

        Raises:
            ContractMismatch: The contract does not allow the exchange.
        """
        operation = self.find(exchange.method, exchange.path)
        expected = operation.id if operation else None
        if exchange.operation_id != expected:
            raise ContractMismatch(
                f"{exchange.method} {exchange.path} is {expected or 'no operation'}, "
                f"but was served as {exchange.operation_id or 'no operation'}"
            )
        response_type = _header(exchange.response_headers, "content-type")
        if operation is None:
            if exchange.status < 400:
                raise ContractMismatch(
                    f"{exchange.method} {exchange.path}: no such operation, but the response was {exchange.status}"
                )
            problems = self._error_problems(exchange.status, exchange.response_body, response_type)
            _raise_for(f"{exchange.method} {exchange.path}", f"response {exchange.status}", problems)
            return
        if exchange.status < 400 or not wrong_request_may_be_refused:
            self.check_request_of(exchange)
        chooses_fields = any(name == "fields" for name, _ in parse_qsl(exchange.query))
        self.check_response(
            operation.id,
            exchange.status,
            exchange.response_body,
            response_type,
            partial=chooses_fields,
        )

    @cached_property
    def _routes(self) -> list[tuple[re.Pattern[str], ContractOperation]]:
        def pattern(template: str) -> re.Pattern[str]:
            parts = re.split(r"\{\w+\}", template)
            return re.compile("[^/]+".join(re.escape(part) for part in parts))

        # Fixed segments have priority over parameters: `contains` in `/me/albums/contains` is not an id.
        by_parameter_count = sorted(self.operations.values(), key=lambda operation: len(operation.path_parameters))
        return [(pattern(operation.path), operation) for operation in by_parameter_count]

    def _query_problems(self, operation: ContractOperation, query_string: str) -> list[str]:
        allowed = {parameter.name: parameter for parameter in operation.query_parameters}
        problems: list[str] = []
        seen: set[str] = set()
        for name, text in parse_qsl(query_string, keep_blank_values=True):
            parameter = allowed.get(name)
            if parameter is None:
                problems.append(f"query parameter {name!r} is unknown")
            elif name in seen:
                problems.append(f"query parameter {name!r} is repeated")
            else:
                value = _read_parameter(text, parameter.schema)
                invalid = self._validation.problems((operation.id, name), parameter.schema, value)
                problems += [f"query parameter {name!r}: {problem}" for problem in invalid]
            seen.add(name)
        problems += [
            f"query parameter {name!r} is required"
            for name, parameter in allowed.items()
            if parameter.required and name not in seen
        ]
        return problems

    def _request_body_problems(self, operation: ContractOperation, body: bytes, content_type: str | None) -> list[str]:
        if not body:
            return ["a body is required"] if operation.request_body_required else []
        if operation.request_body is None:
            return ["the operation takes no body"]
        return self._body_problems((operation.id, "request"), operation.request_body, body, content_type)

    def _response_problems(
        self, operation_id: str, status: int, body: bytes, content_type: str | None, partial: bool
    ) -> list[str]:
        # The restrictions of applications in development mode are reported as a line of text.
        if status == 403 and _media_type(content_type) == "text/plain":
            return [] if body.strip() else ["expected a line of text, found no body"]
        schemas = self.operations[operation_id].responses.get(status)
        if schemas is None and status in _GENERIC_ERRORS:
            return self._error_problems(status, body, content_type)
        if schemas is None:
            return ["the contract has no such status"]
        if not schemas:
            return [f"expected no body, found {short_repr(body)}"] if body else []
        problems = self._body_problems((operation_id, status), schemas, body, content_type, partial=partial)
        return problems or _status_problems(status, body)

    def _error_problems(self, status: int, body: bytes, content_type: str | None) -> list[str]:
        # A gateway in front of the API may send any body.
        if status >= 500 and _media_type(content_type) != "application/json":
            return []
        schemas = {"application/json": _ERROR_SCHEMA}
        problems = self._body_problems("error", schemas, body, content_type)
        return problems or _status_problems(status, body)

    def _body_problems(
        self,
        key: object,
        schemas: Mapping[str, Any],
        body: bytes,
        content_type: str | None,
        *,
        partial: bool = False,
    ) -> list[str]:
        media_type = _media_type(content_type)
        if media_type not in schemas:
            return [f"expected Content-Type {' or '.join(schemas)}, found {content_type!r}"]
        if media_type != "application/json":
            return _base64_problems(body)
        try:
            value = json.loads(body, parse_constant=_refuse_constant)
        except ValueError as error:
            return [f"expected JSON, found {short_repr(body)} ({error})"]
        return self._validation.problems(key, schemas[media_type], value, partial=partial)


def _read_parameter(text: str, schema: Mapping[str, Any]) -> object:
    """Return the value of a query parameter, or its text if the text is invalid."""
    kind = schema.get("type")
    if kind == "array":
        return text.split(",")
    if kind == "boolean":
        return {"true": True, "false": False}.get(text, text)
    if kind == "integer" and re.fullmatch(r"-?\d+", text):
        return int(text)
    if kind == "number" and re.fullmatch(r"-?\d+(\.\d+)?([eE][+-]?\d+)?", text):
        return float(text)
    return text


def _raise_for(operation_id: str, part: str, problems: list[str]) -> None:
    if problems:
        text = "; ".join(problems[:_MAX_PROBLEMS])
        if (more := len(problems) - _MAX_PROBLEMS) > 0:
            text += f"; and {more} more"
        raise ContractMismatch(f"{operation_id}: {part}: {text}")


def _base64_problems(body: bytes) -> list[str]:
    try:
        base64.b64decode(body, validate=True)
    except binascii.Error as error:
        return [f"expected base64 text, found {short_repr(body)} ({error})"]
    return []


def _status_problems(status: int, body: bytes) -> list[str]:
    """Compare the status in the valid body of an error with the status of the response."""
    if status < 400 or (in_body := json.loads(body)["error"]["status"]) == status:
        return []
    return [f"$.error.status: expected {status}, found {in_body}"]


def _refuse_constant(name: str) -> object:
    raise ValueError(f"{name} is not JSON")


def _header(headers: Mapping[str, str], name: str) -> str | None:
    return next((value for key, value in headers.items() if key.lower() == name), None)


def _media_type(content_type: str | None) -> str:
    return (content_type or "").partition(";")[0].strip().lower()
