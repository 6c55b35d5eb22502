"""One replica of the assistant: ``python -m bot serve`` with settings of its own."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import requests

from cluster.processes import Server

PROJECT = Path(__file__).resolve().parent.parent
_QUIET = {
    "RASA_TELEMETRY_ENABLED": "false",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "PYTHONWARNINGS": "ignore",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
}


class Replica(Server):
    """A process that serves the assistant; ``settings`` are environment variables.

    ``fault_point`` (demo mode) names where its next life kills itself; see
    bot/adapters/fault_points.py.
    """

    def __init__(self, name: str, folder: Path, settings: Mapping[str, str]) -> None:
        super().__init__(name, folder)
        self.settings = dict(settings)
        self.fault_point = ""

    def command(self) -> Sequence[str]:
        """Returns the product's own command."""
        return [sys.executable, "-m", "bot", "serve"]

    def environment(self) -> Mapping[str, str]:
        """Returns its settings."""
        return {
            **_QUIET,
            "PYTHONPATH": str(PROJECT),
            "ASSISTANT_MODEL_DIR": str(PROJECT / "models"),
            "ASSISTANT_DATA_DIR": str(PROJECT / "data"),
            **self.settings,
            "ASSISTANT_HOST": "127.0.0.1",
            "ASSISTANT_PORT": str(self.port),
            "ASSISTANT_FAULT_POINT": self.fault_point,
        }

    def is_ready(self) -> bool:
        """Tells whether it says so itself."""
        try:
            return requests.get(f"{self.url}/readyz", timeout=2).status_code == 200
        except requests.RequestException:
            return False

    @property
    def url(self) -> str:
        """Returns its own address, past nginx."""
        return f"http://127.0.0.1:{self.port}"
