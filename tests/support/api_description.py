"""Spotify's API description as a judge of requests and answers."""

from __future__ import annotations

import base64
import binascii
import json
import os
import re
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import parse_qsl

import pytest
import yaml

from tests.support.described_operation import DescribedOperation, read_operations
from tests.support.description_amendments import amend
from tests.support.schema_checks import ROOT, SchemaChecks, shown

if TYPE_CHECKING:
    from collections.abc import Mapping

DESCRIPTION_PATH = Path(__file__).parents[3] / "shared" / "spotify-open-api.yml"

#: Set where the description must be there: its tests then fail instead of being skipped.
REQUIRE_DESCRIPTION = "REQUIRE_API_DESCRIPTION"


def description_is_missing() -> bool:
    """Return whether tests do without the description: it is absent, and nobody insists on it."""
    return not DESCRIPTION_PATH.exists() and not os.environ.get(REQUIRE_DESCRIPTION)


requires_description = pytest.mark.skipif(description_is_missing(), reason=f"no API description at {DESCRIPTION_PATH}")

#: Answers that Spotify gives to any operation, whether its description lists them or not.
_GENERIC_ERRORS = frozenset({400, 401, 403, 404, 405, 429, *range(500, 600)})
_ERROR_SCHEMA = {
    "type": "object",
    "required": ["error"],
    "properties": {"error": {"$ref": f"{ROOT}#/components/schemas/ErrorObject"}},
}
_SHOWN_PROBLEMS = 3


class DescriptionMismatch(AssertionError):  # noqa: N818  a failed assertion, not a fault
    """A request or an answer that the API description does not allow."""


class Exchange(Protocol):
    """One request to the sandbox, and its answer."""

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


class ApiDescription:
    """The amended description, with a compiled validator for each body that it knows."""

    def __init__(self, document: dict[str, Any]) -> None:
        amend(document)
        self.operations = read_operations(document)
        """Every operation by its operation id."""
        self._checks = SchemaChecks(document)

    @classmethod
    @cache
    def load(cls) -> ApiDescription:
        """Load the description, once in the life of the process.

        Raises:
            FileNotFoundError: There is none.
        """
        with DESCRIPTION_PATH.open(encoding="utf-8") as file:
            return cls(yaml.load(file, Loader=yaml.CSafeLoader))

    def find(self, method: str, path: str) -> DescribedOperation | None:
        """Return the operation that `method` and `path` (below `/v1`, no query) call, if any."""
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
    ) -> DescribedOperation:
        """Return the operation that a request calls.

        Raises:
            DescriptionMismatch: There is no such operation, or the request does not fit it.
        """
        operation = self.find(method, path)
        if operation is None:
            raise DescriptionMismatch(f"{method} {path}: no such operation")
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
        """Check one answer.

        Args:
            operation_id: What was called.
            status: The HTTP status.
            body: The decompressed body.
            content_type: The header, parameters and all.
            partial: The request chose its `fields`: members that are required otherwise may lack.

        Raises:
            DescriptionMismatch: The operation does not answer so.
        """
        problems = self._response_problems(operation_id, status, body, content_type, partial)
        _raise_for(operation_id, f"answer {status}", problems)

    def check_request_of(self, exchange: Exchange) -> DescribedOperation:
        """Return the operation that the request of an exchange calls, whatever it was answered.

        Raises:
            DescriptionMismatch: There is no such operation, or the request does not fit it.
        """
        content_type = _header(exchange.request_headers, "content-type")
        return self.check_request(exchange.method, exchange.path, exchange.query, exchange.request_body, content_type)

    def check_exchange(self, exchange: Exchange, *, wrong_request_may_be_refused: bool = False) -> None:
        """Check a request, its answer, and that the one follows from the other.

        Args:
            exchange: What was sent and answered.
            wrong_request_may_be_refused: A request that the description forbids is in order when
                it was answered with an error.

        Raises:
            DescriptionMismatch: The description does not allow this exchange.
        """
        operation = self.find(exchange.method, exchange.path)
        expected = operation.id if operation else None
        if exchange.operation_id != expected:
            raise DescriptionMismatch(
                f"{exchange.method} {exchange.path} is {expected or 'no operation'}, "
                f"but was served as {exchange.operation_id or 'no operation'}"
            )
        answer_type = _header(exchange.response_headers, "content-type")
        if operation is None:
            if exchange.status < 400:
                raise DescriptionMismatch(
                    f"{exchange.method} {exchange.path}: no such operation, but it was answered with {exchange.status}"
                )
            problems = self._error_problems(exchange.status, exchange.response_body, answer_type)
            _raise_for(f"{exchange.method} {exchange.path}", f"answer {exchange.status}", problems)
            return
        if exchange.status < 400 or not wrong_request_may_be_refused:
            self.check_request_of(exchange)
        chooses_fields = any(name == "fields" for name, _ in parse_qsl(exchange.query))
        self.check_response(
            operation.id,
            exchange.status,
            exchange.response_body,
            answer_type,
            partial=chooses_fields,
        )

    @cached_property
    def _routes(self) -> list[tuple[re.Pattern[str], DescribedOperation]]:
        def pattern(template: str) -> re.Pattern[str]:
            parts = re.split(r"\{\w+\}", template)
            return re.compile("[^/]+".join(re.escape(part) for part in parts))

        # Fixed segments win over parameters: `/me/albums/contains` is not an album.
        by_parameters = sorted(self.operations.values(), key=lambda found: len(found.path_parameters))
        return [(pattern(operation.path), operation) for operation in by_parameters]

    def _query_problems(self, operation: DescribedOperation, query_string: str) -> list[str]:
        described = {parameter.name: parameter for parameter in operation.query_parameters}
        problems: list[str] = []
        given: set[str] = set()
        for name, text in parse_qsl(query_string, keep_blank_values=True):
            parameter = described.get(name)
            if parameter is None:
                problems.append(f"query parameter {name!r} is unknown")
            elif name in given:
                problems.append(f"query parameter {name!r} is given twice")
            else:
                value = _read_parameter(text, parameter.schema)
                found = self._checks.problems((operation.id, name), parameter.schema, value)
                problems += [f"query parameter {name!r}: {problem}" for problem in found]
            given.add(name)
        problems += [
            f"query parameter {name!r} is required"
            for name, parameter in described.items()
            if parameter.required and name not in given
        ]
        return problems

    def _request_body_problems(self, operation: DescribedOperation, body: bytes, content_type: str | None) -> list[str]:
        if not body:
            return ["a body is required"] if operation.request_body_required else []
        if operation.request_body is None:
            return ["it takes no body"]
        return self._body_problems((operation.id, "request"), operation.request_body, body, content_type)

    def _response_problems(
        self, operation_id: str, status: int, body: bytes, content_type: str | None, partial: bool
    ) -> list[str]:
        schemas = self.operations[operation_id].responses.get(status)
        if schemas is None and status in _GENERIC_ERRORS:
            return self._error_problems(status, body, content_type)
        if schemas is None:
            return ["this status is not described"]
        if not schemas:
            return [f"expected no body, found {shown(body)}"] if body else []
        problems = self._body_problems((operation_id, status), schemas, body, content_type, partial=partial)
        return problems or _status_problems(status, body)

    def _error_problems(self, status: int, body: bytes, content_type: str | None) -> list[str]:
        # Gateways in front of the API answer what they like.
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
            return [f"expected JSON, found {shown(body)} ({error})"]
        return self._checks.problems(key, schemas[media_type], value, partial=partial)


def _read_parameter(text: str, schema: Mapping[str, Any]) -> object:
    """Return the value that a query parameter's text stands for, or the text where it has none."""
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


def _raise_for(operation_id: str, what: str, problems: list[str]) -> None:
    if problems:
        text = "; ".join(problems[:_SHOWN_PROBLEMS])
        if (more := len(problems) - _SHOWN_PROBLEMS) > 0:
            text += f"; and {more} more"
        raise DescriptionMismatch(f"{operation_id}: {what}: {text}")


def _base64_problems(body: bytes) -> list[str]:
    try:
        base64.b64decode(body, validate=True)
    except binascii.Error as error:
        return [f"expected base64 text, found {shown(body)} ({error})"]
    return []


def _status_problems(status: int, body: bytes) -> list[str]:
    """Return whether the body of an error, known to be valid, names another status."""
    if status < 400 or (told := json.loads(body)["error"]["status"]) == status:
        return []
    return [f"$.error.status: expected {status}, found {told}"]


def _refuse_constant(name: str) -> object:
    raise ValueError(f"{name} is not JSON")


def _header(headers: Mapping[str, str], name: str) -> str | None:
    return next((value for key, value in headers.items() if key.lower() == name), None)


def _media_type(content_type: str | None) -> str:
    return (content_type or "").partition(";")[0].strip().lower()
