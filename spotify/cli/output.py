"""Output: tables on a terminal, lines with tabs elsewhere, or JSON; progress bars."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Final

from spotify.cli.session import Settings

_SECOND: Final = 1000


def print_json(value: object) -> None:
    """Print a value as JSON."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2, default=_text) + "\n")


def print_rows(settings: Settings, rows: Iterable[Mapping[str, object]], columns: Sequence[str]) -> None:
    """Print rows: some columns as a table, or all of them as JSON."""
    rows = list(rows)
    if settings.json:
        print_json(rows)
    elif sys.stdout.isatty():
        from rich.console import Console
        from rich.table import Table

        table = Table(box=None, header_style="bold")
        for column in columns:
            table.add_column(column.removesuffix("_ms"), overflow="fold")
        for row in rows:
            table.add_row(*(_shown(column, row.get(column)) for column in columns))
        Console().print(table, highlight=False, markup=False)
    else:
        for row in rows:
            sys.stdout.write("\t".join(_shown(column, row.get(column)) for column in columns) + "\n")


def print_fields(settings: Settings, fields: Mapping[str, object]) -> None:
    """Print one object: a line for each field, or JSON."""
    if settings.json:
        print_json(fields)
        return
    for name, value in fields.items():
        if value not in {None, ""}:
            sys.stdout.write(f"{name.removesuffix('_ms')}: {_shown(name, value)}\n")


def print_line(settings: Settings, text: str, **fields: object) -> None:
    """Print what a command did: a line, or its fields as JSON."""
    if settings.json:
        print_json(fields)
    else:
        sys.stdout.write(f"{text}\n")


@contextmanager
def progress_bars() -> Generator[Callable[[str, int, int | None], None]]:
    """Show progress bars on a terminal; provide a function of (name, done, total)."""
    if not sys.stderr.isatty():
        yield lambda _name, _done, _total: None
        return
    from rich.console import Console
    from rich.progress import Progress, TaskID

    with Progress(console=Console(stderr=True), transient=True) as bars:
        tasks: dict[str, TaskID] = {}

        def show(name: str, done: int, total: int | None) -> None:
            if name not in tasks:
                tasks[name] = bars.add_task(name.replace("[", "\\["), total=total)
            bars.update(tasks[name], completed=done, total=total)

        yield show


def _shown(column: str, value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if column.endswith("_ms") and isinstance(value, int):
        minutes, seconds = divmod(value // _SECOND, 60)
        return f"{minutes}:{seconds:02}"
    return " ".join(_text(value).split())


def _text(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
