"""With any sequence of events, Spotify counts at most the limit in any window."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from spotify.impl.rate_limiting.in_process_rate_limiter import RollingWindow
from spotify.impl.rate_limiting.redis_permits import WorkerPermits
from tests.support.simulated_redis import SimulatedRedis

LIMIT, WINDOW, LEASE = 3, 30.0, 60.0

worker = st.sampled_from("ab")
requested = st.fixed_dictionaries({"interactive": st.integers(0, 4), "bulk": st.integers(0, 2)})
where = st.floats(0, 1)
ask = st.tuples(st.just("ask"), worker, requested)
respond = st.tuples(st.just("respond"), worker, where)
wait = st.tuples(st.just("wait"), st.sampled_from([0.001, 5.0, 10.0, 20.0]))
rarely = st.tuples(st.just("lose reply"), worker, requested) | st.tuples(st.just("die"), worker, where)
EVENTS = st.lists(st.one_of(ask, ask, respond, respond, respond, wait, wait, rarely), min_size=20, max_size=80)


class Application:
    """Workers that request permits, send requests, receive responses and die.

    Attributes:
        arrivals: When Spotify received each request: some time between sending it and its response.
    """

    def __init__(self, server):
        self.server = server
        self.arrivals = []
        self.workers = {name: Worker(name) for name in "ab"}

    def ask(self, name, requested, *, is_lost=False):
        worker, now = self.workers[name], self.server.now
        report = worker.permits.report(
            now, requested=sum(requested.values()), response_times=worker.window.response_times(now)
        )
        reply = self.server.exchange(
            worker.name,
            **requested,
            first=report.first,
            complete=report.is_complete,
            sent=report.sent,
            answered=report.answered,
            unused=report.unused,
        )
        if is_lost:
            worker.permits.lose()
            return
        first = report.first
        for priority in ("interactive", "bulk"):
            worker.permits.add(priority, range(first, first + reply[priority]), until=now + 1.0)
            first += reply[priority]
            for _ in range(reply[priority]):
                worker.permits.record_sent(priority)
                worker.sent_at.append(now)

    def respond(self, name, where):
        worker, now = self.workers[name], self.server.now
        if worker.sent_at:
            sent_at = worker.sent_at.pop(int(where * (len(worker.sent_at) - 1)))
            self.arrivals.append(sent_at + where * (now - sent_at))
            worker.permits.record_response(now)
            worker.window.record_response(now)

    def die(self, name, where):
        worker = self.workers[name]
        self.arrivals += [sent_at + where * LEASE for sent_at in worker.sent_at]
        self.workers[name] = Worker(worker.name + "'")

    def wait(self, seconds):
        # No request takes longer than the lease.
        self.server.now += seconds
        for name, worker in self.workers.items():
            for sent_at in list(worker.sent_at):
                if self.server.now - sent_at > LEASE - WINDOW:
                    self.respond(name, 0.0)


class Worker:
    def __init__(self, name):
        self.name = name
        self.permits = WorkerPermits()
        self.window = RollingWindow(WINDOW)
        self.sent_at = []


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=EVENTS)
def test_spotify_never_counts_more_than_the_limit_in_any_window(redis_server, events):
    """For any arrival times and order of the requests, also if workers die or replies are lost."""
    server = SimulatedRedis(redis_server.url, limit=LIMIT, bulk_limit=2, window=WINDOW, lease=LEASE)
    server.redis.flushall()
    application = Application(server)
    for kind, *rest in events:
        match kind:
            case "ask":
                application.ask(*rest)
            case "lose reply":
                application.ask(*rest, is_lost=True)
            case "respond":
                application.respond(*rest)
            case "die":
                application.die(*rest)
            case "wait":
                application.wait(*rest)
    for name, worker in application.workers.items():
        while worker.sent_at:
            application.respond(name, 1.0)
    server.close()
    arrivals = sorted(application.arrivals)
    for first, later in zip(arrivals, arrivals[LIMIT:], strict=False):
        assert later - first >= WINDOW - 1e-3
