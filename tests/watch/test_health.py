"""What is seen from outside: alive, ready, and figures that tell what happened to nobody in particular."""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from bot.adapters.clock import MovableClock
from bot.adapters.prometheus_meters import PrometheusMeters
from bot.adapters.sql.engine import create_engine
from bot.adapters.sql.migrate import upgrade
from bot.adapters.sql.watch_store import SqlWatchStore
from bot.errors import MarketplaceUnavailable, SettingsError
from bot.services.readiness import LATE, MOST_CHECKS, Check, Readiness
from bot.services.watch import Pulse
from bot.services.watch_ports import Backlog, CheckResult, JobsDue, ProcessState
from bot.settings import read_settings
from bot.support.conversations import Job
from bot.support.intent_families import FAMILIES, family_of
from tests.waiting import until
from tests.watch.conftest import LightSeller, LightServer

PROJECT = Path(__file__).resolve().parents[2]
TOKEN = "a-token-that-prometheus-shows"
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=timezone.utc)


def test_alive_says_so_and_ready_says_what_it_looked_at(server: LightServer) -> None:
    assert server.http.get("/healthz").json() == {"status": "ok"}
    said = server.ready()
    assert (said.status_code, said.json()["status"], said.json()["model"]) == (200, "ready", "let")
    checks = said.json()["checks"]
    assert {name for name, check in checks.items() if check["stops_service"]} == {
        "database",
        "model",
    }
    assert all(check["works"] and check["since"] for check in checks.values())


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"])
def test_what_came_through_a_proxy_learns_the_status_only(server: LightServer, header: str) -> None:
    headers = {header: "203.0.113.7"}
    assert server.http.get("/metrics", headers=headers).status_code == 404
    assert set(server.http.get("/readyz", headers=headers).json()) == {"status", "model"}


def test_with_a_token_set_nobody_reads_figures_without_it(
    make_server: Callable[..., LightServer],
) -> None:
    server = make_server(ASSISTANT_METRICS_TOKEN=TOKEN)
    wrong = ({}, {"Authorization": f"Bearer {TOKEN}x"}, {"Authorization": TOKEN})
    for headers in wrong:
        assert server.http.get("/metrics", headers=headers).status_code == 404
        assert "checks" not in server.http.get("/readyz", headers=headers).json()
    shown = {"Authorization": f"Bearer {TOKEN}", "X-Forwarded-For": "203.0.113.7"}
    assert server.figures(**shown)["assistant_ready"] == 1.0


def test_figures_tell_what_happened_and_to_nobody(server: LightServer) -> None:
    seller = LightSeller(server).begin()
    seller.send("mon adresse est 3 rue des Lilas")
    until(seller.answers)
    server.assistant.broken = True
    seller.send("et maintenant ?")
    until(lambda: len(seller.answers()) >= 2)  # given up after some tries, and said so
    server.comes_to(
        {
            'assistant_messages_received_total{kind="typed"}': 2.0,
            "assistant_messages_answered_total": 2.0,
            'assistant_turns_total{family="faq",outcome="answered"}': 1.0,
            'assistant_turns_total{family="unread",outcome="failed"}': 3.0,
            'assistant_turns_total{family="unread",outcome="apologised"}': 1.0,
            'assistant_handoffs_total{reason="tool_failure"}': 1.0,
            "assistant_handoffs_waiting": 1.0,
            'assistant_http_requests_total{status="202",surface="site"}': 2.0,
            "assistant_answer_seconds_count": 2.0,
            'assistant_model_info{model="let"}': 1.0,
            'assistant_dependency_up{dependency="database"}': 1.0,
            "assistant_processes_alive": 1.0,
        }
    )
    written = server.http.get("/metrics").text
    for secret in (seller.id, seller.conversation, seller.token, "Lilas", "maintenant"):
        assert secret not in written
    names = [family.name for family in text_string_to_metric_families(written)]
    assert len(names) == len(set(names)) >= 30


def test_jobs_are_counted_by_what_became_of_them(server: LightServer) -> None:
    def fails(job: Job) -> bool:
        raise MarketplaceUnavailable("no answer")

    def breaks(job: Job) -> bool:
        raise KeyError("a mistake of ours")

    jobs, store = server.application.jobs, server.application.store
    jobs.also({"works": lambda job: True, "fails": fails, "breaks": breaks})
    now = server.application.clock.now()
    for kind in ("breaks", "fails", "works", "of_a_newer_version"):
        store.put_job(Job(f"{kind}:1", kind, now), now)
    counted = [
        f'assistant_jobs_total{{kind="{kind}",outcome="{outcome}"}}'
        for kind, outcome in (("works", "done"), ("fails", "failed"), ("breaks", "failed"))
    ]
    until(lambda: all(server.figures().get(name) for name in counted))
    # Nobody here knows what it is: it is left to a newer version, and seen to wait.
    server.comes_to({'assistant_jobs_due{kind="of_a_newer_version"}': 1.0})


def test_refusals_are_counted_by_kind(make_server: Callable[..., LightServer]) -> None:
    server = make_server(ASSISTANT_LIMIT_SELLER="3/hour")
    seller = LightSeller(server)
    statuses = [seller.call("GET", "/session").status_code for _ in range(5)]
    assert statuses == [200, 200, 200, 429, 429]
    server.comes_to({'assistant_refused_total{code="too_many",surface="site"}': 2.0})


# Alert rules.


def everything() -> ProcessState:
    """A state in which every gauge is there."""
    backlog = Backlog(jobs=(JobsDue("k", 1, NOW),), effects={"unknown": 1})
    check = CheckResult("database", True, True, since=NOW)
    return ProcessState(
        "m", True, [check], NOW, streams={"site": 1},
        backlog=backlog, processes_alive=1, skew=0.0,
    )  # fmt: skip


def known_metrics() -> set[str]:
    written = PrometheusMeters("test").written(everything()).decode()
    named = set(re.findall(r"^# TYPE (\w+) ", written, re.M))
    histograms = set(re.findall(r"^# TYPE (\w+) histogram", written, re.M))
    return named | {f"{name}_{part}" for name in histograms for part in ("bucket", "sum", "count")}


def alerts() -> list[dict[str, str]]:
    groups = yaml.safe_load((PROJECT / "deploy" / "alerts.yml").read_text("utf-8"))["groups"]
    return [rule for group in groups for rule in group["rules"]]


def test_every_metric_an_alert_names_is_one_of_ours() -> None:
    known, named = known_metrics(), set()
    for alert in alerts():
        named |= set(re.findall(r"\bassistant_\w+", alert["expr"]))
        others = set(re.findall(r"\b([a-z]\w*)\{", alert["expr"])) - known
        assert others <= {"up"}, alert["alert"]
    assert named - known == set()
    assert len(alerts()) >= 15


def test_every_alert_is_complete_and_has_a_name_of_its_own() -> None:
    names = [alert["alert"] for alert in alerts()]
    assert len(names) == len(set(names))
    for alert in alerts():
        assert alert["labels"]["severity"] in ("page", "ticket")
        assert re.fullmatch(r"\d+[mh]", alert["for"])
        assert alert["annotations"]["summary"][-1] in ".?"


def test_every_alert_has_its_place_in_the_runbook() -> None:
    runbook = (PROJECT / "docs" / "runbook.md").read_text("utf-8").split("## Alerts")[1]
    told = re.findall(r"^\| `(Assistant\w+)` \| .+ \| .+ \|$", runbook, re.M)
    assert sorted(told) == sorted(alert["alert"] for alert in alerts())


def test_labels_an_alert_chooses_by_are_labels_there_are() -> None:
    values = {
        "outcome": {
            "answered",
            "apologised",
            "moved",
            "failed",
            "done",
            "later",
            "not_found",
            "refused",
            "unavailable",
            "unknown",
            "error",
        },
        "family": set(FAMILIES),
        "code": {"busy"},
        "status": {"500"},
        "state": {"proposed", "sent", "unknown"},
        "dependency": {"database", "model"},
        "job": {"assistant"},
    }
    for alert in alerts():
        for label, chosen in re.findall(r'(\w+)(?:=|=~|!=|!~)"([^"]+)"', alert["expr"]):
            assert set(chosen.split("|")) <= values[label], alert["alert"]


@pytest.mark.parametrize(
    ("intent", "family"),
    [
        ("faq_block_buyer", "faq"),
        ("request_extension", "extension"),
        ("nlu_fallback", "unsure"),
        ("greet", "conversation"),
        (None, "unread"),
        ("", "unread"),
        ("a_new_one", "conversation"),
    ],
)
def test_every_intent_has_a_family(intent: str | None, family: str) -> None:
    assert family_of(intent) == family and family in FAMILIES


# Readiness.


def looking(*checks: Check) -> Readiness:
    return Readiness(checks, MovableClock())


def test_what_hangs_is_not_ready_costs_one_look_and_comes_back_by_itself() -> None:
    hangs, looks = threading.Event(), []

    def look() -> str:
        looks.append(1)
        if hangs.is_set():
            while hangs.is_set():
                threading.Event().wait(0.01)
        return "fine"

    async def run() -> None:
        readiness = looking(Check("database", look, True, patience=1))
        assert not readiness.ready  # nobody has looked yet
        await readiness.look()
        assert readiness.ready
        hangs.set()
        for _ in range(3):
            await readiness.look()
        (result,) = readiness.results
        assert (result.works, result.detail, len(looks)) == (False, LATE, 2)
        hangs.clear()
        await readiness.look()
        await readiness.look()
        assert readiness.ready
        readiness.stop()

    asyncio.run(run())


def test_only_what_stops_service_decides() -> None:
    async def run() -> None:
        def away() -> str:
            raise ConnectionError("away")

        slack = Check("slack", away, stops_service=False)
        readiness = looking(Check("database", lambda: "", True), slack)
        await readiness.look()
        assert readiness.ready and not readiness.results[1].works
        readiness.also(Check("model", away, stops_service=True))
        assert not readiness.ready
        await readiness.look()
        assert not readiness.ready
        readiness.stop()

    asyncio.run(run())


def test_what_stopped_is_known_within_five_seconds(server: LightServer) -> None:
    checks = server.application.watch.readiness._checks
    assert all(check.every + check.patience <= 4.5 for check in checks)
    assert len(checks) <= MOST_CHECKS


# The database's own account.


@pytest.fixture
def watch_store(tmp_path: Path) -> SqlWatchStore:
    url = f"sqlite:///{tmp_path / 'bot.db'}"
    upgrade(url)
    return SqlWatchStore(create_engine(url))


def test_processes_give_signs_of_life_and_are_forgotten(watch_store: SqlWatchStore) -> None:
    watch_store.beat("one", NOW)
    watch_store.beat("two", NOW + timedelta(seconds=5))
    watch_store.beat("one", NOW + timedelta(seconds=10))
    assert watch_store.alive_since(NOW + timedelta(seconds=1)) == 2
    assert watch_store.alive_since(NOW + timedelta(seconds=6)) == 1
    watch_store.beat("three", NOW + timedelta(hours=2))
    assert watch_store.alive_since(NOW) == 1


def test_a_wrong_clock_shows(watch_store: SqlWatchStore) -> None:
    clock = MovableClock()
    pulse = Pulse(watch_store, clock, "one")
    pulse.beat()
    assert pulse.skew is not None and abs(pulse.skew) < 1
    clock.move(timedelta(seconds=30))
    pulse.beat()
    assert 29 < pulse.skew < 31


def test_the_backlog_is_what_waits(server: LightServer) -> None:
    store, clock = server.application.store, server.application.clock
    watched = server.application.watch
    empty = replace(watched.waiting()[0], jobs=())  # the server's own jobs come and go
    assert empty == Backlog(effects={"proposed": 0, "sent": 0, "unknown": 0})
    seller = LightSeller(server).begin()
    server.assistant.held.set()
    seller.send("une question")
    early = clock.now() - timedelta(minutes=3)
    store.put_job(Job("later:1", "later", early), early)
    store.put_job(Job("future:1", "future", clock.now() + timedelta(hours=1)), early)
    backlog, alive = watched.waiting()
    assert (backlog.messages_waiting, alive) == (1, 1)
    kinds = {each.kind: each for each in backlog.jobs}
    assert "future" not in kinds


def test_a_metrics_token_is_not_short() -> None:
    with pytest.raises(SettingsError, match="METRICS_TOKEN"):
        read_settings({"ASSISTANT_DEMO": "1", "ASSISTANT_METRICS_TOKEN": "short"})
    with pytest.raises(SettingsError, match="LOG_FORMAT"):
        read_settings({"ASSISTANT_DEMO": "1", "ASSISTANT_LOG_FORMAT": "xml"})
