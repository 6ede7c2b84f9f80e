"""Checks the exchanges of a running sandbox against the contract."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from tests.contract.api_contract import ApiContract, ContractMismatch, Exchange


class ExchangeChecker:
    """An observer of a sandbox: `sandbox.add_observer(checker)`.

    Observers run inside the server, where an exception would become a response. Mismatches are therefore recorded, and
    raised in the test by `assert_clean`.

    A response that a fault has changed is not checked; the request is, if it was executed.

    Args:
        wrong_requests_may_be_refused: For tests that send invalid requests on purpose: the request is not checked if
            the response is an error. The response is checked always.
    """

    def __init__(self, *, wrong_requests_may_be_refused: bool = False) -> None:
        self._contract = ApiContract.load()
        self._wrong_requests_may_be_refused = wrong_requests_may_be_refused
        self.mismatches: list[str] = []
        self.seen: Counter[str] = Counter()
        """Executions by operation id."""

    def __call__(self, exchange: Exchange) -> None:
        """Check one exchange and record its mismatch."""
        if exchange.operation_id is not None and exchange.executed:
            self.seen[exchange.operation_id] += 1
        try:
            if exchange.fault is None:
                self._contract.check_exchange(
                    exchange,
                    wrong_request_may_be_refused=self._wrong_requests_may_be_refused,
                )
            elif exchange.executed:
                self._contract.check_request_of(exchange)
        except ContractMismatch as mismatch:
            self.mismatches.append(str(mismatch))

    def assert_clean(self) -> None:
        """Raise the recorded mismatches.

        Raises:
            ContractMismatch: At least one exchange did not match the contract.
        """
        if self.mismatches:
            raise ContractMismatch("\n".join(self.mismatches))

    def assert_covers(self, operation_ids: Iterable[str]) -> None:
        """Check that each of these operations was executed at least once.

        Raises:
            AssertionError: It names the operations that were not executed.
        """
        missing = sorted(set(operation_ids) - set(self.seen))
        assert not missing, f"never executed: {', '.join(missing)}"
