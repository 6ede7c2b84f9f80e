"""Any of the operations by its id, with arguments as they are on the wire."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Final, cast

from spotify._checks import check_arguments, check_text, shown
from spotify.interfaces.executor import Argument, Call
from spotify.interfaces.operation import Operation
from spotify.operations import BY_ID

_JSON: Final = "application/json"


def plain_call(
    operation_id: str, arguments: Mapping[str, Argument], *, json: object = None, content: bytes | None = None
) -> Call[object]:
    """Return the call of an operation, whose result is plain JSON data, or None where the answer is empty.

    Raises:
        TypeError: An argument is unknown, missing or of the wrong type, or the operation takes no such body.
        ValueError: There is no such operation, or an argument is out of bounds.
    """
    operation = _operation(operation_id)
    _check_names(operation, arguments)
    _check_values(arguments)
    check_arguments(operation, arguments)
    _check_body(operation, json, content)
    return Call(
        operation=operation,
        into=type(None) if operation.ignores_response_body else object,
        arguments=arguments,
        json=json,
        content=content,
        if_empty=None,
    )


def _operation(operation_id: str) -> Operation:
    check_text("operation_id", operation_id)
    operation = BY_ID.get(operation_id)
    if operation is None:
        near = get_close_matches(operation_id, BY_ID, n=1)
        advice = f"; did you mean {near[0]!r}?" if near else ", such as 'get-an-album'"
        raise ValueError(
            f"operation_id must be one of the {len(BY_ID)} of Spotify's API description, "
            f"not {shown(operation_id)}{advice}"
        )
    return operation


def _check_names(operation: Operation, arguments: Mapping[str, Argument]) -> None:
    known = (*operation.path_parameters, *operation.query)
    for name in arguments:
        if name not in known:
            takes = f"it takes {', '.join(known)}" if known else "it takes none"
            raise TypeError(f"{operation.id} has no parameter {shown(name)}: {takes}")
    for name in operation.path_parameters:
        if arguments.get(name) is None:
            raise TypeError(f"{operation.id} needs {name}, which stands in its path {operation.path}")


def _check_values(arguments: Mapping[str, Argument]) -> None:
    for name, value in arguments.items():
        # Annotations are not checked at run time, and a list would be sent as Python writes it.
        if not isinstance(cast("object", value), str | int | float | None):
            raise TypeError(
                f"{name} must be text, a number, True, False or None, not {type(value).__name__}; "
                "several texts are one, with commas between them"
            )


def _check_body(operation: Operation, json: object, content: bytes | None) -> None:
    if json is not None and content is not None:
        raise TypeError("give json or content, not both")
    if content is not None and not isinstance(cast("object", content), bytes):
        raise TypeError(f"content must be bytes, not {type(content).__name__}")
    if json is not None and operation.content_type != _JSON:
        raise TypeError(f"{operation.id} takes {_body_of(operation)}, not json")
    if content is not None and operation.content_type is None:
        raise TypeError(f"{operation.id} takes {_body_of(operation)}")


def _body_of(operation: Operation) -> str:
    return "no body" if operation.content_type is None else f"content of the type {operation.content_type}"
