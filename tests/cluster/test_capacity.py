"""The plan follows from its figures, and the page shows the plan of the figures beside it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot.settings import Settings
from cluster.capacity import MARKERS, Assumptions, Measured, _number, one_machine, page_part, plan

DOCS = Path(__file__).resolve().parents[2] / "docs"
ASSUMED = Assumptions(
    conversations_a_month=1, peak_hour_share=0.1, burst=2, streams_open=0.01, busy=0.5
)


def figures(**changed: Any) -> dict[str, Any]:
    process = {"memory_mb_most": 800.0}
    found = {
        "machine": {"cores": 2},
        "steady": {
            "messages": 900, "conversations": 150,
            "times_ms": {"question": {"p95": 120.0}, "sent": {"p95": 9999.0}},
            "processes": {"replica-1": process, "replica-2": {"memory_mb_most": 900.0},
                          "postgres": {"memory_mb_most": 5000.0}},
        },
        "full_speed": {
            "messages_a_second": 30.0,
            "cpu_ms_a_message": {"replicas": 130.0, "postgres": 5.0, "redis_and_nginx": 1.0,
                                 "marketplace": 50.0, "load": 50.0},
        },
        "open_conversations": {"replicas_mb_per_1000": 40.0},
        "database": {"rows_per_conversation": 30.0, "bytes_per_conversation": 20_000},
    }  # fmt: skip
    return {**found, **changed}


def test_what_a_number_of_sellers_needs() -> None:
    found = plan(1_000_000, Measured.of(figures()), ASSUMED)
    # 1 M conversations a month of 6 messages: 200,000 a day, a tenth of it in one hour, doubled.
    assert found.messages_a_day == pytest.approx(200_000)
    assert found.peak_a_second == pytest.approx(200_000 * 0.1 * 2 / 3600)
    assert found.replicas == 3  # 11.1 messages of 130 ms on cores that are half busy: 2.9
    assert found.streams == 10_000
    assert found.memory_gb == pytest.approx(3 * 0.9 + 0.4)
    assert found.database_cores == pytest.approx(11.11 * 0.005 / 0.5, rel=1e-3)
    assert found.database_connections == 3 * Settings().database_connections
    assert found.rows_a_day == pytest.approx(1_000_000)
    assert found.gb_a_year == pytest.approx(1_000_000 / 30 * 365 * 20_000 / 1e9)


def test_there_are_never_fewer_than_two_replicas() -> None:
    assert plan(100, Measured.of(figures()), ASSUMED).replicas == 2


def test_twice_as_slow_takes_twice_as_many() -> None:
    slow = figures(full_speed={"messages_a_second": 1.0, "cpu_ms_a_message": {
        "replicas": 2000.0, "postgres": 5.0, "redis_and_nginx": 1.0}})  # fmt: skip
    slower = figures(full_speed={"messages_a_second": 1.0, "cpu_ms_a_message": {
        "replicas": 4000.0, "postgres": 5.0, "redis_and_nginx": 1.0}})  # fmt: skip
    one, two = (plan(1_000_000, Measured.of(f), ASSUMED).replicas for f in (slow, slower))
    assert two == pytest.approx(2 * one, abs=1)
    assert one_machine(Measured.of(slow), ASSUMED) == pytest.approx(
        2 * one_machine(Measured.of(slower), ASSUMED), rel=0.01
    )


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0.0123, "0.012"), (1.234, "1.2"), (12, "12"), (123.4, "123"), (1234567, "1 230 000"),
     (10_000, "10 000"), (2, "2"), (0, "0")],
)  # fmt: skip
def test_numbers_are_readable(value: float, shown: str) -> None:
    assert _number(value) == shown


def test_every_assumption_is_said() -> None:
    part = page_part(figures(), ASSUMED)
    for says in Assumptions.SAYS.values():
        assert says in part
    assert "answered within, ms | 120 |" in part
    assert "| 10 000 | 100 000 | 1 000 000 |" in part


def test_the_page_shows_the_plan_of_the_figures_beside_it() -> None:
    page = (DOCS / "capacity.md").read_text("utf-8")
    begin, end = (page.index(marker) for marker in MARKERS)
    shown = page[begin + len(MARKERS[0]) : end].strip()
    assert shown == page_part(json.loads((DOCS / "soak.json").read_text("utf-8")))
