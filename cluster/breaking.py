"""Ways to break a running cluster, each mended again: one is one round of chaos."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

import psycopg2
import requests

from cluster.faults import Fault, Mode
from cluster.marketplace import MarketplaceServer
from cluster.population import Population
from cluster.postgres import USER
from cluster.processes import Server
from cluster.replica import Replica
from cluster.whole import DATABASE, Cluster

Break = Callable[[], Awaitable[bool]]
_POINTS = {"accepted": 25, "proposed": 2, "sent": 2, "acted": 2, "answered": 20, "committed": 20}
"""Points of a turn (bot/adapters/fault_points.py), with how often one is passed at most."""
_REACHED_WITHIN = 8.0
_LEASE = 32.0


@dataclass(frozen=True)
class Damage:
    """One thing that was done, and when (``time.time()``)."""

    at: float
    says: str


class Breaking:
    """Breaks and mends one cluster; service goes on unless the thing broken is the only one."""

    def __init__(self, cluster: Cluster, people: Population, chance: random.Random) -> None:
        self._cluster = cluster
        self._people = people
        self._chance = chance
        self._mending: set[asyncio.Task[None]] = set()
        self.damages: list[Damage] = []
        self.kinds: Sequence[tuple[str, Break, int]] = (
            ("a replica killed", self._kill_replica, 12),
            ("a replica stopped longer than its lease", self._stall_replica, 2),
            ("Redis killed", lambda: self._kill(cluster.redis, 2.0), 4),
            ("Redis stopped for a while", lambda: self._stall(cluster.redis, 3.0), 2),
            ("PostgreSQL killed", lambda: self._kill(cluster.postgres, 2.0), 5),
            ("PostgreSQL cut all connections", self._cut_database, 3),
            ("the marketplace killed", lambda: self._kill(self._market, 3.0), 3),
            ("the marketplace killed after it acted", self._market_dies, 4),
            ("the marketplace hung after it acted", self._market_hangs, 4),
            ("the marketplace failed", self._market_fails, 4),
            ("nginx killed", lambda: self._kill(cluster.nginx, 0.5), 3),
            ("nginx reloaded, streams cut", self._reload, 2),
            ("clients' connections cut", self._cut_clients, 4),
        )

    @property
    def _market(self) -> MarketplaceServer:
        assert self._cluster.marketplace is not None
        return self._cluster.marketplace

    async def one_round(self) -> str:
        """Breaks something by chance and returns what; service is up again or soon will be."""
        while True:
            weights = [weight for _, _, weight in self.kinds]
            name, break_it, _ = self._chance.choices(self.kinds, weights)[0]
            self._note(name)
            if await break_it():
                return name
            self._note(f"not reached: {name}")

    def came_by_themselves(self) -> list[str]:
        """Returns replicas that killed themselves at a point since the last call; mends them."""
        found = []
        for replica in self._cluster.replicas:
            if replica.fault_point and not replica.is_running and not self._is_mended(replica):
                found.append(f"a replica killed itself once it had {replica.fault_point}")
                self._note(found[-1])
                replica.fault_point = ""
                self._mend(replica, 0)
        return [what.partition(":")[0] for what in found]

    async def mend_everything(self) -> None:
        """Brings all servers up without fault points."""
        await asyncio.gather(*self._mending)
        await asyncio.to_thread(self._market.start)
        await asyncio.to_thread(self._market.be_faulty, Fault(Mode.PASS, times=0))
        for replica in self._cluster.replicas:
            if replica.fault_point:  # it would still kill itself
                replica.fault_point = ""
                await asyncio.to_thread(replica.kill)
        for server in self._cluster.servers():
            await asyncio.to_thread(server.start)
            await asyncio.to_thread(server.wait_until_ready)

    # Processes.

    async def _kill(self, server: Server, longest: float) -> bool:
        await asyncio.to_thread(server.kill)
        await asyncio.sleep(self._chance.uniform(0, longest))
        await asyncio.to_thread(server.start)
        return True

    async def _kill_replica(self) -> bool:
        replica = self._spare_replica()
        if replica is None:
            return False
        await asyncio.to_thread(replica.kill)
        point = self._chance.choice(list(_POINTS)) if self._chance.random() < 0.6 else ""
        replica.fault_point = f"{point}:{self._chance.randint(1, _POINTS[point])}" if point else ""
        self._mend(replica, self._chance.uniform(0, 1))
        return True

    async def _stall_replica(self) -> bool:
        """Stops a replica in mid-turn until others have taken over what it had leased."""
        replica = self._spare_replica()
        if replica is None:
            return False
        pid = replica.pid
        os.kill(pid, signal.SIGSTOP)
        await asyncio.sleep(_LEASE + self._chance.uniform(0, 4))
        os.kill(pid, signal.SIGCONT)
        return True

    def _spare_replica(self) -> Replica | None:
        """Returns a replica whose end leaves another one that serves, None without one."""
        ready = [
            replica
            for replica in self._cluster.replicas
            if replica.is_running and not self._is_mended(replica)
        ]
        return self._chance.choice(ready) if len(ready) > 1 else None

    async def _stall(self, server: Server, longest: float) -> bool:
        os.kill(server.pid, signal.SIGSTOP)
        await asyncio.sleep(self._chance.uniform(0.5, longest))
        os.kill(server.pid, signal.SIGCONT)
        return True

    def _mend(self, replica: Replica, after: float) -> None:
        async def mend() -> None:
            await asyncio.sleep(after)
            while not replica.is_ready():  # without a database it ends again, as it should
                if not replica.is_running:
                    await asyncio.to_thread(replica.start, wait=False)
                await asyncio.sleep(0.2)

        task = asyncio.create_task(mend(), name=replica.name)
        self._mending.add(task)
        task.add_done_callback(self._mending.discard)

    def _is_mended(self, replica: Replica) -> bool:
        return any(task.get_name() == replica.name for task in self._mending)

    # Connections.

    async def _cut_database(self) -> bool:
        def cut() -> None:
            connection = psycopg2.connect(
                host="127.0.0.1", port=self._cluster.postgres.port, user=USER, dbname="postgres"
            )
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
                    (DATABASE,),
                )
            connection.close()

        await asyncio.to_thread(cut)
        return True

    async def _reload(self) -> bool:
        await asyncio.to_thread(self._cluster.nginx.reload)
        return True

    async def _cut_clients(self) -> bool:
        active = list(self._people.active)
        for client in self._chance.sample(active, (len(active) + 1) // 2):
            await client.cut()
        return bool(active)

    # The marketplace.

    async def _market_dies(self) -> bool:
        await self._tell_market(Fault(Mode.DIE_AFTER_ACTING))
        deadline = time.monotonic() + _REACHED_WITHIN
        while self._market.is_running and time.monotonic() < deadline:
            await asyncio.sleep(0.05)
        if self._market.is_running:
            await self._tell_market(Fault(Mode.PASS, times=0))
        died = not self._market.is_running  # it may have died of the last request before that
        await asyncio.sleep(self._chance.uniform(0, 2) if died else 0)
        await asyncio.to_thread(self._market.start)
        return died

    async def _market_hangs(self) -> bool:
        times, seconds = self._chance.choice((1, 3)), self._chance.uniform(4.2, 6)
        return await self._fails(Fault(Mode.HANG_AFTER_ACTING, times, seconds=seconds))

    async def _market_fails(self) -> bool:
        modes = (Mode.FAIL, Mode.UNAVAILABLE, Mode.FAIL_AFTER_ACTING, Mode.HANG, Mode.SLOW)
        methods = self._chance.choice((("POST",), ("GET", "POST")))
        times, seconds = self._chance.randint(1, 4), self._chance.uniform(1, 5)
        return await self._fails(Fault(self._chance.choice(modes), times, methods, seconds))

    async def _fails(self, fault: Fault) -> bool:
        """Tells whether the fault met a request."""
        await self._tell_market(fault)
        deadline = time.monotonic() + _REACHED_WITHIN
        left = fault.times
        while left and time.monotonic() < deadline:
            await asyncio.sleep(0.2)
            with suppress(requests.RequestException):
                left = await asyncio.to_thread(self._market.faults_left)
        return left < fault.times

    async def _tell_market(self, fault: Fault) -> None:
        with suppress(requests.RequestException):
            await asyncio.to_thread(self._market.be_faulty, fault)

    def _note(self, says: str) -> None:
        self.damages.append(Damage(time.time(), says))
