"""Processes that share a limit, with a client in each, and a sandbox that enforces the limit."""

from benchmarks.shared_limit import Load, share


async def test_processes_that_share_a_limit_never_exceed_it(redis_server):
    outcome = await share(Load(processes=2, calls=200, rate_limit=50, rate_window=0.5), redis_server.url)
    assert outcome.refused == 0
    assert sum(outcome.shares) == 200
