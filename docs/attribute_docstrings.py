"""Reads the docstrings below attributes, which Python does not keep."""

from __future__ import annotations

import ast
import inspect
import itertools
import sys
from collections.abc import Iterator
from functools import cache


def attribute_docstrings(kind: type[object]) -> dict[str, str]:
    """Return the docstrings below the attributes of a class, by name: those in its body and in its `__init__`."""
    definition = _class_definitions(kind.__module__).get(kind.__qualname__)
    if definition is None:
        return {}
    initialize = (
        each.body for each in definition.body if isinstance(each, ast.FunctionDef) and each.name == "__init__"
    )
    return {
        name: " ".join(text.split())
        for body in (definition.body, *initialize)
        for statement, text in _documented_statements(body)
        for name in _assigned_names(statement)
    }


@cache
def _class_definitions(module: str) -> dict[str, ast.ClassDef]:
    tree = ast.parse(inspect.getsource(sys.modules[module]))
    return {each.name: each for each in tree.body if isinstance(each, ast.ClassDef)}


def _documented_statements(body: list[ast.stmt]) -> Iterator[tuple[ast.stmt, str]]:
    for statement, following in itertools.pairwise(body):
        if isinstance(following, ast.Expr) and isinstance(following.value, ast.Constant):
            yield statement, str(following.value.value)


def _assigned_names(statement: ast.stmt) -> Iterator[str]:
    if isinstance(statement, ast.AnnAssign):
        targets = [statement.target]
    else:
        targets = statement.targets if isinstance(statement, ast.Assign) else []
    for target in targets:
        if isinstance(target, ast.Name | ast.Attribute):
            yield target.id if isinstance(target, ast.Name) else target.attr
