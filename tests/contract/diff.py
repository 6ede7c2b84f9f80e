"""Compares a newer API description with the contract and the client: `python -m tests.contract.diff PATH`.

It prints what changed since the contract was made and what to change in `spotify.operations` and `spotify.models`,
operation by operation and member by member. The exit status is 0 if nothing differs, 1 otherwise.
"""

from __future__ import annotations

import argparse
import copy
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from tests.contract.amendments import AMENDMENTS
from tests.contract.changes import Difference, contract_changes, scopes_of
from tests.contract.client_differences import (
    model_differences,
    operation_table_differences,
    optional_member_differences,
    scope_differences,
)
from tests.contract.document import ContractDocument
from tests.contract.extract import extract, load_description
from tests.contract.operations import read_operations


def differences(new: ContractDocument) -> Iterator[Difference]:
    """Yield all differences of a newer description, without amendments, to the contract and to the client."""
    old = ContractDocument.load()
    amended = ContractDocument(copy.deepcopy(new.root))
    # First, as an amendment that does not apply leads to further differences.
    yield from _amend(amended)
    yield from contract_changes(old, new)
    yield from operation_table_differences(read_operations(amended))
    yield from model_differences(new)
    yield from optional_member_differences(old, new)
    yield from scope_differences(scopes_of(new))


def report(found: Iterable[Difference]) -> str:
    """Return differences as text, grouped by subject."""
    by_subject: dict[str, list[str]] = {}
    for difference in found:
        by_subject.setdefault(difference.subject, []).append(difference.text)
    return "".join(f"{name}\n" + "".join(f"  {text}\n" for text in texts) for name, texts in by_subject.items())


def _amend(document: ContractDocument) -> Iterator[Difference]:
    for amendment in AMENDMENTS:
        try:
            amendment(document.root)
        except (AssertionError, LookupError, StopIteration, TypeError, ValueError):
            yield Difference(f"tests.contract.amendments.{amendment.__name__}", "does not apply: correct or remove it")


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the differences of a description to the contract and to the client."""
    parser = argparse.ArgumentParser(prog="python -m tests.contract.diff", description="Compare an API description.")
    parser.add_argument("path", type=Path, help="the API description (OpenAPI 3.0, YAML or JSON)")
    options = parser.parse_args(arguments)
    found = list(differences(ContractDocument(extract(load_description(options.path)))))
    sys.stdout.write(report(found) or "No differences.\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
