"""A plan for many sellers, worked out from what `make soak` measured.

``python -m cluster.capacity FIGURES`` prints it as Markdown; with ``--write PAGE`` it goes between
the page's two markers. What was measured comes from the file, what is assumed stands in
Assumptions, and both are in the tables: nothing is typed by hand.
"""

from __future__ import annotations

import argparse
import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, ClassVar

from bot.settings import Settings

SELLERS = (10_000, 100_000, 1_000_000)
MARKERS = (
    "<!-- plan: written by `python -m cluster.capacity`, held by a test -->",
    "<!-- end of plan -->",
)
SECONDS_OF_AN_HOUR = 3600
DAYS_OF_A_MONTH, DAYS_OF_A_YEAR = 30, 365


@dataclass(frozen=True)
class Assumptions:
    """What nobody has measured yet; each has its sentence in the page."""

    conversations_a_month: float = 0.5
    peak_hour_share: float = 0.12
    burst: float = 2.0
    streams_open: float = 0.02
    busy: float = 0.5
    replica_cores: float = 1.0

    SAYS: ClassVar[Mapping[str, str]] = {
        "conversations_a_month": "conversations that a seller begins a month, on average",
        "peak_hour_share": "of a day's messages come in the busiest hour",
        "burst": "times the busiest hour's average in its busiest minute",
        "streams_open": "of all sellers have a page with the open widget at once, at most",
        "busy": "of a core is used at the peak: what is left bears a replica that is missing",
        "replica_cores": "core for each replica: the model's turns run on one thread",
    }


@dataclass(frozen=True)
class Measured:
    """What the plan needs of a soak run."""

    messages_a_conversation: float
    replica_ms: float
    database_ms: float
    rest_ms: float
    replica_mb: float
    mb_a_thousand_streams: float
    rows_a_conversation: float
    bytes_a_conversation: float
    most_a_second: float
    answer_p95_ms: float | None
    cores: int

    @classmethod
    def of(cls, figures: Mapping[str, Any]) -> Measured:
        """Returns them from the file that the soak run writes."""
        steady, full = figures["steady"], figures["full_speed"]
        cpu = full["cpu_ms_a_message"]
        replicas = [p for name, p in steady["processes"].items() if name.startswith("replica")]
        return cls(
            messages_a_conversation=steady["messages"] / steady["conversations"],
            replica_ms=cpu["replicas"],
            database_ms=cpu["postgres"],
            rest_ms=cpu["redis_and_nginx"],
            replica_mb=max(process["memory_mb_most"] for process in replicas),
            mb_a_thousand_streams=max(figures["open_conversations"]["replicas_mb_per_1000"], 0.0),
            rows_a_conversation=figures["database"]["rows_per_conversation"],
            bytes_a_conversation=figures["database"]["bytes_per_conversation"],
            most_a_second=full["messages_a_second"],
            answer_p95_ms=steady["times_ms"].get("question", {}).get("p95"),
            cores=figures["machine"]["cores"],
        )


@dataclass(frozen=True)
class Plan:
    """What a number of sellers needs."""

    sellers: int
    messages_a_day: float
    peak_a_second: float
    replicas: int
    streams: float
    replica_gb: float
    memory_gb: float
    database_cores: float
    database_connections: int
    rows_a_day: float
    gb_a_year: float


def plan(sellers: int, measured: Measured, assumed: Assumptions) -> Plan:
    """Returns the plan for a number of sellers."""
    conversations = sellers * assumed.conversations_a_month / DAYS_OF_A_MONTH
    messages = conversations * measured.messages_a_conversation
    peak = messages * assumed.peak_hour_share * assumed.burst / SECONDS_OF_AN_HOUR
    cores = peak * measured.replica_ms / 1000 / assumed.busy
    replicas = max(2, math.ceil(cores / assumed.replica_cores))
    streams = sellers * assumed.streams_open
    of_streams = streams / 1000 * measured.mb_a_thousand_streams
    return Plan(
        sellers=sellers,
        messages_a_day=messages,
        peak_a_second=peak,
        replicas=replicas,
        streams=streams,
        replica_gb=(measured.replica_mb + of_streams / replicas) / 1000,
        memory_gb=(replicas * measured.replica_mb + of_streams) / 1000,
        database_cores=peak * measured.database_ms / 1000 / assumed.busy,
        database_connections=replicas * Settings().database_connections,
        rows_a_day=conversations * measured.rows_a_conversation,
        gb_a_year=conversations * DAYS_OF_A_YEAR * measured.bytes_a_conversation / 1e9,
    )


def one_machine(measured: Measured, assumed: Assumptions) -> float:
    """Returns how many sellers the machine that was measured serves, by its cores alone."""
    ms = measured.replica_ms + measured.database_ms + measured.rest_ms
    a_second = measured.cores * assumed.busy * 1000 / ms
    return a_second / plan(1_000_000, measured, assumed).peak_a_second * 1_000_000


def page_part(figures: Mapping[str, Any], assumed: Assumptions = Assumptions()) -> str:
    """Returns the part of the page between its markers, in Markdown."""
    return "\n".join(_lines(Measured.of(figures), assumed))


def _lines(measured: Measured, assumed: Assumptions) -> Iterator[str]:
    yield "### Measured"
    yield from ("| what | figure |", "|---|---|")
    for says, figure in _measured(measured, assumed):
        yield f"| {says} | {figure} |"
    yield from ("", "### Assumed")
    yield from ("| figure | what |", "|---|---|")
    for one in fields(assumed):
        yield f"| {_number(getattr(assumed, one.name))} | {assumed.SAYS[one.name]} |"
    yield from ("", "### Plan")
    plans = [plan(sellers, measured, assumed) for sellers in SELLERS]
    yield "| sellers | " + " | ".join(_number(each.sellers) for each in plans) + " |"
    yield "|---|" + "---|" * len(plans)
    for says, name in _ROWS.items():
        yield f"| {says} | " + " | ".join(_number(getattr(each, name)) for each in plans) + " |"


_ROWS = {
    "messages a day": "messages_a_day",
    "messages a second at the peak": "peak_a_second",
    "replicas": "replicas",
    "open streams": "streams",
    "memory of one replica, GB": "replica_gb",
    "memory of all replicas, GB": "memory_gb",
    "cores for PostgreSQL": "database_cores",
    "connections to PostgreSQL, at most": "database_connections",
    "database rows a day": "rows_a_day",
    "GB in the database after a year": "gb_a_year",
}


def _measured(measured: Measured, assumed: Assumptions) -> Iterator[tuple[str, str]]:
    replica, database = measured.replica_ms, measured.database_ms
    yield "messages a second that one core of a replica answers", _number(1000 / replica)
    yield (
        "messages a second per core with PostgreSQL, Redis and nginx",
        _number(1000 / (replica + database + measured.rest_ms)),
    )
    yield (
        f"most messages a second on {measured.cores} cores, the load's own included",
        _number(measured.most_a_second),
    )
    if measured.answer_p95_ms is not None:
        yield (
            "95 of 100 questions under steady load were answered within, ms",
            _number(measured.answer_p95_ms),
        )
    yield "memory of a replica under load, MB", _number(measured.replica_mb)
    yield "memory per thousand open conversations, MB", _number(measured.mb_a_thousand_streams)
    yield "sellers' messages in a conversation", _number(measured.messages_a_conversation)
    yield "database rows per conversation", _number(measured.rows_a_conversation)
    yield "database bytes per conversation, with indexes", _number(measured.bytes_a_conversation)
    yield (
        f"sellers that one machine of {measured.cores} cores serves, with what is assumed below",
        _number(one_machine(measured, assumed)),
    )


def _number(value: float) -> str:
    """Returns a number to two or three digits that matter, thousands apart."""
    if value >= 1000:
        digits = max(0, math.floor(math.log10(value)) - 2)
        return f"{round(value / 10**digits) * 10**digits:,}".replace(",", " ")
    return f"{value:.0f}" if value >= 100 or value == int(value) else f"{value:.2g}"


def main() -> None:
    """Prints the plan, or writes it into a page."""
    parser = argparse.ArgumentParser(prog="python -m cluster.capacity", description=__doc__)
    parser.add_argument("figures", type=Path, help="what `make soak` wrote: soak.json")
    parser.add_argument("--write", type=Path, metavar="PAGE", help="for example docs/capacity.md")
    options = parser.parse_args()
    part = page_part(json.loads(options.figures.read_text("utf-8")))
    if options.write is None:
        print(part)
        return
    begin, end = map(re.escape, MARKERS)
    page = options.write.read_text("utf-8")
    new = f"{MARKERS[0]}\n{part}\n{MARKERS[1]}"
    options.write.write_text(
        re.sub(f"{begin}.*{end}", lambda found: new, page, flags=re.S), "utf-8"
    )


if __name__ == "__main__":
    main()
