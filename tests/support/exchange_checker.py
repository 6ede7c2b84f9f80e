"""Holding a running sandbox to the API description."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from tests.support.api_description import (
    ApiDescription,
    DescriptionMismatch,
    Exchange,
    description_is_missing,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class ExchangeChecker:
    """An observer of a sandbox: `sandbox.add_observer(checker)`.

    Observers run inside the server, where an exception would turn into an answer, so mismatches are
    kept and raised in the test by `assert_clean`.

    An answer that the sandbox was told to spoil is not held to anything; a request that was executed is.

    Args:
        description: What exchanges are held to; None only counts them.
        wrong_requests_may_be_refused: For tests that send wrong requests on purpose: one that the
            description forbids is in order as long as it was refused. Its answer is checked still.
    """

    def __init__(self, description: ApiDescription | None, *, wrong_requests_may_be_refused: bool = False) -> None:
        self._description = description
        self._wrong_requests_may_be_refused = wrong_requests_may_be_refused
        self.mismatches: list[str] = []
        self.seen: Counter[str] = Counter()
        """How often each operation was executed."""

    def __call__(self, exchange: Exchange) -> None:
        """Check one exchange and remember what is wrong with it."""
        if exchange.operation_id is not None and exchange.executed:
            self.seen[exchange.operation_id] += 1
        if self._description is None:
            return
        try:
            if exchange.fault is None:
                self._description.check_exchange(
                    exchange,
                    wrong_request_may_be_refused=self._wrong_requests_may_be_refused,
                )
            elif exchange.executed:
                self._description.check_request_of(exchange)
        except DescriptionMismatch as mismatch:
            self.mismatches.append(str(mismatch))

    def assert_clean(self) -> None:
        """Raise what was found.

        Raises:
            DescriptionMismatch: At least one exchange was not in order.
        """
        if self.mismatches:
            raise DescriptionMismatch("\n".join(self.mismatches))

    def assert_covers(self, operation_ids: Iterable[str]) -> None:
        """Raise unless each of these operations was executed at least once.

        Raises:
            AssertionError: It names those that were not.
        """
        missing = sorted(set(operation_ids) - set(self.seen))
        assert not missing, f"never executed: {', '.join(missing)}"


@pytest.fixture(scope="session")
def api_description() -> ApiDescription:
    """The description; skips the test where there is none."""
    if description_is_missing():
        pytest.skip("no API description")
    return ApiDescription.load()


@pytest.fixture
def exchange_checker() -> Iterator[ExchangeChecker]:
    """A checker for this test's sandbox, which must be clean at the end of the test."""
    checker = ExchangeChecker(None if description_is_missing() else ApiDescription.load())
    yield checker
    checker.assert_clean()
