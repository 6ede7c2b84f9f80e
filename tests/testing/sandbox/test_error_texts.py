"""Every text of an error of the sandbox is listed with its evidence in `docs/sandbox-errors.md`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from spotify.testing import sandbox

ROOT = Path(__file__).parents[3]
FUNCTIONS = {
    "AuthorizePageError",
    "OAuthError",
    "PlainTextError",
    "WebApiError",
    "bad_request",
    "forbidden",
    "invalid_client",
    "invalid_grant",
    "invalid_request",
    "not_found",
    "player_error",
    "unauthorized",
}


def text_of(node: ast.expr) -> str | None:
    """Return a literal str, with `{}` for what is inserted into it."""
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def texts_in_code() -> Iterator[str]:
    for path in Path(sandbox.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in FUNCTIONS:
                yield from filter(None, map(text_of, node.args))


def listed() -> dict[str, str]:
    rows = (ROOT / "docs" / "sandbox-errors.md").read_text(encoding="utf-8").splitlines()
    return dict(match.groups() for row in rows if (match := re.fullmatch(r"\| `(.+)` \| (.+) \|", row)))


def test_every_text_of_an_error_is_listed_once() -> None:
    assert listed().keys() == set(texts_in_code())


def test_every_text_has_a_source_or_is_marked_as_a_guess() -> None:
    assert all(re.search(r"https://|RFC|Spotify's|reports|guess", evidence) for evidence in listed().values())
