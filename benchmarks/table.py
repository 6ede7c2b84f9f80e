"""The rows that benchmarks give, and the table that they make."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One measurement against a limit that was measured in the same run.

    Attributes:
        what: What was measured.
        measured: The figure, with its unit.
        limit: What it is held against, with its figure.
        ratio: The one divided by the other.
        at_most: The ratio that must be reached; None for a row that only informs.
    """

    what: str
    measured: str
    limit: str
    ratio: float
    at_most: float | None = None

    @property
    def verdict(self) -> str:
        """Whether the ratio is reached: `ok`, `OVER`, or nothing where none has to be."""
        if self.at_most is None:
            return ""
        return "ok" if self.ratio <= self.at_most else "OVER"


_HEADINGS = ("what", "measured", "against", "ratio", "at most", "")


def render(rows: Iterable[Row]) -> str:
    """Return the rows as a Markdown table that is also legible as it stands."""
    lines = [_HEADINGS, *(_cells(row) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(_HEADINGS))]
    rule = tuple("-" * max(width, 3) for width in widths)
    return "\n".join(
        "| " + " | ".join(cell.ljust(max(width, 3)) for cell, width in zip(line, widths, strict=True)) + " |"
        for line in (lines[0], rule, *lines[1:])
    )


def microseconds(seconds: float) -> str:
    """Return a duration as text."""
    return f"{seconds * 1e6:,.1f} µs"


def milliseconds(seconds: float) -> str:
    """Return a duration as text."""
    return f"{seconds * 1e3:,.2f} ms"


def _cells(row: Row) -> tuple[str, ...]:
    at_most = "" if row.at_most is None else f"{row.at_most:.2f}"
    ratio = f"{row.ratio:.2f}" if row.ratio >= 0.1 else f"{row.ratio:.4f}"
    return row.what, row.measured, row.limit, ratio, at_most, row.verdict
