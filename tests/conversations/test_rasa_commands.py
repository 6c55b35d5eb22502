"""Rasa's own commands work from the conventional files, in demo mode."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

PROJECT = Path(__file__).resolve().parents[2]
RASA = str(Path(sys.executable).with_name("rasa"))
ACTIONS, SERVER = "http://127.0.0.1:5055", "http://127.0.0.1:5005"

pytestmark = [pytest.mark.model, pytest.mark.timeout(300)]


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    found = {
        **os.environ,
        "ASSISTANT_DEMO": "1",
        "ASSISTANT_DATABASE_URL": f"sqlite:///{tmp_path / 'bot.db'}",
        "RASA_TELEMETRY_ENABLED": "false",
        "PYTHONWARNINGS": "ignore",
    }
    for command in ("migrate", "seed-demo"):
        subprocess.run([sys.executable, "-m", "bot", command], cwd=PROJECT, env=found, check=True)
    return found


@contextmanager
def running(
    arguments: list[str], url: str, environment: dict[str, str], log: Path
) -> Iterator[None]:
    """Runs a server until its port answers, and ends it afterwards."""
    with log.open("wb") as out:
        process = subprocess.Popen(
            [RASA, *arguments], cwd=PROJECT, env=environment, stdout=out, stderr=out
        )
    try:
        deadline = time.monotonic() + 120
        while True:
            assert process.poll() is None and time.monotonic() < deadline, log.read_text()
            try:
                httpx.get(url, timeout=2)
                break
            except httpx.TransportError:
                time.sleep(0.3)
        yield
    finally:
        process.terminate()
        process.wait(20)


def test_rasa_run_and_rasa_run_actions_answer_as_processes(
    environment: dict[str, str], tmp_path: Path
) -> None:
    def ask(message: str) -> list[dict[str, Any]]:
        body = {"sender": "essai", "message": message}
        answer = httpx.post(f"{SERVER}/webhooks/rest/webhook", json=body, timeout=60)
        answered: list[dict[str, Any]] = answer.json()
        return answered

    with (
        running(["run", "actions"], ACTIONS, environment, tmp_path / "actions.log"),
        running(["run", "--interface", "127.0.0.1"], SERVER, environment, tmp_path / "rasa.log"),
    ):
        (status,) = ask("elle en est où la FO21B8A4C9 ?")
        assert "FO21B8A4C9" in status["text"]
        (confirm,) = ask("prolonge-la de 3 jours, panne d'internet")
        (receipt,) = ask(confirm["buttons"][0]["payload"])
        assert "FO21B8A4C9" in receipt["text"]
        (human,) = ask("passez-moi quelqu'un de votre équipe svp")
        assert human["buttons"]

    with sqlite3.connect(tmp_path / "bot.db") as database:
        effects = database.execute("select state from effects").fetchall()
        reasons = database.execute(
            "select reason from escalations where conversation_id not like 'c_demo_%'"
        ).fetchall()
    assert effects == [("confirmed",)]
    assert reasons == [("customer_request",)]


def test_rasa_test_finds_no_wrong_prediction(environment: dict[str, str], tmp_path: Path) -> None:
    arguments = ["test", "core", "--stories", "tests/conversations", "--no-plot"]
    result = subprocess.run(
        [RASA, *arguments, "--fail-on-prediction-errors", "--out", str(tmp_path / "results")],
        cwd=PROJECT, env=environment, capture_output=True, text=True,
    )  # fmt: skip
    assert result.returncode == 0, result.stdout[-2000:] + result.stderr[-4000:]
    assert "18 / 18" in result.stdout + result.stderr


def test_rasa_shell_understands_from_the_conventional_files(environment: dict[str, str]) -> None:
    result = subprocess.run(
        [RASA, "shell", "nlu"], cwd=PROJECT, env=environment, capture_output=True, text=True,
        input="où en est FO21B8A4C9 ?\n/stop\n", timeout=120,
    )  # fmt: skip
    assert '"order_status"' in result.stdout, result.stdout[-3000:] + result.stderr[-3000:]
