"""Operations and methods: the operations that a method calls, and calls of any operation by its id."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import TypeVar

from spotify._checks import check_text, check_type, shown
from spotify.interfaces.executor import Argument, Call
from spotify.interfaces.operation import JSON, Operation
from spotify.operations import BY_ID
from spotify.services._base import check_arguments

MethodT = TypeVar("MethodT", bound=Callable[..., object])


def calls(operation: Operation, *others: Operation) -> Callable[[MethodT], MethodT]:
    """Mark a method of a service with the operations that it calls, as its attributes `operation` and `operations`.

    Args:
        operation: The operation whose scopes, limits and availability are the method's.
        *others: Operations that some arguments or quota modes use in addition, or instead.
    """

    def mark(method: MethodT) -> MethodT:
        method.__dict__.update(operation=operation, operations=(operation, *others))
        return method

    return mark


def call_by_id(
    operation_id: str, arguments: Mapping[str, Argument], *, json: object = None, content: bytes | None = None
) -> Call[object]:
    """Return the call of an operation whose result is plain JSON data, or None if the response is empty.

    Raises:
        TypeError: An argument is unknown, missing or of the wrong type, or the operation takes no such body.
        ValueError: There is no such operation, or an argument is out of bounds.
    """
    operation = _operation(operation_id)
    _check_names(operation, arguments)
    for name, value in arguments.items():
        _check_value(name, value)
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
            raise TypeError(f"{operation.id} needs {name}, which is part of its path {operation.path}")


def _check_value(name: str, value: object) -> None:
    # Annotations are not checked at run time, and a list would be sent as Python prints it.
    if not isinstance(value, str | int | float | None):
        raise TypeError(
            f"{name} must be a str, a number, True, False or None, not {type(value).__name__}; "
            "join several strings with commas"
        )


def _check_body(operation: Operation, json: object, content: bytes | None) -> None:
    if json is not None and content is not None:
        raise TypeError("give json or content, not both")
    if content is not None:
        check_type("content", content, bytes)
    takes = "no body" if operation.content_type is None else f"content of the type {operation.content_type}"
    if json is not None and operation.content_type != JSON:
        raise TypeError(f"{operation.id} takes {takes}, not json")
    if content is not None and operation.content_type is None:
        raise TypeError(f"{operation.id} takes {takes}")
