"""Processes that share a limit, whole clients in each, against a sandbox that enforces it."""

from benchmarks.shared_limit import Load, share


async def test_processes_that_share_a_limit_are_refused_nothing(redis_server):
    outcome = await share(Load(processes=3, calls=400, rate_limit=100, rate_window=1.0), redis_server.url)
    assert outcome.refused == 0
    assert sum(outcome.shares) == 400
    assert min(outcome.shares) > 50
