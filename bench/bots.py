"""The two bots as processes: trained, started, asked, measured, ended."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import psutil

from bench.stock_project import EPOCHS, write_stock_project
from bot.adapters.clock import SystemClock
from bot.adapters.jwt_tokens import JwtTokens, parse_keys
from bot.settings import read_settings
from cluster.processes import free_port

START_SECONDS = 300
_QUIET = {
    "RASA_TELEMETRY_ENABLED": "false",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "PYTHONWARNINGS": "ignore",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "SANIC_HOST": "127.0.0.1",
}


class Bot:
    """A bot in a folder of its own; ``database`` is the SQLite file with the sellers' orders."""

    name = ""

    def __init__(self, project: Path, folder: Path, database: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}/webhooks/rest/webhook"
        self._project = project
        self._database = database
        self._environment = {**os.environ, **_QUIET}
        self._processes: list[subprocess.Popen[bytes]] = []

    def training_command(self) -> list[str]:
        """Returns the command that trains it."""
        raise NotImplementedError

    def commands(self) -> list[list[str]]:
        """Returns the commands that serve it."""
        raise NotImplementedError

    def headers(self, seller: str) -> dict[str, str]:
        """Returns what a request of this seller carries."""
        return {}

    def sender(self, seller: str, conversation: str) -> str:
        """Returns the name of a seller's conversation."""
        return f"{seller}/{conversation}"

    @property
    def working_folder(self) -> Path:
        """Returns where its commands are run."""
        return self.folder

    def train(self) -> float:
        """Trains it anew and returns the seconds that took."""
        started = time.monotonic()
        with (self.folder / "train.log").open("wb") as log:
            subprocess.run(
                self.training_command(),
                cwd=self.working_folder, env=self._environment, stdout=log, stderr=log, check=True,
            )  # fmt: skip
        return time.monotonic() - started

    def start(self) -> None:
        """Starts its processes; does not wait."""
        for number, command in enumerate(self.commands()):
            with (self.folder / f"serve{number}.log").open("wb") as log:
                self._processes.append(
                    subprocess.Popen(
                        command,
                        cwd=self.working_folder, env=self._environment, stdout=log, stderr=log,
                    )
                )  # fmt: skip

    def stop(self) -> None:
        """Ends its processes and waits for them."""
        for process in self._processes:
            process.terminate()
        for process in self._processes:
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._processes = []

    def memory(self) -> float:
        """Returns the memory of all its processes in MB; shared pages count by their share."""
        found: list[psutil.Process] = []
        for process in self._processes:
            parent = psutil.Process(process.pid)
            found += [parent, *parent.children(recursive=True)]
        return float(sum(process.memory_full_info().pss for process in found)) / 1e6

    async def ask(
        self, session: aiohttp.ClientSession, seller: str, conversation: str, text: str
    ) -> list[dict[str, Any]]:
        """Returns the bot's messages; raises aiohttp.ClientError when it does not answer."""
        body = {"sender": self.sender(seller, conversation), "message": text}
        async with session.post(self.url, json=body, headers=self.headers(seller)) as answer:
            answer.raise_for_status()
            messages: list[dict[str, Any]] = await answer.json()
            return messages


class OurBot(Bot):
    """This project, as it is served, with durable answers behind a seller's token."""

    name = "assistant"

    def __init__(self, project: Path, folder: Path, database: Path) -> None:
        super().__init__(project, folder, database)
        self._environment |= {
            "ASSISTANT_DEMO": "1",
            "ASSISTANT_DATABASE_URL": f"sqlite:///{database}",
            "ASSISTANT_MODEL_DIR": str(folder),
            "ASSISTANT_PORT": str(self.port),
            "ASSISTANT_LOG_LEVEL": "WARNING",
        }
        settings = read_settings({"ASSISTANT_DEMO": "1"})
        self._tokens = JwtTokens(
            parse_keys(settings.jwt_keys), settings.jwt_audience, SystemClock()
        )
        self._headers: dict[str, dict[str, str]] = {}

    @property
    def working_folder(self) -> Path:
        """Returns this project: it is served from here."""
        return self._project

    def training_command(self) -> list[str]:
        """Returns the project's own command, in this process."""
        return [sys.executable, "-m", "bot", "train", "--force", "--here"]

    def commands(self) -> list[list[str]]:
        """Returns the one process that serves it."""
        return [[sys.executable, "-m", "bot", "serve"]]

    def headers(self, seller: str) -> dict[str, str]:
        """Returns the seller's token."""
        if seller not in self._headers:
            token = self._tokens.issue(seller, timedelta(hours=6))
            self._headers[seller] = {"Authorization": f"Bearer {token}"}
        return self._headers[seller]

    def sender(self, seller: str, conversation: str) -> str:
        """Returns the conversation's name: whose it is, the token says."""
        return conversation


class StockBot(Bot):
    """``rasa run`` and ``rasa run actions``."""

    name = "stock Rasa"

    def __init__(self, project: Path, folder: Path, database: Path, epochs: int = EPOCHS) -> None:
        super().__init__(project, folder, database)
        self._action_port = free_port()
        self._environment["BENCH_DATABASE"] = str(database)
        write_stock_project(project, folder, self._action_port, epochs)

    def training_command(self) -> list[str]:
        """Returns Rasa's own command."""
        return [_rasa(), "train", "--force"]

    def commands(self) -> list[list[str]]:
        """Returns Rasa's server and its action server."""
        return [
            [_rasa(), "run", "--interface", "127.0.0.1", "--port", str(self.port)],
            [_rasa(), "run", "actions", "--port", str(self._action_port)],
        ]


def versions() -> Sequence[str]:
    """Returns what both run on, as lines of a report."""
    from importlib.metadata import version

    names = ("rasa", "tensorflow", "scikit-learn", "numpy", "SQLAlchemy", "uvicorn", "sanic")
    found = ", ".join(f"{name} {version(name)}" for name in names)
    cores = len(os.sched_getaffinity(0))
    return (f"Python {sys.version.split()[0]}, {found}", f"{cores} cores")


def _rasa() -> str:
    return str(Path(sys.executable).with_name("rasa"))
