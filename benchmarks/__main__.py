"""`python -m benchmarks`: run the benchmarks and print the table."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from benchmarks.bulk_reads import bulk_reads
from benchmarks.caching import caching
from benchmarks.calls import counting_calls, cpu_beyond_the_transport, sequential_get
from benchmarks.concurrent_reads import concurrent_reads, event_loops
from benchmarks.decoding import decoding
from benchmarks.environment import environment
from benchmarks.exports import exports
from benchmarks.importing import importing
from benchmarks.json_output import json_output
from benchmarks.measuring import QUICK, THOROUGH, Effort
from benchmarks.memory import memory
from benchmarks.observing import observing
from benchmarks.paging import long_playlist, memory_of_a_loop
from benchmarks.peers import peers
from benchmarks.shared_limit import shared_limit
from benchmarks.shared_tokens import shared_tokens
from benchmarks.stampedes import rate_limit_window, token_requests
from benchmarks.table import Row, render

BENCHMARKS: Sequence[Callable[[Effort], Iterator[Row]]] = (
    cpu_beyond_the_transport,
    observing,
    counting_calls,
    sequential_get,
    concurrent_reads,
    event_loops,
    caching,
    decoding,
    json_output,
    importing,
    memory,
    bulk_reads,
    exports,
    long_playlist,
    memory_of_a_loop,
    token_requests,
    rate_limit_window,
    shared_limit,
    shared_tokens,
)
"""The benchmarks that run by default: functions that yield rows."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the selected benchmarks and return the exit status."""
    by_name = {benchmark.__name__: benchmark for benchmark in (*BENCHMARKS, peers)}
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure the cost of the library.")
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=f"one of {', '.join(by_name)} (default: all but the last)"
    )
    parser.add_argument("--peers", action="store_true", help="compare with other clients, as far as they are installed")
    parser.add_argument("--json", type=Path, metavar="PATH", help="write the figures and the versions to a file, too")
    parser.add_argument("--quick", action="store_true", help="only check that they run; the figures are meaningless")
    parser.add_argument(
        "--check", action="store_true", help="exit with status 1 if a ratio exceeds its limit by more than is known"
    )
    options = parser.parse_args(arguments)
    if unknown := set(options.names) - set(by_name):
        parser.error(f"there is no benchmark {', '.join(sorted(unknown))}")
    effort = QUICK if options.quick else THOROUGH
    names = [*options.names, *(["peers"] if options.peers else [])] or [each.__name__ for each in BENCHMARKS]
    rows = [row for name in names for row in by_name[name](effort)]
    print(render(rows))
    print()
    print(", ".join(f"{name} {value}" for name, value in environment().items()))
    if options.json is not None:
        document = {"environment": environment(), "rows": [{**asdict(row), "verdict": row.verdict} for row in rows]}
        options.json.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return 1 if options.check and any(row.is_over for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
