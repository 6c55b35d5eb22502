"""Starts the whole service with demo data and says where it is: ``python -m cluster --help``."""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

from bot.adapters.clock import SystemClock
from bot.adapters.demo_orders import seed
from bot.support.accounts import DEMO_PASSWORD, DEMO_STAFF
from cluster.processes import Server
from cluster.replica import PROJECT
from cluster.whole import Cluster

FOLDER = PROJECT / "var" / "cluster"


def main() -> None:
    """Starts, prints, and waits for Ctrl-C."""
    options = _parser().parse_args()
    folder = options.folder
    folder.mkdir(parents=True, exist_ok=True)
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    print(f"Starting PostgreSQL, Redis, nginx and {options.replicas} replicas…", flush=True)
    cluster = Cluster(folder.resolve(), replicas=options.replicas)
    try:
        cluster.start_stores()
        _seed(cluster)
        cluster.start()
        print(_told(cluster), flush=True)
        ended.wait()
    finally:
        cluster.stop()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m cluster",
        description="Starts replicas behind nginx over PostgreSQL and Redis, with demo data. "
        "Nothing is kept but the logs; Ctrl-C ends it.",
        epilog="Load and faults: python -m cluster.soak --help, python -m cluster.chaos --help",
    )
    parser.add_argument("--replicas", type=int, default=2, help="how many (default: 2)")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="of the logs")
    return parser


def _seed(cluster: Cluster) -> None:
    """Fills in the demo's orders, staff and history."""
    assert cluster.marketplace is not None
    seed(cluster.marketplace.orders, SystemClock().now())
    environment = {**os.environ, "ASSISTANT_DATABASE_URL": cluster.database_url}
    subprocess.run(
        [sys.executable, "-m", "bot", "seed-demo"], cwd=PROJECT, env=environment, check=True
    )


def _told(cluster: Cluster) -> str:
    """Returns what is where."""
    staff = ", ".join(f"{one.id} ({one.role.value})" for one in DEMO_STAFF)
    rows = "".join(_row(server) for server in cluster.servers())
    return (
        f"\n  The demo seller's dashboard:  {cluster.url}/\n"
        f"  The console of the staff:     {cluster.url}/console\n"
        f"    {staff}; password: {DEMO_PASSWORD}\n\n"
        f"  What runs; kill what you like, Ctrl-C ends all:\n{rows}"
    )


def _row(server: Server) -> str:
    return f"    {server.name:12} pid {server.pid:<8} port {server.port:<6} {server.log}\n"


if __name__ == "__main__":
    main()
