"""`python -m bot agents`, run as an operator runs it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.adapters.sql.engine import create_engine
from bot.adapters.sql.slack_store import SqlSlackStore

PROJECT = Path(__file__).resolve().parents[1]
PASSWORD = "une phrase assez longue"
Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def bot(tmp_path: Path) -> Run:
    environment = {
        **os.environ,
        "ASSISTANT_DATABASE_URL": f"sqlite:///{tmp_path / 'bot.db'}",
        "ASSISTANT_JWT_KEYS": "k1:a secret of the marketplace with 32 characters or more",
        "ASSISTANT_DEMO": "0",
    }

    def run(*arguments: str, typed: str = "", **settings: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "bot", *arguments],
            input=typed, capture_output=True, text=True, cwd=PROJECT,
            env={**environment, **settings}, timeout=60, check=False,
        )  # fmt: skip

    assert run("migrate").returncode == 0
    return run


def test_an_operators_day(bot: Run) -> None:
    assert "agents add" in bot("agents", "list").stdout  # says how to begin
    added = bot("agents", "add", "marie", "--role", "admin", "--name", "Marie", typed=PASSWORD)
    assert added.returncode == 0, added.stderr
    assert bot("agents", "add", "paul", typed=PASSWORD + "\n").returncode == 0
    assert bot("agents", "role", "paul", "supervisor").returncode == 0
    assert bot("agents", "password", "paul", typed="une autre phrase longue").returncode == 0
    assert bot("agents", "disable", "paul").returncode == 0
    shown = bot("agents", "list").stdout
    assert [line.split()[:2] for line in shown.splitlines()] == [
        ["marie", "admin"],
        ["paul", "supervisor"],
    ]
    assert "disabled" in shown.splitlines()[1] and PASSWORD not in shown
    assert bot("agents", "enable", "paul").returncode == 0
    assert "disabled" not in bot("agents", "list").stdout


def test_who_somebody_is_in_slack(bot: Run, tmp_path: Path) -> None:
    def mapped() -> dict[str, str]:
        store = SqlSlackStore(create_engine(f"sqlite:///{tmp_path / 'bot.db'}"))
        return dict(store.slack_users())

    for name in ("marie", "paul"):
        assert bot("agents", "add", name, typed=PASSWORD).returncode == 0
    assert bot("agents", "slack", "marie", "U0MARIE").returncode == 0
    assert bot("agents", "slack", "paul", "U0PAUL").returncode == 0
    assert mapped() == {"U0MARIE": "marie", "U0PAUL": "paul"}
    assert bot("agents", "slack", "marie", "U0NEW").returncode == 0  # another one: not both
    assert mapped() == {"U0NEW": "marie", "U0PAUL": "paul"}
    assert bot("agents", "slack", "paul", "U0NEW").returncode == 0  # nobody is two people
    assert mapped() == {"U0NEW": "paul"}
    assert bot("agents", "slack", "paul", "-").returncode == 0
    assert mapped() == {}


@pytest.mark.parametrize(
    ("arguments", "typed", "says"),
    [
        (("slack", "nobody", "U0MARIE"), "", "no account nobody"),
        (("disable", "nobody"), "", "no account nobody"),
        (("add", "marie"), "court", "12 characters"),
        (("add", "me"), PASSWORD, "an id has"),
    ],
)
def test_what_cannot_be_is_one_line(
    bot: Run, arguments: tuple[str, ...], typed: str, says: str
) -> None:
    refused = bot("agents", *arguments, typed=typed)
    assert refused.returncode == 2
    assert says in refused.stderr and len(refused.stderr.splitlines()) == 1


def test_a_password_is_no_argument(bot: Run) -> None:
    assert bot("agents", "add", "marie", "--password", PASSWORD).returncode == 2
    assert bot("agents", "password", "marie", PASSWORD).returncode == 2


def test_help_teaches(bot: Run) -> None:
    shown = bot("agents", "--help").stdout
    for taught in ("agent ", "supervisor", "admin", "agents add", "12 characters", "audit log"):
        assert taught in shown


def test_demo_staff_is_there_in_demo_mode_only(bot: Run) -> None:
    assert bot("seed-demo").returncode == 0
    assert bot("seed-demo").returncode == 0  # again changes nothing
    ids = [line.split()[0] for line in bot("agents", "list").stdout.splitlines()]
    assert ids == ["admin", "ines", "nora", "sam"]
