"""Counts for Prometheus: what happened is counted as it happens, what is waits until it is read.

A registry of its own for each application: several may live in one process, as in tests. The
library's metrics may be used from any thread.
"""

from __future__ import annotations

import platform
from collections.abc import Iterator, Sequence
from datetime import datetime

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram
from prometheus_client.exposition import generate_latest
from prometheus_client.gc_collector import GCCollector
from prometheus_client.metrics_core import GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector

from bot.services.watch_ports import Backlog, ProcessState

CONTENT_TYPE = CONTENT_TYPE_LATEST

_FAST = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0)
_PATIENT = (0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0, 5.0, 10.0, 30.0, 60.0, 300.0)


class PrometheusMeters:
    """Implements the port Meters, and writes all of it down in Prometheus' text format.

    ``build`` names the version that runs.
    """

    def __init__(self, build: str) -> None:
        self._registry = CollectorRegistry()
        self._build = build
        self._received = self._counter("messages_received", "Messages of sellers.", "kind")
        self._answered = self._counter("messages_answered", "Messages that were answered.")
        self._waited = self._histogram(
            "answer_seconds", "From a message's arrival to its answer, stored.", _PATIENT
        )
        self._turns = self._counter("turns", "Turns by how they ended.", "outcome", "family")
        self._turn_seconds = self._histogram("turn_seconds", "How long a turn ran.", _FAST)
        self._handoffs = self._counter("handoffs", "Requests for a human.", "reason")
        self._jobs = self._counter("jobs", "Jobs that ran.", "kind", "outcome")
        self._calls = self._counter(
            "marketplace_calls", "Calls to the marketplace.", "operation", "outcome"
        )
        self._call_seconds = self._histogram(
            "marketplace_seconds", "How long a call to the marketplace took.", _FAST, "operation"
        )
        self._refused = self._counter(
            "refused", "Calls refused for want of room or for their rate.", "surface", "code"
        )
        self._database = self._counter("database_errors", "Errors of the database.", "kind")
        self._work = self._counter("work_failures", "Background work that failed.", "work")
        self._requests = self._counter("http_requests", "HTTP requests.", "surface", "status")
        self._request_seconds = self._histogram(
            "http_seconds", "How long an HTTP request took.", _FAST, "surface"
        )
        ProcessCollector(registry=self._registry)
        GCCollector(registry=self._registry)

    def _counter(self, name: str, says: str, *labels: str) -> Counter:
        return Counter(f"assistant_{name}", says, labels, registry=self._registry)

    def _histogram(self, name: str, says: str, buckets: Sequence[float], *labels: str) -> Histogram:
        return Histogram(
            f"assistant_{name}", says, labels, registry=self._registry, buckets=buckets
        )

    def message_received(self, kind: str) -> None:
        """Counts a seller's message."""
        self._received.labels(kind).inc()

    def turn_ended(self, outcome: str, family: str, seconds: float) -> None:
        """Counts a turn."""
        self._turns.labels(outcome, family).inc()
        self._turn_seconds.observe(seconds)

    def messages_answered(self, waited: Sequence[float]) -> None:
        """Counts messages that were answered."""
        for seconds in waited:
            self._answered.inc()
            self._waited.observe(max(0.0, seconds))

    def handed_over(self, reason: str) -> None:
        """Counts a request for a human."""
        self._handoffs.labels(reason).inc()

    def job_ended(self, kind: str, outcome: str) -> None:
        """Counts a job that ran."""
        self._jobs.labels(kind, outcome).inc()

    def marketplace_called(self, operation: str, outcome: str, seconds: float) -> None:
        """Counts a call to the marketplace."""
        self._calls.labels(operation, outcome).inc()
        self._call_seconds.labels(operation).observe(seconds)

    def refused(self, surface: str, code: str) -> None:
        """Counts a call that was refused."""
        self._refused.labels(surface, code).inc()

    def database_failed(self, kind: str) -> None:
        """Counts an error of the database."""
        self._database.labels(kind).inc()

    def work_failed(self, work: str) -> None:
        """Counts a round of background work that failed."""
        self._work.labels(work).inc()

    def request_ended(self, surface: str, status: int, seconds: float) -> None:
        """Counts an HTTP request."""
        self._requests.labels(surface, str(status)).inc()
        self._request_seconds.labels(surface).observe(seconds)

    def written(self, state: ProcessState) -> bytes:
        """Returns everything in Prometheus' text format, with what the process is doing now."""
        at_this_moment = CollectorRegistry()
        at_this_moment.register(_State(state, self._build))
        return generate_latest(self._registry) + generate_latest(at_this_moment)


class _State(Collector):
    """What is true at one moment: gauges that are made when somebody reads them.

    What is not known is not there, so that nobody reads an old figure for a new one.
    """

    def __init__(self, state: ProcessState, build: str) -> None:
        self._state = state
        self._build = build

    def collect(self) -> Iterator[Metric]:
        """Yields the gauges."""
        state = self._state
        about = {"version": self._build, "python": platform.python_version()}
        yield InfoMetricFamily("assistant_build", "What runs.", value=about)
        yield InfoMetricFamily(
            "assistant_model", "The model that answers.", value={"model": state.model}
        )
        yield _gauge("ready", "1 when sellers can be served here.", float(state.ready))
        works = _labelled("dependency_up", "1 when a dependency answers.", "dependency")
        for check in state.checks:
            works.add_metric([check.name], float(check.works))
        yield works
        yield _gauge("turns_running", "Turns that run now.", state.turns_running)
        yield _gauge("turns_waiting", "Turns that wait until one may run.", state.turns_waiting)
        yield _gauge("requests_inside", "Calls of sellers being served.", state.requests_inside)
        yield _gauge("requests_waiting", "Calls of sellers in line.", state.requests_waiting)
        yield _gauge("parse_waiting", "Texts that wait beside turns.", state.texts_waiting)
        streams = _labelled("streams_open", "Open WebSockets.", "surface")
        for surface, count in state.streams.items():
            streams.add_metric([surface], count)
        yield streams
        if state.processes_alive is not None:
            yield _gauge("processes_alive", "Processes seen lately.", state.processes_alive)
        if state.skew is not None:
            yield _gauge("clock_skew_seconds", "Our clock ahead of the database's.", state.skew)
        if state.backlog is not None:
            yield from _waiting(state.backlog, state.now)


def _waiting(backlog: Backlog, now: datetime) -> Iterator[Metric]:
    def age(since: datetime | None) -> float:
        return max(0.0, (now - since).total_seconds()) if since else 0.0

    yield _gauge("messages_waiting", "Messages without an answer.", backlog.messages_waiting)
    yield _gauge(
        "messages_oldest_seconds", "How long the first of them waits.", age(backlog.oldest_message)
    )
    yield _gauge("handoffs_waiting", "Sellers waiting for a human.", backlog.handoffs_waiting)
    yield _gauge(
        "handoffs_oldest_seconds", "How long the first of them waits.", age(backlog.oldest_handoff)
    )
    due = _labelled("jobs_due", "Jobs that should have begun.", "kind")
    late = _labelled("jobs_oldest_seconds", "How late the first of them is.", "kind")
    for kind in backlog.jobs:
        due.add_metric([kind.kind], kind.due)
        late.add_metric([kind.kind], age(kind.oldest))
    yield due
    yield late
    yield _gauge("slack_waiting", "Calls to be made to Slack.", backlog.slack_waiting)
    yield _gauge(
        "slack_oldest_seconds", "How long the first of them waits.", age(backlog.oldest_slack)
    )
    yield _gauge("slack_warnings", "What is to be put right in Slack.", backlog.slack_warnings)
    unsettled = _labelled("effects_unsettled", "Requests to the marketplace not settled.", "state")
    for name, count in backlog.effects.items():
        unsettled.add_metric([name], count)
    yield unsettled


def _gauge(name: str, says: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"assistant_{name}", says, value=value)


def _labelled(name: str, says: str, label: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"assistant_{name}", says, labels=[label])
