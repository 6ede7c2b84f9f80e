"""Rows of results, and the table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One measurement against a limit measured in the same run.

    Attributes:
        what: What is measured.
        measured: The figure with its unit.
        limit: What it is compared with, and its figure.
        ratio: The figure divided by the limit.
        at_most: The highest acceptable ratio; None for an informative row.
        known_miss: The highest ratio of a row that is known to exceed `at_most`; None if it does not. README.md has the
            cause.
    """

    what: str
    measured: str
    limit: str
    ratio: float
    at_most: float | None = None
    known_miss: float | None = None

    @property
    def is_over(self) -> bool:
        """Whether the ratio exceeds the highest acceptable one, and that of a known miss."""
        return self.at_most is not None and self.ratio > max(self.at_most, self.known_miss or 0.0)

    @property
    def verdict(self) -> str:
        """`ok`, or `OVER` or `known` and by how much it exceeds the maximum; empty for an informative row."""
        if self.at_most is None:
            return ""
        if self.ratio <= self.at_most:
            return "ok"
        return f"{'OVER' if self.is_over else 'known'} by {self.ratio - self.at_most:.2f}"


_HEADINGS = ("what", "measured", "against", "ratio", "at most", "")


def render(rows: Iterable[Row]) -> str:
    """Return the rows as an aligned Markdown table."""
    lines = [_HEADINGS, *(_cells(row) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(_HEADINGS))]
    rule = tuple("-" * max(width, 3) for width in widths)
    return "\n".join(
        "| " + " | ".join(cell.ljust(max(width, 3)) for cell, width in zip(line, widths, strict=True)) + " |"
        for line in (lines[0], rule, *lines[1:])
    )


def microseconds(seconds: float) -> str:
    """Format a duration."""
    return f"{seconds * 1e6:,.1f} µs"


def milliseconds(seconds: float) -> str:
    """Format a duration."""
    return f"{seconds * 1e3:,.2f} ms"


def _cells(row: Row) -> tuple[str, ...]:
    at_most = "" if row.at_most is None else f"{row.at_most:.2f}"
    ratio = f"{row.ratio:.2f}" if row.ratio >= 0.1 else f"{row.ratio:.4f}"
    return row.what, row.measured, row.limit, ratio, at_most, row.verdict
