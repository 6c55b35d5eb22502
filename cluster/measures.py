"""What a run measures: times by kind, and what each server uses over time."""

from __future__ import annotations

import asyncio
import os
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import quantiles
from typing import Any

import psutil
import sqlalchemy as sa

from bot.adapters.sql.engine import create_engine, reading
from cluster.processes import Server, Usage

EVERY = 5.0
Sizes = Mapping[str, tuple[int, int]]
"""Rows and bytes by table."""


class Times:
    """Collects how long things took, in seconds, by kind."""

    def __init__(self) -> None:
        self.taken: dict[str, list[float]] = defaultdict(list)

    def add(self, kind: str, seconds: float) -> None:
        """Notes one."""
        self.taken[kind].append(seconds)

    def summary(self) -> dict[str, dict[str, float]]:
        """Returns count, p50, p95, p99 and the longest of each kind, in milliseconds."""
        return {kind: _summary(taken) for kind, taken in sorted(self.taken.items())}


def _summary(taken: Sequence[float]) -> dict[str, float]:
    ms = [seconds * 1000 for seconds in taken]
    cuts = quantiles(ms, n=100, method="inclusive") if len(ms) > 1 else ms * 99
    found = {"p50": cuts[49], "p95": cuts[94], "p99": cuts[98], "longest": max(ms)}
    return {"count": len(ms), **{name: round(value, 1) for name, value in found.items()}}


@dataclass
class Course:
    """What one process used over time: moments since the start, MB, CPU seconds."""

    moments: list[float] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    def add(self, moment: float, usage: Usage) -> None:
        """Notes one sample."""
        self.moments.append(moment)
        self.memory.append(usage.memory)
        self.cpu.append(usage.cpu)

    def slope(self) -> float:
        """Returns how memory grew in the second half, in MB a minute, by least squares."""
        half = len(self.moments) // 2
        times, values = self.moments[half:], self.memory[half:]
        if len(times) < 2:
            return 0.0
        mean_t, mean_v = sum(times) / len(times), sum(values) / len(values)
        spread = sum((t - mean_t) ** 2 for t in times)
        together = sum((t - mean_t) * (v - mean_v) for t, v in zip(times, values))
        return together / spread * 60

    def to_json(self) -> dict[str, Any]:
        """Returns start, end, slope, and the CPU seconds in between."""
        return {
            "memory_mb_start": round(self.memory[0], 1),
            "memory_mb_end": round(self.memory[-1], 1),
            "memory_mb_most": round(max(self.memory), 1),
            "memory_mb_a_minute": round(self.slope(), 2),
            "cpu_seconds": round(self.cpu[-1] - self.cpu[0], 1),
        }


class Watch:
    """Samples servers, and this process with all its clients, for as long as it runs."""

    def __init__(self, servers: Sequence[Server]) -> None:
        self._servers = servers
        self._begun = time.monotonic()
        self._self = psutil.Process(os.getpid())
        self.courses: dict[str, Course] = {server.name: Course() for server in servers}
        self.courses["load"] = Course()

    def sample(self) -> None:
        """Notes what everybody uses now; takes some milliseconds a process."""
        moment = time.monotonic() - self._begun
        for server in self._servers:
            self.courses[server.name].add(moment, server.usage())
        times = self._self.cpu_times()
        memory = self._self.memory_full_info().pss / 1e6
        self.courses["load"].add(moment, Usage(memory, times.user + times.system))

    async def run(self) -> None:
        """Samples until cancelled."""
        while True:
            await asyncio.to_thread(self.sample)
            await asyncio.sleep(EVERY)

    def cpu(self, *names: str) -> float:
        """Returns the CPU seconds of some processes so far, of all whose names begin so."""
        return sum(
            course.cpu[-1] - course.cpu[0]
            for name, course in self.courses.items()
            if name.startswith(names)
        )


def database_size(url: str) -> Sizes:
    """Returns rows and bytes (with indexes) of every table of a PostgreSQL database."""
    engine = create_engine(url)
    sizes = sa.text(
        "SELECT relname, pg_total_relation_size(oid) FROM pg_class "
        "WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
    )
    try:
        with reading(engine) as connection:
            found = {name: int(size) for name, size in connection.execute(sizes).all()}
            return {
                name: (int(connection.execute(_count(name)).scalar_one()), size)
                for name, size in sorted(found.items())
            }
    finally:
        engine.dispose()


def _count(table: str) -> Any:
    return sa.select(sa.func.count()).select_from(sa.table(table))
