"""The light server as a process of its own: ``python -m tests.watch.serve URL PORT``."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import httpx

from cluster.processes import Server

PROJECT = Path(__file__).resolve().parents[2]


class LightProcess(Server):
    """A process whose limits a test may change; its database is a SQLite file."""

    def __init__(self, folder: Path, url: str) -> None:
        super().__init__("light", folder)
        self._url = url

    def command(self) -> Sequence[str]:
        return [sys.executable, "-m", "tests.watch.serve", self._url, str(self.port)]

    def environment(self) -> dict[str, str]:
        return {"PYTHONPATH": str(PROJECT), "SQLALCHEMY_SILENCE_UBER_WARNING": "1"}

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def is_ready(self) -> bool:
        try:
            return httpx.get(f"{self.address}/readyz", timeout=5).status_code == 200
        except httpx.HTTPError:
            return False


if __name__ == "__main__":
    from tests.watch.conftest import LightServer

    LightServer(sys.argv[1], port=int(sys.argv[2])).run()
