"""Sustained load on replicas: how much, how fast, how much memory, and nothing lost.

``python -m cluster.soak --help``. Sellers' clients speak the widget's protocol, agents the
console's; at the end every transcript is held against the store, as after chaos.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from cluster.chaos import prepare
from cluster.measures import Sizes, Times, Watch, database_size
from cluster.population import Manners, Population, tokens_of_demo
from cluster.quiet import until_quiet
from cluster.replica import PROJECT
from cluster.seller_client import SellerClient
from cluster.verdict import KINDS, findings
from cluster.whole import UNLIMITED, Cluster

FULL_SPEED_SECONDS = 40.0
SETTLE = 6.0
PATIENCE = 20.0
BEGIN_AT_ONCE = 20


async def soak(cluster: Cluster, options: argparse.Namespace) -> dict[str, Any]:
    """Runs the load over a cluster that is up and returns all figures."""
    chance = random.Random(options.seed)
    print(f"open conversations: {options.open} streams…", flush=True)
    open_figures = await _open_streams(cluster, options.open, chance)
    before = database_size(cluster.database_url)
    usual = Manners(options.sellers, options.agents, options.think, PATIENCE, restless=0.05)
    print(f"{options.minutes:g} minutes with {options.sellers} sellers…", flush=True)
    people, steady = await _load(cluster, chance, usual, options.minutes * 60)
    print(f"full speed, {options.at_once} at once…", flush=True)
    hurried = Manners(options.at_once, options.agents, 0.0, PATIENCE, restless=0.0)
    others, full = await _load(cluster, chance, hurried, FULL_SPEED_SECONDS)
    print("holding transcripts to the store…", flush=True)
    await until_quiet(cluster.database_url, told=True)
    await people.complete_transcripts()
    await others.complete_transcripts()
    evidence = people.evidence()
    evidence.transcripts = [client.transcript for client in (*people.clients, *others.clients)]
    broken = Counter(finding.kind for finding in findings(evidence))
    for finding in findings(evidence)[:20]:
        print(f"  {finding.kind}: {finding.conversation} {finding.says}", flush=True)
    return {
        "machine": {"cores": len(os.sched_getaffinity(0)), "python": sys.version.split()[0]},
        "options": {k: v for k, v in vars(options).items() if k not in ("json", "folder")},
        "steady": steady,
        "full_speed": full,
        "open_conversations": open_figures,
        "database": _per_conversation(cluster, before, len(evidence.transcripts)),
        "promises": {kind: broken[kind] for kind in KINDS},
        "stories_broken": len(people.broken) + len(others.broken),
    }


async def _load(
    cluster: Cluster, chance: random.Random, manners: Manners, seconds: float
) -> tuple[Population, dict[str, Any]]:
    """Lets people talk for a time; returns them and what was measured meanwhile."""
    times = Times()
    people = Population(cluster, chance, times.add, manners)
    watch = Watch(list(cluster.servers()))
    people.start()
    watching = asyncio.create_task(watch.run())
    begun = time.monotonic()
    while (spent := time.monotonic() - begun) < seconds:
        await asyncio.sleep(min(15.0, seconds - spent))
        print(f"  {time.monotonic() - begun:5.0f} s  {people.accepted():6} messages", flush=True)
    accepted, spent = people.accepted(), time.monotonic() - begun
    await asyncio.to_thread(watch.sample)
    watching.cancel()
    with suppress(asyncio.CancelledError):
        await watching
    figures = {
        "seconds": round(spent, 1),
        "messages": accepted,
        "messages_a_second": round(accepted / spent, 2),
        "conversations": len(people.clients),
        "cpu_ms_a_message": _cpu_of(watch, accepted),
        "messages_a_second_per_core": _per_core(watch, accepted),
        "times_ms": times.summary(),
        "processes": {name: course.to_json() for name, course in watch.courses.items()},
    }
    await people.finish()
    return people, {**figures, "errors": people.errors()}


def _cpu_of(watch: Watch, messages: int) -> dict[str, float]:
    parts = {
        "replicas": watch.cpu("replica"),
        "postgres": watch.cpu("postgres"),
        "redis_and_nginx": watch.cpu("redis", "nginx"),
        "marketplace": watch.cpu("marketplace"),
        "load": watch.cpu("load"),
    }
    return {name: round(seconds / max(messages, 1) * 1000, 2) for name, seconds in parts.items()}


def _per_core(watch: Watch, messages: int) -> dict[str, float]:
    """Returns messages a CPU second: of the replicas alone, and of all that must be run."""
    replicas = watch.cpu("replica")
    everything = replicas + watch.cpu("postgres", "redis", "nginx")
    return {
        "replicas": round(messages / max(replicas, 0.001), 1),
        "with_postgres_redis_nginx": round(messages / max(everything, 0.001), 1),
    }


async def _open_streams(cluster: Cluster, count: int, chance: random.Random) -> dict[str, Any]:
    """Opens quiet conversations and returns what that takes in memory, in MB per 1,000."""
    tokens = tokens_of_demo()
    clients = [
        SellerClient(cluster.url, f"quiet-{n}", tokens, chance, sockets=True) for n in range(count)
    ]
    watch = Watch(list(cluster.servers()))
    await asyncio.to_thread(watch.sample)
    waiting = list(clients)

    async def begin() -> None:
        while waiting:
            await waiting.pop().open()

    await asyncio.gather(*(begin() for _ in range(BEGIN_AT_ONCE)))
    deadline = time.monotonic() + 120
    while sum(c.streams > 0 for c in clients) < count and time.monotonic() < deadline:
        await asyncio.sleep(0.5)
    await asyncio.sleep(SETTLE)
    await asyncio.to_thread(watch.sample)
    streams = sum(client.streams > 0 for client in clients)
    await asyncio.gather(*(client.close() for client in clients))
    grown = {
        name: (course.memory[-1] - course.memory[0]) / max(streams, 1) * 1000
        for name, course in watch.courses.items()
    }
    return {
        "streams": streams,
        "mb_per_1000": {name: round(value, 1) for name, value in grown.items() if name != "load"},
        "replicas_mb_per_1000": round(
            sum(value for name, value in grown.items() if name.startswith("replica")), 1
        ),
    }


def _per_conversation(cluster: Cluster, before: Sizes, conversations: int) -> dict[str, Any]:
    """Returns by how much tables grew, for each conversation held since."""
    grown = {
        name: {"rows": rows - before[name][0], "bytes": size - before[name][1]}
        for name, (rows, size) in database_size(cluster.database_url).items()
        if rows > before[name][0]
    }
    return {
        "conversations": conversations,
        "rows_per_conversation": round(sum(t["rows"] for t in grown.values()) / conversations, 1),
        "bytes_per_conversation": round(sum(t["bytes"] for t in grown.values()) / conversations),
        "tables": grown,
    }


def lines(figures: dict[str, Any]) -> Iterator[str]:
    """Yields the lines of the table."""
    for name in ("steady", "full_speed"):
        part = figures[name]
        yield (
            f"\n{name.replace('_', ' ')}: {part['messages']} messages in {part['seconds']} s, "
            f"{part['messages_a_second']} a second, {part['conversations']} conversations"
        )
        yield f"{'ms':26} {'count':>7} {'p50':>9} {'p95':>9} {'p99':>9} {'longest':>9}"
        for kind, taken in part["times_ms"].items():
            values = " ".join(f"{taken[key]:9.1f}" for key in ("p50", "p95", "p99", "longest"))
            yield f"{kind:26} {taken['count']:7} {values}"
        yield f"{'CPU, ms a message':26} " + _pairs(part["cpu_ms_a_message"])
        yield f"{'messages a core-second':26} " + _pairs(part["messages_a_second_per_core"])
        yield f"{'errors repeated':26} " + (_pairs(part["errors"]) or "none")
    yield f"\n{'memory, MB':26} {'start':>9} {'end':>9} {'most':>9} {'a minute':>9} {'CPU, s':>9}"
    for name, used in figures["steady"]["processes"].items():
        keys = ("start", "end", "most", "a_minute")
        memory = " ".join(f"{used[f'memory_mb_{key}']:9.1f}" for key in keys)
        yield f"{name:26} {memory} {used['cpu_seconds']:9.1f}"
    opened, base = figures["open_conversations"], figures["database"]
    yield f"\n{opened['streams']} open streams, MB per 1,000: " + _pairs(opened["mb_per_1000"])
    yield (
        f"database: {base['rows_per_conversation']} rows, {base['bytes_per_conversation']} bytes a "
        f"conversation ({base['conversations']} conversations)"
    )
    yield "promises broken: " + _pairs(figures["promises"])


def _pairs(values: dict[str, Any]) -> str:
    return ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in values.items())


def main() -> None:
    """Runs, prints the table, and exits with 1 when a promise was broken."""
    options = _parser().parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    cluster = Cluster(options.folder.resolve(), replicas=options.replicas, settings=UNLIMITED)
    try:
        cluster.start_stores()
        prepare(cluster)
        cluster.start()
        figures = asyncio.run(soak(cluster, options))
    finally:
        cluster.stop()
    written = options.json or options.folder / "soak.json"
    written.write_text(json.dumps(figures, indent=1, default=str), "utf-8")
    print("\n".join(lines(figures)))
    print(f"\nAll figures: {written}")
    sys.exit(1 if any(figures["promises"].values()) or figures["stories_broken"] else 0)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m cluster.soak",
        description="Mixed load on replicas behind nginx: times, throughput, memory, database, "
        "and 0 lost, doubled or disordered messages.",
    )
    parser.add_argument("--minutes", type=float, default=5.0, help="of steady load (default: 5)")
    parser.add_argument("--sellers", type=int, default=20, help="talking at once (default: 20)")
    parser.add_argument("--agents", type=int, default=3, help="at the console (default: 3)")
    parser.add_argument("--replicas", type=int, default=2, help="how many (default: 2)")
    think = "longest pause of a seller before a message, in seconds (default: 2)"
    parser.add_argument("--think", type=float, default=2.0, help=think)
    full = "sellers without pauses, at full speed after that (default: 16)"
    parser.add_argument("--at-once", type=int, default=16, help=full)
    parser.add_argument("--open", type=int, default=500, help="quiet streams (default: 500)")
    parser.add_argument("--seed", type=int, default=1, help="of all that is chosen by chance")
    folder = PROJECT / "var" / "soak"
    parser.add_argument("--folder", type=Path, default=folder, help="of logs and soak.json")
    parser.add_argument("--json", type=Path, help="where the figures go, if not there")
    return parser


if __name__ == "__main__":
    main()
