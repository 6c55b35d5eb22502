"""This project's reference marketplace as a server of its own, with faults on demand."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import requests

from bot.adapters.clock import SystemClock
from bot.adapters.marketplace_sql import SqlMarketplace
from bot.adapters.sql.engine import create_engine
from bot.adapters.sql.migrate import upgrade
from bot.settings import DEMO_SECRETS
from bot.web.marketplace_api.app import create_marketplace_app
from cluster.faults import PATH, Fault, Faulty
from cluster.processes import Server, accepts

KEY = DEMO_SECRETS["marketplace_key"]
PROJECT = Path(__file__).resolve().parent.parent


class MarketplaceServer(Server):
    """The reference server over a database of its own, which survives its ends."""

    def __init__(self, folder: Path) -> None:
        super().__init__("marketplace", folder)
        self.database_url = f"sqlite:///{folder / 'marketplace.db'}"
        self._orders: SqlMarketplace | None = None

    def command(self) -> Sequence[str]:
        """Returns the command of this module."""
        return [sys.executable, "-m", "cluster.marketplace", self.database_url, str(self.port)]

    def environment(self) -> Mapping[str, str]:
        """Returns where this module is found."""
        return {"PYTHONPATH": str(PROJECT), "SQLALCHEMY_SILENCE_UBER_WARNING": "1"}

    def is_ready(self) -> bool:
        """Tells whether it listens; its tables are there before that."""
        return accepts(self.port)

    @property
    def url(self) -> str:
        """Returns its address as the setting ASSISTANT_MARKETPLACE_URL takes it."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def orders(self) -> SqlMarketplace:
        """Returns its orders and its ledger, past HTTP: what really happened there."""
        if self._orders is None:
            self.folder.mkdir(parents=True, exist_ok=True)
            upgrade(self.database_url)
            self._orders = SqlMarketplace(create_engine(self.database_url), SystemClock())
        return self._orders

    def forget(self) -> None:
        """Deletes its database: orders and requests of an earlier run in the same folder."""
        for path in self.folder.glob("marketplace.db*"):
            path.unlink()

    def be_faulty(self, fault: Fault) -> None:
        """Says what becomes of the next requests; raises requests.RequestException."""
        requests.post(self.url + PATH, json=fault.to_json(), timeout=5).raise_for_status()

    def faults_left(self) -> int:
        """Returns how many requests are still to fail; raises requests.RequestException."""
        told = requests.get(self.url + PATH, timeout=5)
        told.raise_for_status()
        return int(told.json()["times"])


def main() -> None:
    """Serves until it is ended."""
    import uvicorn

    parser = argparse.ArgumentParser(
        prog="python -m cluster.marketplace",
        description="The reference marketplace, with faults on demand; for python -m cluster.",
    )
    parser.add_argument("database_url", help="SQLAlchemy URL of its own database")
    parser.add_argument("port", type=int, help="loopback port to listen on")
    options = parser.parse_args()
    upgrade(options.database_url)
    orders = SqlMarketplace(create_engine(options.database_url), SystemClock())
    app = Faulty(create_marketplace_app(orders, KEY))
    uvicorn.run(app, host="127.0.0.1", port=options.port, ws="none", log_level="warning")


if __name__ == "__main__":
    main()
