"""`RecordedRequest`, `RecordedExchange`: what a cassette has, and how it is read and written.

A cassette is a JSON document with one member `exchanges`, indented, its members in alphabetical order, so that its
versions can be compared. Bodies are JSON, or else text, or else base64.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from spotify._checks import is_json_array, is_json_object
from spotify.config import TOKEN_PATH
from spotify.errors import TransportError, TransportTimeoutError
from spotify.interfaces.transport import HttpRequest, HttpResponse
from spotify.operations import match_operation

_HEAD: Final = '{\n  "exchanges": ['
_TAIL: Final = "\n  ]\n}\n"
#: The origin of the links in recorded responses, wherever they were recorded.
ORIGIN: Final = "https://api.spotify.com"
# Other headers change in each run, or may identify the user.
_HEADERS: Final = ("cache-control", "content-type", "etag", "retry-after")
_WRAPPERS: Final = ({"text"}, {"base64"})
JsonDict = dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedRequest:
    """What a request is compared by."""

    operation: str | None
    """The operation id; None if the Web API has no such operation."""
    method: str
    """In capitals."""
    path: str
    """Percent-encoded, below `/v1`."""
    query: Mapping[str, object] = field(default_factory=dict[str, object])
    """The decoded query parameters."""
    body: object = None
    """The body: JSON, or `{"text": …}` or `{"base64": …}`; None for none."""

    @classmethod
    def of(cls, request: HttpRequest) -> RecordedRequest:
        """Return what a request is compared by."""
        parts = urlsplit(request.url)
        path = parts.path[parts.path.find("/v1/") + 3 :] if "/v1/" in parts.path else parts.path
        matched = match_operation(request.method, path)
        return cls(
            operation=None if matched is None else matched[0].id,
            method=request.method,
            path="/".join(quote(unquote(segment), safe="") for segment in path.split("/")),
            query=dict(parse_qsl(parts.query, keep_blank_values=True)),
            body=_shown_body(request.body or b""),
        )

    def differences(self, other: RecordedRequest) -> list[str]:
        """Return how another request differs, in the words of an error message."""
        found = [
            f"{name}: {mine!r} instead of {theirs!r}"
            for name, mine, theirs in (
                ("operation", self.operation or self.method, other.operation or other.method),
                ("path", self.path, other.path),
                ("body", self.body, other.body),
            )
            if mine != theirs
        ]
        for name in sorted(self.query.keys() | other.query.keys()):
            mine, theirs = self.query.get(name), other.query.get(name)
            if mine != theirs:
                found.append(f"{name}: {mine!r} instead of {theirs!r}")
        return found

    def __str__(self) -> str:
        query = "&".join(f"{name}={value}" for name, value in self.query.items())
        return f"{self.method} {self.path}{'?' if query else ''}{query}"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedExchange:
    """A request with its response, or with the error that came instead."""

    request: RecordedRequest
    response: HttpResponse | TransportError


def is_token_request(request: HttpRequest) -> bool:
    """Return whether a request is for a token: it and its response are secret."""
    return request.operation is None and urlsplit(request.url).path.endswith(TOKEN_PATH)


def document_of(exchange: RecordedExchange, origin: str) -> JsonDict:
    """Return an exchange as JSON data; `origin` is that of the links in the response."""
    request = exchange.request
    shown: JsonDict = {"method": request.method, "path": request.path}
    if request.query:
        shown["query"] = dict(request.query)
    if request.body is not None:
        shown["body"] = request.body
    document: JsonDict = {"request": shown}
    if request.operation is not None:
        document["operation"] = request.operation
    if isinstance(exchange.response, TransportError):
        error = exchange.response
        document["error"] = {"timeout": isinstance(error, TransportTimeoutError), "sent": error.sent}
        return document
    headers = {name: exchange.response.headers[name] for name in _HEADERS if name in exchange.response.headers}
    response: JsonDict = {"status": exchange.response.status, "headers": headers}
    if exchange.response.body:
        response["body"] = _shown_body(exchange.response.body.replace(origin.encode(), ORIGIN.encode()))
    document["response"] = response
    return document


class CassetteFile:
    """Writes a cassette. After each exchange the file is complete, and its size does not matter for the next one."""

    def __init__(self, path: Path) -> None:
        """Start a new cassette, also if there is one."""
        self._path = path
        self._count = 0
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_HEAD + _TAIL, encoding="utf-8")

    def append(self, document: JsonDict) -> None:
        """Write one more exchange."""
        text = json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False)
        entry = ("," if self._count else "") + "\n    " + text.replace("\n", "\n    ")
        with self._path.open("r+b") as file:
            file.seek(-len(_TAIL), 2)
            file.write((entry + _TAIL).encode())
        self._count += 1


def read_cassette(path: Path) -> list[RecordedExchange]:
    """Return the exchanges of a cassette.

    Raises:
        ValueError: The file is not a cassette.
        OSError: It cannot be read.
    """
    try:
        document: object = json.loads(path.read_bytes())
        exchanges = document["exchanges"] if is_json_object(document) else None
        if not is_json_array(exchanges):
            raise TypeError("it has no list `exchanges`")  # noqa: TRY301  one message for all that is wrong
        return [_exchange_of(entry) for entry in exchanges]
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{path} is not a cassette of RecordingTransport: {error}") from None


def _exchange_of(entry: object) -> RecordedExchange:
    shape = _object(entry)
    request, operation = _object(shape["request"]), shape.get("operation")
    recorded = RecordedRequest(
        operation=operation if isinstance(operation, str) else None,
        method=str(request["method"]),
        path=str(request["path"]),
        query=_object(request.get("query", {})),
        body=request.get("body"),
    )
    if "error" in shape:
        error = _object(shape["error"])
        kind = TransportTimeoutError if error["timeout"] else TransportError
        return RecordedExchange(
            request=recorded, response=kind("the recorded request had no response", sent=error["sent"] is True)
        )
    response = _object(shape["response"])
    status = response["status"]
    if not isinstance(status, int):
        raise TypeError("a status is not a number")
    return RecordedExchange(
        request=recorded,
        response=HttpResponse(
            status=status,
            headers={name: str(value) for name, value in _object(response.get("headers", {})).items()},
            body=_sent_body(response["body"]) if "body" in response else b"",
        ),
    )


def _object(value: object) -> JsonDict:
    if not is_json_object(value):
        raise TypeError("an exchange is not an object")
    return value


def _shown_body(body: bytes) -> object:
    if not body:
        return None
    try:
        decoded: object = json.loads(body)
    except (UnicodeDecodeError, ValueError, RecursionError):
        pass
    else:
        if not (is_json_object(decoded) and decoded.keys() in _WRAPPERS):
            return decoded
    try:
        return {"text": body.decode()}
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(body).decode()}


def _sent_body(shown: object) -> bytes:
    if is_json_object(shown):
        match shown:
            case {"text": str(text), **rest} if not rest:
                return text.encode()
            case {"base64": str(encoded), **rest} if not rest:
                return base64.b64decode(encoded)
            case _:
                pass
    return json.dumps(shown, ensure_ascii=False, separators=(",", ":")).encode()
