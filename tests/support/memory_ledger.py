"""A usage ledger in memory, which fails when told to."""

from spotify.interfaces.usage_ledger import LedgerContent, LedgerUnavailableError


class MemoryLedger:
    """`UsageLedger` of the clients of one test.

    Attributes:
        failure: None, or when each exchange fails: `before` or `after` the update was added.
        exchanges: The number of exchanges.
    """

    def __init__(self):
        self.failure = None
        self.exchanges = 0
        self._counts = {}
        self._pauses = {}
        self._updates = set()

    async def exchange(self, update, /, *, first_bucket, now):
        self.exchanges += 1
        if self.failure == "before":
            raise LedgerUnavailableError("not added")
        if (update.writer, update.number) not in self._updates:
            self._updates.add((update.writer, update.number))
            for bucket, operations in update.counts.items():
                for operation, counts in operations.items():
                    known = self._counts.setdefault(bucket, {}).get(operation, (0, 0, 0, 0))
                    self._counts[bucket][operation] = [a + b for a, b in zip(known, counts, strict=True)]
            self._pauses.update({pause.operation: pause for pause in update.pauses})
        if self.failure == "after":
            raise LedgerUnavailableError("added")
        counts = {bucket: operations for bucket, operations in self._counts.items() if bucket >= first_bucket}
        return LedgerContent(counts=counts, pauses=[each for each in self._pauses.values() if each.until > now])

    async def close(self):
        pass
